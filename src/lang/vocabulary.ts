// What items can be made of: kinds, structures, blocks; and the names of their options. What an item says is item.ts.

import type { Diagnostic } from '../core/diagnostic.js';
import type { LayerKind, Registry, Role } from '../core/layer.js';
import type { Entry, Scalar, Value } from './values.js';
import { ITEM_KEYS, OPTION_ALIASES, STRUCTURES, SUGAR, type Sugar } from './words.js';

/** What items can be made of: the kinds, and the blocks with their params. */
export interface Vocabulary {
  readonly registry: Registry;
  readonly blocks: ReadonlyMap<string, Block>;
  /** Names of blocks that were refused: what uses them is unknown. */
  readonly refused: ReadonlySet<string>;
}

export interface Block {
  readonly name: string;
  readonly params: readonly Entry[];
  /** Names of params that no param can have: their values are unknown. */
  readonly refused: ReadonlySet<string>;
  readonly layers: Value;
  readonly defaults: Value | null;
  /** The code of what is wrong with the block itself. */
  readonly broken?: Diagnostic['code'];
}

/** Whether `norm`, `act` and `drop` may stand beside a kind's own options. */
export const takesSugar = (kind: LayerKind): boolean => kind.sugar === true || kind.role === 'merge';

/** What the kinds are for that sugar adds. */
export const SUGAR_ROLES: Readonly<Record<Sugar, Role>> = { norm: 'norm', act: 'activation', drop: 'regularisation' };

/** What `defaults:` may say of a kind. */
export const defaultable = (kind: LayerKind): readonly string[] => [
  ...Object.keys(kind.args),
  ...(takesSugar(kind) ? SUGAR : []),
  'frozen',
  'as',
];

export type Structure = (typeof STRUCTURES)[number];

export const isStructure = (word: string): word is Structure => (STRUCTURES as readonly string[]).includes(word);

/** What may stand beside a structure, besides what may beside any item; at `use` the params of its block too. */
export const STRUCTURE_OPTIONS: Readonly<Record<Structure, readonly string[]>> = {
  residual: ['shortcut'],
  sequence: ['defaults'],
  numbered: ['defaults'],
  aux: ['defaults'],
  use: [],
  each: ['layers'],
};

/** The canonical name of an option of a kind: its own, or what an alias stands for there. */
export const canonicalOption = (kind: LayerKind | null, key: string): string => {
  if (!kind || Object.hasOwn(kind.args, key)) return key;
  const alias = Object.hasOwn(OPTION_ALIASES, key) ? OPTION_ALIASES[key] : undefined;
  return alias !== undefined && Object.hasOwn(kind.args, alias) ? alias : key;
};

/** Whether a key says what an item is. */
export const isKindKey = ({ registry, blocks, refused }: Vocabulary, { text }: Scalar): boolean =>
  registry.find(text) !== undefined || isStructure(text) || blocks.has(text) || refused.has(text);

export const kindNames = ({ registry, blocks }: Vocabulary): string[] => [
  ...registry.kinds.flatMap((kind) => [kind.name, ...(kind.aliases ?? [])]),
  ...STRUCTURES,
  ...blocks.keys(),
];

/** All that may stand beside a kind. */
export const optionsOf = (kind: LayerKind): readonly string[] => [
  ...Object.keys(kind.args),
  ...ITEM_KEYS,
  ...(takesSugar(kind) ? SUGAR : []),
];
