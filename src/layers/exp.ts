// exp: e to the power of x.

import { activation } from './family/activation.js';

export default activation(() => ({
  doc: 'e to the power of x, value by value.',
  cost: { exp: 1 },
  compute: () => ({ function: 'exp' }),
  args: {},
  examples: [
    `
input: 8x8x4
layers:
  - exp                          # => 8x8x4, params 0
`,
  ],
}));
