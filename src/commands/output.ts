// How a command speaks: colour and width by the conventions of terminals, hints and diagnostics on stderr.

import { Chalk, type ChalkInstance } from 'chalk';
import type { Diagnostic } from '../core/diagnostic.js';
import type { Io, Sink } from '../io.js';
import { describe } from '../report/caret.js';
import type { Terminal } from '../report/formats/terminal.js';

/** A command line that means nothing: exit code 2. */
export class UsageError extends Error {
  constructor(
    message: string,
    readonly help?: string,
  ) {
    super(message);
  }
}

export interface OutputOptions {
  readonly color?: 'auto' | 'always' | 'never';
  readonly width?: number;
  readonly ascii?: boolean;
  readonly quiet?: boolean;
  readonly output?: string;
}

export interface Output {
  readonly terminal: () => Terminal;
  /** Something worth knowing, on stderr; silent under --quiet. */
  readonly hint: (sentence: string) => void;
  readonly diagnostics: (diagnostics: readonly Diagnostic[], source: { readonly name: string; readonly lines: readonly string[] }) => void;
}

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

/** --width > COLUMNS > the terminal's own; no limit where the output is piped or goes to a file. */
const widthFor = (options: OutputOptions, io: Io): number | undefined => {
  if (options.width !== undefined) return options.width;
  if (!io.stdout.isTTY || options.output !== undefined) return undefined;
  const columns = Number(io.env['COLUMNS']);
  return Number.isInteger(columns) && columns > 0 ? columns : io.stdout.columns;
};

export const outputOf = (options: OutputOptions, io: Io): Output => {
  const hint = (sentence: string) => {
    if (!options.quiet) io.stderr.write(`${chalkFor(io.stderr, io.env, options.color).dim(sentence)}\n`);
  };
  return {
    hint,
    terminal: () => {
      const width = widthFor(options, io);
      const color = options.output === undefined ? options.color : 'never';
      return { ascii: options.ascii === true, chalk: chalkFor(io.stdout, io.env, color), leftOut: hint, ...(width !== undefined && { width }) };
    },
    diagnostics: (diagnostics, source) => {
      const chalk = chalkFor(io.stderr, io.env, options.color);
      const paint = { error: chalk.red.bold, warning: chalk.yellow.bold, dim: chalk.dim, bold: chalk.bold };
      const worth = options.quiet ? diagnostics.filter((d) => d.severity === 'error') : diagnostics;
      for (const diagnostic of worth) io.stderr.write(`${describe(diagnostic, source, paint)}\n`);
    },
  };
};
