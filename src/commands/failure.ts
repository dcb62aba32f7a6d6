// What ended a command line, as a sentence on stderr.

import { CommanderError } from 'commander';
import type { Io } from '../io.js';
import { UsageError } from './output.js';
import { Unreadable } from './text.js';

/** Tells what ended a command line, and returns the exit code. */
export const explainFailure = (error: unknown, argv: readonly string[], io: Io): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
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
