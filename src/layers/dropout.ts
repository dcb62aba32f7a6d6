// dropout: sets values to zero at random while training; nothing at test time.

import { real } from '../core/args.js';
import { layer } from '../core/layer.js';

export default layer(() => ({
  doc: 'Sets a share `rate` of the values to zero while training. At test time it does nothing.',
  role: 'regularisation',
  main: 'rate',
  args: { rate: real('share of values dropped', { min: 0, max: 1, default: 0.5 }) },
  label: (args) => `${args.rate}`,
  analyze: (_, [input]) => ({ output: input }),
  execute: ({ rate }) => ({ op: 'pointwise', function: 'identity', drops: { rate } }),
  examples: [
    `
input: 4096
layers:
  - {dropout: 0.5}               # => 4096, params 0
  - {dropout: 1.5}               # error: option/value
`,
  ],
}));
