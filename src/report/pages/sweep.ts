// The networks of a sweep as tables and records: every column once. No plot.

import { grouped } from '../../core/quantity.js';
import type { Shape } from '../../core/shape.js';
import { isFigure, type Network, SWEEP_FIGURES, type SweepFigure, valueIn } from '../../sweep/network.js';
import { both, bytes, heading, short } from '../cells.js';
import { type Column, recordsOf, rowsOf } from '../columns.js';
import type { Page } from '../page.js';

export type SweepColumn = Column<Network, null>;

const right = { align: 'right' } as const;

/** What a line says besides figures and what it sets. */
const WORDS: Readonly<Record<string, SweepColumn>> = {
  index: { ...heading('index', '#', right), value: ({ index }) => index },
  name: { ...heading('name', 'name'), value: ({ name = '' }) => name },
  set: { ...heading('set', 'set'), value: setText },
  outputs: {
    ...heading('outputs', 'output', { ...right, drop: 2 }),
    value: ({ outputs }) => (Array.isArray(outputs) && outputs.length > 0 ? outputs.map(shapeText).join(' + ') : null),
  },
  error: { ...heading('error', 'error'), value: ({ error = '' }) => error },
  message: { ...heading('message', 'what is wrong', { wrap: 1, below: true }), value: ({ message = '' }) => message },
  help: { ...heading('help', 'help', { wrap: 1 }), value: ({ help = '' }) => help },
};

/** The columns that every sweep has; what lines set, `id`, and paths into the report are columns too. */
export const SWEEP_COLUMNS: readonly string[] = [...Object.keys(WORDS), 'id', ...Object.keys(SWEEP_FIGURES)];

/** `width=16 depth=2` */
export function setText({ set }: Pick<Network, 'set'>): string {
  return Object.entries(set)
    .map(([name, value]) => `${name}=${wordOf(value)}`)
    .join(' ');
}

const wordOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

const shapeText = (output: { readonly shape?: Shape | null } | null): string =>
  Array.isArray(output?.shape) ? output.shape.join('x') : '?';

const figure = (key: string, { title, doc, unit }: SweepFigure): SweepColumn => ({
  ...heading(key, title, { ...right, drop: DROPS[key] ?? 0, ...(key === 'params' && { dropRemarks: 4 }) }),
  doc,
  value: (network) => numberOf(valueIn(network, key)),
  cell: key === 'params' ? both : unit === 'B' ? bytes : key === 'rf' || key === 'weightLayers' ? plain : short,
});

const DROPS: Readonly<Record<string, number>> = { rf: 1, peakActivations: 3 };

const plain = (n: number) => ({ text: String(n) });

const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);

export const sweepColumn = (key: string): SweepColumn => {
  const word = Object.hasOwn(WORDS, key) ? WORDS[key] : undefined;
  if (word) return word;
  if (isFigure(key)) return figure(key, SWEEP_FIGURES[key]);
  // What a line sets, and what it is called back by.
  return {
    ...heading(key, key, right),
    value: (network) => {
      const value = valueIn(network, key);
      return value === undefined ? '' : value === null || typeof value === 'number' ? value : wordOf(value);
    },
    cell: key.includes('.') ? (n) => ({ text: grouped(n) }) : plain,
  };
};

/** The columns of a table, and for programs; `varied` is what differs from line to line, where that is known. */
export const usualSweepColumns = (varied: readonly string[] | undefined) => ({
  table: [...(varied ?? ['index', 'name', 'set']), 'params', 'macs', 'peakActivations', 'rf', 'outputs'],
  records: [
    'index',
    'name',
    ...(varied ?? ['set']),
    ...['params', 'macs', 'activations', 'peakActivations', 'rf', 'outputs', 'error', 'message'],
  ],
});

/** Some networks as a table; what is wrong has a column where something is. */
export const sweepPage = (networks: readonly Network[], keys: readonly string[]): Page => {
  if (networks.length === 0) return [];
  const told = networks.some(({ error }) => error !== undefined) && !keys.includes('message') ? ['message'] : [];
  const columns = [...keys, ...told].map(sweepColumn);
  return [{ type: 'table', columns, rows: rowsOf(networks, columns, null) }];
};

export const sweepRecords = (networks: readonly Network[], keys: readonly string[]) =>
  recordsOf(networks, keys.map(sweepColumn), null);
