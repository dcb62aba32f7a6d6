// softshrink: nothing near 0, and what is beyond moved towards 0.

import { real } from '../core/args.js';
import { activation } from './family/activation.js';

export default activation({
  doc: '0 from -lambda to lambda; what is beyond comes nearer to 0 by lambda.',
  cost: { compare: 2, add: 1 },
  compute: ({ lambda }) => ({ function: 'softshrink', alpha: lambda }),
  main: 'lambda',
  args: { lambda: real('up to where it is 0, on either side', { min: 0, default: 0.5 }) },
  label: (args) => `${args.lambda}`,
  examples: [
    `
input: 8x8x4
layers:
  - softshrink                   # => 8x8x4, params 0
  - {softshrink: 0.1}            # => 8x8x4, params 0
`,
  ],
});
