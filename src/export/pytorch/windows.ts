// Windows in PyTorch: convolutions, transposed ones, pools. Where PyTorch pads both ends alike, other padding is an F.pad before.

import { channels, product, type Shape, spatial } from '../../core/shape.js';
import { extent, slide, spread, type Window } from '../../core/window.js';
import { type StepOf, Unsaid } from '../model.js';
import { type Call, type Code, call, once, python, read, SELF, slot } from './code.js';
import { has, type Piece, shapesOf } from './piece.js';

/** `F.pad` takes the last axis first. */
export const padPiece = (sides: readonly (readonly [number, number])[], value = 0): Piece => {
  // No minus zero, which Python would take for a fraction.
  const amounts = slot(
    'pad',
    [...sides].reverse().flatMap((side) => side.map((n) => n + 0)),
  );
  const [mode, module] =
    value === 0
      ? [undefined, call(`nn.ConstantPad${sides.length}d`, [amounts, '0'])]
      : [slot('value', value), call(`nn.ConstantPad${sides.length}d`, [amounts, slot('value', value)])];
  return { apply: call('F.pad', [read(), amounts], { value: mode }), module };
};

const isEven = ({ before, after }: Window): boolean => before === after;

/** The sizes of windows by PyTorch's names. */
const sizes = (windows: readonly Window[], padding: readonly number[]) => ({
  kernel_size: slot('kernel_size', once(windows.map(({ kernel }) => kernel))),
  stride: slot('stride', once(windows.map(({ stride }) => stride)), 1),
  padding: slot('padding', once(padding), 0),
  dilation: slot('dilation', once(windows.map(({ dilation }) => dilation)), 1),
});

/** A weight that is learned as direction and magnitude. */
const withNorm = (step: StepOf<'convolution' | 'transposed' | 'dense'>, made: Call): Call =>
  has(step, 'magnitude') ? call('nn.utils.weight_norm', [made]) : made;

/** Applied to the channels of each place, which PyTorch wants last. */
export const perPlace = (rank: number): Code => {
  if (rank === 1) return python`${SELF}(${read()})`;
  return rank === 2
    ? python`${SELF}(${read()}.transpose(1, 2)).transpose(1, 2)`
    : python`${SELF}(${read()}.movedim(1, -1)).movedim(-1, 1)`;
};

const linear = (step: StepOf<'convolution' | 'dense'>, inputs: number): Call =>
  withNorm(
    step,
    call('nn.Linear', [slot('in_features', inputs), slot('out_features', channels(step.output))], {
      bias: slot('bias', has(step, 'bias'), true),
    }),
  );

export const convolution = (step: StepOf<'convolution'>): readonly Piece[] | Unsaid => {
  const { input, output } = shapesOf(step);
  const { windows, groups } = step.operator;
  const weight = step.learned.find(({ tensor }) => tensor === 'weight');
  // A dense layer of each place has a weight of two axes.
  if (weight?.shape.length === 2) return [{ apply: perPlace(input.length), make: linear(step, channels(input)) }];
  const rank = windows.length;
  if (rank < 1 || rank > 3) return new Unsaid(`PyTorch has no convolution over ${rank} axes`);
  const even = windows.every(isEven);
  const make = withNorm(
    step,
    call(`nn.Conv${rank}d`, [slot('in_channels', channels(input)), slot('out_channels', channels(output))], {
      ...sizes(windows, even ? windows.map(({ before }) => before) : [0]),
      groups: slot('groups', groups, 1),
      bias: slot('bias', has(step, 'bias'), true),
    }),
  );
  const own: Piece = { apply: python`${SELF}(${read()})`, make };
  return even ? [own] : [padPiece(windows.map(({ before, after }) => [before, after])), own];
};

