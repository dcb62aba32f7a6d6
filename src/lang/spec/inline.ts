// Blocks that only one item uses, put where they are used: nobody has to look them up.

import type { Block, Folded } from './blocks.js';
import { type Item, insideOf, type Option, withInside } from './item.js';
import { withSlots } from './slots.js';

export const inlined = ({ items, blocks }: Folded): Folded => {
  let current: Folded = { items, blocks };
  // From the outside inwards: what an outer block gives an inner one is known then.
  for (const block of [...blocks].reverse()) {
    const lists = [current.items, ...current.blocks.map((one) => one.items)];
    const uses = lists.flatMap((list) => usesOf(list, block.name));
    const [use] = uses;
    const made = use && uses.length === 1 ? inPlace(use, block) : undefined;
    if (!use || !made) continue;
    current = {
      items: replaced(current.items, use, made),
      blocks: current.blocks.flatMap((one) =>
        one.name === block.name ? [] : [{ ...one, items: replaced(one.items, use, made) }],
      ),
    };
  }
  return current;
};

const usesOf = (items: readonly Item[], block: string): readonly Item[] =>
  items.flatMap((item) => [
    ...(item.body.type === 'use' && item.body.block === block ? [item] : []),
    ...insideOf(item).flatMap((list) => usesOf(list, block)),
  ]);

const replaced = (items: readonly Item[], use: Item, made: Item): readonly Item[] =>
  items.map((item) => (item === use ? made : withInside(item, (inner) => replaced(inner, use, made))));

/** The block's layers under the name of their use, with its values; undefined where they are not the same in all copies. */
const inPlace = (use: Item, { items, params }: Block): Item | undefined => {
  if (use.copies && use.copies.first.size > 0) return undefined;
  const values = new Map(params.map(({ name }) => [name, use.options.get(name)?.text ?? '']));
  // The channels that come into the block are not those of every layer in it.
  let isPlain = ![...values.values()].some((text) => /\bc\b/.test(text));
  const valued = (option: Option): Option => {
    const text = valueIn(option.text, values);
    if (text === undefined) isPlain = false;
    return text === undefined || text === option.text ? option : { ...option, text };
  };
  const group: Item = { ...use, body: { type: 'group', items }, options: new Map() };
  const [only, ...more] = insideOf(withSlots(group, (_, slot) => valued(slot)))[0] ?? [];
  if (!only || !isPlain || items.some(hasConditions)) return undefined;
  const own = { name: use.name, from: use.from, share: use.share, frozen: use.frozen, copies: use.copies };
  if (more.length === 0 && only.name === null && only.body.type !== 'layer') return { ...only, ...own };
  // Unnamed copies of a sequence would have no numbers.
  if (use.copies && use.copies.naming !== 'own') return undefined;
  return { ...group, body: { type: 'group', items: [only, ...more] } };
};

/** What params say of whether there is a shortcut. */
const hasConditions = (item: Item): boolean =>
  (item.body.type === 'residual' && item.body.when !== undefined) || insideOf(item).flat().some(hasConditions);

/** A text with a param in it, as its value; undefined where that takes more than to multiply. */
const valueIn = (text: string, values: ReadonlyMap<string, string>): string | undefined => {
  const plain = values.get(text);
  if (plain !== undefined) return plain;
  const [, times, by, name = '', part, of = '', parts] = /^(?:((\d+)\*(\w+))|((\w+) \/\/ (\d+)))$/.exec(text) ?? [];
  if (times !== undefined && values.has(name)) return scaled(values.get(name) ?? '', (n) => n * Number(by));
  if (part !== undefined && values.has(of)) return scaled(values.get(of) ?? '', (n) => n / Number(parts));
  return [...values.keys()].some((param) => new RegExp(`\\b${param}\\b`).test(text)) ? undefined : text;
};

const scaled = (text: string, change: (n: number) => number): string | undefined =>
  /^\d+$/.test(text) && Number.isInteger(change(Number(text))) ? String(change(Number(text))) : undefined;
