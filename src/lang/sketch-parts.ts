// The parts of a sketch of a text (sketch.ts), and how words and quotes end.

/** A word, or any other text: of a key, of a value. */
export interface Leaf {
  readonly sort: 'leaf';
  /** Without the quotes it stands in. */
  readonly text: string;
  /** Of the text, the opening quote counted. */
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
  /** Nothing but indentation and dashes stands before it on its line. */
  readonly ownLine: boolean;
}

export interface Listed {
  readonly sort: 'list';
  readonly start: number;
  /** In brackets. */
  readonly flow: boolean;
  /** Null for one of which nothing is written. */
  readonly items: (Sketch | null)[];
}

export interface Pair {
  readonly key: Leaf;
  /** Whether a colon stands behind the key. */
  colon: boolean;
  value: Sketch | null;
}

export interface Mapped {
  readonly sort: 'mapping';
  readonly start: number;
  readonly flow: boolean;
  readonly pairs: Pair[];
}

export type Sketch = Leaf | Listed | Mapped;

/** A key that has no colon yet. */
export const colonless = (key: Leaf): Pair => ({ key, colon: false, value: null });

/** What stands in quotes. Where they are not closed it ends with its line: it is being written. */
export const quotedAt = (text: string, start: number, ownLine: boolean): Leaf => {
  const sign = text[start];
  let stop = start + 1;
  while (stop < text.length && text[stop] !== sign && text[stop] !== '\n')
    stop += text[stop] === '\\' && sign === '"' && text[stop + 1] !== '\n' ? 2 : 1;
  stop = Math.min(stop, text.length);
  const end = text[stop] === sign ? stop + 1 : stop;
  return { sort: 'leaf', text: text.slice(start + 1, stop), start, end, quoted: true, ownLine };
};

/** Where a value begins behind `&name` and `!tag`. */
export const behindAnchors = (text: string, start: number): number => {
  let at = start;
  while (text[at] === '&' || text[at] === '!') {
    while (!isSpace(text[at]) && !',]}'.includes(text[at] ?? '')) at += 1;
    while (isBlank(text[at])) at += 1;
  }
  return at;
};

export const lineEndAt = (text: string, at: number): number => {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
};

export const isBlank = (sign: string | undefined): boolean => sign === ' ' || sign === '\t' || sign === '\r';
export const isSpace = (sign: string | undefined): boolean => sign === undefined || sign === '\n' || isBlank(sign);
