// softshrink: nothing near 0, and what is beyond moved towards 0.

import { shrink } from './family/shrink.js';

export default shrink(() => ({
  doc: '0 from -lambda to lambda; what is beyond comes nearer to 0 by lambda.',
  cost: { compare: 2, add: 1 },
  name: 'softshrink',
  examples: [
    `
input: 8x8x4
layers:
  - softshrink                   # => 8x8x4, params 0
  - {softshrink: 0.1}            # => 8x8x4, params 0
`,
  ],
}));
