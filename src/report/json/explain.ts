// Explained layers as JSON: `cnncalc/explain/1`.

import type { Diagnostic } from '../../core/diagnostic.js';
import type { Explained } from '../../explain/explain.js';
import { diagnosticJson, diagnostics } from './parts.js';
import * as s from './schema.js';

export const explainSchema = () =>
  s.ofNetwork('explain', 'every number of the layers worked out', {
    layers: s.list(
      'the layers in the order they run',
      s.object('a layer', {
        name: s.text('as in the report'),
        kind: s.text('the kind of layer: conv'),
        error: s.optional(s.text('why nothing is known of it')),
        steps: s.list(
          'its numbers, one after the other',
          s.object('a number', {
            quantity: s.text('what it is: out, params, macs, rf; the names that answers use too'),
            formula: s.text('in letters; empty where there is nothing to compute'),
            substituted: s.text("the same with the layer's numbers"),
            value: s.either(
              'the number; a shape has one per axis',
              s.either('', s.number('a count'), s.text('global: the whole input')),
              s.list('a shape', s.number('a size')),
            ),
            convention: s.text('which convention it follows, and what it counts'),
          }),
        ),
      }),
    ),
    diagnostics: diagnostics(),
  });

export const explainJson = (
  layers: readonly Explained[],
  found: readonly Diagnostic[],
  origin: s.Origin,
): s.Described<ReturnType<typeof explainSchema>> => ({
  ...s.envelope('explain', origin),
  layers: layers.map(({ name, kind, steps, error }) => ({
    name,
    kind,
    ...(error !== undefined && { error }),
    steps: steps.map(({ quantity, formula, substituted, value, convention }) => ({
      quantity,
      formula,
      substituted,
      value,
      convention,
    })),
  })),
  diagnostics: found.map(diagnosticJson),
});
