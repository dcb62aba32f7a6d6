// The schema of every result by the name that `cnncalc schema` takes.

import { checkSchema } from './check.js';
import { classSchema } from './class.js';
import { compareSchema } from './compare.js';
import { equivSchema, findSchema } from './equiv.js';
import { estimateSchema } from './estimate.js';
import { explainSchema } from './explain.js';
import { foldSchema } from './fold.js';
import { kindsSchema } from './kinds.js';
import { lintSchema } from './lint.js';
import { memorySchema } from './memory.js';
import { normsSchema } from './norms.js';
import { depthSchema } from './norms-depth.js';
import { reconcileSchema } from './reconcile.js';
import { reportSchema } from './report.js';
import { rfSchema } from './rf.js';
import { runSchema } from './run.js';
import { solveSchema } from './solve.js';
import { sweepSchema } from './sweep.js';
import { tensorsSchema } from './tensors.js';
import { whySchema } from './why.js';
import { zooSchema } from './zoo.js';

export const RESULT_SCHEMAS = {
  report: reportSchema,
  check: checkSchema,
  class: classSchema,
  compare: compareSchema,
  equiv: equivSchema,
  'equiv-find': findSchema,
  estimate: estimateSchema,
  explain: explainSchema,
  fold: foldSchema,
  kinds: kindsSchema,
  lint: lintSchema,
  memory: memorySchema,
  norms: normsSchema,
  'norms-depth': depthSchema,
  reconcile: reconcileSchema,
  rf: rfSchema,
  run: runSchema,
  solve: solveSchema,
  sweep: sweepSchema,
  tensors: tensorsSchema,
  why: whySchema,
  zoo: zooSchema,
} satisfies Readonly<Record<string, () => object>>;
