// How a command speaks: colour and width by the conventions of terminals, results to stdout or a file, the rest on stderr.

import type { Diagnostic } from '../core/diagnostic.js';
import { type Io, isInterrupt, reason, type Sink } from '../io.js';
import { describe, headline, hung, inOrder, type Paint, paintOf, type Setting } from '../report/caret.js';
import { COLORLESS, type Colors } from '../report/colors.js';
import type { Terminal } from '../report/formats/terminal.js';
import { oneLine, type Source } from '../report/page.js';
import type { Command, OptionsOf } from './command.js';
import type { OUTPUT } from './options.js';
import { spelledOptions } from './spelling.js';

/** A command line that means nothing, or cannot be carried out: exit code 2. */
export class UsageError extends Error {
  constructor(
    message: string,
    readonly help?: string,
  ) {
    super(message);
  }
}

/** Ctrl-C, with what became of the work. */
export class Interrupted extends Error {}

/** What a shell expects of a program that Ctrl-C ended. */
export const INTERRUPTED = 130;

/** Too few or too many words: how the command is used is told as well. */
export class ArgumentsError extends UsageError {}

export type OutputOptions = OptionsOf<[typeof OUTPUT]> & {
  /** Bytes of the file of `--output` that stay, where a result goes on behind what is there. */
  readonly kept?: number;
};

export interface Output {
  readonly terminal: () => Terminal;
  /** The result, to stdout or to the file of `--output`. What the table had to leave out is said after it. */
  readonly write: (written: string | Iterable<Uint8Array>) => void;
  /** A result that comes part by part, each as a text, to stdout or the file. It ends where nobody reads. */
  readonly stream: <T>(parts: AsyncIterable<T>, text: (part: T) => Promise<string>) => Promise<void>;
  /** Something worth knowing, on stderr; silent under --quiet. */
  readonly hint: (sentence: string) => void;
  /** On stderr, in the order of the text, each once. `brief` shows the text of errors only. */
  readonly diagnostics: (diagnostics: readonly Diagnostic[], source: Source, brief?: 'brief') => void;
  /** On stderr, a line for each code of the first few, the names of the others, and `command`, which says all of it. */
  readonly briefly: (warnings: readonly Diagnostic[], source: Source, command: string) => void;
}

/** More than this is not read by anybody. */
const MOST_DIAGNOSTICS = 50;

/** Below a table. */
const MOST_BRIEF = 3;

/** --color > FORCE_COLOR > NO_COLOR > TERM=dumb > is it a terminal, for each stream apart. `FORCE_COLOR=0` is off, as in Node. */
const hasColor = (sink: Sink, env: Io['env'], option: OutputOptions['color'] = 'auto'): boolean => {
  if (option !== 'auto') return option === 'always';
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (env['NO_COLOR']) return false;
  if (env['TERM'] === 'dumb') return false;
  return sink.isTTY;
};

/** Whether there are 256 colours and not 16: as FORCE_COLOR says (2 or 3), else as the terminal says of itself. */
const hasShades = (env: Io['env']): boolean => {
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined && forced !== '') return forced === '2' || forced === '3';
  return Boolean(env['COLORTERM'] || env['WT_SESSION']) || /256|kitty|alacritty|direct/.test(env['TERM'] ?? '');
};

const colorsFor = async (sink: Sink, env: Io['env'], option?: OutputOptions['color']): Promise<Colors> => {
  if (!hasColor(sink, env, option)) return COLORLESS;
  const { Chalk } = await import('chalk');
  return new Chalk({ level: hasShades(env) ? 2 : 1 });
};

/** What is said beside a result: painted, and wrapped where somebody reads it; in a pipe a sentence stays one line. */
export const asideOf = async (
  options: Pick<OutputOptions, 'color' | 'width' | 'ascii'>,
  { stderr, env }: Pick<Io, 'stderr' | 'env'>,
): Promise<{ readonly paint: Paint; readonly setting: Setting }> => ({
  paint: paintOf(await colorsFor(stderr, env, options.color)),
  setting: {
    ascii: options.ascii === true,
    width: stderr.isTTY ? (options.width ?? stderr.columns ?? columnsIn(env)) : undefined,
  },
});

const columnsIn = (env: Io['env']): number | undefined => {
  const columns = Number(env['COLUMNS']);
  return Number.isInteger(columns) && columns > 0 ? columns : undefined;
};

