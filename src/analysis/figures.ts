// What the table core/figures.ts says of a layer, of several together and of a network: sums and refusals. No table, no text.

import { isExact } from '../core/count.js';
import { FIGURES, type Figure, nested } from '../core/figures.js';
import { DTYPES, type Graph, type Node } from '../core/graph.js';
import type { Facts } from '../core/layer.js';
import type { Figures, Row, Totals, Whole } from './analysis.js';
import { peakActivations } from './memory.js';

type Numbers = Readonly<Record<string, number>>;

type NumberReader = (of: Figures | Totals) => number | null;
type Reader = (of: Figures | Totals) => number | Numbers | null;

export const figuresOf = (facts: Facts, graph: Graph): Figures =>
  nested(OF_LAYERS, ([, { of }]) => of?.(facts, graph)) as Figures;

/**
 * What the rows that are known have together, null where one of them does not state it; the same with what is stated only, so
 * much at least; and how many rows are not known.
 */
export const known = (
  rows: readonly Row[],
): { readonly figures: Figures; readonly least: Figures; readonly unknown: number } => {
  // Copies of a layer share their figures: these are added up once, as often as they come.
  const times = new Map<Figures, number>();
  let unknown = 0;
  for (const { figures } of rows)
    if (figures) times.set(figures, (times.get(figures) ?? 0) + 1);
    else unknown += 1;
  const [first] = times.keys();
  return {
    figures: first && rows.length - unknown === 1 ? first : sumsOf(times),
    get least() {
      return sumOf([...times], (value) => value ?? 0);
    },
    unknown,
  };
};

type Addend = (value: number | null) => number | null;

/** Figures, and how often they come. */
type Addends = readonly [figures: Figures, times: number];
type Times = ReadonlyMap<Figures, number>;

/** A sum, and by the figures that come next in another, and how often, what follows. */
interface Sum {
  sum?: Figures;
  readonly next: WeakMap<Figures, Map<number, Sum>>;
}

const SUMS: Sum = { next: new WeakMap() };

/** Of so many figures a sum may come again: of a layer with its norm and its activation. That of a network does not. */
const FEW = 8;

/** What lines have together: most are like others. */
const sumsOf = (times: Times): Figures => {
  if (times.size > FEW) return sumOf([...times], (value) => value);
  let at = SUMS;
  for (const [figures, count] of times) {
    const counts = at.next.get(figures) ?? new Map<number, Sum>();
    at.next.set(figures, counts);
    const next = counts.get(count) ?? { next: new WeakMap() };
    counts.set(count, next);
    at = next;
  }
  at.sum ??= sumOf([...times], (value) => value);
  return at.sum;
};

const sumOf = (all: readonly Addends[], addend: Addend): Figures =>
  nested(OF_LAYERS, ([, , read, parts]) => {
    if (!parts) return add(all, read as NumberReader, addend);
    const sums: Record<string, number | null> = {};
    for (const [part, readPart] of parts) sums[part] = add(all, readPart, addend);
    return sums;
  }) as Figures;

const add = (all: readonly Addends[], read: NumberReader, addend: Addend): number | null => {
  let sum = 0;
  for (const [figures, times] of all) {
    const value = addend(read(figures));
    if (value === null) return null;
    sum += times * value;
  }
  return sum;
};

/** Reads a number by the key of its figure. */
export const reader = (key: string): NumberReader => {
  const [name, inner] = pathOf(key);
  return inner === undefined ? (of) => of[name] as number | null : (of) => (of[name] as Numbers)[inner] ?? null;
};

const pathOf = (key: string) => key.split('.') as [name: keyof Figures, inner?: string];

const ENTRIES = Object.entries<Figure>(FIGURES).map(([key, figure]) => {
  const parts = figure.parts?.map((part) => [part, reader(`${key}.${part}`)] as const);
  return [key, figure, reader(key) as Reader, parts] as const;
});
const OF_LAYERS = ENTRIES.filter(([, { of }]) => of);

/** The sums of all layers, and what only the whole has. Null where a layer is unknown or does not state it, or past 2^53. */
export const totalsOf = (graph: Graph, sums: Figures | null): Totals => {
  const peak = sums && peakActivations(graph);
  const whole: Readonly<Record<Whole, number | null>> = {
    weightLayers: sums && longestPath(graph),
    'bytes.peakActivations':
      graph.unknown.length > 0 ? null : peak && peak.elements * DTYPES[graph.dtype] * graph.batch,
  };
  const totals = nested(ENTRIES, ([key, { of }, read]) => {
    const value: number | Numbers | null = of ? sums && read(sums) : whole[key as Whole];
    return areExact(value) ? value : null;
  });
  return { ...totals, peakAt: peak?.at ?? null } as Totals;
};

const numbersIn = (value: number | Numbers | null): readonly number[] =>
  typeof value === 'number' ? [value] : Object.values<number>(value ?? {});

const areExact = (value: number | Numbers | null): boolean => {
  if (typeof value === 'number') return isExact(value);
  for (const name in value) if (!isExact(value[name] ?? 0)) return false;
  return true;
};

/** The figures of a layer without those that are past 2^53, and the key of the first of these. Null: none is left. */
export const exactOf = (figures: Figures): { readonly figures: Figures | null; readonly refused: string | null } => {
  const past = OF_LAYERS.filter(([, , read]) => !areExact(read(figures))).map(([key]) => key);
  const [first] = past;
  if (first === undefined) return { figures, refused: null };
  // What stands in a group may be unknown alone.
  if (past.some((key) => !key.includes('.'))) return { figures: null, refused: first };
  const left = nested(OF_LAYERS, ([key, , read]) => (past.includes(key) ? null : read(figures))) as Figures;
  return { figures: left, refused: first };
};

/**
 * The totals that are past 2^53, where all rows are known, and the node with which they get there; of several that go together,
 * one.
 */
export const refused = (
  totals: Totals,
  { unknown, outputs }: Graph,
  rows: readonly Row[],
): readonly { readonly key: string; readonly node: Node | undefined }[] =>
  totals.weightLayers === null
    ? []
    : ENTRIES.flatMap(([key, { of, follows }, read]) => {
        if (read(totals) !== null || (follows !== undefined && reader(follows)(totals) === null)) return [];
        if (key.includes('.') && (unknown.length > 0 || outputs.length === 0)) return [];
        // Told of the row.
        if (of && rows.some(({ figures }) => figures && read(figures) === null)) return [];
        return [{ key, node: of ? passing(read, rows) : undefined }];
      });

const passing = (read: Reader, rows: readonly Row[]): Node | undefined => {
  let sum = 0;
  for (const { node, figures } of rows) {
    for (const n of figures ? numbersIn(read(figures)) : []) sum += n;
    if (!isExact(sum)) return node;
  }
  return undefined;
};

const longestPath = (graph: Graph): number => {
  const depth: number[] = [];
  let longest = 0;
  for (const { inputs, kind } of graph.nodes) {
    let most = 0;
    for (const id of inputs) most = Math.max(most, depth[id] ?? 0);
    if (kind.role === 'weights') most += 1;
    depth.push(most);
    longest = Math.max(longest, most);
  }
  return longest;
};
