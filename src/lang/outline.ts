// A YAML text as lines and brackets, without what stands in quotes, comments and blocks of text: what slips are looked for in. It holds for
// broken texts too, which is what it is for; what a sound one says is read by yaml.ts.

import { lastUpTo } from './last.js';

/** Stands for what was in quotes: a word that is none of the language's. */
export const QUOTED = '\ue000';

/** A line with something on it, in offsets into the text. */
export interface Line {
  /** Of its first character, spaces counted. */
  readonly start: number;
  /** Where its content begins, and where it ends but for spaces and a comment. */
  readonly first: number;
  readonly end: number;
  /** How many brackets are open where it begins. */
  readonly depth: number;
}

export interface Bracket {
  readonly sign: string;
  readonly at: number;
}

/** Brackets that do not come in pairs. `close`: where those that were left open would be closed. */
export type Unpaired =
  | { readonly what: 'open'; readonly bracket: Bracket; readonly close: number; readonly signs: string }
  | { readonly what: 'extra'; readonly bracket: Bracket }
  | { readonly what: 'other'; readonly bracket: Bracket; readonly wanted: string; readonly opened: Bracket };

export interface Outline {
  /** As long as the text. Quoted text is {@link QUOTED}; comments and blocks of text are spaces. */
  readonly masked: string;
  readonly lines: readonly Line[];
  readonly unpaired: readonly Unpaired[];
  /** A quote without an end, or with one that belongs to another quote. */
  readonly openQuote: Bracket | undefined;
  /** The sign of the innermost bracket that is open before an offset; empty where none is. */
  readonly within: (offset: number) => string;
  /** Where a second value begins behind one that is the whole text. */
  readonly second: number | undefined;
}

