// cnncalc check SPEC ANSWERS: grades a sheet. Here its texts are found; the grading is homework/.

import type { Analysis } from '../analysis/analysis.js';
import { analyze } from '../analysis/analyze.js';
import { type Diagnostic, isFailure } from '../core/diagnostic.js';
import { EMPTY_GRAPH } from '../core/graph.js';
import { isBound } from '../core/quantity.js';
import { type Answer, isSheet, readSheet, shortened } from '../homework/answers.js';
import { check } from '../homework/check.js';
import { allRight, type Show, shownCells } from '../homework/shown.js';
import { template } from '../homework/template.js';
import { type Graded, type Result, together } from '../homework/verdict.js';
import { type Io, reason } from '../io.js';
import { LIMITS } from '../lang/limits.js';
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
import { bundledSpecs, type Loaded, load } from './load.js';
import { type Output, UsageError } from './output.js';
import type { Result as Forms } from './print.js';
import type { Work } from './work.js';

type CheckOptions = OptionsOf<typeof COMMANDS.check.options>;

interface Text {
  readonly name: string;
  readonly lines: readonly string[];
  readonly text: string;
}

export const run: Work<typeof COMMANDS.check> = async ({ spec, answers }, options, output, io) => {
  if (options.template) {
    await output.print({ yaml: async () => template(await analysisOf(spec, options, io, output), spec) });
    return 0;
  }
  const own = answers === undefined ? sheetAt(spec, io) : null;
  const text = own ?? (answers === undefined ? null : readText(answers, io));
  const sheet = text ? readSheet(text.text) : null;
  const key = options.rules === undefined ? null : readSheet(readText(options.rules, io).text);
  const faults = [...(key?.diagnostics ?? [])].filter((d) => d.severity === 'error');
  if (faults[0]) throw new UsageError(`${options.rules}: ${faults[0].message}`, faults[0].help);
  const said = key?.rules ?? sheet?.rules ?? NO_RULES;
  const rules = options.layout === undefined ? said : { ...said, stated: { ...said.stated, layout: options.layout } };
  const questions = (key ?? sheet)?.questions ?? [];
  const analyses: Analysis[] = [];
  for (const question of sheet ? questions : [null]) {
    const written = sheet?.questions.find(({ name }) => name === question?.name)?.spec;
    const named = own ? (question?.spec ?? written ?? null) : null;
    const holder =
      key && question?.spec != null ? { path: options.rules ?? '', trusted: true } : { path: spec, trusted: false };
    analyses.push(
      named === null
        ? await analysisOf(spec, options, io, output)
        : await analysisNamed(named, holder, options, io, output),
    );
  }
  const result = together(
    analyses.map((analysis, i) => {
      const question = questions[i];
      if (!question) return inline(analysis);
      const given = sheet?.questions.find(({ name }) => name === question.name);
      return key
        ? check(analysis, { ...question, answers: given?.answers ?? [] }, rules, question.answers)
        : check(analysis, question, rules);
    }),
  );
  if (result.cells.length === 0 && !sheet)
    throw new UsageError(
      'there are no answers to check',
      'give a sheet: cnncalc check SPEC ANSWERS; --template makes an empty one',
    );
  if (result.cells.length > 0 || options.json || options.format)
    await output.print(
      formsOf(result, { version, source: spec, graph: analyses[0]?.graph ?? EMPTY_GRAPH }, options.show),
    );
  const found = [...(sheet?.diagnostics ?? []), ...result.diagnostics, ...result.cells.flatMap(unreadable)];
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
const inline = (analysis: Analysis): Result => {
  const bounds = analysis.graph.expectations.filter(({ expected }) => 'low' in expected && isBound(expected));
  const answers = analysis.graph.expectations
    .filter((expectation) => !bounds.includes(expectation))
    .map(
      ({ about, quantity, text, at, rows }): Answer => ({ layer: about, quantity, text, at, ...(rows && { rows }) }),
    );
  const result = check(analysis, { name: '', spec: null, answers }, NO_RULES);
  // A bound is no answer: whether it holds is told as the summary tells it.
  const broken = analysis.diagnostics.filter(
    ({ code, at }) => code === 'expect/broken' && bounds.some((bound) => bound.at === at),
  );
  return { ...result, diagnostics: [...result.diagnostics, ...broken] };
};

const formsOf = (result: Result, origin: Origin, show: Show = 'hint'): Forms => {
  const cells = shownCells(result, show);
  const graders = () => import('../report/formats/graders.js');
  return {
    page: () => checkPage(cells, result),
    json: () => checkJson(cells, result, origin),
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

/** A network with errors grades nobody. */
const analysed = (loaded: Pick<Loaded, 'parsed' | 'name' | 'lines'>, output: Output): Analysis => {
  const analysis = analyze(loaded.parsed);
  const errors = analysis.diagnostics.filter(isFailure);
  if (errors.length === 0) return analysis;
  output.diagnostics(errors, loaded);
  throw new UsageError(`${loaded.name} cannot be analysed in full, so nothing can be graded by it`);
};

const analysisOf = async (spec: string, options: CheckOptions, io: Io, output: Output): Promise<Analysis> => {
  const loaded = await load(spec, options, io);
  if (loaded.remark) output.hint(loaded.remark);
  return analysed(loaded, output);
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
const analysisNamed = async (
  spec: string,
  { path, trusted }: Holder,
  options: CheckOptions,
  io: Io,
  output: Output,
): Promise<Analysis> => {
  if (/^[ \t]*layers[ \t]*:/m.test(spec)) {
    const parsed = parse(spec, { ...options, registry: layers });
    return analysed({ parsed, name: '<spec>', lines: spec.split('\n') }, output);
  }
  const folder = path === '-' ? '' : path.replace(/[^/\\]*$/, '');
  const leadsElsewhere = /^(?:[/\\~]|[A-Za-z]:)|(?:^|[/\\])\.\.(?:[/\\]|$)|\0/.test(spec);
  const beside = leadsElsewhere ? undefined : io.stat(folder + spec);
  if (beside?.isFile) {
    const loaded = await load(folder + spec, options, io);
    const { value } = loaded.read;
    if (value?.type !== 'mapping' || !lookup(value, 'layers'))
      throw new UsageError(`the sheet names "${shortened(spec)}", which is no spec`, SPEC_HELP);
    return analysed(loaded, output);
  }
  if (!beside && isNotation(spec)) return analysisOf(spec, options, io, output);
  const bundled = bundledSpecs(io);
  const name = spec.replace(/\.ya?ml$/, '');
  const found = !beside && Object.hasOwn(bundled, name) ? bundled[name] : undefined;
  if (found) {
    const variant = options.variant ?? found.variant;
    return analysed(
      await load(io.specs + found.file, { ...options, ...(variant !== undefined && { variant }) }, io),
      output,
    );
  }
  if (trusted) return analysisOf(spec, options, io, output);
  throw new UsageError(
    `the sheet names "${shortened(spec)}", which is no file beside it and no bundled network`,
    SPEC_HELP,
  );
};

const SPEC_HELP =
  'a sheet names a bundled network (cnncalc zoo lists them), a file in its own folder, or writes the spec as a text';

const sheetAt = (path: string, io: Io): Text | null => {
  if (path !== '-' && !io.stat(path)) return null;
  const text = readText(path, io);
  return isSheet(text.text) ? text : null;
};

const readText = (path: string, io: Io): Text => {
  let bytes: Uint8Array;
  try {
    bytes = path === '-' ? io.readStdin(LIMITS.bytes) : io.readFile(path, LIMITS.bytes);
  } catch (error) {
    throw new UsageError(
      `${path} cannot be read: ${reason(error)}`,
      'give a sheet of answers: YAML, CSV or a Markdown table',
    );
  }
  if (bytes.length > LIMITS.bytes)
    throw new UsageError(`${path} has more than ${LIMITS.bytes} bytes (4 MiB), which is the most that is read`);
  const text = new TextDecoder().decode(bytes);
  return { name: path, text, lines: text.split(/\r\n|\r|\n/) };
};
