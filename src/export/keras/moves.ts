// What moves values without computing, as layers of Keras: reshapes, borders, parts, channels to places; and resizing.

import { product, spatial } from '../../core/shape.js';
import { type StepOf, Unsaid } from '../model.js';
import { type Context, channelsFirst, channelsLast, cut, flat, lastly, placeOf, read, zeroPadded } from './axes.js';
import { cropped } from './convolutions.js';
import { activation, call, joined, layer, merged, permuted, reshaped, type Value } from './value.js';

/** Values keep the order that they have here, channels first. */
export const reshape = (step: StepOf<'reshape'>): Value => {
  const value = read(step);
  const [from = [], to] = [step.inputShapes[0], step.output];
  const sizes = lastly(to);
  if (to.length === 1) return flat(value);
  if (from.length > 1 && from[0] === to[0]) return reshaped(value, sizes);
  return channelsLast(reshaped(channelsFirst(value), to));
};

export const permute = (step: StepOf<'permute'>): Value => {
  const { order } = step.operator;
  const rank = order.length;
  return permuted(
    read(step),
    Array.from({ length: rank }, (_, axis) => placeOf(order[axis === rank - 1 ? 0 : axis + 1] ?? 0, rank)),
  );
};

const MODES = { reflect: 'reflect', replicate: 'edge', circular: 'wrap' } as const;

export const pad = (step: StepOf<'pad'>, context: Context): Value | Unsaid => {
  const { sides, by, channels: behind = 0 } = step.operator;
  const value = read(step);
  if (by !== 'zero' && sides.some(([before, after]) => before !== 0 || after !== 0)) {
    if (context.target === 'json') return new Unsaid(`Keras has no layer that pads by "${by}"`, 'pad with zeros');
    const sizes = [...spatial(step.output), value.sizes.at(-1) ?? 1];
    const padded = call('pad_border', [value], sizes, { sides, mode: MODES[by] });
    return zeroPadded(padded, [...sides.map(() => [0, 0] as const), [0, behind]], context);
  }
  const [more, less] = [Math.max, Math.min].map((choose) =>
    sides.map(([before, after]) => [Math.abs(choose(before, 0)), Math.abs(choose(after, 0))] as const),
  );
  const rest = cropped(value, less ?? [], context);
  return zeroPadded(rest, [...(more ?? []), [0, behind]], context);
};

export const slice = (step: StepOf<'slice'>, context: Context): Value => {
  const { axis, start } = step.operator;
  const value = read(step);
  const { output } = step;
  const [from = []] = step.inputShapes;
  const length = output.length === from.length ? (output[axis] ?? 1) : 1;
  return reshaped(cut(value, placeOf(axis, value.sizes.length), start, length, context), lastly(output));
};

export const concat = (step: StepOf<'concat'>): Value => {
  const values = step.inputs.map((_, at) => read(step, at));
  return joined(values, placeOf(step.operator.axis, step.output.length));
};

/** The first half of the channels times the sigmoid of the second. */
export const glu = (step: StepOf<'glu'>, context: Context): Value => {
  const value = read(step);
  const last = value.sizes.length - 1;
  const half = (value.sizes[last] ?? 2) / 2;
  const [values, gates] = [0, half].map((start) => cut(value, last, start, half, context));
  return values && gates ? merged('Multiply', [values, activation('sigmoid', gates)]) : value;
};

/** [g, C/g] channels read as [C/g, g]. */
export const shuffle = (step: StepOf<'shuffle'>): Value => {
  const { groups } = step.operator;
  const value = read(step);
  const sizes = value.sizes.slice(0, -1);
  const places = sizes.length > 2 ? [product(sizes)] : sizes;
  const rank = places.length;
  const each = (value.sizes.at(-1) ?? 1) / groups;
  const split = reshaped(value, [...places, groups, each]);
  return reshaped(permuted(split, [...places.keys(), rank + 1, rank]), value.sizes);
};

/** One axis at a time, so that no tensor has more than four: [outer, n, inner * C, by] or back. */
const byAxes = (value: Value, by: number, axes: readonly number[], spreads: boolean): Value =>
  axes.reduce((made, axis) => {
    const [places, C] = [made.sizes.slice(0, -1), made.sizes.at(-1) ?? 1];
    const [size = 1, outer, inner] = [places[axis], product(places.slice(0, axis)), product(places.slice(axis + 1))];
    const n = spreads ? size : size / by;
    const last = spreads ? (inner * C) / by : inner * C;
    const split = reshaped(made, spreads ? [outer, n, last, by] : [outer, n, by, last]);
    const sizes = places.map((own, at) => (at === axis ? (spreads ? own * by : n) : own));
    return reshaped(permuted(split, [0, 1, 3, 2]), [...sizes, spreads ? C / by : C * by]);
  }, value);

/** [..., C, by, by] channels: each block of them becomes a block of places. */
export const pixelshuffle = (step: StepOf<'pixelshuffle'>, { target }: Context): Value => {
  const { by } = step.operator;
  const value = read(step);
  const places = value.sizes.slice(0, -1);
  const axes = places.length;
  if (target === 'json') return byAxes(value, by, [...places.keys()].reverse(), true);
  const split = reshaped(value, [...places, step.output[0] ?? 1, ...places.map(() => by)]);
  const order = [...places.flatMap((_, axis) => [axis, axes + 1 + axis]), axes];
  return reshaped(permuted(split, order), lastly(step.output));
};

