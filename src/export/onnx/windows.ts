// Convolutions and pools as ONNX has them. What its pools have no word for is padded, cut or added up around them.

import type { OperatorOf } from '../../core/operator.js';
import { choices, product, spatial } from '../../core/shape.js';
import { extent, slide, spread, type Window } from '../../core/window.js';
import { type StepOf, Unsaid, type Words } from '../model.js';
import { type Graph, images, type Value, type Writing } from './graph.js';
import type { Attribute } from './proto.js';
import { cells, isNothing, joined, padded, reshaped, type Sides, shapeOf } from './sizes.js';

type Attributes = Record<string, Attribute>;

/** ONNX has all beginnings, then all ends. */
const padsOf = (sides: Sides): readonly number[] => [
  ...sides.map(([before]) => before),
  ...sides.map(([, after]) => after),
];

const sidesOf = (windows: readonly Window[]): Sides => windows.map(({ before, after }) => [before, after]);

/** What is not as it is without being said. */
const attributesOf = (windows: readonly Window[], sides: Sides): Attributes => {
  const [strides, dilations] = [windows.map(({ stride }) => stride), windows.map(({ dilation }) => dilation)];
  return {
    kernel_shape: windows.map(({ kernel }) => kernel),
    strides,
    ...(!isNothing(sides) && { pads: padsOf(sides) }),
    ...(dilations.some((n) => n > 1) && { dilations }),
  };
};

const convolution = (step: StepOf<'convolution'>, { graph, reads: [x] }: Writing): Value => {
  const { windows, groups } = step.operator;
  const [filters = 1, each = 1] = step.weights.weight?.shape ?? [];
  // A dense layer that is read at each place has no kernel in its weights.
  const weight = graph.learned(step, 'weight', [filters, each, ...windows.map(({ kernel }) => kernel)]);
  return graph.node('Conv', [x, weight, graph.learned(step, 'bias')], images(step.output), {
    ...attributesOf(windows, sidesOf(windows)),
    ...(groups > 1 && { group: groups }),
  });
};

/** What is left at the end is output padding where ONNX takes as much, else that much less is cut off there. */
const transposed = (step: StepOf<'transposed'>, { graph, reads: [x] }: Writing): Value | Unsaid => {
  const { windows, groups } = step.operator;
  const [input, output] = [spatial(step.inputShapes[0] ?? []), spatial(step.output)];
  const extra = windows.map((w, axis) => (output[axis] ?? 1) - spread(input[axis] ?? 1, w));
  const isSaid = windows.map((w, axis) => {
    const more = extra[axis] ?? 0;
    return more >= 0 && more < Math.max(w.stride, w.dilation);
  });
  const sides = windows.map(
    ({ before, after }, axis) => [before, isSaid[axis] ? after : after - (extra[axis] ?? 0)] as const,
  );
  if (sides.some(([, after]) => after < 0)) return new Unsaid('its output has cells that no window reaches');
  const outputPadding = extra.map((more, axis) => (isSaid[axis] ? more : 0));
  return graph.node(
    'ConvTranspose',
    [x, graph.learned(step, 'weight'), graph.learned(step, 'bias')],
    images(step.output),
    {
      ...attributesOf(windows, sides),
      ...(outputPadding.some((n) => n > 0) && { output_padding: outputPadding }),
      ...(groups > 1 && { group: groups }),
    },
  );
};

/** The padding at the end with which so many windows fit, none of them hanging over: as it is, if that does. */
const endOf = (size: number, w: Window, places: number): number => {
  const least = (places - 1) * w.stride + extent(w) - size - w.before;
  return Math.min(Math.max(w.after, least), least + w.stride - 1);
};

/** Runtimes take no padding as large as a kernel. */
const tooWide = (windows: readonly Window[], sides: Sides): boolean =>
  sides.some((pair, axis) => Math.max(...pair) >= (windows[axis]?.kernel ?? 1));

/** The same of places: none of channels. */
const places = (sides: Sides): Sides => [[0, 0], ...sides];

const none = (windows: readonly Window[]): Sides => windows.map(() => [0, 0]);

