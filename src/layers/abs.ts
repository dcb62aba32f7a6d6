// abs: the value without its sign.

import { activation } from './family/activation.js';

export default activation(() => ({
  doc: 'The value without its sign.',
  cost: { compare: 1 },
  compute: () => ({ function: 'abs' }),
  args: {},
  examples: [
    `
input: 8x8x4
layers:
  - abs                          # => 8x8x4, params 0
`,
  ],
}));
