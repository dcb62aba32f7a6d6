// A diagnostic as text: place, the line as written, a caret under the span, the sentence, what to write instead, the code.

import type { Diagnostic, Place } from '../core/diagnostic.js';
import type { Colors } from './colors.js';
import { type Block, oneLine, type Source, visible } from './page.js';
import { beginning, displayWidth, ending, wrap } from './width.js';

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

/** Warnings are magenta, as compilers have them: yellow cannot be read on white. Only what nobody needs is dim. */
export const paintOf = (colors: Colors): Paint => ({
  error: colors.red.bold,
  warning: colors.magenta.bold,
  dim: colors.dim,
  bold: colors.bold,
});

/** How diagnostics are set. */
export interface Setting {
  /** Characters in a line; absent = a sentence is one line, however long. */
  readonly width?: number | undefined;
  readonly ascii?: boolean;
  /** Leaves out the excerpt of what is no error. */
  readonly brief?: boolean;
}

/** Lines of the source are cut here where a line has no width of its own. */
const WIDTH = 106;

/** The first line of a diagnostic: place, severity, sentence, code. */
export const headline = ({ at, severity, message, code }: Diagnostic, source: Source, paint: Paint): string => {
  const place = at ? `${position(source.name, at)}: ` : '';
  const tone = severity === 'error' ? paint.error : paint.warning;
  return `${place}${tone(`${severity}:`)} ${oneLine(message)} [${code}]`;
};

/** Sentences below each other stand apart by what the second and further lines of one begin with. */
export const hung = (sentence: string, { width = Number.POSITIVE_INFINITY }: Setting, hang = '    '): string =>
  wrap(sentence, width, hang).join('\n');

/** The text of one diagnostic, several lines. */
export const describe = (diagnostic: Diagnostic, source: Source, paint: Paint, setting: Setting = {}): string => {
  const error = diagnostic.severity === 'error';
  const tone = error ? paint.error : paint.warning;
  const out = [hung(headline(diagnostic, source, paint), setting)];
  const excerpts = error || !setting.brief;
  if (diagnostic.at && excerpts) out.push(...excerpt(diagnostic.at, source.lines, tone, paint, setting));
  if (diagnostic.help) out.push(hung(`  ${paint.bold('help:')} ${oneLine(diagnostic.help)}`, setting));
  for (const { at, message } of diagnostic.related ?? []) {
    out.push(hung(`  ${position(source.name, at)}: ${oneLine(message)}`, setting));
    if (excerpts) out.push(...excerpt(at, source.lines, paint.bold, paint, setting));
  }
  return out.join('\n');
};

/** Findings as text, in the order of the spec, and what they come to. */
export const findingsText = (
  { findings, source, conclusion }: Extract<Block, { type: 'findings' }>,
  paint: Paint,
  setting: Setting = {},
): string =>
  [...inOrder(findings).map((one) => describe(one, source, paint, setting)), hung(conclusion, setting)].join('\n');

/** By place, those of the whole last; copies of a layer say the same at the same place, and are heard once. */
export const inOrder = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] => {
  const once = new Map(diagnostics.map((d) => [`${d.code} ${d.at?.line}:${d.at?.column} ${d.message}`, d]));
  const line = ({ at }: Diagnostic) => at?.line ?? Number.POSITIVE_INFINITY;
  return [...once.values()].sort((a, b) =>
    line(a) === line(b) ? (a.at?.column ?? 0) - (b.at?.column ?? 0) : line(a) - line(b),
  );
};

const position = (name: string, at: Place): string => `${visible(name)}:${at.line}:${at.column}`;

/** The line with what is pointed at; a long one is cut on both sides of that. */
export const excerpt = (
  at: Place,
  lines: readonly string[],
  tone: (text: string) => string,
  paint: Paint,
  { width = WIDTH, ascii = false }: Setting,
): string[] => {
  const line = visible(lines[at.line - 1] ?? '');
  if (line.trim() === '') return [];
  const first = at.column - 1;
  const gutter = `${at.line} | `;
  const { before, span, after } = cutAround(
    { before: line.slice(0, first), span: line.slice(first, first + at.length), after: line.slice(first + at.length) },
    Math.max(NARROWEST, width - 2 - gutter.length),
    ascii ? '...' : '…',
  );
  const caret = '^'.repeat(Math.max(1, displayWidth(span)));
  return [
    `  ${paint.dim(gutter)}${before}${span}${after}`.trimEnd(),
    `  ${' '.repeat(displayWidth(gutter + before))}${tone(caret)}`,
  ];
};

/** Less of a line than this says nothing. */
const NARROWEST = 12;

interface Parts {
  readonly before: string;
  readonly span: string;
  readonly after: string;
}

/** The parts of a line in as many columns: what is on both sides gives way alike, then the end of the span. */
const cutAround = (parts: Parts, room: number, sign: string): Parts => {
  const { before, after } = parts;
  if (displayWidth(before + parts.span + after) <= room) return parts;
  const spanRoom = room - (before === '' ? 0 : sign.length) - (after === '' ? 0 : sign.length);
  const span =
    displayWidth(parts.span) <= spanRoom ? parts.span : `${beginning(parts.span, spanRoom - sign.length)}${sign}`;
  const left = room - displayWidth(span);
  const [wideBefore, wideAfter] = [displayWidth(before), displayWidth(after)];
  const half = Math.floor(left / 2);
  const roomBefore = wideBefore <= half ? wideBefore : Math.max(half, left - wideAfter);
  const roomAfter = left - Math.min(wideBefore, roomBefore);
  return {
    before: wideBefore <= roomBefore ? before : sign + ending(before, roomBefore - sign.length),
    span,
    after: wideAfter <= roomAfter ? after : beginning(after, roomAfter - sign.length) + sign,
  };
};
