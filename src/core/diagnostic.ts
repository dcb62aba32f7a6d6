// What can be wrong with a network, as values: problems, diagnostics and the places they point at. No wording, no drawing.

/** A stretch of the source text. Lines and columns count from 1; `length` is in UTF-16 units and stays on its line. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

export type Severity = 'error' | 'warning' | 'note';

/** One finding. `code` is stable, `message` is one sentence with the numbers in it, `help` says what to write instead. */
export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly at?: Place;
  readonly help?: string;
  readonly related?: readonly { readonly at: Place; readonly message: string }[];
}

/**
 * Why something cannot be computed, before anybody knows where it was written.
 * `about` names the option whose value is at fault, so that whoever holds the source can point at it.
 */
export class Problem {
  constructor(
    readonly code: string,
    readonly message: string,
    readonly help?: string,
    readonly about?: string,
  ) {}

  /** The same problem, told of another option. */
  of(about: string): Problem {
    return this.about ? this : new Problem(this.code, this.message, this.help, about);
  }

  at(place: Place | undefined, severity: Severity = 'error'): Diagnostic {
    return {
      code: this.code,
      severity,
      message: this.message,
      ...(place && { at: place }),
      ...(this.help && { help: this.help }),
    };
  }
}

export const isProblem = (value: unknown): value is Problem => value instanceof Problem;
