// A diagnostic as text: place, the line as written, a caret under the span, the sentence, what to write instead, the code.

import type { Diagnostic, Place } from '../core/diagnostic.js';

/** How parts are painted; the identity where colour is off. */
export interface Paint {
  readonly error: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

const WIDTH = 100;

/** The text of one diagnostic, several lines. `source` is the spec's text and how it is called. */
export const describe = (diagnostic: Diagnostic, source: { readonly name: string; readonly lines: readonly string[] }, paint: Paint): string => {
  const tone = diagnostic.severity === 'error' ? paint.error : paint.warning;
  const out = [`${diagnostic.at ? `${position(source.name, diagnostic.at)}: ` : ''}${tone(diagnostic.severity)}: ${diagnostic.message} ${paint.dim(`[${diagnostic.code}]`)}`];
  if (diagnostic.at) out.push(...excerpt(diagnostic.at, source.lines, tone, paint));
  if (diagnostic.help) out.push(`  ${paint.bold('help')}: ${diagnostic.help}`);
  for (const { at, message } of diagnostic.related ?? []) out.push(`  ${position(source.name, at)}: ${message}`, ...excerpt(at, source.lines, paint.dim, paint));
  return out.join('\n');
};

const position = (name: string, at: Place): string => `${name}:${at.line}:${at.column}`;

// Long lines are cut around the span, so that the caret stays under it; control characters would move it.
const excerpt = (at: Place, lines: readonly string[], tone: (text: string) => string, paint: Paint): string[] => {
  const line = lines[at.line - 1];
  if (line === undefined || line.trim() === '') return [];
  const start = at.column - 1 > WIDTH - 20 ? at.column - 1 - 40 : 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
  const shown = line.slice(start, start + WIDTH).replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
  const gutter = `${at.line} | `;
  const before = at.column - 1 - start;
  const carets = '^'.repeat(Math.max(1, Math.min(at.length, shown.length - before)));
  return [`  ${paint.dim(gutter)}${start > 0 ? '…' : ''}${shown}`, `  ${' '.repeat(gutter.length + before + (start > 0 ? 1 : 0))}${tone(carets)}`];
};
