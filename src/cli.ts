// main(argv, io) -> exit code: the command line by commander. Commands are loaded when they run, not before.

import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { parseQuantity } from './core/quantity.js';
import type { Io } from './io.js';
import { version } from './version.js';

const EXAMPLES = `
Examples:
  cnncalc alexnet.yaml                        layer by layer: shapes, parameters, MACs, receptive field
  cnncalc resnet50 --depth 1                  a bundled network, one line per stage
  cnncalc "INPUT 32x32x3; CONV-5-6; POOL-2"   course notation
  cnncalc vgg16 --get totals.params           one value
  cnncalc net.yaml --json | jq .totals        for other programs
  cnncalc net.yaml --watch                    again on every save

Exit codes: 0 fine, 1 the answer is no (a broken expect), 2 usage or a spec that cannot be analysed in full, 3 a bug.`;

/** Runs one command line. Never throws; what goes wrong becomes an exit code and a sentence on stderr. */
export const main = async (argv: readonly string[], io: Io): Promise<number> => {
  let code = 0;
  const program = commandLine(io, (result) => {
    code = result;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    return explain(error, argv, io);
  }
};

const commandLine = (io: Io, done: (code: number) => void): Command => {
  const program = new Command('cnncalc')
    .description('What a convolutional network does, layer by layer.')
    .version(version, '-v, --version')
    .usage('SPEC [options]\n       cnncalc COMMAND [options]')
    .addHelpText('after', EXAMPLES)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) });

  const summary = program
    .command('summary', { isDefault: true })
    .argument('[SPEC]', 'a file, the name of a bundled network, course notation, or - for standard input')
    .description('layer by layer: output volume, parameters, MACs, receptive field; totals, memory (the default)')
    .action(async (spec: string | undefined, options) => {
      if (spec === undefined) {
        program.outputHelp();
        done(2);
        return;
      }
      done(await (await import('./commands/summary.js')).run(spec, options, io));
    });
  specOptions(summary);
  outputOptions(summary);

  program
    .command('schema')
    .argument('[NAME]', 'report or spec', 'report')
    .description('the JSON Schema of the report (--json), or of the language for editors')
    .action(async (name: string) => done(await (await import('./commands/schema.js')).schema(name, io)));

  return program;
};

const FORMATS = ['table', 'json', 'jsonl', 'csv', 'tsv', 'markdown', 'latex'];

/** What is said of the spec: which variant, with which values. */
const specOptions = (command: Command): Command =>
  command
    .option('--variant <name>', 'one of the spec\'s variants')
    .option('--set <var=expr>', 'override a var; may be repeated', assignment, {})
    .option('--input <shape>', 'another input, in the spec\'s layout: 256x256x3')
    .option('--batch <n>', 'images at once, for memory', positive)
    .addOption(new Option('--dtype <type>', 'type of the numbers, for memory').choices(['f32', 'f16', 'bf16', 'int8']))
    .addOption(new Option('--pad <how>', 'what convolutions of course notation pad').choices(['same', 'valid']));

const outputOptions = (command: Command): Command =>
  command
    .option('--json', 'the whole report as JSON')
    .addOption(new Option('--format <format>', 'how to print').choices(FORMATS))
    .option('-o, --output <file>', 'write to a file')
    .option('--columns <a,b,c>', 'which columns, in which order', list)
    .option('--depth <n>', 'fold names to n parts: 1 for one line per stage', positive)
    .option('--only <glob>', 'only layers of that name: "layer2.*"')
    .option('--sort <column>', 'the largest first')
    .option('--get <path>', 'print one value: totals.params, layers.conv1.params.total')
    .addOption(new Option('--layout <layout>', 'how shapes are printed').choices(['hwc', 'chw']))
    .option('--watch', 'print again whenever the file changes')
    .option('--ascii', 'plain characters only')
    .option('--width <n>', 'characters in a line', positive)
    .addOption(new Option('--color <when>', 'colours').choices(['auto', 'always', 'never']))
    .option('-q, --quiet', 'no hints or warnings, errors only')
    .option('--strict', 'warnings count as failures')
    .option('--debug', 'show where an internal error came from');

const positive = (text: string): number => {
  const n = parseQuantity(text);
  if (!n || n.low !== n.high || n.low < 1) throw new InvalidArgumentError('It must be a whole number of at least 1.');
  return n.low;
};

const list = (text: string): string[] => text.split(',').map((part) => part.trim()).filter((part) => part !== '');

const assignment = (text: string, before: Readonly<Record<string, string>>): Record<string, string> => {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be NAME=VALUE, such as width=32.');
  return { ...before, [text.slice(0, at).trim()]: text.slice(at + 1).trim() };
};

const explain = async (error: unknown, argv: readonly string[], io: Io): Promise<number> => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const { Unreadable } = await import('./commands/load.js');
  const { UsageError } = await import('./commands/output.js');
  const say = (text: string) => io.stderr.write(`${text}\n`);
  if (error instanceof Unreadable || error instanceof UsageError) {
    const [message, help] = error instanceof Unreadable ? [`${error.diagnostic.message} [${error.diagnostic.code}]`, error.diagnostic.help] : [error.message, error.help];
    say(`error: ${message}`);
    if (help) say(`  help: ${help}`);
    return 2;
  }
  say(`cnncalc failed: ${error instanceof Error ? error.message : String(error)}`);
  say('  This is a bug in cnncalc, not in your spec. --debug shows where it happened.');
  if (argv.includes('--debug') && error instanceof Error) say(error.stack ?? '');
  return 3;
};
