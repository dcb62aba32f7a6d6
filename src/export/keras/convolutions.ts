// Convolutions and transposed ones as layers of Keras, whose paddings are words or layers of their own.

import { channels, product, spatial } from '../../core/shape.js';
import { extent, POINT, type Window } from '../../core/window.js';
import { type StepOf, Unsaid } from '../model.js';
import { type Context, cut, read, type Sides, zeroPadded } from './axes.js';
import { type Learned, learned } from './learned.js';
import { joined, layer, type Options, reshaped, type Value, type Weight } from './value.js';

type Sliding = StepOf<'convolution' | 'transposed'>;

/** A value that windows slide over with `padding`, what is missing having been put around it. */
export interface Padded {
  readonly value: Value;
  readonly padding: 'valid' | 'same';
}

/** How many cells windows in so many places reach behind the input. */
export const behind = (size: number, places: number, window: Window): number =>
  (places - 1) * window.stride + extent(window) - size - window.before;

/** Whether Keras pads the same under `same`: the odd cell stands at the end. What no window reaches does not matter. */
const isSame = (size: number, places: number, window: Window): boolean => {
  const all = Math.max((places - 1) * window.stride + extent(window) - size, 0);
  return places === Math.ceil(size / window.stride) && window.before === Math.floor(all / 2);
};

/** Whether windows need no padding, or that of `same`; undefined where they need another. */
export const paddingWord = (
  sizes: readonly number[],
  places: readonly number[],
  windows: readonly Window[],
): Padded['padding'] | undefined => {
  const every = (test: typeof isSame) =>
    windows.every((window, axis) => test(sizes[axis] ?? 1, places[axis] ?? 1, window));
  if (every((size, many, window) => window.before === 0 && behind(size, many, window) <= 0)) return 'valid';
  return every(isSame) ? 'same' : undefined;
};

const paddedFor = (value: Value, windows: readonly Window[], places: readonly number[], context: Context): Padded => {
  const word = paddingWord(value.sizes, places, windows);
  if (word) return { value, padding: word };
  const sides: Sides = [...windows.map(({ before, after }) => [before, after] as const), [0, 0]];
  return { value: zeroPadded(value, sides, context), padding: 'valid' };
};

const windowOptions = (windows: readonly Window[], padding: Padded['padding']): Options => ({
  kernel_size: windows.map(({ kernel }) => kernel),
  strides: windows.map(({ stride }) => stride),
  padding,
  dilation_rate: windows.map(({ dilation }) => dilation),
});

/** [out, in, k…] -> [k…, in, out], and [in, out, k…] of a transposed one -> [k…, out, in]. */
const kernelOf = (weight: Learned, kernel: readonly number[], [first, second]: readonly [number, number]): Learned => {
  const apart: Learned = { reshape: [first, second, ...kernel], of: weight };
  const rank = kernel.length + 2;
  const order = [...Array.from({ length: kernel.length }, (_, axis) => axis + 2), 1, 0];
  return { transpose: order.slice(0, rank), of: withShape(apart, weight) };
};

/** A reshape that changes nothing is none. */
const withShape = (reshape: Learned & { reshape: readonly number[] }, of: Learned): Learned =>
  'shape' in of && of.shape.join() === reshape.reshape.join() ? of : reshape;

/** [C * m, 1, k…] -> [k…, C, m]. */
const depthwiseKernelOf = (weight: Learned, kernel: readonly number[], C: number, multiplier: number): Learned => {
  const apart: Learned = { reshape: [C, multiplier, ...kernel], of: weight };
  const order = [...Array.from({ length: kernel.length }, (_, axis) => axis + 2), 0, 1];
  return { transpose: order, of: withShape(apart, weight) };
};

const rows = (of: Learned, from: number, to: number): Learned => ({ rows: [from, to], of });

const biasOf = (step: Sliding): readonly Weight[] => {
  const value = learned(step, 'bias');
  return value ? [{ name: 'bias', value }] : [];
};

/** A sequence as an image of one column, for layers that only images have. */
const lifted = (value: Value): Value => reshaped(value, [value.sizes[0] ?? 1, 1, value.sizes[1] ?? 1]);

/** Along a stride of more than 1 no kernel of Keras is dilated: it slides by 1, and of its places those are taken that are meant. */
const takingSome = (windows: readonly Window[]): boolean =>
  windows.some(({ stride }) => stride > 1) && windows.some(({ dilation }) => dilation > 1);

