// concat: its inputs one behind the other, along the channels.

import { Problem } from '../core/diagnostic.js';
import { layer } from '../core/layer.js';
import { channels, formatShape, sameShape, spatial, sum } from '../core/shape.js';

export default layer({
  doc: 'Puts its inputs one behind the other along the channels; height and width must agree.',
  role: 'merge',
  inputs: 'many',
  linear: true,
  args: {},
  analyze(_, inputs) {
    const [first] = inputs;
    const odd = inputs.find((shape) => !sameShape(spatial(shape), spatial(first)));
    if (odd)
      return new Problem(
        'shape/mismatch',
        (layout) =>
          `${formatShape(first, layout)} and ${formatShape(odd, layout)} cannot stand behind each other: their places differ`,
        'bring both to the same height and width: padding, stride or upsample',
      );
    return {
      output: [sum(inputs.map(channels)), ...spatial(first)],
      why: () => [`${inputs.map(channels).join(' + ')} = ${sum(inputs.map(channels))} channels`],
    };
  },
  execute: () => ({ op: 'concat' }),
  examples: [
    `
input: 28x28x192
layers:
  - concat:
      1x1: [{conv: 64, kernel: 1}]                                     # => 28x28x64
      3x3: [{conv: 96, kernel: 1}, {conv: 128, kernel: 3, padding: 1}] # => 28x28x128
  - {conv: 32, kernel: 3, stride: 2, padding: 1, name: half}           # => 14x14x32
  - concat: [half, input]                                              # error: shape/mismatch
`,
  ],
});
