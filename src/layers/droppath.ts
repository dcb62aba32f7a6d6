// droppath: drops a whole branch at random while training (stochastic depth); nothing at test time.

import { real } from '../core/args.js';
import { layer } from '../core/layer.js';

export default layer(() => ({
  doc: 'Drops its whole input with probability `rate` while training (stochastic depth, Huang et al., 2016). At test time it does nothing.',
  role: 'regularisation',
  main: 'rate',
  args: { rate: real('probability of dropping', { min: 0, max: 1, default: 0.1 }) },
  label: (args) => `${args.rate}`,
  analyze: (_, [input]) => ({ output: input }),
  execute: ({ rate }) => ({ op: 'pointwise', function: 'identity', drops: { rate, whole: true } }),
  examples: [
    `
input: 14x14x96
layers:
  - {droppath: 0.2}              # => 14x14x96, params 0
`,
  ],
}));
