// The words that an item of a spec is made of, with what each means: kinds, structures, blocks, and the options beside each.

import type { Arg } from '../core/args.js';
import type { LayerKind } from '../core/layer.js';
import { type Declared, type DeclaredBlock, written } from './declared.js';
import { DEFAULTS_DOC, FILE_DOCS, ITEM_DOCS, SHORTCUT_DOC, STRUCTURE_DOCS, SUGAR_DOCS } from './described.js';
import type { Word } from './form.js';
import type { Pair } from './sketch-parts.js';
import {
  canonicalOption,
  defaultable,
  isStructure,
  STRUCTURE_OPTIONS,
  type Structure,
  takesSugar,
} from './vocabulary.js';
import { ITEM_KEYS, OPTION_ALIASES, STRUCTURES, SUGAR, type Sugar } from './words.js';

/** What an item is, and the pair that says it. */
export type What = { readonly pair: Pair } & (
  | { readonly kind: LayerKind }
  | { readonly structure: Structure }
  | { readonly block: DeclaredBlock }
);

export const whatAmong = (pairs: readonly Pair[], declared: Declared): What | undefined => {
  for (const pair of pairs) {
    const what = whatIs(pair, declared);
    if (what) return what;
  }
  return undefined;
};

const whatIs = (pair: Pair, { registry, blocks }: Declared): What | undefined => {
  const { text } = pair.key;
  const kind = registry.find(text);
  if (kind) return { pair, kind };
  const used = text === 'use' && pair.value?.sort === 'leaf' ? pair.value.text : text;
  const block = blocks.get(used);
  if (block) return { pair, block };
  return isStructure(text) ? { pair, structure: text } : undefined;
};

export const canonicalIn =
  (what: What | undefined) =>
  (key: string): string =>
    what && 'kind' in what ? canonicalOption(what.kind, key) : key;

/** All that an item may begin with. */
export const beginnings = ({ registry, blocks }: Declared): readonly Word[] => [
  ...[...blocks.values()].map(blockWord),
  ...registry.kinds.flatMap(kindWords),
  ...STRUCTURES.map(structureWord),
];

export const kindWords = (kind: LayerKind): readonly Word[] => {
  const main = kind.main === undefined ? undefined : kind.args[kind.main];
  const takes = kind.role === 'merge' || (main && !main.fallback);
  const word: Word = {
    label: kind.name,
    sort: 'kind',
    detail: main ? `${kind.name}: ${kind.main}` : 'a kind of layer',
    doc: kind.doc,
    lines: () => factsOf(kind),
    ...(takes && { takes: 'value' }),
  };
  const aliases = (kind.aliases ?? []).map((label) => ({
    ...word,
    label,
    name: kind.name,
    detail: `the same as ${kind.name}`,
  }));
  return [word, ...aliases];
};

