// depthwise: one kernel (or `multiplier` kernels) per channel, channels not mixed.

import { integer } from '../core/args.js';
import { kernelFactors, placeFactors, term } from '../core/count.js';
import { isProblem } from '../core/diagnostic.js';
import { layer } from '../core/layer.js';
import { channels } from '../core/shape.js';
import { windowLabel } from '../core/window.js';
import { bias, convolution, grouped, slideOver, sliding, weightsAndBias } from './family/convolution.js';

export default layer({
  doc: 'Convolves each channel with `multiplier` kernels of its own: a convolution with as many groups as channels.',
  role: 'weights',
  aliases: ['dw'],
  linear: true,
  sugar: true,
  main: 'kernel',
  args: { ...sliding, multiplier: integer('kernels per channel', { min: 1, default: 1 }), bias },
  label: (args) => `${windowLabel(args)}${args.multiplier > 1 ? `, multiplier ${args.multiplier}` : ''}`,

  analyze(args, [input]) {
    const slid = slideOver(input, args);
    if (isProblem(slid)) return slid;
    const filters = channels(input) * args.multiplier;
    const weights = {
      C_in: channels(input),
      ...(args.multiplier > 1 && { multiplier: args.multiplier }),
      ...kernelFactors(args.kernel),
    };
    return {
      output: [filters, ...slid.out],
      params: weightsAndBias(weights, args.bias, filters),
      macs: [term({ ...weights, ...placeFactors(slid.out, '_out') })],
      ...slid.facts,
      ...grouped(channels(input), input, filters),
    };
  },

  execute: (_, facts, input) => convolution(facts, channels(input)),

  examples: [
    `
input: 112x112x32
layers:
  - {depthwise: 3, padding: 1}                # => 112x112x32, params 320, macs 3612672
  - {depthwise: 3, stride: 2, padding: 1, multiplier: 2, bias: false} # => 56x56x64, params 576
`,
  ],
});
