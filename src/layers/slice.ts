// slice: some of the channels.

import { integer } from '../core/args.js';
import { Problem } from '../core/diagnostic.js';
import { layer } from '../core/layer.js';
import { channels, spatial } from '../core/shape.js';

export default layer({
  doc: 'Keeps `channels` channels, from `start` on.',
  role: 'shape',
  linear: true,
  main: 'channels',
  args: {
    channels: integer('channels to keep', { min: 1 }),
    start: integer('the first one, from 0', { min: 0, default: 0 }),
  },
  label: (args) => `${args.start} to ${args.start + args.channels - 1}`,
  analyze(args, [input]) {
    const left = channels(input) - args.start;
    if (args.channels <= left) return { output: [args.channels, ...spatial(input)] };
    return new Problem(
      'shape/slice',
      `channels ${args.start} to ${args.start + args.channels - 1} are not among ${channels(input)} channels (0 to ${channels(input) - 1})`,
      left > 0
        ? { help: `write slice: ${left} or less`, instead: String(left) }
        : { help: `write start: ${channels(input) - 1} or less`, instead: String(channels(input) - 1) },
      left > 0 ? 'channels' : 'start',
    );
  },
  execute: ({ start }) => ({ op: 'slice', start }),
  examples: [
    `
input: 28x28x116
layers:
  - {slice: c // 2, start: c // 2} # => 28x28x58, params 0
  - {slice: 60}                  # error: shape/slice
`,
  ],
});
