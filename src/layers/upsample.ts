// upsample: a larger (or smaller) volume by nearest neighbour or linear interpolation.

import { axes, flag, optional, word } from '../core/args.js';
import { term } from '../core/count.js';
import { Problem } from '../core/diagnostic.js';
import { layer } from '../core/layer.js';
import { type AxisReach, OWN_CELL, resampleReach } from '../core/reach.js';
import { channels, shapeFactors, spatial } from '../core/shape.js';
import { needsVolume } from './family/convolution.js';

export default layer({
  doc: 'Resizes each channel by a `factor` or to a `size`, by nearest neighbour or by linear interpolation along each axis (`bilinear`; cells are squares, or points with `align_corners`). Learns nothing.',
  role: 'shape',
  linear: true,
  main: 'factor',
  args: {
    factor: optional(axes('how many times as large', { min: 1 }), 'the size decides'),
    size: optional(axes('size of the output', { min: 1 }), 'the factor decides'),
    mode: word('how cells in between are made', ['nearest', 'bilinear'], { default: 'nearest' }),
    align_corners: flag('corners of input and output are the same points (bilinear)', { default: false }),
  },
  label: (args) => `${args.size ? `to ${args.size.join('x')}` : `${args.factor?.join('x')}`} ${args.mode}`,

  analyze(args, [input]) {
    const refused = needsVolume(input);
    if (refused) return refused;
    if ((args.factor === undefined) === (args.size === undefined)) {
      return new Problem('option/choice', 'upsample takes a factor or a size, one of both', 'write {upsample: 2} or {upsample, size: 28x28}', args.size ? 'size' : undefined);
    }
    const sizes = spatial(input);
    const out = args.size ?? sizes.map((n, axis) => n * (args.factor?.[axis] ?? 1));
    const output = [channels(input), ...out];
    // Two values are weighed and added per axis.
    const mixed = args.mode === 'bilinear' ? { times: out.length, ...shapeFactors(output) } : null;
    return {
      output,
      ...(mixed && { ops: [term('multiply', { ...mixed, times: 2 * out.length }), term('add', mixed)] }),
      reach: sizes.map((size, axis) => axisReach(size, out[axis] ?? size, args.mode, args.align_corners)),
      why: () => (args.factor ? sizes.map((size, axis) => `${size} * ${args.factor?.[axis]} = ${out[axis]}`) : [`size ${out.join('x')} as given`]),
    };
  },

  examples: [
    `
input: 14x14x256
layers:
  - {upsample: 2}                                    # => 28x28x256, params 0
  - {upsample, size: 65x65, mode: bilinear}          # => 65x65x256
  - {upsample: 2, size: 30}                          # error: option/choice
`,
  ],
});

/** The input cells each output cell mixes, away from the border; a cell of weight 0 is not read. As PyTorch computes them. */
const axisReach = (size: number, out: number, mode: 'nearest' | 'bilinear', corners: boolean): AxisReach => {
  if (size === out) return OWN_CELL;
  if (mode === 'nearest') return resampleReach(size, out, (o) => [Math.floor((o * size) / out), Math.floor((o * size) / out)]);
  // The source point of cell o, times `scale`, in whole numbers.
  const [scale, at] = corners
    ? [Math.max(out - 1, 1), (o: number) => o * (out === 1 ? 0 : size - 1)]
    : [2 * out, (o: number) => (2 * o + 1) * size - out];
  const sees = (o: number): readonly [number, number] => [Math.floor(at(o) / scale), Math.ceil(at(o) / scale)];
  if (!corners) return resampleReach(size, out, sees);
  // With aligned corners the pattern has no period within the output: every cell is listed.
  const taps = Array.from({ length: out }, (_, o) => {
    const [first, last] = sees(o);
    return { start: first, step: 1, count: last - first + 1 };
  });
  return { advance: size, taps };
};
