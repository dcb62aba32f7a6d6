// hardshrink: nothing near 0, and all else as it is.

import { real } from '../core/args.js';
import { activation } from './family/activation.js';

export default activation({
  doc: '0 from -lambda to lambda; all else as it is.',
  cost: { compare: 2 },
  compute: ({ lambda }) => ({ function: 'hardshrink', alpha: lambda }),
  main: 'lambda',
  args: { lambda: real('up to where it is 0, on either side', { min: 0, default: 0.5 }) },
  label: (args) => `${args.lambda}`,
  examples: [
    `
input: 8x8x4
layers:
  - hardshrink                   # => 8x8x4, params 0
  - {hardshrink: 0.1}            # => 8x8x4, params 0
`,
  ],
});
