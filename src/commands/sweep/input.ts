// What a sweep reads: every combination of what is varied, or lines; and what is asked of each. What becomes of the answers is sweep.ts.

import { analyze } from '../../analysis/analyze.js';
import { isFailure } from '../../core/diagnostic.js';
import { suggestion } from '../../core/suggest.js';
import type { Io } from '../../io.js';
import { isSpecText } from '../../lang/foreign.js';
import { SHORTER } from '../../lang/limits.js';
import { ExpressionError } from '../../lang/tokens.js';
import { reportJson } from '../../report/json/report.js';
import { SWEEP_COLUMNS } from '../../report/pages/sweep.js';
import { answering, type Line, type Question, type Sources } from '../../sweep/answer.js';
import { asValue, objectIn, type SetValue } from '../../sweep/line.js';
import { isFigure } from '../../sweep/network.js';
import { countOf, readDimension, SETTINGS, type SettingName } from '../../sweep/over.js';
import { readCondition } from '../../sweep/where.js';
import { version } from '../../version.js';
import type { OptionsOf } from '../command.js';
import type { COMMANDS } from '../commands.js';
import { valueAt } from '../get.js';
import { find, load, readSpecText, type Source } from '../load.js';
import { UsageError } from '../output.js';
import { readText } from '../text.js';
import { readObjective } from './best.js';
import { linesIn, linesOver, shardOf } from './lines.js';
import { type Answerer, answererOf, sourcesOf } from './sources.js';

export type SweepOptions = OptionsOf<typeof COMMANDS.sweep.options>;

export interface SweepInput {
  /** From the network with that index on, where that can be known without reading what comes before it. */
  readonly lines: (from: number) => AsyncIterable<readonly Line[]>;
  readonly question: Question;
  /** Who answers it in this thread; what was read is kept. */
  readonly answer: Answerer;
  /** Names of what differs from line to line, and how many lines there are, where that is known beforehand. */
  readonly varied?: readonly string[];
  readonly total?: number;
}

/** Whether SPEC is read line by line, and is no spec itself. */
export const isOfLines = (spec: string, { over = [] }: SweepOptions): boolean =>
  over.length === 0 && (spec === '-' || /\.(?:jsonl|ndjson)$/i.test(spec));

/** Throws a UsageError. */
export const inputOfLines = (path: string, options: SweepOptions, io: Io): SweepInput => {
  if (path !== '-' && !io.stat(path)) throw new UsageError(`there is no file "${path}"`);
  if (path !== '-' && io.stat(path)?.isDirectory)
    throw new UsageError(`${path} is a directory`, 'give a file of lines');
  const question = { options: optionsIn(options), where: options.where, more: wanted(options, undefined) };
  return { question, answer: answererOf(question, io), lines: () => partOf(linesIn(io.chunks(path)), options) };
};

const partOf = (lines: AsyncIterable<readonly Line[]>, { shard }: SweepOptions) =>
  shard ? shardOf(lines, shard) : lines;

/** A spec as every line says it: its name, or what was read from standard input as a text or, of JSON, as it is. */
type Said = string | object;

/** A spec that is there for every line. Throws a UsageError where standard input holds none. */
export const specOf = async (
  spec: string,
  options: SweepOptions,
  io: Io,
): Promise<Pick<Source, 'read' | 'options' | 'name' | 'lines' | 'remark' | 'grown'> & { readonly said: Said }> => {
  const { variant: _, input: __, set: ___, ...common } = optionsIn(options);
  if (spec !== '-') return { ...(await find(spec, common, io)), said: spec };
  const { text, ...source } = readText(spec, io, SHORTER);
  const { read, options: own } = await readSpecText(text, common);
  const said = objectIn(text) ?? text;
  if (said === text && !isSpecText(text) && !read.diagnostics.some(isFailure))
    throw new UsageError(
      'standard input holds no spec: there are no layers in it',
      'without --over - is read as lines',
    );
  return { read, options: own, ...source, remark: null, said };
};

