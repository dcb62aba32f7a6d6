// A network executed for a command: its tensors, a backend, progress and Ctrl-C, and what came out odd. What is shown is others'.

import type { Analysis } from '../analysis/analysis.js';
import type { Code } from '../core/codes.js';
import { type Diagnostic, Problem } from '../core/diagnostic.js';
import type { Node } from '../core/graph.js';
import { type Onlooker, Refusal, type Tensor } from '../core/kernels.js';
import { formatShape } from '../core/shape.js';
import type { StoredTensor } from '../core/stored.js';
import { Damaged, Shortened } from '../files/bytes.js';
import { type Io, isInterrupt } from '../io.js';
import { type Execution, execute, LESS_MEMORY } from '../run/execute.js';
import { allFinite } from '../run/statistics.js';
import { fromFile, initialised } from '../run/weights.js';
import { backendOf } from './backend.js';
import type { OptionsOf } from './command.js';
import { weightsIn } from './data.js';
import type { Source } from './load.js';
import { ENGINE, type RUN, type WEIGHTS } from './options.js';
import { Interrupted, UsageError } from './output.js';
import { progressBar } from './progress.js';

/** Which tensors, and how they are executed. */
type ExecuteOptions = OptionsOf<[typeof WEIGHTS, typeof ENGINE, typeof RUN]> & {
  readonly training?: boolean;
  readonly stats?: boolean;
  readonly profile?: boolean;
  readonly quiet?: boolean;
};

/** A run that cannot begin or go on ends with a sentence; see failure.ts. */
export const endedBy = (error: unknown): never => {
  if (error instanceof Refusal) throw new UsageError(`${error.message} [${error.code}]`, error.help);
  if (error instanceof RangeError && /allocation|memory|array length/i.test(error.message))
    throw new UsageError(`out of memory: ${error.message} [run/out-of-memory]`, LESS_MEMORY);
  // Large tensors are read from their file while the network is made ready.
  if (error instanceof Shortened || error instanceof Damaged)
    throw new UsageError(`the weights or data cannot be read: ${error.message}`);
  throw error;
};

/** Where the tensors are from: a file, the network's own, a seed. */
export const weightsSource = (loaded: Pick<Source, 'grown' | 'name'>, { weights, seed }: ExecuteOptions): string =>
  weights ?? (seed === undefined && holdValues(loaded.grown) ? loaded.name : `seed ${seed ?? 0}`);

/**
 * The tensors by name, or what does not fit in the file of weights. Without one, those that came with the network; from a seed where
 * there are none, which `hint` is told of a network that could have had them.
 */
export const tensorsFor = async (
  analysis: Analysis,
  loaded: Pick<Source, 'grown' | 'name' | 'options'>,
  { weights, seed }: ExecuteOptions,
  io: Io,
  hint: (sentence: string) => void = () => {},
): Promise<ReadonlyMap<string, Tensor> | readonly Problem[]> => {
  const { grown, name } = loaded;
  const given =
    weights === undefined && seed !== undefined ? undefined : await tensorsGiven(analysis, loaded, weights, io);
  if (given) return given;
  if (seed === undefined && grown) hint(`${name} has no values for its weights: they are of seed 0`);
  return initialised(analysis, seed ?? 0);
};

/** Those of a file of weights, or else those that came with the network; undefined where there are none. */
export const tensorsGiven = async (
  analysis: Analysis,
  { grown, options }: Pick<Source, 'grown' | 'options'>,
  weights: string | undefined,
  io: Io,
): Promise<ReadonlyMap<string, Tensor> | readonly Problem[] | undefined> => {
  if (weights === undefined) return holdValues(grown) ? fromFile(analysis, grown.tensors) : undefined;
  const model = await modelOf(weights, analysis, options, io);
  return fromFile(analysis, model ?? calledAsHere(weightsIn(weights, io), grown));
};

/** The tensors of a file that holds a network with its weights: those of TensorFlow.js mean nothing without it. */
const modelOf = async (
  file: string,
  { graph }: Analysis,
  { registry, match }: Source['options'],
  io: Io,
): Promise<ReadonlyMap<string, StoredTensor> | undefined> => {
  const { tensorsOfModel } = await import('./foreign.js');
  const shape = graph.nodes[0]?.facts?.output ?? [];
  return tensorsOfModel(file, { registry, match, input: formatShape(shape, 'chw'), layout: 'chw' }, io);
};

/** The tensors of rows that are called otherwise here than in the other program: `0.weight` of a row `conv_0`. */
const calledAsHere = (
  entries: ReadonlyMap<string, StoredTensor>,
  grown: Source['grown'],
): ReadonlyMap<string, StoredTensor> => {
  if (!grown?.renamed.size) return entries;
  return new Map(
    [...entries].map(([name, tensor]) => {
      const end = name.lastIndexOf('.');
      const here = grown.renamed.get(name.slice(0, end));
      const called = here === undefined ? name : here + name.slice(end);
      return [entries.has(called) ? name : called, tensor];
    }),
  );
};

export const holdValues = (grown: Source['grown']): grown is NonNullable<Source['grown']> =>
  grown !== undefined && grown.tensors.size > 0 && [...grown.tensors.values()].every(({ load }) => load);

