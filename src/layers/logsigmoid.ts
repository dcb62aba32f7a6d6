// logsigmoid: log(1 / (1 + exp(-x))).

import { activation } from './family/activation.js';

export default activation(() => ({
  doc: 'log(1 / (1 + exp(-x))), the logarithm of the sigmoid.',
  cost: { compare: 1, exp: 2, add: 2 },
  compute: () => ({ function: 'logsigmoid' }),
  args: {},
  examples: [
    `
input: 8x8x4
layers:
  - logsigmoid                   # => 8x8x4, params 0
`,
  ],
}));
