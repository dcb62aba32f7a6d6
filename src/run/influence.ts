// Which input cells move a unit, measured: the network is run on inputs that are 1 on one side of a line and 0 on the other.
// Every layer is the network's own, with its windows and sizes, but has weights of 1 and values cut to 0 or 1, so that nothing can
// cancel or fade; and one channel, unless some layer behind it moves channels or picks some that differ. A backend runs it, and measuring knows nothing of the fields that were computed; they are held against it afterwards.

import type { Analysis } from '../analysis/analysis.js';
import { isExact } from '../analysis/receptive-field.js';
import { isEmpty } from '../analysis/track.js';
import type { View } from '../analysis/view.js';
import { type Backend, type Network, Refusal, type Session, type Step, type Tensor } from '../core/kernels.js';
import { channelsBefore, type Operator, type OperatorOf } from '../core/operator.js';
import { product, type Shape, spatial, sum } from '../core/shape.js';
import { POINT } from '../core/window.js';
import { parameters, runnable } from './network.js';

/** The first and the last input cell along an axis that move the unit; null where none does. */
export type Range = { readonly first: number; readonly last: number } | null;

export interface Measured {
  /** Per axis. */
  readonly ranges: readonly Range[];
  /** How often the network was run. */
  readonly runs: number;
}

/** What should be measured: the cells of the image that reach the unit by some path. Null where nothing does. */
export const computedRanges = ({ unit }: View): readonly Range[] => {
  const cells = unit?.seen.reached ?? unit?.seen.clipped ?? [];
  return cells.map((cell) => (cells.some(isEmpty) ? null : { first: cell.lo, last: cell.hi }));
};

/** Whether what is measured is what was computed; where only a bound is known, whether it lies within. */
export const agrees = (view: View, { ranges }: Measured): boolean => {
  const computed = computedRanges(view);
  if (!view.unit?.seen.reached && !isExact(view.field.local))
    return ranges.every((range, axis) => {
      const bound = computed[axis];
      return !range || (bound && range.first >= bound.first && range.last <= bound.last);
    });
  // Where nothing is seen along one axis, nothing is seen at all.
  if (ranges.includes(null) || computed.includes(null)) return ranges.includes(null) && computed.includes(null);
  return JSON.stringify(ranges) === JSON.stringify(computed);
};

/**
 * Measures along each axis of the input of that id. `leftOut` tells the readings that count as no data: gates. The network's
 * own weights are not looked at. Null where the unit sees nothing of it. `backendFor` is told of how many products there will be sums.
 */
export const measure = async (
  analysis: Analysis,
  input: number,
  unit: { readonly id: number; readonly at: readonly number[] },
  leftOut: (reader: number, read: number) => boolean,
  backendFor: (steps: number) => Backend,
): Promise<Measured | null> => {
  const none = new Map(parameters(analysis).map(({ name, shape }) => [name, { shape, data: new Float32Array() }]));
  const network = runnable(analysis, none);
  const thin = fewChannels(network, unit.id, leftOut);
  if (costOf(thin) > MOST_PRODUCTS)
    throw new Refusal(
      'run/too-large',
      `one run of the network with one channel takes ${costOf(thin)} products; at most ${MOST_PRODUCTS} are measured`,
      'give a smaller --input',
    );
  const shape = thin.inputs.find(({ id }) => id === input)?.shape ?? [];
  const sizes = spatial(shape);
  const batch = 2 * sizes.length;
  // Bisection halves the longest axis until one cell is left.
  const runs = Math.ceil(Math.log2(Math.max(...sizes) + 1));
  const backend = backendFor(costOf(thin) * batch * runs);
  const session = await backend.open(thin, { batch, threads: 1, precision: 'exact', core: 'auto' });
  try {
    return await search(session, thin, input, sizes, unit);
  } finally {
    session.close();
  }
};

/** Cells of 1 along an axis, in all places of the others. */
interface Filling {
  readonly axis: number;
  readonly first: number;
  readonly last: number;
}

