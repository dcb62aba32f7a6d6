// What may stand where in a spec: the keys of the file, and what is wanted behind each; and which of all this is wanted at a position.

import { DTYPES } from '../core/graph.js';
import { type Declared, WRITTEN } from './declared.js';
import { BLOCK_DOCS, FILE_DOCS, INPUT_DOCS } from './described.js';
import { ANYTHING, expectation, type Form, LINT, listable, mapping, valueWords, type Word } from './form.js';
import { defaultsForm, itemsForm } from './item-form.js';
import { blockWord } from './item-words.js';
import type { Position } from './position.js';
import type { Pair } from './sketch-parts.js';
import type { FILE_KEYS } from './words.js';

/** What is wanted at a position: a key of a mapping, beside others, or a value. */
export type Wanted =
  | {
      readonly form: Form;
      readonly as: 'key';
      readonly pair: Pair;
      readonly others: readonly Pair[];
      readonly flow: boolean;
    }
  | { readonly form: Form; readonly as: 'value' };

export const wantedAt = ({ steps }: Position, declared: Declared): Wanted | null => {
  let form: Form | undefined = fileForm(declared);
  for (const step of steps) {
    if (!('pair' in step)) form = form.element?.();
    else {
      const { node, pair, part } = step;
      const others = node.pairs.filter((one) => one !== pair);
      if (part === 'key') return { form, as: 'key', pair, others, flow: node.flow };
      form = form.behind?.(pair.key.text, others);
    }
    if (!form) return null;
  }
  return { form, as: 'value' };
};

const fileForm = (declared: Declared): Form => ({
  keys: (others) => {
    const has = (key: string): boolean => others.some((pair) => pair.key.text === key);
    const isMissing = ({ label }: Word): boolean => label === 'layers' || (label === 'input' && !has('inputs'));
    const apart = (label: string): boolean =>
      (label === 'inputs' && has('input')) || (label === 'input' && has('inputs'));
    const words = FILE_WORDS.filter(({ label }) => !apart(label));
    return [...words.filter(isMissing), ...words.filter((word) => !isMissing(word))];
  },
  behind: (key) => (Object.hasOwn(FORMS, key) ? FORMS[key as keyof typeof FORMS](declared) : ANYTHING),
});

/** What goes on below its key. */
const BELOW: readonly string[] = ['layers', 'blocks', 'variants'];

const FILE_WORDS: readonly Word[] = Object.entries(FILE_DOCS).map(([label, doc]) => ({
  label,
  sort: 'key',
  detail: 'of the file',
  doc,
  takes: BELOW.includes(label) ? 'lines' : 'value',
}));

const expression = (declared: Declared): Form => listable({ values: declared.fileValues });

/** Values by names that the text chooses. */
const valuesByName = (values: () => readonly Word[]): Form => ({
  declared: (key) => values().find(({ label, detail }) => label === key && WRITTEN.includes(detail)),
  behind: () => listable({ values }),
});

const input = (declared: Declared): Form => ({
  ...mapping(INPUT_DOCS, 'of an input', () => expression(declared)),
  ...expression(declared),
});

const block = (declared: Declared): Form =>
  mapping(BLOCK_DOCS, 'of a block', (key) => {
    switch (key) {
      case 'params':
        return valuesByName(declared.values);
      case 'layers':
        return itemsForm(declared);
      case 'defaults':
        return defaultsForm(declared);
      default:
        return ANYTHING;
    }
  });

const variant = (declared: Declared): Form => ({
  keys: () => [
    ...declared.fileValues().flatMap((word) => (word.detail === 'var' ? [{ ...word, takes: 'value' as const }] : [])),
    ...FILE_WORDS.filter(({ label }) => label === 'expect' || label === 'note'),
  ],
  behind: (key) => (key === 'expect' ? expectation('total') : key === 'note' ? ANYTHING : expression(declared)),
});

const FORMS: Readonly<Record<(typeof FILE_KEYS)[number], (declared: Declared) => Form>> = {
  spec: () => ({ words: () => valueWords({ 1: FILE_DOCS.spec }, 'of the file') }),
  name: () => ANYTHING,
  input,
  inputs: (declared) => ({ behind: () => input(declared) }),
  layout: () => ({
    words: () => valueWords({ hwc: 'height x width x channels', chw: 'channels x height x width' }, 'of layout'),
  }),
  batch: expression,
  dtype: () => ({
    words: () =>
      valueWords(
        Object.fromEntries(Object.entries(DTYPES).map(([word, bytes]) => [word, `${bytes} bytes`])),
        'of dtype',
      ),
  }),
  vars: (declared) => valuesByName(declared.fileValues),
  defaults: defaultsForm,
  blocks: (declared) => ({
    declared: (key) => {
      const known = declared.blocks.get(key);
      return known && blockWord(known);
    },
    behind: () => block(declared),
  }),
  variants: (declared) => ({ behind: () => variant(declared) }),
  layers: itemsForm,
  outputs: (declared) => listable({ words: () => declared.layers('all') }),
  expect: () => expectation('total'),
  lint: () => LINT,
  note: () => ANYTHING,
};
