// What a message of a .prototxt says, read as numbers and words. A value that is none is told, and its layer is broken from then on.

import type { Place, Remedy } from '../../core/diagnostic.js';
import type { Findings } from '../../core/findings.js';
import { isMessage, type Message, type Scalar } from './prototxt.js';

/** Where the mistakes of one layer are told. */
export class Mistakes {
  /** Something could not be read: what the layer makes is unknown. */
  broken = false;

  constructor(
    private readonly findings: Findings,
    readonly at: Place | undefined,
  ) {}

  /** Tells what is wrong; what the layer makes is unknown then. */
  fail(message: string, at: Place | undefined = this.at, help?: string | (() => Remedy)): void {
    this.broken = true;
    this.findings.error('import/file', message, at, help);
  }
}

const LARGEST = 2 ** 31 - 1;

export class Fields {
  constructor(
    private readonly message: Message | undefined,
    private readonly mistakes: Mistakes,
  ) {}

  has(key: string): boolean {
    return this.message?.fields.has(key) === true;
  }

  at(key: string): Place | undefined {
    return this.message?.fields.get(key)?.at(-1)?.place;
  }

  /** A message in it; an empty one where it is not there. */
  within(key: string): Fields {
    return this.all(key).at(-1) ?? new Fields(undefined, this.mistakes);
  }

  all(key: string): readonly Fields[] {
    return (this.message?.fields.get(key) ?? []).flatMap((field) =>
      isMessage(field) ? [new Fields(field, this.mistakes)] : [],
    );
  }

  scalars(key: string): readonly Scalar[] {
    return (this.message?.fields.get(key) ?? []).flatMap((field) => (isMessage(field) ? [] : [field]));
  }

  word(key: string, fallback: string): string {
    return this.scalars(key).at(-1)?.text ?? fallback;
  }

  /** One of several. */
  wholeAt(key: string, index: number): number | undefined {
    const field = this.message?.fields.get(key)?.[index];
    return field && !isMessage(field) ? this.number(key, field, true) : undefined;
  }

  /** One of several messages. */
  messageAt(key: string, index: number): Fields | undefined {
    const field = this.message?.fields.get(key)?.[index];
    return field && isMessage(field) ? new Fields(field, this.mistakes) : undefined;
  }

  wholes(key: string): readonly number[] {
    return this.scalars(key).map((scalar) => this.number(key, scalar, true));
  }

  whole(key: string, fallback: number): number {
    return this.wholes(key).at(-1) ?? fallback;
  }

  reals(key: string): readonly number[] {
    return this.scalars(key).map((scalar) => this.number(key, scalar, false));
  }

  real(key: string, fallback: number): number {
    return this.reals(key).at(-1) ?? fallback;
  }

  flag(key: string, fallback: boolean): boolean {
    const scalar = this.scalars(key).at(-1);
    if (!scalar) return fallback;
    if (/^(?:true|t|1)$/i.test(scalar.text)) return true;
    if (!/^(?:false|f|0)$/i.test(scalar.text))
      this.mistakes.fail(`${key} is true or false, not ${scalar.text}`, scalar.place);
    return false;
  }

  private number(key: string, { text, quoted, place }: Scalar, whole: boolean): number {
    const value = /^[+-]?0x[\da-f]+$/i.test(text) ? Number.parseInt(text, 16) : Number(text.replace(/f$/i, ''));
    const fits = !quoted && text !== '' && Number.isFinite(value);
    if (fits && (!whole || (Number.isInteger(value) && Math.abs(value) <= LARGEST))) return value;
    this.mistakes.fail(`${key} is ${whole ? 'a whole number' : 'a number'}, not ${text}`, place);
    return 1;
  }
}
