// cnncalc fold SPEC: batch normalisations taken over by the layers beside them, proved by running both, written as a spec.

import type { Analysis } from '../analysis/analysis.js';
import { type Diagnostic, exitCode } from '../core/diagnostic.js';
import type { Tensor } from '../core/kernels.js';
import { writeSafetensors } from '../files/safetensors.js';
import type { Io } from '../io.js';
import type { Folding } from '../report/pages/fold.js';
import { titleOf } from '../report/title.js';
import { noise } from '../run/execute.js';
import { type Difference, difference } from '../run/linear.js';
import { asTrained } from '../run/weights.js';
import { version } from '../version.js';
import type { OptionsOf } from './command.js';
import type { COMMANDS } from './commands.js';
import { save } from './data.js';
import { endedBy, executed, holdValues, isProblems, tensorsFor } from './executed.js';
import { type Folded, foldedNetwork } from './folded.js';
import { analyzed, type Loaded } from './load.js';
import type { Printer } from './print.js';
import type { Work } from './work.js';

type FoldOptions = OptionsOf<typeof COMMANDS.fold.options>;

export const run: Work<typeof COMMANDS.fold> = async ({ spec }, options, output, io) => {
  const { loaded, analysis } = await analyzed(spec, options, output, io);
  if (exitCode(analysis.diagnostics, false) === 2 || analysis.rows.length === 0) {
    return notFolded(analysis, analysis.diagnostics, loaded, loaded.name, output);
  }
  try {
    const read = await tensorsFor(analysis, loaded, options, io, output.hint);
    if (isProblems(read)) {
      const found = read.map((problem) => problem.at(undefined));
      return notFolded(analysis, found, loaded, options.weights ?? loaded.name, output);
    }
    const isTrained = options.weights !== undefined || (options.seed === undefined && holdValues(loaded.grown));
    const tensors = isTrained ? read : asTrained(analysis, read, options.seed ?? 0);
    const folded = foldedNetwork(analysis, tensors);
    const runs = options.run !== false && folded.plan.folds.length > 0;
    const execution = runs ? await compared(analysis, tensors, folded, options, io, output.hint) : null;
    if (options.spec !== undefined) save(options.spec, new TextEncoder().encode(folded.text), io);
    const weights = () => writeSafetensors(folded.tensors);
    if (options.saveWeights !== undefined) save(options.saveWeights, weights(), io);
    const result = foldingOf(analysis, folded, execution);
    await output.print({
      page: async () => (await import('../report/pages/fold.js')).foldPage(result),
      json: async () =>
        (await import('../report/json/fold.js')).foldJson(result, analysis.diagnostics, {
          version,
          source: loaded.name,
          graph: analysis.graph,
        }),
      weights,
    });
    return execution && !execution.equal ? 1 : 0;
  } catch (error) {
    return endedBy(error);
  }
};

/** What is wrong is told of the spec, or of the file of weights, and stands in JSON that folds nothing. */
const notFolded = async (
  { graph, rows, totals }: Analysis,
  found: readonly Diagnostic[],
  loaded: Loaded,
  name: string,
  output: Printer,
): Promise<number> => {
  await output.printFailure(async () => {
    const { foldJson } = await import('../report/json/fold.js');
    const unfolded: Folding = {
      name: titleOf(graph),
      folds: [],
      kept: [],
      layers: { before: rows.length, after: rows.length },
      totals: { before: totals, after: totals },
      execution: null,
    };
    return foldJson(unfolded, found, { version, source: loaded.name, graph });
  });
  output.diagnostics(found, { ...loaded, name });
  output.hint('nothing was folded');
  return 2;
};

/** Both networks on the same noise: the output that lies furthest apart. */
const compared = async (
  analysis: Analysis,
  tensors: ReadonlyMap<string, Tensor>,
  folded: Folded,
  options: FoldOptions,
  io: Io,
  hint: (sentence: string) => void,
): Promise<Difference> => {
  const inputs = noise(analysis, 1, options.seed ?? 0);
  // Looked at layer by layer nothing is fused: a backend may fold by itself, and would prove nothing. Fast algorithms would
  // add differences of their own.
  const exactly = { ...options, exact: true };
  const before = await executed(analysis, tensors, inputs, 1, { ...exactly, stats: true }, io, hint);
  const after = await executed(folded.analysis, folded.tensors, inputs, 1, exactly, io);
  const differences = [...before.outputs].map(([id, output]) => {
    const other = after.outputs.get(folded.outputs.get(id) ?? -1);
    if (!other) throw new Error('an output is missing in the folded network');
    return difference(output, other);
  });
  return differences.reduce((worst, one) => (one.maxAbsDiff > worst.maxAbsDiff ? one : worst));
};

const foldingOf = ({ graph, rows, totals }: Analysis, folded: Folded, execution: Difference | null): Folding => {
  const name = (id: number): string => graph.nodes[id]?.name ?? '';
  return {
    name: titleOf(graph),
    folds: folded.plan.folds.map(({ norm, host, side }) => ({ norm: name(norm), host: name(host), side })),
    kept: folded.plan.kept.map(({ norm, before, after }) => ({ norm: name(norm), before, after })),
    layers: { before: rows.length, after: folded.analysis.rows.length },
    totals: { before: totals, after: folded.analysis.totals },
    execution,
  };
};
