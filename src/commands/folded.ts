// A network without the batch normalisations that fold: planned, written as a spec, read again. What is printed is fold.ts.

import type { Analysis } from '../analysis/analysis.js';
import { analyze } from '../analysis/analyze.js';
import type { Tensor } from '../core/kernels.js';
import { parse } from '../lang/parse.js';
import { write } from '../lang/write.js';
import { layers } from '../layers/index.js';
import { fold, foldedGraph, foldedTensors } from '../run/fold.js';
import { type FoldPlan, planFolds } from '../run/fold-plan.js';
import { runnable } from '../run/network.js';
import { UsageError } from './output.js';

export interface Folded {
  readonly plan: FoldPlan;
  /** The spec as text, and what it and its tensors are. */
  readonly text: string;
  readonly analysis: Analysis;
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** By the id of each output: its id in the folded network. */
  readonly outputs: ReadonlyMap<number, number>;
}

/** Of a network that was analysed without errors. */
export const foldedNetwork = (analysis: Analysis, tensors: ReadonlyMap<string, Tensor>): Folded => {
  const { graph } = analysis;
  const network = runnable(analysis, tensors);
  const plan = planFolds(network, graph);
  const without = foldedGraph(graph, plan);
  const text = write(without) ?? '';
  const read = analyze(parse(text, { registry: layers }));
  const [problem] = read.diagnostics.filter(({ severity }) => severity === 'error');
  if (problem)
    throw new UsageError(`without its normalisations the network cannot be written: ${problem.message}`, problem.help);
  return {
    plan,
    text,
    analysis: read,
    tensors: foldedTensors(fold(network, plan), read),
    outputs: new Map(graph.outputs.map((id, i) => [id, without.outputs[i] ?? -1])),
  };
};
