// Folding as JSON: `cnncalc/fold/1`.

import type { Totals } from '../../analysis/analysis.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import type { Folding } from '../pages/fold.js';
import { diagnosticJson, diagnostics, differenceFields, totalsFields } from './parts.js';
import * as s from './schema.js';

const reason = (description: string) =>
  s.object(description, {
    layer: s.text('which one: relu1, the input'),
    why: s.text('what it is or does, for people: is not linear'),
  });

const priceSchema = (description: string) => {
  const { params, buffers, macs, flops, activations } = totalsFields();
  return s.object(description, { layers: s.whole('rows'), params, buffers, macs, flops, activations });
};

export const foldSchema = () =>
  s.ofNetwork('fold', 'batch normalisations taken over by the layers beside them', {
    folds: s.list(
      'those that are taken over',
      s.object('a normalisation', {
        norm: s.text('its name'),
        host: s.text('the layer that takes it over'),
        side: s.word('where that stands: before the normalisation or after it', ['before', 'after']),
      }),
    ),
    kept: s.list(
      'those that stay, and why',
      s.object('a normalisation', {
        norm: s.text('its name'),
        before: reason('why no layer before it takes it over'),
        after: reason('why no layer after it takes it over'),
      }),
    ),
    before: priceSchema('the network as it is written'),
    after: priceSchema('the network without those that are taken over'),
    execution: s.orNull(
      s.object(
        'the outputs of both on the same noise, the pair furthest apart; null where nothing was run',
        differenceFields,
      ),
    ),
    diagnostics: diagnostics(),
  });

export const foldJson = (
  { folds, kept, layers, totals, execution }: Folding,
  found: readonly Diagnostic[],
  origin: s.Origin,
): s.Described<ReturnType<typeof foldSchema>> => {
  const figures = (rows: number, { params, buffers, macs, flops, activations }: Totals) => ({
    layers: rows,
    params,
    buffers,
    macs,
    flops,
    activations,
  });
  return {
    ...s.envelope('fold', origin),
    folds,
    kept,
    before: figures(layers.before, totals.before),
    after: figures(layers.after, totals.after),
    execution,
    diagnostics: found.map(diagnosticJson),
  };
};
