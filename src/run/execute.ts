// A network, its tensors and a backend -> what happened: outputs, times, statistics, and where numbers went wrong.

import type { Analysis } from '../analysis/analysis.js';
import { peakActivations } from '../analysis/memory.js';
import { type Graph, isInput, type Node, operatorsOf } from '../core/graph.js';
import {
  type Algorithm,
  type Backend,
  type Network,
  type Onlooker,
  type Outcome,
  Refusal,
  type Session,
  type SessionOptions,
  type Step,
  type Tensor,
} from '../core/kernels.js';
import { median } from '../core/median.js';
import { humanBytes } from '../core/quantity.js';
import { seedOf } from '../core/random.js';
import { channels, product, type Shape, sameShape, spatial } from '../core/shape.js';
import { lazily } from './lazy.js';
import { runnable } from './network.js';
import { normal, uniform } from './random.js';
import { countedShape } from './shapes.js';
import { type Statistics, statisticsOf } from './statistics.js';

/** What one layer did: its rows' operators together. */
export interface Ran {
  readonly node: Node;
  /** Per batch, the median of the repeats. */
  readonly ms: number;
  /** Those of its operators; `fusedInto` names the layer that computes one together with its own. */
  readonly algorithms: readonly { readonly name: Algorithm; readonly fusedInto?: string }[];
  /** What the layer comes to for one image, counted from what it reads; and whether the analysis says the same. */
  readonly shape: Shape;
  readonly matches: boolean;
  /** Of an observed run. */
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
  readonly memory?: Session['memory'];
  readonly predicted: Needs;
  /** Milliseconds of the whole batch, the median of the repeats. */
  readonly ms: number;
}

export interface Options extends SessionOptions {
  readonly repeat: number;
  /** A batch is run image by image. */
  readonly oneByOne?: boolean;
  /** Told of all repeats together. */
  readonly progress?: Onlooker['progress'];
  /** Bytes that there are; what needs more is refused. */
  readonly memory?: number;
  /** Milliseconds. */
  readonly now: () => number;
  /** Runs what may take long without a pause, so that it can be broken off. */
  readonly guard?: <T>(work: () => T) => T;
}

/** How the layers were computed, each way once: `gemm 1x1`, `in conv1`. */
export const algorithmNames = (algorithms: Ran['algorithms']): readonly string[] => [
  ...new Set(algorithms.map(({ name, fusedInto }) => (fusedInto === undefined ? name : `in ${fusedInto}`))),
];

/** Runs the network. Rejects with a Refusal where the backend cannot, or with what the onlooker throws. */
export const execute = async (
  analysis: Analysis,
  tensors: ReadonlyMap<string, Tensor>,
  inputs: ReadonlyMap<number, Tensor>,
  backend: Backend,
  { repeat, oneByOne = false, progress, memory, now, guard = (work) => work(), ...options }: Options,
): Promise<Execution> => {
  const network = runnable(analysis, tensors);
  const apart = oneByOne && options.batch > 1;
  const batch = apart ? 1 : options.batch;
  const alone = network.steps.find((step) => isAlone(step, batch, options.training === true));
  if (alone) throw onlyValue(alone, options.training === true);
  if (memory !== undefined) enoughMemory(analysis, options.batch, batch, memory);
  const session = await backend.open(network, { ...options, batch });
  try {
    // Noise is made and files are read once it is known that there is room.
    const given = guard(
      () =>
        new Map(
          network.inputs.map(({ id, name, shape }) => [id, fitting(name, inputs.get(id), [options.batch, ...shape])]),
        ),
    );
    const seen = new Map<number, Statistics>();
    const observe: Onlooker['observe'] = (id, read) => {
      if (analysis.graph.nodes[id]) seen.set(id, statisticsOf(read().data));
    };
    let passes = 0;
    const all = repeat * (apart ? options.batch : 1);
    const onlooker: Onlooker = {
      ...(options.observed && { observe }),
      ...(progress && { progress: (done, steps) => progress(passes * steps + done, all * steps) }),
    };
    const images = apart ? split(given, options.batch) : [given];
    // Of every repeat the times are kept, and of the last all.
    const steps: Float64Array[] = [];
    const times: number[] = [];
    let last: Outcome | undefined;
    for (let i = 0; i < repeat; i++) {
      last = undefined;
      const start = now();
      const each: Outcome[] = [];
      for (const image of images) {
        each.push(await session.run(image, onlooker));
        passes += 1;
      }
      times.push(now() - start);
      last = together(each);
      steps.push(Float64Array.from(last.timings, ({ ms }) => ms));
    }
    if (!last) throw new RangeError('a network is run at least once');
    return {
      layers: layersOf(analysis, network, last, steps, seen),
      outputs: last.outputs,
      ...(last.statistics && { statistics: named(last.statistics, analysis) }),
      // As it is now: threads that cannot start are known late.
      core: { ...session.core },
      peakBytes: session.peakBytes,
      ...(session.memory && { memory: session.memory }),
      predicted: needsOf(analysis, batch),
      ms: median(times),
    };
  } finally {
    session.close();
  }
};

/** The tensor with its values. */
const fitting = (name: string, tensor: Tensor | undefined, shape: readonly number[]): Tensor => {
  if (tensor && sameShape(tensor.shape, shape)) {
    const { data } = tensor;
    if (data.length === product(shape)) return { shape, data };
  }
  throw new Refusal(
    'data/shape',
    `the input "${name}" is ${tensor ? `[${tensor.shape.join(', ')}]` : 'not given'}, and the network takes [${shape.join(', ')}]`,
  );
};

