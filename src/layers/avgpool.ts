// avgpool: the mean of each window.

import { flag, integer, optional } from '../core/args.js';
import { operation } from '../core/count.js';
import { layer } from '../core/layer.js';
import { pool, pooling, poolLabel } from './family/pool.js';

export default layer(() => ({
  doc: 'The mean of each window. Learns nothing.',
  role: 'pool',
  linear: true,
  main: 'kernel',
  args: {
    ...pooling,
    count_include_pad: flag('divide by the whole window, padding included', { default: true }),
    divisor: optional(integer('divide by this instead', { min: 1 }), 'the cells of the window'),
  },
  label: poolLabel,
  analyze: (args, [input]) =>
    pool(args, input, (each, output) => [operation('add', each), operation('divide', output)]),
  execute: (args, { windows = [] }) => ({
    op: 'pool',
    mode: 'mean',
    windows,
    countPadding: args.count_include_pad,
    ceil: args.ceil,
    ...(args.divisor && { divisor: args.divisor }),
  }),
  examples: [
    `
input: 8x8x512
layers:
  - {avgpool: 2}                 # => 4x4x512, params 0
  - {avgpool: 3, stride: 2, ceil: true} # => 2x2x512
  - {avgpool: 3, stride: 1, dilation: 2, padding: 1, from: input} # => 6x6x512, rf 5
  - {avgpool: 2, padding: 1, wide: true, from: input}             # => 5x5x512
`,
  ],
}));
