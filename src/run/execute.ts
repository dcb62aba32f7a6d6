// A network, its tensors and a backend -> what happened: outputs, times, statistics, and where numbers went wrong.

import type { Analysis } from '../analysis/analyze.js';
import { isInput, type Node } from '../core/graph.js';
import {
  type Backend,
  type Onlooker,
  type Outcome,
  Refusal,
  type Session,
  type SessionOptions,
  type Step,
  type Tensor,
} from '../core/kernels.js';
import { channels, product, spatial } from '../core/shape.js';
import { networkOf } from './network.js';
import { normal, seedOf } from './random.js';

/** What one layer did: its rows' operators together. */
export interface Ran {
  readonly node: Node;
  /** Per batch, the median of the repeats. */
  readonly ms: number;
  readonly algorithm: string;
  /** The executed shape of one image, where the output was looked at; null where the layer was fused away. */
  readonly shape: readonly number[] | null;
  readonly statistics: Statistics | null;
}

export interface Execution {
  readonly layers: readonly Ran[];
  /** By node id, [N, ...shape]. */
  readonly outputs: ReadonlyMap<number, Tensor>;
  /** Of training: the updated running statistics by the names of their tensors. */
  readonly statistics?: ReadonlyMap<string, Tensor>;
  readonly core: Session['core'];
  readonly peakBytes: number;
  /** Milliseconds of the whole batch, the median of the repeats. */
  readonly ms: number;
}

export interface Options extends SessionOptions {
  readonly repeat: number;
  /** A batch is run image by image. */
  readonly oneByOne?: boolean;
  readonly progress?: Onlooker['progress'];
  /** Milliseconds. */
  readonly now: () => number;
}

/** Runs the network. Rejects with a Refusal where the backend cannot, or with what the onlooker throws. */
export const execute = async (
  analysis: Analysis,
  tensors: ReadonlyMap<string, Tensor>,
  inputs: ReadonlyMap<number, Tensor>,
  backend: Backend,
  { repeat, oneByOne = false, progress, now, ...options }: Options,
): Promise<Execution> => {
  const network = networkOf(analysis, tensors);
  if (!network) throw new RangeError('a network that could not be analysed cannot be executed');
  const apart = oneByOne && options.batch > 1;
  const batch = apart ? 1 : options.batch;
  const alone = network.steps.find((step) => isAlone(step, batch, options.training === true));
  if (alone) throw onlyValue(alone, options.training === true);
  const session = await backend.open(network, { ...options, batch });
  try {
    const seen = new Map<number, Pick<Ran, 'shape' | 'statistics'>>();
    const observe: Onlooker['observe'] = (id, read) => {
      const { shape, data } = read();
      seen.set(id, { shape: shape.slice(1), statistics: statisticsOf(data) });
    };
    const onlooker: Onlooker = { ...(options.observed && { observe }), ...(progress && { progress }) };
    const outcomes: Outcome[] = [];
    const times: number[] = [];
    for (let i = 0; i < repeat; i++) {
      const start = now();
      const images = apart ? split(inputs, options.batch) : [inputs];
      const each: Outcome[] = [];
      for (const image of images) each.push(await session.run(image, onlooker));
      times.push(now() - start);
      outcomes.push(together(each));
    }
    const last = outcomes.at(-1);
    if (!last) throw new RangeError('a network is run at least once');
    for (const [id, { shape }] of last.outputs)
      if (!seen.has(id)) seen.set(id, { shape: shape.slice(1), statistics: null });
    return {
      layers: layersOf(analysis, outcomes, seen),
      outputs: last.outputs,
      ...(last.statistics && { statistics: named(last.statistics, analysis) }),
      core: session.core,
      peakBytes: session.peakBytes,
      ms: median(times),
    };
  } finally {
    session.close();
  }
};

/** A mean over one value would be that value, and every output 0: PyTorch refuses it too. */
const isAlone = ({ operator, output }: Step, batch: number, training: boolean): boolean => {
  if (operator.op !== 'normalise' || operator.rms) return false;
  const places = product(spatial(output));
  if (operator.over === 'batch') return training && batch * places === 1;
  return operator.over === 'group' && (channels(output) / (operator.groups ?? 1)) * places === 1;
};

