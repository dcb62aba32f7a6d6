// hardsigmoid: relu6(x + 3) / 6.

import { activation } from './family/activation.js';

export default activation({
  doc: 'relu6(x + 3) / 6.',
  cost: { add: 1, compare: 2, divide: 1 },
  compute: () => ({ function: 'hardsigmoid' }),
  args: {},
  examples: [
    `
input: 8x8x4
layers:
  - hardsigmoid                  # => 8x8x4, params 0
`,
  ],
});
