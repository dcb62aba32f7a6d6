// batchnorm: normalises each channel over the batch and all places; at test time a fixed scale and shift.

import { real } from '../core/args.js';
import { operation, shapeFactors, tensor } from '../core/count.js';
import { layer } from '../core/layer.js';
import { channels } from '../core/shape.js';
import { eps, learned, learnedLabel, scaleAndShift } from './family/normalisation.js';

export default layer(() => ({
  doc: 'Normalises each channel by mean and variance over the batch and all places (Ioffe and Szegedy, 2015). 2C are learned, 2C are running statistics; at test time it is a fixed scale and shift.',
  role: 'norm',
  aliases: ['bn'],
  args: {
    ...learned(true),
    eps,
    momentum: real('weight of the newest batch in the running statistics', { min: 0, max: 1, default: 0.1 }),
  },
  label: learnedLabel,
  // At test time the four numbers of a channel are one factor and one addend.
  analyze(args, [input]) {
    const C = channels(input);
    return {
      output: input,
      params: scaleAndShift(args, { C }),
      buffers: [tensor('running mean', 'running_mean', { C }), tensor('running variance', 'running_var', { C })],
      ops: [operation('multiply', shapeFactors(input)), operation('add', shapeFactors(input))],
    };
  },
  execute: ({ eps, momentum }) => ({ op: 'normalise', over: 'batch', eps, momentum }),
  examples: [
    `
input: 112x112x64
layers:
  - batchnorm                    # => 112x112x64, params 128, buffers 128
  - {bn, affine: false}          # => 112x112x64, params 0, buffers 128
  - {bn, scale: false}           # => 112x112x64, params 64, buffers 128
`,
  ],
}));
