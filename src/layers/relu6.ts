// relu6: min(max(0, x), 6).

import { activation } from './family/activation.js';

export default activation(() => ({
  doc: 'min(max(0, x), 6), value by value.',
  cost: { compare: 2 },
  compute: () => ({ function: 'clamp', alpha: 0, beta: 6 }),
  args: {},
  examples: [
    `
input: 8x8x4
layers:
  - relu6                        # => 8x8x4, params 0
`,
  ],
}));
