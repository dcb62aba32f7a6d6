// ptflops 0.7.6 (d612c75), get_model_complexity_info: three ways to count. "Mac" is one multiply-accumulate, or any other operation.
//
// Source: ptflops/pytorch_ops.py, pytorch_engine.py and aten_engine.py. As it comes it asks modules and, besides, replaces functions: what
// is a module that calls such a function (ReLU, pools, Upsample) counts twice; `count_functional: False` leaves functions out; the backend
// `aten` counts products only. `+`, `*` and `+=` are no functions, and torch.add and torch.mul are.

import type { Difference } from './convention.js';
import {
  biases,
  type Convention,
  each,
  paddedSquares,
  perInput,
  perOutput,
  perValue,
  type Rules,
  term,
  uncounted,
} from './convention.js';
import type { Sort } from './step.js';

const POOLS: readonly Sort[] = ['max pool', 'average pool', 'adaptive max', 'adaptive average'];

const products: Rules = each(['convolution', 'transposed', 'dense'], biases);

const norms: Rules = {
  'batch norm': perValue('batch norm', 2, 1),
  ...each(['instance norm', 'group norm'], perValue('instance and group norm', 2, 1)),
  'layer norm': perInput('layer norm'),
};

const modules: Rules = {
  ...products,
  ...norms,
  ...each(['relu', 'relu6', 'prelu', 'elu', 'leakyrelu', 'gelu'], perOutput('activations')),
  ...each(POOLS, perInput('pools')),
  resize: perOutput('resizing'),
};

const twicePerValue = (what: string): readonly [Difference] =>
  term(`${what}, 2 per value: module and function`, ({ m }) => 2 * m);

/** Squares, an average over a copy that is padded along the channels, and two products. */
const lrn: readonly [Difference] = term('LRN, 3 per value and its padded copy', paddedSquares);

const functions: Rules = {
  ...products,
  ...each(['relu', 'relu6', 'prelu', 'elu', 'gelu', 'silu', 'softmax'], perOutput('activations')),
  ...each(POOLS, perInput('pools')),
  resize: perOutput('resizing'),
  join: term('torch.add and torch.mul, 1 per output value', ({ reads, m }) => (reads - 1) * m),
  lrn,
};

const common = {
  tool: 'ptflops',
  version: '0.7.6',
  quantity: 'macs',
  base: 'macs',
  unmeasured: ['recurrent'],
} as const;

export const ptflops: Convention = {
  ...common,
  name: 'ptflops',
  doc: 'as it comes: products with biases, norms, activations and pools, some of them twice',
  rules: {
    ...modules,
    ...each(['relu', 'prelu', 'elu', 'gelu'], twicePerValue('activations')),
    ...each(['silu', 'softmax'], perOutput('activations')),
    ...each(
      POOLS,
      term('pools, 2 per input value: module and function', ({ n }) => 2 * n),
    ),
    resize: twicePerValue('resizing'),
    lrn,
  },
  functions,
  subclasses: null,
};

export const ptflopsModules: Convention = {
  ...common,
  name: 'ptflops-modules',
  doc: 'with count_functional: False: modules only',
  rules: { ...modules, matmul: uncounted('products of matrices') },
  functions: null,
  subclasses: null,
};

export const ptflopsAten: Convention = {
  ...common,
  name: 'ptflops-aten',
  doc: 'with the backend aten: convolutions and dense layers with their biases',
  rules: {
    ...each(['transposed', 'dense'], biases),
    // A dense layer over the channels of each place is a product without a bias there.
    convolution: term('biases, 1 per output value', ({ linear, biases, m }) => (!linear && biases > 0 ? m : 0)),
  },
};
