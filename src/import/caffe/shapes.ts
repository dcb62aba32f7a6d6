// Caffe's layers without weights: merges, what cuts and turns. Pools are pools.ts; which layer is which is types.ts.

import type { Plain } from '../../core/args.js';
import { product, sameShape, spatial } from '../../core/shape.js';
import { toSides } from '../../core/window.js';
import { channelsLast, type Layer, letterOf, UNKNOWN } from './layer.js';

const OPERATIONS: ReadonlyMap<string, 'mul' | 'add' | 'maximum'> = new Map([
  ['PROD', 'mul'],
  ['0', 'mul'],
  ['SUM', 'add'],
  ['1', 'add'],
  ['MAX', 'maximum'],
  ['2', 'maximum'],
]);

export const eltwise = (layer: Layer): number => {
  const fields = layer.param('eltwise_param');
  const { bottoms } = layer;
  const word = fields.word('operation', 'SUM');
  const kind = OPERATIONS.get(word);
  if (!kind) return layer.unsupported(`there is no operation ${word}`);
  const shapes = bottoms.map((row) => layer.shapeOf(row));
  const odd = shapes.find((shape) => shape && shapes[0] && !sameShape(shape, shapes[0]));
  if (odd && shapes[0])
    return layer.unsupported(`what it reads is not of one shape: ${shapes[0].join('x')} and ${odd.join('x')}`);
  const factors = kind === 'add' ? fields.reals('coeff') : [];
  if (factors.length === 2 && factors[0] === 1 && factors[1] === -1) return layer.add('sub', {}, { reads: bottoms });
  const reads = bottoms.map((row, i) =>
    (factors[i] ?? 1) === 1
      ? row
      : layer.add('times', { factors: factors[i] }, { reads: [row], part: `factor${i + 1}` }),
  );
  return layer.add(kind, {}, { reads });
};

/** a x + y, where a is a number for each channel (SENet). */
export const axpy = (layer: Layer): number => {
  const [a = UNKNOWN, x = UNKNOWN, y = UNKNOWN] = layer.bottoms;
  const scaled = layer.add('mul', {}, { reads: [x, a], part: 'scaled' });
  return layer.add('add', {}, { reads: [scaled, y] });
};

export const concat = (layer: Layer): number => {
  const fields = layer.param('concat_param');
  const { shape } = layer;
  if (!shape) return layer.add('concat', {}, { reads: layer.bottoms });
  const axis = layer.axis(fields.whole('axis', fields.whole('concat_dim', 1)), shape);
  if (axis === null) return layer.unsupported('it puts images of a batch one behind the other');
  return layer.add('concat', { axis: letterOf(axis, shape) }, { reads: layer.bottoms });
};

export const slice = (layer: Layer): readonly number[] => {
  const fields = layer.param('slice_param');
  const { shape } = layer;
  const { tops } = layer.definition;
  const axis = shape && layer.axis(fields.whole('axis', fields.whole('slice_dim', 1)), shape);
  if (!shape) return tops.map(() => layer.unknown());
  if (axis === null) return tops.map(() => layer.unsupported('it takes images of a batch apart'));
  const size = shape[axis ?? 0] ?? 1;
  const points = fields.wholes('slice_point');
  const starts = points.length > 0 ? [0, ...points] : tops.map((_, i) => (i * size) / tops.length);
  if (starts.length !== tops.length || starts.some((start) => !Number.isInteger(start)))
    return tops.map(() =>
      layer.unsupported(
        points.length > 0
          ? `${points.length} points make ${points.length + 1} parts, and there are ${tops.length} tops`
          : `${size} does not come out as ${tops.length} equal parts`,
      ),
    );
  return tops.map((top, i) => {
    const [start = 0, end = size] = [starts[i], starts[i + 1]];
    return layer.add('slice', { channels: end - start, start, axis: letterOf(axis ?? 0, shape) }, { part: top });
  });
};