/** Both ends along every axis by bisection, all in one batch. */
const search = async (
  session: Session,
  network: Network,
  input: number,
  sizes: readonly number[],
  unit: { readonly id: number; readonly at: readonly number[] },
): Promise<Measured> => {
  const places = product(sizes);
  const moves = async (fillings: readonly Filling[]): Promise<readonly boolean[]> => {
    const inputs = new Map(
      network.inputs.map(({ id, shape }): readonly [number, Tensor] => [
        id,
        { shape: [fillings.length, ...shape], data: new Float32Array(fillings.length * product(shape)) },
      ]),
    );
    const data = inputs.get(input)?.data ?? new Float32Array();
    fillings.forEach(({ axis, first, last }, n) => {
      const [size, step] = [sizes[axis] ?? 1, product(sizes.slice(axis + 1))];
      const every = size * step;
      for (let start = n * places; start < (n + 1) * places; start += every)
        data.fill(1, start + first * step, start + (last + 1) * step);
    });
    const output = (await session.run(inputs)).outputs.get(network.outputs[0] ?? unit.id);
    const each = (output?.data.length ?? 0) / fillings.length;
    const [, , ...outer] = output?.shape ?? [];
    const at = outer.reduce((index, size, axis) => index * size + (unit.at[axis] ?? 0), 0);
    return fillings.map((_, n) => (output?.data[n * each + at] ?? 0) > 0);
  };

  // The unit is moved by the cells up to `last` from some `last` on, and by those from `first` on up to some `first`.
  const ends = sizes.flatMap((size, axis) => [
    { axis, upTo: true, low: 0, high: size },
    { axis, upTo: false, low: 0, high: size },
  ]);
  let runs = 0;
  while (ends.some(({ low, high }) => low < high)) {
    const middles = ends.map(({ low, high }) => Math.floor((low + high) / 2));
    const moved = await moves(
      ends.map(({ axis, upTo }, i) => {
        const [middle, end] = [middles[i] ?? 0, (sizes[axis] ?? 1) - 1];
        // Where one end is found already its last question may lie behind the axis.
        return upTo
          ? { axis, first: 0, last: Math.min(middle, end) }
          : { axis, first: Math.max(0, end - middle), last: end };
      }),
    );
    ends.forEach((end, i) => {
      if (end.low >= end.high) return;
      if (moved[i]) end.high = middles[i] ?? 0;
      else end.low = (middles[i] ?? 0) + 1;
    });
    runs += 1;
  }
  const ranges = sizes.map((size, axis): Range => {
    const [first, last] = ends.filter((end) => end.axis === axis).map(({ low }) => low);
    return first === undefined || last === undefined || first >= size ? null : { first, last: size - 1 - last };
  });
  return { ranges, runs };
};

// --- few channels --------------------------------------------------------------------------------------------------------

interface Made extends Pick<Step, 'operator' | 'weights' | 'output'> {
  /** -1, -2, … are what the layer reads, 0, 1, … what was made for it before. Absent: all that it reads, or what was made last. */
  readonly reads?: readonly number[];
}

/**
 * What the unit's layer hangs on, each layer followed by a cut to 0 and 1. A layer has one channel that stands for all, or all
 * of its own where a layer behind it must know which is which.
 */
