// The command line, by commander: the one command that runs is built from its data, read, and handed to its work, which is loaded
// then. What commands there are is commands.ts.

import { Option as Parsed, Command as Parser } from 'commander';
import type { Io } from '../io.js';
import { version } from '../version.js';
import type { Command } from './command.js';
import { COMMANDS, type CommandKey } from './commands.js';
import { ABOUT, CLOSING, examplesOf } from './help.js';
import { refuseMistyped } from './mistyped.js';
import { outputOf } from './output.js';
import { formatOf, printerOf } from './print.js';
import { type Spelled, spelledOptions } from './spelling.js';
import type { Work } from './work.js';

/** Where the work of each command is. */
const WORK: { readonly [K in CommandKey]: () => Promise<{ readonly run: Work<(typeof COMMANDS)[K]> }> } = {
  summary: () => import('./summary.js'),
  explain: () => import('./explain.js'),
  check: () => import('./check.js'),
  quiz: () => import('./quiz.js'),
  solve: () => import('./solve.js'),
  lint: () => import('./lint.js'),
  rf: () => import('./rf.js'),
  equiv: () => import('./equiv.js'),
  norms: () => import('./norms.js'),
  compare: () => import('./compare.js'),
  run: () => import('./run.js'),
  fold: () => import('./fold.js'),
  zoo: () => import('./zoo.js'),
  zooShow: () => import('./zoo-show.js'),
  schema: () => import('./schema.js'),
  completion: () => import('./completion.js'),
};

/** Reads the command line and does what it says. Throws commander's errors, UsageErrors and what the work throws. */
export const runProgram = async (argv: readonly string[], io: Io): Promise<number> => {
  refuseMistyped(argv);
  const [key, words] = commandIn(argv);
  const command: Command = COMMANDS[key];
  let code = 0;
  const parser = parserOf(command, io).action(async (...given: unknown[]) => {
    const options = given[given.length - 2] as Record<string, never>;
    const output = outputOf(options, io, command);
    // A form that the command has not got is refused before anything is computed.
    if (command.forms.length > 0) formatOf(options, command);
    const args = Object.fromEntries(Object.keys(command.args).map((name, i) => [name, given[i]]));
    const { run } = await WORK[key]();
    code = await (run as Work<Command>)(args as never, options as never, printerOf(options, output, command), io);
  });
  await parser.parseAsync(words, { from: 'user' });
  return code;
};

/** Which command the words begin with, and the words behind it; the default one where they begin with none. */
const commandIn = (argv: readonly string[]): readonly [CommandKey, readonly string[]] => {
  const words = argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv;
  for (const count of [2, 1]) {
    const name = words.slice(0, count).join(' ');
    const key = (Object.keys(COMMANDS) as CommandKey[]).find((one) => COMMANDS[one].name === name);
    if (key && words.length >= count) return [key, words.slice(count)];
  }
  return ['summary', words];
};

const parserOf = (command: Command, io: Io): Parser => {
  const parser = new Parser(`cnncalc ${command.name}`)
    .description(command.doc)
    .helpOption('-h, --help', 'this help')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
    });
  for (const { word, doc, count, fallback } of Object.values(command.args)) {
    const dots = count === 'any' || count === 'many' ? '...' : '';
    parser.argument(count === 'one' || count === 'many' ? `<${word}${dots}>` : `[${word}${dots}]`, doc, fallback);
  }
  for (const option of spelledOptions(command)) {
    parser.optionsGroup(option.group);
    for (const one of parsed(option)) parser.addOption(one);
  }
  if (command !== COMMANDS.summary) return parser.addHelpText('after', `\n${examplesOf(command)}`);
  return parser
    .name('cnncalc')
    .version(version, '-v, --version', 'the version of cnncalc')
    .usage('SPEC [options]\n       cnncalc COMMAND [options]')
    .addHelpText('before', `${ABOUT}\n\n${examplesOf(command)}\n`)
    .addHelpText('after', CLOSING)
    .configureHelp({
      visibleArguments: () => parser.registeredArguments.filter(({ description }) => description !== ''),
      visibleCommands: () => Object.values(COMMANDS).map((one: Command) => new Parser(one.name).description(one.doc)),
    });
};

/** As commander has it; what may be switched off has a second form that help does not list. */
const parsed = ({ long, doc, short, value, choices, read, fallback, negatable }: Spelled): readonly Parsed[] => {
  const option = new Parsed(`${short ? `-${short}, ` : ''}${long}${value ? ` ${value}` : ''}`, doc);
  if (choices) option.choices(choices);
  if (read) option.argParser(read);
  if (fallback !== undefined) option.default(fallback);
  return negatable ? [option, new Parsed(long.replace('--', '--no-')).hideHelp()] : [option];
};
