// What the core does to the results of an operator where it makes them, before they are stored: nothing, where nothing is listed.

import { isFixed } from '../../core/affine.js';
import type { Step } from '../../core/kernels.js';
import type { Operator } from '../../core/operator.js';

/** Fixed factors and addends per channel, a value added, a function. */
type Extra = 'affine' | 'residual' | 'act';

const EXTRAS: { readonly [Op in Operator['op']]?: readonly Extra[] } = {
  convolution: ['affine', 'residual', 'act'],
  transposed: ['affine', 'act'],
  dense: ['affine', 'act'],
  combine: ['act'],
  matmul: ['act'],
  scale: ['act'],
  affine: ['act'],
};

/** At test time: in training nothing is done where something else is. */
export const takes = (step: Step, extra: Extra): boolean => {
  const { op } = step.operator;
  const extras = op === 'normalise' && isFixed(step) ? EXTRAS.scale : EXTRAS[op];
  return extras?.includes(extra) ?? false;
};