export const flatten = (layer: Layer): number => {
  const fields = layer.param('flatten_param');
  const { shape } = layer;
  if (!shape) return layer.add('flatten');
  const [first, last] = [layer.axis(fields.whole('axis', 1), shape), layer.axis(fields.whole('end_axis', -1), shape)];
  if (first === null || last === null || last < first) return layer.unsupported('it makes the batch part of a vector');
  if (first === 0 && last === shape.length - 1) return layer.add('flatten');
  const to = [...shape.slice(0, first), product(shape.slice(first, last + 1)), ...shape.slice(last + 1)];
  return layer.add('reshape', { to: channelsLast(to) });
};

/** Sizes as the text has them, the batch first: 0 is that of before, -1 what is left. */
export const reshape = (layer: Layer): number => {
  const fields = layer.param('reshape_param');
  const { shape } = layer;
  if (!shape) return layer.unknown();
  const [from, count] = [fields.whole('axis', 0), fields.whole('num_axes', -1)];
  const sizes = fields.within('shape').wholes('dim');
  // The batch has no size here: it is what it was, or the text must say nothing else.
  const own: readonly (number | null)[] = [null, ...shape];
  const start = from < 0 ? from + own.length + 1 : from;
  const end = count < 0 ? own.length : start + count;
  const whole = [
    ...own.slice(0, start),
    ...sizes.map((size, i) => (size === 0 ? (own[start + i] ?? null) : size)),
    ...own.slice(end),
  ];
  const [batch, ...rest] = whole;
  const open = rest.filter((size) => size === -1).length;
  const known = product(rest.map((size) => (size === -1 || size === null ? 1 : size)));
  const to = rest.map((size) => (size === -1 ? product(shape) / known : (size ?? 0)));
  const keepsBatch = batch === null || batch === 1 || batch === -1 || open === 0;
  if (!keepsBatch || rest.length === 0 || open > 1 || product(to) !== product(shape) || !to.every(Number.isInteger))
    return layer.unsupported(
      `of ${shape.join('x')} it makes ${whole.map((size) => size ?? 'N').join('x')}, which mixes images of a batch or has other values`,
    );
  return to.length > 4
    ? layer.unsupported(`it makes ${to.length} axes, and there are at most 4`)
    : layer.add('reshape', { to: channelsLast(to) });
};

export const permute = (layer: Layer): number => {
  const { shape } = layer;
  if (!shape) return layer.unknown();
  const given = layer.param('permute_param').wholes('order');
  const all = Array.from({ length: shape.length + 1 }, (_, axis) => axis);
  const [batch, ...order] = [...given, ...all.filter((axis) => !given.includes(axis))];
  return batch === 0
    ? layer.add('permute', { order: order.map((axis) => axis - 1) })
    : layer.unsupported('it moves the batch');
};

/** As large as the second blob, from an axis on. */
export const crop = (layer: Layer): number => {
  const fields = layer.param('crop_param');
  const [input = UNKNOWN, like = UNKNOWN] = layer.bottoms;
  const [shape, wanted] = [layer.shapeOf(input), layer.shapeOf(like)];
  if (!shape || !wanted) return layer.unknown();
  const first = layer.axis(fields.whole('axis', 2), shape);
  if (first === null || shape.length !== wanted.length || shape.length < 2)
    return layer.unsupported('it cuts along the batch, or what it reads has other axes than what it is to be like');
  const offsets = fields.wholes('offset');
  const starts = shape.map((_, axis) => (axis < first ? 0 : (offsets[offsets.length > 1 ? axis - first : 0] ?? 0)));
  const ends = shape.map((n, axis) => (axis < first ? 0 : n - (starts[axis] ?? 0) - (wanted[axis] ?? 0)));
  const short = ends.findIndex((cells) => cells < 0);
  if (short >= 0)
    return layer.unsupported(
      `${wanted[short]} cells from ${starts[short]} on are more than the ${shape[short]} there are`,
    );
  const amount = toSides(starts.slice(1).map((start, axis) => [start, ends[axis + 1] ?? 0]));
  const cut = (part?: string) => layer.add('crop', { amount }, { reads: [input], ...(part !== undefined && { part }) });
  if (first > 0 || wanted[0] === shape[0]) return cut();
  return layer.add('slice', { channels: wanted[0] ?? 1, start: starts[0] ?? 0 }, { reads: [cut('places')] });
};

