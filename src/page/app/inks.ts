// The inks of a spec's text: keys, numbers, text in quotes, comments. It colours what it can tell by itself; what is right or wrong
// with the text is for the language.

import { HighlightStyle, StreamLanguage, type StringStream, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { tags } from '@lezer/highlight';

interface State {
  /** The brackets that are open. */
  readonly open: string[];
  /** The quote that is open. */
  quote: string;
  /** The indent of the line with `|` or `>`, below which text stands; null elsewhere. */
  block: number | null;
  /** A value is to come: behind a colon. */
  value: boolean;
  /** The stretch before was a dash. */
  dash: boolean;
}

const NUMBER = /^[-+~]?(?:\d[\d_]*\.?\d*|\.\d+)(?:e[-+]?\d+)?(?:x\d+)*(?:[kmgtp]i?)?b?(?![\w.])/i;

const token = (stream: StringStream, state: State): string | null => {
  if (stream.sol()) {
    state.dash = false;
    if (state.open.length === 0) state.value = false;
    if (state.block !== null) {
      if (stream.indentation() > state.block || stream.match(/^\s*$/, false)) return whole(stream, 'string');
      state.block = null;
    }
  }
  if (state.quote !== '') return quoted(stream, state);
  if (stream.eatSpace()) return null;
  const { dash, value } = state;
  state.dash = false;
  if (stream.peek() === '#') return whole(stream, 'comment');
  if (state.open.length === 0 && stream.match(/^(?:---|\.\.\.)(?=\s|$)/)) return 'punctuation';
  if (stream.match(/^[-?](?=\s|$)/)) {
    state.dash = true;
    state.value = false;
    return 'punctuation';
  }
  if (stream.match(/^:(?=[\s,[\]{}]|$)/)) {
    state.value = true;
    return 'punctuation';
  }
  if (stream.match(/^[[\]{},]/)) return bracket(stream.current(), state);
  if (value && stream.match(/^[|>][-+\d]*(?=\s*(?:#|$))/)) {
    state.block = stream.indentation();
    return 'punctuation';
  }
  const isKey = stream.match(/^(?:"[^"]*"|'[^']*'|[^\s#,[\]{}"':][^#,[\]{}:]*?)(?=\s*:(?:[\s,[\]{}]|$))/);
  if (isKey && !(value && state.open.length === 0)) return 'propertyName';
  if (isKey) return null;
  if (stream.match(/^["']/)) {
    state.quote = stream.current();
    return quoted(stream, state);
  }
  if (stream.match(NUMBER)) return 'number';
  stream.match(state.open.length > 0 ? /^[^\s,[\]{}]+/ : /^\S+/);
  // `- relu` and `{bn, name: bn1}`: a kind without a value.
  const isAlone = dash || (!value && state.open.at(-1) === '{');
  return isAlone && /^[\p{L}_]/u.test(stream.current()) ? 'propertyName' : null;
};

const whole = (stream: StringStream, ink: string): string => {
  stream.skipToEnd();
  return ink;
};

const quoted = (stream: StringStream, state: State): string => {
  if (stream.match(state.quote === '"' ? /^(?:[^"\\]|\\.)*"/ : /^(?:[^']|'')*'/)) state.quote = '';
  else stream.skipToEnd();
  return 'string';
};

const bracket = (sign: string, state: State): string => {
  if (sign === '[' || sign === '{') state.open.push(sign);
  else if (sign !== ',') state.open.pop();
  state.value = sign === '[' ? state.value : false;
  return 'punctuation';
};

export const yaml = StreamLanguage.define<State>({
  name: 'yaml',
  startState: () => ({ open: [], quote: '', block: null, value: false, dash: false }),
  copyState: (state) => ({ ...state, open: [...state.open] }),
  token,
  languageData: { commentTokens: { line: '#' }, closeBrackets: { brackets: ['[', '{', '(', '"'] } },
});

export const styles = HighlightStyle.define([
  { tag: tags.propertyName, class: 'ink-key' },
  { tag: tags.number, class: 'ink-number' },
  { tag: tags.string, class: 'ink-string' },
  { tag: tags.comment, class: 'ink-comment' },
  { tag: tags.punctuation, class: 'ink-sign' },
]);

export const inks: Extension = [yaml, syntaxHighlighting(styles)];
