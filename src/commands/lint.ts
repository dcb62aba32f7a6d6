// cnncalc lint SPEC: what is rarely meant, and what is wrong. The findings are the result and go to stdout.

import type { Analysis } from '../analysis/analysis.js';
import { lint, ruleIds } from '../analysis/lint/lint.js';
import type { Diagnostic } from '../core/diagnostic.js';
import type { Io } from '../io.js';
import { titleOf } from '../report/title.js';
import { version } from '../version.js';
import type { OptionsOf } from './command.js';
import type { COMMANDS } from './commands.js';
import { analyzed } from './load.js';
import type { Printer } from './print.js';
import { glob } from './table.js';
import type { Work } from './work.js';

/** 2 where no network could be read, 1 for an error in it or for a warning under --strict. */
export const run: Work<typeof COMMANDS.lint> = async ({ spec }, options, output, io) => {
  const once = () => linted(spec, options, output, io);
  return options.watch ? (await import('./watch.js')).watch([spec], io, once) : once();
};

const linted = async (
  spec: string,
  options: OptionsOf<typeof COMMANDS.lint.options>,
  output: Printer,
  io: Io,
): Promise<number> => {
  const { loaded, analysis } = await analyzed(spec, options, output, io);
  const only = await glob(options, analysis, output);
  const all = [...analysis.diagnostics, ...lint(analysis)].filter(isAbout(analysis, only));
  const findings = all.filter(({ severity }) => severity !== 'note');
  const unreadable = analysis.rows.length === 0 && hasErrors(findings);
  await output.print({
    page: () =>
      unreadable ? [] : [{ type: 'findings', findings, source: loaded, conclusion: conclusion(analysis, findings) }],
    json: async () =>
      (await import('../report/json/lint.js')).lintJson(findings, {
        version,
        source: loaded.name,
        graph: analysis.graph,
      }),
  });
  output.diagnostics(unreadable ? findings : all.filter(({ severity }) => severity === 'note'), loaded);
  if (unreadable) return 2;
  return hasErrors(findings) || (options.strict === true && findings.length > 0) ? 1 : 0;
};

/** Whether something is said of the layers that --only names: it stands in the line of one of them. */
const isAbout = ({ rows }: Analysis, only: ((name: string) => boolean) | undefined) => {
  if (!only || rows.length === 0) return () => true;
  const lines = new Set(rows.filter(({ node }) => only(node.name)).map(({ node }) => node.at?.line));
  return ({ at }: Diagnostic): boolean => at !== undefined && lines.has(at.line);
};

const hasErrors = (findings: readonly Diagnostic[]): boolean => findings.some(({ severity }) => severity === 'error');

const conclusion = ({ graph, rows }: Analysis, findings: readonly Diagnostic[]): string => {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  const checked = `${ruleIds.length} rules over ${counted(rows.length, 'layer')}${graph.name ? ` of ${titleOf(graph)}` : ''}`;
  if (findings.length === 0) return `nothing to warn of: ${checked}`;
  return `${errors > 0 ? `${counted(errors, 'error')}, ` : ''}${counted(warnings, 'warning')}: ${checked}`;
};

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
