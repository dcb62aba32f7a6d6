// gap: global average pooling, the mean of each channel.

import { layer } from '../core/layer.js';
import { global, globalPool } from './family/global.js';

export default layer(() => ({
  doc: 'The mean of each channel: a vector of C. Learns nothing.',
  role: 'pool',
  linear: true,
  args: global,
  label: (args) => (args.keepdims ? 'keepdims' : ''),
  analyze: (args, [input]) => globalPool(args.keepdims, input, 'add'),
  execute: () => ({ op: 'adaptive-pool', mode: 'mean' }),
  examples: [
    `
input: 7x7x512
layers:
  - {gap, keepdims: true}        # => 1x1x512, params 0
  - gap                          # => 512, params 0
  - gap                          # error: shape/needs-volume
`,
  ],
}));
