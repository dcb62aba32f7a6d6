// One sheet graded: by which rules, and each question by its network, which is found here. Which sheets there are, and how results
// are printed, is check.ts and class.ts; the grading itself is homework/.

import type { Analysis } from '../analysis/analysis.js';
import { analyze } from '../analysis/analyze.js';
import { type Diagnostic, isFailure } from '../core/diagnostic.js';
import { isSheet, type Rules, readSheet, type Sheet, shortened } from '../homework/answers.js';
import { check } from '../homework/check.js';
import { type Graded, type Result, together } from '../homework/verdict.js';
import type { Io } from '../io.js';
import { isSpecText } from '../lang/foreign.js';
import { isNotation } from '../lang/notation.js';
import { parse } from '../lang/parse.js';
import { lookup } from '../lang/values.js';
import { layers } from '../layers/index.js';
import type { OptionsOf } from './command.js';
import type { COMMANDS } from './commands.js';
import { analyzed, bundledSpecs, type Loaded, load } from './load.js';
import { type Output, UsageError } from './output.js';
import type { Printer } from './print.js';
import { readText, type Text, Unreadable } from './text.js';

export type CheckOptions = OptionsOf<typeof COMMANDS.check.options>;

// --- the rules --------------------------------------------------------------------------------------------------------------

export const sheetText = (path: string, io: Io): Text =>
  readText(path, io, 'give a sheet of answers: YAML, CSV or a Markdown table');

/** The text at a path, where it is a sheet with its own specs. */
export const sheetAt = (path: string, io: Io): Text | null => {
  if (path !== '-' && !io.stat(path)) return null;
  const text = sheetText(path, io);
  return isSheet(text.text) ? text : null;
};

/** A first word that is a sheet with its own specs: then all words are such sheets. */
export const isOwnSheet = (spec: string, io: Io): boolean => {
  if (!io.stat(spec)?.isFile) return false;
  try {
    return sheetAt(spec, io) !== null;
  } catch (error) {
    // Another program's network may be no text, or a long one.
    if (error instanceof Unreadable) return false;
    throw error;
  }
};

/** The teacher's sheet that --rules names. Throws a UsageError where it has errors. */
export const keyOf = ({ rules }: CheckOptions, io: Io): Sheet | null => {
  if (rules === undefined) return null;
  const key = readSheet(sheetText(rules, io).text);
  const fault = key.diagnostics.find(({ severity }) => severity === 'error');
  if (fault) throw new UsageError(`${rules}: ${fault.message}`, fault.help);
  return key;
};

export const NO_RULES = readSheet('answers: {}').rules;

export const rulesOf = (sheet: Sheet | null, key: Sheet | null, options: CheckOptions): Rules => {
  const said = key?.rules ?? sheet?.rules ?? NO_RULES;
  // Nobody's points hang on the language: there the student's own sheet is heeded.
  const language = options.lang ?? sheet?.rules.language ?? said.language;
  const stated = options.layout === undefined ? said.stated : { ...said.stated, layout: options.layout };
  return { ...said, stated, language };
};

// --- the networks -----------------------------------------------------------------------------------------------------------

/** A network that answers are checked against, and the spec it was read from. */
export interface Network {
  readonly analysis: Analysis;
  readonly loaded: Pick<Loaded, 'name' | 'lines'>;
}

export const failuresOf = ({ analysis }: Network): readonly Diagnostic[] => analysis.diagnostics.filter(isFailure);

/** The sheet or rules that name a spec. A student's sheet is not trusted: on a grader it must not reach for files. */
interface Holder {
  readonly path: string;
  readonly trusted: boolean;
}

/** Where a network is found, and how it is read from there. */
interface Found {
  readonly key: string;
  readonly read: () => Promise<Network>;
}

/** A network with errors grades nobody. */
export const tellFailure = async (
  network: Network,
  output: Printer,
  json: (errors: readonly Diagnostic[]) => object,
): Promise<number> => {
  const errors = failuresOf(network);
  await output.printFailure(() => json(errors));
  output.diagnostics(errors, network.loaded);
  output.hint(`${network.loaded.name} cannot be analysed in full, so nothing can be graded by it`);
  return 2;
};

/** Networks as they are asked for. Throw UsageErrors and Unreadable. */
export interface Networks {
  /** As the command line names it. */
  readonly asked: (spec: string) => Promise<Network>;
  /** As a sheet names it: what a sheet may name is said at {@link named}. */
  readonly named: (spec: string, holder: Holder) => Promise<Network>;
}

/** So many networks are kept: a class has few, and sheets that each bring their own need none twice. */
const MOST_KEPT = 64;

/** Each network is read and analysed once, however many questions and sheets name it. */
export const networksFor = (options: CheckOptions, io: Io, output: Pick<Output, 'hint'>): Networks => {
  const kept = new Map<string, Promise<Network>>();
  const once = ({ key, read }: Found): Promise<Network> => {
    const known = kept.get(key);
    if (known) return known;
    const [oldest] = kept.keys();
    if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    const network = read();
    kept.set(key, network);
    return network;
  };
  const asked = (spec: string): Found => ({ key: `asked ${spec}`, read: () => analyzed(spec, options, output, io) });
  return {
    asked: (spec) => once(asked(spec)),
    named: async (spec, holder) => once(named(spec, holder, options, io, asked)),
  };
};

