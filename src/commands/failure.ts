// What ended a command line, as a sentence on stderr.

import { CommanderError } from 'commander';
import type { Io } from '../io.js';
import type { Command } from './command.js';
import { COMMANDS, commandIn } from './commands.js';
import { helpWidth, nameOf, wrapped } from './help.js';
import { ArgumentsError, UsageError } from './output.js';
import { usageOf } from './spelling.js';
import { Unreadable } from './text.js';

/** Tells what ended a command line, and returns the exit code. */
export const explainFailure = (error: unknown, argv: readonly string[], io: Io): number => {
  // A pipe is read by programs: a sentence stays one line.
  const say = (text: string) =>
    io.stderr.write(`${io.stderr.isTTY ? wrapped(text, helpWidth(io.stderr.columns)) : text}\n`);
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    const [message = '', help] = error.message.split('\n');
    say(message);
    if (help) say(`  help: ${help.replace(/^\(Did(.*)\)$/, 'did$1')}`);
    sayUsage(argv, say);
    return 2;
  }
  if (error instanceof Unreadable || error instanceof UsageError) {
    const [message, help] =
      error instanceof Unreadable
        ? [`${error.diagnostic.message} [${error.diagnostic.code}]`, error.diagnostic.help]
        : [error.message, error.help];
    say(`error: ${message}`);
    if (help) say(`  help: ${help}`);
    if (error instanceof ArgumentsError) sayUsage(argv, say);
    return 2;
  }
  say(`cnncalc failed: ${error instanceof Error ? error.message : String(error)}`);
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
