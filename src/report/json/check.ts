// A graded sheet as JSON: `cnncalc/check/1`. What may be shown is decided in homework/shown.ts.

import type { Diagnostic } from '../../core/diagnostic.js';
import type { ShownCell } from '../../homework/shown.js';
import type { Score } from '../pages/check.js';
import { diagnosticJson, diagnostics, position } from './parts.js';
import * as s from './schema.js';

/** What {@link cellsJson} writes. */
export const gradedCells = () =>
  s.list(
    'the answers in the order of the sheet',
    s.object('an answer', {
      layer: s.text('what it is about: a layer, a block, total'),
      quantity: s.text('what was asked: out, params, macs, rf'),
      given: s.text('the answer as written'),
      verdict: s.word('what it is worth', [
        'correct',
        'correct-under-other-convention',
        'follow-through',
        'known-mistake',
        'wrong',
        'unanswered',
        'unreadable',
      ]),
      mistake: s.optional(s.text('which mistake it is: forgot-bias')),
      mistakes: s.optional(s.list('where several explain the answer, or two were made at once', s.text('a mistake'))),
      score: s.number('points'),
      max: s.number('points that can be had'),
      hint: s.optional(s.text('for the student; never has a digit of the answer in it')),
      expected: s.optional(s.text('what is right, under --show answer')),
      hidden: s.optional(s.flag('the student is not to see it')),
      at: s.optional(position('where in the sheet')),
    }),
  );

export const checkSchema = () =>
  s.ofNetwork('check', 'a graded sheet; of several networks the model is the first', {
    score: s.number('points'),
    max: s.number('points that can be had'),
    cells: gradedCells(),
    diagnostics: diagnostics(),
  });

export const checkJson = (
  cells: readonly ShownCell[],
  { score, max }: Score,
  found: readonly Diagnostic[],
  origin: s.Origin,
): s.Described<ReturnType<typeof checkSchema>> => ({
  ...s.envelope('check', origin),
  score,
  max,
  cells: cellsJson(cells),
  diagnostics: found.map(diagnosticJson),
});

export const cellsJson = (cells: readonly ShownCell[]): s.Described<ReturnType<typeof gradedCells>> =>
  cells.map(({ at, column, hidden, ...cell }) => ({
    ...cell,
    ...(at && { at: { line: at.line, column: at.column + (column ?? 0) } }),
    ...(hidden && { hidden }),
  }));
