// rmsnorm: divides each place by the root mean square of its channels.

import { flag } from '../core/args.js';
import { operation, shapeFactors, tensor } from '../core/count.js';
import { layer } from '../core/layer.js';
import { channels } from '../core/shape.js';
import { eps } from './family/normalisation.js';

export default layer(() => ({
  doc: 'Divides each place by the root of the mean square of its channels; learns a scale per channel (Zhang and Sennrich, 2019).',
  role: 'norm',
  args: { affine: flag('learn a scale (gamma)', { default: true }), eps },
  // Per value: a square, an addition to the mean, a division, and a multiplication by the scale.
  analyze(args, [input]) {
    const each = shapeFactors(input);
    return {
      output: input,
      params: args.affine ? [tensor('gamma', 'scale', { C: channels(input) })] : [],
      ops: [
        operation('multiply', { times: args.affine ? 2 : 1, ...each }),
        operation('add', each),
        operation('divide', each),
      ],
    };
  },
  execute: ({ eps }) => ({ op: 'normalise', over: 'channels', eps, rms: true }),
  examples: [
    `
input: 8x8x6
layers:
  - rmsnorm                      # => 8x8x6, params 6
`,
  ],
}));
