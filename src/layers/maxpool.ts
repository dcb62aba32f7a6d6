// maxpool: the largest value of each window.

import { operation } from '../core/count.js';
import { layer } from '../core/layer.js';
import { pool, pooling, poolLabel } from './family/pool.js';

export default layer(() => ({
  doc: 'Keeps the largest value of each window. Learns nothing.',
  role: 'pool',
  main: 'kernel',
  args: pooling,
  label: poolLabel,
  analyze: (args, [input]) => pool(args, input, (each) => [operation('compare', each)]),
  execute: ({ ceil }, { windows = [] }) => ({ op: 'pool', mode: 'max', windows, ceil }),
  examples: [
    `
input: 55x55x96
layers:
  - {maxpool: 3, stride: 2}             # => 27x27x96, params 0
  - {maxpool: 2}                        # => 13x13x96
  - {maxpool: 2, ceil: true}            # => 7x7x96
  - {maxpool: 3, stride: 2, padding: 2} # error: shape/pool-padding
  - {maxpool: 3, stride: 2, padding: 2, wide: true, from: input} # => 29x29x96
  - {maxpool: 3, padding: 3, wide: true, from: input}            # error: shape/pool-padding
`,
  ],
}));
