// cnncalc run SPEC: the network executed on a backend, with weights and data from files or from a seed.

import { type Analysis, analyze } from '../analysis/analyze.js';
import { type Diagnostic, Problem } from '../core/diagnostic.js';
import type { Node } from '../core/graph.js';
import { type Onlooker, Refusal, type Tensor } from '../core/kernels.js';
import { formatShape, type Layout } from '../core/shape.js';
import { type Io, isInterrupt, reason } from '../io.js';
import { reference } from '../kernels/reference.js';
import { type Execution, execute, LESS_MEMORY } from '../run/execute.js';
import { writeSafetensors } from '../run/safetensors.js';
import { allFinite } from '../run/statistics.js';
import { fromFile, initialised } from '../run/weights.js';
import { version } from '../version.js';
import { type DataOptions, inputsFor, labelsIn, save, saveNpy, weightsIn } from './data.js';
import { type Loaded, type LoadOptions, loadOrExplain } from './load.js';
import type { Format } from './options.js';
import { type Output, type OutputOptions, outputOf, UsageError } from './output.js';
import { jsonText, renderPage } from './print.js';
import { progressBar } from './progress.js';
import { exitCode, formatOf, glob } from './summary.js';

export interface RunOptions extends LoadOptions, OutputOptions, DataOptions {
  readonly json?: boolean;
  readonly format?: Format;
  readonly get?: string;
  readonly layout?: Layout;
  readonly only?: string;
  readonly depth?: number;
  readonly strict?: boolean;
  readonly weights?: string;
  readonly save?: string;
  readonly saveWeights?: string;
  readonly saveStats?: string;
  readonly repeat?: number;
  readonly threads?: number;
  readonly backend?: 'wasm' | 'reference';
  readonly training?: boolean;
  readonly stats?: boolean;
  readonly profile?: boolean;
  readonly top?: number;
  readonly labels?: string;
  readonly exact?: boolean;
  readonly careful?: boolean;
  readonly oneByOne?: boolean;
}

/** Ctrl-C: what a shell expects of a program that it ended. */
const INTERRUPTED = 130;

class Interrupted extends Error {}

export const run = async (spec: string, options: RunOptions, io: Io): Promise<number> => {
  const output = outputOf(options, io);
  if (spec === '-' && options.data?.includes('-'))
    throw new UsageError('standard input is either the spec or the data');
  if (options.saveStats !== undefined && !options.training)
    throw new UsageError('--save-stats without --training: running statistics change in training only');
  const loaded = loadOrExplain(spec, options, io);
  if (loaded.remark) output.hint(loaded.remark);
  const analysis = analyze(loaded.parsed);
  const code = exitCode(analysis.diagnostics, options.strict === true);
  if (code === 2 || analysis.rows.length === 0)
    return notRun(analysis, analysis.diagnostics, loaded, loaded.name, options, output);
  const tensors = tensorsFor(analysis, options, io);
  if (!(tensors instanceof Map)) {
    const diagnostics = (tensors as readonly Problem[]).map((problem) => problem.at(undefined));
    return notRun(analysis, diagnostics, loaded, options.weights ?? '', options, output);
  }
  try {
    const { inputs, batch } = await inputsFor(analysis, options, io);
    const execution = await executed(analysis, tensors, inputs, batch, options, io);
    const odd = await oddities(analysis, tensors, inputs, batch, execution, options, io);
    write(analysis, execution, tensors, options, output, io);
    if (options.save !== '-' && options.saveWeights !== '-' && options.saveStats !== '-')
      output.write(await render(analysis, execution, batch, odd, loaded, options, output, io));
    output.diagnostics([...analysis.diagnostics, ...odd], loaded, 'brief');
    return Math.max(code, odd.length > 0 ? 1 : 0);
  } catch (error) {
    return endedBy(error, io);
  }
};

/** What is wrong is told, and with --json stands in a report without layers. */
const notRun = async (
  analysis: Analysis,
  diagnostics: readonly Diagnostic[],
  loaded: Loaded,
  name: string,
  options: RunOptions,
  output: Output,
): Promise<number> => {
  if (formatOf(options) === 'json') {
    const { failureJson } = await import('../report/formats/run-json.js');
    output.write(await jsonText(failureJson(analysis, diagnostics, { version, source: loaded.name }), options));
  }
  output.diagnostics(diagnostics, { ...loaded, name });
  output.hint('nothing was run');
  return 2;
};

/** A run that cannot begin or go on ends with a sentence. */
export const endedBy = (error: unknown, io: Io): number => {
  if (error instanceof Interrupted || isInterrupt(error)) {
    io.stderr.write(`${error instanceof Interrupted ? error.message : 'interrupted; nothing was written'}\n`);
    return INTERRUPTED;
  }
  if (error instanceof Refusal) throw new UsageError(`${error.message} [${error.code}]`, error.help);
  if (error instanceof RangeError && /allocation|memory|array length/i.test(error.message))
    throw new UsageError(`out of memory: ${error.message} [run/memory]`, LESS_MEMORY);
  // Large tensors are read from their file while the network is made ready.
  if (/^E[A-Z]+$/.test((error as { code?: string }).code ?? ''))
    throw new UsageError(`the weights cannot be read: ${reason(error)}`);
  throw error;
};

