// What a word of another framework is here. The tables are in elsewhere/; docs/words.md is made of them. Read only where a word is unknown.

import { kindRows } from './elsewhere/kinds.js';
import { DTYPES_ELSEWHERE, keyRows, optionRows } from './elsewhere/options.js';
import { type Elsewhere, FRAMEWORKS } from './elsewhere/row.js';

/** The tables by what they are about, built when they are asked for: most runs never do. */
export const ELSEWHERE = { kinds: kindRows, options: optionRows, keys: keyRows } as const;

type About = keyof typeof ELSEWHERE;

/**
 * A word without what frameworks add to it: `nn.Conv2d`, `Conv2D`, `conv_2d` and `[conv]` are `conv`, `reluLayer` is `relu`, and the
 * arguments of a call are left out.
 */
export const bareWord = (word: string): string =>
  word
    .slice(0, MOST)
    .replace(/\(.*$/s, '')
    .replace(/^\[|\]$/g, '')
    .replace(/^(?:\w+\.)+/, '')
    .replace(/[\s_-]/g, '')
    .toLowerCase()
    .replace(/[123]d/, '')
    .replace(/(?<=.)layer$/, '');

/** Longer ones are no words. */
const MOST = 100;

const found = new Map<About, ReadonlyMap<string, readonly Elsewhere[]>>();

const rowsOf = (about: About): ReadonlyMap<string, readonly Elsewhere[]> => {
  const known = found.get(about);
  if (known) return known;
  const rows = new Map<string, Elsewhere[]>();
  for (const one of ELSEWHERE[about]())
    for (const bare of new Set([...one.words.flat(), ...one.loose].map(bareWord)))
      rows.set(bare, [...(rows.get(bare) ?? []), one]);
  found.set(about, rows);
  return rows;
};

/** What a word of another framework may be here, the likeliest first; none where no framework is known to have it. */
export const elsewhere = (about: About, word: string): readonly Elsewhere[] => rowsOf(about).get(bareWord(word)) ?? [];

/** What there is to know of a word. A note that begins with a framework is about its words, and who wrote another's is not told it. */
export const noteFor = ({ note, words, loose }: Elsewhere, word: string): string | undefined => {
  const own = FRAMEWORKS.findIndex((framework) => note?.startsWith(`${framework}’s `));
  if (own < 0) return note;
  const name = word
    .slice(0, MOST)
    .replace(/\(.*$/s, '')
    .replace(/^(?:\w+\.)+/, '');
  const isIn = (column: readonly string[] = []): boolean => column.includes(name);
  if (isIn(words[own])) return note;
  if (words.some(isIn) || isIn(loose)) return undefined;
  const bare = bareWord(word);
  return words[own]?.some((one) => bareWord(one) === bare) ? note : undefined;
};

/** All words of a table, as {@link bareWord} leaves them. */
export const wordsElsewhere = (about: About): readonly string[] => [...rowsOf(about).keys()];

let ofLayers: ReadonlySet<string> | undefined;

/** Whether a word is of layers and their options, here or elsewhere: for who knows no kinds. */
export const isOfLayers = (word: string): boolean => {
  ofLayers ??= new Set([...kindRows(), ...optionRows()].flatMap(({ here }) => here));
  return ofLayers.has(word) || elsewhere('kinds', word).length > 0 || elsewhere('options', word).length > 0;
};

/** Whether a row says what can be written, or that nothing is: not where its kind is none of those there are. */
export const isSaid = ({ here }: Elsewhere, names: readonly string[]): boolean =>
  here.length === 0 || here.some((name) => names.includes(name));

/** A type of numbers as it is called here. */
export const dtypeElsewhere = (word: string): string | undefined =>
  Object.keys(DTYPES_ELSEWHERE).find((here) => DTYPES_ELSEWHERE[here]?.includes(word.toLowerCase()));
