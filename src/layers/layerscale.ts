// layerscale: a learned factor per channel, as at the end of ConvNeXt's blocks.

import { real } from '../core/args.js';
import { operation, shapeFactors, tensor } from '../core/count.js';
import { layer } from '../core/layer.js';
import { channels } from '../core/shape.js';

export default layer(() => ({
  doc: 'Multiplies each channel by a learned factor (Touvron et al., 2021).',
  role: 'scale',
  linear: true,
  args: { init: real('the factor before training', { default: 1e-6 }) },
  analyze: (_, [input]) => ({
    output: input,
    params: [tensor('gamma', 'scale', { C: channels(input) })],
    ops: [operation('multiply', shapeFactors(input))],
  }),
  execute: ({ init }) => ({ op: 'scale', init }),
  examples: [
    `
input: 56x56x96
layers:
  - layerscale                   # => 56x56x96, params 96
`,
  ],
}));