/** The tensors by name, or what does not fit in the file of weights. */
export const tensorsFor = (
  analysis: Analysis,
  { weights, seed = 0 }: Pick<RunOptions, 'weights' | 'seed'>,
  io: Io,
): ReadonlyMap<string, Tensor> | readonly Problem[] =>
  weights === undefined ? initialised(analysis, seed) : fromFile(analysis, weightsIn(weights, io));

/** Rejects with what {@link endedBy} tells. */
export const executed = async (
  analysis: Analysis,
  tensors: ReadonlyMap<string, Tensor>,
  inputs: ReadonlyMap<number, Tensor>,
  batch: number,
  options: RunOptions,
  io: Io,
): Promise<Execution> => {
  let interrupted = false;
  const release = io.onInterrupt(() => {
    interrupted = true;
  });
  const bar = progressBar(io, options.quiet !== true);
  const progress: Onlooker['progress'] = (done, steps) => {
    bar.draw(done, steps);
    if (interrupted) throw new Interrupted(`interrupted after ${done} of ${steps} layers; nothing was written`);
    return bar.due() ? io.breathe() : undefined;
  };
  try {
    return await execute(analysis, tensors, inputs, reference(io.now, io.interruptible), {
      batch,
      threads: options.threads ?? io.processors,
      precision: options.exact ? 'exact' : options.careful ? 'careful' : 'auto',
      core: 'auto',
      training: options.training === true,
      observed: options.stats === true || options.training === true,
      oneByOne: options.oneByOne === true,
      repeat: options.repeat ?? 1,
      memory: io.memory(),
      progress,
      now: io.now,
    });
  } finally {
    bar.clear();
    release();
  }
};

/** Shapes that are not as inferred; numbers that are none, and the first layer that they come from. */
const oddities = async (
  analysis: Analysis,
  tensors: ReadonlyMap<string, Tensor>,
  inputs: ReadonlyMap<number, Tensor>,
  batch: number,
  execution: Execution,
  options: RunOptions,
  io: Io,
): Promise<readonly Diagnostic[]> => {
  const { nodes } = analysis.graph;
  const told = (node: Node | undefined, code: string, message: string, help: string): Diagnostic =>
    new Problem(code, message, help).at(node?.at);
  const found = execution.layers
    .filter(({ matches }) => !matches)
    .map(({ node, shape }) =>
      told(
        node,
        'run/shape',
        `${node.name} comes to ${formatShape(shape)}, and ${formatShape(node.facts?.output ?? [])} was inferred`,
        'this is a bug in cnncalc: please report the spec',
      ),
    );
  if ([...execution.outputs.values()].every(({ data }) => allFinite(data))) return found;
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

const write = (
  { graph }: Analysis,
  { outputs, statistics }: Execution,
  tensors: ReadonlyMap<string, Tensor>,
  options: RunOptions,
  output: Output,
  io: Io,
): void => {
  if (options.save !== undefined) {
    const several = outputs.size > 1;
    if (several && options.save === '-')
      throw new UsageError(`standard output takes one array, and there are ${outputs.size} outputs`, 'name a file');
    for (const [id, tensor] of outputs) {
      const file = several ? besides(options.save, graph.nodes[id]?.name ?? '') : options.save;
      saveNpy(file, tensor, io);
      if (several) output.hint(`wrote ${file}`);
    }
  }
  if (options.saveWeights !== undefined) save(options.saveWeights, writeSafetensors(tensors), io);
  if (options.saveStats !== undefined && statistics) save(options.saveStats, writeSafetensors(statistics), io);
};

/** `out.npy` -> `out.aux1.npy` */
const besides = (file: string, name: string): string => file.replace(/(\.npy)?$/, (ending) => `.${name}${ending}`);

const render = async (
  analysis: Analysis,
  execution: Execution,
  batch: number,
  odd: readonly Diagnostic[],
  loaded: Loaded,
  options: RunOptions,
  output: Output,
  io: Io,
): Promise<string> => {
  const format = formatOf(options);
  const labels = options.labels === undefined ? undefined : labelsIn(options.labels, io);
  const top = options.top ?? (labels && TOP);
  const setting = {
    layout: options.layout ?? 'hwc',
    batch,
    weights: options.weights ?? `seed ${options.seed ?? 0}`,
    data: options.data?.join(', ') ?? 'noise',
    ...(top !== undefined && { top }),
    ...(labels && { labels }),
  };
  if (format === 'json' || options.get !== undefined) {
    const { runJson } = await import('../report/formats/run-json.js');
    const diagnostics = [...analysis.diagnostics, ...odd];
    return jsonText(runJson(analysis, execution, { ...setting, version, source: loaded.name, diagnostics }), options);
  }
  const { runPage } = await import('../report/pages/run.js');
  const only = await glob(options, analysis, output);
  const page = runPage(analysis, execution, {
    ...setting,
    stats: options.stats === true,
    profile: options.profile === true,
    runs: options.repeat ?? 1,
    ...(only && { only }),
    ...(options.depth !== undefined && { depth: options.depth }),
  });
  return renderPage(page, format, output, 'run');
};

/** How many of the largest outputs are told where labels are given. */
const TOP = 5;