/** The file that --output names; `-` is stdout. */
export const fileOf = ({ output }: Pick<OutputOptions, 'output'>): string | undefined =>
  output === '-' ? undefined : output;

/** --width > COLUMNS > the terminal's own; no limit where the output is piped or goes to a file. */
const widthFor = (options: OutputOptions, io: Io): number | undefined => {
  if (options.width !== undefined) return options.width;
  if (!io.stdout.isTTY || fileOf(options) !== undefined) return undefined;
  return columnsIn(io.env) ?? io.stdout.columns;
};

export const outputOf = async (options: OutputOptions, io: Io, command: Command): Promise<Output> => {
  const offered = (names: readonly string[]): string =>
    spelledOptions(command)
      .flatMap(({ long }) => (names.includes(long) ? [long] : []))
      .join(', ');
  const { paint, setting } = await asideOf(options, io);
  const say = (sentence: string) => io.stderr.write(`${hung(sentence, setting, '  ')}\n`);
  const hint = (sentence: string) => {
    if (!options.quiet) say(oneLine(sentence));
  };
  const afterwards: string[] = [];
  // A file gets colours only from whoever asks for them in so many words.
  const color = fileOf(options) !== undefined && options.color !== 'always' ? 'never' : options.color;
  const colors = await colorsFor(io.stdout, io.env, color);
  return {
    hint,
    terminal: () => {
      const width = widthFor(options, io);
      return {
        ascii: options.ascii === true,
        colors,
        leftOut: (sentence) => afterwards.push(`${sentence} (${offered(['--width', '--columns'])})`),
        ...(width !== undefined && { width }),
      };
    },
    write: (written) => {
      const file = fileOf(options);
      if (file !== undefined) writeFile(file, written, io);
      else for (const piece of typeof written === 'string' ? [written] : written) io.stdout.write(piece);
      for (const sentence of afterwards.splice(0)) hint(sentence);
    },
    stream: async (parts, text) => {
      const file = fileOf(options);
      const told = <T>(work: () => T): T => {
        try {
          return work();
        } catch (error) {
          throw file === undefined ? error : new UsageError(`${file} cannot be written: ${reason(error)}`);
        }
      };
      const growing = file === undefined ? undefined : told(() => io.grow(file, options.kept ?? 0));
      try {
        for await (const part of parts) {
          const piece = await text(part);
          if (growing) told(() => growing.write(piece));
          else io.stdout.write(piece);
          if (io.stdout.isClosed) break;
        }
      } finally {
        growing?.close();
      }
      for (const sentence of afterwards.splice(0)) hint(sentence);
    },
    diagnostics: (diagnostics, source, brief) => {
      const worth = inOrder(options.quiet ? diagnostics.filter((d) => d.severity === 'error') : diagnostics);
      for (const diagnostic of worth.slice(0, MOST_DIAGNOSTICS))
        io.stderr.write(`${describe(diagnostic, source, paint, { ...setting, brief: brief !== undefined })}\n`);
      const more = worth.slice(MOST_DIAGNOSTICS);
      const errors = more.filter((d) => d.severity === 'error').length;
      if (more.length > 0)
        say(`and ${more.length} more, ${errors} of them errors; ${offered(['--json']) || 'JSON'} lists all`);
    },
    briefly: (warnings, source, command) => {
      if (options.quiet || warnings.length === 0) return;
      const codes = [...new Set(warnings.map(({ code }) => code))];
      for (const code of codes.slice(0, MOST_BRIEF)) {
        const [first, ...same] = warnings.filter((warning) => warning.code === code);
        if (!first) continue;
        const again = same.length > 0 ? ` and ${same.length} more` : '';
        io.stderr.write(`${hung(`${headline(first, source, paint)}${again}`, setting)}\n`);
      }
      const rest = codes.slice(MOST_BRIEF);
      hint(
        `${rest.length > 0 ? `also ${rest.join(', ')}; ` : ''}what to write instead: ${command}; what a code means: cnncalc why CODE`,
      );
    },
  };
};

/** Throws a UsageError where it cannot be written, Interrupted at Ctrl-C. */
export const writeFile = (file: string, content: string | Iterable<Uint8Array>, io: Io): void => {
  try {
    io.writeFile(file, content);
  } catch (error) {
    if (isInterrupt(error)) throw new Interrupted(`interrupted; ${file} was not written`);
    throw new UsageError(`${file} cannot be written: ${reason(error)}`);
  }
};
