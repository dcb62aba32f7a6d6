// gmp: global max pooling, the largest value of each channel.

import { layer } from '../core/layer.js';
import { global, globalPool } from './family/global.js';

export default layer(() => ({
  doc: 'The largest value of each channel: a vector of C. Learns nothing.',
  role: 'pool',
  args: global,
  label: (args) => (args.keepdims ? 'keepdims' : ''),
  analyze: (args, [input]) => globalPool(args.keepdims, input, 'compare'),
  execute: () => ({ op: 'adaptive-pool', mode: 'max' }),
  examples: [
    `
input: 7x7x512
layers:
  - {gmp, keepdims: true}        # => 1x1x512, params 0
  - gmp                          # => 512, params 0
  - gmp                          # error: shape/needs-volume
`,
  ],
}));
