// What global pools share: one value per channel from all places.

import { type Args, flag } from '../../core/args.js';
import { type Operation, operation, shapeFactors } from '../../core/count.js';
import type { Problem } from '../../core/diagnostic.js';
import type { Facts } from '../../core/layer.js';
import { channels, type Shape, spatial } from '../../core/shape.js';
import { needsVolume } from './convolution.js';

export const global = {
  keepdims: flag('keep the axes, 1x1xC, instead of a vector of C', { default: false }),
} satisfies Args;

export const globalPool = (keepdims: boolean, input: Shape, sort: Operation): Facts | Problem =>
  needsVolume(input) ?? {
    output: keepdims ? [channels(input), ...spatial(input).map(() => 1)] : [channels(input)],
    ops: [
      operation(sort, shapeFactors(input)),
      ...(sort === 'add' ? [operation('divide', { C: channels(input) })] : []),
    ],
    reach: 'global',
  };
