// biasadd: a learned addend per channel, by itself.

import { operation, shapeFactors } from '../core/count.js';
import { layer } from '../core/layer.js';
import { channels } from '../core/shape.js';
import { biases } from './family/convolution.js';

export default layer(() => ({
  doc: 'Adds a learned number to each channel: the bias of a convolution by itself, as behind a sum.',
  role: 'scale',
  linear: true,
  args: {},
  analyze: (_, [input]) => ({
    output: input,
    params: biases(true, channels(input)),
    ops: [operation('add', shapeFactors(input))],
  }),
  execute: () => ({ op: 'scale', init: 1 }),
  examples: [
    `
input: 56x56x96
layers:
  - {conv: 32, kernel: 1, bias: false} # => 56x56x32, params 3072
  - biasadd                      # => 56x56x32, params 32
`,
  ],
}));
