// cnncalc SPEC: the report of a network, in every format.

import type { Analysis } from '../analysis/analysis.js';
import { analyze } from '../analysis/analyze.js';
import type { Counted } from '../analysis/conventions/conventions.js';
import { lint } from '../analysis/lint/lint.js';
import { exitCode } from '../core/diagnostic.js';
import type { Graph } from '../core/graph.js';
import { nearest, suggestion } from '../core/suggest.js';
import type { Io } from '../io.js';
import {
  type Column,
  countedColumn,
  DEFAULT_COLUMNS,
  PLAIN_COLUMNS,
  recordsOf,
  type Setting,
} from '../report/columns.js';
import { version } from '../version.js';
import { overBudget } from './budget.js';
import type { OptionsOf } from './command.js';
import { COMMANDS } from './commands.js';
import { drawingsOf } from './drawing.js';
import { type Loaded, loadOrExplain } from './load.js';
import { ArgumentsError, UsageError } from './output.js';
import type { Printer, Result } from './print.js';
import { glob, settingAsked, type TableOf, tableAsked } from './table.js';
import type { Work } from './work.js';

type SummaryOptions = OptionsOf<typeof COMMANDS.summary.options>;

const verbs: readonly string[] = Object.values(COMMANDS).map(({ name }) => name);

/** With --watch it runs until it is interrupted. */
export const run: Work<typeof COMMANDS.summary> = async ({ spec, more }, options, output, io) => {
  if (spec === undefined || (spec === '-' && io.stdinIsTTY)) {
    const { helpWidth, shortHelp } = await import('./help.js');
    io.stderr.write(shortHelp(COMMANDS.summary, helpWidth(io.stderr.columns)));
    return 2;
  }
  if (more.length > 0) {
    const near = nearest(spec, verbs);
    throw near
      ? new ArgumentsError(`there is no command "${spec}"`, `did you mean ${near}?`)
      : new ArgumentsError(
          `one spec at a time, not ${more.length + 1}: ${[spec, ...more].join(', ')}`,
          'put course notation in quotes',
        );
  }
  const once = () => summarize(spec, verbs, options, output, io);
  return options.watch ? (await import('./watch.js')).watch([spec], io, once) : once();
};

const summarize = async (
  spec: string,
  verbs: readonly string[],
  options: SummaryOptions,
  output: Printer,
  io: Io,
): Promise<number> => {
  const table = tableAsked(options);
  const convention = options.convention === undefined ? undefined : await conventionAsked(options.convention);
  const { weights, ...found } = await loadOrExplain(spec, { ...options, verbs }, io);
  const problem = weights && (await (await import('./tensors.js')).listTensors(weights, options, output));
  if (weights && !problem) return 0;
  const loaded = problem ? { ...found, parsed: { ...found.parsed, diagnostics: [problem.at(undefined)] } } : found;
  const analyzed = analyze(loaded.parsed);
  const findings = [...analyzed.diagnostics, ...overBudget(options, analyzed)];
  // Errors come first; advice on what cannot be analysed would only stand in their way.
  const warnings = exitCode(findings, false) === 2 ? [] : lint(analyzed);
  const analysis = { ...analyzed, diagnostics: [...findings, ...warnings] };
  const only = await glob(options, analysis, output);
  await output.print(
    options.explain
      ? (await import('./explain.js')).formsOf(analysis, loaded.name, only)
      : formsOf(
          analysis,
          await settingAsked(analysis, options),
          table,
          loaded,
          options,
          only,
          output,
          io,
          convention?.(analysis.graph),
        ),
  );
  output.diagnostics(findings, loaded, 'brief');
  // What a bundled network is warned of is known, and told by those who ask.
  if (loaded.remark === null || loaded.grown || options.strict)
    output.briefly(warnings, loaded, `cnncalc lint ${/^[\w./@-]+$/.test(spec) && spec !== '-' ? spec : 'SPEC'}`);
  return exitCode(analysis.diagnostics, options.strict === true);
};

const formsOf = (
  analysis: Analysis,
  setting: Setting,
  table: TableOf,
  loaded: Loaded,
  options: SummaryOptions,
  only: ((name: string) => boolean) | undefined,
  output: Printer,
  io: Io,
  counted?: Counted,
): Result => {
  const { name: source, remark, grown } = loaded;
  const { layout } = analysis.graph;
  const isBundled = remark !== null && grown === undefined;
  // A page says in its title where the network comes from; what another program's file is stands beside it.
  const tell = () => remark !== null && output.hint(remark);
  const json = async () => {
    tell();
    const { reportJson } = await import('../report/json/report.js');
    return reportJson(analysis, { version, source, layout, only, counted });
  };
  const idle = (names: readonly (keyof SummaryOptions)[], why: string) => {
    const said = names.filter((name) => options[name] !== undefined);
    if (said.length > 0 && options.get === undefined) output.hint(`--${said.join(', --')} without effect: ${why}`);
  };
  const { scene, diagram } = drawingsOf(analysis, options);
  const told = <T>(make: () => T): T => {
    tell();
    idle(['only', 'columns', 'sort'], 'a drawing has all of the network');
    return make();
  };
  return {
    page: async () => {
      const { columns, lines } = table(analysis, DEFAULT_COLUMNS, 'folded', setting, only);
      // Nothing could be read: a table without rows would only hide the errors.
      if (analysis.rows.length === 0 && exitCode(analysis.diagnostics, false) > 0) return [];
      return (await import('../report/pages/summary.js')).summaryPage(
        analysis,
        lines,
        withCounted(columns, counted),
        setting,
        isBundled ? 'bundled' : (grown?.origin ?? null),
        counted,
      );
    },
    json: () => {
      idle(['depth', 'columns', 'sort'], 'JSON lists every row in its order');
      return json();
    },
    lines: async () => (await import('../report/json/report.js')).linesOf(await json()),
    records: () => {
      tell();
      const { columns, lines } = table(analysis, PLAIN_COLUMNS, 'apart', setting, only);
      return recordsOf(lines, withCounted(columns, counted), setting);
    },
    scene: () => told(scene),
    diagram: () => told(diagram),
    html: async () => {
      tell();
      return (await import('./html.js')).htmlOf(loaded, options, io);
    },
  };
};

/** The column of another tool stands behind those of its sort. */
const withCounted = (columns: readonly Column[], counted: Counted | undefined): readonly Column[] => {
  if (!counted) return columns;
  const behind = columns.findLastIndex(({ key }) => key.startsWith('macs')) + 1 || columns.length;
  return [...columns.slice(0, behind), countedColumn(counted), ...columns.slice(behind)];
};

/** What a tool counts in a network. Throws a UsageError where there is no such tool. */
const conventionAsked = async (name: string): Promise<(graph: Graph) => Counted> => {
  const { conventionNamed, counted, NAMES } = await import('../analysis/conventions/conventions.js');
  const convention = conventionNamed(name);
  if (!convention) throw new UsageError(`there is no convention "${name}"`, suggestion(name, NAMES, 'conventions'));
  return (graph) => counted(convention, graph);
};
