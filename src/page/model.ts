// A state worked out: its text read and analysed, with everything that is wrong. Never throws; nothing is drawn.

import type { Analysis } from '../analysis/analysis.js';
import { analyze } from '../analysis/analyze.js';
import { lint } from '../analysis/lint/lint.js';
import { type Diagnostic, exitCode } from '../core/diagnostic.js';
import type { Parsed } from '../core/graph.js';
import { EMPTY_GRAPH } from '../core/graph.js';
import { LIMITS, SHORTER } from '../lang/limits.js';
import { isNotation } from '../lang/notation.js';
import { parse, parseNotation } from '../lang/parse.js';
import { layers } from '../layers/index.js';
import type { State } from './state.js';
import type { Model } from './view.js';

/** The model of a state; with the one before, what has not changed since is not worked out again. */
export const modelOf = (state: State, before?: Model): Model => {
  const isSame = before && before.state.text === state.text && before.state.said === state.said;
  if (isSame) return { ...before, state, source: { ...before.source, name: state.name } };
  return { state, analysis: analysisOf(state), source: { name: state.name, lines: state.text.split(/\r\n|\r|\n/) } };
};

const analysisOf = (state: State): Analysis => {
  const analysis = analyze(parsed(state));
  // Advice on what cannot be analysed would only stand in the way of its errors.
  if (exitCode(analysis.diagnostics, false) === 2) return analysis;
  return { ...analysis, diagnostics: [...analysis.diagnostics, ...lint(analysis)] };
};

const parsed = ({ text, said: { pad = 'valid', ...said } }: State): Parsed => {
  if (text.length > LIMITS.bytes) return { graph: EMPTY_GRAPH, diagnostics: [TOO_LARGE] };
  const options = { ...defined(said), registry: layers };
  return isCourseNotation(text) ? parseNotation(text, pad, options) : parse(text, options);
};

/** A spec may begin with `input:` too. */
const isCourseNotation = (text: string): boolean =>
  isNotation(text) && text.includes(';') && !/^(?:layers|spec|name|vars|blocks)\s*:/m.test(text);

const TOO_LARGE: Diagnostic = {
  code: 'spec/too-large',
  severity: 'error',
  message: `the text has more than ${LIMITS.bytes} characters, which is the most that is read`,
  help: SHORTER,
};

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without what is not said. */
const defined = <T extends object>(values: T): Defined<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
