// A text in the middle of being written -> lists, mappings and words with their offsets, as far as they can be told: for who asks what
// stands at an offset. Nothing is an error here, and nothing is evaluated. What a sound text says is read by yaml.ts.

import { LIMITS } from './limits.js';
import { bracketsAt } from './sketch-brackets.js';
import {
  behindAnchors,
  colonless,
  isBlank,
  isSpace,
  type Leaf,
  type Listed,
  lineEndAt,
  type Mapped,
  type Pair,
  quotedAt,
  type Sketch,
} from './sketch-parts.js';

/** Null where nothing is written. */
export const sketch = (text: string): Sketch | null => new Sketcher(text).sketch();

/** A list or mapping that may go on, and the column in which it does. */
interface Open {
  readonly indent: number;
  readonly node: Listed | Mapped;
}

class Sketcher {
  /** The one item of this list is the whole text. */
  private readonly whole: Listed = { sort: 'list', start: 0, flow: false, items: [null] };
  private open: Open[] = [{ indent: -1, node: this.whole }];
  /** Lines further in than this are text of a block. */
  private textIndent: number | undefined;
  private at = 0;
  private lineStart = 0;
  private lineEnd = 0;

  constructor(private readonly text: string) {}

  sketch(): Sketch | null {
    const { text } = this;
    let isFirst = true;
    while (this.at < text.length) {
      this.lineStart = this.at;
      this.lineEnd = lineEndAt(text, this.at);
      this.skipBlanks();
      const isEmpty = this.at >= this.lineEnd || text[this.at] === '#';
      if (!isEmpty && !this.isText()) {
        this.line(isFirst);
        isFirst = false;
      }
      // What stands in brackets goes on over lines.
      this.at = Math.max(this.at, lineEndAt(text, this.at)) + 1;
    }
    return this.whole.items[0] ?? null;
  }

  private isText(): boolean {
    if (this.textIndent === undefined) return false;
    const isText = this.at - this.lineStart > this.textIndent;
    if (!isText) this.textIndent = undefined;
    return isText;
  }

