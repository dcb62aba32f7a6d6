// What a list of networks says of each in one line. The list of the bundled ones is kept in specs/index.json.

import { isInput, shapeOf } from '../core/graph.js';
import type { Shape } from '../core/shape.js';
import type { Analysis, Totals } from './analysis.js';
import { sizeOf } from './track-measures.js';
import { lastField } from './view.js';

export interface ListedFigures extends Pick<Totals, 'params' | 'buffers' | 'macs' | 'weightLayers'> {
  /** The name that the spec gives itself; a family has one. */
  readonly network: string;
  /** Channels first, one per input; null where it could not be read. */
  readonly inputs: readonly (Shape | null)[];
  /** The receptive field of the last feature map in input cells, per axis; null where no layer has one. */
  readonly field: readonly number[] | null;
  /** Where the totals that the spec expects come from. */
  readonly source: string | null;
}

export const listedFigures = (analysis: Analysis): ListedFigures => {
  const { graph, totals } = analysis;
  const { params, buffers, macs, weightLayers } = totals;
  return {
    network: graph.name,
    inputs: graph.nodes.filter(isInput).map(shapeOf),
    params,
    buffers,
    macs,
    weightLayers,
    field: lastField(analysis)?.map((track) => sizeOf(track).size) ?? null,
    source: graph.source,
  };
};
