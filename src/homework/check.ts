// Grades the answers to one network. What a verdict is stands in verdict.ts, how a cell is graded in grader.ts.

import type { Analysis } from '../analysis/analysis.js';
import type { Question, Rules } from './answers.js';
import { Grader } from './grader.js';
import { type Result, together } from './verdict.js';

/** Grades the answers to one network. */
export const check = (analysis: Analysis, { name, answers }: Question, rules: Rules): Result =>
  together([new Grader(analysis, name, answers, rules).result()]);
