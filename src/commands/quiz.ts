// cnncalc quiz: a sheet of random layers and networks.

import { quiz } from '../homework/quiz.js';
import { parse } from '../lang/parse.js';
import { layers } from '../layers/index.js';
import type { COMMANDS } from './commands.js';
import type { Work } from './work.js';

export const run: Work<typeof COMMANDS.quiz> = async (_, { seed, key }, output) => {
  const drawn = seed ?? newSeed();
  await output.print({ yaml: () => quiz(drawn, key === true, (spec) => parse(spec, { registry: layers })) });
  if (seed === undefined)
    output.hint(`the seed is ${drawn}: cnncalc quiz --seed ${drawn} makes the same sheet, with --key its answers`);
  return 0;
};

/** Six letters and digits, the first a letter: such words need no quotes in YAML or in a shell. */
const newSeed = (): string => `q${Math.random().toString(36).slice(2, 7).padEnd(5, '0')}`;