export const pixelunshuffle = (step: StepOf<'pixelunshuffle'>, { target }: Context): Value => {
  const { by } = step.operator;
  const value = read(step);
  const axes = value.sizes.length - 1;
  const C = value.sizes.at(-1) ?? 1;
  const places = Array.from({ length: axes }, (_, axis) => axis);
  if (target === 'json') return byAxes(value, by, places, false);
  const split = reshaped(value, [...spatial(step.output).flatMap((size) => [size, by]), C]);
  const order = [...places.map((axis) => 2 * axis), 2 * axes, ...places.map((axis) => 2 * axis + 1)];
  return reshaped(permuted(split, order), lastly(step.output));
};

export const unpool = (step: StepOf<'unpool'>, { target }: Context): Value | Unsaid => {
  const { windows } = step.operator;
  const [value, of] = [read(step, 0), read(step, 1)];
  if (target === 'json') return new Unsaid('TensorFlow.js has no layer that puts values back where they were largest');
  const covers = windows.every(
    ({ kernel, stride, dilation, before }, axis) =>
      kernel === stride && dilation === 1 && before === 0 && of.sizes[axis] === (value.sizes[axis] ?? 1) * kernel,
  );
  if (!covers)
    return new Unsaid('Keras can put values back only into windows that lie side by side and fill the input');
  return call('max_unpool', [value, of], of.sizes, { pool_size: windows.map(({ kernel }) => kernel) });
};

/** The cell of n that is nearest to each of m cells: every cell so many times, or undefined. */
const times = (step: StepOf<'upsample'>): readonly number[] | undefined => {
  const { mode, coordinates, rounding = 'floor', scale } = step.operator;
  const [from, to] = [spatial(step.inputShapes[0] ?? []), spatial(step.output)];
  const factors = to.map((size, axis) => size / (from[axis] ?? 1));
  const whole = factors.every((factor, axis) => {
    const asked = scale?.[axis];
    return Number.isInteger(factor) && (asked === undefined || Math.abs(asked - factor) < 1e-9);
  });
  const repeats =
    mode === 'nearest' &&
    ((coordinates === 'asymmetric' && rounding === 'floor') ||
      (coordinates === 'half_pixel' && (rounding === 'round_prefer_ceil' || rounding === 'round_prefer_floor')));
  return whole && (repeats || factors.every((factor) => factor === 1)) ? factors : undefined;
};

/** Each cell many times along an axis, which images alone have a layer for. */
const repeated = (value: Value, axis: number, many: number): Value => {
  if (many === 1) return value;
  const sizes = value.sizes.map((size, at) => (at === axis ? size * many : size));
  const volume = reshaped(value, [
    product(value.sizes.slice(0, axis)),
    value.sizes[axis] ?? 1,
    product(value.sizes.slice(axis + 1)),
  ]);
  const [outer = 1, size = 1, inner = 1] = volume.sizes;
  const made = layer('UpSampling2D', [volume], [outer, size * many, inner], {
    size: [1, many],
    interpolation: 'nearest',
  });
  return reshaped(made, sizes);
};

export const upsample = (step: StepOf<'upsample'>, { target }: Context): Value | Unsaid => {
  const { mode, coordinates, rounding = 'floor', a, excludeOutside = false, scale } = step.operator;
  const value = read(step);
  const sizes = lastly(step.output);
  const axes = sizes.length - 1;
  const factors = times(step);
  if (factors) {
    if (axes === 2 || (target === 'code' && axes <= 3)) {
      const size = axes === 1 ? (factors[0] ?? 1) : factors;
      const plainly = axes === 2 ? { interpolation: 'nearest' } : {};
      return layer(`UpSampling${axes}D`, [value], sizes, { size, ...plainly });
    }
    return factors.reduce((made, many, axis) => repeated(made, axis, many), value);
  }
  if (target === 'json')
    return new Unsaid(
      mode === 'nearest'
        ? 'TensorFlow.js has no layer that resizes so'
        : `TensorFlow.js has no layer that resizes by "${mode}" between the points that are meant`,
      'write it as code: --to keras',
    );
  const to = spatial(step.output);
  const ratio = to.every(
    (size, axis) =>
      scale?.[axis] === undefined || Math.abs((scale[axis] ?? 1) - size / (value.sizes[axis] ?? 1)) < 1e-9,
  );
  if (mode === 'linear' && coordinates === 'half_pixel' && ratio && axes === 2) {
    const many = to.map((size, axis) => size / (value.sizes[axis] ?? 1));
    if (many.every(Number.isInteger))
      return layer('UpSampling2D', [value], sizes, { size: many, interpolation: 'bilinear' });
    // A smaller image Keras resizes so as well, where it does not smooth it first.
    const [height = 1, width = 1] = to;
    return layer('Resizing', [value], sizes, { height, width, interpolation: 'bilinear' });
  }
  return call('resize', [value], sizes, {
    sizes: to,
    mode,
    coordinates,
    ...(mode === 'nearest' && { rounding }),
    ...(mode === 'cubic' && { a: a ?? CUBIC, exclude_outside: excludeOutside }),
    ...(!ratio && { scales: to.map((size, axis) => scale?.[axis] ?? size / (value.sizes[axis] ?? 1)) }),
  });
};

const CUBIC = -0.75;
