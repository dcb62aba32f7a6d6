// upsample: a larger (or smaller) volume by nearest neighbour or linear interpolation.

import { axes, factors, flag, optional, real, word } from '../core/args.js';
import { type OperationCount, operation, shapeFactors } from '../core/count.js';
import { Problem } from '../core/diagnostic.js';
import { layer } from '../core/layer.js';
import type { Coordinates, OperatorOf, Rounding } from '../core/operator.js';
import { type AxisReach, type Ends, gcd, OWN_CELL, resampleReach, shareReach, type Taps } from '../core/reach.js';
import { axisWord, channels, type Shape, spatial } from '../core/shape.js';
import { needsVolume } from './family/convolution.js';

const MODES = ['nearest', 'nearest-exact', 'bilinear', 'bicubic', 'area', 'linear', 'trilinear'] as const;
const COORDINATES = ['asymmetric', 'half_pixel', 'align_corners'] as const satisfies readonly Coordinates[];
const ROUNDINGS = ['floor', 'ceil', 'round_prefer_floor', 'round_prefer_ceil'] as const satisfies readonly Rounding[];

interface Options {
  readonly mode: (typeof MODES)[number];
  readonly align_corners: boolean;
  readonly coordinates: Coordinates | undefined;
  readonly rounding: Rounding | undefined;
  readonly cubic: number | undefined;
  readonly exclude_outside: boolean;
}

type Resize = OperatorOf<'upsample'>;

/** What each mode is where nothing else is said. PyTorch has a name for linear on each number of axes. */
const INTERPOLATIONS: Readonly<
  Record<Exclude<Options['mode'], 'area'>, Pick<Resize, 'mode' | 'coordinates' | 'rounding'>>
> = {
  nearest: { mode: 'nearest', coordinates: 'asymmetric' },
  'nearest-exact': { mode: 'nearest', coordinates: 'half_pixel', rounding: 'round_prefer_ceil' },
  linear: { mode: 'linear', coordinates: 'half_pixel' },
  bilinear: { mode: 'linear', coordinates: 'half_pixel' },
  trilinear: { mode: 'linear', coordinates: 'half_pixel' },
  bicubic: { mode: 'cubic', coordinates: 'half_pixel' },
};

/** Null of a mean over areas, which is no interpolation. */
const interpolation = ({
  mode,
  align_corners,
  coordinates,
  rounding,
  cubic,
  exclude_outside,
}: Options): Resize | null => {
  if (mode === 'area') return null;
  const usual = INTERPOLATIONS[mode];
  return {
    op: 'upsample',
    ...usual,
    coordinates: coordinates ?? (align_corners ? 'align_corners' : usual.coordinates),
    ...(rounding && { rounding }),
    ...(cubic !== undefined && { a: cubic }),
    ...(exclude_outside && { excludeOutside: true }),
  };
};

/** An option that the mode has no use for, or that says another thing than a second one. */
const atOdds = (args: Options): Problem | null => {
  const resize = interpolation(args);
  const useless = (
    [
      ['rounding', args.rounding !== undefined && resize?.mode !== 'nearest', 'nearest'],
      ['cubic', args.cubic !== undefined && resize?.mode !== 'cubic', 'bicubic'],
      ['exclude_outside', args.exclude_outside && resize?.mode !== 'cubic', 'bicubic'],
      ['coordinates', args.coordinates !== undefined && !resize, 'bilinear'],
    ] as const
  ).find(([, isUseless]) => isUseless);
  if (useless) {
    const [option, , mode] = useless;
    return new Problem(
      'option/choice',
      `${option} says nothing of mode ${args.mode}`,
      `leave ${option} out, or write mode: ${mode}`,
      option,
    );
  }
  const other = args.align_corners && resize && resize.coordinates !== 'align_corners';
  return other
    ? new Problem(
        'option/choice',
        `align_corners is coordinates: align_corners, and not ${resize.coordinates}`,
        'write one of both',
        'coordinates',
      )
    : null;
};

