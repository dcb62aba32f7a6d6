// sigmoid: 1 / (1 + exp(-x)).

import { activation } from './family/activation.js';

export default activation(() => ({
  doc: '1 / (1 + exp(-x)).',
  cost: { exp: 1, add: 1, divide: 1 },
  compute: () => ({ function: 'sigmoid' }),
  args: {},
  examples: [
    `
input: 8x8x4
layers:
  - sigmoid                      # => 8x8x4, params 0
`,
  ],
}));
