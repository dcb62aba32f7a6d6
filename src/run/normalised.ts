// Normalisations executed: what becomes of means and deviations, how running statistics follow the batches, what gamma and beta
// do. The figures are measured on what a backend gives back; which sets should have which is norms.ts.

import type { Analysis } from '../analysis/analysis.js';
import type { Averaging } from '../core/averaging.js';
import { isInput } from '../core/graph.js';
import type { Backend, Network, Outcome, Running, Tensor } from '../core/kernels.js';
import { seedOf } from '../core/random.js';
import { channels, product, type Shape, spatial } from '../core/shape.js';
import { networkOf, parameters } from './network.js';
import { momentsOf, type Normalisation } from './norms.js';
import { normal } from './random.js';

/** The largest over all sets: how far the mean is from 0, and the deviation (or root mean square) from 1. */
export interface Deviation {
  readonly mean: number;
  readonly deviation: number;
}

/** The running statistics of channel 0 after some batches, and those of the last batch. */
export interface Moment {
  readonly batches: number;
  readonly running: { readonly mean: number; readonly variance: number };
  readonly batch: { readonly mean: number; readonly variance: number };
}

export interface Normalised {
  /** By normalisation: over its own sets, and its largest mean over the sets of each other. Null where it has none. */
  readonly norms: readonly {
    readonly name: string;
    readonly own: Deviation | null;
    readonly means: Readonly<Record<string, number>>;
  }[];
  readonly batch: {
    readonly momentum: number;
    /** What channel 0 of all batches is drawn from. */
    readonly drawn: { readonly mean: number; readonly variance: number };
    /** Of the first batch: divided by the number of values, with which it is normalised, and by one less, which is kept. */
    readonly biased: number;
    readonly unbiased: number;
    readonly moments: readonly Moment[];
    /** With the running statistics on a batch that was not seen: over the sets of batch normalisation. */
    readonly test: Deviation;
  };
  /** The mean and deviation of every channel with one gamma and beta. */
  readonly affine: { readonly gamma: number; readonly beta: number; readonly mean: number; readonly deviation: number };
}

/** Running statistics are shown after so many batches. */
const SHOWN = [1, 2, 5, 10, 20, 50] as const;
const BATCHES = Math.max(...SHOWN);

/** To normalise a value takes the reference as long as so many products. */
const STEPS = 8;

/** What {@link normalised} takes for so many values. */
export const workOf = (norms: readonly Normalisation[], values: number) => ({
  steps: STEPS * values * (norms.length + BATCHES + 2),
  sessions: 4,
});
const DRAWN = { mean: 3, variance: 4 } as const;
const AFFINE = { gamma: 2, beta: 1 } as const;

/** The layers of the analysis all read its input; one of them keeps running statistics. */
export const normalised = async (
  analysis: Analysis,
  norms: readonly Normalisation[],
  batch: number,
  backend: Backend,
  seed: number,
): Promise<Normalised> => {
  const shape = analysis.graph.nodes.find(isInput)?.facts?.output ?? [];
  const ids = new Map(analysis.graph.nodes.map(({ name, id }) => [name, id]));
  const opened = async <T>(
    tensors: Tensors,
    training: boolean,
    only: number | undefined,
    work: (run: (data: Tensor, running?: ReadonlyMap<number, Running>) => Promise<Outcome>) => Promise<T>,
  ): Promise<T> => {
    const network = networkFrom(analysis, tensors, only);
    const session = await backend.open(network, { batch, threads: 1, precision: 'exact', core: 'auto', training });
    try {
      return await work((data, running) => session.run(new Map([[0, data]]), {}, running));
    } finally {
      session.close();
    }
  };
  const run = (tensors: Tensors, data: Tensor, training: boolean, only?: number): Promise<Outcome> =>
    opened(tensors, training, only, (once) => once(data));
  const outputOf = ({ outputs }: Outcome, name: string): Tensor => {
    const output = outputs.get(ids.get(name) ?? -1);
    if (!output) throw new Error(`${name} has no output`);
    return output;
  };

  const untrained = fresh(analysis, { gamma: 1, beta: 0 });
  const outcome = await run(untrained, uneven(batch, shape, seed), true);
  const sets = norms.flatMap(({ name, averaging }) => (averaging ? [{ name, averaging }] : []));
  const rows = norms.map(({ name, averaging, rms }) => {
    const output = outputOf(outcome, name);
    return {
      name,
      own: averaging && furthest(output, averaging, rms),
      means: Object.fromEntries(sets.map((set) => [set.name, furthest(output, set.averaging, false).mean])),
    };
  });

  const follow = norms.find(({ buffers }) => buffers > 0);
  const id = ids.get(follow?.name ?? '') ?? -1;
  if (!follow?.averaging) throw new Error('no normalisation keeps running statistics');
  const moments: Moment[] = [];
  let [biased, unbiased] = [0, 0];
  const { averaging } = follow;
  const last = await opened(untrained, true, id, async (next) => {
    let running: Running | undefined;
    for (let batches = 1; batches <= BATCHES; batches += 1) {
      const data = drawn(batch, shape, seedOf(seed, `${batches}`));
      const { statistics } = await next(data, running && new Map([[id, running]]));
      running = statistics?.get(id);
      if (!running) throw new Error('no running statistics came back');
      const isShown = SHOWN.some((shown) => shown === batches);
      if (!isShown) continue;
      const [own] = momentsOf(data.data, data.shape, averaging);
      const { values } = averaging;
      const variance = (own?.deviation ?? 0) ** 2;
      const whole = (variance * values) / Math.max(1, values - 1);
      if (batches === 1) [biased, unbiased] = [variance, whole];
      moments.push({
        batches,
        running: { mean: running.running_mean.data[0] ?? 0, variance: running.running_var.data[0] ?? 0 },
        batch: { mean: own?.mean ?? 0, variance: whole },
      });
    }
    return running;
  });
  const tensors = new Map([
    ...untrained,
    ...Object.entries(last ?? {}).map(([tensor, value]) => [`${follow.name}.${tensor}`, value] as const),
  ]);
  const unseen = await run(tensors, drawn(batch, shape, seedOf(seed, 'unseen')), false, id);
  const scaled = await run(fresh(analysis, AFFINE), uneven(batch, shape, seed), true, id);
  const [first] = momentsOf(outputOf(scaled, follow.name).data, [batch, ...shape], follow.averaging);
  return {
    norms: rows,
    batch: {
      momentum: momentumOf(networkFrom(analysis, untrained, id)),
      drawn: DRAWN,
      biased,
      unbiased,
      moments,
      test: furthest(outputOf(unseen, follow.name), follow.averaging, false),
    },
    affine: { ...AFFINE, mean: first?.mean ?? 0, deviation: first?.deviation ?? 0 },
  };
};

