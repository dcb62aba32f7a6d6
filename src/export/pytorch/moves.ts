// What moves values in PyTorch: reshaping, borders, slices, channels to places and back, interpolation; and products of matrices.

import { channels, type Shape, sameShape, spatial } from '../../core/shape.js';
import { type StepOf, Unsaid } from '../model.js';
import { type Code, call, once, python, read, slot } from './code.js';
import { type Piece, shapesOf } from './piece.js';
import { flattened, padPiece, placesText } from './windows.js';

const reshaped = (shape: Shape): Code => {
  const sizes = slot('shape', [-1, ...shape]);
  return call('torch.reshape', [read(), sizes]);
};

export const reshape = (step: StepOf<'reshape'>): readonly Piece[] => {
  const { input, output } = shapesOf(step);
  if (sameShape(input, output)) return [{ apply: read(), module: call('nn.Identity', []) }];
  return output.length === 1 ? [flattened] : [{ apply: reshaped(output) }];
};

export const permute = ({ operator: { order } }: StepOf<'permute'>): readonly Piece[] => [
  { apply: call('torch.permute', [read(), slot('order', [0, ...order.map((axis) => axis + 1)])]) },
];

export const slice = (step: StepOf<'slice'>): readonly Piece[] => {
  const { input, output } = shapesOf(step);
  const { axis, start } = step.operator;
  const before = ':, '.repeat(axis + 1);
  if (output.length < input.length) return [{ apply: python`${read()}[${before}${slot('start', start)}]` }];
  const end = start + (output[axis] ?? 1);
  const [first, last] = [start === 0 ? '' : slot('start', start), end === input[axis] ? '' : slot('end', end)];
  return [{ apply: python`${read()}[${before}${first}:${last}]` }];
};

const MODES = { zero: undefined, reflect: '"reflect"', replicate: '"replicate"', circular: '"circular"' } as const;
const MODULES = { zero: 'Constant', reflect: 'Reflection', replicate: 'Replication', circular: 'Circular' } as const;

/** What is cut off is cut behind the padding: an image is mirrored as it was. */
export const pad = (step: StepOf<'pad'>): readonly Piece[] => {
  const { sides, by, channels: more = 0 } = step.operator;
  const grown = sides.map(([before, after]) => [Math.max(before, 0), Math.max(after, 0)] as const);
  const cut = sides.map(([before, after]) => [Math.min(before, 0), Math.min(after, 0)] as const);
  const isSome = (some: readonly (readonly [number, number])[]): boolean => some.some(([a, b]) => a !== 0 || b !== 0);
  const amounts = slot('pad', [...grown].reverse().flat());
  const bordered: Piece[] =
    by === 'zero'
      ? isSome(sides)
        ? [padPiece(sides)]
        : []
      : [
          ...(isSome(grown)
            ? [
                {
                  apply: call('F.pad', [read(), amounts], { mode: MODES[by] }),
                  // PyTorch 1.13 has no module that pads in a circle.
                  ...(by !== 'circular' && { module: call(`nn.${MODULES[by]}Pad${sides.length}d`, [amounts]) }),
                },
              ]
            : []),
          ...(isSome(cut) ? [padPiece(cut)] : []),
        ];
  const behind = slot('pad', [...sides.flatMap(() => [0, 0]), 0, more]);
  const pieces = [...bordered, ...(more > 0 ? [{ apply: call('F.pad', [read(), behind]) }] : [])];
  return pieces.length > 0 ? pieces : [{ apply: read(), module: call('nn.Identity', []) }];
};

export const shuffle = (step: StepOf<'shuffle'>): readonly Piece[] => {
  const groups = slot('groups', step.operator.groups);
  return step.output.length === 3
    ? [{ apply: call('F.channel_shuffle', [read()], { groups }), module: call('nn.ChannelShuffle', [groups]) }]
    : [{ apply: python`${read()}.unflatten(1, (${groups}, -1)).transpose(1, 2).flatten(1, 2)` }];
};

/** Channel by channel, then the blocks of an axis behind the axis they lie in. */
export const pixelshuffle = (step: StepOf<'pixelshuffle'>): readonly Piece[] => {
  const { input, output } = shapesOf(step);
  const { by } = step.operator;
  const factor = slot('upscale_factor', by);
  const places = spatial(input);
  if (places.length === 2)
    return [{ apply: call('F.pixel_shuffle', [read(), factor]), module: call('nn.PixelShuffle', [factor]) }];
  const rank = places.length;
  const split = [channels(output), ...places.map(() => by), ...places];
  const order = [0, 1, ...places.flatMap((_, axis) => [2 + rank + axis, 2 + axis])];
  return [
    { apply: reshaped(split) },
    { apply: call('torch.permute', [read(), slot('order', order)]) },
    { apply: reshaped(output) },
  ];
};

export const pixelunshuffle = (step: StepOf<'pixelunshuffle'>): readonly Piece[] => {
  const { input, output } = shapesOf(step);
  const { by } = step.operator;
  const factor = slot('downscale_factor', by);
  const places = spatial(output);
  if (places.length === 2)
    return [{ apply: call('F.pixel_unshuffle', [read(), factor]), module: call('nn.PixelUnshuffle', [factor]) }];
  const split = [channels(input), ...places.flatMap((n) => [n, by])];
  const order = [0, 1, ...places.map((_, axis) => 3 + 2 * axis), ...places.map((_, axis) => 2 + 2 * axis)];
  return [
    { apply: reshaped(split) },
    { apply: call('torch.permute', [read(), slot('order', order)]) },
    { apply: reshaped(output) },
  ];
};

