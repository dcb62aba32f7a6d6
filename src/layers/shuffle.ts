// shuffle: mixes the channels of groups (ShuffleNet).

import { integer } from '../core/args.js';
import { Problem, write } from '../core/diagnostic.js';
import { layer } from '../core/layer.js';
import { gcd } from '../core/reach.js';
import { channels, spatial } from '../core/shape.js';

export default layer(() => ({
  doc: 'Deals the channels of `groups` groups out in turn, so that grouped convolutions see each other (Zhang et al., 2017).',
  role: 'shape',
  linear: true,
  main: 'groups',
  args: { groups: integer('groups of channels', { min: 1 }) },
  label: (args) => `${args.groups} groups`,
  analyze: (args, [input]) =>
    channels(input) % args.groups === 0
      ? {
          output: input,
          moves: {
            split: [args.groups, channels(input) / args.groups, ...spatial(input)],
            order: [1, 0, ...spatial(input).map((_, axis) => axis + 2)],
          },
        }
      : new Problem(
          'shape/groups',
          `${args.groups} groups do not divide ${channels(input)} channels`,
          write(String(gcd(args.groups, channels(input))), `, or another divisor of ${channels(input)}`),
          'groups',
        ),
  execute: ({ groups }) => ({ op: 'shuffle', groups }),
  examples: [
    `
input: 28x28x116
layers:
  - {shuffle: 2}                 # => 28x28x116, params 0
  - {shuffle: 3}                 # error: shape/groups
`,
  ],
}));
