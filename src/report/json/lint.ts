// The findings of the lint rules as JSON, `cnncalc/lint/1`; errors of the spec itself are findings too.

import type { Diagnostic } from '../../core/diagnostic.js';

import { diagnostic, diagnosticJson } from './parts.js';
import * as s from './schema.js';

export const lintSchema = () =>
  s.ofNetwork('lint', 'what is wrong with a network, or rarely meant', {
    findings: s.list('in the order of the spec', diagnostic()),
  });

export const lintJson = (
  findings: readonly Diagnostic[],
  origin: s.Origin,
): s.Described<ReturnType<typeof lintSchema>> => ({
  ...s.envelope('lint', origin),
  findings: findings.map(diagnosticJson),
});
