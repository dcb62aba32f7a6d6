// cnncalc sweep: many networks, a line each. Which options mean something together, and how it ends; the work is in sweep/ beside it, and
// an answer in sweep/ beside the commands.

import { isFailure } from '../core/diagnostic.js';
import { listed } from '../core/quantity.js';
import type { Io } from '../io.js';
import { COMMANDS } from './commands.js';
import { Interrupted, outputOf, UsageError } from './output.js';
import { type Printer, printerOf } from './print.js';
import { Answered } from './sweep/answered.js';
import { chosenBy } from './sweep/best.js';
import { formsOf } from './sweep/forms.js';
import { inOrder } from './sweep/in-order.js';
import { inputOfLines, inputOfSpec, isOfLines, type SweepInput, type SweepOptions, specOf } from './sweep/input.js';
import { type Interrupt, interruptOf } from './sweep/interrupt.js';
import { numbered } from './sweep/lines.js';
import { type Before, before } from './sweep/resume.js';
import type { Work } from './work.js';

export const run: Work<typeof COMMANDS.sweep> = async ({ spec }, options, output, io) => {
  refuseTogether(spec, options);
  if (isOfLines(spec, options)) {
    // What is read line by line is answered line by line.
    const isAsked =
      options.json || options.format || options.get !== undefined || options.output !== undefined || options.plot;
    const printer = isAsked ? output : printerOf({ ...options, jsonl: true }, output, COMMANDS.sweep);
    return swept(inputOfLines(spec, options, io), options, printer, io);
  }
  const found = await specOf(spec, options, io);
  const { diagnostics } = found.read;
  if (diagnostics.some(isFailure)) {
    output.diagnostics(diagnostics, found);
    return 2;
  }
  if (found.remark !== null && !options.list) output.hint(found.remark);
  return swept(await inputOfSpec(found, options, io), options, output, io);
};

/** What of a line that is there already would be said in vain. */
const SAID = ['variant', 'set', 'input', 'batch', 'dtype'] as const;

/** Throws a UsageError for options that mean nothing together. */
const refuseTogether = (spec: string, options: SweepOptions): void => {
  const given = (keys: readonly (keyof SweepOptions)[]): readonly string[] =>
    keys.filter((key) => options[key] !== undefined && options[key] !== false).map((key) => `--${key}`);
  const [needsAll = ''] = given(['pareto', 'top', 'sort', 'plot']);
  if (options.resume !== undefined && needsAll)
    throw new UsageError(
      `--resume writes lines as they come, and ${needsAll} needs them all`,
      `sweep them first, and then: cnncalc sweep ${options.resume} ${needsAll} …`,
    );
  if (options.resume !== undefined && options.output !== undefined)
    throw new UsageError('--resume names the file that is written; leave -o out');
  const unsaid = given([
    'where',
    'pareto',
    'top',
    'sort',
    'reverse',
    'plot',
    'columns',
    'get',
    'json',
    'format',
    'jobs',
    'resume',
    'freeze',
    'pad',
    'layout',
    ...(isOfLines(spec, options) ? SAID : []),
  ]);
  if (options.list && unsaid.length > 0)
    throw new UsageError(
      `--list writes the lines unanswered; ${listed(unsaid)} ${unsaid.length > 1 ? 'belong' : 'belongs'} where they are answered`,
    );
};

const notOf = (failed: number, asked: number): string =>
  failed === asked && asked > 1 ? `none of ${asked} networks can` : `${failed} of ${asked} networks cannot`;

/** What is worth knowing of all of them. */
const remarksOn = ({ failed, asked, unknown }: Answered): readonly string[] => [
  ...(failed > 0 ? [`${notOf(failed, asked)} be analysed in full; their lines say why`] : []),
  ...(unknown > 0 ? [`${unknown} of ${asked} networks are left out: what --where asks is not known of them`] : []),
];

const swept = async (input: SweepInput, options: SweepOptions, printer: Printer, io: Io): Promise<number> => {
  const interrupt = interruptOf(io);
  try {
    if (options.list) return await writeList(input, interrupt, printer);
    const earlier = options.resume === undefined ? undefined : before(options.resume, io);
    const answered = new Answered(input, options, earlier, interrupt, io);
    const { forms, isWhole } = formsOf(answered, chosenBy(options), input.varied, options, interrupt);
    const out = earlier ? await goingOn(options, earlier, io) : printer;
    try {
      await out.print(forms);
    } finally {
      answered.close();
    }
    if (interrupt.isHeard) {
      const written = earlier ? 'the same command goes on behind them' : 'what was answered is written';
      throw new Interrupted(
        `interrupted after ${answered.asked} networks; ${isWhole() ? 'nothing was written' : written}`,
      );
    }
    for (const sentence of remarksOn(answered)) printer.hint(sentence);
    return answered.failed > 0 ? 1 : 0;
  } finally {
    interrupt.forget();
  }
};

const writeList = async (input: SweepInput, interrupt: Interrupt, printer: Printer): Promise<number> => {
  const lines = inOrder(input.lines(0), [{ work: async (some) => some }], interrupt.stopped);
  await printer.stream(lines, async (some) => some.map((line) => `${numbered(line)}\n`).join(''));
  if (interrupt.isHeard) throw new Interrupted('interrupted; the lines so far are written');
  return 0;
};

/** A console that writes behind what an earlier sweep has written. */
const goingOn = async (options: SweepOptions, { file, kept }: Before, io: Io): Promise<Printer> => {
  const written = { ...options, output: file, jsonl: true };
  return printerOf(written, await outputOf({ ...written, kept }, io, COMMANDS.sweep), COMMANDS.sweep);
};
