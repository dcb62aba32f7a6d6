// What somebody meant by a word that is none here: a word of another framework, one that was run together with its value, one with a
// slip in it. Asked only where a word is unknown; the words themselves are elsewhere.ts.

import { type Remedy, write } from '../core/diagnostic.js';
import { nearest, nearOr } from '../core/suggest.js';
import { inBraces } from './edits.js';
import { bareWord, type Elsewhere, elsewhere } from './elsewhere.js';
import { type Entry, isNull, type Mapping } from './values.js';

/** What was meant, by its name here where that is known, and what to do. */
export interface Meant {
  readonly name?: string;
  /** The name is the nearest in its letters, and no more is known. */
  readonly guessed?: true;
  /** Nothing of the sort is written here. */
  readonly leave?: true;
  readonly remedy: Remedy;
}

/** Where a kind stands: as an item of its own, as a key in braces, as a key on a line. */
export type Standing = 'item' | 'braces' | 'line';

/** A kind of layer; `names` are those there are. */
export const meantKind = (word: string, standing: Standing, names: readonly string[]): Meant => {
  const bare = bareWord(word);
  const own = names.find((name) => name.toLowerCase() === bare);
  if (own !== undefined) return { name: own, remedy: write(own) };
  const [row] = elsewhere('kinds', word);
  if (row) return fromElsewhere(row, standing);
  const near = nearest(word, names);
  return near === undefined
    ? { remedy: 'docs/layers.md lists the kinds, docs/words.md what they are called elsewhere' }
    : { name: near, guessed: true, remedy: nearOr(near, names, 'kinds') };
};

const fromElsewhere = (row: Elsewhere, standing: Standing): Meant => {
  const [here] = row.here;
  if (here === undefined) return { leave: true, remedy: row.note ?? 'leave it out' };
  const more = row.note ? `: ${row.note}` : '';
  const item = row.item ?? here;
  if (standing === 'item') return { name: here, remedy: write(item, more) };
  // What takes the place of several layers is no key.
  if (/[[{]/.test(item.slice(1))) return { name: here, remedy: `write ${item}${more}` };
  const along = row.along && standing === 'braces' ? `${row.along}, ${here}` : here;
  return {
    name: here,
    remedy: { help: `write ${row.along ? item : here}${more}`, instead: along },
  };
};

/** An option, of those that are allowed. */
export const meantOption = (word: string, allowed: readonly string[], what: string): Meant => {
  const bare = bareWord(word);
  const own = allowed.find((name) => name.toLowerCase() === bare);
  if (own !== undefined) return { name: own, remedy: write(own) };
  for (const row of elsewhere('options', word)) {
    const name = row.here.find((here) => allowed.includes(here));
    if (name !== undefined) return { name, remedy: write(name) };
    if (row.here.length === 0) return { leave: true, remedy: `leave it out: ${row.note}` };
  }
  return nearly(word, allowed, what);
};

/** A key of the file. */
export const meantKey = (word: string, keys: readonly string[]): Meant => {
  const own = keys.find((name) => name.toLowerCase() === bareWord(word));
  const [row] = own === undefined ? elsewhere('keys', word) : [];
  const name = own ?? row?.here[0];
  if (name !== undefined) return { name, remedy: write(name) };
  return nearly(word, keys, 'keys');
};

/** The kind that `act:`, `norm:` or `drop:` meant, of those of its role. */
export const meantSugar = (word: string, names: readonly string[], which: string): Remedy => {
  const bare = bareWord(word);
  const own = names.find((name) => name.toLowerCase() === bare);
  if (own !== undefined) return write(own);
  const row = elsewhere('kinds', word).find(({ here: [kind = ''] }) => names.includes(kind));
  return row?.here[0] !== undefined ? write(row.here[0]) : nearly(word, names, `for ${which}`).remedy;
};

const nearly = (word: string, names: readonly string[], what: string): Meant => {
  const near = nearest(word, names);
  return { ...(near !== undefined && { name: near, guessed: true }), remedy: nearOr(near, names, what) };
};

/** A word and its value that were run together. */
export interface Together {
  /** The entry that they are. */
  readonly entry: Entry;
  /** As they are written apart. */
  readonly apart: string;
  readonly message: string;
  /** What to do about it in a mapping. */
  readonly remedy: (inside: Mapping) => Remedy;
}

export const NO_SPACE = 'a space is missing behind the colon';
export const NO_COLON = 'a colon is missing';

/** `conv 16`, `conv=16`, `conv: 16` without its space: a key without a value that is both. `isKnown`: which words it may be. */
export const runTogether = ({ key, value }: Entry, isKnown: (word: string) => boolean): Together | undefined => {
  if (!isNull(value) || key.text.length > 200) return undefined;
  const [, word, between = '', held] = /^([A-Za-z_]\w{0,40})(\s*[:=]|\s)\s{0,5}(\S.*)$/s.exec(key.text) ?? [];
  if (word === undefined || held === undefined || !isKnown(word)) return undefined;
  const apart = `${word}: ${held}`;
  return {
    entry: { key: { ...key, text: word }, value: { ...key, text: held, quoted: false } },
    apart,
    message: `${between.includes(':') ? NO_SPACE : NO_COLON} in "${key.text}"`,
    // On a line of its own a colon stands behind the key.
    remedy: (inside) => (inBraces(inside) ? write(apart) : `write ${apart}`),
  };
};
