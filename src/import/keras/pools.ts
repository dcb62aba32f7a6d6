// The layers of Keras that make images smaller, larger or cut: pools, padding, cropping, resizing.

import type { Plain } from '../../core/args.js';
import { toSides } from '../../core/window.js';
import { isList, type Json } from '../json.js';
import type { Builder, Call } from './call.js';
import { flag, get, number, numbers, plain, sizes, string } from './config.js';
import { channelsLast, type Value } from './layout.js';

export const pool =
  (kind: 'maxpool' | 'avgpool', axes: number): Builder =>
  (call) => {
    const { config, lead } = call;
    const size = sizes(config, 'pool_size', axes, lead, 2);
    const padding = plain(config, 'padding');
    return call.same(kind, call.image(), {
      options: {
        kernel: size,
        stride: plain(config, 'strides') === undefined ? size : sizes(config, 'strides', axes, lead),
        padding: padding === 'valid' ? undefined : padding,
        // Cells that are not there count for nothing in TensorFlow.
        ...(kind === 'avgpool' && padding === 'same' && { count_include_pad: false }),
      },
    });
  };

export const globalPool =
  (kind: 'gap' | 'gmp'): Builder =>
  (call) => {
    const keepdims = flag(call.config, 'keepdims', false);
    const value = call.image();
    if (call.lead > 0) return overSteps(call, value, kind === 'gap' ? 'mean' : 'max');
    const row = call.row(kind, [value.row], { options: { keepdims: keepdims || undefined } });
    return { row, order: keepdims ? value.order : [0] };
  };

/** The places of each step: what is left of them is one. */
const overSteps = (call: Call, value: Value, by: string): Value => {
  const { config } = call;
  const rank = value.order.length;
  const pooled = call.same('reduce', value, { options: { by, over: rank === 4 ? 'hw' : 'w' } });
  const [steps, ...rest] = call.sizes(pooled) ?? [];
  if (flag(config, 'keepdims', false) || steps === undefined) return pooled;
  const C = rest.find((size) => size !== 1) ?? 1;
  return call.reshaped(pooled, [steps, C], 'vectors');
};

/** `2`, `[1, 2]` per axis, `[[t, b], [l, r]]`: what is before and behind each axis. */
const pairs = (value: Json | undefined, axes: number): readonly (readonly [number, number])[] | undefined => {
  const list = axes === 1 && isList(value) && value.every((n) => typeof n === 'number') ? [value] : value;
  const perAxis = isList(list) ? list : new Array<Json>(axes).fill(list ?? 1);
  const found = perAxis.map((one): readonly [number, number] | undefined => {
    if (typeof one === 'number') return [one, one];
    const [before, after] = isList(one) ? one : [];
    return typeof before === 'number' && typeof after === 'number' ? [before, after] : undefined;
  });
  return found.length === axes && found.every((pair) => pair !== undefined)
    ? (found as readonly (readonly [number, number])[])
    : undefined;
};

const sidesIn = (call: Call, key: string, axes: number): Plain | undefined => {
  const found = pairs(get(call.config, key), axes);
  if (!found) return plain(call.config, key);
  return toSides([...new Array<readonly [number, number]>(call.lead).fill([0, 0]), ...found]);
};

export const zeroPadding =
  (axes: number): Builder =>
  (call) =>
    call.same('zeropad', call.image(), { options: { padding: sidesIn(call, 'padding', axes) } });

export const cropping =
  (axes: number): Builder =>
  (call) =>
    call.same('crop', call.image(), { options: { amount: sidesIn(call, 'cropping', axes) } });

/** What TensorFlow's resizing is called here; others weigh their neighbours otherwise. */
const MODES: ReadonlyMap<string, string> = new Map([
  ['nearest', 'nearest-exact'],
  ['bilinear', 'bilinear'],
]);

export const upSampling =
  (axes: number): Builder =>
  (call) => {
    const { config, lead } = call;
    const factor = sizes(config, 'size', axes, lead, 2);
    const interpolation = string(config, 'interpolation') ?? 'nearest';
    const value = call.image();
    if (interpolation !== 'nearest' && interpolation !== 'bilinear')
      return call.opaque(`resizing by "${interpolation}" as TensorFlow has it is not known here`, {
        sizes: larger(call, value, factor),
        params: 0,
      });
    return call.same('upsample', value, {
      options: { factor, ...(interpolation === 'bilinear' && { mode: 'bilinear' }) },
    });
  };

/** Sizes in the order of Keras after a factor for each place. */
const larger = (call: Call, value: Value, factor: Plain | undefined): readonly number[] | undefined => {
  const factors = Array.isArray(factor) ? factor : undefined;
  return call.sizes(value)?.map((size, axis) => {
    const place = (value.order[axis] ?? 0) - 1;
    const times = place < 0 ? 1 : (factors?.[place] ?? factor);
    return typeof times === 'number' && Number.isInteger(size * times) ? size * times : size;
  });
};

