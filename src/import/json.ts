// A JSON text as values that know where they stand in it: what JSON.parse does not tell. What the keys mean is its readers'.

import type { Place } from '../core/diagnostic.js';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  /** A key that stands there twice has its last value, as everywhere. */
  readonly entries: ReadonlyMap<string, Json>;
  /** Where the value of the marked key stands, or else the opening brace. */
  readonly from: number;
  readonly to: number;
}

/** What is wrong with a text, and where. */
export interface JsonFault {
  readonly fault: string;
  readonly from: number;
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/** Readers go down into what stands in each other, and a stack has an end. */
const DEEPEST = 400;
/** A text of many small values takes thirty times its length in memory. */
const MOST_VALUES = 4_000_000;

const SPACE = /[ \t\r\n]*/y;
/** Python writes the last three as well. */
const WORD = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|NaN|-?Infinity/y;

const WORDS: ReadonlyMap<string, Json> = new Map<string, Json>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** The list or object that is being read. */
interface Open {
  readonly list: Json[] | null;
  readonly entries: Map<string, Json>;
  key: string;
  from: number;
  to: number;
}

class Fault extends Error {
  constructor(
    readonly fault: string,
    readonly from: number,
  ) {
    super(fault);
  }
}

/** Places of objects are those of the value of their key `mark`. */
export const readJson = (text: string, mark: string): Json | JsonFault => {
  try {
    return new Reader(text, mark).whole();
  } catch (error) {
    if (error instanceof Fault) return { fault: error.fault, from: error.from };
    throw error;
  }
};

export const isFault = (value: Json | JsonFault): value is JsonFault =>
  typeof value === 'object' && value !== null && 'fault' in value;

class Reader {
  private at = 0;
  private count = 0;
  private readonly open: Open[] = [];

  constructor(
    private readonly text: string,
    private readonly mark: string,
  ) {}

  /** Without recursion: a text may be nested as deeply as it is long. */
  whole(): Json {
    let result: Json | undefined;
    while (result === undefined) {
      const from = this.skip();
      const value = this.begin(from);
      if (value === undefined) continue;
      result = this.close(value, from);
    }
    if (this.skip() < this.text.length) throw this.unexpected();
    return result;
  }

  /** A value that is whole, or undefined where a list or an object begins that is not empty. */
  private begin(from: number): Json | undefined {
    this.count += 1;
    if (this.count > MOST_VALUES) throw new Fault(`it has more than ${MOST_VALUES} values`, from);
    const sign = this.text[from];
    if (sign !== '{' && sign !== '[') return sign === '"' ? this.string() : this.word();
    if (this.open.length >= DEEPEST) throw new Fault(`its values stand in each other more than ${DEEPEST} deep`, from);
    this.at += 1;
    const open: Open = { list: sign === '[' ? [] : null, entries: new Map(), key: '', from, to: from + 1 };
    this.open.push(open);
    const next = this.skip();
    if (this.text[next] === (open.list ? ']' : '}')) {
      this.at += 1;
      return this.pop();
    }
    if (!open.list) this.key(open);
    return undefined;
  }

  /** Puts a value where it belongs and ends what ends behind it. The outermost value comes back. */
  private close(whole: Json, start: number): Json | undefined {
    let [value, from] = [whole, start];
    for (;;) {
      const open = this.open.at(-1);
      if (!open) return value;
      if (open.list) open.list.push(value);
      else {
        open.entries.set(open.key, value);
        if (open.key === this.mark && typeof value === 'string') [open.from, open.to] = [from, this.at];
      }
      const sign = this.text[this.skip()];
      this.at += 1;
      if (sign === ',') {
        if (!open.list) this.key(open);
        return undefined;
      }
      if (sign !== (open.list ? ']' : '}')) {
        this.at -= 1;
        throw this.unexpected();
      }
      value = this.pop();
      from = open.from;
    }
  }

  private pop(): Json {
    const open = this.open.pop();
    if (!open) return null;
    return open.list ?? { entries: open.entries, from: open.from, to: open.to };
  }

  private key(open: Open): void {
    if (this.text[this.skip()] !== '"') throw this.unexpected();
    open.key = this.string();
    if (this.text[this.skip()] !== ':') throw this.unexpected();
    this.at += 1;
  }

  private string(): string {
    const from = this.at;
    let at = from + 1;
    let escaped = false;
    for (; at < this.text.length && this.text[at] !== '"'; at += 1)
      if (this.text[at] === '\\') {
        escaped = true;
        at += 1;
      }
    if (at >= this.text.length) throw this.unexpected(this.text.length);
    this.at = at + 1;
    if (!escaped) return this.text.slice(from + 1, at);
    try {
      return JSON.parse(this.text.slice(from, at + 1));
    } catch {
      throw new Fault('a text in it is written as none can be', from);
    }
  }

  private word(): Json {
    WORD.lastIndex = this.at;
    const [word] = WORD.exec(this.text) ?? [];
    if (word === undefined) throw this.unexpected();
    this.at += word.length;
    const known = WORDS.get(word);
    return known === undefined ? Number(word) : known;
  }

  private skip(): number {
    SPACE.lastIndex = this.at;
    SPACE.exec(this.text);
    this.at = SPACE.lastIndex;
    return this.at;
  }

  private unexpected(at = this.at): Fault {
    const found = this.text[at];
    return new Fault(
      found === undefined ? 'it ends in the middle' : `a ${JSON.stringify(found)} cannot stand here`,
      at,
    );
  }
}

/** Places of a text by how many characters stand before them. */
export const placesOf = (text: string): ((from: number, to?: number) => Place) => {
  let starts: readonly number[] | undefined;
  return (from, to = from + 1) => {
    starts ??= lineStarts(text);
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= from) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: from - (starts[low] ?? 0) + 1, length: Math.max(1, to - from) };
  };
};

const lineStarts = (text: string): readonly number[] => [
  0,
  ...Array.from(text.matchAll(/\r\n|\r|\n/g), (match) => match.index + match[0].length),
];
