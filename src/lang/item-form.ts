// What may stand at an item of a spec, and what is wanted behind each of its keys. The words themselves are item-words.ts; what stands
// around items is file-form.ts.

import type { Arg } from '../core/args.js';
import { AS } from '../core/graph.js';
import type { LayerKind } from '../core/layer.js';
import { type Declared, WRITTEN } from './declared.js';
import { ITEM_DOCS, SHORTCUT_DOC } from './described.js';
import { ANYTHING, expectation, type Form, LINT, listable, truths, valueWords, type Word } from './form.js';
import {
  beginnings,
  blockName,
  canonicalIn,
  commonWords,
  defaultWords,
  kindWords,
  ownWords,
  sugarWord,
  type What,
  whatAmong,
} from './item-words.js';
import type { Pair } from './sketch-parts.js';
import { canonicalOption, isStructure, STRUCTURE_OPTIONS, SUGAR_ROLES } from './vocabulary.js';
import { OF_ALL_COPIES, SHORTCUTS, SUGAR, type Sugar } from './words.js';

/** A list of items, each behind a dash or in brackets; an item alone is read as one. */
export const itemsForm = (declared: Declared): Form => {
  const { words: _, ...alone } = itemForm(declared);
  return { ...alone, element: () => itemForm(declared) };
};

const itemForm = (declared: Declared): Form => ({
  words: () => beginnings(declared),
  keys: (others) => {
    const what = whatAmong(others, declared);
    if (what) return [...ownWords(what), ...commonWords(what, others)];
    // Its kind may come last.
    const sugar = others.length > 0 ? SUGAR.map(sugarWord) : [];
    return [...beginnings(declared), ...commonWords(what, others), ...sugar];
  },
  canonical: (others) => canonicalIn(whatAmong(others, declared)),
  behind: (key, others) => {
    const what = whatAmong(others, declared);
    const option = what && optionForm(what, key, declared);
    return option ?? mainForm(key, declared) ?? commonForm(key, others, declared);
  },
});

// --- values --------------------------------------------------------------------------------------------------------

const expression = ({ values }: Declared, words: readonly Word[] = []): Form =>
  listable({ words: () => words, values });

const argForm = (arg: Arg<unknown>, name: string, declared: Declared): Form => {
  if (arg.reads === 'text') return ANYTHING;
  const words = (arg.words ?? []).map((label): Word => ({ label, sort: 'value', detail: `of ${name}`, doc: arg.doc }));
  const types = [arg.schema, ...(Array.isArray(arg.schema['anyOf']) ? arg.schema['anyOf'] : [])];
  const isTruth = types.some(({ type }) => type === 'boolean');
  return expression(declared, [...words, ...(isTruth ? truths(arg.doc) : [])]);
};

/** What stands at the key that says what an item is. */
const mainForm = (key: string, declared: Declared): Form | undefined => {
  const { registry, blocks } = declared;
  const kind = registry.find(key);
  if (kind?.role === 'merge') return branches(declared);
  if (kind) return kindMain(kind, declared);
  if (blocks.has(key)) return expression(declared);
  if (!isStructure(key)) return undefined;
  if (key === 'use') return { words: () => [...blocks.values()].map(blockName) };
  if (key === 'each')
    return {
      declared: (name) => declared.values().find(({ label }) => label === name),
      behind: () => expression(declared),
    };
  return itemsForm(declared);
};

const kindMain = (kind: LayerKind, declared: Declared): Form => {
  const arg = kind.main === undefined ? undefined : kind.args[kind.main];
  return arg && kind.main !== undefined ? argForm(arg, kind.main, declared) : ANYTHING;
};

/** What a merge takes: names of layers, lists of items, an item, or these by the names of branches. */
const branches = (declared: Declared): Form => {
  const names = () => declared.layers('above');
  const branch = (): Form => ({ ...itemsForm(declared), words: names });
  return { words: names, element: branch, behind: branch };
};

