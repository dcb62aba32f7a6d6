// upsample: a larger (or smaller) volume by nearest neighbour or linear interpolation.

import { axes, factors, flag, optional, word } from '../core/args.js';
import { type OperationCount, operation, shapeFactors } from '../core/count.js';
import { Problem } from '../core/diagnostic.js';
import { layer } from '../core/layer.js';
import { type AxisReach, gcd, OWN_CELL, resampleReach, shareReach } from '../core/reach.js';
import { axisWord, channels, type Shape, spatial } from '../core/shape.js';
import { needsVolume } from './family/convolution.js';

const MODES = ['nearest', 'nearest-exact', 'bilinear', 'bicubic', 'area', 'linear', 'trilinear'] as const;
type Mode = Exclude<(typeof MODES)[number], 'linear' | 'trilinear'>;

/** Linear along every axis there is: PyTorch has a name for each number of them. */
const plain = (mode: (typeof MODES)[number]): Mode => (mode === 'linear' || mode === 'trilinear' ? 'bilinear' : mode);

export default layer(() => ({
  doc: 'Resizes each channel by a `factor` or to a `size`, by nearest neighbour (`nearest-exact` measures from the middle of a cell), by linear or cubic interpolation along each axis (`bilinear`, or as PyTorch calls it on other numbers of axes `linear` and `trilinear`; `bicubic`; cells are squares, or points with `align_corners`), or by the mean of the cells below (`area`). Learns nothing.',
  role: 'shape',
  linear: true,
  main: 'factor',
  args: {
    factor: optional(factors('how many times as large'), 'the size decides'),
    size: optional(axes('size of the output', { min: 1 }), 'the factor decides'),
    mode: word('how cells in between are made', MODES, { default: 'nearest' }),
    align_corners: flag('corners of input and output are the same points (bilinear, bicubic)', { default: false }),
  },
  label: ({ size, factor, mode }) => {
    const how = size ? [`to ${size.join('x')}`] : factor ? [factor.join('x')] : [];
    return [...how, mode].join(' ');
  },

  analyze(args, [input]) {
    const refused = needsVolume(input);
    if (refused) return refused;
    if ((args.factor === undefined) === (args.size === undefined)) {
      return new Problem(
        'option/choice',
        'upsample takes a factor or a size, one of both',
        'write {upsample: 2} or {upsample, size: 28x28}',
        args.size ? 'size' : undefined,
      );
    }
    const sizes = spatial(input);
    const out = args.size ?? sizes.map((n, axis) => Math.floor(n * (args.factor?.[axis] ?? 1)));
    const empty = out.findIndex((n) => n < 1);
    if (empty >= 0)
      return new Problem(
        'shape/empty',
        `${args.factor?.[empty]} times a ${axisWord(out.length, empty)} of ${sizes[empty]} is less than one cell`,
        'raise the factor',
        'factor',
      );
    const output = [channels(input), ...out];
    const mode = plain(args.mode);
    const ops = mixing(mode, input, output);
    return {
      output,
      ...(ops && { ops }),
      reach: sizes.map((size, axis) =>
        axisReach(size, out[axis] ?? size, args.factor?.[axis], mode, args.align_corners),
      ),
      why: () =>
        args.factor
          ? sizes.map((size, axis) => `${size} * ${args.factor?.[axis]}, rounded down, = ${out[axis]}`)
          : [`size ${out.join('x')} as given`],
    };
  },

  execute: ({ factor, mode: named, align_corners }) => {
    const mode = plain(named);
    return mode === 'area'
      ? { op: 'adaptive-pool', mode: 'mean' }
      : { op: 'upsample', mode: OPERATORS[mode], alignCorners: align_corners, ...(factor && { scale: factor }) };
  },
  examples: [
    `
input: 14x14x256
layers:
  - {upsample: 2}                                    # => 28x28x256, params 0
  - {upsample, size: 65x65, mode: bilinear}          # => 65x65x256
  - {upsample: [0.5, 1.5]}                           # => 32x97x256
  - {upsample: 2, size: 30}                          # error: option/choice
`,
  ],
}));

const OPERATORS = {
  nearest: 'nearest',
  'nearest-exact': 'nearest-exact',
  bilinear: 'linear',
  bicubic: 'cubic',
} as const;

/** Per axis two values are weighed and added, four of a cubic; an area adds up all cells and divides. */
const mixing = (mode: Mode, input: Shape, output: Shape): OperationCount | null => {
  if (mode === 'area') return [operation('add', shapeFactors(input)), operation('divide', shapeFactors(output))];
  const taps = mode === 'bilinear' ? 2 : mode === 'bicubic' ? 4 : 1;
  if (taps === 1) return null;
  const axes = spatial(output).length;
  const each = shapeFactors(output);
  return [
    operation('multiply', { ...each, times: taps * axes }),
    operation('add', { ...each, times: (taps - 1) * axes }),
  ];
};

/**
 * The input cells each output cell mixes, away from the border; a cell of weight 0 is not read. As PyTorch computes them:
 * a given factor is used as it is, also where the size had to be rounded down.
 */
const axisReach = (size: number, out: number, factor: number | undefined, mode: Mode, corners: boolean): AxisReach => {
  const cubic = mode === 'bicubic' ? 1 : 0;
  if (corners && (cubic || mode === 'bilinear')) return alignedReach(size, out, cubic);
  if (mode === 'area') return shareReach(size, out);
  const [period, advance] = factor === undefined ? lowest(out, size) : fraction(factor);
  if (period === advance) return OWN_CELL;
  if (mode === 'nearest')
    return resampleReach(period, advance, (o) => [
      Math.floor((o * advance) / period),
      Math.floor((o * advance) / period),
    ]);
  // The source point (o + 1/2) advance/period - 1/2, in whole numbers over 2 period.
  const point = (o: number) => ((2 * o + 1) * advance - period) / (2 * period);
  if (mode === 'nearest-exact') {
    const middle = (o: number) => Math.floor(((2 * o + 1) * advance) / (2 * period));
    return resampleReach(period, advance, (o) => [middle(o), middle(o)]);
  }
  return resampleReach(period, advance, (o) => around(point(o), cubic));
};

/** The cells around a point: the two neighbours, and `more` on either side unless the point is a cell's own. */
const around = (point: number, more: number): [number, number] => {
  const wide = Number.isInteger(point) ? 0 : more;
  return [Math.floor(point) - wide, Math.ceil(point) + wide];
};

/** A factor with a larger denominator is none that a person means; what it sees is unknown. */
const MOST_BELOW = 10_000;

/** Corner to corner: out - 1 steps over size - 1 cells of the input. */
const alignedReach = (size: number, out: number, more: number): AxisReach => {
  if (size === out) return OWN_CELL;
  if (out === 1) return resampleReach(1, size, () => [0, 0]);
  const [period, advance] = lowest(out - 1, size - 1);
  return resampleReach(period, advance, (o) => around((o * advance) / period, more));
};

const lowest = (a: number, b: number): readonly [number, number] => [a / gcd(a, b), b / gcd(a, b)];

/** The ratio that was meant, 7 / 10 by 0.7 and 4 / 3 by 4/3: that of the least denominator, up to the rounding of doubles. */
const fraction = (factor: number): readonly [number, number] => {
  for (let below = 1; below <= MOST_BELOW; below += 1) {
    const above = Math.round(factor * below);
    if (Math.abs(above / below - factor) <= factor * 1e-12) return [above, below];
  }
  return [Number.POSITIVE_INFINITY, MOST_BELOW];
};