  private line(isFirst: boolean): void {
    const { text } = this;
    if (/^(?:---|\.\.\.)(?:\s|$)/.test(text.slice(this.lineStart, this.lineStart + 4))) return;
    while (text[this.at] === '-' && isSpace(text[this.at + 1])) {
      this.dash(this.at - this.lineStart);
      this.at += 1;
      this.skipBlanks();
    }
    if (this.at >= this.lineEnd || text[this.at] === '#') return;
    const column = this.at - this.lineStart;
    this.at = behindAnchors(text, this.at);
    const sign = text[this.at];
    if (sign === '{' || sign === '[') {
      this.put(column, this.brackets(isFirst ? -1 : this.indentOfLine()));
      return;
    }
    const key = this.leaf(true, true);
    if (!this.takeColon()) {
      this.put(column, key);
      return;
    }
    const pair: Pair = { key, colon: true, value: null };
    this.pair(column, pair);
    this.skipBlanks();
    this.at = behindAnchors(text, this.at);
    if (this.at >= this.lineEnd || text[this.at] === '#') return;
    const first = text[this.at];
    if (first === '{' || first === '[') pair.value = this.brackets(this.indentOfLine());
    else if ((first === '|' || first === '>') && /^[|>][-+\d]{0,2}\s*(?:#|$)/.test(text.slice(this.at, this.lineEnd))) {
      pair.value = { sort: 'leaf', text: '', start: this.at, end: this.at + 1, quoted: true, ownLine: false };
      this.textIndent = column;
    } else pair.value = this.leaf(false, false);
  }

  private lineStartOf({ start }: Leaf): number {
    return this.text.lastIndexOf('\n', start - 1) + 1;
  }

  private indentOfLine(): number {
    let first = this.lineStart;
    while (isBlank(this.text[first])) first += 1;
    return first - this.lineStart;
  }

  private skipBlanks(): void {
    while (this.at < this.lineEnd && isBlank(this.text[this.at])) this.at += 1;
  }

  private takeColon(): boolean {
    this.skipBlanks();
    if (this.at >= this.lineEnd || this.text[this.at] !== ':') return false;
    this.at += 1;
    return true;
  }

  // --- lines -----------------------------------------------------------------------------------------------------

  private get top(): Open {
    return this.open.at(-1) ?? { indent: -1, node: this.whole };
  }

  /** Ends what stands further in; `lists`: and a list in this column. */
  private endFurtherIn(column: number, lists: boolean): void {
    while (this.open.length > 1) {
      const { indent, node } = this.top;
      if (indent > column || (lists && indent === column && node.sort === 'list')) this.open.pop();
      else return;
    }
  }

  /** Deeper than anybody writes nothing is begun. */
  private begin(indent: number, node: Listed | Mapped): void {
    if (this.open.length <= LIMITS.depth) this.open.push({ indent, node });
  }

  private dash(column: number): void {
    this.endFurtherIn(column, false);
    const { indent, node } = this.top;
    if (indent === column && node.sort === 'list') {
      node.items.push(null);
      return;
    }
    const held = openValue(node);
    if (held?.sort === 'list' && !held.flow) {
      held.items.push(null);
      this.begin(column, held);
      return;
    }
    const list: Listed = { sort: 'list', start: this.at, flow: false, items: [null] };
    if (held === null) fill(node, list);
    this.begin(column, list);
  }

  private pair(column: number, pair: Pair): void {
    this.endFurtherIn(column, true);
    const { indent, node } = this.top;
    if (node.sort === 'mapping' && indent === column) {
      node.pairs.push(pair);
      return;
    }
    const held = openValue(node);
    if (held?.sort === 'mapping' && !held.flow) {
      held.pairs.push(pair);
      this.begin(column, held);
      return;
    }
    // `- conv`, and `kernel: 3` below it: a colon is missing there.
    const isKey = held?.sort === 'leaf' && held.ownLine && held.start - this.lineStartOf(held) === column;
    const before = isKey ? [colonless(held)] : [];
    if (held === null || before.length > 0) {
      const mapping: Mapped = {
        sort: 'mapping',
        start: (before[0] ?? pair).key.start,
        flow: false,
        pairs: [...before, pair],
      };
      fill(node, mapping);
      this.begin(column, mapping);
    } else if (node.sort === 'mapping') node.pairs.push(pair);
  }

  /** A value on a line of its own; a word in the column of keys is one that has no colon yet. */
  private put(column: number, value: Sketch): void {
    this.endFurtherIn(column, false);
    const list = this.top;
    const around = this.open.at(-2);
    if (list.node.sort === 'list' && list.indent === column) {
      // A dash is missing, unless the keys around the list stand in the same column.
      if (around?.indent !== column) list.node.items.push(value);
      else if (around.node.sort === 'mapping' && value.sort === 'leaf') {
        this.open.pop();
        around.node.pairs.push(colonless(value));
      }
      return;
    }
    const { indent, node } = this.top;
    if (node.sort === 'mapping' && indent === column) {
      if (value.sort === 'leaf') node.pairs.push(colonless(value));
      return;
    }
    if (openValue(node) === null) fill(node, value);
    else if (value.sort === 'leaf' && node.sort === 'mapping' && node.pairs.at(-1)?.value?.sort !== 'leaf')
      node.pairs.push(colonless(value));
  }

  // --- words -----------------------------------------------------------------------------------------------------

  /** A text up to the end of its line, to a comment, or to a colon where a key may stand. */
  private leaf(key: boolean, ownLine: boolean): Leaf {
    const { text, at: start } = this;
    const sign = text[start];
    if (sign === '"' || sign === "'") {
      const leaf = quotedAt(text, start, ownLine);
      this.at = leaf.end;
      return leaf;
    }
    let end = start;
    for (; this.at < this.lineEnd; this.at += 1) {
      const here = text[this.at];
      if (here === '#' && isBlank(text[this.at - 1])) break;
      if (key && here === ':' && isSpace(text[this.at + 1])) break;
      if (!isBlank(here)) end = this.at + 1;
    }
    this.at = end;
    return { sort: 'leaf', text: text.slice(start, end), start, end, quoted: false, ownLine };
  }

  private brackets(indent: number): Listed | Mapped {
    const { value, end } = bracketsAt(this.text, this.at, indent);
    this.at = end;
    return value;
  }
}

/** The value that is open for more: undefined where a mapping has no key, or its last no colon. */
const openValue = (node: Listed | Mapped): Sketch | null | undefined => {
  if (node.sort === 'list') return node.items.at(-1);
  const last = node.pairs.at(-1);
  return last?.colon ? last.value : undefined;
};

const fill = (node: Listed | Mapped, value: Sketch): void => {
  if (node.sort === 'list') node.items[Math.max(0, node.items.length - 1)] = value;
  else {
    const last = node.pairs.at(-1);
    if (last) last.value = value;
  }
};
