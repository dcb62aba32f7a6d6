// threshold: x above a limit, and one value below it.

import { real } from '../core/args.js';
import { activation } from './family/activation.js';

export default activation(() => ({
  doc: 'x where it is above `limit`, `value` where it is not.',
  cost: { compare: 1 },
  compute: ({ limit, value }) => ({ function: 'threshold', alpha: limit, beta: value }),
  main: 'limit',
  args: {
    limit: real('up to where it is the value'),
    value: real('what stands up to the limit', { default: 0 }),
  },
  label: ({ limit, value }) => `${limit}, else ${value}`,
  examples: [
    `
input: 8x8x4
layers:
  - {threshold: 0.1}             # => 8x8x4, params 0
  - {threshold: 1, value: -1}    # => 8x8x4, params 0
`,
  ],
}));
