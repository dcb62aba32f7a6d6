// The text format of Protocol Buffers as messages of fields, each with its place: keys repeated, in {} or <>, lists in []. It knows no schema:
// what a field is, whoever asks for it says.

import type { Place } from '../../core/diagnostic.js';
import type { Findings } from '../../core/findings.js';

export interface Scalar {
  readonly text: string;
  readonly quoted: boolean;
  readonly place: Place;
}

export interface Message {
  /** By their keys, in the order of the text. */
  readonly fields: ReadonlyMap<string, readonly Field[]>;
  readonly place: Place;
}

export type Field = Scalar | Message;

export const isMessage = (field: Field): field is Message => 'fields' in field;

/** Messages in messages; no network needs as many. */
const DEEPEST = 64;

/** A text with more fields is no definition of a network. */
const MOST_FIELDS = 2_000_000;

interface Token extends Scalar {
  /** A sign that stands for itself; else a word, a number, a text. */
  readonly sign: boolean;
}

const SPACE = /(?:[ \t\r\n\f\v\ufeff]|#[^\n]*)*/y;
const WORD = /[A-Za-z0-9_.+-]+(?:\/[A-Za-z0-9_.+-]+)*/y;
const TEXT = /"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'/y;

/** Reads on until something is wrong, which is told; what was read before it stands. */
export const readPrototxt = (text: string, findings: Findings): Message => new Reader(text, findings).whole();

type Fields = Map<string, Field[]>;

class Reader {
  private at = 0;
  private line = 1;
  private lineStart = 0;
  private count = 0;
  private next: Token | undefined;

  constructor(
    private readonly text: string,
    private readonly findings: Findings,
  ) {
    this.next = this.token();
  }

  whole(): Message {
    const message: Message & { readonly fields: Fields } = {
      fields: new Map(),
      place: { line: 1, column: 1, length: 1 },
    };
    // Messages that are open, the innermost last, each with the sign that closes it.
    const open: { readonly message: { readonly fields: Fields; readonly place: Place }; readonly closes: string }[] = [
      { message, closes: '' },
    ];
    for (;;) {
      const innermost = open.at(-1);
      const token = this.take();
      if (!innermost || token === null) return message;
      const { closes } = innermost;
      if (token === undefined) {
        if (closes !== '')
          this.wrong(`this message is not closed: the text ends without ${closes}`, innermost.message.place);
        return message;
      }
      if (token.sign && token.text === closes) {
        open.pop();
        this.skip(',', ';');
        continue;
      }
      if (token.sign || token.quoted) {
        this.wrong(`here a key is expected${closes === '' ? '' : `, or ${closes}`}, not ${token.text}`, token.place);
        return message;
      }
      const opened = this.field(token, innermost.message.fields);
      if (opened === undefined) return message;
      if (opened === null) continue;
      if (open.length > DEEPEST) {
        this.wrong(`messages stand in each other more than ${DEEPEST} deep`, token.place);
        return message;
      }
      open.push(opened);
    }
  }

  /** What a key holds: the message that it opens, null where its values are read, undefined where something is wrong. */
  private field(key: Token, fields: Fields) {
    this.count += 1;
    if (this.count > MOST_FIELDS) {
      this.wrong(`the text has more than ${MOST_FIELDS} fields`, key.place);
      return undefined;
    }
    const colon = this.skip(':');
    const first = this.take();
    if (first === null) return undefined;
    if (first?.sign && (first.text === '{' || first.text === '<')) {
      const message = { fields: new Map<string, Field[]>(), place: key.place };
      push(fields, key.text, message);
      return { message, closes: first.text === '{' ? '}' : '>' };
    }
    if (colon && first?.sign && first.text === '[') return this.list(key, fields) ? null : undefined;
    if (!colon || !first || first.sign) {
      this.wrong(`${key.text} has no value`, key.place);
      return undefined;
    }
    push(fields, key.text, this.joined(first));
    this.skip(',', ';');
    return null;
  }

  private list(key: Token, fields: Fields): boolean {
    for (;;) {
      const token = this.take();
      if (token === null) return false;
      if (token?.sign && token.text === ']') break;
      if (!token || token.sign) {
        this.wrong(`the list of ${key.text} is not closed`, key.place);
        return false;
      }
      this.count += 1;
      push(fields, key.text, this.joined(token));
      this.skip(',');
    }
    this.skip(',', ';');
    return true;
  }

  /** Texts that stand one behind the other are one. */
  private joined(first: Token): Scalar {
    let { text } = first;
    while (first.quoted && this.next?.quoted) {
      text += this.next.text;
      this.take();
    }
    return { text, quoted: first.quoted, place: first.place };
  }

  private skip(...signs: readonly string[]): boolean {
    if (!this.next?.sign || !signs.includes(this.next.text)) return false;
    this.take();
    return true;
  }

  /** The next token, undefined at the end, null where none can be read, which is told. */
  private take(): Token | undefined | null {
    if (this.broken) return null;
    const token = this.next;
    if (token) this.next = this.token();
    return token;
  }

  private broken = false;

  private token(): Token | undefined {
    this.pass(SPACE);
    if (this.at >= this.text.length) return undefined;
    const place = { line: this.line, column: this.at - this.lineStart + 1, length: 1 };
    const found = this.pass(WORD);
    if (found) return { text: found, quoted: false, sign: false, place: { ...place, length: found.length } };
    const quoted = this.pass(TEXT);
    if (quoted)
      return {
        text: unescaped(quoted.slice(1, -1)),
        quoted: true,
        sign: false,
        place: { ...place, length: quoted.length },
      };
    const sign = this.text[this.at] ?? '';
    if ('{}<>[]:;,'.includes(sign)) {
      this.at += 1;
      return { text: sign, quoted: false, sign: true, place };
    }
    this.wrong(
      sign === '"' || sign === "'" ? 'this text does not end on its line' : `"${sign}" has no meaning here`,
      place,
    );
    this.broken = true;
    return undefined;
  }

  private pass(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    for (let end = found.indexOf('\n'); end >= 0; end = found.indexOf('\n', end + 1)) {
      this.line += 1;
      this.lineStart = this.at + end + 1;
    }
    this.at += found.length;
    return found;
  }

  private wrong(message: string, place: Place): void {
    this.findings.error('import/file', message, place, 'what stands behind it is not read');
  }
}

const push = (fields: Fields, key: string, field: Field): void => {
  const known = fields.get(key);
  if (known) known.push(field);
  else fields.set(key, [field]);
};

/** Names are the only texts that matter here; signs by number stay as they are. */
const unescaped = (text: string): string => text.replace(/\\(["'\\?])/g, '$1');
