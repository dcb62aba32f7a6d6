// Pools as layers of Keras, by what their padding counts: a largest value knows of no padding, a mean may divide by it.

import { product, type Shape, sameShape, spatial } from '../../core/shape.js';
import { POINT, type Window } from '../../core/window.js';
import { type StepOf, Unsaid } from '../model.js';
import { type Context, lastly, read, type Sides, zeroPadded } from './axes.js';
import { behind, cropped, paddingWord } from './convolutions.js';
import { call, layer, type Option, reshaped, scaled, type Value } from './value.js';

const NAMES = { max: 'MaxPooling', mean: 'AveragePooling' } as const;
const GLOBAL = { max: 'GlobalMaxPooling', mean: 'GlobalAveragePooling' } as const;

const pooled = (
  mode: keyof typeof NAMES,
  value: Value,
  sizes: Shape,
  windows: readonly Window[],
  padding: 'valid' | 'same',
): Value =>
  layer(`${NAMES[mode]}${windows.length}D`, [value], sizes, {
    pool_size: windows.map(({ kernel }) => kernel),
    strides: windows.map(({ stride }) => stride),
    padding,
  });

/** How many cells each window of an axis divides by: those in the input and, where they count, in its padding. */
const counts = (size: number, places: number, window: Window, countPadding: boolean): readonly number[] =>
  Array.from({ length: places }, (_, place) => {
    const first = place * window.stride - window.before;
    const [least, most] = countPadding ? [-window.before, size + window.after] : [0, size];
    return Array.from({ length: window.kernel }, (_, k) => first + k * window.dilation).filter(
      (at) => at >= least && at < most,
    ).length;
  });

export const pool = (step: StepOf<'pool'>, context: Context): Value | Unsaid => {
  const { mode, windows, countPadding = false, divisor } = step.operator;
  const value = read(step);
  const sizes = lastly(step.output);
  const [before, places] = [value.sizes.slice(0, -1), sizes.slice(0, -1)];
  if (windows.length < 1 || windows.length > 3) return new Unsaid(`Keras has no pool over ${windows.length} axes`);
  const word = paddingWord(before, places, windows);
  const isDilated = windows.some(({ dilation, kernel }) => dilation > 1 && kernel > 1);
  const sides: Sides = [
    ...windows.map((window, axis) => {
      const over = behind(before[axis] ?? 1, places[axis] ?? 1, window);
      return [window.before, Math.max(window.after, over)] as const;
    }),
    [0, 0],
  ];
  if (isDilated) return context.target === 'code' ? slid(step) : new Unsaid('Keras dilates no pool');
  if (mode === 'max') {
    if (word) return pooled(mode, value, sizes, windows, word);
    if (context.neverNegative(step.inputs[0] ?? -1))
      return pooled(mode, zeroPadded(value, sides, context), sizes, windows, 'valid');
    return context.target === 'code'
      ? pooled(mode, lowPadded(value, sides), sizes, windows, 'valid')
      : everywhereFirst(value, sizes, windows, context);
  }
  const taps = product(windows.map(({ kernel }) => kernel));
  if (divisor !== undefined)
    return scaled(pooled(mode, zeroPadded(value, sides, context), sizes, windows, 'valid'), taps / divisor);
  const each = windows.map((window, axis) => counts(before[axis] ?? 1, places[axis] ?? 1, window, countPadding));
  // Where every window divides by all its cells, zeros around are as good as padding that counts.
  if (each.every((own, axis) => own.every((n) => n === windows[axis]?.kernel)))
    return pooled(mode, zeroPadded(value, sides, context), sizes, windows, 'valid');
  // Under `same` Keras divides by the cells that there are.
  const met = windows.map((window, axis) => counts(before[axis] ?? 1, places[axis] ?? 1, window, false));
  if (word === 'same' && met.every((own, axis) => own.join() === each[axis]?.join()))
    return pooled(mode, value, sizes, windows, 'same');
  return context.target === 'code'
    ? slid(step)
    : new Unsaid(
        'Keras divides the means of its windows at the border by another number of cells',
        countPadding ? 'let no window hang over the padding' : 'count the padding: count_include_pad: true',
      );
};

/** By what PyTorch's padding of a pool is: less than any value. */
const lowPadded = (value: Value, sides: Sides): Value =>
  call(
    'ops.pad',
    [value],
    value.sizes.map((size, axis) => size + (sides[axis]?.[0] ?? 0) + (sides[axis]?.[1] ?? 0)),
    { pad_width: [[0, 0], ...sides], constant_values: Number.NEGATIVE_INFINITY },
  );

/**
 * Padding that is less than any value Keras has under `same` alone: the largest of the window around every cell, of which those are
 * taken that are meant.
 */
const everywhereFirst = (value: Value, sizes: Shape, windows: readonly Window[], context: Context): Value | Unsaid => {
  const ends = windows.map(({ kernel, stride, before }, axis): readonly [number, number] => {
    const first = Math.floor((kernel - 1) / 2) - before;
    return [first, (value.sizes[axis] ?? 1) - 1 - first - ((sizes[axis] ?? 1) - 1) * stride];
  });
  if (ends.some(([before, after]) => before < 0 || after < 0))
    return new Unsaid(
      'its padding is not that of "same", and zeros in its place could be larger than values, which may be negative',
      'put a ReLU before it, or a padding that "same" has',
    );
  const single = windows.map((window) => ({ ...window, stride: 1 }));
  const all = cropped(pooled('max', value, value.sizes, single, 'same'), ends, context);
  const points = windows.map(({ stride }) => ({ ...POINT, stride }));
  return pooled('max', all, sizes, points, 'valid');
};

