// se: squeeze-and-excitation, a gate per channel from the pooled channels. It expands to rows of plain kinds.

import { integer, optional, word } from '../core/args.js';
import { layer } from '../core/layer.js';
import { channels } from '../core/shape.js';
import { needsVolume } from './family/convolution.js';

const ACTIVATIONS = ['relu', 'relu6', 'silu', 'hardswish', 'gelu'] as const;
const GATES = ['sigmoid', 'hardsigmoid', 'tanh', 'softmax'] as const;

export default layer(() => ({
  doc: 'Squeeze-and-excitation (Hu et al., 2018): the channels are pooled, two 1x1 convolutions make a gate of them, and the gate scales the channels. Its convolutions have biases and take no defaults.',
  role: 'scale',
  main: 'reduction',
  args: {
    reduction: integer('the gate has c // reduction units', { min: 1, default: 16 }),
    units: optional(integer('units of the gate', { min: 1 }), 'c // reduction'),
    act: word('between the two convolutions', ACTIVATIONS, { default: 'relu' }),
    gate: word('after the second', GATES, { default: 'sigmoid' }),
  },

  expand: (args, input) =>
    needsVolume(input) ?? [
      { name: 'pool', kind: 'gap', options: { keepdims: true } },
      {
        name: 'fc1',
        kind: 'conv',
        options: { filters: args.units ?? Math.max(1, Math.floor(channels(input) / args.reduction)), kernel: 1 },
      },
      { name: 'act', kind: args.act, options: {} },
      { name: 'fc2', kind: 'conv', options: { filters: channels(input), kernel: 1 } },
      { name: 'gate', kind: args.gate, options: {} },
      { name: 'mul', kind: 'mul', options: {}, from: ['input', 'gate'] },
    ],

  examples: [
    `
input: 56x56x256
layers:
  - {se: 16}                     # => 56x56x256, params 8464
  - {se, units: 8, act: silu}    # => 56x56x256, params 4360
`,
  ],
}));
