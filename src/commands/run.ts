// cnncalc run SPEC: the network executed on a backend, with weights and data from files or from a seed.

import { type Analysis, analyze } from '../analysis/analyze.js';
import { type Diagnostic, Problem } from '../core/diagnostic.js';
import { isInput } from '../core/graph.js';
import { type Onlooker, Refusal, type Tensor } from '../core/kernels.js';
import type { Layout } from '../core/shape.js';
import type { Io } from '../io.js';
import { reference } from '../kernels/reference.js';
import { type Execution, execute, noise } from '../run/execute.js';
import { writeSafetensors } from '../run/safetensors.js';
import { fromFile, initialised } from '../run/weights.js';
import { version } from '../version.js';
import { type DataOptions, imagesIn, inputFrom, labelsIn, save, saveNpy, weightsIn } from './data.js';
import { type Loaded, type LoadOptions, loadOrExplain } from './load.js';
import type { Format } from './options.js';
import { type Output, type OutputOptions, outputOf, UsageError } from './output.js';
import { jsonText, renderPage } from './print.js';
import { progressBar } from './progress.js';
import { exitCode, formatOf } from './summary.js';

export interface RunOptions extends LoadOptions, OutputOptions, DataOptions {
  readonly json?: boolean;
  readonly format?: Format;
  readonly get?: string;
  readonly layout?: Layout;
  readonly strict?: boolean;
  readonly weights?: string;
  readonly seed?: number;
  readonly save?: string;
  readonly saveWeights?: string;
  readonly saveStats?: string;
  readonly repeat?: number;
  readonly threads?: number;
  readonly backend?: 'wasm' | 'reference';
  readonly training?: boolean;
  readonly stats?: boolean;
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
  const loaded = loadOrExplain(spec, options, io);
  if (loaded.remark) output.hint(loaded.remark);
  const analysis = analyze(loaded.parsed);
  const code = exitCode(analysis.diagnostics, options.strict === true);
  if (code === 2 || analysis.rows.length === 0) {
    output.diagnostics(analysis.diagnostics, loaded);
    output.hint('nothing was run');
    return 2;
  }
  const tensors = tensorsFor(analysis, options, output, loaded, io);
  if (!tensors) return 2;
  const inputs = await inputsFor(analysis, options, io);
  const batch = batchOf(analysis, inputs);
  try {
    const execution = await executed(analysis, tensors, inputs, batch, options, io);
    write(execution, tensors, options, io);
    if (options.save !== '-') output.write(await render(analysis, execution, batch, loaded, options, output, io));
    const wrong = notFinite(analysis, execution);
    output.diagnostics([...analysis.diagnostics, ...wrong], loaded, 'brief');
    return Math.max(code, wrong.length > 0 ? 1 : 0);
  } catch (error) {
    return endedBy(error, io);
  }
};

/** A run that cannot begin or go on ends with a sentence. */
const endedBy = (error: unknown, io: Io): number => {
  if (error instanceof Interrupted) {
    io.stderr.write(`${error.message}\n`);
    return INTERRUPTED;
  }
  if (error instanceof Refusal) throw new UsageError(`${error.message} [${error.code}]`, error.help);
  if (error instanceof RangeError && /allocation|memory|array length/i.test(error.message))
    throw new UsageError(`out of memory: ${error.message}`, 'a smaller --batch or --input needs less');
  throw error;
};

const tensorsFor = (
  analysis: Analysis,
  { weights, seed = 0 }: RunOptions,
  output: Output,
  loaded: Loaded,
  io: Io,
): ReadonlyMap<string, Tensor> | null => {
  if (weights === undefined) return initialised(analysis, seed);
  const tensors = fromFile(analysis, weightsIn(weights, io));
  if (tensors instanceof Map) return tensors;
  output.diagnostics(
    (tensors as readonly Problem[]).map((problem) => problem.at(undefined)),
    { ...loaded, name: weights },
  );
  output.hint('nothing was run');
  return null;
};

/** By node id. The first input takes --data; others, and all without it, take seeded noise. */
const inputsFor = async (analysis: Analysis, options: RunOptions, io: Io): Promise<ReadonlyMap<number, Tensor>> => {
  const { data, seed = 0 } = options;
  const [first] = analysis.graph.nodes;
  if (data === undefined || !first?.facts) return noise(analysis, analysis.graph.batch, seed);
  const given = await inputFrom(data, first.facts.output, options, io);
  return new Map([...noise(analysis, imagesIn(given, first.facts.output), seed), [first.id, given]]);
};

const batchOf = ({ graph }: Analysis, inputs: ReadonlyMap<number, Tensor>): number => {
  const [first] = graph.nodes;
  const tensor = first && inputs.get(first.id);
  return tensor?.shape[0] ?? 1;
};

const executed = async (
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
    return await execute(analysis, tensors, inputs, reference(io.now), {
      batch,
      threads: options.threads ?? io.processors,
      precision: options.exact ? 'exact' : options.careful ? 'careful' : 'auto',
      core: 'auto',
      training: options.training === true,
      observed: options.stats === true || options.training === true,
      oneByOne: options.oneByOne === true,
      repeat: options.repeat ?? 1,
      progress,
      now: io.now,
    });
  } finally {
    bar.clear();
    release();
  }
};

const write = (
  { outputs, statistics }: Execution,
  tensors: ReadonlyMap<string, Tensor>,
  options: RunOptions,
  io: Io,
): void => {
  const [first] = outputs.values();
  if (options.save !== undefined && first) saveNpy(options.save, first, io);
  if (options.saveWeights !== undefined) save(options.saveWeights, writeSafetensors(tensors), io);
  if (options.saveStats !== undefined) {
    if (!statistics)
      throw new UsageError('--save-stats without --training: running statistics change in training only');
    save(options.saveStats, writeSafetensors(statistics), io);
  }
};

const render = async (
  analysis: Analysis,
  execution: Execution,
  batch: number,
  loaded: Loaded,
  options: RunOptions,
  output: Output,
  io: Io,
): Promise<string> => {
  const format = formatOf(options);
  const layout = options.layout ?? 'hwc';
  const labels = options.labels === undefined ? undefined : labelsIn(options.labels, io);
  if (format === 'json' || options.get !== undefined) {
    const { runJson } = await import('../report/formats/run-json.js');
    return jsonText(runJson(analysis, execution, { version, source: loaded.name, layout, batch }), options);
  }
  const { runPage } = await import('../report/pages/run.js');
  const page = runPage(analysis, execution, {
    layout,
    batch,
    weights: options.weights ?? `seed ${options.seed ?? 0}`,
    data: options.data ?? 'noise',
    stats: options.stats === true,
    ...(options.top !== undefined && { top: options.top }),
    ...(labels && { labels }),
  });
  return renderPage(page, format, output, 'run');
};

/** The first layer whose numbers are none, where layers were looked at; else the outputs. */
const notFinite = ({ graph }: Analysis, { layers, outputs }: Execution): readonly Diagnostic[] => {
  const first = layers.find(({ statistics }) => (statistics?.notFinite ?? 0) > 0)?.node;
  const output = [...outputs].find(([, { data }]) => data.some((value) => !Number.isFinite(value)));
  const node = first ?? (output && graph.nodes[output[0]]);
  if (!node || isInput(node)) return [];
  const problem = new Problem(
    'run/not-finite',
    `${first ? 'the first values that are no finite numbers come from' : 'there are values that are no finite numbers in the output'} ${node.name}`,
    first ? 'look at the weights and the input of that layer' : '--stats finds the layer where they begin',
  );
  return [problem.at(node.at, 'error')];
};
