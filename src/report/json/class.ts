// The graded sheets of a class as JSON: `cnncalc/class/1`. What may be shown is decided in homework/shown.ts.

import type { Diagnostic } from '../../core/diagnostic.js';
import type { Graph } from '../../core/graph.js';
import type { ClassTable } from '../../homework/class.js';
import { cellsJson, gradedCells } from './check.js';
import { diagnosticJson, diagnostics } from './parts.js';
import * as s from './schema.js';

/** Where a class comes from; `only` where all sheets are about one network. */
export interface ClassContext extends s.Origin {
  readonly graph: Graph;
  readonly only?: Graph;
}

const asked = {
  layer: s.text('what it is about: a layer, a block, total'),
  quantity: s.text('what was asked: out, params, macs, rf'),
};

const who = () => s.list('who, in the order of the sheets', s.text('a student, as in students'));

export const classSchema = () =>
  s.ofNetwork('class', 'the graded sheets of a class; of several networks the model is the first', {
    students: s.list(
      'in the order of the sheets',
      s.object('a student', {
        name: s.text('no two are alike'),
        source: s.text('the path of the sheet'),
        score: s.number('points'),
        max: s.number('points that can be had'),
        cells: gradedCells(),
        error: s.optional(s.text('why the sheet could not be graded')),
        diagnostics: s.optional(diagnostics()),
      }),
    ),
    questions: s.list(
      'what is asked, in the order of the sheets',
      s.object('a question', {
        ...asked,
        right: s.whole('students who have it right'),
        of: s.whole('students who have it on their sheets'),
      }),
    ),
    mistakes: s.list(
      'known mistakes, those first that most students made',
      s.object('a mistake', {
        mistake: s.text('its name: forgot-bias'),
        count: s.whole('answers that show it; one that several explain shows each of them'),
        students: who(),
        cells: s.list(
          'where it was made',
          s.object('a question', { ...asked, count: s.whole('answers that show it') }),
        ),
      }),
    ),
    alike: s.list(
      'wrong answers that no known mistake explains, and two students or more gave',
      s.object('an answer', {
        ...asked,
        given: s.text('as the first of them wrote it'),
        students: who(),
        expected: s.optional(s.text('what is right, under --show answer, where it is the same for all')),
      }),
    ),
    diagnostics: diagnostics(),
  });

type ClassJson = s.Described<ReturnType<typeof classSchema>>;

export const classJson = (
  { students, questions, mistakes, alike }: ClassTable,
  found: readonly Diagnostic[],
  origin: s.Origin,
): ClassJson => ({
  ...s.envelope('class', origin),
  students: students.map(({ name, source, score, max, cells, error, diagnostics: remarks }) => ({
    name,
    source,
    score,
    max,
    cells: cellsJson(cells),
    ...(error !== undefined && { error }),
    ...(remarks.length > 0 && { diagnostics: remarks.map(diagnosticJson) }),
  })),
  questions,
  mistakes,
  alike,
  diagnostics: found.map(diagnosticJson),
});

/** A student a line. */
export const classLines = ({ students }: ClassJson): readonly object[] =>
  students.map((student) => ({ type: 'student', ...student }));
