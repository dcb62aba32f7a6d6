// What somebody meant by a word that is none here: a word of another framework, one that was run together with its value, one with a
// slip in it. Asked only where a word is unknown; the words themselves are elsewhere.ts.

import { helpOf, type Remedy, write } from '../core/diagnostic.js';
import { choices, lettersBetween, nearest, nearOr } from '../core/suggest.js';
import { inBraces } from './edits.js';
import type { Elsewhere } from './elsewhere/row.js';
import { bareWord, elsewhere, isSaid, noteFor, wordsElsewhere } from './elsewhere.js';
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
  const own = ownName(word, names);
  if (own !== undefined) return { name: own, remedy: write(own) };
  const known = kindElsewhere(word, names);
  if (known) return fromElsewhere(known, word, standing, names);
  const slip = slipElsewhere(word, names);
  const row = slip === undefined ? undefined : kindElsewhere(slip, names);
  if (slip !== undefined && row) {
    const { leave, remedy } = fromElsewhere(row, slip, standing, names);
    return { remedy: leave ? `if it is ${slip}: ${helpOf(remedy)}` : remedy };
  }
  const near = nearest(word, names);
  return near === undefined
    ? { remedy: 'docs/layers.md lists the kinds, docs/words.md what they are called elsewhere' }
    : { name: near, guessed: true, remedy: nearOr(near, names, 'kinds') };
};

/** A name that a word is, but for what frameworks add to it. */
const ownName = (word: string, names: readonly string[]): string | undefined => {
  const bare = bareWord(word);
  return (
    names.find((name) => name.toLowerCase() === bare) ??
    names.find((name) => name.replace(/[_-]/g, '').toLowerCase() === bare)
  );
};

/** What is known of a word that no kind is called: where its kind is none of those there are, only that nothing near it is meant. */
const kindElsewhere = (word: string, names: readonly string[]): Elsewhere | undefined => {
  const rows = elsewhere('kinds', word);
  return rows.find((row) => isSaid(row, names)) ?? (rows[0] && { ...rows[0], here: [], note: NOTHING, opaque: true });
};

const NOTHING = 'there is no such layer here';

/** The word of other frameworks that one is with a slip in it, where it is nearer than all names are. */
const slipElsewhere = (word: string, names: readonly string[]): string | undefined => {
  const bare = bareWord(word);
  const words = wordsElsewhere('kinds');
  const known = bare.length < 4 ? undefined : nearest(bare, words, words.length);
  if (known === undefined) return undefined;
  const away = lettersBetween(bare, known);
  const near = nearest(word, names);
  // There are so many of them that a word is easily near to one.
  return away <= Math.max(1, bare.length / 5) && (near === undefined || away < lettersBetween(word, near))
    ? known
    : undefined;
};

const fromElsewhere = (row: Elsewhere, word: string, standing: Standing, names: readonly string[]): Meant => {
  const [here] = row.here;
  const note = noteFor(row, word);
  const more = note ? `: ${note}` : '';
  if (here === undefined) {
    const name = /\w+(?=\W*(?:\(|$))/.exec(word)?.[0] ?? 'NAME';
    const stated =
      row.opaque && names.includes('opaque') ? `; {opaque: ${name}, out: SHAPE} says what is known of it` : '';
    return { leave: true, remedy: `${row.note ?? 'leave it out'}${stated}` };
  }
  const item = row.item ?? here;
  if (row.whole && standing !== 'item') return { remedy: `write ${item}${more}` };
  if (standing === 'item' && row.joins)
    return { name: here, remedy: `write ${item}, where a and b are names of layers${more}` };
  if (standing === 'item') return { name: here, remedy: write(item, more) };
  const along = row.along && standing === 'braces' ? `${row.along}, ${here}` : here;
  return {
    name: here,
    remedy: { help: `write ${row.along ? item : here}${more}`, instead: along },
  };
};

/** An option, of those that are allowed. */
export const meantOption = (word: string, allowed: readonly string[], what: string): Meant => {
  const own = ownName(word, allowed);
  if (own !== undefined) return { name: own, remedy: write(own) };
  const rows = elsewhere('options', word);
  for (const row of rows) {
    const name = row.here.find((here) => allowed.includes(here));
    if (name !== undefined) return { name, remedy: write(name, row.note ? `: ${row.note}` : '') };
    if (row.here.length === 0) return { leave: true, remedy: `leave it out: ${row.note}` };
  }
  // A word that is known, and not of this kind, is no slip of another.
  return rows.length > 0 ? { remedy: choices(allowed, what) } : nearly(word, allowed, what);
};

/** A key of the file. */
export const meantKey = (word: string, keys: readonly string[]): Meant => {
  const row = elsewhere('keys', word).find((one) => isSaid(one, keys));
  const name = ownName(word, keys) ?? row?.here[0];
  if (name !== undefined) return { name, remedy: write(name) };
  return nearly(word, keys, 'keys');
};

/** The kind that `act:`, `norm:` or `drop:` meant, of those of its role. */
export const meantSugar = (word: string, names: readonly string[], which: string): Remedy => {
  const own = ownName(word, names);
  if (own !== undefined) return write(own);
  const rows = elsewhere('kinds', word);
  const [here] = rows.find(({ here: [kind = ''] }) => names.includes(kind))?.here ?? [];
  if (here !== undefined) return write(here);
  return rows.length > 0 ? choices(names, `for ${which}`) : nearly(word, names, `for ${which}`).remedy;
};

/** The word that a value meant where words are wanted, or a value that has a name. */
export const meantValue = (word: string, words: readonly string[], values: readonly string[]): Remedy => {
  const all = [...words, ...values];
  const what = words.length > 0 ? 'words and values here' : 'values here';
  const rows = words.length > 0 ? elsewhere('kinds', word) : [];
  const here = rows.flatMap((row) => row.here).find((kind) => words.includes(kind));
  if (here !== undefined) return write(here);
  return rows.length > 0 ? choices(all, what) : nearly(word, all, what).remedy;
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

/** `conv 16, kernel 3`: a word and its value, again and again, with what should stand between them left out. */
export const severalTogether = (text: string): readonly (readonly [word: string, value: string])[] | undefined => {
  if (text.length > 200) return undefined;
  const found = [...text.matchAll(/([A-Za-z_]\w{0,40})(?:\s*[:=]\s*|\s+)([^\s,;:=]+)(?:\s*[,;]\s*|\s+|$)/gy)];
  const isWhole = found.reduce((length, [whole]) => length + whole.length, 0) === text.length;
  return isWhole && found.length > 1 ? found.map(([, word = '', value = '']) => [word, value] as const) : undefined;
};

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
