// What one layer sees of one input, all of it: the path, the steps, a unit's rectangle. Puts steps.ts and unit.ts together.

import type { Node } from '../core/graph.js';
import { isInput } from '../core/graph.js';
import { spatial } from '../core/shape.js';
import type { Analysis } from './analysis.js';
import type { Field, Fields, Tracks } from './receptive-field.js';
import { type Step, stepsTo, widestPath } from './steps.js';
import { type Seen, seenBy } from './unit.js';

export interface View {
  readonly input: Node;
  readonly node: Node;
  readonly field: Field;
  readonly path: readonly Node[];
  readonly steps: readonly Step[];
  /** The unit by its place in the layer, and what it sees; null where every unit sees everything. */
  readonly unit: { readonly at: readonly number[]; readonly seen: Seen } | null;
}

/** One input and the fields in it. */
export interface InputFields {
  readonly input: Node;
  readonly fields: Fields;
}

export const inputFields = ({ graph, fields }: Analysis): readonly InputFields[] =>
  graph.nodes.filter(isInput).map((input) => ({ input, fields: fields.get(input.id) ?? [] }));

/** The place of the middle unit of a layer. */
export const middleOf = (node: Node): readonly number[] =>
  spatial(node.facts?.output ?? []).map((n) => Math.floor((n - 1) / 2));

/** The field of the last layer that does not see everything, its gates left out: that of the last feature map. */
export const lastField = ({ rows }: Analysis): Exclude<Tracks, 'global'> | undefined =>
  rows
    .flatMap(({ field }) => (field && field.local !== 'global' ? [field.local] : []))
    .findLast((tracks) => tracks.length > 0);

/** A layer's views of every input that reaches it. `unit` is the middle one by default. */
export const viewsOf = (analysis: Analysis, node: Node, unit?: readonly number[]): readonly View[] =>
  inputFields(analysis).flatMap(({ input, fields }) => {
    const field = fields[node.id];
    if (!field) return [];
    const { graph } = analysis;
    const at = unit ?? middleOf(node);
    const seen = seenBy(graph, fields, input, node, at);
    const path = widestPath(graph, fields, node);
    return [{ input, node, field, path, steps: stepsTo(graph, fields, path), unit: seen && { at, seen } }];
  });
