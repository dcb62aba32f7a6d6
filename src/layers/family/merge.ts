// What merges share: shapes that agree, or a value per channel broadcast over places; what each merge computes is the kind's.

import { type Operation, operation, shapeFactors } from '../../core/count.js';
import { Problem } from '../../core/diagnostic.js';
import { type LayerKind, layer } from '../../core/layer.js';
import type { Operator } from '../../core/operator.js';
import { channels, formatShape, type Shape, sameShape, spatial } from '../../core/shape.js';

/** The shape several inputs are merged into cell by cell, or why they cannot be. */
const commonShape = (inputs: readonly Shape[], broadcast: boolean): Shape | Problem => {
  const [first = []] = inputs;
  const largest =
    inputs.find((shape) => shape.length > 1 && spatial(shape).some((n) => n > 1)) ??
    inputs.find((shape) => shape.length > 1) ??
    first;
  const odd = inputs.find((shape) => !sameShape(shape, largest) && !(broadcast && perChannel(shape, largest)));
  if (!odd) return largest;
  const help =
    channels(odd) === channels(largest)
      ? 'bring both to the same height and width: padding, stride or upsample'
      : 'give both the same number of filters, or use concat';
  return new Problem(
    'shape/mismatch',
    (layout) => `${formatShape(largest, layout)} and ${formatShape(odd, layout)} do not agree`,
    help,
  );
};

const perChannel = (shape: Shape, to: Shape): boolean =>
  channels(shape) === channels(to) && spatial(shape).every((n) => n === 1);

interface Merge {
  readonly doc: string;
  /** Operations per value and further input. */
  readonly sort: Operation;
  /** Takes a vector of C or 1x1xC beside a volume. */
  readonly broadcast: boolean;
  readonly linear?: true;
  /** Operations per value, once. */
  readonly last?: Operation;
  readonly by: (Operator & { op: 'combine' })['by'];
  readonly examples: readonly string[];
}

/** A merge cell by cell. */
export const merge = ({ sort, last, broadcast, by, ...rest }: Merge): Omit<LayerKind, 'name'> =>
  layer({
    ...rest,
    role: 'merge',
    inputs: 'many',
    args: {},
    analyze(_, inputs) {
      const output = commonShape(inputs, broadcast);
      if (output instanceof Problem) return output;
      const each = shapeFactors(output);
      const pairs = inputs.length - 1;
      return {
        output,
        ops: [
          ...(pairs > 0 ? [operation(sort, { ...(pairs > 1 && { times: pairs }), ...each })] : []),
          ...(last ? [operation(last, each)] : []),
        ],
      };
    },
    execute: () => ({ op: 'combine', by }),
  });
