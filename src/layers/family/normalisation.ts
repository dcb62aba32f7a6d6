// What normalisations share: a learned scale and shift, and what dividing by a deviation costs.

import { flag, real } from '../../core/args.js';
import {
  type Factors,
  type OperationCount,
  operation,
  shapeFactors,
  type TensorCount,
  tensor,
} from '../../core/count.js';
import type { Shape } from '../../core/shape.js';

export const affine = (fallback: boolean) => flag('learn a scale (gamma) and a shift (beta)', { default: fallback });
export const eps = real('added to the variance', { min: 0, default: 1e-5 });

/** gamma and beta, each of the given size. */
export const scaleAndShift = (affine: boolean, size: Factors): TensorCount =>
  affine ? [tensor('gamma', 'scale', size), tensor('beta', 'shift', size)] : [];

/**
 * Statistics taken from the input itself: per value one addition for the mean, a subtraction, a square and an addition for
 * the variance, a division by the deviation; the scale and shift cost a multiplication and an addition more.
 */
export const statisticsOps = (affine: boolean, input: Shape): OperationCount => {
  const each = shapeFactors(input);
  return [
    operation('add', { times: affine ? 4 : 3, ...each }),
    operation('multiply', { times: affine ? 2 : 1, ...each }),
    operation('divide', each),
  ];
};