const optionForm = (what: What, key: string, declared: Declared): Form | undefined => {
  if ('kind' in what) {
    const name = canonicalOption(what.kind, key);
    const arg = what.kind.args[name];
    if (arg && Object.hasOwn(what.kind.args, name)) return argForm(arg, name, declared);
    return undefined;
  }
  if ('block' in what)
    return what.block.params.some((pair) => pair.key.text === key) ? expression(declared) : undefined;
  if (!STRUCTURE_OPTIONS[what.structure].includes(key)) return undefined;
  if (key === 'layers') return itemsForm(declared);
  if (key === 'defaults') return defaultsForm(declared);
  const words = valueWords(Object.fromEntries(SHORTCUTS.map((word) => [word, SHORTCUT_DOC])), 'of residual');
  return { ...itemsForm(declared), words: () => words };
};

const isSugar = (key: string): key is Sugar => (SUGAR as readonly string[]).includes(key);

const commonForm = (key: string, others: readonly Pair[], declared: Declared): Form | undefined => {
  if (isSugar(key)) return sugarForm(key, declared);
  switch (key) {
    case 'from':
      return listable({ words: () => declared.layers('above') });
    case 'share':
      return { words: () => declared.layers('above').filter(({ detail }) => detail !== 'input') };
    case 'repeat':
      return { values: declared.values };
    case 'when':
    case 'frozen':
      return { words: () => truths(ITEM_DOCS[key]), values: declared.values };
    case 'first':
    case 'last':
      return overrides(others, declared);
    case 'expect':
      return expectation('item');
    case 'lint':
      return LINT;
    case 'as':
      return { words: () => valueWords(AS, 'of as') };
    default:
      return ANYTHING;
  }
};

/** What a copy may have otherwise. */
const overrides = (others: readonly Pair[], declared: Declared): Form => {
  const item = itemForm(declared);
  const isOwn = ({ label }: Word): boolean => !OF_ALL_COPIES.includes(label);
  const what = whatAmong(others, declared);
  const whole = what && 'kind' in what ? [{ ...what.pair, value: null }, ...others] : others;
  return {
    keys: () => (item.keys?.(whole) ?? []).filter((word) => word.sort === 'option' && isOwn(word)),
    canonical: () => canonicalIn(what),
    behind: (key) => item.behind?.(key, others),
  };
};

/** A layer that is added to another: its word, or an item of it. */
const sugarForm = (which: Sugar, declared: Declared): Form => {
  const kinds = (): readonly Word[] =>
    declared.registry.kinds.filter(({ role }) => role === SUGAR_ROLES[which]).flatMap(kindWords);
  const none: Word = { label: 'none', sort: 'value', detail: `of ${which}`, doc: 'switches a default off' };
  const item = itemForm(declared);
  const of = (word: Word): boolean => word.sort === 'option' || word.label === 'as';
  // At `drop` a rate stands, not the word of a kind.
  const words = (): readonly Word[] => (which === 'drop' ? [none] : [...kinds(), none]);
  const given = (): readonly Word[] => declared.values().filter(({ detail }) => WRITTEN.includes(detail));
  return {
    words,
    values: which === 'drop' ? declared.values : given,
    keys: (others) => (whatAmong(others, declared) ? (item.keys?.(others) ?? []).filter(of) : kinds()),
    ...(item.canonical && { canonical: item.canonical }),
    ...(item.behind && { behind: item.behind }),
  };
};

// --- defaults ------------------------------------------------------------------------------------------------------

/** Options by kind. */
export const defaultsForm = (declared: Declared): Form => ({
  keys: () => declared.registry.kinds.flatMap(kindWords).map((word) => ({ ...word, takes: 'value' as const })),
  canonical: () => (key) => declared.registry.find(key)?.name ?? key,
  behind: (key) => {
    const kind = declared.registry.find(key);
    return kind && defaultsOf(kind, declared);
  },
});

const defaultsOf = (kind: LayerKind, declared: Declared): Form => ({
  keys: () => defaultWords(kind),
  canonical: () => (key) => canonicalOption(kind, key),
  behind: (key) => {
    const name = canonicalOption(kind, key);
    const arg = Object.hasOwn(kind.args, name) ? kind.args[name] : undefined;
    return arg ? argForm(arg, name, declared) : commonForm(key, [], declared);
  },
});
