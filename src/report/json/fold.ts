// Folding as JSON: `cnncalc/fold/1`.

import type { Totals } from '../../analysis/analysis.js';
import type { Folding } from '../pages/fold.js';
import { envelope, type Origin } from './schema.js';

export const foldJson = ({ folds, kept, layers, totals, execution }: Folding, origin: Origin) => {
  const figures = (rows: number, { params, buffers, macs, flops, activations }: Totals) => ({
    layers: rows,
    params,
    buffers,
    macs,
    flops,
    activations,
  });
  return {
    ...envelope('fold', origin),
    folds,
    kept,
    before: figures(layers.before, totals.before),
    after: figures(layers.after, totals.after),
    execution,
  };
};
