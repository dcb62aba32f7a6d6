// What ended a command line, as a sentence on stderr.

import { CommanderError } from 'commander';
import { type Io, isInterrupt, reason } from '../io.js';
import { hung } from '../report/caret.js';
import { oneLine } from '../report/page.js';
import type { Command } from './command.js';
import { COMMANDS, commandIn } from './commands.js';
import { nameOf } from './help.js';
import { ArgumentsError, asideOf, INTERRUPTED, Interrupted, UsageError } from './output.js';
import { usageOf } from './spelling.js';
import { Unreadable } from './text.js';

/** Tells what ended a command line, and returns the exit code. */
export const explainFailure = async (error: unknown, argv: readonly string[], io: Io): Promise<number> => {
  // No options were read, or not all of them: what is to be known of the terminal is in the environment.
  const { paint, setting } = await asideOf({ color: argv.includes('--no-color') ? 'never' : 'auto' }, io);
  const say = (text: string) => io.stderr.write(`${hung(text, setting)}\n`);
  const end = (message: string, help?: string): number => {
    say(`${paint.error('error:')} ${oneLine(message)}`);
    if (help) say(`  ${paint.bold('help:')} ${oneLine(help)}`);
    return 2;
  };
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    const [message = '', help] = error.message.split('\n');
    end(message.replace(/^error: /, ''), help?.replace(/^\(Did(.*)\)$/, 'did$1'));
    sayUsage(argv, say);
    return 2;
  }
  if (error instanceof Unreadable || error instanceof UsageError) {
    const [message, help] =
      error instanceof Unreadable
        ? [`${error.diagnostic.message} [${error.diagnostic.code}]`, error.diagnostic.help]
        : [error.message, error.help];
    end(message, help);
    if (error instanceof ArgumentsError) sayUsage(argv, say);
    return 2;
  }
  if (error instanceof Interrupted || isInterrupt(error)) {
    say(error instanceof Interrupted ? error.message : 'interrupted; nothing was written');
    return INTERRUPTED;
  }
  // What is read or written beside files of a name is not looked after where it happens.
  const { code, syscall, path } = (error ?? {}) as { code?: string; syscall?: string; path?: string };
  if (code !== undefined && syscall !== undefined)
    return end(
      syscall === 'write'
        ? `standard output cannot be written: ${reason(error)}`
        : `${path ?? 'standard input'} cannot be read: ${reason(error)}`,
    );
  say(`cnncalc failed: ${oneLine(error instanceof Error ? error.message : String(error))}`);
  say('  This is a bug in cnncalc, not in your spec. --debug shows where it happened.');
  if (argv.includes('--debug') && error instanceof Error) say(error.stack ?? '');
  return 3;
};

/** How the command that was meant is used, and where that is told. */
const sayUsage = (argv: readonly string[], say: (text: string) => void): void => {
  const command: Command = COMMANDS[argv[0] === 'help' ? 'summary' : commandIn(argv)[0]];
  const name = nameOf(command);
  say(`usage: ${name} ${usageOf(command)}`);
  say(`       ${name} -h says more`);
};
