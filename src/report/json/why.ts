// What codes mean as JSON: `cnncalc/why/1`, one or several of them.

import type { Explanation } from '../pages/why.js';
import * as s from './schema.js';

export const whySchema = () =>
  s.result('why', 'what the codes of diagnostics and lint rules mean', {
    codes: s.list(
      'those that were asked for',
      s.object('a code', {
        code: s.text('as it stands in diagnostics: shape/kernel-too-large'),
        sort: s.word('what it is the code of', ['diagnostic', 'lint rule']),
        meaning: s.text('in a few words; Markdown'),
        remedy: s.orNull(s.text('what to do; Markdown; null of a lint rule, whose text says it')),
        text: s.text('the text of a lint rule, or the examples of a diagnostic; Markdown; empty where there are none'),
      }),
    ),
  });

export const whyJson = (all: readonly Explanation[], version: string): s.Described<ReturnType<typeof whySchema>> => ({
  schema: 'cnncalc/why/1',
  version,
  codes: all.map(({ code, sort, meaning, remedy, text }) => ({ code, sort, meaning, remedy, text })),
});
