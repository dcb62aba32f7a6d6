// What is known of a network: figures per row, totals, fields, what was wrong. Immutable; made by analyze.ts.

import type { Diagnostic } from '../core/diagnostic.js';
import type { FIGURES, Nested } from '../core/figures.js';
import type { Graph, Node } from '../core/graph.js';
import type { Field } from './receptive-field.js';

type Table = typeof FIGURES;
type Of<F> = F extends { readonly of: (...asked: never) => infer Value } ? Value : number;

/** What only the network as a whole has. */
export type Whole = { [K in keyof Table]: Table[K] extends { readonly of: unknown } ? never : K }[keyof Table];

/** The figures of one layer, for one image; bytes are for the whole batch. What each is stands in core/figures.ts. */
export type Figures = Nested<{ readonly [K in Exclude<keyof Table, Whole>]: Of<Table[K]> }>;

export interface Row {
  /** From 1, inputs not counted. */
  readonly index: number;
  readonly node: Node;
  /** Null where the layer failed or reads something that did. */
  readonly figures: Figures | null;
  /** With respect to the first input; `fields` in Analysis has the others. */
  readonly field: Field | null;
}

/** Sums over the rows, and what only the whole has. Null where a row is unknown: a sum without it would be wrong. */
export type Totals = Nested<{ readonly [K in keyof Table]: Of<Table[K]> | null }> & {
  /** The node that runs when most activations are alive. */
  readonly peakAt: number | null;
};

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
