// gru: gated recurrent units.

import { recurrent } from './family/recurrent.js';

export default recurrent(() => ({
  cell: 'gru',
  doc: 'Gated recurrent units (Cho et al., 2014) over the steps of a sequence: three gates per unit, with two biases each as in PyTorch, where the reset scales the sum of the state.',
  args: {},
  each: { sigmoid: 2, tanh: 1, multiply: 3, add: 5 },
  examples: [
    `
input: 100x64
layers:
  - {gru: 64}                                      # => 100x64, params 24960, macs 2457600
  - {gru: 64, bias: false, returns: last}          # => 64, params 24576
`,
  ],
}));
