// main(argv, io) -> exit code: runs a command line, and says what ended it. The command line itself is commands/program.ts.

import { CommanderError } from 'commander';
import { runProgram } from './commands/program.js';
import type { Io } from './io.js';

/** Runs one command line. Never throws; what goes wrong becomes an exit code and a sentence on stderr. */
export const main = async (argv: readonly string[], io: Io): Promise<number> => {
  try {
    return await runProgram(argv, io);
  } catch (error) {
    return explain(error, argv, io);
  }
};

const explain = async (error: unknown, argv: readonly string[], io: Io): Promise<number> => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const { Unreadable } = await import('./commands/load.js');
  const { UsageError } = await import('./commands/output.js');
  const say = (text: string) => io.stderr.write(`${text}\n`);
  if (error instanceof Unreadable || error instanceof UsageError) {
    const [message, help] =
      error instanceof Unreadable
        ? [`${error.diagnostic.message} [${error.diagnostic.code}]`, error.diagnostic.help]
        : [error.message, error.help];
    say(`error: ${message}`);
    if (help) say(`  help: ${help}`);
    return 2;
  }
  say(`cnncalc failed: ${error instanceof Error ? error.message : String(error)}`);
  say('  This is a bug in cnncalc, not in your spec. --debug shows where it happened.');
  if (argv.includes('--debug') && error instanceof Error) say(error.stack ?? '');
  return 3;
};
