// softplus: log(1 + exp(x)).

import { activation } from './family/activation.js';

export default activation(() => ({
  doc: 'log(1 + exp(x)).',
  cost: { exp: 2, add: 1 },
  compute: () => ({ function: 'softplus' }),
  args: {},
  examples: [
    `
input: 8x8x4
layers:
  - softplus                     # => 8x8x4, params 0
`,
  ],
}));
