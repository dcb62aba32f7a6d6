// The schema of every result by the name that `cnncalc schema` takes.

import { reportSchema } from '../../schema/report.js';
import { checkSchema } from './check.js';
import { explainSchema } from './explain.js';
import { lintSchema } from './lint.js';
import { solveSchema } from './solve.js';

export const RESULT_SCHEMAS = {
  report: reportSchema,
  check: checkSchema,
  explain: explainSchema,
  lint: lintSchema,
  solve: solveSchema,
} satisfies Readonly<Record<string, () => object>>;
