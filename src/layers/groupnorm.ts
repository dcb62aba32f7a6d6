// groupnorm: normalises groups of channels of each sample over their places.

import { integer } from '../core/args.js';
import { Problem, write } from '../core/diagnostic.js';
import { layer } from '../core/layer.js';
import { gcd } from '../core/reach.js';
import { channels } from '../core/shape.js';
import { eps, learned, learnedLabel, scaleAndShift, statisticsOps } from './family/normalisation.js';

export default layer(() => ({
  doc: 'Normalises each of `groups` groups of channels over its channels, H and W (Wu and He, 2018). 2C parameters.',
  role: 'norm',
  aliases: ['gn'],
  main: 'groups',
  args: { groups: integer('groups of channels', { min: 1 }), ...learned(true), eps },
  label: (args) => [`${args.groups} groups`, learnedLabel(args)].filter(Boolean).join(', '),
  analyze(args, [input]) {
    const C = channels(input);
    if (C % args.groups !== 0)
      return new Problem(
        'shape/groups',
        `${args.groups} groups do not divide ${C} channels`,
        write(String(gcd(args.groups, C)), `, or another divisor of ${C}`),
        'groups',
      );
    return { output: input, params: scaleAndShift(args, { C }), ops: statisticsOps(args, input) };
  },
  execute: ({ groups, eps }) => ({ op: 'normalise', over: 'group', groups, eps }),
  examples: [
    `
input: 8x8x6
layers:
  - {groupnorm: 3}               # => 8x8x6, params 12
  - {gn: 4}                      # error: shape/groups
`,
  ],
}));