/** Throws a UsageError where no line could be answered. */
export const inputOfSpec = async (
  found: Awaited<ReturnType<typeof specOf>>,
  options: SweepOptions,
  io: Io,
): Promise<SweepInput> => {
  const { said } = found;
  const dimensions = (options.over ?? []).map((text) => asUsage('--over', () => readDimension(text)));
  const count = asUsage('--over', () => countOf(dimensions));
  const { freeze, pad, layout, set: vars = {}, ...settings } = optionsIn(options);
  const texts = Object.entries(vars).map(([name, text]): [string, SetValue] => [name, asValue(text)]);
  const set = { ...(settings as Readonly<Record<SettingName, SetValue>>), ...Object.fromEntries(texts) };
  const varied = dimensions.map(({ name }) => name);
  const question = {
    options: { ...(freeze && { freeze }), ...(pad && { pad }), ...(layout && { layout }) },
    where: options.where,
    more: wanted(options, [...SWEEP_COLUMNS, ...SETTINGS, ...Object.keys(set), ...varied]),
  };
  const lines = (from: number) => linesOver(said, dimensions, set, [from, count]);
  const sources = sourcesOf(question.options, io, found.grown ? undefined : found);
  await refuseAll(question, sources, lines(0), said, options, io);
  const { shard: [i, n] = [1, 1] } = options;
  return {
    question,
    answer: answering(question, sources),
    varied,
    total: Math.ceil((count - i + 1) / n),
    lines: (from) => partOf(lines(Math.max(0, from - 1)), options),
  };
};

/** What is said of the networks, without what is asked of the sweep. */
const optionsIn = ({ variant, set, freeze, input, batch, dtype, pad, layout }: SweepOptions): Question['options'] => ({
  ...(variant !== undefined && { variant }),
  ...(set && { set }),
  ...(freeze && { freeze }),
  ...(input !== undefined && { input }),
  ...(batch !== undefined && { batch }),
  ...(dtype && { dtype }),
  ...(pad && { pad }),
  ...(layout && { layout }),
});

const asUsage = <T>(option: string, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`${option}: ${error.message}`);
    if (error instanceof ExpressionError)
      throw new UsageError(
        `${option}: ${error.message}`,
        'write a condition such as "params < 5M and macs < 300M", or "width * depth <= 64"',
      );
    throw error;
  }
};

/** What an answer must have besides what it always has. `known` are all names that there can be, where that is known. */
const wanted = (options: SweepOptions, known: readonly string[] | undefined): readonly string[] => {
  const { where, pareto = [], plot = [], sort, columns = [], get } = options;
  const asked: Readonly<Record<string, readonly string[]>> = {
    where: where === undefined ? [] : asUsage('--where', () => readCondition(where)).names,
    pareto: pareto.map((text) => readObjective(text).name),
    plot: plot.map((text) => readObjective(text).name),
    sort: sort === undefined ? [] : [sort],
    columns: columns.flatMap((name) => (name === 'all' ? SWEEP_COLUMNS : [name])),
  };
  for (const [option, names] of Object.entries(asked)) if (known) refuseUnknown(option, names, known);
  const all = new Set([...Object.values(asked).flat(), ...(get === undefined ? [] : [get])]);
  return [...all].filter((name) => isFigure(name) || isPath(name));
};

/** A path into the report: `layers.fc.params.total`. What a line has itself needs none. */
const isPath = (name: string): boolean => name.includes('.') && !/^(?:set|outputs|receptiveField)\./.test(name);

const refuseUnknown = (option: string, names: readonly string[], known: readonly string[]): void => {
  const name = names.find((one) => !known.includes(one) && !isPath(one));
  if (name !== undefined)
    throw new UsageError(
      `--${option}: there is no figure "${name}", and no var of that name is set`,
      suggestion(name, known, 'names'),
    );
};

/** Refuses what every network of a sweep would be refused for. */
const refuseAll = async (
  question: Question,
  sources: Sources,
  lines: AsyncIterable<readonly Line[]>,
  said: Said,
  options: SweepOptions,
  io: Io,
): Promise<void> => {
  for await (const [first] of lines) {
    const [network] = first ? (await answering({ ...question, where: undefined }, sources)([first])).networks : [];
    if (network?.error === 'vars/unknown')
      throw new UsageError(`${network.message?.replace(/^--set/, '--over')} [${network.error}]`, network.help);
    if (network?.error === undefined)
      for (const path of question.more.filter(isPath))
        if (network?.[path] === null && typeof said === 'string' && !isSpecText(said))
          await reported(said, path, options, io);
    return;
  }
};

/** Throws a UsageError where the report of the network as it stands has no such path. */
const reported = async (spec: string, path: string, options: SweepOptions, io: Io): Promise<void> => {
  const { parsed, name } = await load(spec, optionsIn(options), io);
  valueAt(reportJson(analyze(parsed), { version, source: name, layout: parsed.graph.layout }), path);
};
