// logsoftmax: the logarithm of softmax.

import { word } from '../core/args.js';
import { term } from '../core/count.js';
import { layer } from '../core/layer.js';
import { shapeFactors } from '../core/shape.js';

export default layer({
  doc: 'x minus the logarithm of the sum of exp over the channels (`over: c`, the default) or over the places of each channel (`over: hw`).',
  role: 'activation',
  args: { over: word('channels, or all places of a channel', ['c', 'hw'], { default: 'c' }) },
  label: (args) => (args.over === 'c' ? '' : 'over places'),
  // Per value: one exponential, one addition to the sum, one subtraction.
  analyze({ over }, [input]) {
    const each = shapeFactors(input);
    return {
      output: input,
      ops: [term('exp', each), term('add', { times: 2, ...each })],
      ...(over === 'hw' && input.length > 1 && { reach: 'global' as const }),
    };
  },
  examples: [
    `
input: 10
layers:
  - logsoftmax                   # => 10, params 0
`,
  ],
});
