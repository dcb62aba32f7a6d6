// mish: x * tanh(softplus(x)).

import { activation } from './family/activation.js';

export default activation(() => ({
  doc: 'x tanh(softplus(x)).',
  cost: { exp: 2, add: 3, divide: 1, multiply: 1 },
  compute: () => ({ function: 'mish' }),
  args: {},
  examples: [
    `
input: 8x8x4
layers:
  - mish                         # => 8x8x4, params 0
`,
  ],
}));
