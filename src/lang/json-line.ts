// A spec that is one line of plain JSON, as yaml.ts reads it, many times as fast. Of whatever is wrong or unusual nothing is told: that is
// for yaml.ts to read. (import/json.ts serves files of other programs: it has no lengths and tells what is wrong.)

import type { Place } from '../core/diagnostic.js';
import type { Read } from './file.js';
import { foreignText } from './foreign.js';
import { LIMITS, nestsTooDeep } from './limits.js';
import type { Entry, Mapping, Scalar, Value } from './values.js';

/** The values of a text, the very same that `readYaml` gives; undefined where that has to be asked. */
export const readJsonLine = (text: string): Read | undefined => {
  if (!isPlain(text)) return undefined;
  const value = new Reader(text).whole();
  return value === undefined || foreignText(text) ? undefined : { value, diagnostics: [] };
};

/** One line, and none of the limits is near. So many characters are fewer pieces than the limit. */
const isPlain = (text: string): boolean =>
  text.startsWith('{') &&
  text.length < LIMITS.pieces &&
  !(/[^ -~]/.test(text) && UNUSUAL.test(text)) &&
  !nestsTooDeep(text);

/** Signs that JSON has not got or YAML may take otherwise: controls, ends of lines, other blanks, marks of direction. */
const UNUSUAL = /(?! )[\p{C}\p{Z}]/u;

/** Of any number of values in each other: readers go down into them. */
const DEEPEST = 100;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORDS = ['true', 'false', 'null'];

const [SPACE, QUOTE, COMMA, COLON, BACKSLASH] = [0x20, 0x22, 0x2c, 0x3a, 0x5c];
const [OPEN_LIST, END_LIST, OPEN_MAPPING, END_MAPPING] = [0x5b, 0x5d, 0x7b, 0x7d];

class Reader {
  private at = 0;
  private readonly hasEscapes: boolean;

  constructor(private readonly text: string) {
    this.hasEscapes = text.includes('\\');
  }

  whole(): Value | undefined {
    const value = this.value(0);
    this.skip();
    return this.at === this.text.length ? value : undefined;
  }

  private value(depth: number): Value | undefined {
    const sign = this.skip();
    if (sign === QUOTE) return this.string();
    if (sign === OPEN_MAPPING) return depth < DEEPEST ? this.mapping(depth + 1) : undefined;
    if (sign === OPEN_LIST) return depth < DEEPEST ? this.list(depth + 1) : undefined;
    return this.word();
  }

  private mapping(depth: number): Mapping | undefined {
    const start = this.at;
    const entries: Entry[] = [];
    const keys = new Set<string>();
    const isWhole = this.between(END_MAPPING, () => {
      const key = this.skip() === QUOTE ? this.string() : undefined;
      if (!key || isSpecial(key) || keys.has(key.text) || !this.take(COLON)) return false;
      keys.add(key.text);
      const value = this.value(depth);
      if (value) entries.push({ key, value });
      return value !== undefined;
    });
    return isWhole ? { type: 'mapping', entries, place: this.place(start) } : undefined;
  }

  private list(depth: number): Value | undefined {
    const start = this.at;
    const items: Value[] = [];
    const isWhole = this.between(END_LIST, () => {
      const item = this.value(depth);
      if (item) items.push(item);
      return item !== undefined;
    });
    return isWhole ? { type: 'list', items, place: this.place(start) } : undefined;
  }

  /** What stands between a bracket and its end, parted by commas; false where one of it cannot be read. */
  private between(end: number, one: () => boolean): boolean {
    this.at += 1;
    if (this.take(end)) return true;
    do if (!one()) return false;
    while (this.take(COMMA));
    return this.take(end);
  }

  private string(): Scalar | undefined {
    const start = this.at;
    let end = this.text.indexOf('"', start + 1);
    if (this.hasEscapes) while (end >= 0 && this.isEscaped(start, end)) end = this.text.indexOf('"', end + 1);
    if (end < 0) return undefined;
    this.at = end + 1;
    const inside = this.text.slice(start + 1, end);
    const text = this.hasEscapes && inside.includes('\\') ? unescaped(inside) : inside;
    return text === undefined ? undefined : { type: 'scalar', text, quoted: true, place: this.place(start) };
  }

  /** Whether an odd number of backslashes stands before a quote. */
  private isEscaped(start: number, quote: number): boolean {
    let first = quote;
    while (first - 1 > start && this.text.charCodeAt(first - 1) === BACKSLASH) first -= 1;
    return (quote - first) % 2 === 1;
  }

  private word(): Scalar | undefined {
    const start = this.at;
    NUMBER.lastIndex = start;
    const text = NUMBER.exec(this.text)?.[0] ?? WORDS.find((word) => this.text.startsWith(word, start));
    if (text === undefined) return undefined;
    this.at += text.length;
    return { type: 'scalar', text, quoted: false, place: this.place(start) };
  }

  private take(sign: number): boolean {
    if (this.skip() !== sign) return false;
    this.at += 1;
    return true;
  }

  /** The first sign that is no space. */
  private skip(): number {
    let sign = this.text.charCodeAt(this.at);
    while (sign === SPACE) {
      this.at += 1;
      sign = this.text.charCodeAt(this.at);
    }
    return sign;
  }

  private place(start: number): Place {
    return { line: 1, column: start + 1, length: this.at - start };
  }
}

/** Keys that mean something to YAML, or to a program, or are too long for a key. */
const isSpecial = ({ text, place }: Scalar): boolean =>
  text === '<<' || text === '__proto__' || text === '' || (place?.length ?? 0) > LIMITS.key;

const unescaped = (inside: string): string | undefined => {
  try {
    return JSON.parse(`"${inside}"`);
  } catch {
    return undefined;
  }
};