export const isProblems = (tensors: ReadonlyMap<string, Tensor> | readonly Problem[]): tensors is readonly Problem[] =>
  Array.isArray(tensors);

/** Rejects with what {@link endedBy} tells. `hint` is told what is done otherwise than asked. */
export const executed = async (
  analysis: Analysis,
  tensors: ReadonlyMap<string, Tensor>,
  inputs: ReadonlyMap<number, Tensor>,
  batch: number,
  options: ExecuteOptions,
  io: Io,
  hint: (sentence: string) => void = () => {},
): Promise<Execution> => {
  let interrupted = false;
  const release = io.onInterrupt(() => {
    interrupted = true;
  });
  const guard = <T>(work: () => T): T => {
    if (interrupted) throw new Interrupted('interrupted; nothing was written');
    return io.interruptible(work);
  };
  const bar = progressBar(io, options.quiet !== true);
  const progress: Onlooker['progress'] = (done, steps) => {
    bar.draw(done, steps);
    if (interrupted) throw new Interrupted(`interrupted after ${done} of ${steps} layers; nothing was written`);
    return bar.due() ? io.breathe() : undefined;
  };
  try {
    return await execute(analysis, tensors, inputs, backendOf(options, io, guard, hint), {
      batch,
      threads: threadsOf(analysis, batch, options, io, hint),
      precision: options.exact ? 'exact' : options.careful ? 'careful' : 'auto',
      core: coreOf(options, io),
      training: options.training === true,
      observed: options.stats === true || options.training === true,
      oneByOne: options.oneByOne === true,
      peak: options.profile === true,
      repeat: options.repeat ?? 1,
      memory: io.memory(),
      progress,
      now: io.now,
      guard,
    });
  } catch (error) {
    interrupted ||= isInterrupt(error);
    throw error;
  } finally {
    bar.clear();
    // Who presses it twice still wants the sentence and the exit code.
    if (!interrupted) release();
  }
};

/** --core, or for scripts CNNCALC_CORE. */
const coreOf = ({ core }: ExecuteOptions, { env }: Io): NonNullable<ExecuteOptions['core']> => {
  const named = core ?? env['CNNCALC_CORE'] ?? 'auto';
  const { choices } = ENGINE.options.core;
  const found = choices.find((name) => name === named);
  if (found) return found;
  throw new UsageError(`there is no build "${named}" of the core`, `CNNCALC_CORE is one of ${choices.join(', ')}`);
};

/** Multiply-accumulates that are worth starting threads for. */
const WORTH_THREADS = 1e9;

/** More share one memory to no use. */
export const MOST_THREADS = 16;

const threadsOf = (
  { totals }: Analysis,
  batch: number,
  { threads, repeat = 1 }: ExecuteOptions,
  io: Io,
  hint: (sentence: string) => void,
): number => {
  if (threads === undefined)
    return (totals.macs ?? 0) * batch * repeat < WORTH_THREADS ? 1 : Math.min(io.processors, MOST_THREADS);
  if (threads === 1 || threads <= io.processors) return threads;
  hint(
    `--threads ${threads}: there ${io.processors === 1 ? 'is one processor' : `are ${io.processors} processors`}, and as many threads run`,
  );
  return io.processors;
};

/** Shapes that are not as inferred; numbers that are none, and the first layer that they come from. */
export const oddities = async (
  analysis: Analysis,
  tensors: ReadonlyMap<string, Tensor>,
  inputs: ReadonlyMap<number, Tensor>,
  batch: number,
  execution: Execution,
  options: ExecuteOptions,
  io: Io,
): Promise<readonly Diagnostic[]> => {
  const { nodes } = analysis.graph;
  const told = (node: Node | undefined, code: Code, message: string, help: string): Diagnostic =>
    new Problem(code, message, help).at(node?.at);
  const found = execution.layers
    .filter(({ matches }) => !matches)
    .map(({ node, shape }) =>
      told(
        node,
        'run/shape',
        `${node.name} comes to ${formatShape(shape, analysis.graph.layout)}, and ${formatShape(node.facts?.output ?? [], analysis.graph.layout)} was inferred`,
        'this is a bug in cnncalc: please report the spec',
      ),
    );
  if (io.interruptible(() => [...execution.outputs.values()].every(({ data }) => allFinite(data)))) return found;
  const [input] = [...inputs].find(([, { data }]) => !allFinite(data)) ?? [];
  const looked = options.stats
    ? execution
    : await executed(analysis, tensors, inputs, batch, { ...options, stats: true, repeat: 1 }, io);
  const first =
    input === undefined ? looked.layers.find(({ statistics }) => (statistics?.notFinite ?? 0) > 0)?.node : nodes[input];
  const of = input === undefined ? 'come from' : 'are in the input';
  return [
    ...found,
    told(
      first,
      'run/not-finite',
      `the output has values that are no finite numbers; the first of them ${of} ${first?.name}`,
      input === undefined ? 'look at the weights of that layer and at what it reads: --stats' : 'mend the data',
    ),
  ];
};
