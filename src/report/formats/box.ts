// Tables in frames, by cli-table3: for notebooks and slides. Which columns there are and how wide is decided before.

import Table from 'cli-table3';
import type { Section } from '../page.js';
import { displayWidth, wrap } from '../width.js';
import type { Drawn } from './fit.js';

/** What a frame takes between two columns, and at both ends of a line. */
export const FRAME = { gap: 3, edge: 4 } as const;

const ASCII = {
  top: '-',
  'top-mid': '+',
  'top-left': '+',
  'top-right': '+',
  bottom: '-',
  'bottom-mid': '+',
  'bottom-left': '+',
  'bottom-right': '+',
  left: '|',
  'left-mid': '+',
  mid: '-',
  'mid-mid': '+',
  right: '|',
  'right-mid': '+',
  middle: '|',
};

/** The library's time grows with the square of the rows; tables of few rows and fixed widths fit under each other. */
const ROWS_AT_ONCE = 32;

type Rows = readonly (readonly string[])[];

/** A table as it is drawn, cell by cell; a cell may have several lines. */
interface Cells {
  readonly head: readonly string[];
  readonly rows: Rows;
  readonly sums: Rows;
  readonly sections?: readonly Section[];
  readonly title: (section: Section) => string;
  /** What stands below a row, as wide as the table. */
  readonly below: (row: number) => readonly string[];
}

/** The lines of a table: its head, its rows with the titles of their sections, and below a line the sums. */
export const framed = (
  { head, rows, sums, sections, title, below }: Cells,
  columns: readonly Drawn[],
  ascii: boolean,
): string[] => {
  const part = (some: Rows, heads: readonly string[] = []): readonly string[] => {
    const table = new Table({
      head: [...heads],
      ...(ascii && { chars: ASCII }),
      style: { head: [], border: [], compact: true },
      colAligns: columns.map(({ heading }) => heading.align),
      colWidths: columns.map(({ width }) => width + 2),
    });
    for (const row of some) table.push([...row]);
    return table.toString().split('\n');
  };
  const inner = columns.reduce((all, { width }) => all + width + FRAME.gap, -FRAME.gap);
  const side = ascii ? ASCII.left : '│';
  const across = (text: string): readonly string[] =>
    wrap(text, inner, '  ').map(
      (line) => `${side} ${line}${' '.repeat(Math.max(0, inner - displayWidth(line)))} ${side}`,
    );
  // Without rows a frame is its head and its ends; a head may have several lines.
  const [top = '', ...titles] = part([], head);
  const bottom = titles.pop() ?? '';
  const rule = part([columns.map(() => '')], head)[1 + titles.length] ?? '';
  const drawn = (from: number, to: number): readonly string[] => {
    const lines: string[] = [];
    for (let i = from; i < to; ) {
      const notes = below(i);
      let end = i + 1;
      while (end < to && end - i < ROWS_AT_ONCE && notes.length === 0 && below(end).length === 0) end += 1;
      lines.push(...part(rows.slice(i, end)).slice(1, -1), ...notes.flatMap((note) => across(`  ${note}`)));
      i = end;
    }
    return lines;
  };
  const starts = sections ?? [];
  return [
    top,
    ...titles,
    rule,
    ...drawn(0, starts[0]?.row ?? rows.length),
    ...starts.flatMap((section, i) => [
      ...(section.row > 0 ? [rule] : []),
      ...across(title(section)),
      ...drawn(section.row, starts[i + 1]?.row ?? rows.length),
    ]),
    ...(sums.length > 0 ? [rule, ...part(sums).slice(1, -1)] : []),
    bottom,
  ];
};
