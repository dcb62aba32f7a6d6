// What may be written at an offset of a spec: the words that fit what stands there, and the stretch that they replace.

import type { Registry } from '../core/layer.js';
import { declared } from './declared.js';
import { type Wanted, wantedAt } from './file-form.js';
import type { Form, Word } from './form.js';
import { cursorAt, nameIn, type Position } from './position.js';

export interface Completion {
  readonly label: string;
  readonly insert: string;
  readonly sort: Word['sort'];
  readonly detail: string;
  readonly doc: string;
}

export interface Completions {
  readonly from: number;
  readonly to: number;
  readonly items: readonly Completion[];
}

/** No list is longer. */
const MOST = 300;

/**
 * What may stand at an offset of the text (UTF-16 units): a stretch that is replaced, and the words that fit what is written of it, those
 * that begin with it first. Null where nothing is known. They are to be asked for anew after every letter: other names of a kind, as
 * `bn`, are offered where its own does not fit.
 */
export const completionsAt = (text: string, offset: number, registry: Registry): Completions | null => {
  const position = cursorAt(text, offset);
  if (!position) return null;
  const known = declared(position, registry);
  const wanted = wantedAt(position, known);
  if (!wanted) return null;
  return wanted.as === 'key' ? atKey(position, wanted) : atValue(position, wanted.form);
};

/** A word with what is written of it. */
interface Choice {
  readonly word: Word;
  readonly insert: string;
}

const choices = (words: readonly Word[], insert: (word: Word) => string): readonly Choice[] =>
  words.map((word) => ({ word, insert: insert(word) }));

const atKey = (position: Position, { form, others, pair, flow }: Wanted & { as: 'key' }): Completions | null => {
  const canonical = form.canonical?.(others) ?? ((key: string): string => key);
  const given = new Set(others.map(({ key }) => canonical(key.text)));
  const words = (form.keys?.(others) ?? []).filter(({ label, name = label }) => !given.has(name));
  return forWord(
    position,
    choices(words, (word) => (pair.colon || position.leaf.quoted ? word.label : keyOf(word, flow))),
  );
};

/** A key and its colon; in braces a kind may stand without. */
const keyOf = ({ label, takes }: Word, flow: boolean): string => {
  if (takes === 'value' || (takes === 'lines' && flow)) return `${label}: `;
  return flow ? label : `${label}:`;
};

const atValue = (position: Position, form: Form): Completions | null => {
  const { leaf, steps, dashed } = position;
  const around = steps.at(-1)?.node;
  const inList = around?.sort === 'list';
  if (!leaf.ownLine || leaf.quoted || around?.flow) return inLine(position, form);
  if (inList && dashed) return forWord(position, onLine(form)) ?? inLine(position, form);
  // On a line of its own a mapping begins, or a list of which the dash is not written yet.
  const element = inList ? form : form.element?.();
  const keys = form.keys?.([]) ?? [];
  return element && (inList || keys.length === 0 || element.keys)
    ? forWord(
        position,
        onLine(element).map(({ word, insert }) => ({ word, insert: `- ${insert}` })),
      )
    : forWord(
        position,
        choices(keys, (word) => keyOf(word, false)),
      );
};

/** What may stand behind a dash: a word, or the first key of a mapping on lines. */
const onLine = (form: Form): readonly Choice[] => {
  const words = form.words?.() ?? [];
  const keys = form.keys?.([]) ?? [];
  const bare = words.filter((word) => !isBegun(word));
  const isBare = new Set(bare.map(({ label }) => label));
  return [
    ...choices(bare, ({ label }) => label),
    ...choices(
      keys.filter(({ label }) => !isBare.has(label)),
      (word) => keyOf(word, false),
    ),
  ];
};

/** Whether a word begins something, and does not stand alone: a kind that needs a value. */
const isBegun = ({ sort, takes }: Word): boolean => takes !== undefined && (sort === 'kind' || sort === 'block');

/** A value in its line: in braces what begins with a key. */
const inLine = (position: Position, form: Form): Completions | null => {
  const { lead, start, before, behind, leaf } = position;
  const insert = (word: Word): string => lead + (isBegun(word) && !leaf.quoted ? `{${word.label}: ` : word.label);
  const words = choices(form.words?.() ?? [], insert);
  const values = form.values?.();
  if (!values) return forWord(position, words);
  const { inNumber, typed, rest, from } = nameIn(position);
  if (inNumber) return null;
  const isWhole = !leaf.quoted && from === start && typed === before && rest === behind;
  const isCalled = behind[rest.length] === '(';
  const isFunction = ({ detail }: Word): boolean => detail === 'function';
  // Where nothing is written yet, functions would hide the names that the text gives.
  const names = typed === '' ? values.filter((word) => !isFunction(word)) : values;
  const named = choices(names, (word) => insert(word) + (isFunction(word) && !isCalled ? '(' : ''));
  return offered([...(isWhole ? words : []), ...named], typed, from, from + typed.length + rest.length);
};

/** Signs of names; a text of others is none that could be completed. */
const NAME = /^[\p{L}\p{N}_.*-]{0,100}$/u;

/** Choices for the whole word at the position. */
const forWord = ({ before, behind, start }: Position, all: readonly Choice[]): Completions | null =>
  NAME.test(before) && NAME.test(behind) ? offered(all, before, start, start + before.length + behind.length) : null;

/** The choices that fit, those that begin with what is written first; another name of something where its own does not begin so. */
const offered = (all: readonly Choice[], typed: string, from: number, to: number): Completions | null => {
  const wanted = typed.toLowerCase();
  const begins = (text: string): boolean => text.toLowerCase().startsWith(wanted);
  const isFirst = ({ word: { label, name } }: Choice): boolean =>
    begins(label) && (name === undefined || (wanted !== '' && !begins(name)));
  const isWithin = ({ word: { label, name } }: Choice): boolean =>
    wanted.length > 1 && name === undefined && !begins(label) && label.toLowerCase().includes(wanted);
  const items = new Map<string, Completion>();
  for (const { word, insert } of [...all.filter(isFirst), ...all.filter(isWithin)].slice(0, MOST)) {
    const { label, sort, detail, doc } = word;
    if (!items.has(label)) items.set(label, { label, insert, sort, detail, doc });
  }
  return items.size === 0 ? null : { from, to, items: [...items.values()] };
};
