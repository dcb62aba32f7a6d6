// instancenorm: normalises each channel of each sample over its places.

import { layer } from '../core/layer.js';
import { channels } from '../core/shape.js';
import { needsVolume } from './family/convolution.js';
import { eps, learned, learnedLabel, scaleAndShift, statisticsOps } from './family/normalisation.js';

export default layer(() => ({
  doc: 'Normalises each channel of each sample over H and W (Ulyanov et al., 2016). Learns nothing unless `affine: true`, then 2C.',
  role: 'norm',
  aliases: ['in'],
  args: { ...learned(false), eps },
  label: learnedLabel,
  analyze: (args, [input]) =>
    needsVolume(input) ?? {
      output: input,
      params: scaleAndShift(args, { C: channels(input) }),
      ops: statisticsOps(args, input),
    },
  execute: ({ eps }, _, input) => ({ op: 'normalise', over: 'group', groups: channels(input), eps, instance: true }),
  examples: [
    `
input: 8x8x6
layers:
  - instancenorm                 # => 8x8x6, params 0
  - {in, affine: true}           # => 8x8x6, params 12
  - {in, shift: true}            # => 8x8x6, params 6
`,
  ],
}));
