// Page -> text for a terminal: cli-table3 for tables, chalk for colour. Columns that do not fit are dropped in their order.

import type { ChalkInstance } from 'chalk';
import Table from 'cli-table3';
import type { Block, Cell, Heading, Page, Table as TableBlock } from '../page.js';

export interface Terminal {
  /** Characters in a line; absent = as many as needed. */
  readonly width?: number;
  readonly ascii: boolean;
  readonly chalk: ChalkInstance;
  /** Is told what had to be left out. */
  readonly leftOut?: (sentence: string) => void;
}

const BAR = 8;
const GAP = 2;
const SHORTEST_NAME = 12;

export const terminal = (page: Page, options: Terminal): string => page.map((block) => `${renderBlock(block, options)}\n`).join('\n');

const renderBlock = (block: Block, options: Terminal): string => {
  const { chalk } = options;
  switch (block.type) {
    case 'heading':
      return `${chalk.bold(block.text)}${block.dim ? `  ${chalk.dim(block.dim)}` : ''}`;
    case 'text': {
      const paint = { dim: chalk.dim, warning: chalk.yellow, error: chalk.red };
      return block.tone ? paint[block.tone](block.text) : block.text;
    }
    case 'facts': {
      const wide = Math.max(...block.entries.map(({ label }) => label.length));
      return block.entries.map(({ label, text, dim }) => fit(`${label.padEnd(wide)}  ${text}`, dim, wide + GAP, options)).join('\n');
    }
    case 'table':
      return table(block, options);
  }
};

/** A line with its remark behind it, or below it where the line is too short for both. */
const fit = (line: string, dim: string | undefined, indent: number, { width, chalk }: Terminal): string => {
  if (!dim) return line;
  if (width === undefined || line.length + 1 + dim.length <= width) return `${line} ${chalk.dim(dim)}`;
  return [line, ...wrap(dim, Math.max(20, width - indent)).map((part) => ' '.repeat(indent) + chalk.dim(part))].join('\n');
};

const wrap = (text: string, width: number): string[] => {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
};

const table = (block: TableBlock, options: Terminal): string => {
  const rows = block.foot ? [...block.rows, block.foot] : block.rows;
  const columns = block.columns.map((heading, i) => column(heading, rows.map((row) => row[i] ?? { text: '' })));
  const kept = choose(columns, options);
  const { chalk, ascii } = options;
  const rule = chalk.dim(kept.map(({ width }) => (ascii ? '-' : '─').repeat(width)).join((ascii ? '-' : '─').repeat(GAP)));
  const made = new Table({
    chars: { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: ' '.repeat(GAP) },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: kept.map(({ heading }) => heading.align),
  });
  made.push(kept.map(({ heading }) => chalk.bold(heading.title)));
  for (let i = 0; i < rows.length; i += 1) made.push(kept.map((c) => paint(c, i, options)));
  const lines = made.toString().split('\n').map((line) => line.trimEnd());
  const foot = block.foot ? lines.splice(-1) : [];
  return [lines[0], rule, ...lines.slice(1), ...(block.foot ? [rule, ...foot] : [])].join('\n');
};

interface Drawn {
  readonly heading: Heading;
  readonly cells: readonly Cell[];
  /** The widest text and the widest remark, which are aligned apart. */
  readonly text: number;
  readonly dim: number;
  readonly width: number;
}

const column = (heading: Heading, cells: readonly Cell[]): Drawn => {
  const bars = cells.some((cell) => cell.bar !== undefined);
  const dim = Math.max(0, ...cells.map((cell) => cell.dim?.length ?? 0));
  const text = bars ? BAR : Math.max(...cells.map((cell) => cell.text.length));
  return { heading, cells, text, dim, width: Math.max(heading.title.length, text + (dim && dim + 1)) };
};

// The highest `drop` goes first; what stays at 0 is kept, and then names are shortened in their middle.
const choose = (columns: readonly Drawn[], { width, leftOut }: Terminal): readonly Drawn[] => {
  let kept = [...columns];
  const total = () => kept.reduce((all, c) => all + c.width + GAP, -GAP);
  const dropped: string[] = [];
  while (width !== undefined && total() > width) {
    const most = Math.max(...kept.map((c) => c.heading.drop));
    if (most === 0) break;
    const out = kept.findLast((c) => c.heading.drop === most);
    kept = kept.filter((c) => c !== out);
    dropped.push(out?.heading.key ?? '');
  }
  const over = width === undefined ? 0 : total() - width;
  const name = kept.findIndex((c) => c.heading.key === 'name');
  const named = kept[name];
  if (over > 0 && named && named.width > SHORTEST_NAME) {
    const short = Math.max(SHORTEST_NAME, named.width - over);
    kept[name] = { ...named, text: short, width: short, cells: named.cells.map((cell) => ({ ...cell, text: shorten(cell.text, short) })) };
    dropped.push('parts of names');
  }
  if (dropped.length > 0) leftOut?.(`${width} columns are too few for: ${dropped.join(', ')} (--width, --columns)`);
  return kept;
};

/** `layer1.0.downsample` -> `layer1…nsample` */
const shorten = (text: string, width: number): string => {
  if (text.length <= width) return text;
  const head = Math.floor((width - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (width - 1 - head))}`;
};

const paint = ({ cells, text, dim }: Drawn, row: number, { chalk, ascii }: Terminal): string => {
  const cell = cells[row] ?? { text: '' };
  if (cell.bar !== undefined) return chalk.cyan(bar(cell.bar, ascii));
  if (cell.alarm) return chalk.red(cell.text);
  if (dim === 0) return cell.text;
  return `${cell.text.padStart(text)} ${chalk.dim((cell.dim ?? '').padEnd(dim))}`;
};

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

const bar = (share: number, ascii: boolean): string => {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * BAR * 8);
  if (ascii) return '#'.repeat(Math.round(eighths / 8));
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
};
