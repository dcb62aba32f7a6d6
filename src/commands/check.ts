// cnncalc check SPEC ANSWERS: grades a sheet. Here its texts are found; the grading is homework/.

import type { Analysis } from '../analysis/analysis.js';
import { analyze } from '../analysis/analyze.js';
import { type Diagnostic, isFailure } from '../core/diagnostic.js';
import { EMPTY_GRAPH, type Graph } from '../core/graph.js';
import { isBound } from '../core/quantity.js';
import { type Answer, isSheet, type Rules, readSheet, shortened } from '../homework/answers.js';
import { check } from '../homework/check.js';
import { allRight, type Show, shownCells } from '../homework/shown.js';
import { template } from '../homework/template.js';
import { type Graded, type Result, together } from '../homework/verdict.js';
import type { Io } from '../io.js';
import { isNotation } from '../lang/notation.js';
import { parse } from '../lang/parse.js';
import { lookup } from '../lang/values.js';
import { layers } from '../layers/index.js';
import { checkJson } from '../report/json/check.js';
import type { Origin } from '../report/json/schema.js';
import { checkPage } from '../report/pages/check.js';
import { version } from '../version.js';
import type { OptionsOf } from './command.js';
import type { COMMANDS } from './commands.js';
import { analyzed, bundledSpecs, type Loaded, load } from './load.js';
import { type Output, UsageError } from './output.js';
import type { Result as Forms, Printer } from './print.js';
import { withProgress } from './progress.js';
import { readText, type Text } from './text.js';
import type { Work } from './work.js';

type CheckOptions = OptionsOf<typeof COMMANDS.check.options>;

/** With --watch it runs until it is interrupted. */
export const run: Work<typeof COMMANDS.check> = async ({ spec, answers }, options, output, io) => {
  const once = () =>
    options.template ? emptySheet(spec, options, output, io) : graded(spec, answers, options, output, io);
  return options.watch ? (await import('./watch.js')).watch([spec, answers, options.rules], io, once) : once();
};

