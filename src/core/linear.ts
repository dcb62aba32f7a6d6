// Whether a layer is linear at test time: sums of what it reads, with fixed factors, and a fixed addend. Learned numbers are fixed then.

import type { Operator, OperatorOf } from './operator.js';

type Linearity = { readonly [Op in Operator['op']]: boolean | ((operator: OperatorOf<Op>) => boolean) };

const LINEAR: Linearity = {
  convolution: true,
  transposed: true,
  dense: true,
  pool: ({ mode }) => mode === 'mean',
  'adaptive-pool': ({ mode }) => mode === 'mean',
  // By running statistics; all others divide by a deviation of what they read.
  normalise: ({ over }) => over === 'batch',
  lrn: false,
  pointwise: (operator) => operator.function === 'identity',
  prelu: false,
  softmax: false,
  combine: ({ by }) => by === 'add' || by === 'sub' || by === 'average',
  concat: true,
  reduce: ({ by }) => by === 'mean' || by === 'sum',
  matmul: false,
  scale: true,
  parameter: true,
  affine: true,
  glu: false,
  unpool: false,
  recurrent: false,
  embedding: false,
  reshape: true,
  permute: true,
  pad: true,
  slice: true,
  shuffle: true,
  pixelshuffle: true,
  pixelunshuffle: true,
  upsample: true,
};

/** Of several one behind the other: they are linear together only where each is. */
export const isLinear = (operators: readonly Operator[]): boolean =>
  operators.every((operator) => {
    const linear = LINEAR[operator.op] as boolean | ((operator: Operator) => boolean);
    return typeof linear === 'boolean' ? linear : linear(operator);
  });
