// What a command is, as data: its words, its options, the forms of its result; and the types of what they hold. No command
// here, and nothing that parses a command line.

import type { Form } from '../report/formats.js';

/** What a word of the command line is, for completion: `columns` are several with commas between them. */
export type Suggests =
  | 'spec'
  | 'network'
  | 'layer'
  | 'variant'
  | 'var'
  | 'column'
  | 'columns'
  | 'network-column'
  | 'network-columns'
  | 'sweep-column'
  | 'sweep-columns'
  | 'path'
  | 'device'
  | 'kind'
  | 'code'
  | 'convention'
  | 'schema'
  | 'shell'
  | 'yaml'
  | 'file';

/** An option; its name is the key that it stands under: `maxParams` is `--max-params`. */
export interface Option<T> {
  readonly doc: string;
  /** How help calls its value: `<n>`; absent = it is there or not. */
  readonly value?: string;
  /** The value of a text, after what was given before where it may be repeated. Throws commander's InvalidArgumentError. */
  readonly read?: (text: string, before: T | undefined) => T;
  readonly choices?: readonly string[];
  readonly suggests?: Suggests;
  readonly short?: string;
  /** What it is where it is not given. */
  readonly fallback?: T;
  /** `--no-run` makes it false; there is no `--run`. */
  readonly negated?: true;
  /** There is a `--no-…` too, which makes it false. */
  readonly negatable?: true;
}

/** Options below one heading of the help. */
export interface Group {
  readonly title: string;
  // biome-ignore lint/suspicious/noExplicitAny: an option reads what it gives, which a type for any of them cannot say
  readonly options: Readonly<Record<string, Option<any>>>;
}

type Intersection<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer I) => void ? I : never;
type Held<O> = { readonly [K in keyof O]?: O[K] extends Option<infer T> ? T : never };

/** What the options of some groups hold once they are read. */
export type OptionsOf<G extends readonly Group[]> = Held<Intersection<G[number]['options']>>;

/** A word of the command line that is no option. */
export interface Argument {
  /** How help calls it: `SPEC`. */
  readonly word: string;
  /** Empty where help does not list it. */
  readonly doc: string;
  readonly count: 'one' | 'optional' | 'any' | 'many';
  readonly suggests?: Suggests | undefined;
  readonly fallback?: string;
}

/** What the words hold once they are read. */
export type ArgumentsOf<A> = {
  readonly [K in keyof A]: A[K] extends { readonly count: 'one' }
    ? string
    : A[K] extends { readonly count: 'optional' }
      ? string | undefined
      : readonly string[];
};

export interface Command {
  /** One word, or two: `zoo show`. */
  readonly name: string;
  /** One line of 60 letters at most: it stands in lists. */
  readonly doc: string;
  /** How its command line looks, where that is not told by its words and options. */
  readonly usage?: string;
  /** Sentences for its own help. */
  readonly more?: string;
  readonly args: Readonly<Record<string, Argument>>;
  readonly options: readonly Group[];
  /** Which forms its result has, the usual one first; each is printed by the formats that are made of it. */
  readonly forms: readonly Form[];
  /** Command lines that work, without `cnncalc`; what each is stands behind ` # `. */
  readonly examples: readonly string[];
}

/** Declares a command, keeping the types of its options. */
export const command = <const C extends Command>(declared: C): C => declared;

export const flag = (doc: string, rest: Partial<Option<boolean>> = {}): Option<boolean> => ({ doc, ...rest });

/** `--no-…`: false where it is given. */
export const off = (doc: string): Option<boolean> => ({ doc, negated: true });

export const text = (value: string, doc: string, rest: Partial<Option<string>> = {}): Option<string> => ({
  value,
  doc,
  ...rest,
});

export const choice = <const W extends string>(
  value: string,
  doc: string,
  choices: readonly W[],
  rest: Partial<Omit<Option<W>, 'choices'>> = {},
): Omit<Option<W>, 'choices'> & { readonly choices: readonly W[] } => ({ value, doc, choices, ...rest });

export const read = <T>(
  value: string,
  doc: string,
  by: (text: string, before: T | undefined) => T,
  rest: Partial<Option<T>> = {},
): Option<T> => ({
  value,
  doc,
  read: by,
  ...rest,
});

const one =
  <const C extends Argument['count']>(count: C) =>
  (word: string, doc: string, suggests?: Suggests) => ({ word, doc, count, suggests });

export const required = one('one');
export const optional = one('optional');
export const atLeastOne = one('many');
export const anyNumber = one('any');