/** What is to be known of a kind besides what it does: its options, and how it is written. */
const factsOf = (kind: LayerKind): readonly string[] => [
  ...(kind.linear ? ['A linear map.'] : []),
  ...(kind.aliases ? [`Also written ${kind.aliases.join(', ')}.`] : []),
  ...Object.entries(kind.args).map(
    ([name, arg]) => `${name}${name === kind.main ? ' (main)' : ''}: ${arg.doc}; ${byDefault(arg)}`,
  ),
  ...(takesSugar(kind) ? [`Takes ${SUGAR.join(', ')}.`] : []),
  ...kind.examples.slice(0, 1).flatMap((example) => {
    const [, item, result] = /^ {2}- ([^\n#]*[^\s#]) *# => ([^\n]*)$/m.exec(example) ?? [];
    return item === undefined ? [] : [`As in ${item} => ${result}`];
  }),
];

const structureWord = (label: Structure): Word => ({
  label,
  sort: 'kind',
  detail: 'a group of layers',
  doc: STRUCTURE_DOCS[label],
  takes: 'value',
});

export const blockWord = (block: DeclaredBlock): Word => {
  const [first] = block.params;
  return {
    label: block.name,
    sort: 'block',
    detail: 'block',
    doc: block.params.length === 0 ? 'without params' : `params: ${block.params.map(paramText).join(', ')}`,
    lines: () => itemsIn(block),
    ...(first && isRequired(first) && { takes: 'value' }),
  };
};

/** Behind `use:` it stands alone. */
export const blockName = (block: DeclaredBlock): Word => {
  const { takes: _, ...word } = blockWord(block);
  return word;
};

const paramText = (pair: Pair): string =>
  isRequired(pair) ? pair.key.text : `${pair.key.text} = ${written(pair.value)}`;

const isRequired = ({ value }: Pair): boolean => ['', 'null', '~'].includes(written(value));

const MOST_ITEMS = 8;

const itemsIn = ({ layers }: DeclaredBlock): readonly string[] => {
  const items = layers?.sort === 'list' ? layers.items : [layers];
  const more = items.length - MOST_ITEMS;
  return [...items.slice(0, MOST_ITEMS).map((item) => `- ${written(item)}`), ...(more > 0 ? [`and ${more} more`] : [])];
};

// --- options -------------------------------------------------------------------------------------------------------

export const ownWords = (what: What): readonly Word[] => {
  if ('kind' in what) {
    const { kind, pair } = what;
    const isGiven = pair.value !== null;
    return [
      ...required(kind).flatMap(([name, arg]) => (name === kind.main && isGiven ? [] : optionWords(kind, name, arg))),
      ...(takesSugar(kind) ? SUGAR.filter((which) => !Object.hasOwn(kind.args, which)).map(sugarWord) : []),
    ];
  }
  const sugar = SUGAR.map(sugarWord);
  if ('structure' in what) return [...STRUCTURE_OPTIONS[what.structure].map(structureOption(what.structure)), ...sugar];
  const { block, pair } = what;
  // At its own name stands the first of its params.
  const params = pair.key.text === 'use' || pair.value === null ? block.params : block.params.slice(1);
  return [...params.map(paramWord(block)), ...sugar];
};

/** The options of a kind, those that must be given first. */
const required = (kind: LayerKind): readonly [string, Arg<unknown>][] => {
  const all = Object.entries(kind.args);
  return [...all.filter(([, arg]) => !arg.fallback), ...all.filter(([, arg]) => arg.fallback)];
};

const optionWords = (kind: LayerKind, name: string, arg: Arg<unknown>): readonly Word[] => {
  const word: Word = {
    label: name,
    sort: 'option',
    detail: `of ${kind.name}; ${sortOf(arg)}; ${byDefault(arg)}`,
    doc: arg.doc,
    takes: 'value',
  };
  const aliases = Object.keys(OPTION_ALIASES).filter(
    (alias) => alias !== name && canonicalOption(kind, alias) === name,
  );
  return [word, ...aliases.map((label) => ({ ...word, label, name, detail: `the same as ${name}` }))];
};

const byDefault = (arg: Arg<unknown>): string => (arg.fallback ? `${arg.fallback.text} by default` : 'must be given');

/** What an option holds, in a few words. */
const sortOf = ({ schema, words = [], perAxis, reads }: Arg<unknown>): string => {
  if (reads === 'text') return 'a name';
  if (reads === 'quantity') return 'a number, as 47314 or 42M';
  const types = [schema, ...(Array.isArray(schema['anyOf']) ? schema['anyOf'] : [])].map((one) => one.type);
  const sort = types.includes('boolean')
    ? 'true or false'
    : types.includes('integer')
      ? perAxis
        ? 'whole numbers'
        : 'a whole number'
      : types.includes('number')
        ? 'a number'
        : '';
  return [...words.slice(0, 8), ...(sort === '' ? [] : [sort])].join(', ') || 'a value';
};

export const sugarWord = (label: Sugar): Word => ({
  label,
  sort: 'option',
  detail: 'beside a layer',
  doc: SUGAR_DOCS[label],
  takes: 'value',
});

const STRUCTURE_OPTION_DOCS: Readonly<Record<string, string>> = {
  shortcut: SHORTCUT_DOC,
  defaults: DEFAULTS_DOC,
  layers: FILE_DOCS.layers,
};

const structureOption =
  (structure: Structure) =>
  (label: string): Word => ({
    label,
    sort: 'option',
    detail: `of ${structure}`,
    doc: STRUCTURE_OPTION_DOCS[label] ?? '',
    takes: 'value',
  });

const paramWord =
  ({ name }: DeclaredBlock) =>
  (pair: Pair): Word => ({
    label: pair.key.text,
    sort: 'option',
    detail: `of ${name}`,
    doc: isRequired(pair) ? 'must be given' : `${written(pair.value)} by default`,
    takes: 'value',
  });

/** The keys that every item takes; those about copies where there are copies. */
export const commonWords = (what: What | undefined, others: readonly Pair[]): readonly Word[] =>
  ITEM_KEYS.filter((key) => {
    if (key === 'first' || key === 'last') return others.some((pair) => pair.key.text === 'repeat');
    return key !== 'from' || !what || !('kind' in what) || what.kind.inputs !== 'none';
  }).map((label) => ({ label, sort: 'key', detail: 'of any item', doc: ITEM_DOCS[label], takes: 'value' }));

/** What `defaults:` may say of a kind. */
export const defaultWords = (kind: LayerKind): readonly Word[] => {
  const allowed = defaultable(kind);
  return [
    ...required(kind).flatMap(([name, arg]) => optionWords(kind, name, arg)),
    ...SUGAR.filter((which) => allowed.includes(which) && !Object.hasOwn(kind.args, which)).map(sugarWord),
    ...commonWords(undefined, []).filter(({ label }) => allowed.includes(label)),
  ];
};
