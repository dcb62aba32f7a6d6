// cnncalc run SPEC: the network executed on a backend, with weights and data from files or from a seed.

import type { Analysis } from '../analysis/analysis.js';
import { analyze } from '../analysis/analyze.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { exitCode } from '../core/diagnostic.js';
import type { Tensor } from '../core/kernels.js';
import { writeSafetensors } from '../files/safetensors.js';
import type { Io } from '../io.js';
import type { Execution } from '../run/execute.js';
import { version } from '../version.js';
import type { OptionsOf } from './command.js';
import type { COMMANDS } from './commands.js';
import { besides, inputsFor, labelsIn, save, saveNpy } from './data.js';
import { endedBy, executed, isProblems, oddities, tensorsFor, weightsSource } from './executed.js';
import type { Folded } from './folded.js';
import { type Loaded, loadOrExplain } from './load.js';
import { type Output, UsageError } from './output.js';
import type { Printer, Result } from './print.js';
import { glob } from './table.js';
import type { Work } from './work.js';

type RunOptions = OptionsOf<typeof COMMANDS.run.options>;

export const run: Work<typeof COMMANDS.run> = async ({ spec }, options, output, io) => {
  if (spec === '-' && options.data?.includes('-'))
    throw new UsageError('standard input is either the spec or the data');
  if (options.saveStats !== undefined && !options.training)
    throw new UsageError('--save-stats without --training: running statistics change in training only');
  if (options.fold && options.training)
    throw new UsageError(
      'batch normalisations fold at test time only, when their statistics are fixed',
      'leave out --fold or --training',
    );
  const loaded = await loadOrExplain(spec, options, io);
  if (loaded.remark) output.hint(loaded.remark);
  const labels = options.labels === undefined ? undefined : labelsIn(options.labels, io);
  const written = analyze(loaded.parsed);
  const code = exitCode(written.diagnostics, options.strict === true);
  if (code === 2 || written.rows.length === 0) return notRun(written, written.diagnostics, loaded, loaded.name, output);
  const given = await tensorsFor(written, loaded, options, io, output.hint);
  if (isProblems(given)) {
    const diagnostics = given.map((problem) => problem.at(undefined));
    return notRun(written, diagnostics, loaded, options.weights ?? loaded.name, output);
  }
  try {
    const folded = options.fold ? await withoutNorms(written, given, output) : undefined;
    const { analysis, tensors } = folded ?? { analysis: written, tensors: given };
    const { inputs, batch } = await inputsFor(analysis, options, io, loaded.grown?.orders);
    const execution = await executed(analysis, tensors, inputs, batch, options, io, output.hint);
    const odd = await oddities(analysis, tensors, inputs, batch, execution, options, io);
    // Folded or not, an output is saved under the same name.
    const names = new Map(
      written.graph.outputs.map((id) => [folded?.outputs.get(id) ?? id, written.graph.nodes[id]?.name ?? '']),
    );
    write(names, execution, tensors, options, output, io);
    if (options.save !== '-' && options.saveWeights !== '-' && options.saveStats !== '-')
      await output.print(
        formsOf(analysis, execution, batch, odd, loaded, options, await glob(options, analysis, output), labels),
      );
    output.diagnostics([...analysis.diagnostics, ...odd], loaded, 'brief');
    return Math.max(code, odd.length > 0 ? 1 : 0);
  } catch (error) {
    return endedBy(error);
  }
};

/** What is wrong is told, and with --json stands in a report without layers. */
const notRun = async (
  analysis: Analysis,
  diagnostics: readonly Diagnostic[],
  loaded: Loaded,
  name: string,
  output: Printer,
): Promise<number> => {
  await output.print({
    page: () => [],
    json: async () =>
      (await import('../report/json/run.js')).failureJson(analysis, diagnostics, { version, source: loaded.name }),
  });
  output.diagnostics(diagnostics, { ...loaded, name });
  output.hint('nothing was run');
  return 2;
};

/** The network with its batch normalisations folded where they can be. */
const withoutNorms = async (
  analysis: Analysis,
  tensors: ReadonlyMap<string, Tensor>,
  output: Output,
): Promise<Folded> => {
  const { foldedNetwork } = await import('./folded.js');
  const folded = foldedNetwork(analysis, tensors);
  const { folds, kept } = folded.plan;
  output.hint(`${folds.length} of ${folds.length + kept.length} batch normalisations are folded`);
  return folded;
};

/** `names` are those of the outputs. */
const write = (
  names: ReadonlyMap<number, string>,
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
    const own = [...outputs.keys()].map((id) => names.get(id) ?? '');
    const files = several ? besides(options.save, own) : [options.save];
    for (const [i, tensor] of [...outputs.values()].entries()) {
      saveNpy(files[i] ?? '', tensor, io);
      if (several) output.hint(`wrote ${files[i]}`);
    }
  }
  if (options.saveWeights !== undefined) save(options.saveWeights, writeSafetensors(tensors), io);
  if (options.saveStats !== undefined && statistics) save(options.saveStats, writeSafetensors(statistics), io);
};

const formsOf = (
  analysis: Analysis,
  execution: Execution,
  batch: number,
  odd: readonly Diagnostic[],
  loaded: Loaded,
  options: RunOptions,
  only: ((name: string) => boolean) | undefined,
  labels: readonly string[] | undefined,
): Result => {
  const top = options.top ?? (labels && TOP);
  const setting = {
    layout: analysis.graph.layout,
    batch,
    weights: weightsSource(loaded, options),
    data: options.data?.join(', ') ?? 'noise',
    ...(top !== undefined && { top }),
    ...(labels && { labels }),
  };
  return {
    page: async () =>
      (await import('../report/pages/run.js')).runPage(analysis, execution, {
        ...setting,
        stats: options.stats === true,
        profile: options.profile === true,
        runs: options.repeat ?? 1,
        ...(only && { only }),
        ...(options.depth !== undefined && { depth: options.depth }),
      }),
    json: async () => {
      const diagnostics = [...analysis.diagnostics, ...odd];
      return (await import('../report/json/run.js')).runJson(analysis, execution, {
        ...setting,
        version,
        source: loaded.name,
        diagnostics,
      });
    },
  };
};

/** How many of the largest outputs are told where labels are given. */
const TOP = 5;