export const convolution = (step: StepOf<'convolution'>, context: Context): Value | Unsaid => {
  const { operator, output } = step;
  const { groups } = operator;
  const C = channels(step.inputShapes[0] ?? []);
  const weight = learned(step, 'weight');
  if (!weight) return new Unsaid('it has no weights');
  const axes = operator.windows.length;
  const value = read(step);
  const filters = channels(output);
  if (axes < 1 || axes > 3) return everyPlace(step, value, weight);
  const isDepthwise = groups === C && C > 1 && axes < 3;
  const lift = isDepthwise && axes === 1 && context.target === 'json';
  const sizes = [...spatial(output), filters];
  const source = lift ? lifted(value) : value;
  const windows = lift ? [...operator.windows, POINT] : operator.windows;
  const made = lift ? [sizes[0] ?? 1, 1, filters] : sizes;
  const places = made.slice(0, -1);
  const one = windows.map((window) => ({ ...window, stride: 1 }));
  const some = takingSome(windows);
  const whole = some
    ? one.map((window, axis) => (source.sizes[axis] ?? 1) + window.before + window.after - extent(window) + 1)
    : places;
  const slid = some ? one : windows;
  const padded = paddedFor(source, slid, whole, context);
  const outcome = [...whole, filters];
  const kernel = windows.map((window) => window.kernel);
  const options = { ...windowOptions(slid, padded.padding), use_bias: 'bias' in step.weights };
  const convolved = isDepthwise
    ? depthwise(step, padded.value, { weight, kernel, options, outcome }, context)
    : groups === 1 || context.target === 'code'
      ? layer(
          `Conv${axes}D`,
          [padded.value],
          outcome,
          { filters, ...options, groups },
          {
            weights: [{ name: 'kernel', value: kernelOf(weight, kernel, [filters, C / groups]) }, ...biasOf(step)],
          },
        )
      : byGroups(step, padded.value, context, (part, g, part_) =>
          layer(
            `Conv${axes}D`,
            [part],
            [...whole, filters / groups],
            { filters: filters / groups, ...options },
            {
              part: part_,
              weights: [
                {
                  name: 'kernel',
                  value: kernelOf(rows(weight, (g * filters) / groups, ((g + 1) * filters) / groups), kernel, [
                    filters / groups,
                    C / groups,
                  ]),
                },
                ...biasOf(step).map(({ name, value: bias }) => ({
                  name,
                  value: rows(bias, (g * filters) / groups, ((g + 1) * filters) / groups),
                })),
              ],
            },
          ),
        );
  if (convolved instanceof Unsaid) return convolved;
  const strides = windows.map(({ stride }) => stride);
  const taken = some
    ? layer(`MaxPooling${windows.length}D`, [convolved], [...places, filters], {
        pool_size: windows.map(() => 1),
        strides,
        padding: 'valid',
      })
    : convolved;
  return reshaped(taken, sizes);
};

interface Depthwise {
  readonly weight: Learned;
  readonly kernel: readonly number[];
  readonly options: Options;
  readonly outcome: readonly number[];
}

const depthwise = (
  step: StepOf<'convolution'>,
  value: Value,
  { weight, kernel, options, outcome }: Depthwise,
  { target }: Context,
): Value | Unsaid => {
  const C = value.sizes.at(-1) ?? 1;
  const multiplier = channels(step.output) / C;
  if (target === 'json' && step.operator.windows.some(({ dilation }) => dilation > 1))
    return new Unsaid('TensorFlow.js dilates no depthwise convolution');
  return layer(
    `DepthwiseConv${kernel.length}D`,
    [value],
    outcome,
    { ...options, depth_multiplier: multiplier },
    {
      weights: [{ name: 'depthwise_kernel', value: depthwiseKernelOf(weight, kernel, C, multiplier) }, ...biasOf(step)],
    },
  );
};

/** Each group by a layer of its own. */
const byGroups = (
  { operator: { groups } }: Sliding,
  value: Value,
  context: Context,
  convolved: (part: Value, group: number, name: string) => Value,
): Value => {
  const last = value.sizes.length - 1;
  const each = (value.sizes[last] ?? 1) / groups;
  return joined(
    Array.from({ length: groups }, (_, g) => convolved(cut(value, last, g * each, each, context), g, `group${g}`)),
    last,
  );
};

/** A kernel of one cell over more axes than Keras convolves: the same matrix for every place. */
const everyPlace = (step: StepOf<'convolution'>, value: Value, weight: Learned): Value | Unsaid => {
  const { windows, groups } = step.operator;
  const isPoint = windows.every(
    ({ kernel, stride, before, after }) => kernel === 1 && stride === 1 && before === 0 && after === 0,
  );
  if (!isPoint || groups > 1) return new Unsaid(`Keras has no convolution over ${windows.length} axes`);
  const units = channels(step.output);
  return layer(
    'Dense',
    [value],
    [...value.sizes.slice(0, -1), units],
    { units, use_bias: 'bias' in step.weights },
    {
      weights: [
        {
          name: 'kernel',
          value: { transpose: [1, 0], of: { reshape: [units, product(value.sizes.slice(-1))], of: weight } },
        },
        ...biasOf(step),
      ],
    },
  );
};

