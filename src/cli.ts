// main(argv, io) -> exit code: the command line by commander. Commands are loaded when they run, not before.

import { Command, CommanderError, Option } from 'commander';
import {
  budgetOptions,
  compareOptions,
  foldOptions,
  formatOptions,
  outputOptions,
  runOptions,
  specOptions,
  stackOptions,
  tableOptions,
  tensorOptions,
  unitOptions,
  wantedOptions,
  zooOptions,
} from './commands/options.js';
import { nearest } from './core/suggest.js';
import type { Io } from './io.js';
import { version } from './version.js';

const ABOUT = 'cnncalc: what a convolutional network does, layer by layer.';

const EXAMPLES = `Examples:
  cnncalc alexnet.yaml                        shapes, parameters, MACs, receptive field; totals
  cnncalc resnet50 --depth 1                  a bundled network, one line per stage
  cnncalc zoo                                 all bundled networks and their totals
  cnncalc "INPUT 32x32x3; CONV-5-6; POOL-2"   course notation
  cnncalc vgg16 --get totals.params           one value
  cnncalc net.yaml --json | jq .totals        for other programs
  cnncalc net.yaml --watch                    again on every save`;

const AFTER = `
Where a terminal is too narrow, the table leaves out, in this order: shares, notes, rounded numbers, the middles of long
names, the layer, MACs, rf. Numbers are never cut, and piped output has everything. --columns keeps what it names.

Exit codes: 0 fine; 1 the answer is no (a broken expect, a budget exceeded, a warning under --strict);
2 usage, or a spec that cannot be analysed in full; 3 a bug in cnncalc.`;

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
    .version(version, '-v, --version', 'the version of cnncalc')
    .helpOption('-h, --help', 'this help, or that of a command')
    .usage('SPEC [options]\n       cnncalc COMMAND [options]')
    .addHelpText('before', `${ABOUT}\n\n${EXAMPLES}\n`)
    .addHelpText('after', AFTER)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
    });

  const summary = program
    .command('summary', { isDefault: true })
    .argument('[SPEC]', 'a file, the name of a bundled network, course notation, or - for standard input')
    .description('layer by layer: output volume, parameters, MACs, receptive field; totals, memory (the default)')
    .allowExcessArguments()
    .action(async (spec: string | undefined, options, command: Command) => {
      const verbs = program.commands.map((known) => known.name());
      const [, ...more] = command.args;
      if (spec === undefined || (spec === '-' && io.stdinIsTTY)) {
        io.stderr.write(`${ABOUT}\n\n${EXAMPLES}\n\nUsage: cnncalc SPEC [options]; cnncalc --help says more.\n`);
        done(2);
      } else if (more.length > 0) {
        const near = nearest(spec, verbs);
        const { UsageError } = await import('./commands/output.js');
        throw near
          ? new UsageError(`there is no command "${spec}"`, `did you mean ${near}?`)
          : new UsageError(
              `one spec at a time, not ${more.length + 1}: ${command.args.join(', ')}`,
              'put course notation in quotes',
            );
      } else if (options.explain) done(await (await import('./commands/explain.js')).run(spec, undefined, options, io));
      else done(await (await import('./commands/summary.js')).run(spec, { ...options, verbs }, io));
    });
  specOptions(summary);
  tableOptions(summary);
  budgetOptions(summary);
  outputOptions(summary)
    .option('--watch', 'print again whenever the file changes')
    .option('--explain', 'every number worked out, as the command explain does');

  const explained = program
    .command('explain')
    .argument('<SPEC>', 'as for summary')
    .argument('[LAYER]', 'one layer, with what stands below its name')
    .description('every number of a layer worked out: formula, with numbers, result, convention')
    .action(async (spec: string, layer: string | undefined, options) =>
      done(await (await import('./commands/explain.js')).run(spec, layer, options, io)),
    );
  outputOptions(formatOptions(specOptions(explained), ['table', 'markdown', 'latex', 'json']));

  const checked = program
    .command('check')
    .argument('<SPEC>', 'as for summary; a sheet that names its spec may stand alone')
    .argument('[ANSWERS]', 'a sheet: YAML, CSV or a Markdown table; absent: what the spec expects of itself')
    .description('grades an answer sheet and names the mistakes; exit code 0 only if all is right')
    .action(async (spec: string, answers: string | undefined, options) =>
      done(await (await import('./commands/check.js')).run(spec, answers, options, io)),
    );
  specOptions(checked)
    .optionsGroup('Grading:')
    .addOption(
      new Option('--show <what>', 'verdicts only, hints, or the answers too')
        .choices(['none', 'hint', 'answer'])
        .default('hint'),
    )
    .option(
      '--rules <file>',
      "the teacher's sheet: what is asked, points, conventions; the student's own are not heeded",
    )
    .option('--template', 'an empty sheet for SPEC');
  outputOptions(formatOptions(checked, ['table', 'json', 'markdown', 'junit', 'gradescope']));

  const quizzed = program
    .command('quiz')
    .requiredOption('--seed <text>', 'any text; the same seed makes the same sheet')
    .option('--key', 'the sheet with its answers')
    .description('a sheet of random layers and networks, which check grades')
    .action(async (options) => done((await import('./commands/check.js')).quiz(options, io)));
  outputOptions(quizzed);

  const solved = program
    .command('solve')
    .argument('<SPEC>', 'as for summary, with _ for what is unknown')
    .description('finds the values written _ that give what the spec expects; exit code 1 if there are none')
    .addHelpText(
      'after',
      '\nExamples:\n  cnncalc solve net.yaml\n  cnncalc solve "INPUT 28x28x6; CONV-_-34" --expect out=28x28x34\n  cnncalc solve alexnet --input _x_x3 --expect conv1.out=55x55x96',
    )
    .action(async (spec: string, options) => done(await (await import('./commands/solve.js')).run(spec, options, io)));
  outputOptions(formatOptions(wantedOptions(specOptions(solved)), ['table', 'markdown', 'latex', 'json']));

  const linted = program
    .command('lint')
    .argument('<SPEC>', 'as for summary')
    .description(
      'warns of what is rarely meant, rule by rule; exit code 1 for an error, and for a warning under --strict',
    )
    .action(async (spec: string, options) => done(await (await import('./commands/lint.js')).run(spec, options, io)));
  outputOptions(specOptions(linted).option('--json', 'as JSON'));

  const rf = program
    .command('rf')
    .argument('<SPEC>', 'a file, the name of a bundled network, course notation, or - for standard input')
    .argument('[LAYER]', 'one layer: the steps to its field, and what a unit of it sees')
    .description('receptive fields: size, stride, padding, centre; of one layer the steps, a unit, a figure')
    .action(async (spec: string, layer: string | undefined, options) =>
      done(await (await import('./commands/rf.js')).run(spec, layer, options, io)),
    );
  specOptions(rf);
  unitOptions(rf);
  tableOptions(rf);
  outputOptions(rf);

  const equiv = program
    .command('equiv')
    .argument('<A>', 'a stack (3x3+3x3+3x3, 3x3^3, 5x5d2, 3x3s2, 1x7+7x1) or a spec')
    .argument('[B]', 'another')
    .description('do two stacks see the same, and at what price? With --find: which stacks see as much as A?')
    .addHelpText(
      'after',
      '\nExamples:\n  cnncalc equiv 3x3+3x3+3x3 7x7\n  cnncalc equiv 7x7 --find\n  cnncalc equiv 1x7+7x1 7x7 --channels 192 --input 17',
    )
    .action(async (a: string, b: string | undefined, options) =>
      done(await (await import('./commands/equiv.js')).run(a, b, options, io)),
    );
  stackOptions(equiv);
  outputOptions(equiv);

  const norms = program
    .command('norms')
    .description('batch, layer, instance, group and other normalisations side by side, executed')
    .addHelpText('after', '\nExamples:\n  cnncalc norms\n  cnncalc norms --input 8x8x6 --batch 4 --groups 3')
    .action(async (options) => done(await (await import('./commands/norms.js')).run(options, io)));
  outputOptions(formatOptions(tensorOptions(norms), ['table', 'json', 'markdown', 'latex']));

  const compare = program
    .command('compare')
    .argument('<SPECS...>', 'two specs or more; the others are compared with the first')
    .description('networks side by side, and where their layers differ')
    .action(async (specs: readonly string[], options) =>
      done(await (await import('./commands/compare.js')).run(specs, options, io)),
    );
  specOptions(compare);
  compareOptions(compare);
  outputOptions(compare);

  const run = program
    .command('run')
    .argument('<SPEC>', 'a file, the name of a bundled network, course notation, or - for standard input')
    .description('executes the network: times, outputs, statistics; weights and data from files or from a seed')
    .action(async (spec: string, options) => done(await (await import('./commands/run.js')).run(spec, options, io)));
  specOptions(run);
  runOptions(run);
  outputOptions(run);

  const fold = program
    .command('fold')
    .argument('<SPEC>', 'as for summary')
    .description(
      'batch normalisations taken over by the layers beside them, and the proof that the output did not change',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  cnncalc fold resnet18\n  cnncalc fold net.yaml --weights net.safetensors -o folded.safetensors --spec folded.yaml',
    )
    .action(async (spec: string, options) => done(await (await import('./commands/fold.js')).run(spec, options, io)));
  outputOptions(formatOptions(foldOptions(specOptions(fold)), ['table', 'json', 'markdown', 'latex']));

  const zoo = program
    .command('zoo')
    .argument('[NAMES...]', 'networks (resnet50) or all of a file (resnet, vgg.yaml); absent: all there are')
    .description('the bundled networks, their variants and totals; "zoo show NAME" prints the YAML')
    .addHelpText(
      'after',
      '\nExamples:\n  cnncalc zoo --sort params\n  cnncalc zoo alexnet --why\n  cnncalc zoo --only "resnet*" --format csv\n  cnncalc zoo show resnet > mine.yaml',
    )
    .action(async (names: readonly string[], options) =>
      done(await (await import('./commands/zoo.js')).run(names, options, io)),
    );
  zooOptions(zoo);
  outputOptions(zoo);
  zoo
    .command('show')
    .argument('<NAME>', 'a network (resnet50) or a file (resnet.yaml)')
    .description('prints the YAML that holds the network, or writes it to the file of --output')
    .action(async (name: string, _, command: Command) =>
      done((await import('./commands/zoo.js')).show(name, command.optsWithGlobals(), io)),
    );

  program
    .command('schema')
    .argument('[NAME]', 'report, spec or answers', 'report')
    .description('the JSON Schema of the report (--json), or of the language or answer sheets for editors')
    .action(async (name: string) => done(await (await import('./commands/schema.js')).schema(name, io)));

  program
    .command('completion')
    .argument('<SHELL>', 'bash, zsh or fish')
    .description('a script that completes commands, options and bundled networks')
    .action(async (shell: string) => done((await import('./commands/completion.js')).completion(shell, program, io)));

  // The options of the default command are the program's own to whoever asks for help.
  const own = program.createHelp();
  program.configureHelp({
    visibleOptions: (command) =>
      command === program
        ? [...own.visibleOptions(summary), ...own.visibleOptions(program)].filter(
            (option, i, all) => all.findIndex((other) => other.flags === option.flags) === i,
          )
        : own.visibleOptions(command),
  });
  return program;
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