const fewChannels = (network: Network, last: number, leftOut: (reader: number, read: number) => boolean): Network => {
  const wanted = new Set([last]);
  for (const { id, inputs } of [...network.steps].reverse())
    if (wanted.has(id)) for (const read of inputs) if (!leftOut(id, read)) wanted.add(read);
  const kept = network.steps
    .filter(({ id }) => wanted.has(id))
    .map((step): Step => {
      const reads = step.inputs.flatMap((read, i) => (leftOut(step.id, read) ? [] : [i]));
      const inputs = reads.map((i) => step.inputs[i] ?? -1);
      return { ...step, inputs, inputShapes: reads.map((i) => step.inputShapes[i] ?? []) };
    });
  const inputs = network.inputs.filter(({ id }) => wanted.has(id));
  const wide = allChannels(kept);
  const shapes = new Map<number, Shape>(
    [...inputs, ...kept.map(({ id, output }) => ({ id, shape: output }))].map(({ id, shape }) => [id, shape]),
  );
  const steps: Step[] = [];
  let fresh = Math.max(last, ...shapes.keys()) + 1;
  const put = (
    name: string,
    reads: readonly number[],
    inputShapes: readonly Shape[],
    made: readonly Made[],
  ): number => {
    const first = fresh;
    for (const [i, { reads: own, ...one }] of made.entries()) {
      const from = own ?? (i === 0 ? reads.map((_, at) => -1 - at) : [i - 1]);
      const inputs = from.map((at) => (at < 0 ? (reads[-1 - at] ?? -1) : first + at));
      const shapes = from.map((at) => (at < 0 ? inputShapes[-1 - at] : made[at]?.output) ?? []);
      steps.push({ ...one, id: fresh, name, inputs, inputShapes: shapes, macs: 0 });
      fresh += 1;
    }
    return fresh - 1;
  };
  // The ids under which a value is there, with one channel and with all.
  const [ones, alls] = [new Map(inputs.map(({ id }) => [id, id])), new Map<number, number>()];
  const one = (id: number): number => {
    const there =
      ones.get(id) ??
      put(
        '',
        [alls.get(id) ?? -1],
        [shapes.get(id) ?? []],
        [mixing(shapes.get(id) ?? [], 1), cut(thin(shapes.get(id) ?? []))],
      );
    ones.set(id, there);
    return there;
  };
  const all = (id: number): number => {
    const shape = shapes.get(id) ?? [];
    const there = alls.get(id) ?? put('', [one(id)], [thin(shape)], [mixing(thin(shape), shape[0] ?? 1)]);
    alls.set(id, there);
    return there;
  };
  for (const step of kept) {
    const full = wide.has(step.id) || needsAll(step);
    const apart = full && !mixes(step.operator);
    const reads = step.inputs.map(apart ? all : one);
    const inputShapes = apart ? step.inputShapes : step.inputShapes.map(thin);
    const made = layerOf(step, full, inputShapes);
    (full ? alls : ones).set(step.id, put(step.name, reads, inputShapes, [...made, cut(made.at(-1)?.output ?? [])]));
  }
  const result = one(last);
  return {
    inputs: inputs.map((input) => ({ ...input, shape: thin(input.shape) })),
    steps,
    outputs: [result],
  };
};

const thin = (shape: Shape): Shape => [1, ...spatial(shape)];

/** About a second each. */
const MOST_PRODUCTS = 3e8;

/** The cells that a run looks at. */
const costOf = ({ steps }: Network): number =>
  sum(
    steps.map(({ operator, output, weights }) => {
      const windows = operator.op === 'pool' ? operator.windows : [];
      return product(output) * product([...windows.map((w) => w.kernel), ...(weights.weight?.shape.slice(1) ?? [])]);
    }),
  );

const filled = (shape: readonly number[], value = 1): Tensor => ({
  shape,
  data: new Float32Array(product(shape)).fill(value),
});

const cut = (output: Shape): Made => ({
  operator: { op: 'pointwise', function: 'clamp', alpha: 0, beta: 1 },
  weights: {},
  output,
});

/** As many channels, each of which has seen what any channel has, or those that it reads. */
const mixing = (input: Shape, channels: number, reads?: (channel: number, other: number) => boolean): Made => {
  const [c = 1, ...sizes] = input;
  const windows = sizes.map(() => POINT);
  const weight = filled([channels, c, ...sizes.map(() => 1)]);
  if (reads)
    weight.data.forEach((_, i) => {
      if (!reads(Math.floor(i / c), i % c)) weight.data[i] = 0;
    });
  const weights = { weight };
  const output = [channels, ...sizes];
  return sizes.length === 0
    ? { operator: { op: 'dense' }, weights, output }
    : { operator: { op: 'convolution', windows, groups: 1 }, weights, output };
};

/** Whether each channel of the output has seen what any channel of the input has. */
const mixes = (operator: Operator): boolean =>
  operator.op === 'dense' ||
  operator.op === 'recurrent' ||
  operator.op === 'embedding' ||
  ((operator.op === 'convolution' || operator.op === 'transposed') && operator.groups === 1) ||
  ((operator.op === 'softmax' || operator.op === 'reduce') && operator.axes.includes(0));

