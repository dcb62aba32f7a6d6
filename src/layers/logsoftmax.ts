// logsoftmax: the logarithm of softmax.

import { operation } from '../core/count.js';
import { softmaxKind } from './family/softmax.js';

export default softmaxKind(() => ({
  doc: 'x minus the logarithm of the sum of exp over the channels (`over: c`, the default) or other axes: `over: hw` is over the places of each channel.',
  // Per value: one exponential, one addition to the sum, one subtraction.
  ops: (each) => [operation('exp', each), operation('add', { times: 2, ...each })],
  log: true,
  examples: [
    `
input: 10
layers:
  - logsoftmax                   # => 10, params 0
`,
  ],
}));
