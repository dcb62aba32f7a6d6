// PyTorch's FlopCounterMode, and torch.profiler with_flops: products, a multiplication and an addition being two. Nothing else counts.
//
// Source: torch/utils/flop_counter.py. The bias is not counted; a transposed convolution counts at the places of its input.

import type { Convention } from './convention.js';

export const flopcounter: Convention = {
  name: 'flopcounter',
  tool: 'FlopCounterMode',
  version: 'PyTorch 2',
  quantity: 'flops',
  doc: 'a multiplication and an addition are two; products only',
  base: 'macs',
  twice: true,
  rules: {},
  unmeasured: ['recurrent'],
};