export default layer(() => ({
  doc: 'Resizes each channel by a `factor` or to a `size`: by the nearest cell, by linear or cubic interpolation along each axis (`bilinear`, or as PyTorch calls it on other numbers of axes `linear` and `trilinear`; `bicubic`), or by the mean of the cells below (`area`). Cell i of m along an axis stands for the point i / factor of the n cells (`coordinates: asymmetric`), (i + 1/2) / factor - 1/2 (`half_pixel`: cells are squares), or i (n - 1)/(m - 1) (`align_corners`: cells are points). `nearest` is `asymmetric` with `rounding: floor`, `nearest-exact` is `half_pixel` with `round_prefer_ceil`, the others are `half_pixel`; ONNX’s Resize has all of them. Learns nothing.',
  role: 'shape',
  linear: true,
  main: 'factor',
  args: {
    factor: optional(factors('how many times as large'), 'the size decides'),
    size: optional(axes('size of the output', { min: 1 }), 'the factor decides'),
    mode: word('how cells in between are made', MODES, { default: 'nearest' }),
    align_corners: flag('corners of input and output are the same points; PyTorch’s word for those coordinates', {
      default: false,
    }),
    coordinates: optional(
      word('the point that a cell stands for: asymmetric, half_pixel or align_corners', COORDINATES),
      'that of the mode',
    ),
    rounding: optional(
      word(
        'which cell is nearest to a point: floor, ceil, or round_prefer_floor and round_prefer_ceil, which differ where two are as near',
        ROUNDINGS,
      ),
      'that of the mode',
    ),
    cubic: optional(real('Keys’ coefficient a of bicubic; -0.5 in TensorFlow'), '-0.75'),
    exclude_outside: flag('bicubic leaves out cells beyond the edge, where edge cells stand else', {
      default: false,
    }),
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
    const odd = atOdds(args);
    if (odd) return odd;
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
    const resize = interpolation(args);
    const ops = mixing(resize, input, output);
    return {
      output,
      ...(ops && { ops }),
      reach: sizes.map((size, axis) => {
        const made = out[axis] ?? size;
        return resize ? axisReach(size, made, args.factor?.[axis], resize) : shareReach(size, made);
      }),
      why: () =>
        args.factor
          ? sizes.map((size, axis) => `${size} * ${args.factor?.[axis]}, rounded down, = ${out[axis]}`)
          : [`size ${out.join('x')} as given`],
    };
  },

  execute: (args) => {
    const resize = interpolation(args);
    return resize ? { ...resize, ...(args.factor && { scale: args.factor }) } : { op: 'adaptive-pool', mode: 'mean' };
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
    `
input: 14x14x256
layers:
  - {upsample: 2, coordinates: half_pixel, rounding: round_prefer_floor} # => 28x28x256
  - {upsample, size: 65x65, coordinates: align_corners, rounding: ceil}  # => 65x65x256
  - {upsample: 2, mode: bilinear, coordinates: asymmetric}               # => 130x130x256
  - {upsample: 0.5, mode: bicubic, cubic: -0.5, exclude_outside: true}   # => 65x65x256
  - {upsample: 2, mode: bilinear, rounding: ceil}                        # error: option/choice
`,
  ],
}));

/** Per axis two values are weighed and added, four of a cubic; an area adds up all cells and divides. */
const mixing = (resize: Resize | null, input: Shape, output: Shape): OperationCount | null => {
  if (!resize) return [operation('add', shapeFactors(input)), operation('divide', shapeFactors(output))];
  const taps = { nearest: 1, linear: 2, cubic: 4 }[resize.mode];
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
const axisReach = (size: number, out: number, factor: number | undefined, resize: Resize): AxisReach => {
  const { mode, coordinates, rounding = 'floor', a } = resize;
  const aligned = coordinates === 'align_corners';
  const [period, advance] = aligned ? steps(size, out) : factor === undefined ? lowest(out, size) : fraction(factor);
  if (period === advance) return OWN_CELL;
  // The point of a cell in whole numbers, over `below`.
  const below = coordinates === 'half_pixel' ? 2 * period : period;
  const above = (o: number): number => (coordinates === 'half_pixel' ? (2 * o + 1) * advance - period : o * advance);
  if (mode === 'nearest') {
    const nearest = (o: number): number => ROUNDED[rounding](above(o), below);
    const reach = resampleReach(period, advance, (o) => [nearest(o), nearest(o)]);
    const ends = reach.taps.length > 0 && clipped(size, out, nearest);
    return ends ? { ...reach, ends } : reach;
  }
  const more = mode === 'cubic' && a !== 0 ? 1 : 0;
  return resampleReach(period, advance, (o) => around(above(o) / below, more));
};

/** Of a quotient of whole numbers. */
const ROUNDED: Readonly<Record<Rounding, (above: number, below: number) => number>> = {
  floor: (above, below) => Math.floor(above / below),
  ceil: (above, below) => Math.ceil(above / below),
  round_prefer_floor: (above, below) => Math.ceil((2 * above - below) / (2 * below)),
  round_prefer_ceil: (above, below) => Math.floor((2 * above + below) / (2 * below)),
};

/** The cells whose nearest one would lie beyond the edge, and is the one at the edge; null where there are none. */
const clipped = (size: number, out: number, nearest: (o: number) => number): Ends<Taps> | null => {
  let [before, after] = [0, 0];
  while (before < out && nearest(before) < 0) before += 1;
  while (after < out - before && nearest(out - 1 - after) >= size) after += 1;
  const edge = (length: number, start: number): Taps[] => Array.from({ length }, () => ({ start, step: 1, count: 1 }));
  return before + after > 0 ? { first: edge(before, 0), last: edge(after, size - 1) } : null;
};

/** The cells around a point: the two neighbours, and `more` on either side unless the point is a cell's own. */
const around = (point: number, more: number): [number, number] => {
  const wide = Number.isInteger(point) ? 0 : more;
  return [Math.floor(point) - wide, Math.ceil(point) + wide];
};

/** Corner to corner: out - 1 steps over size - 1 cells of the input. A single cell is the first. */
const steps = (size: number, out: number): readonly [period: number, advance: number] =>
  out === 1 ? [1, size] : lowest(out - 1, size - 1);

/** A factor with a larger denominator is none that a person means; what it sees is unknown. */
const MOST_BELOW = 10_000;

const lowest = (a: number, b: number): readonly [number, number] => [a / gcd(a, b), b / gcd(a, b)];

/** The ratio that was meant, 7 / 10 by 0.7 and 4 / 3 by 4/3: that of the least denominator, up to the rounding of doubles. */
const fraction = (factor: number): readonly [number, number] => {
  for (let below = 1; below <= MOST_BELOW; below += 1) {
    const above = Math.round(factor * below);
    if (Math.abs(above / below - factor) <= factor * 1e-12) return [above, below];
  }
  return [Number.POSITIVE_INFINITY, MOST_BELOW];
};
