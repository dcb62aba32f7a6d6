// cnncalc quiz: a sheet of random layers and networks, or of the lecture's questions.

import { analyze } from '../analysis/analyze.js';
import { lectureQuiz, quiz } from '../homework/quiz.js';
import { parse } from '../lang/parse.js';
import { layers } from '../layers/index.js';
import type { COMMANDS } from './commands.js';
import { analyzed } from './load.js';
import { UsageError } from './output.js';
import type { Work } from './work.js';

export const run: Work<typeof COMMANDS.quiz> = async (_, { seed, lecture, key, lang, training }, output, io) => {
  const writing = { key: key === true, language: lang ?? 'en', training: training === true };
  const read = (spec: string) => parse(spec, { registry: layers });
  if (lecture) {
    if (training) throw new UsageError('the lecture asks nothing of training', 'leave out --training, or --lecture');
    if (seed !== undefined)
      throw new UsageError("the lecture's questions are the same for everybody", 'leave out --seed, or --lecture');
    // A text has lines, a bundled network's name has one.
    const network = async (spec: string) =>
      spec.includes('\n') ? analyze(read(spec)) : (await analyzed(spec, {}, { hint: () => {} }, io)).analysis;
    await output.print({ yaml: () => lectureQuiz(writing, network) });
    return 0;
  }
  const drawn = seed ?? newSeed();
  await output.print({ yaml: () => quiz(drawn, writing, read) });
  if (seed === undefined)
    output.hint(
      `the seed is ${drawn}: cnncalc quiz --seed ${drawn}${training ? ' --training' : ''} makes the same sheet, with --key its answers`,
    );
  return 0;
};

/** Six letters and digits, the first a letter: such words need no quotes in YAML or in a shell. */
const newSeed = (): string => `q${Math.random().toString(36).slice(2, 7).padEnd(5, '0')}`;
