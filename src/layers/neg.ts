// neg: the value with its sign turned.

import { affine } from './family/affine.js';

export default affine(() => ({
  doc: 'The value with its sign turned.',
  sort: 'multiply',
  args: {},
  by: () => ({ times: [-1] }),
  examples: [
    `
input: 8x8x4
layers:
  - neg                          # => 8x8x4, params 0
`,
  ],
}));
