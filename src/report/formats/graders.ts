// A graded sheet for other graders: JUnit's XML, and Gradescope's results.json. What may be shown is decided before.

import type { ShownCell } from '../../homework/shown.js';
import type { Score } from '../pages/check.js';
import { xml } from './xml.js';

const sentence = ({ given, verdict, mistake, hint, expected }: ShownCell): string =>
  [
    `answer ${given || '(none)'}: ${mistake ?? verdict}`,
    hint,
    expected === undefined ? undefined : `right is ${expected}`,
  ]
    .filter((part) => part !== undefined)
    .join('; ');

export const junit = (cells: readonly ShownCell[]): string => {
  const failed = cells.filter((cell) => cell.verdict !== 'correct');
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${cells.length}" failures="${failed.length}">`,
    `  <testsuite name="cnncalc check" tests="${cells.length}" failures="${failed.length}" errors="0" skipped="0">`,
    ...cells.map((cell) => {
      const head = `    <testcase classname="${xml(cell.layer)}" name="${xml(cell.quantity)}"`;
      if (cell.verdict === 'correct') return `${head}/>`;
      return `${head}><failure type="${xml(cell.mistake ?? cell.verdict)}" message="${xml(sentence(cell))}"/></testcase>`;
    }),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
};

/** gradescope-autograders.readthedocs.io/en/latest/specs: the file /autograder/results/results.json. */
export const gradescope = (cells: readonly ShownCell[], { score, max }: Score) => ({
  score,
  output: `${score} of ${max}`,
  output_format: 'text',
  visibility: 'visible',
  stdout_visibility: 'hidden',
  extra_data: { schema: 'cnncalc/check/1', max },
  tests: cells.map((cell, i) => ({
    number: `${i + 1}`,
    name: `${cell.layer} ${cell.quantity}`,
    score: cell.score,
    max_score: cell.max,
    status: cell.verdict === 'correct' ? 'passed' : 'failed',
    output: sentence(cell),
    output_format: 'text',
    tags: [cell.mistake ?? cell.verdict],
    visibility: cell.hidden ? 'after_published' : 'visible',
  })),
});
