// cnncalc check SPEC ANSWERS: one sheet, or what a spec expects of itself. How a sheet is graded is grade.ts, several are class.ts.

import type { Analysis } from '../analysis/analysis.js';
import { type Diagnostic, isFailure } from '../core/diagnostic.js';
import { EMPTY_GRAPH, type Graph } from '../core/graph.js';
import { isBound } from '../core/quantity.js';
import { type Answer, type Rules, readSheet } from '../homework/answers.js';
import { check } from '../homework/check.js';
import { classTable, type Handed } from '../homework/class.js';
import { allRight, type Show, shownCells } from '../homework/shown.js';
import { template } from '../homework/template.js';
import { type Result, together } from '../homework/verdict.js';
import type { Io } from '../io.js';
import { checkJson } from '../report/json/check.js';
import type { Origin } from '../report/json/schema.js';
import { checkPage } from '../report/pages/check.js';
import { version } from '../version.js';
import type { COMMANDS } from './commands.js';
import { handedAt, nameOf } from './folder.js';
import {
  type CheckOptions,
  failuresOf,
  foundIn,
  isOwnSheet,
  keyOf,
  type Marked,
  markSheet,
  type Network,
  NO_RULES,
  networksFor,
  rulesOf,
  sheetAt,
  sheetText,
  tellFailure,
} from './grade.js';
import { analyzed } from './load.js';
import { ArgumentsError, UsageError } from './output.js';
import type { Result as Forms, Printer } from './print.js';
import { withProgress } from './progress.js';
import type { Work } from './work.js';

/** With --watch it runs until it is interrupted. */
export const run: Work<typeof COMMANDS.check> = async ({ spec, answers }, options, output, io) => {
  const [first, ...others] = answers;
  const isClass =
    options.class !== undefined ||
    others.length > 0 ||
    (first !== undefined && spec !== undefined && isOwnSheet(spec, io));
  if (isClass && !options.template) {
    const { gradeClass, refuseToWatch } = await import('./class.js');
    if (options.watch) refuseToWatch(options);
    const once = () => gradeClass(spec, answers, options, output, io);
    return options.watch ? (await import('./watch.js')).watch([spec, ...answers, options.rules], io, once) : once();
  }
  if (spec === undefined) throw new ArgumentsError("missing required argument 'SPEC'");
  const once = () =>
    options.template ? emptySheet(spec, options, output, io) : graded(spec, first, options, output, io);
  return options.watch ? (await import('./watch.js')).watch([spec, first, options.rules], io, once) : once();
};

const emptySheet = async (spec: string, options: CheckOptions, output: Printer, io: Io): Promise<number> => {
  const network = await analyzed(spec, options, output, io);
  if (failuresOf(network).length > 0) return notGraded(network, output);
  await output.print({ yaml: () => template(network.analysis, spec, options.lang ?? 'en') });
  return 0;
};

const graded = async (
  spec: string,
  answers: string | undefined,
  options: CheckOptions,
  output: Printer,
  io: Io,
): Promise<number> => {
  const own = answers === undefined ? sheetAt(spec, io) : null;
  const text = own ?? (answers === undefined ? null : sheetText(answers, io));
  const sheet = text ? readSheet(text.text) : null;
  const key = keyOf(options, io);
  const marked = await withProgress('grading', options, io, async ({ draw, clear }): Promise<Marked> => {
    // What is told of a spec on the way does not stand behind the bar.
    const hint = (sentence: string) => {
      clear();
      output.hint(sentence);
    };
    const networks = networksFor(options, io, { hint });
    if (sheet) return markSheet(sheet, spec, { spec, own: own !== null, key, options, networks }, draw);
    const network = await networks.asked(spec);
    if (failuresOf(network).length > 0) return { result: together([]), networks: [network], failed: network };
    return { result: together([inline(network.analysis, rulesOf(null, key, options))]), networks: [network] };
  });
  const { result, networks, failed } = marked;
  if (failed) return notGraded(failed, output);
  if (result.cells.length === 0 && !sheet)
    throw new UsageError(
      'there are no answers to check',
      'give a sheet: cnncalc check SPEC ANSWERS; --template makes an empty one',
    );
  const found = foundIn(sheet, result);
  if (result.cells.length > 0 || options.json || options.format) {
    const [graph = EMPTY_GRAPH, ...others] = networks.map(({ analysis }) => analysis.graph);
    const origin = { version, source: spec, graph };
    const handed = handedAt(answers ?? spec);
    const name = nameOf(handed, sheet ?? {});
    await output.print(
      formsOf(result, { ...handed, name }, found, origin, others.length === 0 ? graph : undefined, options.show),
    );
  }
  for (const name of result.strangers ?? [])
    output.hint(`the rules name "${name}", which is no layer and no quantity that is asked`);
  output.diagnostics(found, text ?? { name: spec, lines: [] });
  const unusable = found.some(isFailure);
  if (result.cells.length === 0 && !unusable)
    throw new UsageError('there are no answers in the sheet', '--template makes an empty one');
  if (unusable) return 2;
  return allRight(result) && !found.some(({ severity }) => severity === 'error') ? 0 : 1;
};

/** Without a sheet, what the spec expects of itself is checked as if a student had written it. */
const inline = (analysis: Analysis, { language }: Rules): Result => {
  const bounds = analysis.graph.expectations.filter(({ expected }) => 'low' in expected && isBound(expected));
  const answers = analysis.graph.expectations
    .filter((expectation) => !bounds.includes(expectation))
    .map(
      ({ about, quantity, text, at, rows }): Answer => ({ layer: about, quantity, text, at, ...(rows && { rows }) }),
    );
  const result = check(analysis, { name: '', spec: null, answers }, { ...NO_RULES, language });
  // A bound is no answer: whether it holds is told as the summary tells it.
  const broken = analysis.diagnostics.filter(
    ({ code, at }) => code === 'expect/broken' && bounds.some((bound) => bound.at === at),
  );
  return { ...result, diagnostics: [...result.diagnostics, ...broken] };
};

const formsOf = (
  result: Result,
  handed: Handed,
  found: readonly Diagnostic[],
  origin: Origin,
  only: Graph | undefined,
  show: Show = 'hint',
): Forms => {
  const cells = shownCells(result, show);
  const graders = () => import('../report/formats/graders.js');
  // In a grade book the sheet is a class of one.
  const alone = () => classTable([{ ...handed, cells, score: result.score, max: result.max, diagnostics: found }]);
  return {
    page: () => checkPage(cells, result, only),
    json: () => checkJson(cells, result, found, origin),
    lines: async () => {
      const { classJson, classLines } = await import('../report/json/class.js');
      return classLines(classJson(alone(), [], origin));
    },
    records: async () => (await import('../report/pages/class.js')).classRecords(alone()),
    junit: async () => (await graders()).junit(cells),
    gradescope: async () => (await graders()).gradescope(cells, result),
  };
};

const notGraded = (network: Network, output: Printer): Promise<number> => {
  const { analysis, loaded } = network;
  const origin = { version, source: loaded.name, graph: analysis.graph };
  return tellFailure(network, output, (errors) => checkJson([], { score: 0, max: 0 }, errors, origin));
};
