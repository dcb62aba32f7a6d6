// pixelunshuffle: places become channels (space to depth).

import { integer } from '../core/args.js';
import { Problem } from '../core/diagnostic.js';
import { layer } from '../core/layer.js';
import { blockMoves, blockReach } from '../core/reach.js';
import { axisWord, channels, spatial } from '../core/shape.js';
import { needsVolume } from './family/convolution.js';

export default layer(() => ({
  doc: 'Stacks blocks of factor x factor places as channels: the inverse of pixelshuffle.',
  role: 'shape',
  linear: true,
  main: 'factor',
  args: { factor: integer('how many times as small', { min: 1 }) },
  label: (args) => `${args.factor}`,
  analyze({ factor }, [input]) {
    const sizes = spatial(input);
    const odd = sizes.findIndex((n) => n % factor !== 0);
    if (odd >= 0) {
      return new Problem(
        'shape/pixelunshuffle',
        `a ${axisWord(sizes.length, odd)} of ${sizes[odd]} is no multiple of ${factor}`,
        'pad or crop before it',
        'factor',
      );
    }
    return (
      needsVolume(input) ?? {
        output: [channels(input) * factor ** sizes.length, ...sizes.map((n) => n / factor)],
        reach: blockReach(sizes.map(() => factor)),
        moves: blockMoves(input, factor, false),
      }
    );
  },
  execute: ({ factor }) => ({ op: 'pixelunshuffle', by: factor }),
  examples: [
    `
input: 64x64x16
layers:
  - {pixelunshuffle: 2}          # => 32x32x64, params 0
  - {pixelunshuffle: 3}          # error: shape/pixelunshuffle
`,
  ],
}));
