// Whether a layer is linear at test time: sums of what it reads, with fixed factors, and a fixed addend. Learned numbers are fixed then.

import type { Operator, OperatorOf } from './operator.js';

/** Null: it hangs on whether what it multiplies by is fixed. */
type Linearity = { readonly [Op in Operator['op']]: boolean | null | ((operator: OperatorOf<Op>) => boolean | null) };

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
  combine: ({ by }) => (by === 'mul' || by === 'div' ? null : by === 'add' || by === 'sub' || by === 'average'),
  concat: true,
  reduce: ({ by }) => by === 'mean' || by === 'sum',
  matmul: null,
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

/** Of several layers: whether each is. */
export const isLinear = (operators: readonly Operator[]): boolean | null => {
  const each = operators.map((operator) => {
    const linear = LINEAR[operator.op] as boolean | null | ((operator: Operator) => boolean | null);
    return typeof linear === 'function' ? linear(operator) : linear;
  });
  return each.includes(false) ? false : each.includes(null) ? null : true;
};
