// The figures of the table core/figures.ts of a layer, of several together and of a network. Sums and refusals, no text.

import { isExact } from '../core/count.js';
import { FIGURES, type Figure, nested } from '../core/figures.js';
import { DTYPES, type Graph } from '../core/graph.js';
import type { Facts } from '../core/layer.js';
import type { Figures, Totals, Whole } from './analysis.js';
import { peakActivations } from './memory.js';

type Entry = readonly [key: string, figure: Figure];
type Numbers = Readonly<Record<string, number>>;

const ENTRIES: readonly Entry[] = Object.entries(FIGURES);
const OF_LAYERS = ENTRIES.filter(([, { of }]) => of);

export const figuresOf = (facts: Facts, graph: Graph): Figures =>
  nested(OF_LAYERS.map(([key, { of }]) => [key, of?.(facts, graph)])) as Figures;

/** What those layers have together; nothing of none. */
export const sumOf = (all: readonly Figures[]): Figures =>
  nested(
    OF_LAYERS.map(([key, { parts }]) => [
      key,
      parts ? Object.fromEntries(parts.map((part) => [part, add(all, `${key}.${part}`)])) : add(all, key),
    ]),
  ) as Figures;

const add = (all: readonly Figures[], key: string): number => {
  const read = reader(key);
  let sum = 0;
  for (const figures of all) sum += read(figures) ?? 0;
  return sum;
};

/** Reads a number by the key of its figure. */
export const reader = (key: string): ((of: Figures | Totals) => number | null) => {
  const [name, inner] = key.split('.') as [keyof Figures, string | undefined];
  return inner === undefined ? (of) => of[name] as number | null : (of) => (of[name] as Numbers)[inner] ?? null;
};

/** Sums of the layers, and what only the whole has; null where a layer is unknown (`all` is null) or a sum is not exact. */
export const totalsOf = (graph: Graph, all: readonly Figures[] | null): Totals => {
  const peak = all && peakActivations(graph);
  const whole: Readonly<Record<Whole, number | null>> = {
    weightLayers: all && longestPath(graph),
    'bytes.peakActivations': peak && peak.elements * DTYPES[graph.dtype] * graph.batch,
  };
  const sums = all && sumOf(all);
  const totals = ENTRIES.map(([key, { of }]) => {
    const value: number | Numbers | null = of ? sums && reader(key)(sums) : whole[key as Whole];
    const numbers = typeof value === 'number' ? [value] : Object.values<number>(value ?? {});
    return [key, numbers.every(isExact) ? value : null] as const;
  });
  return { ...nested(totals), peakAt: peak?.at ?? null } as Totals;
};

/** The totals that are past 2^53; of several that go together, one. */
export const refused = (totals: Totals): readonly string[] =>
  totals.weightLayers === null
    ? []
    : ENTRIES.flatMap(([key, { follows }]) => (follows === undefined && reader(key)(totals) === null ? [key] : []));

const longestPath = (graph: Graph): number => {
  const depth: number[] = [];
  for (const node of graph.nodes) {
    const before = node.inputs.reduce((most, id) => Math.max(most, depth[id] ?? 0), 0);
    depth.push(before + (node.kind.role === 'weights' ? 1 : 0));
  }
  return depth.reduce((a, b) => Math.max(a, b), 0);
};