/** Around what a pool reads, so much itself that what is left to say is no more than runtimes take. */
const maxPool = (step: StepOf<'pool'>, graph: Graph, x: Value): Value => {
  const { windows } = step.operator;
  const [input, output] = [spatial(step.inputShapes[0] ?? []), spatial(step.output)];
  const isOf = (ceil: boolean): boolean =>
    windows.every((w, axis) => slidden(input[axis] ?? 1, w, ceil) === output[axis]);
  const ceil = !isOf(false) && isOf(true);
  const fitted = windows.map((w, axis) => [w.before, endOf(input[axis] ?? 1, w, output[axis] ?? 1)] as const);
  const sides = ceil ? sidesOf(windows) : fitted;
  const mode = ceil ? { ceil_mode: 1 } : {};
  if (!tooWide(windows, sides))
    return graph.node('MaxPool', [x], images(step.output), { ...attributesOf(windows, sides), ...mode });
  const wide = padded(graph, x, places(fitted), { value: Number.NEGATIVE_INFINITY });
  return graph.node('MaxPool', [wide], images(step.output), attributesOf(windows, none(windows)));
};

/** Places as ONNX counts them: under `ceil` none is dropped in all its versions. */
const slidden = (size: number, w: Window, ceil: boolean): number =>
  ceil ? Math.ceil((size + w.before + w.after - extent(w)) / w.stride) + 1 : slide(size, w);

/**
 * A mean divides by what its window meets, by it and its padding, or by a number. What hangs over the end is said as padding, since
 * versions of ONNX differ in what it counts.
 */
const meanPool = (step: StepOf<'pool'>, graph: Graph, x: Value): Value => {
  const { windows, countPadding = false, divisor } = step.operator;
  const [input, output] = [spatial(step.inputShapes[0] ?? []), spatial(step.output)];
  const sides = windows.map((w, axis) => [w.before, endOf(input[axis] ?? 1, w, output[axis] ?? 1)] as const);
  if (windows.some(({ dilation, kernel }) => dilation > 1 && kernel > 1)) return spreadMean(step, graph, x, sides);
  const mean = (from: Value, around: Sides, counts: boolean): Value =>
    graph.node('AveragePool', [from], images(step.output), {
      ...attributesOf(
        windows.map((w) => ({ ...w, dilation: 1 })),
        around,
      ),
      ...(counts && !isNothing(around) && { count_include_pad: 1 }),
    });
  const around = (some: Sides, counts: boolean): Value =>
    tooWide(windows, some) && counts
      ? mean(padded(graph, x, places(some)), none(windows), false)
      : mean(x, some, counts);
  if (divisor !== undefined) {
    const all = product(windows.map(({ kernel }) => kernel));
    return graph.like('Mul', [around(sides, true), graph.floats([all / divisor])]);
  }
  const hang = sides.map(([, end], axis) => Math.max(0, end - (windows[axis]?.after ?? 0)));
  if (!countPadding || hang.every((n) => n === 0)) return around(sides, countPadding);
  // The padding becomes cells, which count; what hangs over them does not.
  const inside = padded(graph, x, places(sides.map(([before, end], axis) => [before, end - (hang[axis] ?? 0)])));
  return mean(
    inside,
    hang.map((n) => [0, n]),
    false,
  );
};

/** ONNX's means have no dilation in this version: the cells under each tap are added up, axis by axis. */
const spreadMean = (step: StepOf<'pool'>, graph: Graph, x: Value, sides: Sides): Value => {
  const { windows, countPadding = false, divisor } = step.operator;
  const [input, output] = [spatial(step.inputShapes[0] ?? []), spatial(step.output)];
  const sum = windows.reduce(
    (made, w, axis) => {
      const taps = Array.from({ length: w.kernel }, (_, tap) =>
        cells(graph, made, axis + 1, tap * w.dilation, output[axis] ?? 1, w.stride),
      );
      const [first, second] = taps as [Value, Value?];
      return second ? graph.like('Sum', taps as unknown as [Value, Value]) : first;
    },
    padded(graph, x, places(sides)),
  );
  const counts = windows.map((w, axis) => countsOf(w, input[axis] ?? 1, output[axis] ?? 1, countPadding));
  const shares = [...choices(counts)].map((some) => 1 / (divisor ?? product(some)));
  const isOne = shares.every((share) => share === shares[0]);
  const factor = isOne ? graph.floats(shares.slice(0, 1)) : graph.floats(shares, [1, ...output]);
  return graph.like('Mul', [sum, factor]);
};

/** How many taps of the window at each place lie in the input, or in it and its padding. */
const countsOf = (w: Window, size: number, count: number, withPadding: boolean): readonly number[] =>
  Array.from({ length: count }, (_, place) => {
    const [least, end] = withPadding ? [-w.before, size + w.after] : [0, size];
    const taps = Array.from({ length: w.kernel }, (_, tap) => place * w.stride - w.before + tap * w.dilation);
    return taps.filter((at) => at >= least && at < end).length;
  });

