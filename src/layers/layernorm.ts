// layernorm: normalises each sample over all its values, or each place over its channels.

import { word } from '../core/args.js';
import { shapeFactors } from '../core/count.js';
import { layer } from '../core/layer.js';
import { channels } from '../core/shape.js';
import { eps, learned, learnedLabel, scaleAndShift, statisticsOps } from './family/normalisation.js';

export default layer(() => ({
  doc: 'Normalises each sample over C, H and W (`over: chw`, as the lectures do: 2CHW parameters), or each place over its channels (`over: c`, as in ConvNeXt: 2C).',
  role: 'norm',
  aliases: ['ln'],
  args: { over: word('axes averaged', ['chw', 'c'], { default: 'chw' }), ...learned(true), eps },
  label: (args) => [`over ${args.over}`, learnedLabel(args)].filter(Boolean).join(', '),
  analyze(args, [input]) {
    const size = args.over === 'c' ? { C: channels(input) } : shapeFactors(input);
    return {
      output: input,
      params: scaleAndShift(args, size),
      ops: statisticsOps(args, input),
    };
  },
  execute: ({ over, eps }) =>
    over === 'c'
      ? { op: 'normalise', over: 'channels', eps }
      : { op: 'normalise', over: 'group', groups: 1, eps, elementwise: true },
  examples: [
    `
input: 8x8x6
layers:
  - layernorm                    # => 8x8x6, params 768
  - {ln, over: c}                # => 8x8x6, params 12
`,
  ],
}));