/** Keys of which the value is read as text: it may hold any sign. */
export const HOLDS_TEXT = String.raw`(?:name|note|source|description|x-[\w-]{1,40})`;
const TEXT_KEY = new RegExp(String.raw`^${HOLDS_TEXT}[ \t]*:(?:[ \t]+|$)`);
/** Text that stands in no quotes and in no block. */
const BEGINS_PLAIN = /^[^\s"'[\]{}|>&*!#]/;
const LONGEST_KEY = 80;

/** Text that goes on over the lines further in than `indent`. Of what stands below a key alone, `value`, that is not known yet. */
interface TextBelow {
  readonly indent: number;
  readonly sort: 'block' | 'plain' | 'value';
}

const CLOSING: Readonly<Record<string, string>> = { '{': '}', '[': ']' };

export const outline = (text: string): Outline => new Outliner(text).outline();

class Outliner {
  private readonly masked: string[];
  private readonly lines: Line[] = [];
  private readonly unpaired: Unpaired[] = [];
  private open: (Bracket & { readonly indent: number; readonly alone: boolean })[] = [];
  /** Offsets at which the innermost bracket changes, and its sign from there on. */
  private readonly changes: number[] = [];
  private readonly signs: string[] = [];
  private openQuote: Bracket | undefined;
  /** Quotes of which there are no more. */
  private readonly spent = new Set<string>();
  private second: number | undefined;
  /** Text that may go on over the next lines. */
  private below: TextBelow | undefined;
  private wholeEnded = false;

  constructor(private readonly text: string) {
    this.masked = text.split('');
  }

  outline(): Outline {
    const { text } = this;
    let lastEnd = 0;
    let start = 0;
    while (start < text.length) {
      const newline = text.indexOf('\n', start);
      const stop = newline < 0 ? text.length : newline;
      let first = start;
      while (first < stop && isBlank(text[first])) first += 1;
      if (first === stop || this.isText(start, first, stop)) {
        this.blank(start, stop);
        start = stop + 1;
        continue;
      }
      this.below = undefined;
      if (this.open.length > 0 && this.endsBrackets(first, first - start)) this.leaveOpen(lastEnd);
      const depth = this.open.length;
      const next = this.scan(start, first, stop);
      const end = this.contentEnd(first, Math.min(stop, next));
      if (end > first) {
        this.lines.push({ start, first, end, depth });
        lastEnd = end;
        if (this.open.length === 0 && depth === 0) this.below = this.textBelow(start, first, end);
      }
      // Text in quotes may go on over lines.
      start = Math.max(next, stop) + 1;
      if (next > stop) {
        const lineEnd = text.indexOf('\n', next);
        lastEnd = next;
        const rest = lineEnd < 0 ? text.length : lineEnd;
        this.scan(next, next, rest);
        lastEnd = Math.max(lastEnd, this.contentEnd(next, rest));
        start = rest + 1;
      }
    }
    if (this.open.length > 0) this.leaveOpen(lastEnd);
    return {
      masked: this.masked.join(''),
      lines: this.lines,
      unpaired: this.unpaired,
      openQuote: this.openQuote,
      within: (offset) => this.within(offset),
      second: this.second,
    };
  }

  /** Reads a line, or what is left of it behind a quote; returns where it stopped, which is further on behind a long quote. */
  private scan(start: number, from: number, stop: number): number {
    const { text } = this;
    const plain = this.plainFrom(from, stop);
    let before = from === start ? this.lastSign(start) : '';
    for (let at = from; at < stop; at += 1) {
      const sign = text[at] ?? '';
      if (sign === '#' && (at === start || isBlank(text[at - 1]) || at === from)) {
        this.blank(at, stop);
        return stop;
      }
      if (at >= plain) continue;
      const begins = before === '' || '[{,:-'.includes(before);
      if (
        (sign === '"' || sign === "'") &&
        begins &&
        (before !== ':' || isBlank(text[at - 1]) || this.open.length > 0)
      ) {
        const end = this.quoteEnd(at, sign);
        if (end !== undefined) {
          for (let i = at; i < end; i += 1) if (text[i] !== '\n') this.masked[i] = QUOTED;
          before = QUOTED;
          at = end - 1;
          if (end > stop) return end;
          continue;
        }
      }
      this.bracket(sign, at, begins, from - start, at === from);
      if (!isBlank(sign)) {
        if (this.wholeEnded && this.second === undefined && this.open.length === 0 && !'}]'.includes(sign))
          this.second = at;
        before = sign;
      }
    }
    return stop;
  }

  private lastSign(at: number): string {
    for (let i = at - 1; i >= 0 && i > at - 200; i -= 1) {
      const sign = this.masked[i] ?? '';
      if (!isBlank(sign) && sign !== '\n') return sign;
    }
    return '';
  }

  private bracket(sign: string, at: number, begins: boolean, indent: number, isFirst: boolean): void {
    if ((sign === '{' || sign === '[') && (begins || this.open.length > 0 || this.wholeEnded)) {
      if (this.wholeEnded && this.open.length === 0) this.second ??= at;
      const alone = isFirst && this.lines.length === 0;
      this.open.push({ sign, at, indent, alone });
      this.change(at + 1);
    } else if (sign === '}' || sign === ']') {
      const top = this.open.at(-1);
      if (!top) {
        this.unpaired.push({ what: 'extra', bracket: { sign, at } });
        return;
      }
      const wanted = CLOSING[top.sign] ?? '';
      if (wanted !== sign) {
        const outer = this.open.at(-2);
        if (outer && CLOSING[outer.sign] === sign) {
          this.unpaired.push({ what: 'open', bracket: top, close: at, signs: wanted });
          this.open.pop();
        } else this.unpaired.push({ what: 'other', bracket: { sign, at }, wanted, opened: top });
      }
      const closed = this.open.pop();
      if (closed?.alone && this.open.length === 0) this.wholeEnded = true;
      this.change(at + 1);
    }
  }

  /** What stands in brackets is further in than the line that opened them; a dash begins an item outside of them. */
  private endsBrackets(first: number, indent: number): boolean {
    const outermost = this.open[0];
    const { text } = this;
    if (!outermost || outermost.alone) return false;
    if (text[first] === '-' && (isBlank(text[first + 1]) || text[first + 1] === '\n')) return true;
    return indent <= outermost.indent && !'}]'.includes(text[first] ?? '');
  }

  private leaveOpen(close: number): void {
    const [outermost] = this.open;
    if (!outermost) return;
    const signs = this.open
      .map(({ sign }) => CLOSING[sign] ?? '')
      .reverse()
      .join('');
    this.unpaired.push({ what: 'open', bracket: outermost, close, signs });
    this.open = [];
    this.change(close);
  }

  private change(at: number): void {
    this.changes.push(at);
    this.signs.push(this.open.at(-1)?.sign ?? '');
  }

  private within(offset: number): string {
    return this.signs[lastUpTo(offset, this.changes.length, (i) => this.changes[i] ?? 0)] ?? '';
  }

  /** Behind the end of what is quoted. */
  private quoteEnd(at: number, sign: string): number | undefined {
    const { text } = this;
    if (this.spent.has(sign)) return undefined;
    for (let i = at + 1; i < text.length; i += 1) {
      const c = text[i];
      if (c === '\\' && sign === '"') i += 1;
      else if (c === sign && sign === "'" && text[i + 1] === sign) i += 1;
      else if (c === sign) {
        if (!this.openQuote && looksUnquoted(text.slice(at, Math.min(i, at + 500)))) this.openQuote = { sign, at };
        return i + 1;
      }
    }
    this.openQuote ??= { sign, at };
    this.spent.add(sign);
    return undefined;
  }

  /** Whether a line is text of a line above it. A key ends text that stands without a sign: no such text has one in it. */
  private isText(start: number, first: number, stop: number): boolean {
    const { below } = this;
    if (!below || first - start <= below.indent) return false;
    if (below.sort === 'block') return true;
    const content = this.text.slice(first, stop);
    if (content.startsWith('#')) return true;
    if (/:(?:\s|$)/.test(content) || (below.sort === 'value' && /^(?:-\s|["'[{|>&*!])/.test(content))) return false;
    this.below = { ...below, sort: 'plain' };
    return true;
  }

  /** The text that goes on below a line: of a block (`|` or `>`), or of a key that holds text. */
  private textBelow(start: number, first: number, end: number): TextBelow | undefined {
    let at = first;
    while (this.masked[at] === '-' && isBlank(this.masked[at + 1])) {
      at += 1;
      while (isBlank(this.masked[at])) at += 1;
    }
    const indent = at - start;
    const last = this.masked.slice(Math.max(first, end - 8), end).join('');
    if (/(?:^|[\s])[|>][-+\d]{0,2}$/.test(last)) return { indent, sort: 'block' };
    const content = this.text.slice(at, Math.min(end, at + LONGEST_KEY));
    const key = TEXT_KEY.exec(content);
    if (!key) return undefined;
    if (at + key[0].length >= end) return { indent, sort: 'value' };
    return BEGINS_PLAIN.test(content.slice(key[0].length)) ? { indent, sort: 'plain' } : undefined;
  }

  /** Where text begins on a line with a key that holds text: no bracket and no quote in it is one. */
  private plainFrom(first: number, stop: number): number {
    if (this.open.length > 0) return stop;
    const content = this.text.slice(first, Math.min(stop, first + LONGEST_KEY));
    const key = /^(?:-[ \t]+)*/.exec(content)?.[0].length ?? 0;
    const held = TEXT_KEY.exec(content.slice(key))?.[0].length;
    return held !== undefined && BEGINS_PLAIN.test(content.slice(key + held)) ? first + key + held : stop;
  }

  private contentEnd(first: number, stop: number): number {
    let end = stop;
    while (end > first && isBlank(this.masked[end - 1])) end -= 1;
    return end;
  }

  private blank(start: number, stop: number): void {
    for (let i = start; i < stop; i += 1) this.masked[i] = ' ';
  }
}

const isBlank = (sign: string | undefined): boolean => sign === ' ' || sign === '\t' || sign === '\r';

/** Whether quoted text has items and keys on lines of their own, as what nobody meant to quote has. */
const looksUnquoted = (quoted: string): boolean => /\n[ \t]*(?:- |[A-Za-z_]\w{0,40}:(?:\s|$))/.test(quoted);
