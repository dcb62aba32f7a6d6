// cnncalc lint SPEC: what is rarely meant, and what is wrong. The findings are the result and go to stdout.

import type { Analysis } from '../analysis/analysis.js';
import { analyze } from '../analysis/analyze.js';
import { lint, ruleIds } from '../analysis/lint/lint.js';
import type { Diagnostic } from '../core/diagnostic.js';
import type { Io } from '../io.js';
import { version } from '../version.js';
import { type LoadOptions, loadOrExplain } from './load.js';
import { type OutputOptions, outputOf } from './output.js';

export interface LintOptions extends LoadOptions, OutputOptions {
  readonly json?: boolean;
  readonly strict?: boolean;
}

/** 2 where no network could be read, 1 for an error in it or for a warning under --strict. */
export const run = async (spec: string, options: LintOptions, io: Io): Promise<number> => {
  const output = outputOf(options, io);
  const loaded = loadOrExplain(spec, options, io);
  if (loaded.remark) output.hint(loaded.remark);
  const analysis = analyze(loaded.parsed);
  const all = [...analysis.diagnostics, ...lint(analysis)];
  const findings = all.filter(({ severity }) => severity !== 'note');
  const unreadable = analysis.rows.length === 0 && hasErrors(findings);
  if (options.json || options.output?.endsWith('.json')) {
    const { lintJson } = await import('../report/json/lint.js');
    output.write(`${JSON.stringify(lintJson(analysis, findings, { version, source: loaded.name }), null, 2)}\n`);
  } else if (!unreadable) output.write(`${output.described(findings, loaded)}${conclusion(analysis, findings)}\n`);
  output.diagnostics(unreadable ? findings : all.filter(({ severity }) => severity === 'note'), loaded);
  if (unreadable) return 2;
  return hasErrors(findings) || (options.strict === true && findings.length > 0) ? 1 : 0;
};

const hasErrors = (findings: readonly Diagnostic[]): boolean => findings.some(({ severity }) => severity === 'error');

const conclusion = ({ rows }: Analysis, findings: readonly Diagnostic[]): string => {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  const checked = `${ruleIds.length} rules over ${counted(rows.length, 'layer')}`;
  if (findings.length === 0) return `nothing to warn of: ${checked}`;
  return `${errors > 0 ? `${counted(errors, 'error')}, ` : ''}${counted(warnings, 'warning')}: ${checked}`;
};

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
