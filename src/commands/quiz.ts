// cnncalc quiz: a sheet of random layers and networks.

import { quiz } from '../homework/quiz.js';
import { parse } from '../lang/parse.js';
import { layers } from '../layers/index.js';
import type { COMMANDS } from './commands.js';
import { UsageError } from './output.js';
import type { Work } from './work.js';

export const run: Work<typeof COMMANDS.quiz> = async (_, { seed, key }, output) => {
  if (seed === undefined)
    throw new UsageError('a quiz needs a seed', 'write --seed and any text: cnncalc quiz --seed ada');
  await output.print({ yaml: () => quiz(seed, key === true, (spec) => parse(spec, { registry: layers })) });
  return 0;
};