/** Tap by tap, by a function of its own. */
const slid = (step: StepOf<'pool'>): Value => {
  const { mode, windows, countPadding = false, divisor } = step.operator;
  const value = read(step);
  const places = spatial(step.output);
  const each = windows.map((window, axis): Option => {
    const own = counts(value.sizes[axis] ?? 1, places[axis] ?? 1, window, countPadding);
    const divides = divisor === undefined ? own : own.map(() => (axis === 0 ? divisor : 1));
    return divides.every((n) => n === divides[0]) ? (divides[0] ?? 1) : divides;
  });
  const list = (of: (window: Window) => number): Option => windows.map(of);
  return call('pool_windows', [value], lastly(step.output), {
    mode,
    pool_size: list(({ kernel }) => kernel),
    strides: list(({ stride }) => stride),
    dilation: list(({ dilation }) => dilation),
    before: list(({ before }) => before),
    sizes: places,
    ...(mode === 'mean' && { divisors: each }),
  });
};

/** One value of each channel: of all its places. */
const allPlaces = (mode: keyof typeof GLOBAL, value: Value, sizes: Shape, { target }: Context): Value => {
  const axes = value.sizes.length - 1;
  const C = value.sizes.at(-1) ?? 1;
  if (axes === 0 || product(value.sizes) === C) return reshaped(value, sizes);
  const isVector = sizes.length === 1;
  if (target === 'code' && axes <= 3) {
    const name = `${GLOBAL[mode]}${axes}D`;
    const whole = [...value.sizes.slice(0, -1).map(() => 1), C];
    return isVector || !sameShape(sizes, whole)
      ? reshaped(layer(name, [value], [C]), sizes)
      : layer(name, [value], whole, { keepdims: true });
  }
  const image = axes === 2 ? value : reshaped(value, [product(value.sizes.slice(0, -1)), 1, C]);
  return reshaped(layer(`${GLOBAL[mode]}2D`, [image], [C]), sizes);
};

export const adaptivePool = (step: StepOf<'adaptive-pool'>, context: Context): Value | Unsaid => {
  const { mode } = step.operator;
  const value = read(step);
  const sizes = lastly(step.output);
  const from = value.sizes.slice(0, -1);
  const to = spatial(step.output);
  if (product(to) === 1) return allPlaces(mode, value, sizes, context);
  if (from.every((n, axis) => n % (to[axis] ?? 1) === 0) && from.length <= 3) {
    const windows = from.map((n, axis): Window => {
      const kernel = n / (to[axis] ?? 1);
      return { kernel, stride: kernel, dilation: 1, before: 0, after: 0 };
    });
    return pooled(mode, value, sizes, windows, 'valid');
  }
  if (context.target === 'code') return call('adaptive_pool', [value], sizes, { mode, sizes: to });
  return new Unsaid(
    `Keras has no pool whose windows differ, as those from ${from.join('x')} to ${to.join('x')} do`,
    `give it a size that divides ${from.join('x')}`,
  );
};

/** One value from those along some axes: with them behind each other, that is a pool over all places. */
export const reduce = (step: StepOf<'reduce'>, context: Context): Value | Unsaid => {
  const { by, axes } = step.operator;
  const value = read(step);
  const rank = value.sizes.length;
  const sizes = lastly(step.output);
  const own = axes.map((axis) => (axis === 0 ? rank - 1 : axis - 1)).sort((a, b) => a - b);
  const kept = value.sizes.map((size, axis) => (own.includes(axis) ? 1 : size));
  if (context.target === 'code') {
    const along: Option =
      own.length === 1 ? (own[0] === rank - 1 ? -1 : (own[0] ?? 0) + 1) : own.map((axis) => axis + 1);
    const options = { axis: along, keepdims: true };
    const made =
      by === 'l2'
        ? call('ops.sqrt', [call('ops.sum', [call('ops.square', [value], value.sizes)], kept, options)], kept)
        : call(`ops.${by}`, [value], kept, options);
    return reshaped(made, sizes);
  }
  if (by === 'l2') return new Unsaid('TensorFlow.js has no layer that takes a root');
  const others = value.sizes.flatMap((_, axis) => (own.includes(axis) ? [] : [axis]));
  const count = product(own.map((axis) => value.sizes[axis] ?? 1));
  const rest = product(others.map((axis) => value.sizes[axis] ?? 1));
  const turned = turnedTo(value, [...own, ...others]);
  const places = reshaped(turned, [count, rest]);
  const pooledOnes = allPlaces(by === 'max' ? 'max' : 'mean', places, [rest], context);
  return reshaped(by === 'sum' ? scaled(pooledOnes, count) : pooledOnes, sizes);
};

const turnedTo = (value: Value, order: readonly number[]): Value =>
  order.every((axis, i) => axis === i)
    ? value
    : layer(
        'Permute',
        [value],
        order.map((axis) => value.sizes[axis] ?? 1),
        { dims: order.map((axis) => axis + 1) },
      );
