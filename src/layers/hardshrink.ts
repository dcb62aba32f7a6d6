// hardshrink: nothing near 0, and all else as it is.

import { shrink } from './family/shrink.js';

export default shrink(() => ({
  doc: '0 from -lambda to lambda; all else as it is.',
  cost: { compare: 2 },
  name: 'hardshrink',
  examples: [
    `
input: 8x8x4
layers:
  - hardshrink                   # => 8x8x4, params 0
  - {hardshrink: 0.1}            # => 8x8x4, params 0
`,
  ],
}));
