// A graded sheet as JSON: `cnncalc/check/1`. What may be shown is decided in homework/shown.ts.

import type { Diagnostic } from '../../core/diagnostic.js';
import type { ShownCell } from '../../homework/shown.js';
import type { Score } from '../pages/check.js';
import { diagnosticJson, diagnostics, position } from './parts.js';
import {
  type Described,
  envelope,
  flag,
  list,
  number,
  type Origin,
  object,
  ofNetwork,
  optional,
  text,
  word,
} from './schema.js';

export const checkSchema = () =>
  ofNetwork('check', 'a graded sheet; of several networks the model is the first', {
    score: number('points'),
    max: number('points that can be had'),
    cells: list(
      'the answers in the order of the sheet',
      object('an answer', {
        layer: text('what it is about: a layer, a block, total'),
        quantity: text('what was asked: out, params, macs, rf'),
        given: text('the answer as written'),
        verdict: word('what it is worth', [
          'correct',
          'correct-under-other-convention',
          'follow-through',
          'known-mistake',
          'wrong',
          'unanswered',
          'unreadable',
        ]),
        mistake: optional(text('which mistake it is: forgot-bias')),
        score: number('points'),
        max: number('points that can be had'),
        hint: optional(text('for the student; never has a digit of the answer in it')),
        expected: optional(text('what is right, under --show answer')),
        hidden: optional(flag('the student is not to see it')),
        at: optional(position('where in the sheet')),
      }),
    ),
    diagnostics,
  });

export const checkJson = (
  cells: readonly ShownCell[],
  { score, max }: Score,
  found: readonly Diagnostic[],
  origin: Origin,
): Described<ReturnType<typeof checkSchema>> => ({
  ...envelope('check', origin),
  score,
  max,
  cells: cells.map(({ at, column, hidden, ...cell }) => ({
    ...cell,
    ...(at && { at: { line: at.line, column: at.column + (column ?? 0) } }),
    ...(hidden && { hidden }),
  })),
  diagnostics: found.map(diagnosticJson),
});