const onlyValue = ({ name }: Step, training: boolean): Refusal =>
  new Refusal(
    'run/one-value',
    `${name} would take its mean over a single value, and every output would be 0`,
    training ? 'train with a larger --batch' : 'give it more channels in a group, or a larger volume',
  );

/** The images of a batch, one by one. */
const split = (inputs: ReadonlyMap<number, Tensor>, batch: number): readonly ReadonlyMap<number, Tensor>[] =>
  Array.from(
    { length: batch },
    (_, n) =>
      new Map(
        [...inputs].map(([id, { shape, data }]) => {
          const length = data.length / batch;
          return [id, { shape: [1, ...shape.slice(1)], data: data.subarray(n * length, (n + 1) * length) }] as const;
        }),
      ),
  );

/** The outcomes of single images as one: outputs behind each other, times added up. */
const together = (each: readonly Outcome[]): Outcome => {
  const [first] = each;
  if (!first || each.length === 1) return first ?? { outputs: new Map(), timings: [] };
  const outputs = [...first.outputs].map(([id, { shape, data }]): readonly [number, Tensor] => {
    const all = new Float32Array(data.length * each.length);
    each.forEach(({ outputs }, n) => {
      all.set(outputs.get(id)?.data ?? [], n * data.length);
    });
    return [id, { shape: [each.length, ...shape.slice(1)], data: all }];
  });
  const timings = first.timings.map((timing, i) => ({
    ...timing,
    ms: each.reduce((sum, { timings }) => sum + (timings[i]?.ms ?? 0), 0),
  }));
  return { ...first, outputs: new Map(outputs), timings };
};

/** Running statistics as a file of weights calls them. */
const named = (statistics: NonNullable<Outcome['statistics']>, { graph }: Analysis): ReadonlyMap<string, Tensor> =>
  new Map(
    [...statistics].flatMap(([id, running]) =>
      (['running_mean', 'running_var'] as const).map(
        (tensor) => [`${graph.nodes[id]?.name ?? ''}.${tensor}`, running[tensor]] as const,
      ),
    ),
  );

const layersOf = (
  { graph }: Analysis,
  outcomes: readonly Outcome[],
  seen: ReadonlyMap<number, Pick<Ran, 'shape' | 'statistics'>>,
): readonly Ran[] => {
  const algorithms = new Map(outcomes[0]?.timings.map(({ id, algorithm }) => [id, algorithm]));
  const times = outcomes.map(({ timings }) => new Map(timings.map(({ id, ms }) => [id, ms])));
  return graph.nodes
    .filter((node) => !isInput(node))
    .map((node) => ({
      node,
      ms: median(times.map((ms) => ms.get(node.id) ?? 0)),
      algorithm: algorithms.get(node.id) ?? '',
      shape: null,
      statistics: null,
      ...seen.get(node.id),
    }));
};

export const median = (numbers: readonly number[]): number => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return Number.isInteger(middle)
    ? ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
    : (sorted[Math.floor(middle)] ?? 0);
};

/** Of the values of a tensor. */
export interface Statistics {
  readonly mean: number;
  readonly deviation: number;
  readonly min: number;
  readonly max: number;
  /** The share of values that are exactly 0. */
  readonly zeros: number;
  /** How many are no finite numbers. */
  readonly notFinite: number;
}

export const statisticsOf = (data: Float32Array): Statistics => {
  let [sum, min, max, zeros, notFinite] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (const value of data) {
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
    if (value === 0) zeros += 1;
    if (!Number.isFinite(value)) notFinite += 1;
  }
  const mean = sum / data.length;
  let squares = 0;
  for (const value of data) squares += (value - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / data.length), min, max, zeros: zeros / data.length, notFinite };
};

/** Seeded noise of mean 0 and deviation 1 for every input of the network. */
export const noise = ({ graph }: Analysis, batch: number, seed: number): ReadonlyMap<number, Tensor> =>
  new Map(
    graph.nodes.filter(isInput).map((node) => {
      const shape = node.facts?.output ?? [];
      return [
        node.id,
        { shape: [batch, ...shape], data: normal(batch * product(shape), seedOf(seed, node.name)) },
      ] as const;
    }),
  );
