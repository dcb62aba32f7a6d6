// What normalisations share: a learned scale and shift, and what dividing by a deviation costs.

import { type Args, flag, real } from '../../core/args.js';
import {
  type Factors,
  type OperationCount,
  operation,
  shapeFactors,
  type TensorCount,
  tensor,
} from '../../core/count.js';
import type { Shape } from '../../core/shape.js';

/** What a normalisation learns: both, or one of the two. */
export const learned = (fallback: boolean) =>
  ({
    affine: flag('learn a scale (gamma) and a shift (beta)', { default: fallback }),
    scale: flag('learn the scale', { from: 'affine' }),
    shift: flag('learn the shift', { from: 'affine' }),
  }) satisfies Args;

export const learnedLabel = ({ scale, shift }: Learned): string =>
  scale === shift ? '' : scale ? 'no shift' : 'no scale';

interface Learned {
  readonly scale: boolean;
  readonly shift: boolean;
}

export const eps = real('added to the variance', { min: 0, default: 1e-5 });

/** gamma and beta, each of the given size. */
export const scaleAndShift = ({ scale, shift }: Learned, size: Factors): TensorCount => [
  ...(scale ? [tensor('gamma', 'scale', size)] : []),
  ...(shift ? [tensor('beta', 'shift', size)] : []),
];

/**
 * Statistics taken from the input itself: per value one addition for the mean, a subtraction, a square and an addition for
 * the variance, a division by the deviation; the scale and shift cost a multiplication and an addition more.
 */
export const statisticsOps = ({ scale, shift }: Learned, input: Shape): OperationCount => {
  const each = shapeFactors(input);
  return [
    operation('add', { times: shift ? 4 : 3, ...each }),
    operation('multiply', { times: scale ? 2 : 1, ...each }),
    operation('divide', each),
  ];
};
