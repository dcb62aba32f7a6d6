// fc: the dense (fully connected) layer. A volume is flattened on the way in, as the lectures do, or read place by place.

import { flag, integer, optional, word } from '../core/args.js';
import { placeFactors, term } from '../core/count.js';
import { layer } from '../core/layer.js';
import { channels, elements, formatShape, spatial } from '../core/shape.js';
import { POINT } from '../core/window.js';
import { weight_norm, weightNormLabel, weightsAndBias } from './family/convolution.js';

export default layer(() => ({
  doc: "Connects every input to each of `units` outputs. A volume is flattened first, and the row says so; with `per: place` the same layer reads the channels of each place apart, as PyTorch's Linear does with the tokens of a sequence.",
  role: 'weights',
  linear: true,
  sugar: true,
  aliases: ['dense', 'linear'],
  main: 'units',
  args: {
    units: integer('number of outputs', { min: 1 }),
    bias: flag('learn one bias per output', { default: true }),
    per: optional(word('what each unit reads: everything, or the channels of one place', ['all', 'place']), 'all'),
    weight_norm,
  },
  label: (args) => `${args.units}${args.per === 'place' ? ' per place' : ''}${weightNormLabel(args)}`,

  analyze(args, [input]) {
    if (args.per === 'place' && input.length > 1) {
      const [weights, places] = [{ C_out: args.units, C_in: channels(input) }, spatial(input)];
      return {
        output: [args.units, ...places],
        params: weightsAndBias(weights, args, args.units),
        macs: [term({ ...weights, ...placeFactors(places, '_out') })],
        channels: 'all',
        why: () => [
          `${args.units} units at each of ${places.join('x')} places, each reading its ${channels(input)} channels`,
        ],
      };
    }
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

  execute: ({ per }, _, input) =>
    per === 'place' && input.length > 1
      ? { op: 'convolution', windows: spatial(input).map(() => POINT), groups: 1 }
      : { op: 'dense' },

  examples: [
    `
input: 6x6x256
layers:
  - {fc: 4096, name: fc6}        # => 4096, params 37752832, macs 37748736
  - {fc: 1000, bias: false}      # => 1000, params 4096000
  - {fc: 0}                      # error: option/value
`,
    `
input: 197x768
layers:
  - {fc: 3072, per: place}       # => 197x3072, params 2362368, macs 464781312
`,
  ],
}));
