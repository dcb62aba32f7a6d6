// What merges share: shapes that agree, or are spread over each other as NumPy does over channels and places.

import { type Operation, operation, shapeFactors } from '../../core/count.js';
import { isProblem, Problem } from '../../core/diagnostic.js';
import { type LayerKind, layer } from '../../core/layer.js';
import type { Operator } from '../../core/operator.js';
import type { Reads } from '../../core/reach.js';
import { channels, formatShape, type Shape, sameShape, spatial } from '../../core/shape.js';

/** The shape several inputs are merged into cell by cell, or why they cannot be. A vector has a value per channel. */
const commonShape = (inputs: readonly Shape[]): Shape | Problem => {
  // Copies may be merged by the hundred thousand, more than a call takes.
  const most = (size: (shape: Shape) => number): number => inputs.reduce((all, shape) => Math.max(all, size(shape)), 1);
  const largest = Array.from({ length: most(({ length }) => length) }, (_, axis) => most((shape) => shape[axis] ?? 1));
  const odd = inputs.find((shape) => !spreads(shape, largest));
  if (!odd) return largest;
  const other = inputs.find((shape) => shape !== odd && !meet(shape, odd)) ?? largest;
  return new Problem(
    'shape/mismatch',
    (layout) => `${formatShape(other, layout)} and ${formatShape(odd, layout)} do not agree`,
    helpFor(other, odd),
  );
};

/** Along every axis as many cells, or one for all of them. */
const spreads = (shape: Shape, over: Shape): boolean =>
  (shape.length === 1 || shape.length === over.length) && shape.every((n, axis) => n === 1 || n === over[axis]);

const meet = (a: Shape, b: Shape): boolean =>
  (a.length === b.length || a.length === 1 || b.length === 1) &&
  a.every((n, axis) => n === 1 || n === b[axis] || (b[axis] ?? 1) === 1);

const helpFor = (a: Shape, b: Shape): string => {
  if (a.length > 1 && b.length > 1 && a.length !== b.length)
    return 'bring both to as many axes: reshape, flatten or gap';
  const gate = [a, b].some((shape) => spatial(shape).every((n) => n === 1)) && !sameShape(spatial(a), spatial(b));
  if (gate) {
    const [one, many] = spatial(a).every((n) => n === 1) ? [a, b] : [b, a];
    return `a gate has 1 channel or as many as it meets: ${channels(many)}, not ${channels(one)}`;
  }
  if (channels(a) !== channels(b))
    return sameShape(spatial(a), spatial(b))
      ? 'give both the same number of filters, or one of them 1, or use concat'
      : 'give both the same number of filters, and the same height and width';
  return 'bring both to the same height and width: padding, stride or upsample; or let one have 1 of it';
};

/** Each input's axes along the output's; along those of one cell all cells of the output see it. */
const spreadReads = (inputs: readonly Shape[], output: Shape): readonly Reads[] =>
  inputs.map((shape) => shape.map((n, axis) => (n === output[axis] ? axis : 'all')));

interface Merge {
  readonly doc: string;
  /** Operations per value and further input. */
  readonly sort: Operation;
  readonly linear?: true;
  /** Operations per value, once. */
  readonly last?: Operation;
  readonly by: (Operator & { op: 'combine' })['by'];
  readonly examples: readonly string[];
}

/** A merge cell by cell. */
export const merge = ({ sort, last, by, ...rest }: Merge): Omit<LayerKind, 'name'> =>
  layer({
    ...rest,
    role: 'merge',
    inputs: 'many',
    args: {},
    analyze(_, inputs) {
      const output = commonShape(inputs);
      if (isProblem(output)) return output;
      const each = shapeFactors(output);
      const pairs = inputs.length - 1;
      return {
        output,
        ops: [
          ...(pairs > 0 ? [operation(sort, { ...(pairs > 1 && { times: pairs }), ...each })] : []),
          ...(last ? [operation(last, each)] : []),
        ],
        ...(inputs.some((shape) => !sameShape(shape, output)) && { reads: spreadReads(inputs, output) }),
      };
    },
    execute: () => ({ op: 'combine', by }),
  });
