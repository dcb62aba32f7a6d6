// Explained layers as JSON: `cnncalc/explain/1`.

import type { Diagnostic } from '../../core/diagnostic.js';
import type { Explained } from '../../explain/explain.js';
import { diagnosticJson, diagnostics } from './parts.js';
import {
  type Described,
  either,
  envelope,
  list,
  number,
  type Origin,
  object,
  ofNetwork,
  optional,
  text,
} from './schema.js';

export const explainSchema = () =>
  ofNetwork('explain', 'every number of the layers worked out', {
    layers: list(
      'the layers in the order they run',
      object('a layer', {
        name: text('as in the report'),
        kind: text('the kind of layer: conv'),
        error: optional(text('why nothing is known of it')),
        steps: list(
          'its numbers, one after the other',
          object('a number', {
            quantity: text('what it is: out, params, macs, rf; the names that answers use too'),
            formula: text('in letters; empty where there is nothing to compute'),
            substituted: text("the same with the layer's numbers"),
            value: either(
              'the number; a shape has one per axis',
              either('', number('a count'), text('global: the whole input')),
              list('a shape', number('a size')),
            ),
            convention: text('which convention it follows, and what it counts'),
          }),
        ),
      }),
    ),
    diagnostics,
  });

export const explainJson = (
  layers: readonly Explained[],
  found: readonly Diagnostic[],
  origin: Origin,
): Described<ReturnType<typeof explainSchema>> => ({
  ...envelope('explain', origin),
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