/** Whether a layer moves values between channels and places, so that one channel cannot stand for all. */
const needsAll = ({ operator, inputShapes: [input = []], output }: Step): boolean =>
  operator.op === 'permute'
    ? operator.order[0] !== 0
    : operator.op === 'matmul' || (operator.op === 'reshape' && input[0] !== output[0]);

/** The steps whose channels must be told apart, because they differ and a layer behind them picks some or moves them. */
const allChannels = (steps: readonly Step[]): ReadonlySet<number> => {
  const differ = new Set<number>();
  for (const step of steps) {
    const { operator, inputs, id } = step;
    const { op } = operator;
    if (mixes(operator)) continue;
    const made =
      op === 'pixelunshuffle' ||
      needsAll(step) ||
      (op === 'concat' && operator.axis === 0 && inputs.length > 1) ||
      (op === 'pad' && operator.channels);
    if (made || inputs.some((read) => differ.has(read))) differ.add(id);
  }
  const wide = new Set<number>();
  for (const step of [...steps].reverse()) {
    const { operator, inputs, id } = step;
    const picks =
      (operator.op === 'slice' && operator.axis === 0) || operator.op === 'pixelshuffle' || operator.op === 'glu';
    for (const read of inputs)
      if (needsAll(step) || (!mixes(operator) && (wide.has(id) || (picks && differ.has(read))))) wide.add(read);
    if (picks && inputs.some((read) => differ.has(read))) wide.add(id);
  }
  return wide;
};

/** What a layer does, with weights of 1: to the places of one channel that stands for all, or to all channels and places. */
const layerOf = (step: Step, full: boolean, inputs: readonly Shape[]): readonly Made[] => {
  const { operator } = step;
  const [input = []] = inputs;
  const output = full ? step.output : thin(step.output);
  const sizes = spatial(input);
  const plain = (as: Operator, weights: Made['weights'] = {}): readonly Made[] => [{ operator: as, weights, output }];
  const [c = 1, filters = 1] = [input[0], output[0]];
  switch (operator.op) {
    case 'convolution': {
      const groups = full ? operator.groups : 1;
      const weight = filled([filters, c / groups, ...operator.windows.map((w) => w.kernel)]);
      return plain({ ...operator, groups }, { weight });
    }
    case 'transposed': {
      const groups = full ? operator.groups : 1;
      const weight = filled([c, filters / groups, ...operator.windows.map((w) => w.kernel)]);
      return plain({ ...operator, groups }, { weight });
    }
    case 'dense':
      return plain(operator, { weight: filled([filters, product(input)]) });
    // The mean of values that are 0 or 1 is above 0 where their maximum is.
    case 'pool':
      return plain({ op: 'pool', mode: 'max', windows: operator.windows, ...(operator.ceil && { ceil: true }) });
    case 'adaptive-pool':
      return plain({ op: 'adaptive-pool', mode: 'max' });
    case 'combine':
      return plain({ op: 'combine', by: 'maximum' });
    case 'concat':
      return plain(full || operator.axis > 0 ? operator : { op: 'combine', by: 'maximum' });
    case 'reduce':
      return plain({ ...operator, by: 'max' });
    case 'matmul':
      return productOf(operator, inputs, output);
    case 'pad':
      return plain(full ? operator : { op: 'pad', sides: operator.sides, by: operator.by });
    case 'pixelshuffle':
      return plain(full ? operator : { op: 'upsample', mode: 'nearest', coordinates: 'asymmetric' });
    case 'pixelunshuffle': {
      const window = { kernel: operator.by, stride: operator.by, dilation: 1, before: 0, after: 0 };
      return plain(full ? operator : { op: 'pool', mode: 'max', windows: sizes.map(() => window) });
    }
    // A share of a cell may be small, or negative, and counts in full.
    case 'upsample':
      return [
        ...plain(operator),
        ...plain({ op: 'prelu', init: -1 }, { weight: filled([1], -1) }),
        ...plain({ op: 'scale', init: 1e6 }, { weight: filled([filters], 1e6) }),
      ];
    case 'softmax':
      return [
        largestAlong(operator.axes, input, [-1]),
        { operator: { op: 'combine', by: 'maximum' }, weights: {}, output, reads: [-1, 0] },
      ];
    case 'lrn':
      // Neighbouring channels: one that stands for all is its own neighbour.
      return full ? [mixing(input, filters, neighbours(operator))] : plain(SAME);
    // Another number is another row.
    case 'embedding': {
      const places = spatial(output);
      const weight = filled([filters, 1, ...places.map(() => 1)]);
      const rows = plain({ op: 'convolution', windows: places.map(() => POINT), groups: 1 }, { weight });
      return sizes.length > 0 ? rows : [{ operator: { op: 'reshape' }, weights: {}, output: [1, ...places] }, ...rows];
    }
    // What all steps see, or each of those before it.
    case 'recurrent': {
      if (operator.last) return plain({ op: 'dense' }, { weight: filled([filters, product(input)]) });
      const [kernel = 1] = sizes;
      const after = operator.bidirectional ? kernel - 1 : 0;
      const window = { kernel: kernel + after, stride: 1, dilation: 1, before: kernel - 1, after };
      const weight = filled([filters, c, window.kernel]);
      return plain({ op: 'convolution', windows: [window], groups: 1 }, { weight });
    }
    // It has seen nothing of the input.
    case 'parameter':
      return plain(operator, { weight: filled(output, 0) });
    case 'reshape':
    case 'permute':
      return plain(operator);
    case 'slice':
      return plain(full || operator.axis > 0 ? operator : SAME);
    case 'shuffle':
      return plain(full ? operator : SAME);
    case 'normalise':
    case 'pointwise':
    case 'prelu':
    case 'scale':
    case 'affine':
      return plain(SAME);
    case 'glu':
      return full ? [mixing(input, filters, (channel, other) => other % filters === channel)] : plain(SAME);
    // What is put in place is read; where it goes moves no gradient.
    case 'unpool': {
      const weight = filled([c, 1, ...operator.windows.map((w) => w.kernel)]);
      return plain({ op: 'transposed', windows: operator.windows, groups: c }, { weight });
    }
  }
};

