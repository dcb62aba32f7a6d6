// main(argv, io) -> exit code: runs a command line. The command line itself is commands/program.ts, what ended it is told by
// commands/failure.ts; both are loaded only where there is more to say than the version.

import type { Io } from './io.js';
import type { Answers, Line, Question } from './sweep/answer.js';
import { version } from './version.js';

/** Runs one command line. Never throws; what goes wrong becomes an exit code and a sentence on stderr. */
export const main = async (argv: readonly string[], io: Io): Promise<number> => {
  try {
    if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-v')) {
      io.stdout.write(`${version}\n`);
      return 0;
    }
    return await (await import('./commands/program.js')).runProgram(argv, io);
  } catch (error) {
    return (await import('./commands/failure.js')).explainFailure(error, argv, io);
  }
};

/** What a thread of a sweep does: answers lines, by what every line is asked; see sweep/answer.ts. */
export const answerer = async (question: Question, io: Io): Promise<(lines: readonly Line[]) => Promise<Answers>> =>
  (await import('./commands/sweep/sources.js')).answererOf(question, io);
