// What merges share: shapes that agree, or are spread over each other as NumPy does over channels and places.

import { commonShape } from '../../core/broadcast.js';
import { type Operation, operation, shapeFactors } from '../../core/count.js';
import { isProblem } from '../../core/diagnostic.js';
import { type Definition, layer } from '../../core/layer.js';
import type { Operator } from '../../core/operator.js';
import type { Reads } from '../../core/reach.js';
import { type Shape, sameShape } from '../../core/shape.js';

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
export const merge = (describe: () => Merge): Definition =>
  layer(() => {
    const { sort, last, by, ...rest } = describe();
    return {
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
    };
  });
