// log: the natural logarithm.

import { activation } from './family/activation.js';

export default activation(() => ({
  doc: 'The natural logarithm, value by value. Of 0 it is minus infinity, below 0 it is no number.',
  cost: { exp: 1 },
  compute: () => ({ function: 'log' }),
  args: {},
  examples: [
    `
input: 8x8x4
layers:
  - log                          # => 8x8x4, params 0
`,
  ],
}));
