// gelu: x times the share of a normal distribution below x.

import { word } from '../core/args.js';
import { activation } from './family/activation.js';

export default activation(() => ({
  doc: 'x times the normal distribution function at x, exactly or by its tanh approximation.',
  cost: { exp: 1, add: 1, multiply: 3 },
  compute: ({ approximate }) => ({ function: approximate === 'tanh' ? 'gelu-tanh' : 'gelu' }),
  args: { approximate: word('exactly (none) or by tanh', ['none', 'tanh'], { default: 'none' }) },
  examples: [
    `
input: 8x8x4
layers:
  - gelu                         # => 8x8x4, params 0
`,
  ],
}));
