// adaptiveavgpool: the mean of windows that are as large as the given output asks.

import { layer } from '../core/layer.js';
import { adaptive, adaptiveLabel, adaptivePool } from './family/adaptive.js';

export default layer(() => ({
  doc: 'The mean of each of `output` windows, whatever the size of the input. Learns nothing.',
  role: 'pool',
  linear: true,
  main: 'output',
  args: adaptive,
  label: adaptiveLabel,
  analyze: (args, [input]) => adaptivePool(args.output, input, 'add'),
  execute: () => ({ op: 'adaptive-pool', mode: 'mean' }),
  examples: [
    `
input: 13x13x256
layers:
  - {adaptiveavgpool: 6}          # => 6x6x256, params 0
  - {adaptiveavgpool: 6}          # => 6x6x256, params 0
  - {adaptiveavgpool: [null, 1]}  # => 6x1x256, params 0
`,
  ],
}));
