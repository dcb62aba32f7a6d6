// Which input cells move a unit, measured: the network is run on inputs that are 1 on one side of a line and 0 on the other.
// Every layer is the network's own, with its windows and sizes, but has one channel, weights of 1 and values cut to 0 or 1, so
// that nothing can cancel or fade. A backend runs it, and measuring knows nothing of the fields that were computed; they are held against it afterwards.

import type { Analysis } from '../analysis/analysis.js';
import { isEmpty } from '../analysis/track.js';
import type { View } from '../analysis/view.js';
import { type Backend, type Network, Refusal, type Session, type Step, type Tensor } from '../core/kernels.js';
import type { Operator } from '../core/operator.js';
import { product, type Shape, spatial, sum } from '../core/shape.js';
import { networkOf, parameters } from './network.js';

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

export const agrees = (view: View, { ranges }: Measured): boolean => {
  const computed = computedRanges(view);
  // Where nothing is seen along one axis, nothing is seen at all.
  if (ranges.includes(null) || computed.includes(null)) return ranges.includes(null) && computed.includes(null);
  return JSON.stringify(ranges) === JSON.stringify(computed);
};

/**
 * Measures along each axis of the input of that id. `leftOut` tells the readings that count as no data: gates. The network's
 * own weights are not looked at. Null where a layer has no operator.
 */
export const measure = async (
  analysis: Analysis,
  input: number,
  unit: { readonly id: number; readonly at: readonly number[] },
  leftOut: (reader: number, read: number) => boolean,
  backend: Backend,
): Promise<Measured | null> => {
  const none = new Map(parameters(analysis).map(({ name, shape }) => [name, { shape, data: new Float32Array() }]));
  const network = networkOf(analysis, none);
  if (!network) return null;
  const thin = oneChannel(network, unit.id, leftOut);
  if (costOf(thin) > MOST_PRODUCTS)
    throw new Refusal(
      'run/too-large',
      `one run of the network with one channel takes ${costOf(thin)} products; at most ${MOST_PRODUCTS} are measured`,
      'give a smaller --input',
    );
  const shape = thin.inputs.find(({ id }) => id === input)?.shape ?? [];
  const sizes = spatial(shape);
  const session = await backend.open(thin, { batch: 2 * sizes.length, threads: 1, precision: 'exact', core: 'auto' });
  try {
    return await search(session, thin, input, sizes, unit);
  } finally {
    session.close();
  }
};

