// A run as JSON: `cnncalc/run/1`.

import type { Analysis } from '../../analysis/analysis.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { arrange, type Layout, type Shape } from '../../core/shape.js';
import { algorithmNames, type Execution, gflops } from '../../run/execute.js';
import { ranked } from '../../run/statistics.js';
import { diagnosticJson } from './report.js';

/** Outputs of more values are not printed; `--save` writes them. */
const MOST_VALUES = 100_000;

export interface RunSetting {
  readonly version: string;
  readonly source: string;
  readonly layout: Layout;
  readonly batch: number;
  /** Where they come from. */
  readonly weights: string;
  readonly data: string;
  readonly top?: number;
  readonly labels?: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

export const runJson = (analysis: Analysis, execution: Execution, setting: RunSetting) => {
  const { graph, rows, totals } = analysis;
  const { version, source, layout, batch, weights, data, top, labels, diagnostics } = setting;
  const macs = new Map(rows.map(({ node, figures }) => [node.id, figures?.macs ?? 0]));
  const shape = (sizes: Shape) => arrange(sizes, layout);
  return {
    schema: 'cnncalc/run/1',
    version,
    model: { name: graph.name, source, variant: graph.variant },
    settings: { batch, layout, weights, data },
    layers: execution.layers.map((layer) => ({
      name: layer.node.name,
      kind: layer.node.kind.name,
      outputShape: shape(layer.shape),
      shapeMatches: layer.matches,
      ms: layer.ms,
      gflops: gflops(macs.get(layer.node.id) ?? 0, batch, layer.ms),
      algorithm: algorithmNames(layer.algorithms).join(', '),
      // Absent where the layer has an algorithm of its own.
      ...(layer.algorithms.every(({ fusedInto }) => fusedInto !== undefined) && {
        fusedInto: layer.algorithms[0]?.fusedInto,
      }),
      ...(layer.statistics && { statistics: layer.statistics }),
    })),
    outputs: [...execution.outputs].map(([id, tensor]) => ({
      name: graph.nodes[id]?.name ?? '',
      shape: shape(tensor.shape.slice(1)),
      // In PyTorch's order whatever the layout: images, channels, height, width.
      ...(tensor.data.length <= MOST_VALUES && { dataShape: tensor.shape, data: [...tensor.data] }),
      ...(top !== undefined && {
        top: ranked(tensor, top).map((best) =>
          best.map((one) => ({ ...one, ...(labels && { label: labels[one.index] ?? null }) })),
        ),
      }),
    })),
    ...(execution.statistics && {
      statistics: Object.fromEntries([...execution.statistics].map(([name, tensor]) => [name, [...tensor.data]])),
    }),
    totals: {
      ms: execution.ms,
      gflops: gflops(totals.macs ?? 0, batch, execution.ms),
      peakBytes: execution.peakBytes,
      ...(execution.memory && { memory: execution.memory }),
      predicted: execution.predicted,
    },
    core: execution.core,
    diagnostics: diagnostics.map(diagnosticJson),
  };
};

/** Nothing was run, and why. */
export const failureJson = (
  { graph }: Analysis,
  diagnostics: readonly Diagnostic[],
  { version, source }: Pick<RunSetting, 'version' | 'source'>,
) => ({
  schema: 'cnncalc/run/1',
  version,
  model: { name: graph.name, source, variant: graph.variant },
  layers: [],
  outputs: [],
  totals: { ms: null, gflops: null, peakBytes: null },
  core: null,
  diagnostics: diagnostics.map(diagnosticJson),
});
