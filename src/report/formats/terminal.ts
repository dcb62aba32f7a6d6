// Page -> text for a terminal, in colours where there are any. What a line has room for is fit.ts.

import { findingsText, paintOf } from '../caret.js';
import type { Colors } from '../colors.js';
import {
  type Block,
  type Cell,
  type Curves,
  type Fact,
  type Figure,
  type Heat,
  inSections,
  type Mark,
  type Page,
  type Scatter,
  type Section,
  type Solids,
  type Table as TableBlock,
  type Tone,
  unlinked,
  visible,
  type Worked,
} from '../page.js';
import { displayWidth, widest, wrap } from '../width.js';
import type { framed } from './box.js';
import { curveLegend, curveLines } from './curves.js';
import { type Canvas, drawing, legend } from './drawing.js';
import { BAR, choose, column, type Drawn, EMPTY, GAP, type Room } from './fit.js';
import { heatBlocks, heatLegend, heatLines } from './heat.js';
import { marked, signOf } from './mark.js';
import { scatterLegend, scatterLines } from './scatter.js';
import { solidLegend, solidLines } from './solid.js';
import type { packed } from './strips.js';

export interface Terminal extends Room {
  readonly colors: Colors;
  /** Draws tables in frames; `frame` says what those take. */
  readonly framed?: typeof framed;
  /** Moves signs together, where a page has columns of them. */
  readonly packed?: typeof packed;
}

/** Prose is wrapped here where the line has no width of its own. */
const PROSE = 100;
/** Figures are no wider. */
const MOST_COLUMNS = 64;
/** A text beside its label has at least as much; where there is less, it stands below. */
const BESIDE = 20;

export const terminal = (page: Page, options: Terminal): string =>
  page.reduce((above, block) => `${above}${above === '' ? '' : '\n'}${renderBlock(block, options)}\n`, '');

type Paints = (text: string) => string;

/** A text painted word by word, so that it may be broken into lines. */
const words = (text: string, paint: Paints): string =>
  text
    .split(' ')
    .map((word) => (word === '' ? word : paint(word)))
    .join(' ');

const renderBlock = (block: Block, options: Terminal): string => {
  const { colors, width, ascii } = options;
  switch (block.type) {
    case 'heading': {
      const [text, dim] = [visible(block.text), visible(block.dim ?? '')];
      const line = dim ? `${colors.bold(text)}  ${colors.dim(dim)}` : colors.bold(text);
      if (width === undefined || displayWidth(line) <= width) return line;
      return wrap(
        dim ? `${words(text, colors.bold)}  ${words(dim, colors.dim)}` : words(text, colors.bold),
        width,
        '  ',
      ).join('\n');
    }
    case 'text': {
      // Yellow cannot be read on white.
      const paint = { dim: colors.dim, warning: colors.magenta, error: colors.red };
      const lines = wrap(visible(block.text), width ?? PROSE);
      return lines.map((line) => (block.tone ? paint[block.tone](line) : line)).join('\n');
    }
    case 'prose':
      return wrap(visible(unlinked(block.text)), options.width ?? PROSE, '').join('\n');
    case 'code':
      return indented(
        block.lines.flatMap((line) => codeLines(line, options)),
        [],
        options,
      );
    case 'facts': {
      const wide = Math.max(...block.entries.map(({ label }) => displayWidth(visible(label))));
      return block.entries.map((entry) => fact(entry, wide, options)).join('\n');
    }
    case 'formula':
      return formula(block.lines, options);
    case 'figure':
      return figure(block, options);
    case 'heat':
      return heat(block, options);
    case 'solids':
      return solids(block, options);
    case 'curves':
      return curves(block, options);
    case 'scatter':
      return scatter(block, options);
    case 'steps':
      return block.entries.flatMap((entry) => worked(entry, options)).join('\n');
    case 'findings':
      return findingsText(block, paintOf(colors), { width, ascii });
    case 'table':
      return table(block, options);
  }
};

/** What a line is stands behind it, or below it where there is no room. */
const formula = (
  lines: readonly { readonly text: string; readonly dim?: string }[],
  { colors, width = Number.POSITIVE_INFINITY }: Terminal,
): string => {
  const wide = widest(lines.map(({ text }) => visible(text)));
  return lines
    .flatMap(({ text, dim }) => {
      const sum = visible(text);
      if (!dim) return wrap(`  ${sum}`, width, '    ');
      const remark = words(visible(dim), colors.dim);
      const beside = `  ${sum}${' '.repeat(wide - displayWidth(sum) + GAP)}${remark}`;
      if (displayWidth(beside) <= width) return [beside];
      return [...wrap(`  ${sum}`, width, '    '), ...wrap(`    ${remark}`, width, '    ')];
    })
    .join('\n');
};

