// Grades the answers to one network. What a verdict is stands in verdict.ts, how a cell is graded in grader.ts.

import type { Analysis } from '../analysis/analysis.js';
import type { Answer, Question, Rules } from './answers.js';
import { Grader } from './grader.js';
import { type Result, together } from './verdict.js';

/**
 * Grades the answers to one network. `asked`: what the teacher's rules ask; cells that are missing are unanswered, others are not
 * graded.
 */
export const check = (
  analysis: Analysis,
  { name, answers }: Question,
  rules: Rules,
  asked: readonly Answer[] | null = null,
): Result => together([new Grader(analysis, name, answers, rules, asked).result()]);
