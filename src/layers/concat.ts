// concat: its inputs one behind the other, along the channels or another axis.

import { isProblem, Problem } from '../core/diagnostic.js';
import { layer } from '../core/layer.js';
import { formatShape, sum } from '../core/shape.js';
import { axesIn, axesOf, axisArg } from './family/axes.js';

export default layer(() => ({
  doc: 'Puts its inputs one behind the other along the channels, or along another axis; all else must agree.',
  role: 'merge',
  inputs: 'many',
  linear: true,
  args: { axis: axisArg('c, d, h or w', 'c') },
  label: (args) => (args.axis === 'c' ? '' : `along ${args.axis}`),
  analyze({ axis }, inputs) {
    const [first] = inputs;
    const found = axesOf(axis, first, 'axis');
    if (isProblem(found)) return found;
    const [along = 0] = found;
    const odd = inputs.find(
      (shape) => shape.length !== first.length || shape.some((n, i) => i !== along && n !== first[i]),
    );
    if (odd) {
      const channelsDiffer = along > 0 && odd.length === first.length && odd[0] !== first[0];
      return new Problem(
        'shape/mismatch',
        (layout) =>
          `${formatShape(first, layout)} and ${formatShape(odd, layout)} cannot stand behind each other${along > 0 ? ` along ${axis}` : ''}: their ${channelsDiffer ? 'channels' : 'places'} differ`,
        channelsDiffer
          ? 'give both the same number of filters'
          : 'bring both to the same height and width: padding, stride or upsample',
      );
    }
    const sizes = inputs.map((shape) => shape[along] ?? 1);
    return {
      output: first.map((n, i) => (i === along ? sum(sizes) : n)),
      stacked: along,
      why: () => [`${sizes.join(' + ')} = ${sum(sizes)} ${along === 0 ? 'channels' : `places along ${axis}`}`],
    };
  },
  execute: ({ axis }, _, input) => ({ op: 'concat', axis: axesIn(axis, input)[0] ?? 0 }),
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
    `
input: 32x48x64
layers:
  - {reduce: mean, over: w, name: rows}                                # => 32x1x64
  - {reduce: mean, over: h, from: input}                               # => 1x48x64
  - {permute: [0, 2, 1], name: columns}                                # => 48x1x64
  - {concat: [rows, columns], axis: h}                                 # => 80x1x64
`,
  ],
}));
