// sqrt: the square root.

import { activation } from './family/activation.js';

export default activation(() => ({
  doc: 'The square root, value by value. Below 0 it is no number.',
  cost: { exp: 1 },
  compute: () => ({ function: 'sqrt' }),
  args: {},
  examples: [
    `
input: 8x8x4
layers:
  - sqrt                         # => 8x8x4, params 0
`,
  ],
}));
