// elu: x, or alpha * (exp(x) - 1) below zero.

import { real } from '../core/args.js';
import { activation } from './family/activation.js';

export default activation(() => ({
  doc: 'x where it is positive, alpha (exp(x) - 1) where it is not.',
  cost: { compare: 1, exp: 1, add: 1, multiply: 1 },
  compute: ({ alpha }) => ({ function: 'elu', alpha }),
  args: { alpha: real('factor below zero', { default: 1 }) },
  examples: [
    `
input: 8x8x4
layers:
  - elu                          # => 8x8x4, params 0
`,
  ],
}));
