// pixelshuffle: channels become places (depth to space).

import { integer } from '../core/args.js';
import { Problem } from '../core/diagnostic.js';
import { layer } from '../core/layer.js';
import { blockMoves, repeatReach } from '../core/reach.js';
import { channels, spatial } from '../core/shape.js';
import { needsVolume } from './family/convolution.js';

export default layer(() => ({
  doc: 'Lays factor x factor channels out as one channel of a volume `factor` times as high and wide (Shi et al., 2016).',
  role: 'shape',
  linear: true,
  main: 'factor',
  args: { factor: integer('how many times as large', { min: 1 }) },
  label: (args) => `${args.factor}`,
  analyze({ factor }, [input]) {
    const sizes = spatial(input);
    const block = factor ** sizes.length;
    if (channels(input) % block !== 0) {
      return new Problem(
        'shape/pixelshuffle',
        `${channels(input)} channels are no multiple of ${block} (${factor} per axis)`,
        `give the layer before it a multiple of ${block} filters`,
        'factor',
      );
    }
    return (
      needsVolume(input) ?? {
        output: [channels(input) / block, ...sizes.map((n) => n * factor)],
        reach: repeatReach(sizes.map(() => factor)),
        moves: blockMoves(input, factor, true),
      }
    );
  },
  execute: ({ factor }) => ({ op: 'pixelshuffle', by: factor }),
  examples: [
    `
input: 32x32x64
layers:
  - {pixelshuffle: 2}            # => 64x64x16, params 0
  - {pixelshuffle: 3}            # error: shape/pixelshuffle
`,
  ],
}));