/** A line of code; a comment behind it that has no room goes below it. */
const codeLines = (line: string, { width, colors }: Terminal): readonly string[] => {
  const [, code = '', blank = '', comment = ''] = /^(.*?)( *)(?<=^| )(#(?!\S*["']).*)?$/.exec(line) ?? [];
  if (comment === '') return [line];
  if (width === undefined || code.trim() === '' || GAP + displayWidth(line) <= width)
    return [`${code}${blank}${colors.dim(comment)}`];
  if (GAP + displayWidth(`${code} ${comment}`) <= width) return [`${code} ${colors.dim(comment)}`];
  return [code, `${' '.repeat(code.search(/\S/) + GAP)}${colors.dim(comment)}`];
};

const canvas = ({ ascii, width = PROSE }: Terminal): Canvas => ({
  columns: Math.min(MOST_COLUMNS, Math.max(20, width - GAP)),
  ascii,
});

/** A drawing, and below it what it shows. */
const indented = (
  lines: readonly string[],
  legend: readonly string[],
  { width = Number.POSITIVE_INFINITY }: Terminal,
): string =>
  [
    ...lines.map((line) => (line === '' ? line : `  ${line}`)),
    ...legend.flatMap((line) => wrap(`  ${line}`, width, '    ')),
  ].join('\n');

const figure = (block: Figure, options: Terminal): string => {
  const { colors, ascii } = options;
  const paint = { image: colors.bold, field: colors.cyan, next: colors.dim };
  const { lines } = drawing(block, canvas(options), (text, sort) => (sort ? paint[sort](text) : text));
  return indented(lines, legend(block, ascii), options);
};

/** Half blocks in shades where the terminal has them, else characters. */
const heat = (block: Heat, options: Terminal): string => {
  const { colors, ascii } = options;
  const lines =
    colors.level >= 2 && !ascii
      ? heatBlocks(block, canvas(options), (text, above, below) => colors.ansi256(above).bgAnsi256(below)(text))
      : heatLines(block, canvas(options)).map((line) => colors.cyan(line));
  return indented(lines, heatLegend(block), options);
};

/** Colours that nobody takes for each other who is blind to some (Okabe and Ito), in 256 and in 16. */
const SETS = { many: [25, 214, 36, 168], few: ['blue', 'yellow', 'cyan', 'magenta'] } as const;

/** In the colour of a set by its number. */
const inSets =
  (colors: Colors) =>
  (text: string, set: number): string => {
    const paints: readonly Paints[] =
      colors.level >= 2 ? SETS.many.map((color) => colors.ansi256(color)) : SETS.few.map((color) => colors[color]);
    return paints[set]?.(text) ?? text;
  };

const curves = (block: Curves, options: Terminal): string => {
  const { colors, ascii, width = 80 } = options;
  return indented(curveLines(block, { columns: width - GAP, ascii }, inSets(colors)), curveLegend(block), options);
};

/** Red enough to stand out from what is black or white, where there are more than 16 colours. */
const vermilion = (colors: Colors): Paints => (colors.level >= 2 ? colors.ansi256(166) : colors.cyan);

const scatter = (block: Scatter, options: Terminal): string => {
  const { colors, ascii, width = PROSE } = options;
  const drawnOn = { columns: width - GAP, ascii };
  return indented(scatterLines(block, drawnOn, vermilion(colors)), scatterLegend(block, drawnOn), options);
};

const solids = (block: Solids, options: Terminal): string => {
  const { colors, ascii, width = 80 } = options;
  const paint = colors.level > 0 ? inSets(colors) : undefined;
  const lines = solidLines(block, { columns: width - GAP, ascii }, paint);
  return indented(lines, solidLegend(block), options);
};

/** Yellow that is seen on white, where there are more than 16 colours. */
const amber = (colors: Colors): Paints => (colors.level >= 2 ? colors.ansi256(172) : colors.yellow);

const MARKS = (colors: Colors): Readonly<Record<Mark, Paints>> => ({
  right: colors.green,
  half: amber(colors),
  follows: amber(colors),
  wrong: colors.red,
  unread: colors.red,
  open: (text) => text,
  absent: colors.dim,
});

/** A text with its sign in colour. */
const inColor = (mark: Mark | undefined, text: string, { colors, ascii }: Terminal): string =>
  mark ? MARKS(colors)[mark](marked({ mark }, '', ascii).trimEnd()) + text.slice(1) : text;

/** A label with its text, and the remark behind it or below it, wherever it fits. */
const fact = ({ label, text, dim, mark }: Fact, wide: number, options: Terminal): string => {
  const { width = PROSE, colors, ascii } = options;
  const name = visible(label);
  const beside = wide + GAP;
  const indent = width - beside < BESIDE ? 2 * GAP : beside;
  const room = width - indent;
  const said = marked({ ...(mark && { mark }) }, visible(text), ascii);
  const lines = wrap(said, room);
  const remark = visible(dim ?? '');
  if (lines.length === 1 && displayWidth(said) + 1 + displayWidth(remark) <= room)
    lines[0] = dim ? `${said} ${colors.dim(remark)}` : said;
  else if (dim) lines.push(...wrap(remark, room).map((line) => colors.dim(line)));
  lines[0] = inColor(mark, lines[0] ?? '', options);
  const below = lines.map((line) => `${' '.repeat(indent)}${line}`);
  if (indent < beside) return [name, ...below].filter((line) => line.trim() !== '').join('\n');
  return [`${name}${' '.repeat(beside - displayWidth(name))}${lines[0]}`, ...below.slice(1)].join('\n');
};

/** The sum with its numbers, and below it the same in letters and what it counts. */
const worked = (
  { title, formula, substituted, text, remark }: Worked,
  { width = PROSE, colors }: Terminal,
): string[] => {
  const below = [formula, remark].filter((part) => part !== '').join('; ');
  const sum = `${visible(title)}: ${substituted === '' ? '' : `${substituted} = `}${words(visible(text), colors.bold)}`;
  return [
    ...wrap(sum, width, '    '),
    ...(below === '' ? [] : wrap(visible(below), width - 4).map((part) => `    ${colors.dim(part)}`)),
  ];
};

/** Stands for a blank where no line may end. */
const UNBROKEN = '\u00a0';

/** Signs that have no room for the titles above them stand closer; what the numbers above them mean stands below. */
const table = (block: TableBlock, options: Terminal): string => {
  const strips = options.packed?.(block, options);
  if (!strips) return unpacked(block, options);
  const { width = PROSE, colors } = options;
  const whole = strips.legend.map((one) => visible(one).replaceAll(' ', UNBROKEN)).join(', ');
  const legend = wrap(whole, width).map((line) => colors.dim(line.replaceAll(UNBROKEN, ' ')));
  return [...strips.tables.flatMap((one) => [unpacked(one, options), '']), ...legend].join('\n');
};

const unpacked = (block: TableBlock, options: Terminal): string => {
  const { colors, ascii, width = Number.POSITIVE_INFINITY } = options;
  const foot = block.foot ?? [];
  const rows = [...block.rows, ...foot];
  const chosen = choose(
    block.columns.map((heading, i) =>
      column(
        heading,
        rows.map((row) => row[i] ?? EMPTY),
        ascii,
      ),
    ),
    options,
  );
  const columns = chosen.filter(({ below }) => !below);
  const head = columns.map((c) => titleOf(c, options));
  const painted = (row: number) => columns.map((c) => paint(c, row, options));
  const notes = chosen.flatMap(({ below, cells }) => (below ? [cells.map(({ text }) => text)] : []));
  const below = (row: number): readonly string[] => notes.flatMap((texts) => texts[row] || []);
  const title = ({ title: text }: Section): string => words(visible(text), colors.bold);
  const sums = foot.map((_, i) => painted(block.rows.length + i));
  if (options.framed) {
    const drawn = block.rows.map((_, row) => painted(row));
    return options.framed({ ...block, head, rows: drawn, sums, below, title }, columns, ascii).join('\n');
  }
  const line = ascii ? '-' : '─';
  const rule = colors.dim(columns.map((c) => line.repeat(c.width)).join(line.repeat(GAP)));
  const indent = ' '.repeat(2 * GAP);
  const draw = drawn(columns);
  const lines = block.rows.map((_, row) => {
    const text = draw(painted(row));
    return notes.length === 0
      ? text
      : [text, ...below(row).flatMap((note) => wrap(indent + note, width, indent))].join('\n');
  });
  const inOrder = inSections(block, lines, (section) =>
    [...(section.row > 0 ? [''] : []), ...wrap(title(section), width, '  ')].join('\n'),
  );
  const under = foot.length > 0 ? [rule, ...sums.map(draw)] : [];
  return [draw(head), rule, ...inOrder, ...under].join('\n');
};

/** How a row becomes text, of several lines where a cell has several. */
const drawn = (columns: readonly Drawn[]): ((cells: readonly string[]) => string) => {
  const isBroken = columns.some(({ wraps }) => wraps !== undefined);
  return (cells) => {
    if (!isBroken) return drawLine(cells, columns);
    const parts = cells.map((cell) => cell.split('\n'));
    return Array.from({ length: Math.max(...parts.map(({ length }) => length)) }, (_, i) =>
      drawLine(
        parts.map((lines) => lines[i] ?? ''),
        columns,
      ),
    ).join('\n');
  };
};

const drawLine = (cells: readonly string[], columns: readonly Drawn[]): string =>
  columns
    .map(({ heading: { align }, width }, i) => {
      const cell = cells[i] ?? '';
      const blank = ' '.repeat(Math.max(0, width - displayWidth(cell)));
      return align === 'right' ? blank + cell : cell + blank;
    })
    .join(' '.repeat(GAP))
    .trimEnd();

const titleOf = ({ heading, text, dim, width, wraps }: Drawn, { colors }: Terminal): string => {
  const lines = wraps ? wrap(heading.title, width) : [heading.title];
  return lines
    .map((line) =>
      colors.bold(heading.align === 'right' && dim > 0 ? `${line.padStart(text)}${' '.repeat(dim + 1)}` : line),
    )
    .join('\n');
};

const paint = ({ heading, cells, text, dim, width, wraps }: Drawn, row: number, options: Terminal): string => {
  const { colors, ascii } = options;
  const cell = cells[row] ?? EMPTY;
  if (cell.bar !== undefined) return colors.cyan(bar(cell.bar, ascii));
  if (wraps === 'cells') {
    const tone = toneOf(cell, colors);
    const shown = inColor(cell.mark, tone ? words(cell.text, tone) : cell.text, options);
    return wrap(cell.dim ? `${shown} ${words(cell.dim, colors.dim)}` : shown, width).join('\n');
  }
  const shown = shownOf(cell, options);
  if (dim === 0) return shown;
  if (heading.align === 'left') return cell.dim ? `${shown} ${colors.dim(cell.dim)}` : shown;
  return `${' '.repeat(text - displayWidth(cell.text))}${shown} ${colors.dim((cell.dim ?? '').padEnd(dim))}`;
};

/** Signs in their colours, a run of the same at once. */
const signsOf = (marks: NonNullable<Cell['marks']>, { colors, ascii }: Terminal): string => {
  const paints = MARKS(colors);
  const runs: { readonly mark: Mark | null; text: string }[] = [];
  for (const mark of marks) {
    const last = runs.at(-1);
    if (last?.mark === mark) last.text += signOf(mark, ascii);
    else runs.push({ mark, text: signOf(mark, ascii) });
  }
  return runs.map(({ mark, text }) => (mark ? paints[mark](text) : text)).join('');
};

const shownOf = (cell: Cell, options: Terminal): string => {
  if (cell.marks) return signsOf(cell.marks, options);
  if (cell.mark) return inColor(cell.mark, cell.text, options);
  return toneOf(cell, options.colors)?.(cell.text) ?? cell.text;
};

const toneOf = ({ text, alarm, tone, mark }: Cell, colors: Colors): Paints | undefined => {
  if (mark) return undefined;
  if (alarm) return colors.red;
  // Most rows of most columns are 0, which nobody looks for.
  if (tone === undefined) return text === '0' ? colors.dim : undefined;
  return tone === 'other' ? amber(colors) : colors[TONES[tone]];
};

const TONES = { more: 'green', less: 'red', strong: 'bold', quiet: 'dim' } as const satisfies Readonly<
  Record<Exclude<Tone, 'other'>, string>
>;

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

const bar = (share: number, ascii: boolean): string => {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * BAR * 8);
  if (ascii) return '#'.repeat(Math.round(eighths / 8));
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
};
