// selu: elu with the two constants that keep mean and deviation.

import { activation } from './family/activation.js';

export default activation(() => ({
  doc: 'elu scaled by the two constants that keep mean 0 and deviation 1 (Klambauer et al., 2017).',
  cost: { compare: 1, exp: 1, add: 1, multiply: 2 },
  compute: () => ({ function: 'selu' }),
  args: {},
  examples: [
    `
input: 8x8x4
layers:
  - selu                         # => 8x8x4, params 0
`,
  ],
}));