export const upsample = (step: StepOf<'upsample'>): readonly Piece[] | Unsaid => {
  const { output } = shapesOf(step);
  const { mode, coordinates, rounding = 'floor', a = -0.75, excludeOutside = false, scale } = step.operator;
  const rank = output.length - 1;
  const how = interpolation(mode, rank, coordinates, rounding);
  if (how === undefined || (mode === 'cubic' && (a !== -0.75 || excludeOutside)))
    return new Unsaid(
      `PyTorch does not interpolate so: ${mode}, ${coordinates}${mode === 'nearest' ? `, ${rounding}` : ''}`,
    );
  const options = {
    ...(scale && coordinates !== 'align_corners'
      ? { scale_factor: slot('scale_factor', once(scale)) }
      : { size: slot('size', once(spatial(output))) }),
    mode: `"${how}"`,
    align_corners: coordinates === 'align_corners' ? 'True' : mode === 'nearest' ? undefined : 'False',
  };
  return [{ apply: call('F.interpolate', [read()], options), module: call('nn.Upsample', [], options) }];
};

const interpolation = (mode: string, rank: number, coordinates: string, rounding: string): string | undefined => {
  if (mode === 'nearest') {
    if (coordinates === 'asymmetric' && rounding === 'floor') return 'nearest';
    return coordinates === 'half_pixel' && rounding === 'round_prefer_ceil' ? 'nearest-exact' : undefined;
  }
  if (coordinates === 'asymmetric') return undefined;
  if (mode === 'cubic') return rank === 2 ? 'bicubic' : undefined;
  return ['linear', 'bilinear', 'trilinear'][rank - 1];
};

export const concat = ({ inputs, operator: { axis } }: StepOf<'concat'>): readonly Piece[] => {
  const list: Code = {
    type: 'run',
    parts: ['[', ...inputs.flatMap((_, at) => (at === 0 ? [read(at)] : [', ', read(at)])), ']'],
  };
  return [{ apply: call('torch.cat', [list], { dim: `${axis + 1}` }) }];
};

const REDUCING = { mean: 'mean', max: 'amax', sum: 'sum' } as const;

export const reduce = (step: StepOf<'reduce'>): readonly Piece[] => {
  const { input, output } = shapesOf(step);
  const { by, axes } = step.operator;
  const dim = placesText(axes.map((axis) => axis + 1));
  const kept = input.length === output.length;
  const options = { dim, keepdim: kept ? 'True' : undefined };
  if (by === 'l2') return [{ apply: call('torch.linalg.vector_norm', [read()], options) }];
  return [{ apply: python`${call(`torch.${REDUCING[by]}`, [read()], options)}` }];
};

export const softmax = ({ operator: { log, axes } }: StepOf<'softmax'>): readonly Piece[] => {
  const name = log ? 'log_softmax' : 'softmax';
  const [axis = 0, ...more] = axes;
  const dim = `${axis + 1}`;
  if (more.length === 0)
    return [
      {
        apply: call(`F.${name}`, [read()], { dim }),
        module: call(log ? 'nn.LogSoftmax' : 'nn.Softmax', [], { dim }),
      },
    ];
  const dims = placesText(axes.map((one) => one + 1));
  const logged = python`(${read()} - ${read()}.logsumexp(dim=${dims}, keepdim=True))`;
  return [{ apply: log ? logged : python`${logged}.exp()` }];
};

/** Columns are channels, rows the last axis of places; an axis of heads lies before the others. See core/matrices.ts. */
export const matmul = ({ operator: { transpose, heads, factor } }: StepOf<'matmul'>): readonly Piece[] => {
  const times = factor === 1 ? '' : python`${slot('factor', factor)} * `;
  if (heads === 1) {
    const sums = transpose ? 'bk...r,bk...c->bc...r' : 'bk...r,bc...k->bc...r';
    return [{ apply: python`${times}torch.einsum("${sums}", ${read(0)}, ${read(1)})` }];
  }
  const count = slot('heads', heads);
  if (transpose) {
    const split = (at: number): Code => python`${read(at)}.unflatten(1, (${count}, -1))`;
    return [{ apply: python`${times}torch.einsum("bhd...r,bhd...c->bch...r", ${split(0)}, ${split(1)})` }];
  }
  const mixed = python`torch.einsum("bkh...r,bhd...k->bhd...r", ${read(0)}, ${read(1)}.unflatten(1, (${count}, -1)))`;
  return [{ apply: python`${times}${mixed}.flatten(1, 2)` }];
};

export const affine = (step: StepOf<'affine'>): readonly Piece[] | Unsaid => {
  const { times, plus } = step.operator;
  const behind = ', None'.repeat(step.output.length - 1);
  const values = (numbers: readonly number[], role: string): Code =>
    numbers.length === 1
      ? slot(role, numbers[0] ?? 0)
      : python`${read()}.new_tensor(${slot(role, numbers)})[:${behind}]`;
  const factor = times.every((n) => n === 1) ? '' : python` * ${values(times, 'factor')}`;
  const addend = plus.every((n) => n === 0) ? '' : python` + ${values(plus, 'addend')}`;
  return [{ apply: python`${read()}${factor}${addend}` }];
};
