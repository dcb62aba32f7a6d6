// A run as JSON: `cnncalc/run/1`.

import type { Analysis } from '../../analysis/analyze.js';
import { arrange, type Layout, type Shape } from '../../core/shape.js';
import type { Execution } from '../../run/execute.js';
import { gflops, shapeMatches } from '../pages/run.js';

/** Outputs of more values are not printed; `--save` writes them. */
const MOST_VALUES = 100_000;

export interface RunSetting {
  readonly version: string;
  readonly source: string;
  readonly layout: Layout;
  readonly batch: number;
}

export const runJson = (analysis: Analysis, execution: Execution, { version, source, layout, batch }: RunSetting) => {
  const { graph, rows, totals } = analysis;
  const macs = new Map(rows.map(({ node, figures }) => [node.id, figures?.macs ?? 0]));
  const shape = (sizes: Shape | undefined) => sizes && arrange(sizes, layout);
  return {
    schema: 'cnncalc/run/1',
    version,
    model: { name: graph.name, source, variant: graph.variant },
    settings: { batch, layout },
    layers: execution.layers.map((layer) => ({
      name: layer.node.name,
      outputShape: shape(layer.shape ?? layer.node.facts?.output),
      shapeMatches: shapeMatches(layer),
      ms: layer.ms,
      gflops: gflops(macs.get(layer.node.id) ?? 0, batch, layer.ms),
      algorithm: layer.algorithm,
      ...(layer.statistics && { statistics: layer.statistics }),
    })),
    outputs: [...execution.outputs].map(([id, tensor]) => ({
      name: graph.nodes[id]?.name ?? '',
      shape: shape(tensor.shape.slice(1)),
      // In PyTorch's order whatever the layout: images, channels, height, width.
      ...(tensor.data.length <= MOST_VALUES && { dataShape: tensor.shape, data: [...tensor.data] }),
    })),
    ...(execution.statistics && {
      statistics: Object.fromEntries([...execution.statistics].map(([name, { data }]) => [name, [...data]])),
    }),
    totals: {
      ms: execution.ms,
      gflops: gflops(totals.macs ?? 0, batch, execution.ms),
      peakBytes: execution.peakBytes,
    },
    core: execution.core,
  };
};
