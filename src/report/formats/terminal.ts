// Page -> text for a terminal, chalk for colour. What a line has room for is fit.ts.

import type { ChalkInstance } from 'chalk';
import { findingsText, paintOf } from '../caret.js';
import {
  type Block,
  type Figure,
  type Heat,
  type Page,
  type Table as TableBlock,
  unlinked,
  visible,
  type Worked,
} from '../page.js';
import type { framed } from './box.js';
import { type Canvas, drawing, legend } from './drawing.js';
import { BAR, choose, column, type Drawn, displayWidth, EMPTY, GAP, type Room, widest } from './fit.js';
import { heatLegend, heatLines } from './heat.js';
import { solidLines } from './solid.js';

export interface Terminal extends Room {
  readonly chalk: ChalkInstance;
  /** Draws tables in frames; `frame` says what those take. */
  readonly framed?: typeof framed;
}

/** Prose is wrapped here where the line has no width of its own. */
const PROSE = 100;
/** Figures are no wider. */
const MOST_COLUMNS = 64;

export const terminal = (page: Page, options: Terminal): string =>
  page.map((block) => `${renderBlock(block, options)}\n`).join('\n');

const renderBlock = (block: Block, options: Terminal): string => {
  const { chalk } = options;
  switch (block.type) {
    case 'heading':
      return `${chalk.bold(visible(block.text))}${block.dim ? `  ${chalk.dim(visible(block.dim))}` : ''}`;
    case 'text': {
      const paint = { dim: chalk.dim, warning: chalk.yellow, error: chalk.red };
      const lines = wrap(visible(block.text), options.width ?? PROSE);
      return lines.map((line) => (block.tone ? paint[block.tone](line) : line)).join('\n');
    }
    case 'prose':
      return wrap(visible(unlinked(block.text)), options.width ?? PROSE).join('\n');
    case 'code':
      return indented(block.lines.flatMap((line) => codeLines(line, options)));
    case 'facts': {
      const wide = Math.max(...block.entries.map(({ label }) => label.length));
      return block.entries
        .map(({ label, text, dim }) => fact(label.padEnd(wide), visible(text), dim, options))
        .join('\n');
    }
    case 'formula':
      return formula(block.lines, options);
    case 'figure':
      return figure(block, options);
    case 'heat':
      return heat(block, options);
    case 'solids':
      return indented(solidLines(block, { columns: (options.width ?? 80) - GAP, ascii: options.ascii }));
    case 'steps':
      return block.entries.flatMap((entry) => worked(entry, options)).join('\n');
    case 'findings':
      return findingsText(block, paintOf(chalk));
    case 'table':
      return table(block, options);
  }
};

const formula = (lines: readonly { readonly text: string; readonly dim?: string }[], { chalk }: Terminal): string => {
  const wide = widest(lines.map(({ text }) => text));
  return lines
    .map(
      ({ text, dim }) => `  ${dim ? `${visible(text).padEnd(wide + GAP)}${chalk.dim(visible(dim))}` : visible(text)}`,
    )
    .join('\n');
};

