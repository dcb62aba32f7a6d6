// cnncalc SPEC: the report of a network, in every format.

import type { Analysis } from '../analysis/analysis.js';
import { analyze } from '../analysis/analyze.js';
import { lint } from '../analysis/lint/lint.js';
import { type Line, outline } from '../analysis/outline.js';
import { exitCode } from '../core/diagnostic.js';
import type { Layout } from '../core/shape.js';
import { suggestion } from '../core/suggest.js';
import type { Io } from '../io.js';
import { COLUMNS, type Column, DEFAULT_COLUMNS, PLAIN_COLUMNS } from '../report/columns.js';
import { version } from '../version.js';
import { type Budget, overBudget } from './budget.js';
import { type Loaded, type LoadOptions, loadOrExplain } from './load.js';
import type { Format } from './options.js';
import { type Output, type OutputOptions, outputOf, UsageError } from './output.js';

export interface SummaryOptions extends LoadOptions, OutputOptions, Budget {
  readonly json?: boolean;
  readonly jsonl?: boolean;
  readonly format?: Format;
  readonly columns?: readonly string[];
  readonly depth?: number;
  readonly only?: string;
  readonly sort?: string;
  readonly get?: string;
  readonly layout?: Layout;
  readonly watch?: boolean;
  readonly strict?: boolean;
}

/** Runs the command and returns the exit code; with --watch, runs until it is interrupted. */
export const run = async (spec: string, options: SummaryOptions, io: Io): Promise<number> => {
  if (!options.watch) return once(spec, options, io);
  return (await import('./watch.js')).watch(spec, io, () => once(spec, options, io));
};

const once = async (spec: string, options: SummaryOptions, io: Io): Promise<number> => {
  const format = formatOf(options);
  const output = outputOf(options, io);
  const loaded = loadOrExplain(spec, options, io);
  if (loaded.remark) output.hint(loaded.remark);
  const analyzed = analyze(loaded.parsed);
  const found = [...analyzed.diagnostics, ...overBudget(options, analyzed.totals)];
  // Errors come first; advice on what cannot be analysed would only stand in their way.
  const warnings = exitCode(found, false) === 2 ? [] : lint(analyzed);
  const analysis = { ...analyzed, diagnostics: [...found, ...warnings] };
  output.write(await render(analysis, loaded, format, options, output));
  output.diagnostics(found, loaded, 'brief');
  output.briefly(warnings, loaded, `cnncalc lint ${/^[\w./@-]+$/.test(spec) && spec !== '-' ? spec : 'SPEC'}`);
  return exitCode(analysis.diagnostics, options.strict === true);
};

const ENDINGS: Readonly<Record<string, Format>> = {
  json: 'json',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  csv: 'csv',
  tsv: 'tsv',
  md: 'markdown',
  markdown: 'markdown',
  tex: 'latex',
};

/** As told, else by the ending of the output file, else a table. */
export const formatOf = ({
  json,
  jsonl,
  format,
  output,
}: Pick<SummaryOptions, 'json' | 'jsonl' | 'format' | 'output'>): Format => {
  const told = [...(json ? ['json' as const] : []), ...(jsonl ? ['jsonl' as const] : []), ...(format ? [format] : [])];
  const [first, second] = new Set(told);
  if (second)
    throw new UsageError(
      `the report is either ${first} or ${second}, not both`,
      'keep one of --json, --jsonl and --format',
    );
  return first ?? ENDINGS[/\.(\w+)$/.exec(output ?? '')?.[1]?.toLowerCase() ?? ''] ?? 'table';
};

const render = async (
  analysis: Analysis,
  loaded: Loaded,
  format: Format,
  options: SummaryOptions,
  output: Output,
): Promise<string> => {
  const layout = options.layout ?? 'hwc';
  const only = await glob(options, analysis, output);
  if (options.get !== undefined || format === 'json' || format === 'jsonl') {
    const { jsonLines, reportJson } = await import('../report/json/report.js');
    const report = reportJson(analysis, { version, source: loaded.name, layout, only });
    if (options.get !== undefined) return `${(await import('./get.js')).get(report, options.get)}\n`;
    const idle = (['depth', 'columns', 'sort'] as const).filter((name) => options[name] !== undefined);
    if (idle.length > 0) output.hint(`--${idle.join(', --')} without effect: ${format} lists every row in its order`);
    return format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : jsonLines(report);
  }
  const separated = format === 'csv' || format === 'tsv';
  const columns = options.columns ? chosen(options.columns) : (separated ? PLAIN_COLUMNS : DEFAULT_COLUMNS).map(column);
  const setting = { layout, totals: analysis.totals };
  const sort = options.sort === undefined ? undefined : column(options.sort);
  // Nothing could be read: a table without rows would only hide the errors.
  if (!separated && analysis.rows.length === 0 && analysis.diagnostics.some((d) => d.severity === 'error')) return '';
  const lines = outline(analysis, {
    ...(options.depth !== undefined && { depth: options.depth }),
    ...(only && { only }),
    ...(sort && { sort: sort.rank ?? ((line: Line) => sort.value(line, setting)) }),
  });
  if (separated) {
    const { csv, recordsOf, tsv } = await import('../report/formats/separated.js');
    return (format === 'csv' ? csv : tsv)(recordsOf(lines, columns, setting));
  }
  const { summaryPage } = await import('../report/pages/summary.js');
  const page = summaryPage(analysis, lines, columns, layout);
  if (format === 'markdown') return (await import('../report/formats/markdown.js')).markdown(page);
  if (format === 'latex') return (await import('../report/formats/latex.js')).latex(page);
  const { terminal } = await import('../report/formats/terminal.js');
  return terminal(page, output.terminal());
};

export const column = (key: string): Column => {
  const found = COLUMNS.find((c) => c.key === key);
  if (found) return found;
  throw new UsageError(
    `there is no column "${key}"`,
    suggestion(
      key,
      COLUMNS.map((c) => c.key),
      'columns',
    ),
  );
};

/** Columns asked for by name stay, however narrow the terminal; only their remarks may go. */
export const chosen = (keys: readonly string[]): readonly Column[] =>
  (keys.length === 1 && keys[0] === 'all' ? COLUMNS : keys.map(column)).map((c) => ({ ...c, drop: 0 }));

/** `layer2.*` matches across dots; a name without wildcards matches itself and what stands below it. */
export const glob = async (
  { only }: SummaryOptions,
  { rows }: Analysis,
  output: Output,
): Promise<((name: string) => boolean) | undefined> => {
  if (only === undefined) return undefined;
  const { default: picomatch } = await import('picomatch');
  const fits = only === '' ? () => false : picomatch(only, { dot: true });
  // A name may hold what is a wildcard elsewhere.
  const matches = (name: string) => fits(name) || name === only || name.startsWith(`${only}.`);
  if (rows.length > 0 && !rows.some(({ node }) => matches(node.name)))
    output.hint(`--only ${only}: no layer has such a name`);
  return matches;
};
