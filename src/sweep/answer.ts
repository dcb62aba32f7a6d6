// Lines to their answers, which are lines again: what is asked for is found, built and analysed. A pure function of each line, so that it
// may run anywhere and in any order. Where specs come from is passed in.

import type { Analysis } from '../analysis/analysis.js';
import { analyze } from '../analysis/analyze.js';
import { type Diagnostic, helpOf, isFailure } from '../core/diagnostic.js';
import { DTYPES, type Dtype, type Parsed } from '../core/graph.js';
import { suggestion } from '../core/suggest.js';
import type { ParseOptions } from '../lang/file.js';
import { ExpressionError } from '../lang/tokens.js';
import { type Asked, asExpression, LineFault, readLine, type SetValue } from './line.js';
import { figuresOf, isFigure, type Network, valueIn } from './network.js';
import { isSetting, type SettingName } from './over.js';
import { type Holds, readCondition } from './where.js';

/** What every line is asked, as data that a thread can be given. */
export interface Question {
  /** Said of all lines; what a line sets goes before it. */
  readonly options: Omit<ParseOptions, 'registry' | 'match'> & { readonly pad?: 'same' | 'valid' };
  readonly where?: string | undefined;
  /** Names of figures, and paths into the report, that an answer has besides what it always has. */
  readonly more: readonly string[];
}

/** What finds the networks, and reads what is asked for from their reports. */
export interface Sources {
  /** Rejects with what is wrong, as `faultOf` knows it. */
  readonly parsed: (spec: Asked['spec'], options: Question['options']) => Promise<Parsed>;
  /** The value at a path of the report; undefined where there is none. */
  readonly reported: (analysis: Analysis, path: string) => unknown;
  /** What was wrong where a spec was looked for, or undefined for an error of another kind. */
  readonly faultOf: (error: unknown) => Fault | undefined;
}

/** Why a line has no figures. */
export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly help?: string | undefined;
}

/** The answers of some lines, in their order. */
export interface Answers {
  /** Those that do not fulfil the condition are left out; those that could not be analysed stay. */
  readonly networks: readonly Network[];
  /** How many lines there were, how many of them could not be analysed in full, and of how many the condition is not known. */
  readonly asked: number;
  readonly failed: number;
  readonly unknown: number;
}

/** A line of the input and its place in that, from 1; or why it could not be read at all. */
export interface Line {
  readonly number: number;
  readonly text: string;
  readonly fault?: Fault;
}

/** Never rejects: whatever is wrong with a line stands in its answer. Throws an ExpressionError where `where` is no condition. */
export const answering = (question: Question, sources: Sources): ((lines: readonly Line[]) => Promise<Answers>) => {
  const holds = question.where === undefined ? undefined : readCondition(question.where).holds;
  return async (lines) => {
    const networks: Network[] = [];
    let [failed, unknown] = [0, 0];
    for (const line of lines) {
      const network = await networkOf(line, question, sources);
      const isWanted = network.error !== undefined || (holds ? conditionOn(network, holds) : true);
      // What a condition asks may be a fault as well.
      const told = isWanted instanceof ExpressionError ? { ...network, ...errorOf(faultOf(isWanted)) } : network;
      if (told.error !== undefined) failed += 1;
      if (isWanted === undefined) unknown += 1;
      if (isWanted) networks.push(told);
    }
    return { networks, asked: lines.length, failed, unknown };
  };
};

const conditionOn = (network: Network, holds: Holds): boolean | undefined | ExpressionError => {
  try {
    return holds((name) => valueIn(network, name));
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
};

const faultOf = ({ code, message, help }: ExpressionError): Fault => ({
  code,
  message: `--where: ${message}`,
  help: help === undefined ? undefined : helpOf(help),
});

const errorOf = ({ code, message, help }: Fault): Pick<Network, 'error' | 'message' | 'help'> => ({
  error: code,
  message,
  ...(help !== undefined && { help }),
});

const networkOf = async ({ number, text, fault }: Line, question: Question, sources: Sources): Promise<Network> => {
  let network: Network = { type: 'network', index: number, set: {} };
  const failed = (why: Fault): Network => {
    const unknown = Object.fromEntries(question.more.map((name) => [name, null]));
    return { ...network, ...NOTHING, ...unknown, ...errorOf(why) };
  };
  if (fault) return failed(fault);
  try {
    const asked = readLine(text, number);
    if ('answered' in asked) return { ...asked.answered, ...missing(asked.answered, network) };
    const { index, extras, set, spec } = asked;
    network = { type: 'network', index, ...extras, ...('name' in spec && { name: spec.name }), set };
    const parsed = await sources.parsed(spec, optionsFor(set, question.options));
    return answered(network, analyze(parsed), question, sources);
  } catch (error) {
    return failed(sources.faultOf(error) ?? faultIn(error));
  }
};

/** What an answer must have and has not. */
const missing = (answered: object, network: Network): Network =>
  Object.fromEntries(Object.entries(network).filter(([key]) => !Object.hasOwn(answered, key))) as unknown as Network;

const NOTHING = { params: null, macs: null, activations: null, peakActivations: null, outputs: [] };

const faultIn = (error: unknown): Fault => {
  if (error instanceof LineFault) return { code: 'sweep/line', message: error.message, help: error.help };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'sweep/bug', message: `a bug in cnncalc, not in your spec: ${message}` };
};

const answered = (network: Network, analysis: Analysis, { more }: Question, sources: Sources): Network => {
  const { graph, diagnostics } = analysis;
  const answer: Record<string, unknown> = {
    ...network,
    ...(network.name === undefined && graph.name !== '' && { name: graph.name }),
    ...figuresOf(analysis, more.filter(isFigure)),
  };
  for (const path of more)
    if (!isFigure(path) && path.includes('.')) answer[path] = sources.reported(analysis, path) ?? null;
  const failure = diagnostics.find(isFailure);
  return { ...(answer as unknown as Network), ...(failure && errorOf(toldOf(failure))) };
};

/** With its place in the spec; of a line that is one, that is the place in the line. */
const toldOf = ({ code, message, help, at }: Diagnostic): Fault => ({
  code,
  message: at ? `${at.line > 1 ? `line ${at.line}, ` : ''}column ${at.column}: ${message}` : message,
  help,
});

/** What a line sets and what is said of all, as options of the language. Throws a LineFault. */
const optionsFor = (set: Asked['set'], options: Question['options']): Question['options'] => {
  const vars: Record<string, string> = {};
  const settings: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(set))
    if (isSetting(name)) settings[name] = SETTING[name](value);
    else vars[name] = asExpression(value);
  return { ...options, ...settings, set: { ...options.set, ...vars } };
};

const SETTING: { readonly [S in SettingName]: (value: SetValue) => ParseOptions[S] } = {
  variant: String,
  input: (value) => (Array.isArray(value) ? value.join('x') : String(value)),
  batch: (value) => {
    if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
    throw new LineFault(`batch is a whole number from 1, not ${String(value).slice(0, 60)}`, 'write "batch": 1');
  },
  dtype: (value) => {
    const name = String(value).slice(0, 60);
    if (Object.hasOwn(DTYPES, name)) return name as Dtype;
    throw new LineFault(`there is no type "${name}"`, suggestion(name, Object.keys(DTYPES), 'types'));
  },
};
