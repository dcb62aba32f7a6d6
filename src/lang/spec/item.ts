// What a spec is made of before it is a text: items with their names, what they read, and what stands beside them. Nothing is decided here.

import type { Node } from '../../core/graph.js';
import type { Sugar } from '../words.js';

/** An option as it is written. */
export interface Option {
  readonly text: string;
  /** It is what an absent one means, and is left out. */
  readonly usual: boolean;
}

/** A layer that stands beside another one. */
export interface Sweet extends Option {
  /** Absent where a param says what it is. */
  readonly node?: Node | undefined;
}

/** By name, the main one too. */
export type Options = ReadonlyMap<string, Option>;

/** Something that is read by name: the node, and the name as it is written from there. */
export interface Ref {
  readonly node: number;
  readonly text: string;
}

/** What a merge takes: layers, what it reads itself, or something earlier by name. */
export type Branch = { readonly items: readonly Item[] } | { readonly same: true } | { readonly ref: Ref };

export type Body =
  | { readonly type: 'layer'; readonly node: Node }
  | { readonly type: 'group'; readonly items: readonly Item[] }
  | {
      readonly type: 'residual';
      /** What adds; absent where nothing is added. */
      readonly node?: Node | undefined;
      readonly items: readonly Item[];
      readonly shortcut: readonly Item[];
      /** Where shapes agree it is what comes in, and elsewhere there is none. */
      readonly match?: true;
      /** Whether there is a shortcut of layers: copies of a block have one or not. */
      readonly when?: string;
    }
  | { readonly type: 'merge'; readonly node: Node; readonly branches: readonly Branch[] }
  /** `height`: how many structures were one in the other there. */
  | { readonly type: 'use'; readonly block: string; readonly height: number };

export interface Copies {
  readonly times: Option;
  /** The same as a number. */
  readonly count: number;
  /** What is otherwise in the first copy. */
  readonly first: Options;
  /**
   * What they are called: the item's name and a number, `layer1.0`; names that count on from the item's own, `denselayer1`,
   * `denselayer2`; the next numbers of a numbered list, where sugar has numbers too.
   */
  readonly naming: 'own' | 'counting' | 'numbered';
}

export interface Item {
  readonly body: Body;
  /** Within the scope where it stands; null where it needs none. */
  readonly name: string | null;
  /** Its rows, from the first to the last. */
  readonly first: number;
  readonly last: number;
  /** What it reads from outside, by node: of a group what its first layer reads. */
  readonly reads: readonly number[];
  /** The node that comes out. */
  readonly result: number;
  readonly options: Options;
  readonly sugar: ReadonlyMap<Sugar, Sweet>;
  /** Some of it learns, and has to go on being called after the item, or by the next number. */
  readonly learnedSugar?: 'named' | 'numbered';
  /** Written where it reads something else than what stands before it. */
  readonly from: readonly Ref[] | null;
  readonly share: Ref | null;
  readonly frozen: boolean;
  readonly copies: Copies | null;
}

/** A name below another. */
export const joined = (path: string, name: string | null): string =>
  name === null ? path : path === '' ? name : `${path}.${name}`;

/** The lists of items inside of an item. */
export const insideOf = ({ body }: Item): readonly (readonly Item[])[] => {
  if (body.type === 'group') return [body.items];
  if (body.type === 'residual') return [body.items, body.shortcut];
  return body.type === 'merge' ? body.branches.flatMap((branch) => ('items' in branch ? [branch.items] : [])) : [];
};

/** Whether a structure holds items that its name would be before. */
export const hasItems = (item: Item): boolean => insideOf(item).length > 0;

/** The same item with its inner lists changed. */
export const withInside = (item: Item, change: (items: readonly Item[]) => readonly Item[]): Item => {
  const { body } = item;
  if (body.type === 'group') return { ...item, body: { ...body, items: change(body.items) } };
  if (body.type === 'residual')
    return { ...item, body: { ...body, items: change(body.items), shortcut: change(body.shortcut) } };
  if (body.type !== 'merge' || !hasItems(item)) return item;
  const branches = body.branches.map(
    (branch): Branch => ('items' in branch ? { items: change(branch.items) } : branch),
  );
  return { ...item, body: { ...body, branches } };
};
