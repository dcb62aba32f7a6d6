// Every figure of a layer and of a network, once: what it is, how a layer has it, and its words. Sums are analysis/figures.ts.
//
// What follows from an entry: the figure of every row, of folded lines and of the whole, its refusal past 2^53, a column, a
// field of the JSON and of its schema, and what `expect:` may say.

import { OPERATIONS, operations, total } from './count.js';
import { DTYPES, type Graph } from './graph.js';
import type { Facts } from './layer.js';
import { elements } from './shape.js';

export interface Figure {
  /**
   * What one layer has, for one image; bytes are for the whole batch. Asked once per `Facts`, which copies share. Absent of
   * what only the whole network has: analysis/figures.ts asks the graph for it.
   */
  readonly of?: (facts: Facts, graph: Graph) => number | Readonly<Record<string, number>>;
  /** The names of its numbers where it has several; such a figure has no column, and nothing of it can be expected. */
  readonly parts?: readonly string[];
  readonly unit: 'elements' | 'operations' | 'bytes' | 'layers';
  /** The heading of its column. */
  readonly title: string;
  /** What it is called in a list of facts, where that is longer. */
  readonly label?: string;
  /** What is said behind it in a list of facts. */
  readonly remark?: string;
  /** What it is. */
  readonly doc: string;
  /** The same in the schema of the report where that says more, and there where it says something else of a layer. */
  readonly inReport?: string;
  readonly inLayer?: string;
  /** The name of its column; the figure's own by default, and none where that has a dot. */
  readonly column?: string;
  /** What may be expected of the whole only. Names with a dot cannot be expected. */
  readonly expect?: 'total';
  /** Another figure that is past 2^53, too, where this one is: the refusal is told of that one. */
  readonly follows?: string;
}

/** By the names that JSON and `expect:` have for them, in the order of both. A name with a dot stands in the group before it. */
export const FIGURES = {
  params: {
    of: ({ params }) => total(params),
    unit: 'elements',
    title: 'params',
    label: 'parameters',
    doc: 'parameters',
    inReport: 'weights and biases',
  },
  trainable: {
    of: ({ params }) => total(params, (term) => term.trainable !== false),
    unit: 'elements',
    title: 'trainable',
    doc: 'parameters that training changes',
    inReport: 'those that training changes',
    expect: 'total',
    follows: 'params',
  },
  buffers: {
    of: ({ buffers }) => total(buffers),
    unit: 'elements',
    title: 'buffers',
    label: 'running statistics',
    remark: 'kept by batch norm, not learned',
    doc: 'elements of running statistics',
    inLayer: 'elements of running statistics, kept but not learned',
  },
  macs: {
    of: ({ macs }) => total(macs),
    unit: 'operations',
    title: 'MACs',
    label: 'multiply-accumulates',
    remark: 'convolutions and dense layers, bias not counted, one image',
    doc: 'multiply-accumulates',
    inLayer: 'multiply-accumulates for one image, bias not counted',
    inReport: 'multiply-accumulates for one image',
  },
  ops: {
    of: ({ ops }) => operations(ops),
    parts: OPERATIONS,
    unit: 'operations',
    title: 'operations',
    doc: 'operations besides multiply-accumulates, by sort',
    follows: 'flops',
  },
  flops: {
    of: ({ macs, ops }) => 2 * total(macs) + total(ops),
    unit: 'operations',
    title: 'FLOPs',
    remark: '2 x multiply-accumulates, and the other operations',
    doc: '2 x macs and the other operations',
    inReport: '2 x macs, and the other operations',
  },
  weightLayers: {
    unit: 'layers',
    title: 'layers',
    label: 'weight layers',
    remark: 'with a kernel or weight matrix, on the longest path',
    doc: 'layers with weights on the longest path',
    inReport: 'layers with a kernel or weight matrix on the longest path: AlexNet 8',
  },
  activations: {
    of: ({ output }) => elements(output),
    unit: 'elements',
    title: 'activations',
    doc: 'values of the output',
    inLayer: 'elements of the output, for one image',
    inReport: 'elements of all outputs, for one image',
  },
  'bytes.params': {
    of: ({ params }, { dtype }) => total(params) * DTYPES[dtype],
    unit: 'bytes',
    title: 'memory of parameters',
    doc: 'of all parameters',
    inLayer: 'of the parameters',
    follows: 'params',
  },
  'bytes.activations': {
    of: ({ output }, { dtype, batch }) => elements(output) * DTYPES[dtype] * batch,
    unit: 'bytes',
    title: 'memory',
    doc: 'of all outputs, for the whole batch',
    inLayer: 'of the output, for the whole batch',
    column: 'memory',
    follows: 'activations',
  },
  'bytes.peakActivations': {
    unit: 'bytes',
    title: 'peak of activations',
    doc: 'of the outputs alive at once while the rows run in order',
    follows: 'activations',
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

/** The same with values; everything stays in its order. */
export const nested = (values: readonly (readonly [string, unknown])[]): Readonly<Record<string, unknown>> => {
  const all: Record<string, unknown> = {};
  for (const [key, value] of values) {
    const [name = key, inner] = key.split('.');
    all[name] = inner === undefined ? value : { ...(all[name] as object | undefined), [inner]: value };
  }
  return all;
};
