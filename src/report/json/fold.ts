// Folding as JSON: `cnncalc/fold/1`.

import type { Totals } from '../../analysis/analysis.js';
import type { Folding } from '../pages/fold.js';

export const foldJson = ({ name, folds, kept, layers, totals, execution }: Folding, version: string) => {
  const figures = (rows: number, { params, buffers, macs, flops, activations }: Totals) => {
    return { layers: rows, params, buffers, macs, flops, activations };
  };
  return {
    schema: 'cnncalc/fold/1',
    version,
    model: { name },
    folds,
    kept,
    before: figures(layers.before, totals.before),
    after: figures(layers.after, totals.after),
    execution,
  };
};
