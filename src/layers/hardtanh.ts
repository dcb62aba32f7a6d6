// hardtanh: x clipped to [min, max].

import { real } from '../core/args.js';
import { Problem } from '../core/diagnostic.js';
import { activation } from './family/activation.js';

export default activation({
  doc: 'x clipped to the range from `low` to `high`.',
  cost: { compare: 2 },
  compute: ({ low, high }) => ({ function: 'clamp', alpha: low, beta: high }),
  args: { low: real('smallest value', { default: -1 }), high: real('largest value', { default: 1 }) },
  refuse: ({ low, high }) =>
    low < high
      ? null
      : new Problem('option/value', `low ${low} must be below high ${high}`, 'raise high, or lower low', 'low'),
  examples: [
    `
input: 8x8x4
layers:
  - hardtanh                     # => 8x8x4, params 0
  - {hardtanh, low: 2}           # error: option/value
`,
  ],
});