/** Both ends along every axis by bisection, all in one batch. */
const search = async (
  session: Session,
  network: Network,
  input: number,
  sizes: readonly number[],
  unit: { readonly id: number; readonly at: readonly number[] },
): Promise<Measured> => {
  const places = product(sizes);
  const moves = async (fillings: readonly ((place: readonly number[]) => boolean)[]): Promise<readonly boolean[]> => {
    const inputs = new Map(
      network.inputs.map(({ id, shape }): readonly [number, Tensor] => [
        id,
        { shape: [fillings.length, ...shape], data: new Float32Array(fillings.length * product(shape)) },
      ]),
    );
    fillings.forEach((filled, n) => {
      const data = inputs.get(input)?.data ?? new Float32Array();
      for (let i = 0; i < places; i += 1) if (filled(placeOf(i, sizes))) data[n * places + i] = 1;
    });
    const output = (await session.run(inputs)).outputs.get(unit.id);
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
      ends.map(({ axis, upTo }, i) => (place) => {
        const [cell, size] = [place[axis] ?? 0, sizes[axis] ?? 1];
        return (upTo ? cell : size - 1 - cell) <= (middles[i] ?? 0);
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

const placeOf = (index: number, sizes: readonly number[]): readonly number[] => {
  const place: number[] = [];
  let rest = index;
  for (const size of [...sizes].reverse()) {
    place.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return place;
};

// --- one channel per layer ---------------------------------------------------------------------------------------------

/** What the unit's layer hangs on, each layer with one channel and followed by a cut to 0 and 1. */
const oneChannel = (network: Network, last: number, leftOut: (reader: number, read: number) => boolean): Network => {
  const byId = new Map(network.steps.map((step) => [step.id, step]));
  const wanted = new Set([last]);
  for (const { id, inputs } of [...network.steps].reverse())
    if (wanted.has(id)) for (const read of inputs) if (!leftOut(id, read)) wanted.add(read);
  const fresh = Math.max(0, ...byId.keys(), ...network.inputs.map(({ id }) => id)) + 1;
  const steps = network.steps
    .filter(({ id }) => wanted.has(id))
    .flatMap((step): readonly Step[] => {
      const kept = step.inputs.flatMap((read, i) => (leftOut(step.id, read) ? [] : [i]));
      const inputs = kept.map((i) => step.inputs[i] ?? -1);
      const inputShapes = kept.map((i) => thin(step.inputShapes[i] ?? []));
      const output = thin(step.output);
      const made = { ...step, inputs, inputShapes, output, ...layerOf(step.operator, inputShapes[0] ?? []) };
      // A share of a cell may be small, or negative, and counts in full.
      const cuts: readonly Pick<Step, 'operator' | 'weights'>[] = [
        ...(step.operator.op === 'upsample'
          ? [
              { operator: { op: 'prelu', init: -1 } as const, weights: { weight: scalar(-1) } },
              { operator: { op: 'scale', init: 1e6 } as const, weights: { weight: scalar(1e6) } },
            ]
          : []),
        { operator: { op: 'pointwise', function: 'clamp', alpha: 0, beta: 1 }, weights: {} },
      ];
      const cut = cuts.map((rest, i) => ({
        ...made,
        ...rest,
        id: i === cuts.length - 1 ? step.id : step.id + (i + 2) * fresh,
        inputs: [step.id + (i + 1) * fresh],
        inputShapes: [output],
        macs: 0,
      }));
      return [{ ...made, id: step.id + fresh }, ...cut];
    });
  return {
    inputs: network.inputs.filter(({ id }) => wanted.has(id)).map((input) => ({ ...input, shape: thin(input.shape) })),
    steps,
    outputs: [last],
  };
};

const thin = (shape: Shape): Shape => [1, ...spatial(shape)];

/** About a second each. */
const MOST_PRODUCTS = 3e8;

/** The cells that a run looks at. */
const costOf = ({ steps }: Network): number =>
  sum(
    steps.map(({ operator, output }) => {
      const windows = 'windows' in operator ? operator.windows : [];
      return product(output) * product(windows.map((w) => w.kernel));
    }),
  );

const scalar = (value: number): Tensor => ({ shape: [1], data: Float32Array.of(value) });

const SAME = { operator: { op: 'pointwise', function: 'identity' }, weights: {} } as const;

/** What a layer does to places, with weights of 1. What it does to channels is gone. */
const layerOf = (operator: Operator, input: Shape): Pick<Step, 'operator' | 'weights'> => {
  const ones = (shape: readonly number[]): Tensor => ({ shape, data: new Float32Array(product(shape)).fill(1) });
  const sizes = spatial(input);
  switch (operator.op) {
    case 'convolution':
    case 'transposed':
      return {
        operator: { ...operator, groups: 1 },
        weights: { weight: ones([1, 1, ...operator.windows.map((w) => w.kernel)]) },
      };
    case 'dense':
      return { operator, weights: { weight: ones([1, product(sizes)]) } };
    // The mean of values that are 0 or 1 is above 0 where their maximum is.
    case 'pool':
      return { operator: { op: 'pool', mode: 'max', windows: operator.windows }, weights: {} };
    case 'adaptive-pool':
      return { operator: { op: 'adaptive-pool', mode: 'max' }, weights: {} };
    case 'combine':
    case 'concat':
      return { operator: { op: 'combine', by: 'maximum' }, weights: {} };
    // A repeated border is seen as zeros are: its field is that of the place where it stands.
    case 'pad':
      return { operator: { op: 'pad', sides: operator.sides, by: 'zero' }, weights: {} };
    case 'pixelshuffle':
      return { operator: { op: 'upsample', mode: 'nearest', alignCorners: false }, weights: {} };
    case 'pixelunshuffle': {
      const window = { kernel: operator.by, stride: operator.by, dilation: 1, before: 0, after: 0 };
      return { operator: { op: 'pool', mode: 'max', windows: sizes.map(() => window) }, weights: {} };
    }
    case 'upsample':
    case 'reshape':
    case 'permute':
      return { operator, weights: {} };
    case 'normalise':
    case 'lrn':
    case 'pointwise':
    case 'prelu':
    case 'softmax':
    case 'scale':
    case 'slice':
    case 'shuffle':
      return SAME;
  }
};