const POOLS = {
  max: { pool: 'MaxPool', whole: 'GlobalMaxPool', reduce: 'ReduceMax' },
  mean: { pool: 'AveragePool', whole: 'GlobalAveragePool', reduce: 'ReduceMean' },
} as const;

type Mode = OperatorOf<'adaptive-pool'>['mode'];

const adaptive = (step: StepOf<'adaptive-pool'>, { graph, reads: [x] }: Writing): Value => {
  const { mode } = step.operator;
  const [from, to] = [spatial(step.inputShapes[0] ?? []), spatial(step.output)];
  const wanted = from.map((_, axis) => to[axis] ?? 1);
  const first = x as Value;
  if (from.every((n, axis) => n === wanted[axis])) return reshaped(graph, first, step.output);
  if (wanted.every((n) => n === 1)) {
    const whole = graph.node(POOLS[mode].whole, [first], images([step.output[0] ?? 1, ...wanted]));
    return reshaped(graph, whole, step.output);
  }
  if (from.every((n, axis) => n % (wanted[axis] ?? 1) === 0)) {
    const kernel = from.map((n, axis) => n / (wanted[axis] ?? 1));
    return graph.node(POOLS[mode].pool, [first], images(step.output), { kernel_shape: kernel, strides: kernel });
  }
  return wanted.reduce((made, n, axis) => shared(graph, made, mode, axis + 1, n), first);
};

/** One cell of so many from its share of the cells along an axis: shares differ in length, so that each is cut out. */
const shared = (graph: Graph, x: Value, mode: Mode, axis: number, count: number): Value => {
  const size = shapeOf(x)[axis] ?? 1;
  if (size === count) return x;
  const one = shapeOf(x).with(axis, 1);
  const shares = Array.from({ length: count }, (_, i) => {
    const [start, end] = [Math.floor((i * size) / count), Math.ceil(((i + 1) * size) / count)];
    const share = cells(graph, x, axis, start, end - start);
    return end - start === 1
      ? share
      : graph.node(POOLS[mode].reduce, [share], images(one), { axes: [axis + 1], keepdims: 1 });
  });
  return joined(graph, shares, axis);
};

/** The places are those that a pool of the second input finds; its values are not read. */
const unpool = (
  { operator: { windows }, inputShapes: [small = []] }: StepOf<'unpool'>,
  { graph, reads }: Writing,
): Value => {
  const [x, of] = reads as [Value, Value];
  const sizes = images(small);
  const attributes = attributesOf(windows, sidesOf(windows));
  const [, places] = graph.several('MaxPool', [of], [{ sizes }, { sizes, type: 'int64' }], attributes);
  const { dilations: _, ...slid } = attributes;
  const whole = graph.typed('int64', 'Shape', [of], [of.sizes.length]);
  return graph.node('MaxUnpool', [x, places, whole], of.sizes, slid);
};

const REDUCTIONS = { mean: 'ReduceMean', max: 'ReduceMax', sum: 'ReduceSum', l2: 'ReduceL2' } as const;

/** In this version a sum has its axes as an input, all others as an attribute. */
const reduce = (
  { operator: { by, axes }, inputShapes: [input = []], output }: StepOf<'reduce'>,
  { graph, reads }: Writing,
): Value => {
  const [x] = reads as [Value];
  const [op, along] = [REDUCTIONS[by], axes.map((axis) => axis + 1)];
  const sizes = images(input.map((size, axis) => (axes.includes(axis) ? 1 : size)));
  const made =
    by === 'sum'
      ? graph.node(op, [x, graph.integers(along)], sizes, { keepdims: 1 })
      : graph.node(op, [x], sizes, { axes: along, keepdims: 1 });
  return reshaped(graph, made, output);
};

type Windows = 'convolution' | 'transposed' | 'pool' | 'adaptive-pool' | 'unpool' | 'reduce';

export const WINDOWS: Pick<Words<Writing, Value>, Windows> = {
  convolution,
  transposed,
  pool: (step, { graph, reads: [x] }) =>
    step.operator.mode === 'max' ? maxPool(step, graph, x as Value) : meanPool(step, graph, x as Value),
  'adaptive-pool': adaptive,
  unpool,
  reduce,
};
