// adaptivemaxpool: the largest value of windows that are as large as the given output asks.

import { layer } from '../core/layer.js';
import { adaptive, adaptiveLabel, adaptivePool } from './family/adaptive.js';

export default layer(() => ({
  doc: 'The largest value of each of `output` windows, whatever the size of the input. Learns nothing.',
  role: 'pool',
  main: 'output',
  args: adaptive,
  label: adaptiveLabel,
  analyze: (args, [input]) => adaptivePool(args.output, input, 'compare'),
  execute: () => ({ op: 'adaptive-pool', mode: 'max' }),
  examples: [
    `
input: 13x13x256
layers:
  - {adaptivemaxpool: 6}          # => 6x6x256, params 0
  - {adaptivemaxpool: 6}          # => 6x6x256, params 0
`,
  ],
}));
