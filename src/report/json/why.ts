// What codes mean as JSON: `cnncalc/why/1`, one or several of them.

import type { Explanation } from '../pages/why.js';
import { type Described, list, object, orNull, result, text, word } from './schema.js';

export const whySchema = () =>
  result('why', 'what the codes of diagnostics and lint rules mean', {
    codes: list(
      'those that were asked for',
      object('a code', {
        code: text('as it stands in diagnostics: shape/kernel-too-large'),
        sort: word('what it is the code of', ['diagnostic', 'lint rule']),
        meaning: text('in a few words; Markdown'),
        remedy: orNull(text('what to do; Markdown; null of a lint rule, whose text says it')),
        text: text('the text of a lint rule, or the examples of a diagnostic; Markdown; empty where there are none'),
      }),
    ),
  });

export const whyJson = (all: readonly Explanation[], version: string): Described<ReturnType<typeof whySchema>> => ({
  schema: 'cnncalc/why/1',
  version,
  codes: all.map(({ code, sort, meaning, remedy, text }) => ({ code, sort, meaning, remedy, text })),
});
