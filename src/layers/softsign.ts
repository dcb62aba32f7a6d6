// softsign: x / (1 + |x|).

import { activation } from './family/activation.js';

export default activation(() => ({
  doc: 'x / (1 + |x|).',
  cost: { add: 1, divide: 1 },
  compute: () => ({ function: 'softsign' }),
  args: {},
  examples: [
    `
input: 8x8x4
layers:
  - softsign                     # => 8x8x4, params 0
`,
  ],
}));
