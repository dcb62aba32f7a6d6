// pow: x to a fixed power.

import { real } from '../core/args.js';
import { activation, type Cost } from './family/activation.js';

export default activation(() => ({
  doc: 'x to the power of `exponent`, value by value. Of values below 0 only whole powers are numbers.',
  cost: ({ exponent }) => costOf(exponent),
  compute: ({ exponent }) => ({ function: 'pow', alpha: exponent }),
  main: 'exponent',
  args: { exponent: real('the power') },
  label: (args) => `${args.exponent}`,
  examples: [
    `
input: 8x8x4
layers:
  - {pow: 2}                     # => 8x8x4, params 0
  - {pow: -0.5}                  # => 8x8x4, params 0
`,
  ],
}));

/** Small whole powers are products; all others are worth an exponential, as the power of a local response normalisation is. */
const costOf = (exponent: number): Cost =>
  Number.isInteger(exponent) && exponent >= 1 && exponent <= 4 ? { multiply: exponent - 1 } : { exp: 1 };
