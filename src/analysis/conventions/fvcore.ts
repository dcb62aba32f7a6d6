// fvcore 0.1.6 (3378afe), FlopCountAnalysis: it traces the operations that run. Its "flop" is one multiply-accumulate.
//
// Source: fvcore/nn/flop_count.py and jit_handles.py. Quirks: a convolution padded by the word "same" is another operation in the trace,
// which it has no rule for; so are bicubic resizing, max pools, activations and sums, all told in a warning and counted as 0.

import { type Convention, each, perValue, type Rules, term, uncounted } from './convention.js';
import { axesOf } from './step.js';

/** In the trace such a convolution is `aten::_convolution_mode`. */
const same = term('convolutions padded "same", which it does not count', ({ same, macs }) => (same ? -macs : 0));

const rules: Rules = {
  convolution: same,
  'batch norm': perValue('batch norm', 2, 1),
  ...each(['layer norm', 'group norm', 'instance norm'], perValue('other norms', 5, 4)),
  'adaptive average': term('adaptive average pools of pictures, 1 per input value', (step) =>
    axesOf(step) === 2 ? step.n : 0,
  ),
  resize: term('resizing of pictures, 1 per output value by the nearest and 4 bilinear', (step) =>
    axesOf(step) !== 2 || step.mode === 'cubic' ? 0 : (step.mode === 'nearest' ? 1 : 4) * step.m,
  ),
  recurrent: uncounted('recurrent layers'),
};

export const fvcore: Convention = {
  name: 'fvcore',
  tool: 'fvcore',
  version: '0.1.6',
  quantity: 'flops',
  doc: 'its "flop" is one multiply-accumulate',
  base: 'macs',
  rules,
};

/** Outputs of products, which the `activations` of fvcore and the `macts` of timm are. */
const outputs: Rules = {
  convolution: term('outputs of convolutions', ({ same, m }) => (same ? 0 : m)),
  transposed: term('outputs of convolutions', ({ m }) => m),
  ...each(
    ['dense', 'matmul'],
    term('outputs of dense layers and products', ({ m }) => m),
  ),
};

export const fvcoreActivations: Convention = {
  ...fvcore,
  quantity: 'activations',
  doc: 'values that come out of convolutions and dense layers',
  base: 'nothing',
  rules: outputs,
};
