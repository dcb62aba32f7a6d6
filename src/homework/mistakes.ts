// Every known mistake, in the order in which they are tried. What each is stands in mistakes/; who made one is found in diagnosis.ts.

import { BEFORE } from './mistakes/before.js';
import { COSTS } from './mistakes/costs.js';
import { FIELDS } from './mistakes/fields.js';
import type { Mistake } from './mistakes/mistake.js';
import { WORDS } from './mistakes/norms.js';
import { NORMS_AND_POOLS, WEIGHTS } from './mistakes/parameters.js';
import { FORMULAS, INPUTS, SHAPES } from './mistakes/shapes.js';

export { SHEET_MISTAKES } from './mistakes/sums.js';

/** In the order in which they are tried: of several that explain an answer, the one that a layer must be special for goes first. */
export const MISTAKES: readonly Mistake[] = [
  ...WEIGHTS,
  ...NORMS_AND_POOLS,
  ...SHAPES,
  ...FIELDS,
  ...COSTS,
  ...BEFORE,
  ...INPUTS,
  ...FORMULAS,
  ...WORDS,
];
