// relu: max(0, x).

import { activation } from './family/activation.js';

export default activation(() => ({
  doc: 'max(0, x), value by value.',
  cost: { compare: 1 },
  compute: () => ({ function: 'relu' }),
  args: {},
  examples: [
    `
input: 55x55x96
layers:
  - relu                         # => 55x55x96, params 0
`,
  ],
}));
