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

/** The lines of a table: its head, its rows with the titles of their sections, and below a line the sums. Cells may have several lines. */
export const framed = (
  head: readonly string[],
  { rows, sections = [] }: { readonly rows: Rows; readonly sections?: readonly Section[] },
  foot: Rows,
  columns: readonly Drawn[],
  ascii: boolean,
  title: (text: string) => string,
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
  // A head of several lines has as many more; without rows the frame is what is left.
  const [top = '', ...below] = part([], head);
  const bottom = below.pop() ?? '';
  const rule = part([columns.map(() => '')], head)[below.length + 1] ?? '';
  const inFrame = (some: Rows): readonly string[] =>
    Array.from({ length: Math.ceil(some.length / ROWS_AT_ONCE) }, (_, i) =>
      part(some.slice(i * ROWS_AT_ONCE, (i + 1) * ROWS_AT_ONCE)).slice(1, -1),
    ).flat();
  const side = ascii ? ASCII.left : '│';
  const across = columns.reduce((all, { width }) => all + width + FRAME.gap, FRAME.edge - FRAME.gap) - FRAME.edge;
  const titled = (text: string): readonly string[] =>
    wrap(title(text), across).map((line) => `${side} ${line}${' '.repeat(across - displayWidth(line))} ${side}`);
  return [
    top,
    ...below,
    rule,
    ...inFrame(rows.slice(0, sections[0]?.row)),
    ...sections.flatMap((section, i) => [
      ...(section.row > 0 ? [rule] : []),
      ...titled(section.title),
      ...inFrame(rows.slice(section.row, sections[i + 1]?.row)),
    ]),
    ...(foot.length > 0 ? [rule, ...inFrame(foot)] : []),
    bottom,
  ];
};
