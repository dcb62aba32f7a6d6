// softmax: positive values that add up to one, over the channels or other axes.

import { operation } from '../core/count.js';
import { softmaxKind } from './family/softmax.js';

export default softmaxKind(() => ({
  doc: 'exp(x) divided by the sum of exp over the channels (`over: c`, the default) or other axes: `over: hw` is over the places of each channel.',
  // Per value: one exponential, one addition to the sum, one division.
  ops: (each) => [operation('exp', each), operation('add', each), operation('divide', each)],
  log: false,
  examples: [
    `
input: 10
layers:
  - softmax                      # => 10, params 0
`,
  ],
}));
