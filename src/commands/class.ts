// cnncalc check SPEC SHEET…, or --class FOLDER: the sheets of a class, each graded as one is (grade.ts), and what they come to.

import { inOrder, isFailure } from '../core/diagnostic.js';
import { EMPTY_GRAPH, type Graph } from '../core/graph.js';
import { isSpecAlone, readSheet, shortened } from '../homework/answers.js';
import { type ClassTable, classTable, type Student, toldApart } from '../homework/class.js';
import { allRight, shownCells } from '../homework/shown.js';
import type { Io } from '../io.js';
import { type ClassContext, classJson, classLines } from '../report/json/class.js';
import { classPage, classRecords } from '../report/pages/class.js';
import { version } from '../version.js';
import { type HandedIn, handedAt, nameOf, sheetsIn } from './folder.js';
import {
  type CheckOptions,
  failuresOf,
  foundIn,
  isOwnSheet,
  keyOf,
  type Marking,
  markSheet,
  networksFor,
  sheetText,
  tellFailure,
} from './grade.js';
import { ArgumentsError, UsageError } from './output.js';
import type { Printer } from './print.js';
import { withProgress } from './progress.js';
import { Unreadable } from './text.js';

/** --watch sees files that are named. Throws a UsageError where a folder is. */
export const refuseToWatch = (options: CheckOptions): void => {
  if (options.class !== undefined)
    throw new UsageError('--watch does not see what comes into a folder', 'name the sheets instead of --class');
};

/** A sheet that was graded, or why it could not be. */
interface Graded extends Student {
  readonly isRight: boolean;
  readonly strangers: readonly string[];
}

export const gradeClass = async (
  spec: string | undefined,
  words: readonly string[],
  options: CheckOptions,
  output: Printer,
  io: Io,
): Promise<number> => {
  const key = keyOf(options, io);
  const own = spec === undefined || isOwnSheet(spec, io);
  if (own && spec !== undefined && options.class !== undefined)
    throw new UsageError(
      `${spec} is a sheet, no network`,
      `what is asked is said with --rules ${spec}; a student's sheet goes into the folder`,
    );
  if (spec === undefined && options.class === undefined) throw new ArgumentsError("missing required argument 'SPEC'");
  const named = (own && spec !== undefined ? [spec, ...words] : words).map(handedAt);
  const folder =
    options.class === undefined
      ? { sheets: [], passed: [] }
      : sheetsIn(
          options.class,
          [spec, options.rules].filter((path) => path !== undefined),
          io,
        );
  const handed = [...named, ...folder.sheets];
  const graphs = new Set<Graph>();
  const graded = await withProgress('grading', options, io, async ({ draw, clear }) => {
    const hint = (sentence: string) => {
      clear();
      output.hint(sentence);
    };
    const networks = networksFor(options, io, { hint });
    const marking: Marking = { spec: own ? undefined : spec, own, key, options, networks };
    if (marking.spec !== undefined) {
      // A network with errors grades nobody.
      const network = await networks.asked(marking.spec);
      if (failuresOf(network).length > 0) return network;
    }
    const all: (Graded | null)[] = [];
    for (const [i, sheet] of handed.entries()) {
      draw(i, handed.length);
      all.push(await gradeOne(sheet, marking, graphs, io));
    }
    return all;
  });
  if ('loaded' in graded) {
    const context = contextOf(graded.loaded.name, new Set([graded.analysis.graph]));
    return tellFailure(graded, output, (errors) => classJson(classTable([]), errors, context));
  }
  const specs = folder.sheets.flatMap(({ source }, i) => (graded[named.length + i] === null ? [source] : []));
  tellPassed([...folder.passed, ...specs], output);
  const sheets = graded.filter((one) => one !== null);
  if (sheets.length === 0) throw new UsageError(`there are no sheets in ${options.class}, but specs`);
  const students = toldApart(sheets);
  tellAlike(sheets, output);
  const context = contextOf(spec ?? options.class ?? '', graphs);
  const table = classTable(students);
  const language = options.lang ?? key?.rules.language ?? 'en';
  const json = () => classJson(table, [], context);
  await output.print({
    page: () => classPage(table, { language, ...(context.only && { graph: context.only }) }),
    json,
    lines: () => classLines(json()),
    records: () => classRecords(table),
  });
  tellRules(students, output);
  tellErrors(students, output);
  if (!own && !key) tellUneven(table, output);
  if (students.every(({ cells }) => cells.length === 0)) {
    output.hint('no sheet could be graded');
    return 2;
  }
  return students.every(({ isRight }) => isRight) ? 0 : 1;
};

const contextOf = (source: string, graphs: ReadonlySet<Graph>): ClassContext => {
  const [graph = EMPTY_GRAPH] = graphs;
  return { version, source, graph, ...(graphs.size === 1 && { only: graph }) };
};

