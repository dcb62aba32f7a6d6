// Every figure of a layer and of a network, once: how a layer has it, and its words. Sums of them are analysis/figures.ts.
//
// Of an entry there are by themselves: the figure of every row and of lines, its total and the refusal of that past 2^53, a
// column, a field of the JSON and of its schema, and what `expect:` may say.

import { isFrozen, OPERATIONS, operations, total } from './count.js';
import { DTYPES, type Graph } from './graph.js';
import type { Facts, Statement } from './layer.js';
import { elements } from './shape.js';

export interface Figure {
  /**
   * What one layer has, for one image; null where the layer does not state what it hangs on; bytes are for the batch, null where that or the type is unknown. Asked once per `Facts`, which copies share. What only the
   * whole network has is without: analysis/figures.ts asks the graph for it.
   */
  readonly of?: (facts: Facts, graph: Graph) => number | null | Readonly<Record<string, number>>;
  /** The names of its numbers where it has several; then it has no column, and nothing is expected of it. */
  readonly parts?: readonly string[];
  /** What it counts; elements by default. */
  readonly unit?: 'operations' | 'bytes' | 'layers';
  /** The heading of its column; its key by default. */
  readonly title?: string;
  /** What a list of facts calls it. */
  readonly label?: string;
  readonly doc: string;
  /** `doc` where the schema of the report says more, and where that says something else of a layer. */
  readonly inReport?: string;
  readonly inLayer?: string;
  /** The name of its column; its key by default, and no column where that has a dot. */
  readonly column?: string;
  /** It may be expected of the whole only. Nothing is expected of a key with a dot. */
  readonly expect?: 'total';
  /** Another figure that is past 2^53 where this one is: the refusal is told of that. */
  readonly follows?: string;
}

/** Null where it hangs on what the layer does not state. */
const stated = ({ unstated }: Facts, what: Statement, figure: number): number | null =>
  unstated?.includes(what) ? null : figure;

/** What lies with the weights is counted there. */
export const activationsOf = ({ output, learned }: Facts): number => (learned ? 0 : elements(output));

/** By their keys in JSON and in `expect:`, in the order of JSON. What stands before a dot is a group. */
export const FIGURES = {
  params: {
    of: (facts) => stated(facts, 'params', total(facts.params)),
    label: 'parameters',
    doc: 'parameters',
    inReport: 'weights and biases',
  },
  trainable: {
    of: (facts) =>
      stated(
        facts,
        'params',
        total(facts.params, (term) => !isFrozen(term)),
      ),
    doc: 'parameters that training changes',
    inReport: 'those that training changes',
    expect: 'total',
    follows: 'params',
  },
  frozen: {
    of: (facts) => stated(facts, 'params', total(facts.params, isFrozen)),
    doc: 'parameters that training leaves alone',
    inReport: 'those that training leaves alone',
    expect: 'total',
    follows: 'params',
  },
  buffers: {
    of: ({ buffers }) => total(buffers),
    label: 'running statistics',
    doc: 'elements of running statistics',
    inLayer: 'elements of running statistics, kept but not learned',
  },
  macs: {
    of: (facts) => stated(facts, 'macs', total(facts.macs)),
    unit: 'operations',
    title: 'MACs',
    label: 'multiply-accumulates',
    doc: 'multiply-accumulates',
    inLayer: 'multiply-accumulates for one image, bias not counted',
    inReport: 'multiply-accumulates for one image',
  },
  ops: {
    of: ({ ops }) => operations(ops),
    parts: OPERATIONS,
    doc: 'operations besides multiply-accumulates, by sort',
    follows: 'flops',
  },
  flops: {
    of: (facts) => stated(facts, 'macs', 2 * total(facts.macs) + total(facts.ops)),
    unit: 'operations',
    title: 'FLOPs',
    label: 'FLOPs',
    doc: '2 x macs and the other operations',
    inReport: '2 x macs, and the other operations',
  },
  weightLayers: {
    unit: 'layers',
    title: 'layers',
    label: 'weight layers',
    doc: 'layers with weights on the longest path',
    inReport: 'layers with a kernel or weight matrix on the longest path: AlexNet 8',
  },
  activations: {
    of: (facts) => activationsOf(facts),
    label: 'activations',
    doc: 'values of the output',
    inLayer: 'elements of the output, for one image',
    inReport: 'elements of all outputs, for one image',
  },
  'bytes.params': {
    of: (facts, { dtype, unknown }) =>
      unknown.includes('dtype') ? null : stated(facts, 'params', total(facts.params) * DTYPES[dtype]),
    unit: 'bytes',
    label: 'memory of parameters',
    doc: 'of all parameters',
    inLayer: 'of the parameters',
    follows: 'params',
  },
  'bytes.activations': {
    of: (facts, { dtype, batch, unknown }) =>
      unknown.length > 0 ? null : activationsOf(facts) * DTYPES[dtype] * batch,
    unit: 'bytes',
    doc: 'of all outputs, for the whole batch',
    inLayer: 'of the output, for the whole batch',
    column: 'memory',
    follows: 'activations',
  },
  'bytes.peakActivations': {
    unit: 'bytes',
    label: 'peak of activations',
    doc: 'of the outputs alive at once while the rows run in order',
    follows: 'bytes.activations',
  },
} as const satisfies Readonly<Record<string, Figure>>;

/** What the figures of a group have in common. */
export const GROUPS = { bytes: 'bytes at settings.dtype' } as const;

/** `bytes.params` as `bytes: {params}`. */
export type Nested<T> = { readonly [K in keyof T as K extends `${string}.${string}` ? never : K]: T[K] } & {
  readonly [G in keyof typeof GROUPS]: {
    readonly [K in keyof T as K extends `${G}.${infer Name}` ? Name : never]: T[K];
  };
};

/** The group of a figure and its name there; of one without a group its key. */
const pathOf = (key: string): readonly [group: string | null, name: string] => {
  const dot = key.indexOf('.');
  return dot < 0 ? [null, key] : [key.slice(0, dot), key.slice(dot + 1)];
};

const PATHS = new Map(Object.keys(FIGURES).map((key) => [key, pathOf(key)]));

/** The same with what `value` says of each entry; everything stays in its order. */
export const nested = <E extends readonly [key: string, ...unknown[]]>(
  entries: readonly E[],
  value: (entry: E) => unknown,
): Record<string, unknown> => {
  const all: Record<string, unknown> = {};
  for (const entry of entries) {
    const [group, name] = PATHS.get(entry[0]) ?? pathOf(entry[0]);
    if (group === null) all[name] = value(entry);
    else {
      all[group] ??= {};
      (all[group] as Record<string, unknown>)[name] = value(entry);
    }
  }
  return all;
};
