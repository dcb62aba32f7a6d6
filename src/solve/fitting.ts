// Which sizes of the input a network can be built with, where nothing is expected of it: does my picture fit this U-Net?

import type { Blank, Unfinished } from '../lang/blanks.js';
import type { Solution } from './search.js';
import { Trials } from './trial.js';

export interface Fitting {
  /** From the smallest size; as many as are told. */
  readonly solutions: readonly Solution[];
  /** The largest size that was tried. */
  readonly most: number;
  /** What they have in common: `every 16th size from 188`. */
  readonly remark: string | null;
}

const MOST_SIZE = 1024;
const MOST_SOLUTIONS = 200;

/** One number for all sides. However many fit, a larger one may fit too. */
export const fittingSizes = (unfinished: Unfinished, onTrial?: () => void): Fitting => {
  const trials = new Trials(unfinished, [], onTrial);
  const solutions: Solution[] = [];
  const fitting: number[] = [];
  let n = 0;
  while (n < MOST_SIZE && !trials.exhausted) {
    n += 1;
    const size = n;
    const fillings = new Map(unfinished.blanks.map((blank: Blank) => [blank, [size]] as const));
    const { analysis, failure } = trials.run(fillings, 0, true);
    if (failure !== null) continue;
    fitting.push(n);
    if (solutions.length < MOST_SOLUTIONS) solutions.push({ fillings, analysis });
  }
  return { solutions, most: n, remark: patternOf(fitting) };
};

const patternOf = ([first, second, ...rest]: readonly number[]): string | null => {
  if (first === undefined || second === undefined || rest.length === 0) return null;
  const step = second - first;
  if (!rest.every((n, i) => n === second + (i + 1) * step)) return null;
  return step === 1 ? `every size from ${first} on fits` : `every ${ordinal(step)} size from ${first} on fits`;
};

const ordinal = (n: number): string => {
  const ending = n % 100 >= 11 && n % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${ending}`;
};
