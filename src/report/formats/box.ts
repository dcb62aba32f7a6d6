// Tables in frames, by cli-table3: for notebooks and slides. Which columns there are and how wide is decided before.

import Table from 'cli-table3';
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

/** The lines of a table: its head, its rows, and below a line the sums. */
export const framed = (
  head: readonly string[],
  rows: Rows,
  foot: Rows,
  columns: readonly Drawn[],
  ascii: boolean,
): string[] => {
  const part = (some: Rows, title: readonly string[] = []): readonly string[] => {
    const table = new Table({
      head: [...title],
      ...(ascii && { chars: ASCII }),
      style: { head: [], border: [], compact: true },
      colAligns: columns.map(({ heading }) => heading.align),
      colWidths: columns.map(({ width }) => width + 2),
    });
    for (const row of some) table.push([...row]);
    return table.toString().split('\n');
  };
  const [top = '', title = '', rule = '', ...first] = part(rows.slice(0, ROWS_AT_ONCE), head);
  const lines = [top, title, rule, ...first.slice(0, -1)];
  for (let i = ROWS_AT_ONCE; i < rows.length; i += ROWS_AT_ONCE)
    lines.push(...part(rows.slice(i, i + ROWS_AT_ONCE)).slice(1, -1));
  if (foot.length > 0) lines.push(rule, ...part(foot).slice(1, -1));
  return [...lines, first.at(-1) ?? ''];
};