const largestAlong = (axes: readonly number[], input: Shape, reads: readonly number[]): Made => ({
  operator: { op: 'reduce', by: 'max', axes },
  weights: {},
  output: input.map((n, axis) => (axes.includes(axis) ? 1 : n)),
  reads,
});

/**
 * A value of a product has seen a row of the first, all channels of it, and a column of the second: all places of a channel, or all
 * channels of a place where it is transposed.
 */
const productOf = (
  { transpose, heads }: Extract<Operator, { op: 'matmul' }>,
  [a = [], b = []]: readonly Shape[],
  output: Shape,
): readonly Made[] => {
  const rows = largestAlong(heads > 1 && !transpose ? [0, 1] : [0], a, [-1]);
  // Each head reads channels of its own, and of all heads together all of them.
  const columns = largestAlong(transpose ? [0] : [b.length - 1], b, [-2]);
  const as = (channels: number, before: readonly number[], places: number, from: number): Made => ({
    operator: { op: 'reshape' },
    weights: {},
    output: [channels, ...before, places],
    reads: [from],
  });
  const before = (own: Shape): Shape => [...new Array<number>(output.length - 2 - own.length).fill(1), ...own];
  // The largest value of a place of b belongs to a channel of the result.
  const end = b.length - 1;
  const order = b.map((_, axis) => (axis === 0 ? end : axis === end ? 0 : axis));
  const turned: readonly Made[] = transpose
    ? [
        {
          operator: { op: 'permute', order },
          weights: {},
          output: order.map((axis) => columns.output[axis] ?? 1),
          reads: [2],
        },
      ]
    : [];
  return [
    rows,
    as(1, before(a.slice(heads > 1 && !transpose ? 2 : 1, -1)), a.at(-1) ?? 1, 0),
    columns,
    ...turned,
    as(output[0] ?? 1, before(b.slice(1, -1)), 1, 2 + turned.length),
    { operator: { op: 'combine', by: 'maximum' }, weights: {}, output, reads: [1, 3 + turned.length] },
  ];
};

const SAME = { op: 'pointwise', function: 'identity' } as const;

const neighbours =
  ({ size, behind }: OperatorOf<'lrn'>) =>
  (channel: number, other: number): boolean => {
    const first = channel - channelsBefore(size, behind);
    return other >= first && other < first + size;
  };
