// celu: x, or alpha * (exp(x / alpha) - 1) below zero.

import { real } from '../core/args.js';
import { Problem } from '../core/diagnostic.js';
import { activation } from './family/activation.js';

export default activation(() => ({
  doc: 'x where it is positive, alpha (exp(x / alpha) - 1) where it is not.',
  cost: { compare: 1, exp: 1, add: 1, multiply: 1, divide: 1 },
  compute: ({ alpha }) => ({ function: 'celu', alpha }),
  args: { alpha: real('factor below zero', { default: 1 }) },
  refuse: ({ alpha }) =>
    alpha === 0 ? new Problem('option/value', 'alpha must not be 0: celu divides by it', 'use relu', 'alpha') : null,
  examples: [
    `
input: 8x8x4
layers:
  - celu                         # => 8x8x4, params 0
  - {celu, alpha: 0}             # error: option/value
`,
  ],
}));
