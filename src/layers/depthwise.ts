// depthwise: one kernel (or `multiplier` kernels) per channel, channels not mixed.

import { placeFactors, term } from '../core/count.js';
import { isProblem } from '../core/diagnostic.js';
import { layer } from '../core/layer.js';
import { channels } from '../core/shape.js';
import { windowLabel } from '../core/window.js';
import {
  bias,
  convolution,
  depthwiseFactors,
  grouped,
  multiplier,
  multiplierLabel,
  slideOver,
  sliding,
  weight_norm,
  weightNormLabel,
  weightsAndBias,
} from './family/convolution.js';

export default layer(() => ({
  doc: 'Convolves each channel with `multiplier` kernels of its own: a convolution with as many groups as channels.',
  role: 'weights',
  aliases: ['dw'],
  linear: true,
  sugar: true,
  main: 'kernel',
  args: { ...sliding, multiplier, bias, weight_norm },
  label: (args) => `${windowLabel(args)}${multiplierLabel(args)}${weightNormLabel(args)}`,

  analyze(args, [input]) {
    const slid = slideOver(input, args);
    if (isProblem(slid)) return slid;
    const filters = channels(input) * args.multiplier;
    const weights = depthwiseFactors(args, input);
    return {
      output: [filters, ...slid.out],
      params: weightsAndBias(weights, args, filters),
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
}));