/** How much of each end is cut off, and what stands at the end beyond the windows. */
export const transposed = (step: StepOf<'transposed'>): readonly Piece[] | Unsaid => {
  const { input, output } = shapesOf(step);
  const { windows, groups } = step.operator;
  const rank = windows.length;
  if (rank < 1 || rank > 3) return new Unsaid(`PyTorch has no transposed convolution over ${rank} axes`);
  const axes = windows.map((window, axis) => {
    const [n, m] = [input[axis + 1] ?? 1, output[axis + 1] ?? 1];
    const extra = m - spread(n, window);
    const most = Math.max(window.stride, window.dilation);
    if (isEven(window) && extra >= 0 && extra < most) return { padding: window.before, extra, cut: [0, 0] as const };
    const whole = spread(n, { ...window, before: 0, after: 0 });
    const beyond = Math.max(0, window.before + m - whole);
    return { padding: 0, extra: beyond, cut: [0 - window.before, window.before + m - whole - beyond] as const };
  });
  if (axes.some(({ extra }, axis) => extra >= Math.max(windows[axis]?.stride ?? 1, windows[axis]?.dilation ?? 1)))
    return new Unsaid('its output is larger than PyTorch allows of output_padding, which is less than the stride');
  // Cells that are left out at the end of an even padding are cut off, too.
  if (axes.some(({ extra }) => extra < 0)) return new Unsaid('its output is smaller than its windows reach');
  const make = withNorm(
    step as StepOf<'transposed'>,
    call(`nn.ConvTranspose${rank}d`, [slot('in_channels', channels(input)), slot('out_channels', channels(output))], {
      ...sizes(
        windows,
        axes.map(({ padding }) => padding),
      ),
      output_padding: slot('output_padding', once(axes.map(({ extra }) => extra)), 0),
      groups: slot('groups', groups, 1),
      bias: slot('bias', has(step, 'bias'), true),
    }),
  );
  const own: Piece = { apply: python`${SELF}(${read()})`, make };
  const isCut = axes.some(({ cut }) => cut.some((n) => n !== 0));
  return isCut ? [own, padPiece(axes.map(({ cut }) => cut))] : [own];
};

export const dense = (step: StepOf<'dense'>): readonly Piece[] => {
  const { input } = shapesOf(step);
  const own: Piece = { apply: python`${SELF}(${read()})`, make: linear(step, product(input)) };
  return input.length === 1 ? [own] : [flattened, own];
};

export const flattened: Piece = {
  apply: python`torch.flatten(${read()}, 1)`,
  module: call('nn.Flatten', []),
};

const RANKS = ['1d', '2d', '3d'];

/** The paddings that PyTorch takes: alike at both ends, at most half a window. */
const padsItself = (windows: readonly Window[]): boolean =>
  windows.every((window) => isEven(window) && 2 * window.before <= window.kernel);

export const pool = (step: StepOf<'pool'>): readonly Piece[] | Unsaid => {
  const { input, output } = shapesOf(step);
  const { mode, windows } = step.operator;
  if (windows.length < 1 || windows.length > 3) return new Unsaid(`PyTorch has no pool over ${windows.length} axes`);
  return mode === 'max'
    ? [...maxPool(step, spatial(input), spatial(output))]
    : meanPool(step, spatial(input), spatial(output));
};

const pooling = (
  name: 'max' | 'avg',
  windows: readonly Window[],
  options: Readonly<Record<string, Code | undefined>>,
  padding: readonly number[],
): Piece => {
  const rank = RANKS[windows.length - 1] ?? '';
  const { dilation, ...others } = sizes(windows, padding);
  const named = {
    ...others,
    // Without a word a pool moves on by its own size.
    stride: slot('stride', once(windows.map(({ stride }) => stride)), once(windows.map(({ kernel }) => kernel))),
    ...(name === 'max' && { dilation }),
    ...options,
  };
  const module = call(`nn.${name === 'max' ? 'Max' : 'Avg'}Pool${rank}`, [], named);
  return { apply: call(`F.${name}_pool${rank}`, [read()], named), module };
};

/** The padding at the end with which so many windows come out without hanging over. */
const filledUp = (windows: readonly Window[], input: readonly number[], output: readonly number[]) =>
  windows.map((window, axis): readonly [number, number] => {
    const needed = ((output[axis] ?? 1) - 1) * window.stride + extent(window) - (input[axis] ?? 1) - window.before;
    return [window.before, Math.max(needed, 0)];
  });

const maxPool = (
  { operator: { windows, ceil } }: StepOf<'pool'>,
  input: readonly number[],
  output: readonly number[],
): readonly Piece[] => {
  if (padsItself(windows))
    return [
      pooling(
        'max',
        windows,
        { ceil_mode: slot('ceil_mode', ceil === true, false) },
        windows.map(({ before }) => before),
      ),
    ];
  const bare = windows.map((window) => ({ ...window, before: 0, after: 0 }));
  return [padPiece(filledUp(windows, input, output), Number.NEGATIVE_INFINITY), pooling('max', bare, {}, [0])];
};

