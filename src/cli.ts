// main(argv, io) -> exit code: runs a command line. The command line itself is commands/program.ts, what ended it is told by
// commands/failure.ts; both are loaded only where there is more to say than the version.

import type { Io } from './io.js';
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
