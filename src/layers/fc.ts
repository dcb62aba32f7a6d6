// fc: the dense (fully connected) layer. A volume is flattened on the way in, as the lectures do.

import { flag, integer } from '../core/args.js';
import { term } from '../core/count.js';
import { layer } from '../core/layer.js';
import { elements, formatShape } from '../core/shape.js';
import { weight_norm, weightNormLabel, weightsAndBias } from './family/convolution.js';

export default layer({
  doc: 'Connects every input to each of `units` outputs. A volume is flattened first, and the row says so.',
  role: 'weights',
  linear: true,
  sugar: true,
  aliases: ['dense', 'linear'],
  main: 'units',
  args: {
    units: integer('number of outputs', { min: 1 }),
    bias: flag('learn one bias per output', { default: true }),
    weight_norm,
  },
  label: (args) => `${args.units}${weightNormLabel(args)}`,

  analyze(args, [input]) {
    const weights = { C_out: args.units, C_in: elements(input) };
    return {
      output: [args.units],
      params: weightsAndBias(weights, args, args.units),
      macs: [term(weights)],
      reach: 'global',
      ...(input.length > 1 && { note: (layout) => `flattens ${formatShape(input, layout)}` }),
      why: (layout) => [
        `${args.units} units, each reading ${input.length > 1 ? `${formatShape(input, layout)} = ` : ''}${elements(input)} values`,
      ],
    };
  },

  execute: () => ({ op: 'dense' }),

  examples: [
    `
input: 6x6x256
layers:
  - {fc: 4096, name: fc6}        # => 4096, params 37752832, macs 37748736
  - {fc: 1000, bias: false}      # => 1000, params 4096000
  - {fc: 0}                      # error: option/value
`,
  ],
});
