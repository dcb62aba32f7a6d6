// slice: some of the channels, or of the places along an axis.

import { integer } from '../core/args.js';
import { isProblem, Problem, type Remedy } from '../core/diagnostic.js';
import { layer } from '../core/layer.js';
import { OWN_CELL, shiftReach } from '../core/reach.js';
import { spatial } from '../core/shape.js';
import { axesIn, axesOf, axisArg } from './family/axes.js';

export default layer(() => ({
  doc: 'Keeps `channels` channels, from `start` on; or as many places along another `axis`.',
  role: 'shape',
  linear: true,
  main: 'channels',
  args: {
    channels: integer('how many to keep', { min: 1 }),
    start: integer('the first one, from 0', { min: 0, default: 0 }),
    axis: axisArg('c, d, h or w', 'c'),
  },
  label: (args) =>
    `${args.start} to ${args.start + args.channels - 1}${args.axis === 'c' ? '' : ` along ${args.axis}`}`,
  analyze({ channels: wanted, start, axis }, [input]) {
    const found = axesOf(axis, input, 'axis');
    if (isProblem(found)) return found;
    const [along = 0] = found;
    const size = input[along] ?? 1;
    const left = size - start;
    if (wanted <= left) {
      const output = input.map((n, i) => (i === along ? wanted : n));
      if (along === 0) return { output, channels: startingAt(start) };
      return { output, reach: spatial(input).map((_, i) => (i + 1 === along ? startingAt(start) : OWN_CELL)) };
    }
    const what = along === 0 ? 'channels' : `places along ${axis}`;
    return new Problem(
      'shape/slice',
      `${what} ${start} to ${start + wanted - 1} are not among ${size} (0 to ${size - 1})`,
      atMost(left > 0 ? 'slice' : 'start', left > 0 ? left : size - 1),
      left > 0 ? 'channels' : 'start',
    );
  },
  execute: ({ start, axis }, _, input) => ({ op: 'slice', axis: axesIn(axis, input)[0] ?? 0, start }),
  examples: [
    `
input: 28x28x116
layers:
  - {slice: c // 2, start: c // 2} # => 28x28x58, params 0
  - {slice: 60}                  # error: shape/slice
  - {slice: 14, axis: h, from: input} # => 14x28x116
`,
  ],
}));

const startingAt = (start: number) => shiftReach([-start])[0] ?? OWN_CELL;
const atMost = (option: string, n: number): Remedy => ({ help: `write ${option}: ${n} or less`, instead: String(n) });
