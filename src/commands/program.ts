// The command line, by commander: the one command that runs is built from its data, read, and handed to its work, which is loaded
// then. What commands there are is commands.ts.

import { Option as Parsed, Command as Parser } from 'commander';
import { suggestion } from '../core/suggest.js';
import type { Io } from '../io.js';
import { version } from '../version.js';
import type { Command } from './command.js';
import { COMMANDS, type CommandKey, commandIn } from './commands.js';
import { refuseMistyped } from './mistyped.js';
import { ArgumentsError, outputOf } from './output.js';
import { formatOf, printerOf } from './print.js';
import { type Spelled, spelledOptions, usageOf } from './spelling.js';
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
  estimate: () => import('./estimate.js'),
  fold: () => import('./fold.js'),
  memory: () => import('./memory.js'),
  convert: () => import('./convert.js'),
  reconcile: () => import('./reconcile.js'),
  sweep: () => import('./sweep.js'),
  zoo: () => import('./zoo.js'),
  zooShow: () => import('./zoo-show.js'),
  new: () => import('./new.js'),
  play: () => import('./play.js'),
  kinds: () => import('./kinds.js'),
  why: () => import('./why.js'),
  schema: () => import('./schema.js'),
  completion: () => import('./completion.js'),
};

/** Reads the command line and does what it says. Throws commander's errors, UsageErrors and what the work throws. */
export const runProgram = async (argv: readonly string[], io: Io): Promise<number> => {
  if (argv[0] === '__complete') return (await import('./complete.js')).complete(argv.slice(1), io);
  refuseMistyped(argv);
  const [key, words] = commandIn(argv);
  const [first = ''] = words;
  if (argv[0] === 'help' && key === 'summary' && first === argv[1] && !first.startsWith('-'))
    throw new ArgumentsError(`there is no command "${first}"`, suggestion(first, commandNames, 'commands'));
  const command: Command = COMMANDS[key];
  let code = 0;
  const parser = parserOf(command, words, io).action(async (...given: unknown[]) => {
    const options = given[given.length - 2] as Record<string, never>;
    const output = await outputOf(options, io, command);
    // A form that the command has not got is refused before anything is computed.
    if (command.forms.length > 0) formatOf(options, command);
    const args = Object.fromEntries(Object.keys(command.args).map((name, i) => [name, given[i]]));
    const { run } = await WORK[key]();
    code = await (run as Work<Command>)(args as never, options as never, printerOf(options, output, command), io);
  });
  try {
    await parser.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof HelpAsked)) throw error;
    const { helpWidth, longHelp, shortHelp } = await import('./help.js');
    const width = helpWidth(io.stdout.columns);
    io.stdout.write(error.length === 'short' ? shortHelp(command, width) : longHelp(command, parser, width));
  }
  return code;
};

const commandNames = Object.values(COMMANDS).map(({ name }) => name);

/** Ends the reading of the command line: nothing behind it matters. */
class HelpAsked extends Error {
  constructor(readonly length: 'short' | 'long') {
    super(length);
  }
}

const parserOf = (command: Command, words: readonly string[], io: Io): Parser => {
  const parser = new Parser(`cnncalc ${command.name}`)
    .usage(usageOf(command))
    .helpOption(false)
    .exitOverride()
    // What went wrong is told by failure.ts.
    .configureOutput({ writeOut: (text) => io.stdout.write(text), outputError: () => {} });
  for (const { word, doc, count, fallback } of Object.values(command.args)) {
    const dots = count === 'any' || count === 'many' ? '...' : '';
    parser.argument(count === 'one' || count === 'many' ? `<${word}${dots}>` : `[${word}${dots}]`, doc, fallback);
  }
  for (const option of optionsFor(words, spelledOptions(command))) {
    parser.optionsGroup(option.group);
    for (const one of parsed(option)) parser.addOption(one);
  }
  parser.optionsGroup('Help:');
  if (command === COMMANDS.summary) parser.name('cnncalc').version(version, '-v, --version', 'the version of cnncalc');
  return parser
    .option('-h', 'the short help')
    .option('--help', 'this help')
    .on('option:h', () => {
      throw new HelpAsked('short');
    })
    .on('option:help', () => {
      throw new HelpAsked('long');
    });
};

/**
 * The options that the words name, and such as hold something where they are not named: building the others takes longer than
 * reading the words. All where a word may be anything else, which is then help, or a mistake that all are needed to speak of.
 */
const optionsFor = <S extends Spelled>(words: readonly string[], all: readonly S[]): readonly S[] => {
  const named = new Set(words.filter((word) => /^-./.test(word)).map((word) => /^--[^=]+/.exec(word)?.[0] ?? word));
  const isNamed = ({ long, short }: Spelled) =>
    named.delete(long) || (short !== undefined && named.delete(`-${short}`));
  const needed = all.filter((option) => isNamed(option) || option.negated || option.fallback !== undefined);
  return named.size === 0 ? needed : all;
};

/** As commander has it; what may be switched off has a second form that help does not list. */
const parsed = ({ long, doc, short, value, choices, read, fallback, negatable }: Spelled): readonly Parsed[] => {
  const option = new Parsed(`${short ? `-${short}, ` : ''}${long}${value ? ` ${value}` : ''}`, doc);
  if (choices) option.choices(choices);
  if (read) option.argParser(read);
  if (fallback !== undefined) option.default(fallback);
  return negatable ? [option, new Parsed(long.replace('--', '--no-')).hideHelp()] : [option];
};