const meanPool = (
  { operator: { windows, ceil, countPadding, divisor } }: StepOf<'pool'>,
  input: readonly number[],
  output: readonly number[],
): readonly Piece[] | Unsaid => {
  if (windows.some(({ dilation, kernel }) => dilation !== 1 && kernel > 1))
    return new Unsaid('PyTorch has no mean pool with dilation');
  if (divisor !== undefined && windows.length === 1)
    return new Unsaid('PyTorch has no mean pool of a sequence with a divisor');
  const dividing = divisor === undefined ? undefined : slot('divisor_override', divisor);
  const ceiling = slot('ceil_mode', ceil === true, false);
  if (padsItself(windows))
    return [
      pooling(
        'avg',
        windows,
        {
          ceil_mode: ceiling,
          count_include_pad: slot(
            'count_include_pad',
            countPadding === true || windows.every(({ before }) => before === 0),
            true,
          ),
          divisor_override: dividing,
        },
        windows.map(({ before }) => before),
      ),
    ];
  const bare = windows.map((window) => ({ ...window, before: 0, after: 0 }));
  if (countPadding || divisor !== undefined) {
    const sides = windows.map(({ before, after }) => [before, after] as const);
    const grown = input.map((n, axis) => n + (sides[axis]?.[0] ?? 0) + (sides[axis]?.[1] ?? 0));
    const agrees = bare.every((window, axis) => slide(grown[axis] ?? 1, window, ceil) === output[axis]);
    if (!agrees) return new Unsaid('PyTorch would add a window that begins in this padding');
    return [padPiece(sides), pooling('avg', bare, { ceil_mode: ceiling, divisor_override: dividing }, [0])];
  }
  const rank = RANKS[windows.length - 1] ?? '';
  const { kernel_size, stride } = sizes(bare, [0]);
  return [
    {
      apply: call(
        `mean_of_cells`,
        [`F.avg_pool${rank}`, read(), slot('pad', [...filledUp(windows, input, output)].reverse().flat())],
        { kernel_size, stride: { ...stride, usual: null } },
      ),
      extra: 'mean_of_cells',
    },
  ];
};

export const adaptivePool = (step: StepOf<'adaptive-pool'>): readonly Piece[] => {
  const { input, output } = shapesOf(step);
  const { mode } = step.operator;
  const [reduce, name] = mode === 'max' ? (['amax', 'max'] as const) : (['mean', 'avg'] as const);
  const axes = input.slice(1).map((_, axis) => axis + 2);
  if (axes.length === 0) return [];
  if (output.length === 1) return [{ apply: python`${read()}.${reduce}(dim=${placesText(axes)})` }];
  const rank = RANKS[axes.length - 1] ?? '';
  const size = slot('output_size', once(spatial(output)));
  return [
    {
      apply: call(`F.adaptive_${name}_pool${rank}`, [read(), size]),
      module: call(`nn.Adaptive${mode === 'max' ? 'Max' : 'Avg'}Pool${rank}`, [size]),
    },
  ];
};

/** `2` or `(2, 3)`. */
export const placesText = (axes: readonly number[]): string =>
  axes.length === 1 ? `${axes[0]}` : `(${axes.join(', ')})`;

export const unpool = (step: StepOf<'unpool'>): readonly Piece[] | Unsaid => {
  const { windows } = step.operator;
  const of: Shape = step.inputShapes[1] ?? [];
  if (!padsItself(windows) || windows.some(({ dilation }) => dilation !== 1))
    return new Unsaid('PyTorch unpools windows with even padding and without dilation only');
  const rank = RANKS[windows.length - 1] ?? '';
  const kernel = once(windows.map((window) => window.kernel));
  const stride = once(windows.map((window) => window.stride));
  const padding = once(windows.map((window) => window.before));
  const named = {
    kernel_size: slot('kernel_size', kernel),
    stride: slot('stride', stride, kernel),
    padding: slot('padding', padding, 0),
  };
  const indices = call(`F.max_pool${rank}`, [read(1)], { ...named, return_indices: 'True' });
  return [
    {
      apply: call(`F.max_unpool${rank}`, [read(0), python`${indices}[1]`], {
        ...named,
        output_size: slot('output_size', spatial(of)),
      }),
    },
  ];
};
