// leakyrelu: x, or slope * x below zero.

import { real } from '../core/args.js';
import { activation } from './family/activation.js';

export default activation(() => ({
  doc: 'x where it is positive, `slope` times x where it is not.',
  cost: { compare: 1, multiply: 1 },
  compute: ({ slope }) => ({ function: 'leakyrelu', alpha: slope }),
  main: 'slope',
  args: { slope: real('factor below zero', { default: 0.01 }) },
  label: (args) => `${args.slope}`,
  examples: [
    `
input: 8x8x4
layers:
  - {leakyrelu: 0.2}             # => 8x8x4, params 0
`,
  ],
}));
