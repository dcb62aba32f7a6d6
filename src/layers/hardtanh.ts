// hardtanh: x clipped to [min, max].

import { bound } from '../core/args.js';
import { activation } from './family/activation.js';
import { inOrder } from './family/bounds.js';

export default activation(() => ({
  doc: 'x clipped to the range from `low` to `high`.',
  cost: { compare: 2 },
  compute: ({ low, high }) => ({ function: 'clamp', alpha: low, beta: high }),
  args: { low: bound('smallest value', { default: -1 }), high: bound('largest value', { default: 1 }) },
  refuse: ({ low, high }) => inOrder(low, high),
  examples: [
    `
input: 8x8x4
layers:
  - hardtanh                     # => 8x8x4, params 0
  - {hardtanh, low: 0, high: .inf} # => 8x8x4, params 0
  - {hardtanh, low: 2}           # error: option/value
`,
  ],
}));