/** A line of code; a comment behind it that has no room goes below it. */
const codeLines = (line: string, { width, chalk }: Terminal): readonly string[] => {
  const [, code = '', blank = '', comment = ''] = /^(.*?)( *)(?<=^| )(#(?!\S*["']).*)?$/.exec(line) ?? [];
  if (comment === '') return [line];
  if (width === undefined || code.trim() === '' || GAP + displayWidth(line) <= width)
    return [`${code}${blank}${chalk.dim(comment)}`];
  if (GAP + displayWidth(`${code} ${comment}`) <= width) return [`${code} ${chalk.dim(comment)}`];
  return [code, `${' '.repeat(code.search(/\S/) + GAP)}${chalk.dim(comment)}`];
};

const canvas = ({ ascii, width = PROSE }: Terminal): Canvas => ({
  columns: Math.min(MOST_COLUMNS, Math.max(20, width - GAP)),
  ascii,
});

const indented = (lines: readonly string[]): string =>
  lines.map((line) => (line === '' ? line : `  ${line}`)).join('\n');

const figure = (block: Figure, options: Terminal): string => {
  const { chalk, ascii } = options;
  const paint = { image: chalk.bold, field: chalk.cyan, next: chalk.dim };
  return indented([
    ...drawing(block, canvas(options), (text, sort) => (sort ? paint[sort](text) : text)).lines,
    ...legend(block, ascii),
  ]);
};

const heat = (block: Heat, options: Terminal): string =>
  indented([...heatLines(block, canvas(options)).map((line) => options.chalk.cyan(line)), ...heatLegend(block)]);

/** A label with its text, and the remark behind it or below it, wherever it fits. */
const fact = (label: string, text: string, dim: string | undefined, { width = PROSE, chalk }: Terminal): string => {
  const indent = label.length + GAP;
  const room = Math.max(20, width - indent);
  const lines = wrap(text, room);
  const remark = visible(dim ?? '');
  if (lines.length === 1 && displayWidth(text) + 1 + displayWidth(remark) <= room)
    lines[0] = dim ? `${text} ${chalk.dim(remark)}` : text;
  else if (dim) lines.push(...wrap(remark, room).map((line) => chalk.dim(line)));
  return lines.map((line, i) => `${i === 0 ? label.padEnd(indent) : ' '.repeat(indent)}${line}`).join('\n');
};

/** The sum with its numbers, and below it the same in letters and what it counts. */
const worked = (
  { title, formula, substituted, text, remark }: Worked,
  { width = PROSE, chalk }: Terminal,
): string[] => {
  const below = [formula, remark].filter((part) => part !== '').join('; ');
  const sum = `${title}: ${substituted === '' ? '' : `${substituted} = `}${chalk.bold(visible(text))}`;
  return [sum, ...(below === '' ? [] : wrap(visible(below), width - 4).map((part) => `    ${chalk.dim(part)}`))];
};

const wrap = (text: string, width: number): string[] => {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && displayWidth(last) + 1 + displayWidth(word) > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
};

const table = (block: TableBlock, options: Terminal): string => {
  const { chalk, ascii } = options;
  const foot = block.foot ?? [];
  const rows = [...block.rows, ...foot];
  const columns = choose(
    block.columns.map((heading, i) =>
      column(
        heading,
        rows.map((row) => row[i] ?? EMPTY),
      ),
    ),
    options,
  );
  const line = ascii ? '-' : '─';
  const rule = chalk.dim(columns.map(({ width }) => line.repeat(width)).join(line.repeat(GAP)));
  const head = columns.map((c) => chalk.bold(titleOf(c)));
  const drawn = rows.map((_, i) => columns.map((c) => paint(c, i, options)));
  if (options.framed)
    return options
      .framed(head, drawn.slice(0, drawn.length - foot.length), drawn.slice(drawn.length - foot.length), columns, ascii)
      .join('\n');
  const lines = draw([head, ...drawn], columns);
  const below = lines.splice(lines.length - foot.length);
  return [lines[0], rule, ...lines.slice(1), ...(foot.length > 0 ? [rule, ...below] : [])].join('\n');
};

const draw = (rows: readonly (readonly string[])[], columns: readonly Drawn[]): string[] =>
  rows.map((cells) =>
    columns
      .map(({ heading: { align }, width }, i) => {
        const cell = cells[i] ?? '';
        const blank = ' '.repeat(Math.max(0, width - displayWidth(cell)));
        return align === 'right' ? blank + cell : cell + blank;
      })
      .join(' '.repeat(GAP))
      .trimEnd(),
  );

const titleOf = ({ heading, text, dim }: Drawn): string =>
  heading.align === 'right' && dim > 0 ? `${heading.title.padStart(text)}${' '.repeat(dim + 1)}` : heading.title;

const paint = ({ heading, cells, text, dim }: Drawn, row: number, { chalk, ascii }: Terminal): string => {
  const cell = cells[row] ?? EMPTY;
  if (cell.bar !== undefined) return chalk.cyan(bar(cell.bar, ascii));
  // Most rows of most columns are 0, which nobody looks for.
  const shown = cell.alarm ? chalk.red(cell.text) : cell.text === '0' ? chalk.dim(cell.text) : cell.text;
  if (dim === 0) return shown;
  if (heading.align === 'left') return cell.dim ? `${shown} ${chalk.dim(cell.dim)}` : shown;
  return `${' '.repeat(text - displayWidth(cell.text))}${shown} ${chalk.dim((cell.dim ?? '').padEnd(dim))}`;
};

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

const bar = (share: number, ascii: boolean): string => {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * BAR * 8);
  if (ascii) return '#'.repeat(Math.round(eighths / 8));
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
};
