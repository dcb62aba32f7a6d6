// tanh: the hyperbolic tangent.

import { activation } from './family/activation.js';

export default activation(() => ({
  doc: 'The hyperbolic tangent, (1 - exp(-2x)) / (1 + exp(-2x)).',
  cost: { exp: 1, add: 2, divide: 1 },
  compute: () => ({ function: 'tanh' }),
  args: {},
  examples: [
    `
input: 8x8x4
layers:
  - tanh                         # => 8x8x4, params 0
`,
  ],
}));
