// The findings of the lint rules as JSON, `cnncalc/lint/1`; errors of the spec itself are findings too.

import type { Analysis } from '../../analysis/analysis.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { diagnosticJson } from './report.js';

export const lintJson = (
  { graph }: Analysis,
  findings: readonly Diagnostic[],
  { version, source }: { readonly version: string; readonly source: string },
) => ({
  schema: 'cnncalc/lint/1',
  version,
  model: { name: graph.name, source, variant: graph.variant },
  findings: findings.map(diagnosticJson),
});
