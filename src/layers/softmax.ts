// softmax: positive values that add up to one, over the channels or over the places.

import { word } from '../core/args.js';
import { term } from '../core/count.js';
import { layer } from '../core/layer.js';
import { shapeFactors } from '../core/shape.js';

export default layer({
  doc: 'exp(x) divided by the sum of exp over the channels (`over: c`, the default) or over the places of each channel (`over: hw`).',
  role: 'activation',
  args: { over: word('channels, or all places of a channel', ['c', 'hw'], { default: 'c' }) },
  label: (args) => (args.over === 'c' ? '' : 'over places'),
  // Per value: one exponential, one addition to the sum, one division.
  analyze({ over }, [input]) {
    const each = shapeFactors(input);
    return {
      output: input,
      ops: [term('exp', each), term('add', each), term('divide', each)],
      ...(over === 'hw' && input.length > 1 && { reach: 'global' as const }),
    };
  },
  examples: [
    `
input: 10
layers:
  - softmax                      # => 10, params 0
`,
  ],
});
