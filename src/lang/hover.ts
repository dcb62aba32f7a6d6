// What the word at an offset of a spec means: a kind, an option, a key, a block, a value by name.

import type { Registry } from '../core/layer.js';
import { declared } from './declared.js';
import { type Wanted, wantedAt } from './file-form.js';
import type { Word } from './form.js';
import { nameIn, type Position, positionAt } from './position.js';

export interface Hover {
  readonly from: number;
  readonly to: number;
  readonly title: string;
  readonly lines: readonly string[];
}

/** What is known of the word at an offset (UTF-16 units), and the stretch that it is. Null where nothing is. */
export const hoverAt = (text: string, offset: number, registry: Registry): Hover | null => {
  const position = positionAt(text, offset);
  if (!position) return null;
  const wanted = wantedAt(position, declared(position, registry));
  return wanted && (wanted.as === 'key' ? ofKey(position, wanted) : ofValue(position, wanted));
};

const ofKey = (position: Position, { form, others }: Wanted & { as: 'key' }): Hover | null => {
  const { text } = position.leaf;
  const word = form.keys?.(others).find(({ label }) => label === text) ?? form.declared?.(text);
  return word ? told(word, position.start, whole(position)) : null;
};

/** What a word means that stands for something: the words of an option say themselves what they are. */
const ofValue = (position: Position, { form }: Wanted): Hover | null => {
  const written = whole(position);
  const word = form.words?.().find(({ label, sort }) => label === written && (sort === 'kind' || sort === 'block'));
  if (word) return told(word, position.start, written);
  const { from, typed, rest } = nameIn(position);
  const value = form.values?.().find(({ label }) => label === typed + rest);
  return value ? told(value, from, typed + rest) : null;
};

const whole = ({ before, behind }: Position): string => before + behind;

const told = ({ label, sort, detail, doc, lines }: Word, from: number, written: string): Hover => ({
  from,
  to: from + written.length,
  title: label,
  lines: [...(sort === 'kind' ? [] : [detail]), doc, ...(lines?.() ?? [])].filter((line) => line !== ''),
});
