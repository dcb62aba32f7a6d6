// conv: convolution in 1, 2 or 3 dimensions, grouped and dilated if asked. What all convolutions share is in family/.

import { kernelFactors, placeFactors, term } from '../core/count.js';
import { isProblem } from '../core/diagnostic.js';
import { layer } from '../core/layer.js';
import { channels } from '../core/shape.js';
import { windowLabel } from '../core/window.js';
import {
  bias,
  convolution,
  filters,
  grouped,
  groups,
  groupsDivide,
  groupsLabel,
  slideOver,
  sliding,
  weight_norm,
  weightNormLabel,
  weightsAndBias,
} from './family/convolution.js';

export default layer(() => ({
  doc: 'Slides `filters` learned kernels over the input; each gives one channel of the output. `padding: causal` pads before the first cell only, so that no output cell sees what comes after it; `weight_norm` learns the length of each kernel apart from its direction (Salimans and Kingma, 2016).',
  role: 'weights',
  linear: true,
  sugar: true,
  main: 'filters',
  args: { filters, ...sliding, groups, bias, weight_norm },
  label: (args) => `${args.filters} ${windowLabel(args)}${groupsLabel(args)}${weightNormLabel(args)}`,

  analyze(args, [input]) {
    const slid = groupsDivide(args.groups, input, args.filters) ?? slideOver(input, args);
    if (isProblem(slid)) return slid;
    const weights = { C_out: args.filters, 'C_in/g': channels(input) / args.groups, ...kernelFactors(args.kernel) };
    return {
      output: [args.filters, ...slid.out],
      params: weightsAndBias(weights, args, args.filters),
      macs: [term({ ...weights, ...placeFactors(slid.out, '_out') })],
      ...slid.facts,
      ...grouped(args.groups, input, args.filters),
    };
  },

  execute: (args, facts) => convolution(facts, args.groups),

  examples: [
    `
input: 227x227x3
layers:
  - {conv: 96, kernel: 11, stride: 4}               # => 55x55x96, params 34944, macs 105415200
  - {conv: 256, kernel: 5, padding: 2, groups: 2}   # => 55x55x256, params 307456
  - {conv: 64, kernel: 3, padding: same, stride: 2} # => 28x28x64
  - {conv: 8, kernel: [31, 1]}                      # error: shape/kernel-too-large
`,
    `
input: 16000x1
layers:
  - {conv: 64, kernel: 80, stride: 4}               # => 3981x64, params 5184
  - {conv: 64, kernel: 3, dilation: 4, padding: causal} # => 3981x64, params 12352
  - {conv: 64, kernel: 3, padding: 1, weight_norm: true} # => 3981x64, params 12416
`,
    `
input: 16x112x112x3
layers:
  - {conv: 64, kernel: 3x7x7, stride: [1, 2, 2], padding: 1x3x3, bias: false} # => 16x56x56x64, params 28224
`,
  ],
}));
