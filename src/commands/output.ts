// How a command speaks: colour and width by the conventions of terminals, results to stdout or a file, the rest on stderr.

import { Chalk, type ChalkInstance } from 'chalk';
import type { Diagnostic } from '../core/diagnostic.js';
import { type Io, reason, type Sink } from '../io.js';
import { describe, headline, type Paint, type Source } from '../report/caret.js';
import type { Terminal } from '../report/formats/terminal.js';

/** A command line that means nothing, or cannot be carried out: exit code 2. */
export class UsageError extends Error {
  constructor(
    message: string,
    readonly help?: string,
  ) {
    super(message);
  }
}

export interface OutputOptions {
  /** `false` is --no-color. */
  readonly color?: 'auto' | 'always' | 'never' | false;
  readonly width?: number;
  readonly ascii?: boolean;
  readonly quiet?: boolean;
  readonly output?: string;
}

export interface Output {
  readonly terminal: () => Terminal;
  /** The result, to stdout or to the file of `--output`. What the table had to leave out is said after it. */
  readonly write: (text: string) => void;
  /** Something worth knowing, on stderr; silent under --quiet. */
  readonly hint: (sentence: string) => void;
  /** On stderr, in the order of the text, each once. `brief` shows the text of errors only. */
  readonly diagnostics: (diagnostics: readonly Diagnostic[], source: Source, brief?: 'brief') => void;
  /** Where diagnostics are themselves the result: as text for stdout, in order, all of them. */
  readonly described: (diagnostics: readonly Diagnostic[], source: Source) => string;
  /** On stderr, a line each of the first few, and `command`, which says all of it. */
  readonly briefly: (warnings: readonly Diagnostic[], source: Source, command: string) => void;
}

/** More than this is not read by anybody. */
const MOST_DIAGNOSTICS = 50;

/** Below a table. */
const MOST_BRIEF = 3;

const paintOf = (chalk: ChalkInstance): Paint => ({
  error: chalk.red.bold,
  warning: chalk.yellow.bold,
  dim: chalk.dim,
  bold: chalk.bold,
});

/** --color > FORCE_COLOR > NO_COLOR > TERM=dumb > is it a terminal, for each stream apart. `FORCE_COLOR=0` is off, as in Node. */
export const hasColor = (sink: Sink, env: Io['env'], option: OutputOptions['color'] = 'auto'): boolean => {
  if (option !== 'auto') return option === 'always';
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (env['NO_COLOR']) return false;
  if (env['TERM'] === 'dumb') return false;
  return sink.isTTY;
};

export const chalkFor = (sink: Sink, env: Io['env'], option?: OutputOptions['color']): ChalkInstance =>
  new Chalk({ level: hasColor(sink, env, option) ? 1 : 0 });

/** The file that --output names; `-` is stdout. */
const fileOf = ({ output }: OutputOptions): string | undefined => (output === '-' ? undefined : output);

/** --width > COLUMNS > the terminal's own; no limit where the output is piped or goes to a file. */
const widthFor = (options: OutputOptions, io: Io): number | undefined => {
  if (options.width !== undefined) return options.width;
  if (!io.stdout.isTTY || fileOf(options) !== undefined) return undefined;
  const columns = Number(io.env['COLUMNS']);
  return Number.isInteger(columns) && columns > 0 ? columns : io.stdout.columns;
};

export const outputOf = (options: OutputOptions, io: Io): Output => {
  const aside = chalkFor(io.stderr, io.env, options.color);
  const hint = (sentence: string) => {
    if (!options.quiet) io.stderr.write(`${aside.dim(sentence)}\n`);
  };
  const afterwards: string[] = [];
  // A file gets colours only from whoever asks for them in so many words.
  const color = fileOf(options) !== undefined && options.color !== 'always' ? 'never' : options.color;
  return {
    hint,
    terminal: () => {
      const width = widthFor(options, io);
      return {
        ascii: options.ascii === true,
        chalk: chalkFor(io.stdout, io.env, color),
        leftOut: (sentence) => afterwards.push(sentence),
        ...(width !== undefined && { width }),
      };
    },
    write: (text) => {
      const file = fileOf(options);
      if (file === undefined) io.stdout.write(text);
      else writeFile(file, text, io);
      for (const sentence of afterwards.splice(0)) hint(sentence);
    },
    diagnostics: (diagnostics, source, brief) => {
      const paint = paintOf(aside);
      const worth = inOrder(options.quiet ? diagnostics.filter((d) => d.severity === 'error') : diagnostics);
      for (const diagnostic of worth.slice(0, MOST_DIAGNOSTICS))
        io.stderr.write(`${describe(diagnostic, source, paint, brief)}\n`);
      const more = worth.slice(MOST_DIAGNOSTICS);
      const errors = more.filter((d) => d.severity === 'error').length;
      if (more.length > 0) io.stderr.write(`and ${more.length} more, ${errors} of them errors; --json lists all\n`);
    },
    described: (diagnostics, source) => {
      const paint = paintOf(chalkFor(io.stdout, io.env, color));
      return inOrder(diagnostics)
        .map((diagnostic) => `${describe(diagnostic, source, paint)}\n`)
        .join('');
    },
    briefly: (warnings, source, command) => {
      if (options.quiet || warnings.length === 0) return;
      for (const warning of warnings.slice(0, MOST_BRIEF))
        io.stderr.write(`${headline(warning, source, paintOf(aside))}\n`);
      const more = warnings.length - MOST_BRIEF;
      hint(
        more > 0
          ? `… and ${more} more; all of them, and what to write instead: ${command}`
          : `what to write instead: ${command}`,
      );
    },
  };
};

/** By place, those of the whole last; copies of a layer say the same at the same place, and are heard once. */
const inOrder = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] => {
  const once = new Map(diagnostics.map((d) => [`${d.code} ${d.at?.line}:${d.at?.column} ${d.message}`, d]));
  const line = ({ at }: Diagnostic) => at?.line ?? Number.POSITIVE_INFINITY;
  return [...once.values()].sort((a, b) =>
    line(a) === line(b) ? (a.at?.column ?? 0) - (b.at?.column ?? 0) : line(a) - line(b),
  );
};

const writeFile = (file: string, text: string, io: Io): void => {
  try {
    io.writeFile(file, text);
  } catch (error) {
    throw new UsageError(`${file} cannot be written: ${reason(error)}`);
  }
};