/**
 * What a sheet calls its spec: a spec as a text, notation, a file beside the sheet, or a bundled network; and nothing else. What is no
 * spec is never shown.
 */
const named = (
  spec: string,
  { path, trusted }: Holder,
  options: CheckOptions,
  io: Io,
  asked: (spec: string) => Found,
): Found => {
  if (isSpecText(spec))
    return {
      key: `text ${spec}`,
      read: async () => {
        const parsed = parse(spec, { ...options, registry: layers });
        return { analysis: analyze(parsed), loaded: { name: '<spec>', lines: spec.split('\n') } };
      },
    };
  const folder = path === '-' ? '' : path.replace(/[^/\\]*$/, '');
  const leadsElsewhere = /^(?:[/\\~]|[A-Za-z]:)|(?:^|[/\\])\.\.(?:[/\\]|$)|\0/.test(spec);
  const beside = leadsElsewhere ? undefined : io.stat(folder + spec);
  if (beside?.isFile)
    return {
      key: `file ${folder}${spec}`,
      read: async () => {
        const loaded = await load(folder + spec, options, io);
        const { value } = loaded.read;
        if (!loaded.grown && (value?.type !== 'mapping' || !lookup(value, 'layers')))
          throw new UsageError(`the sheet names "${shortened(spec)}", which is no spec`, SPEC_HELP);
        return { analysis: analyze(loaded.parsed), loaded };
      },
    };
  if (!beside && isNotation(spec)) return asked(spec);
  const bundled = bundledSpecs(io);
  const name = spec.replace(/\.ya?ml$/, '');
  const found = !beside && Object.hasOwn(bundled, name) ? bundled[name] : undefined;
  if (found)
    return {
      key: `bundled ${name}`,
      read: async () => {
        const variant = options.variant ?? found.variant;
        const loaded = await load(io.specs + found.file, { ...options, ...(variant !== undefined && { variant }) }, io);
        return { analysis: analyze(loaded.parsed), loaded };
      },
    };
  if (trusted) return asked(spec);
  throw new UsageError(
    `the sheet names "${shortened(spec)}", which is no file beside it and no bundled network`,
    SPEC_HELP,
  );
};

const SPEC_HELP =
  'a sheet names a bundled network (cnncalc zoo lists them), a file in its own folder, or writes the spec as a text';

// --- the grading ------------------------------------------------------------------------------------------------------------

/** What sheets are graded by. */
export interface Marking {
  /** The network of questions that name none; undefined where every sheet has to name its own. */
  readonly spec: string | undefined;
  /** Whether the networks that sheets name are heeded: not where the command line says which it is. */
  readonly own: boolean;
  readonly key: Sheet | null;
  readonly options: CheckOptions;
  readonly networks: Networks;
}

export interface Marked {
  readonly result: Result;
  /** Of the first two questions: whether there is one network or more. */
  readonly networks: readonly Network[];
  /** A network with errors, by which nothing can be graded. */
  readonly failed?: Network;
}

/** Grades the sheet at a path, or what it is called. Throws UsageErrors and Unreadable for networks that cannot be found. */
export const markSheet = async (
  sheet: Sheet,
  path: string,
  { spec, own, key, options, networks }: Marking,
  draw: (done: number, all: number) => void = () => {},
): Promise<Marked> => {
  const rules = rulesOf(sheet, key, options);
  const { questions } = key ?? sheet;
  // Of two with one name the first.
  const byName = new Map(sheet.questions.toReversed().map((one) => [one.name, one]));
  const results: Result[] = [];
  const used: Network[] = [];
  for (const [i, question] of questions.entries()) {
    draw(i, questions.length);
    const written = byName.get(question.name);
    const said = own ? (question.spec ?? written?.spec ?? null) : null;
    const holder =
      key && question.spec !== null ? { path: options.rules ?? '', trusted: true } : { path, trusted: false };
    if (said === null && spec === undefined)
      throw new UsageError('the sheet names no network', 'say which: cnncalc check SPEC SHEET…');
    const network = said === null ? await networks.asked(spec ?? '') : await networks.named(said, holder);
    if (used.length < 2) used.push(network);
    if (failuresOf(network).length > 0) return { result: together([]), networks: used, failed: network };
    const answers = { ...question, answers: written?.answers ?? [] };
    results.push(
      key ? check(network.analysis, answers, rules, question.answers) : check(network.analysis, question, rules),
    );
  }
  return { result: together(results), networks: used };
};

/** All that is wrong with a sheet, where it was read and where it was graded. */
export const foundIn = (sheet: Sheet | null, { diagnostics, cells }: Result): readonly Diagnostic[] => [
  ...(sheet?.diagnostics ?? []),
  ...diagnostics,
  ...cells.flatMap(unreadable),
];

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
