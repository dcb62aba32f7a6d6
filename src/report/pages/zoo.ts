// The list of the bundled networks as a table, and why their published figures differ. Every column of the list, once.

import type { ListedFigures } from '../../analysis/listed.js';
import { FIGURES, type Figure } from '../../core/figures.js';
import { formatShape, type Layout, product } from '../../core/shape.js';
import { both, heading, short } from '../cells.js';
import { type Column, cellOf } from '../columns.js';
import type { Block, Page, Section, Table } from '../page.js';
import { shelved } from './zoo-shelves.js';

/** A bundled network by the name that one types. */
export interface Listed extends ListedFigures {
  readonly name: string;
  readonly file: string;
  readonly variant: string | null;
}

/** What its spec remarks. */
export interface Remarked extends Listed {
  readonly notes: readonly string[];
}

export type ListColumn = Column<Listed, Layout>;

const text = (key: string, value: ListColumn['value'], rest: Partial<ListColumn> = {}): ListColumn => ({
  ...heading(key, key),
  value,
  ...rest,
});

const number = (key: 'params' | 'buffers' | 'macs' | 'weightLayers', rest: Partial<ListColumn> = {}): ListColumn => {
  const { title = key }: Figure = FIGURES[key];
  return text(key, (listed) => listed[key], { title, align: 'right', ...rest });
};

const fieldText = (field: readonly number[]): string =>
  field.every((size) => size === field[0]) ? `${field[0]}` : field.join('x');

/** All columns. Where there is no room sources go first, then files, rounded numbers, fields, layers. */
export const LIST_COLUMNS: readonly ListColumn[] = [
  text('file', ({ file }) => file, { drop: 6 }),
  text('name', ({ name }) => name),
  text('network', ({ network }) => network),
  text('input', ({ inputs }, layout) => inputs.map((shape) => (shape ? formatShape(shape, layout) : '?')).join(' + '), {
    align: 'right',
    drop: 2,
    rank: ({ inputs }) => Math.max(...inputs.map((shape) => product(shape ?? []))),
  }),
  number('params', { cell: both, dropRemarks: 5 }),
  number('buffers'),
  number('macs', { cell: short }),
  number('weightLayers', { drop: 3 }),
  text('rf', ({ field }) => field && fieldText(field), {
    align: 'right',
    drop: 4,
    rank: ({ field }) => product(field ?? []),
  }),
  text('source', ({ source }) => source, { drop: 7 }),
];

export const DEFAULT_LIST: readonly string[] = [
  'file',
  'name',
  'input',
  'params',
  'macs',
  'weightLayers',
  'rf',
  'source',
];

/** A file is named once, above what else it holds. */
const tableOf = (
  all: readonly Listed[],
  columns: readonly ListColumn[],
  layout: Layout,
  sections: readonly Section[] = [],
): Table => ({
  type: 'table',
  columns,
  rows: all.map((listed, i) =>
    columns.map((column) =>
      column.key === 'file' && all[i - 1]?.file === listed.file ? { text: '' } : cellOf(column, listed, layout),
    ),
  ),
  ...(sections.length > 1 && { sections }),
});

/** As it is ordered, or `sorted` by what networks are for. */
export const listPage = (
  all: readonly Listed[],
  columns: readonly ListColumn[],
  layout: Layout,
  sorted: boolean,
): Page => {
  if (!sorted) return [tableOf(all, columns, layout)];
  const shelves = shelved(all);
  const sections = shelves.map(({ title }, i) => ({
    title,
    row: shelves.slice(0, i).reduce((row, { items }) => row + items.length, 0),
  }));
  return [
    tableOf(
      shelves.flatMap(({ items }) => items),
      columns,
      layout,
      sections,
    ),
  ];
};

/** File by file: the networks, where their figures come from, and what the specs remark, each remark once. */
export const whyPage = (all: readonly Remarked[], columns: readonly ListColumn[], layout: Layout): Page => {
  const told = columns
    .filter(({ key }) => key !== 'file' && key !== 'source')
    .map((column) => (column.key === 'macs' ? { ...column, cell: both, dropRemarks: 5 } : column));
  return [...new Set(all.map(({ file }) => file))].flatMap((file): Page => {
    const inFile = all.filter((listed) => listed.file === file);
    return [
      { type: 'heading', text: inFile[0]?.network ?? file, dim: file },
      tableOf(inFile, told, layout),
      { type: 'facts', entries: inFile.map((listed) => sourceOf(listed, inFile.length > 1)) },
      ...[...new Set(inFile.flatMap(({ notes }) => notes))].map((note): Block => ({ type: 'text', text: note })),
    ];
  });
};

const sourceOf = ({ name, source }: Listed, isOneOfMany: boolean): { label: string; text: string } => ({
  label: isOneOfMany ? name : 'source',
  text: source ?? 'none is given',
});
