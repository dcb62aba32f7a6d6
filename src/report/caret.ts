// A diagnostic as text: place, the line as written, a caret under the span, the sentence, what to write instead, the code.

import type { ChalkInstance } from 'chalk';
import stringWidth from 'string-width';
import type { Diagnostic, Place } from '../core/diagnostic.js';
import { type Block, type Source, told, visible } from './page.js';

/** How parts are painted; the identity where colour is off. */
export interface Paint {
  readonly error: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

/** No paint at all. */
export const UNPAINTED: Paint = {
  error: (text) => text,
  warning: (text) => text,
  dim: (text) => text,
  bold: (text) => text,
};

export const paintOf = (chalk: ChalkInstance): Paint => ({
  error: chalk.red.bold,
  warning: chalk.yellow.bold,
  dim: chalk.dim,
  bold: chalk.bold,
});

const WIDTH = 100;

/** The first line of a diagnostic: place, severity, sentence, code. */
export const headline = ({ at, severity, message, code }: Diagnostic, source: Source, paint: Paint): string => {
  const place = at ? `${position(source.name, at)}: ` : '';
  const tone = severity === 'error' ? paint.error : paint.warning;
  return `${place}${tone(severity)}: ${told(message)} ${paint.dim(`[${code}]`)}`;
};

/** The text of one diagnostic, several lines. `brief` leaves out the excerpt of what is no error. */
export const describe = (diagnostic: Diagnostic, source: Source, paint: Paint, brief?: 'brief'): string => {
  const error = diagnostic.severity === 'error';
  const tone = error ? paint.error : paint.warning;
  const out = [headline(diagnostic, source, paint)];
  const excerpts = error || !brief;
  if (diagnostic.at && excerpts) out.push(...excerpt(diagnostic.at, source.lines, tone, paint));
  if (diagnostic.help) out.push(`  ${paint.bold('help')}: ${told(diagnostic.help)}`);
  for (const { at, message } of diagnostic.related ?? []) {
    out.push(`  ${position(source.name, at)}: ${told(message)}`);
    if (excerpts) out.push(...excerpt(at, source.lines, paint.dim, paint));
  }
  return out.join('\n');
};

/** Findings as text, in the order of the spec, and what they come to. */
export const findingsText = (
  { findings, source, conclusion }: Extract<Block, { type: 'findings' }>,
  paint: Paint,
): string => [...inOrder(findings).map((one) => describe(one, source, paint)), conclusion].join('\n');

/** By place, those of the whole last; copies of a layer say the same at the same place, and are heard once. */
export const inOrder = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] => {
  const once = new Map(diagnostics.map((d) => [`${d.code} ${d.at?.line}:${d.at?.column} ${d.message}`, d]));
  const line = ({ at }: Diagnostic) => at?.line ?? Number.POSITIVE_INFINITY;
  return [...once.values()].sort((a, b) =>
    line(a) === line(b) ? (a.at?.column ?? 0) - (b.at?.column ?? 0) : line(a) - line(b),
  );
};

const position = (name: string, at: Place): string => `${visible(name)}:${at.line}:${at.column}`;

// Long lines are cut around the span, so that the caret stays under it.
const excerpt = (at: Place, lines: readonly string[], tone: (text: string) => string, paint: Paint): string[] => {
  const line = lines[at.line - 1];
  if (line === undefined || visible(line).trim() === '') return [];
  const first = at.column - 1;
  const start = first > WIDTH - 20 ? first - 40 : 0;
  const shown = visible(line.slice(start, start + WIDTH));
  const cut = start + WIDTH < line.length ? '…' : '';
  const gutter = `${at.line} | ${start > 0 ? '…' : ''}`;
  const span = shown.slice(first - start, first - start + at.length);
  // Wide characters take two columns.
  const indent = stringWidth(gutter + shown.slice(0, first - start));
  return [
    `  ${paint.dim(gutter)}${shown}${paint.dim(cut)}`,
    `  ${' '.repeat(indent)}${tone('^'.repeat(Math.max(1, stringWidth(span))))}`,
  ];
};