const emptySheet = async (spec: string, options: CheckOptions, output: Printer, io: Io): Promise<number> => {
  const network = await analyzed(spec, options, output, io);
  if (network.analysis.diagnostics.some(isFailure)) return notGraded(network, output);
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
  const key = options.rules === undefined ? null : readSheet(sheetText(options.rules, io).text);
  const faults = [...(key?.diagnostics ?? [])].filter((d) => d.severity === 'error');
  if (faults[0]) throw new UsageError(`${options.rules}: ${faults[0].message}`, faults[0].help);
  const said = key?.rules ?? sheet?.rules ?? NO_RULES;
  // Nobody's points hang on the language: there the student's own sheet is heeded.
  const language = options.lang ?? sheet?.rules.language ?? said.language;
  const stated = options.layout === undefined ? said.stated : { ...said.stated, layout: options.layout };
  const rules = { ...said, stated, language };
  const questions = (key ?? sheet)?.questions ?? [];
  const networks: Network[] = [];
  const result = await withProgress('grading', options, io, async ({ draw, clear }) => {
    // What is told of a spec on the way does not stand behind the bar.
    const told: Output = {
      ...output,
      hint: (sentence) => {
        clear();
        output.hint(sentence);
      },
      diagnostics: (...found) => {
        clear();
        output.diagnostics(...found);
      },
    };
    const all = sheet ? questions : [null];
    const results: Result[] = [];
    for (const [i, question] of all.entries()) {
      draw(i, all.length);
      const written = sheet?.questions.find(({ name }) => name === question?.name);
      const named = own ? (question?.spec ?? written?.spec ?? null) : null;
      const holder =
        key && question?.spec != null ? { path: options.rules ?? '', trusted: true } : { path: spec, trusted: false };
      const network =
        named === null ? await analyzed(spec, options, told, io) : await networkNamed(named, holder, options, io, told);
      networks.push(network);
      const { analysis } = network;
      if (analysis.diagnostics.some(isFailure)) return network;
      results.push(
        !question
          ? inline(analysis, rules)
          : key
            ? check(analysis, { ...question, answers: written?.answers ?? [] }, rules, question.answers)
            : check(analysis, question, rules),
      );
    }
    return together(results);
  });
  if ('loaded' in result) return notGraded(result, output);
  if (result.cells.length === 0 && !sheet)
    throw new UsageError(
      'there are no answers to check',
      'give a sheet: cnncalc check SPEC ANSWERS; --template makes an empty one',
    );
  const found = [...(sheet?.diagnostics ?? []), ...result.diagnostics, ...result.cells.flatMap(unreadable)];
  if (result.cells.length > 0 || options.json || options.format) {
    const [graph = EMPTY_GRAPH, ...others] = networks.map(({ analysis }) => analysis.graph);
    const origin = { version, source: spec, graph };
    await output.print(formsOf(result, found, origin, others.length === 0 ? graph : undefined, options.show));
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

const NO_RULES = readSheet('answers: {}').rules;

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
  found: readonly Diagnostic[],
  origin: Origin,
  only: Graph | undefined,
  show: Show = 'hint',
): Forms => {
  const cells = shownCells(result, show);
  const graders = () => import('../report/formats/graders.js');
  return {
    page: () => checkPage(cells, result, only),
    json: () => checkJson(cells, result, found, origin),
    junit: async () => (await graders()).junit(cells),
    gradescope: async () => (await graders()).gradescope(cells, result),
  };
};

/** Where in an answer the reading stopped. */
const unreadable = ({ verdict, hint, at, given, column = 0, layer, quantity }: Graded): Diagnostic[] =>
  verdict === 'unreadable'
    ? [
        {
          code: 'answers/unreadable',
          severity: 'warning',
          message: `${layer} ${quantity}: ${hint}`,
          ...(at && { at: { line: at.line, column: at.column + column, length: Math.max(1, given.length - column) } }),
        },
      ]
    : [];

/** A network that answers are checked against, and the spec it was read from. */
interface Network {
  readonly analysis: Analysis;
  readonly loaded: Pick<Loaded, 'name' | 'lines'>;
}

/** A network with errors grades nobody. */
const notGraded = async ({ analysis, loaded }: Network, output: Printer): Promise<number> => {
  const { graph, diagnostics } = analysis;
  const errors = diagnostics.filter(isFailure);
  await output.printFailure(() => checkJson([], { score: 0, max: 0 }, errors, { version, source: loaded.name, graph }));
  output.diagnostics(errors, loaded);
  output.hint(`${loaded.name} cannot be analysed in full, so nothing can be graded by it`);
  return 2;
};

/** The sheet or rules that name a spec. A student's sheet is not trusted: on a grader it must not reach for files. */
interface Holder {
  readonly path: string;
  readonly trusted: boolean;
}

/**
 * What a sheet calls its spec: a spec as a text, notation, a file beside the sheet, or a bundled network; and nothing else. What is no
 * spec is never shown.
 */
const networkNamed = async (
  spec: string,
  { path, trusted }: Holder,
  options: CheckOptions,
  io: Io,
  output: Output,
): Promise<Network> => {
  if (/^[ \t]*layers[ \t]*:/m.test(spec)) {
    const parsed = parse(spec, { ...options, registry: layers });
    return { analysis: analyze(parsed), loaded: { name: '<spec>', lines: spec.split('\n') } };
  }
  const folder = path === '-' ? '' : path.replace(/[^/\\]*$/, '');
  const leadsElsewhere = /^(?:[/\\~]|[A-Za-z]:)|(?:^|[/\\])\.\.(?:[/\\]|$)|\0/.test(spec);
  const beside = leadsElsewhere ? undefined : io.stat(folder + spec);
  if (beside?.isFile) {
    const loaded = await load(folder + spec, options, io);
    const { value } = loaded.read;
    if (!loaded.grown && (value?.type !== 'mapping' || !lookup(value, 'layers')))
      throw new UsageError(`the sheet names "${shortened(spec)}", which is no spec`, SPEC_HELP);
    return { analysis: analyze(loaded.parsed), loaded };
  }
  if (!beside && isNotation(spec)) return analyzed(spec, options, output, io);
  const bundled = bundledSpecs(io);
  const name = spec.replace(/\.ya?ml$/, '');
  const found = !beside && Object.hasOwn(bundled, name) ? bundled[name] : undefined;
  if (found) {
    const variant = options.variant ?? found.variant;
    const loaded = await load(io.specs + found.file, { ...options, ...(variant !== undefined && { variant }) }, io);
    return { analysis: analyze(loaded.parsed), loaded };
  }
  if (trusted) return analyzed(spec, options, output, io);
  throw new UsageError(
    `the sheet names "${shortened(spec)}", which is no file beside it and no bundled network`,
    SPEC_HELP,
  );
};

const SPEC_HELP =
  'a sheet names a bundled network (cnncalc zoo lists them), a file in its own folder, or writes the spec as a text';

const sheetAt = (path: string, io: Io): Text | null => {
  if (path !== '-' && !io.stat(path)) return null;
  const text = sheetText(path, io);
  return isSheet(text.text) ? text : null;
};

const sheetText = (path: string, io: Io): Text =>
  readText(path, io, 'give a sheet of answers: YAML, CSV or a Markdown table');
