// What can be wrong with a network, as values: problems, diagnostics and the places they point at. No wording, no drawing.

import type { Code } from './codes.js';
import type { RuleId } from './rule-ids.js';
import { type Layout, type Sentence, told } from './shape.js';

/** A stretch of the source text. Lines and columns count from 1; `length` is in UTF-16 units and stays on its line. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** Whether two things begin at one place of the text; what has no place begins nowhere. */
export const samePlace = (a: Place | undefined, b: Place | undefined): boolean =>
  a !== undefined && a.line === b?.line && a.column === b.column;

/** What to write instead of a stretch of the text; where that has no length, what to put there. */
export interface Edit {
  readonly at: Place;
  readonly text: string;
}

/**
 * What to do about a finding. A sentence alone is advice. What can be written as it stands comes with it: `instead` of the place that
 * the finding points at, or by `edits` elsewhere.
 */
export type Remedy = string | { readonly help: string; readonly instead: string } | Edits;

interface Edits {
  readonly help: string;
  readonly edits: readonly Edit[];
}

/** `write 3x3`, which does away with the finding where it points at. */
export const write = (text: string, more = ''): Remedy => ({ help: `write ${text}${more}`, instead: text });

export const helpOf = (remedy: Remedy): string => (typeof remedy === 'string' ? remedy : remedy.help);

/** A remedy as the parts of a diagnostic. */
export const remedied = (remedy: Remedy, at: Place | undefined): Pick<Diagnostic, 'help' | 'edits'> => {
  if (typeof remedy === 'string') return { help: remedy };
  const edits = 'edits' in remedy ? remedy.edits : at ? [{ at, text: remedy.instead }] : [];
  return { help: remedy.help, ...(edits.length > 0 && { edits }) };
};

export type Severity = 'error' | 'warning' | 'note';

/** One finding. `code` is stable, `message` is one sentence with the numbers in it, `help` says what to do. */
export interface Diagnostic {
  readonly code: Code | RuleId;
  readonly severity: Severity;
  readonly message: string;
  /** Absent where it is about nothing in the text: a file that is missing, an option of the command line. */
  readonly at?: Place | undefined;
  readonly help?: string;
  /** The help, carried out: with all of them made, the finding is gone. Absent where the help is advice. */
  readonly edits?: readonly Edit[];
  readonly related?: readonly { readonly at: Place; readonly message: string }[];
  /** The option of the command line whose value it is about: `--set width`. */
  readonly option?: string;
  /** Of an error: everything could be worked out, and what was asked does not hold. */
  readonly answer?: 'no';
}

/** Whether something could not be worked out. */
export const isFailure = ({ severity, answer }: Diagnostic): boolean => severity === 'error' && answer !== 'no';

/** 2 where the network cannot be analysed in full, 1 where it can and the answer is no, or under `strict` a warning. */
export const exitCode = (diagnostics: readonly Diagnostic[], strict: boolean): 0 | 1 | 2 => {
  if (diagnostics.some(isFailure)) return 2;
  return diagnostics.some(({ severity }) => severity === 'error' || (strict && severity === 'warning')) ? 1 : 0;
};

/** In the order of the text; what has no place comes first. */
export const inOrder = (diagnostics: Iterable<Diagnostic>): readonly Diagnostic[] =>
  [...diagnostics].sort((a, b) => position(a) - position(b));

const position = ({ at }: Diagnostic): number => (at ? at.line * 1e8 + at.column : 0);

/**
 * Why something cannot be computed, before anybody knows where it was written.
 * `about` names the option whose value is at fault, so that whoever holds the source can point at it.
 */
export class Problem {
  constructor(
    readonly code: Code,
    readonly sentence: Sentence,
    readonly remedy?: Remedy,
    readonly about?: string,
  ) {}

  /** The sentence with shapes as they are written where nothing else is said. */
  get message(): string {
    return told(this.sentence, 'hwc');
  }

  get help(): string | undefined {
    return this.remedy && helpOf(this.remedy);
  }

  /** The same problem with its help as advice: what it would write has no place in the text. */
  advising(): Problem {
    return new Problem(this.code, this.sentence, this.help, this.about);
  }

  /** The same problem, told of another option. */
  of(about: string): Problem {
    return this.about ? this : new Problem(this.code, this.sentence, this.remedy, about);
  }

  at(place: Place | undefined, layout: Layout = 'hwc'): Diagnostic {
    return {
      code: this.code,
      severity: 'error',
      message: told(this.sentence, layout),
      at: place,
      ...(this.remedy && remedied(this.remedy, place)),
    };
  }
}

export const isProblem = (value: unknown): value is Problem => value instanceof Problem;