/** 2 x multiply-accumulates a second, in thousand millions; null for what has none. `macs` are of one image. */
export const gflops = (macs: number, batch: number, ms: number): number | null =>
  macs > 0 && ms > 0 ? (2 * macs * batch) / ms / 1e6 : null;

export const LESS_MEMORY = 'a smaller --batch or --input needs less, and so does --one-by-one';

/** Bytes in float32, from the analysis: learned tensors and running statistics, and the activations alive at most. */
export interface Needs {
  readonly weights: number;
  readonly activations: number;
}

const BYTES = Float32Array.BYTES_PER_ELEMENT;

const needsOf = ({ graph, totals }: Analysis, batch: number): Needs => {
  return {
    weights: BYTES * ((totals.params ?? 0) + (totals.buffers ?? 0)),
    activations: BYTES * batch * (peakActivations(graph)?.elements ?? 0),
  };
};

/** Beyond the machine's memory the system would end the program without a word. Of `images` images `batch` are run at a time. */
const enoughMemory = (analysis: Analysis, images: number, batch: number, memory: number): void => {
  const { weights, activations } = needsOf(analysis, batch);
  if (weights + activations > memory)
    throw new Refusal(
      'run/out-of-memory',
      `this takes ${humanBytes(weights)} for weights and ${humanBytes(activations)} for activations, and there are ${humanBytes(memory)}`,
      LESS_MEMORY,
    );
  const { nodes, outputs } = analysis.graph;
  const beside = [...nodes.filter(isInput), ...outputs.map((id) => nodes[id])];
  const held = beside.reduce((sum, node) => sum + product(node?.facts?.output ?? []), 0) * images * BYTES;
  if (held > memory)
    throw new Refusal(
      'run/out-of-memory',
      `the inputs and outputs of ${images} images take ${humanBytes(held)}, and there are ${humanBytes(memory)}`,
      'a smaller --batch needs less',
    );
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
    [...statistics].flatMap(([id, running]) => {
      const node = graph.nodes[id];
      const owner = graph.nodes[node?.sharedWith ?? id];
      return (['running_mean', 'running_var'] as const).map(
        (tensor) => [`${owner?.name ?? ''}.${tensor}`, running[tensor]] as const,
      );
    }),
  );

/** The operators of a layer are told of together: their times added up, their algorithms one behind the other. `repeats` are the times of each repeat, in the order of `timings`. */
const layersOf = (
  { graph }: Analysis,
  { steps }: Network,
  { timings }: Outcome,
  repeats: readonly Float64Array[],
  seen: ReadonlyMap<number, Statistics>,
): readonly Ran[] => {
  const names = new Map(steps.map(({ id, name }) => [id, name]));
  const algorithms = new Map(
    timings.map(({ id, algorithm, fusedInto }) => {
      const host = fusedInto === undefined ? undefined : names.get(fusedInto);
      return [id, { name: algorithm, ...(host !== undefined && { fusedInto: host }) }] as const;
    }),
  );
  const places = new Map(timings.map(({ id }, at) => [id, at]));
  const layers: Ran[] = [];
  let parts: Step[] = [];
  for (const step of steps) {
    parts.push(step);
    const node = graph.nodes[step.id];
    if (!node) continue;
    const ids = parts.map(({ id }) => id);
    const own = ids.flatMap((id) => places.get(id) ?? []);
    layers.push({
      node,
      ms: median(repeats.map((ms) => own.reduce((sum, at) => sum + (ms[at] ?? 0), 0))),
      algorithms: ids.flatMap((id) => algorithms.get(id) ?? []),
      shape: countedShape(step),
      matches: parts.every((part) => sameShape(countedShape(part), part.output)),
      statistics: seen.get(step.id) ?? null,
    });
    parts = [];
  }
  return layers;
};

/**
 * Seeded noise of mean 0 and deviation 1 for every input of the network, made when it is asked for; whole numbers, each as
 * likely as the others, for what tables look up.
 */
export const noise = ({ graph }: Analysis, batch: number, seed: number): ReadonlyMap<number, Tensor> =>
  new Map(
    graph.nodes.filter(isInput).map((node) => {
      const shape = node.facts?.output ?? [];
      const [count, own] = [batch * product(shape), seedOf(seed, node.name)];
      const rows = rowsLookedUp(graph, node.id);
      const make = () =>
        rows === null
          ? normal(count, own)
          : uniform(count, rows / 2, own).map((x) => Math.min(Math.floor(x + rows / 2), rows - 1));
      return [node.id, lazily([batch, ...shape], make)] as const;
    }),
  );

/** How many rows the smallest table has that looks up an input; null where none does. */
const rowsLookedUp = ({ nodes }: Graph, input: number): number | null => {
  const rows = nodes.flatMap((node) => {
    const looks = node.inputs[0] === input && operatorsOf(node, []).some(({ op }) => op === 'embedding');
    return looks ? [(node.facts?.params ?? nodes[node.sharedWith ?? -1]?.facts?.params)?.[0]?.factors.words ?? 0] : [];
  });
  return rows.length > 0 ? Math.min(...rows) : null;
};
