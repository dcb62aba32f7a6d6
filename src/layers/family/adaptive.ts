// What adaptive pools share: the output's size is given, the windows follow from it. What a window computes is the kind's.

import { type Arg, type Args, axes, type Plain } from '../../core/args.js';
import { type Operation, operation, placeFactors } from '../../core/count.js';
import { isProblem, type Problem } from '../../core/diagnostic.js';
import type { Facts } from '../../core/layer.js';
import { gcd, shareReach } from '../../core/reach.js';
import { axisNames, channels, product, type Shape, sameShape, spatial } from '../../core/shape.js';
import { needsVolume } from './convolution.js';

const sizes = axes("size of the output; null for an axis keeps the input's", { min: 1 });

/** `null` for an axis keeps the input's size; it arrives as 0, which nobody may write. */
const output: Arg<readonly number[]> = {
  ...sizes,
  schema: { anyOf: [sizes.schema, { type: 'array', items: { type: ['integer', 'null'] } }] },
  convert(value, count, layout) {
    if (!Array.isArray(value)) return sizes.convert(value, count, layout);
    const list: readonly Plain[] = value;
    // A size stands in for null, so that the other axes are held against their range.
    const given = sizes.convert(
      list.map((n) => n ?? 1),
      count,
      layout,
    );
    return isProblem(given) ? given : given.map((n, axis) => (list[axis] === null ? 0 : n));
  },
};

export const adaptive = { output } satisfies Args;

/** `6x6`; an axis that keeps its size is its letter: `Hx1`. */
export const adaptiveLabel = ({ output }: { readonly output: readonly number[] }): string =>
  output.map((n, axis) => n || axisNames(output.length)[axis]).join('x');

/**
 * Window i of m covers cells from floor(i n / m) to ceil((i + 1) n / m), as PyTorch draws them. All together read the n cells
 * once, and those at an edge between windows twice: the m - 1 edges but for the gcd(n, m) - 1 that fall between cells.
 */
const cellsRead = (size: number, output: number): number => size + output - gcd(size, output);

/** A pool that reaches a given size; one that changes nothing is the identity. */
export const adaptivePool = (wanted: readonly number[], input: Shape, sort: Operation): Facts | Problem => {
  const refused = needsVolume(input);
  if (refused) return refused;
  const sizes = spatial(input);
  const output = wanted.map((n, axis) => n || (sizes[axis] ?? 1));
  if (sameShape(sizes, output)) return { output: input };
  // Windows differ in size, so the cells read are added up, axis by axis.
  const read = sizes.map((size, axis) => cellsRead(size, output[axis] ?? 1));
  return {
    output: [channels(input), ...output],
    ops: [
      operation(sort, { C: channels(input), cells: product(read) }),
      ...(sort === 'add' ? [operation('divide', { C: channels(input), ...placeFactors(output, '_out') })] : []),
    ],
    // One window over everything is a global pool, and what it makes may be a gate.
    reach: product(output) === 1 ? 'global' : sizes.map((size, axis) => shareReach(size, output[axis] ?? 1)),
    why: () => [`${sizes.join('x')} is divided into ${output.join('x')} windows`],
  };
};