export const resizing: Builder = (call) => {
  const { config } = call;
  const size = [number(config, 'height') ?? 0, number(config, 'width') ?? 0];
  const interpolation = string(config, 'interpolation') ?? 'bilinear';
  const mode = MODES.get(interpolation);
  const value = call.image();
  const cut = ['crop_to_aspect_ratio', 'pad_to_aspect_ratio', 'antialias'].find((key) => flag(config, key, false));
  if (mode && !cut) return call.same('upsample', value, { options: { size, mode } });
  const made = call
    .sizes(value)
    ?.map((n, axis) => ((value.order[axis] ?? 0) > 0 ? (size[(value.order[axis] ?? 0) - 1] ?? n) : n));
  return call.opaque(`resizing by "${cut ?? interpolation}" as TensorFlow has it is not known here`, {
    sizes: made,
    params: 0,
  });
};

/** Of a smaller image it would be a resizing. */
export const centerCrop: Builder = (call) => {
  const value = call.image();
  const before = call.sizes(value);
  const size = [number(call.config, 'height') ?? 0, number(call.config, 'width') ?? 0];
  if (!before) return call.same('crop', value, { options: { amount: 0 } });
  const ours = size.map((_, axis) => before[value.order.indexOf(axis + 1)] ?? 0);
  const over = size.map((n, axis) => (ours[axis] ?? 0) - n);
  if (over.some((n) => n < 0) || before.length !== 3)
    return call.opaque('cropping what is smaller is not known here', {
      sizes: before.map((n, axis) => size[(value.order[axis] ?? 0) - 1] ?? n),
      params: 0,
    });
  return call.same('crop', value, {
    options: {
      amount: toSides(over.map((n) => [Math.floor(n / 2), Math.ceil(n / 2)])),
    },
  });
};

/** A number for each channel of an image, as a factor or an addend; undefined where it is none. */
const perChannel = (call: Call, key: string, otherwise: number): Plain | undefined => {
  const value = get(call.config, key);
  if (value === undefined || value === null) return otherwise;
  const list = numbers(call.config, key);
  return list && (list.length === 1 ? (list[0] ?? otherwise) : list);
};

export const rescaling: Builder = (call) => {
  const [scale, offset] = [perChannel(call, 'scale', 1), perChannel(call, 'offset', 0)];
  if (scale === undefined || offset === undefined)
    return call.opaque('what it multiplies by is not written as numbers', { params: 0, rf: 1 });
  const value = Array.isArray(scale) || Array.isArray(offset) ? call.last(call.settled(call.input)) : call.input;
  const scaled = call.same('times', value, { options: { factors: scale } });
  return offset === 0 ? scaled : call.same('plus', scaled, { part: 'offset', options: { addends: offset } });
};

/** By numbers in the file, or by what it saw of a data set, which is kept with the weights. */
export const normalization: Builder = (call) => {
  const { config } = call;
  const [mean, variance] = [numbers(config, 'mean'), numbers(config, 'variance')];
  const axes = numbers(config, 'axis') ?? (get(config, 'axis') === null ? [] : [-1]);
  const value = axes.length === 1 && axes[0] !== undefined ? call.along(axes[0], call.input) : undefined;
  const inverted = flag(config, 'invert', false);
  if (mean && variance && (value || mean.length === 1)) {
    const each = value ?? call.input;
    const one = (list: readonly number[]): Plain => (list.length === 1 ? (list[0] ?? 0) : list);
    const deviation = variance.map((v) => Math.max(Math.sqrt(v), SMALLEST));
    if (!inverted) {
      const moved = call.same('plus', each, { part: 'mean', options: { addends: one(mean.map((m) => -m)) } });
      return call.same('times', moved, { options: { factors: one(deviation.map((d) => 1 / d)) } });
    }
    const scaled = call.same('times', each, { options: { factors: one(deviation) } });
    return call.same('plus', scaled, { part: 'mean', options: { addends: one(mean) } });
  }
  if (!value || inverted) return call.opaque('a normalisation along these axes is not known here', { rf: 1 });
  return call.same('batchnorm', value, {
    options: { affine: false, eps: 0 },
    tensors: { running_mean: call.perChannel('mean', value), running_var: call.perChannel('variance', value) },
    learns: true,
  });
};

const SMALLEST = 1e-7;

/** The usual order of what is a list of vectors. */
export const repeated: Builder = (call) => {
  const value = call.settled(call.input);
  const [C] = call.sizes(value) ?? [];
  if (C === undefined) return call.same('upsample', value, { options: { factor: plain(call.config, 'n') } });
  const vector = call.row('reshape', [value.row], { part: 'vector', options: { to: [1, C] } });
  const row = call.row('upsample', [vector], { options: { factor: plain(call.config, 'n') } });
  return { row, order: channelsLast(2) };
};
