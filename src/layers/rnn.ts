// rnn: the plain recurrent layer of Elman.

import { word } from '../core/args.js';
import { recurrent } from './family/recurrent.js';

export default recurrent(() => ({
  cell: 'rnn',
  doc: 'A plain recurrent layer (Elman, 1990): the state is bent from the sum of what is read and what was kept.',
  args: { nonlinearity: word('what bends the sum', ['tanh', 'relu'], { default: 'tanh' }) },
  bend: ({ nonlinearity }) => nonlinearity,
  each: { sigmoid: 0, tanh: 1, multiply: 0, add: 1 },
  examples: [
    `
input: 100x64
layers:
  - {rnn: 64}                                      # => 100x64, params 8320, macs 819200
`,
  ],
}));