/** Null for a spec that lies beside the sheets. The first two of `graphs` tell whether all sheets are about one network. */
const gradeOne = async (handed: HandedIn, marking: Marking, graphs: Set<Graph>, io: Io): Promise<Graded | null> => {
  const { source, place } = handed;
  const none = (name: string, error: string, diagnostics: Student['diagnostics'] = []): Graded => ({
    name,
    source,
    place,
    cells: [],
    score: 0,
    max: 0,
    error,
    isRight: false,
    diagnostics,
    strangers: [],
  });
  if (handed.error !== undefined) return none(handed.name, handed.error);
  let { name } = handed;
  try {
    const { text } = sheetText(source, io);
    if (marking.options.class !== undefined && isSpecAlone(text)) return null;
    const sheet = readSheet(text);
    name = nameOf(handed, sheet);
    // Of a sheet that is no sheet the rules would make one without answers.
    const unread = sheet.questions.every(({ answers }) => answers.length === 0) && sheet.diagnostics.find(isFailure);
    if (unread) return none(name, unread.message, sheet.diagnostics);
    const { result, networks, failed } = await markSheet(sheet, source, marking);
    if (failed) {
      const [first] = failuresOf(failed);
      return none(name, `its network cannot be analysed in full: ${first?.message}`);
    }
    for (const { analysis } of networks) if (graphs.size < 2) graphs.add(analysis.graph);
    const found = inOrder(foundIn(sheet, result));
    const faults = found.filter(({ severity }) => severity === 'error');
    const cells = shownCells(result, marking.options.show ?? 'hint');
    const { score, max, strangers = [] } = result;
    return {
      name,
      source,
      place,
      cells,
      score,
      max,
      ...(cells.length === 0 && { error: faults[0]?.message ?? 'there are no answers in the sheet' }),
      isRight: allRight(result) && faults.length === 0,
      diagnostics: found,
      strangers,
    };
  } catch (error) {
    if (error instanceof UsageError) return none(name, error.message);
    if (error instanceof Unreadable) return none(name, error.diagnostic.message);
    throw error;
  }
};

// --- what is told beside the table ------------------------------------------------------------------------------------------

/** As many names or sheets are told of. */
const MOST_TOLD = 5;

const some = (names: readonly string[]): string =>
  `${names.slice(0, MOST_TOLD).map(shortened).join(', ')}${names.length > MOST_TOLD ? ' …' : ''}`;

const tellPassed = (passed: readonly string[], output: Printer): void => {
  if (passed.length > 0)
    output.hint(
      `${passed.length} ${passed.length === 1 ? 'file is no sheet, and' : 'files are no sheets, and'} passed over: ${some(passed)}`,
    );
};

const tellAlike = (sheets: readonly Student[], output: Printer): void => {
  const sources = new Map<string, string[]>();
  for (const { name, source } of sheets) sources.set(name, [...(sources.get(name) ?? []), source]);
  const alike = [...sources].filter(([, { length }]) => length > 1);
  for (const [name, where] of alike.slice(0, MOST_TOLD))
    output.hint(`${where.length} sheets are of "${shortened(name)}": ${some(where)}; each has a row of its own`);
  if (alike.length > MOST_TOLD) output.hint(`and ${alike.length - MOST_TOLD} more names are on several sheets`);
};

/** What the rules name, and no sheet's networks have. */
const tellRules = (students: readonly Graded[], output: Printer): void => {
  const [first, ...others] = students.filter(({ cells }) => cells.length > 0).map(({ strangers }) => strangers);
  for (const name of (first ?? []).filter((one) => others.every((names) => names.includes(one))))
    output.hint(`the rules name "${name}", which is no layer and no quantity that is asked`);
};

/** A line for each sheet of which something is not graded; all of it is in the JSON. */
const tellErrors = (students: readonly Graded[], output: Printer): void => {
  const faulty = students.flatMap(({ source, cells, diagnostics }) => {
    const errors = cells.length === 0 ? [] : diagnostics.filter(({ severity }) => severity === 'error');
    const [first] = errors;
    return first ? [{ source, first, more: errors.length - 1 }] : [];
  });
  for (const { source, first, more } of faulty.slice(0, 2 * MOST_TOLD)) {
    const at = first.at ? `:${first.at.line}:${first.at.column}` : '';
    output.hint(`${source}${at}: ${first.message}${more > 0 ? `, and ${more} more` : ''}`);
  }
  if (faulty.length > 2 * MOST_TOLD)
    output.hint(`and ${faulty.length - 2 * MOST_TOLD} more sheets have errors; --json lists all`);
};

/** Who leaves a question out of the sheet has fewer points to lose. */
const tellUneven = ({ students, questions }: ClassTable, output: Printer): void => {
  const fewer = students.filter(({ cells }) => cells.length > 0 && cells.length < questions.length).length;
  if (fewer > 0)
    output.hint(
      `${fewer} of ${students.length} sheets have not all of the questions, and what is left out costs no points; --rules FILE says what is asked`,
    );
};
