// What is found wrong while a text is read: each thing once, up to a limit. It is handed down to whoever reads a part. No wording.

import type { Code } from './codes.js';
import {
  type Diagnostic,
  inOrder,
  type Place,
  type Problem,
  type Remedy,
  remedied,
  type Severity,
} from './diagnostic.js';
import { inPlaces, type Repeated } from './repeated.js';
import type { Layout } from './shape.js';

/** A limit ends what is being read; see {@link Findings.stop}. */
class Stop extends Error {}

/** What to do about it. A suggestion is looked for only where the finding is new. */
type Help = Remedy | (() => Remedy | undefined);

/** More of them nobody reads. */
export const MOST_FINDINGS = 1000;

export class Findings {
  /** Of every error, what was found before included: a copy that makes the same mistake fails too. */
  private readonly errors: Diagnostic['code'][] = [];
  private readonly found = new Map<string, Diagnostic>();
  /** Mistakes that may be made in many places, by their cause. */
  private readonly repeated = new Map<string, Map<string, Repeated>>();
  private room = MOST_FINDINGS;
  /** More were found than are told. */
  full = false;
  private subject: { readonly name: string; readonly isOption: boolean } | null = null;

  /** `sameness`: two findings that it maps to one text are one. */
  constructor(private readonly sameness: (finding: Diagnostic) => string = itsPlace) {}

  /** Returns undefined, for readers that have no value then. */
  error(code: Code, message: string, at?: Place, help?: Help, related?: Diagnostic['related']): undefined {
    this.report('error', code, message, at, help, related);
  }

  warning(code: Code, message: string, at?: Place, help?: Help): void {
    this.report('warning', code, message, at, help);
  }

  note(code: Code, message: string, at?: Place, help?: Help): void {
    this.report('note', code, message, at, help);
  }

  /** Returns its code. */
  problem(problem: Problem, at: Place | undefined, layout: Layout): Code {
    this.add(problem.at(at, layout));
    return problem.code;
  }

  add(given: Diagnostic, help?: Help): void {
    const subject = given.at ? null : this.subject;
    const told = { ...given, message: brief(given.message) };
    const finding =
      subject === null
        ? told
        : {
            ...told,
            ...(subject.isOption && { option: subject.name }),
            message: `${subject.name}: ${told.message}`,
          };
    if (finding.severity === 'error') this.errors.push(finding.code);
    const key = this.sameness(finding);
    if (this.found.has(key)) return;
    if (this.isFull) this.full = true;
    else {
      const remedy = typeof help === 'function' ? help() : help;
      const whole = remedy ? { ...finding, ...remedied(remedy, finding.at) } : finding;
      this.found.set(key, whole.help === undefined ? whole : { ...whole, help: brief(whole.help) });
    }
  }

  /** A mistake that is made again and again for one cause: one finding, where it stands first, that says what to write in each place. */
  again(cause: string, mistake: Repeated): undefined {
    const { code, at } = mistake;
    this.errors.push(code);
    const known = this.repeated.get(cause);
    if (!known && this.isFull) this.full = true;
    else if (!known) this.repeated.set(cause, new Map([[placeKey(at), mistake]]));
    else if (!known.has(placeKey(at))) known.set(placeKey(at), mistake);
  }

  /** Ends what {@link unlessStopped} reads. What stops is told, however much was found before. */
  stop(code: Code, message: string, at?: Place, help?: Help): never {
    this.room += 1;
    this.subject = null;
    this.error(code, message, at, help);
    throw new Stop();
  }

  unlessStopped<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (error instanceof Stop) return undefined;
      throw error;
    }
  }

  /** Reads what an option of the command line holds: what has no place is told under its name. */
  about<T>(option: string, read: () => T): T {
    return this.under({ name: option, isOption: true }, read);
  }

  /** Reads a part of a file without lines: what is wrong there is told under its name. */
  within<T>(name: string, read: () => T): T {
    return this.under({ name, isOption: false }, read);
  }

  private under<T>(subject: NonNullable<Findings['subject']>, read: () => T): T {
    const outer = this.subject;
    this.subject = subject;
    try {
      return read();
    } finally {
      this.subject = outer;
    }
  }

  /** How many errors there were, for {@link since}. */
  get mark(): number {
    return this.errors.length;
  }

  /** The code of the first error since then. */
  since(mark: number): Diagnostic['code'] | undefined {
    return this.errors[mark];
  }

  get inOrder(): readonly Diagnostic[] {
    const repeated = [...this.repeated.values()].map((mistakes) => inPlaces([...mistakes.values()]));
    const briefly = repeated.map((one) => ({ ...one, message: brief(one.message), help: brief(one.help) }));
    return inOrder([...this.found.values(), ...briefly]);
  }

  private get isFull(): boolean {
    return this.found.size + this.repeated.size >= this.room;
  }

  private report(
    severity: Severity,
    code: Code,
    message: string,
    at: Place | undefined,
    help: Help | undefined,
    related?: Diagnostic['related'],
  ): void {
    this.add({ code, severity, message, at, ...(related && { related }) }, help);
  }
}

/** Nobody reads the whole of what they wrote again, and it may be long. */
const MOST_QUOTED = 80;
const MOST_SAID = 1200;

/** A sentence in which what is quoted has at most {@link MOST_QUOTED} characters: `"aaaa…"`. */
const brief = (sentence: string): string => {
  if (sentence.length <= MOST_QUOTED) return sentence;
  const cut = (text: string): string => (text.length > MOST_QUOTED ? `${text.slice(0, MOST_QUOTED)}…` : text);
  const words = sentence.replace(/"[^"]*"/g, (quoted) => (quoted.length > MOST_QUOTED ? `${cut(quoted)}"` : quoted));
  const whole = words.replace(/[^\s",]+/g, cut);
  return whole.length > MOST_SAID ? `${whole.slice(0, MOST_SAID)}…` : whole;
};

const placeKey = ({ line, column }: Place): string => `${line}:${column}`;

/** A mistake in what is repeated is one mistake: copies stand at one place, and differ in their numbers only. */
const itsPlace = ({ code, message, at }: Diagnostic): string =>
  at ? `${code} ${at.line}:${at.column} ${message.replace(/\d+/g, '0')}` : `${code} ${message}`;
