// What ended a command line, as a sentence on stderr.

import { CommanderError } from 'commander';
import { type Io, reason } from '../io.js';
import { told } from '../report/page.js';
import { Unreadable } from './load.js';
import { UsageError } from './output.js';

/** Tells what ended a command line, and returns the exit code. */
export const explainFailure = (error: unknown, argv: readonly string[], io: Io): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const say = (text: string) => io.stderr.write(`${text}\n`);
  const end = (message: string, help?: string): number => {
    say(`error: ${told(message)}`);
    if (help) say(`  help: ${told(help)}`);
    return 2;
  };
  if (error instanceof Unreadable || error instanceof UsageError) {
    const [message, help] =
      error instanceof Unreadable
        ? [`${error.diagnostic.message} [${error.diagnostic.code}]`, error.diagnostic.help]
        : [error.message, error.help];
    return end(message, help);
  }
  // What is read or written beside files of a name is not looked after where it happens.
  const { code, syscall, path } = (error ?? {}) as { code?: string; syscall?: string; path?: string };
  if (code !== undefined && syscall !== undefined)
    return end(
      syscall === 'write'
        ? `standard output cannot be written: ${reason(error)}`
        : `${path ?? 'standard input'} cannot be read: ${reason(error)}`,
    );
  say(`cnncalc failed: ${told(error instanceof Error ? error.message : String(error))}`);
  say('  This is a bug in cnncalc, not in your spec. --debug shows where it happened.');
  if (argv.includes('--debug') && error instanceof Error) say(error.stack ?? '');
  return 3;
};
