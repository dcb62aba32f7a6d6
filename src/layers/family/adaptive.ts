// What adaptive pools share: the output's size is given, the windows follow from it. What a window computes is the kind's.

import { type Args, axes } from '../../core/args.js';
import { type Operation, term } from '../../core/count.js';
import type { Facts } from '../../core/layer.js';
import type { Problem } from '../../core/diagnostic.js';
import { type Shape, channels, product, sameShape, spatial } from '../../core/shape.js';
import { needsVolume, placeFactors } from './convolution.js';

export const adaptive = { output: axes('size of the output', { min: 1 }) } satisfies Args;

/** Window i covers cells from floor(i n / m) to ceil((i + 1) n / m), as PyTorch draws them. */
export const windowSizes = (size: number, output: number): readonly number[] =>
  Array.from({ length: output }, (_, i) => Math.ceil(((i + 1) * size) / output) - Math.floor((i * size) / output));

/** A pool that reaches a given size; one that changes nothing is the identity. */
export const adaptivePool = (output: readonly number[], input: Shape, sort: Operation): Facts | Problem => {
  const refused = needsVolume(input);
  if (refused) return refused;
  const sizes = spatial(input);
  if (sameShape(sizes, output)) return { output: input };
  // Windows differ in size, so the cells read are added up, axis by axis.
  const read = sizes.map((size, axis) => windowSizes(size, output[axis] ?? 1).reduce((a, b) => a + b, 0));
  return {
    output: [channels(input), ...output],
    ops: [term(sort, { C: channels(input), cells: product(read) }), ...(sort === 'add' ? [term('divide', { C: channels(input), ...placeFactors(output, '_out') })] : [])],
    reach: 'global',
    why: () => [`${sizes.join('x')} is divided into ${output.join('x')} windows`],
  };
};