/**
 * Keras makes n s + max(k - s, 0) cells, or n s under `same`, where as much is taken away at both ends, the odd cell at the end. What
 * else is taken away is cropped; what is missing is what one zero more in the input makes.
 */
export const transposed = (step: StepOf<'transposed'>, context: Context): Value | Unsaid => {
  const { operator, output } = step;
  const { groups } = operator;
  const C = channels(step.inputShapes[0] ?? []);
  const weight = learned(step, 'weight');
  const axes = operator.windows.length;
  if (!weight) return new Unsaid('it has no weights');
  if (axes < 1 || axes > 3) return new Unsaid(`Keras has no transposed convolution over ${axes} axes`);
  if (context.target === 'json' && operator.windows.some(({ dilation }) => dilation > 1))
    return new Unsaid('TensorFlow.js dilates no transposed convolution');
  const lift = axes === 1 && context.target === 'json';
  const value = lift ? lifted(read(step)) : read(step);
  const windows = lift ? [...operator.windows, POINT] : operator.windows;
  const filters = channels(output);
  const wanted = lift ? [output[1] ?? 1, 1] : spatial(output);
  const sizes = value.sizes.slice(0, -1);
  const kernel = windows.map((window) => window.kernel);
  const isSameWord = windows.every((window, axis) => {
    const over = window.kernel - window.stride;
    return (
      window.dilation === 1 &&
      over >= 0 &&
      wanted[axis] === (sizes[axis] ?? 1) * window.stride &&
      window.before === Math.floor(over / 2)
    );
  });
  const full = (size: number, window: Window) => size * window.stride + Math.max(extent(window) - window.stride, 0);
  const missing = windows.map((window, axis) =>
    isSameWord
      ? 0
      : Math.max(0, Math.ceil(((wanted[axis] ?? 1) + window.before - full(sizes[axis] ?? 1, window)) / window.stride)),
  );
  const source = zeroPadded(value, [...missing.map((many) => [0, many] as const), [0, 0]], context);
  const made = windows.map((window, axis) =>
    isSameWord ? (wanted[axis] ?? 1) : full((sizes[axis] ?? 1) + (missing[axis] ?? 0), window),
  );
  const options = {
    ...windowOptions(windows, isSameWord ? 'same' : 'valid'),
    use_bias: 'bias' in step.weights,
  };
  const each = filters / groups;
  const one = (part: Value, g: number, name: string | undefined): Value =>
    layer(
      `Conv${windows.length}DTranspose`,
      [part],
      [...made, each],
      { filters: each, ...options },
      {
        ...(name !== undefined && { part: name }),
        weights: [
          {
            name: 'kernel',
            value: kernelOf(groups === 1 ? weight : rows(weight, (g * C) / groups, ((g + 1) * C) / groups), kernel, [
              C / groups,
              each,
            ]),
          },
          ...biasOf(step).map(({ name: called, value: bias }) => ({
            name: called,
            value: groups === 1 ? bias : rows(bias, g * each, (g + 1) * each),
          })),
        ],
      },
    );
  const convolved = groups === 1 ? one(source, 0, undefined) : byGroups(step, source, context, one);
  const sides = windows.map(({ before }, axis) => {
    const start = isSameWord ? 0 : before;
    return [start, (made[axis] ?? 1) - start - (wanted[axis] ?? 1)] as const;
  });
  return reshaped(cropped(convolved, sides, context), [...spatial(output), filters]);
};

/** So many cells off the ends of each axis of places. */
export const cropped = (value: Value, sides: Sides, context: Context): Value => {
  if (sides.every(([before, after]) => before === 0 && after === 0)) return value;
  const sizes = value.sizes.map((size, axis) => size - (sides[axis]?.[0] ?? 0) - (sides[axis]?.[1] ?? 0));
  const axes = value.sizes.length - 1;
  if (context.target === 'code' ? axes <= 3 : axes === 2)
    return layer(`Cropping${axes}D`, [value], sizes, { cropping: axes === 1 ? (sides[0] ?? [0, 0]) : sides });
  return sides.reduce((rest, [before], axis) => cut(rest, axis, before, sizes[axis] ?? 1, context), value);
};