type Tensors = ReadonlyMap<string, Tensor>;

/** As PyTorch begins: running means of 0 and variances of 1. */
const fresh = (analysis: Analysis, { gamma, beta }: { readonly gamma: number; readonly beta: number }): Tensors => {
  const first: Readonly<Record<string, number>> = {
    weight: gamma,
    bias: beta,
    running_mean: 0,
    running_var: 1,
    magnitude: 1,
  };
  return new Map(
    parameters(analysis).map(({ name, shape, tensor }) => [
      name,
      { shape, data: new Float32Array(product(shape)).fill(first[tensor] ?? 0) },
    ]),
  );
};

/** The whole spec, or its one layer of that id. */
const networkFrom = (analysis: Analysis, tensors: Tensors, only?: number): Network => {
  const network = networkOf(analysis, tensors);
  if (!network) throw new Error('a normalisation could not be analysed');
  if (only === undefined) return network;
  return { ...network, steps: network.steps.filter(({ id }) => id === only), outputs: [only] };
};

const momentumOf = ({ steps: [step] }: Network): number =>
  step?.operator.op === 'normalise' ? (step.operator.momentum ?? 0) : 0;

/** Noise whose mean and size differ from image to image and from channel to channel. */
const uneven = (batch: number, shape: Shape, seed: number): Tensor => {
  const some = (count: number, name: string): Float32Array => normal(count, seedOf(seed, name));
  const [images, means, sizes] = [
    some(batch, 'images'),
    some(channels(shape), 'means'),
    some(channels(shape), 'sizes'),
  ];
  return noise(batch, shape, seedOf(seed, 'uneven'), (value, n, c) => {
    const size = Math.exp((sizes[c] ?? 0) / 2);
    return 2 * (images[n] ?? 0) + 3 * (means[c] ?? 0) + size * value;
  });
};

/** Noise of one mean and variance. */
const drawn = (batch: number, shape: Shape, seed: number): Tensor =>
  noise(batch, shape, seed, (value) => DRAWN.mean + Math.sqrt(DRAWN.variance) * value);

/** A batch of what `value` makes of noise of mean 0 and deviation 1, by image and channel. */
const noise = (
  batch: number,
  shape: Shape,
  seed: number,
  value: (noise: number, n: number, c: number) => number,
): Tensor => {
  const [each, places] = [product(shape), product(spatial(shape))];
  const data = normal(batch * each, seed);
  return {
    shape: [batch, ...shape],
    data: data.map((old, i) => value(old, Math.floor(i / each), Math.floor((i % each) / places))),
  };
};

const furthest = ({ data, shape }: Tensor, averaging: Averaging, rms: boolean): Deviation => {
  let [mean, deviation] = [0, 0];
  for (const moment of momentsOf(data, shape, averaging)) {
    mean = Math.max(mean, Math.abs(moment.mean));
    const size = rms ? Math.hypot(moment.mean, moment.deviation) : moment.deviation;
    deviation = Math.max(deviation, Math.abs(size - 1));
  }
  return { mean, deviation };
};
