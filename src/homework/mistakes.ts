// Every known mistake, in the order in which they are tried. What each is stands in mistakes/; who made one is found in diagnosis.ts.
// A hint has no digits and no signs of comparison, so that nobody can turn it into the answer.

import { COSTS } from './mistakes/costs.js';
import { FIELDS } from './mistakes/fields.js';
import type { Mistake } from './mistakes/mistake.js';
import { NORMS_AND_POOLS, WEIGHTS } from './mistakes/parameters.js';
import { FORMULAS, INPUTS, SHAPES } from './mistakes/shapes.js';

/** In the order in which they are tried: of several that explain an answer, the one that a layer must be special for goes first. */
export const MISTAKES: readonly Mistake[] = [
  ...WEIGHTS,
  ...NORMS_AND_POOLS,
  ...SHAPES,
  ...FIELDS,
  ...COSTS,
  ...INPUTS,
  ...FORMULAS,
];

/** Mistakes about a written unit or a sum, which no layer is recomputed for. */
export const OTHER_HINTS = {
  'mb-for-mib': 'the number is right for the other kind of kilobyte',
  'missed-a-layer': 'one layer is missing from the sum',
  'forgot-input': 'the input is a volume too, and takes memory',
  'notes-sum': "this is what a lecture's notes print; their own column adds up to another number",
  'power-of-ten': 'the digits are right, the size is not: is a K, M or G missing, or one too many?',
  'forgot-gradients': 'while training, gradients and what the optimiser remembers take memory too',
} as const;
