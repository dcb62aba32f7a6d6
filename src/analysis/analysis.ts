// What is known of a network: figures per row, totals, fields, what was wrong. Immutable; made by analyze.ts.

import type { Operations } from '../core/count.js';
import type { Diagnostic } from '../core/diagnostic.js';
import type { Graph, Node } from '../core/graph.js';
import type { Field } from './receptive-field.js';

/** The figures of one layer, for one image; bytes are for the whole batch. */
export interface Figures {
  readonly params: number;
  readonly trainable: number;
  /** Elements of running statistics. */
  readonly buffers: number;
  /** Multiply-accumulates of convolutions and dense layers, bias not counted. */
  readonly macs: number;
  readonly ops: Operations;
  /** 2 x macs + the other operations. */
  readonly flops: number;
  /** Elements of the output. */
  readonly activations: number;
  readonly bytes: { readonly params: number; readonly activations: number };
}

export interface Row {
  /** From 1, inputs not counted. */
  readonly index: number;
  readonly node: Node;
  /** Null where the layer failed or reads something that did. */
  readonly figures: Figures | null;
  /** With respect to the first input; `fields` in Analysis has the others. */
  readonly field: Field | null;
}

/** Sums over the rows. Null where a row is unknown: a sum without it would be wrong. */
export interface Totals {
  readonly params: number | null;
  readonly trainable: number | null;
  readonly buffers: number | null;
  readonly macs: number | null;
  readonly ops: Operations | null;
  readonly flops: number | null;
  readonly activations: number | null;
  /** Layers with a kernel or weight matrix on the longest path. */
  readonly weightLayers: number | null;
  readonly bytes: {
    readonly params: number | null;
    readonly activations: number | null;
    readonly peakActivations: number | null;
  };
  /** The node that runs when most activations are alive. */
  readonly peakAt: number | null;
}

export interface Analysis {
  readonly graph: Graph;
  readonly rows: readonly Row[];
  readonly totals: Totals;
  /** Fields by input id, then by node id. */
  readonly fields: ReadonlyMap<number, readonly (Field | null)[]>;
  readonly diagnostics: readonly Diagnostic[];
}

/** The row of a node. Inputs come first and have none. */
export const rowOf = ({ graph, rows }: Pick<Analysis, 'graph' | 'rows'>, id: number): Row | undefined =>
  rows[id - (graph.nodes.length - rows.length)];
