// The findings of the lint rules as JSON, `cnncalc/lint/1`; errors of the spec itself are findings too.

import type { Diagnostic } from '../../core/diagnostic.js';

import { diagnostic, diagnosticJson } from './parts.js';
import { type Described, envelope, list, type Origin, ofNetwork } from './schema.js';

export const lintSchema = () =>
  ofNetwork('lint', 'what is wrong with a network, or rarely meant', {
    findings: list('in the order of the spec', diagnostic),
  });

export const lintJson = (
  findings: readonly Diagnostic[],
  origin: Origin,
): Described<ReturnType<typeof lintSchema>> => ({
  ...envelope('lint', origin),
  findings: findings.map(diagnosticJson),
});
