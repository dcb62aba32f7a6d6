// silu: x * sigmoid(x), also called swish.

import { activation } from './family/activation.js';

export default activation(() => ({
  doc: 'x sigmoid(x), also called swish.',
  aliases: ['swish'],
  cost: { exp: 1, add: 1, divide: 1, multiply: 1 },
  compute: () => ({ function: 'silu' }),
  args: {},
  examples: [
    `
input: 8x8x4
layers:
  - silu                         # => 8x8x4, params 0
`,
  ],
}));