/** Bilinear, corner to corner (DeepLab, PSPNet). */
export const interp = (layer: Layer): number => {
  const fields = layer.param('interp_param');
  const { shape } = layer;
  if (!shape) return layer.unknown();
  if (shape.length !== 3) return layer.unsupported('what it reads is no picture');
  const [begin, end] = [fields.whole('pad_beg', 0), fields.whole('pad_end', 0)];
  if (begin > 0 || end > 0) return layer.unsupported('it pads, where only cutting has a meaning');
  const input =
    begin < 0 || end < 0
      ? layer.add('crop', { amount: [-begin, -end, -end, -begin] }, { part: 'cut' })
      : (layer.bottoms[0] ?? UNKNOWN);
  const [shrink, zoom] = [fields.whole('shrink_factor', 1), fields.whole('zoom_factor', 1)];
  if (shrink < 1 || zoom < 1) return layer.unsupported(`its factors are ${shrink} and ${zoom}`);
  const [height, width] = [fields.whole('height', 0), fields.whole('width', 0)];
  const like = layer.bottoms[1] === undefined ? null : layer.shapeOf(layer.bottoms[1]);
  const size = spatial(shape).map((n, axis) => {
    const fixed = like?.[axis + 1] ?? [height, width][axis] ?? 0;
    if (fixed > 0) return fixed;
    const shrunk = Math.floor((n + begin + end - 1) / shrink) + 1;
    return shrunk + (shrunk - 1) * (zoom - 1);
  });
  return layer.add('upsample', { size, mode: 'bilinear', align_corners: true }, { reads: [input] });
};

export const softmax = (layer: Layer): number => {
  const { shape } = layer;
  const [reads = UNKNOWN] = layer.bottoms;
  if (!shape) return layer.add('softmax', {}, { reads: [reads] });
  const axis = layer.axis(layer.param('softmax_param').whole('axis', 1), shape);
  return axis === null
    ? layer.unsupported('it is over the images of a batch')
    : layer.add('softmax', { over: letterOf(axis, shape) }, { reads: [reads] });
};

/** More copies are no picture of a network. */
const MOST_TILES = 1000;

export const tile = (layer: Layer): number => {
  const fields = layer.param('tile_param');
  const { shape } = layer;
  const tiles = fields.whole('tiles', 1);
  if (!shape) return layer.unknown();
  const axis = layer.axis(fields.whole('axis', 1), shape);
  if (axis === null || tiles < 1 || tiles > MOST_TILES)
    return layer.unsupported(axis === null ? 'it copies images of a batch' : `it makes ${tiles} copies`);
  const reads = new Array<number>(tiles).fill(layer.bottoms[0] ?? UNKNOWN);
  return layer.add('concat', { axis: letterOf(axis, shape) }, { reads });
};

const REDUCTIONS: ReadonlyMap<
  string,
  readonly [by: string, first?: readonly [kind: string, options: Readonly<Record<string, Plain>>]]
> = new Map([
  ['SUM', ['sum']],
  ['ASUM', ['sum', ['abs', {}]]],
  ['SUMSQ', ['sum', ['pow', { exponent: 2 }]]],
  ['MEAN', ['mean']],
]);

export const reduction = (layer: Layer): number => {
  const fields = layer.param('reduction_param');
  const { shape } = layer;
  if (!shape) return layer.unknown();
  const axis = layer.axis(fields.whole('axis', 0), shape);
  const [by, first] = REDUCTIONS.get(fields.word('operation', 'SUM')) ?? [];
  if (axis === null || by === undefined) return layer.unsupported('it reduces a whole batch, or in a way of its own');
  const factor = fields.real('coeff', 1);
  const over = shape.map((_, i) => (i < axis ? '' : letterOf(i, shape))).join('');
  const left = shape.slice(0, axis);
  return layer.chain(layer.bottoms[0] ?? UNKNOWN, [
    ...(first ? [[...first, 'values'] as const] : []),
    ['reduce', { by, over }, 'reduced'],
    ...(factor === 1 ? [] : [['times', { factors: factor }, 'factor'] as const]),
    ['reshape', { to: channelsLast(left.length > 0 ? left : [1]) }, 'shape'],
  ]);
};
