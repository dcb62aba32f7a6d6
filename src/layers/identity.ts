// identity: passes its input on.

import { activation } from './family/activation.js';

export default activation(() => ({
  doc: 'Passes its input on unchanged.',
  cost: {},
  compute: () => ({ function: 'identity' }),
  args: {},
  linear: true,
  examples: [
    `
input: 8x8x4
layers:
  - identity                     # => 8x8x4, params 0
`,
  ],
}));
