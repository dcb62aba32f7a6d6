// One mistake in many places as one finding: it counts the places, and says what to write in each. Who makes them is for the readers.

import type { Code } from './codes.js';
import type { Diagnostic, Edit, Place } from './diagnostic.js';

/** A mistake where it was made once. */
export interface Repeated {
  readonly code: Code;
  /** What is said where it stands first. */
  readonly message: string;
  readonly at: Place;
  /** What is written there instead. */
  readonly write: string;
  /** Behind what is written: `: options stand beside the kind`. */
  readonly more?: string | undefined;
  /** Absent where that takes more than stretches of lines. */
  readonly edits?: readonly Edit[] | undefined;
}

/** In so many lines it is said what to write. */
const MOST_LINES = 8;

export const inPlaces = (mistakes: readonly Repeated[]): Diagnostic & { readonly help: string } => {
  const ordered = [...mistakes].sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column);
  const [first] = ordered;
  if (!first) throw new Error('a mistake was made nowhere');
  const { code, message, at, more = '' } = first;
  const edits = ordered.every((one) => one.edits) ? ordered.flatMap((one) => one.edits ?? []) : [];
  return {
    code,
    severity: 'error',
    message: ordered.length > 1 ? `${message}, in ${ordered.length} places` : message,
    at,
    help: `write ${whatToWrite(ordered)}${more}`,
    ...(edits.length > 0 && { edits }),
  };
};

const whatToWrite = (mistakes: readonly Repeated[]): string => {
  const lines = new Map<number, string[]>();
  for (const { at, write } of mistakes) lines.set(at.line, [...(lines.get(at.line) ?? []).slice(-MOST_LINES), write]);
  if (lines.size === 1) return [...lines.values()].flat().join(' and ');
  const told = [...lines].slice(0, MOST_LINES).map(([line, writes]) => `${writes.join(' and ')} in line ${line}`);
  return `${told.join(', ')}${lines.size > MOST_LINES ? ', and so on' : ''}`;
};
