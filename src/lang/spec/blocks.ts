// Groups that are alike -> blocks with params, and what was there uses them. From the innermost outwards, so that blocks are made of blocks.

import type { Registry } from '../../core/layer.js';
import { sameShape } from '../../core/shape.js';
import { isReservedValue } from '../scope.js';
import { OPTION_ALIASES, RESERVED } from '../words.js';
import { conditionOf } from './conditions.js';
import { type Item, insideOf, type Option, withInside } from './item.js';
import { type Param, paramsOf } from './params.js';
import { repeated } from './repeats.js';
import type { Network } from './rows.js';
import { type Likeness, likenessOf, withSlots } from './slots.js';
import { onOneLine } from './text.js';

export interface Block {
  readonly name: string;
  readonly params: readonly Param[];
  readonly items: readonly Item[];
}

export interface Folded {
  readonly items: readonly Item[];
  readonly blocks: readonly Block[];
}

/** A group that may be a copy, with its full name. */
interface Candidate {
  readonly item: Item;
  readonly path: string;
  readonly height: number;
}

/** Blocks in blocks in blocks. */
const DEEPEST = 12;

export const withBlocks = (items: readonly Item[], network: Network, registry: Registry): Folded => {
  const words = new Words(registry);
  const blocks: Block[] = [];
  let current = repeated(items);
  for (let height = 1; height <= DEEPEST; height += 1) {
    const all = candidatesIn(current, '');
    if (all.every((one) => one.height < height)) break;
    const candidates = all.filter((one) => one.height === height);
    const uses = new Map<Item, Item>();
    for (const alike of familiesOf(candidates, network)) {
      const made = blockOf(alike, network, words);
      if (!made) continue;
      blocks.push(made.block);
      for (const [item, use] of made.uses) uses.set(item, use);
    }
    if (uses.size > 0) current = repeated(replaced(current, uses));
  }
  return { items: current, blocks };
};

/** Only what has a name of its own has the names of a block's layers below it. */
const candidatesIn = (items: readonly Item[], path: string): readonly Candidate[] =>
  items.flatMap((item): readonly Candidate[] => {
    const full = item.name === null ? path : path === '' ? item.name : `${path}.${item.name}`;
    const inside = insideOf(item).flatMap((list) => candidatesIn(list, full));
    const isOwn = item.name !== null && insideOf(item).length > 0 && !needsNumbers(item);
    return isOwn ? [...inside, { item, path: full, height: heightOf(item) }] : inside;
  });

/** The layers of a block are no numbered list. */
const needsNumbers = ({ body }: Item): boolean =>
  body.type === 'group' &&
  body.items.some(({ learnedSugar, copies }) => learnedSugar === 'numbered' || copies?.naming === 'numbered');

const heights = new WeakMap<Item, number>();

const heightOf = (item: Item): number => {
  const known = heights.get(item);
  if (known !== undefined) return known;
  if (item.body.type === 'use') return item.body.height;
  const lists = insideOf(item);
  // Shortcuts do not count: some copies have one.
  const inside = item.body.type === 'residual' ? item.body.items : lists.flat();
  const height = lists.length === 0 ? 0 : 1 + inside.reduce((most, one) => Math.max(most, heightOf(one)), 0);
  heights.set(item, height);
  return height;
};

const replaced = (items: readonly Item[], uses: ReadonlyMap<Item, Item>): readonly Item[] =>
  items.map((item) => uses.get(item) ?? withInside(item, (inner) => replaced(inner, uses)));

interface Alike extends Candidate {
  readonly likeness: Likeness;
  /** What the block is made of where that is said otherwise than it stands there. */
  readonly as: Item;
}

/** Groups that are alike, but for values and for whether they have shortcuts. */
const familiesOf = (candidates: readonly Candidate[], network: Network): readonly (readonly Alike[])[] => {
  const families = new Map<string, Alike[]>();
  const put = (candidate: Candidate, as: Item): void => {
    const likeness = likenessOf(as);
    const family = families.get(likeness.text);
    if (family) family.push({ ...candidate, likeness, as });
    else families.set(likeness.text, [{ ...candidate, likeness, as }]);
  };
  for (const candidate of candidates) put(candidate, candidate.item);
  for (const [text, family] of [...families]) {
    const others = withMatching(family, families, network);
    if (!others) continue;
    families.delete(text);
    for (const { item, path, height } of [...family, ...others]) put({ item, path, height }, matching(item));
    const [first] = others;
    if (first) families.delete(first.likeness.text);
  }
  return [...families.values()].flatMap((family) => (shortcutsAgree(family) ? [family] : byShortcuts(family)));
};

/**
 * Of groups without a shortcut the residuals that would be the same with one: where what comes in has another shape than what comes
 * out there is none, and all of them are residuals whose shortcut matches.
 */
const withMatching = (
  family: readonly Alike[],
  families: ReadonlyMap<string, readonly Alike[]>,
  { nodes }: Network,
): readonly Alike[] | undefined => {
  const [first] = family;
  if (first?.item.body.type !== 'group') return undefined;
  const changes = family.every(({ item }) => {
    const [incoming, outgoing] = [nodes[item.reads[0] ?? -1]?.facts?.output, nodes[item.result]?.facts?.output];
    return item.reads.length === 1 && incoming && outgoing && !sameShape(incoming, outgoing);
  });
  const { body } = matching(first.item);
  if (!changes || body.type !== 'residual') return undefined;
  const { match: _, ...plain } = body;
  const others = families.get(likenessOf({ ...matching(first.item), body: plain }).text);
  const areBare = others?.every(({ likeness }) => [...likeness.shortcuts.values()].every((text) => text === ''));
  return areBare ? others : undefined;
};

const matching = (item: Item): Item => {
  const { body } = item;
  if (body.type === 'residual') return { ...item, body: { ...body, match: true } };
  if (body.type !== 'group') return item;
  return { ...item, body: { type: 'residual', items: body.items, shortcut: [], match: true } };
};

/** Every shortcut is of one sort, or absent; and somebody has all of them. */
const shortcutsAgree = (family: readonly Alike[]): boolean => {
  const sorts = new Map<string, Set<string>>();
  for (const { likeness } of family)
    for (const [id, text] of likeness.shortcuts) sorts.set(id, (sorts.get(id) ?? new Set()).add(text));
  const all = [...sorts].filter(([, texts]) => [...texts].some((text) => text !== ''));
  const agree = all.every(([, texts]) => [...texts].filter((text) => text !== '').length <= 1);
  return agree && family.some(({ likeness }) => all.every(([id]) => likeness.shortcuts.get(id) !== ''));
};

const byShortcuts = (family: readonly Alike[]): readonly (readonly Alike[])[] => {
  const parts = new Map<string, Alike[]>();
  for (const one of family) {
    const key = [...one.likeness.shortcuts].map(([id, text]) => `${id}=${text}`).join(' ');
    parts.set(key, [...(parts.get(key) ?? []), one]);
  }
  return [...parts.values()];
};

const blockOf = (
  family: readonly Alike[],
  network: Network,
  words: Words,
): { readonly block: Block; readonly uses: ReadonlyMap<Item, Item> } | undefined => {
  if (family.length < 2) return undefined;
  const whole = family.reduce((a, b) => (b.likeness.slots.size > a.likeness.slots.size ? b : a));
  const found = paramsOf(
    [...whole.likeness.slots.keys()],
    family.map(({ likeness }) => likeness.slots),
    network.nodes,
    (name) => words.isParam(name),
  );
  if (!found) return undefined;
  const [filled, more] =
    conditionOf(
      whole.as,
      family.map(({ as }) => as),
      found,
      network,
    ) ?? [];
  if (!filled || !more) return undefined;
  const params = [...found.params, ...more];
  const template = withSlots(filled, (id, slot) => found.written.get(id) ?? slot);
  const items = insideTemplate(template);
  const draft = { name: 'block', params, items };
  const uses = new Map(family.map(({ item }, i) => [item, useOf(draft, item, params, i)]));
  if (!isWorth(family, items, [...uses.values()])) return undefined;
  const name = words.blockName(
    family.map(({ path }) => path),
    params,
  );
  return {
    block: { ...draft, name },
    uses: new Map(
      [...uses].map(([item, use]) => [item, { ...use, body: { type: 'use', block: name, height: heightOf(item) } }]),
    ),
  };
};

/** The block's layers: what is in a group, or the structure without the name of its copy. */
const insideTemplate = (template: Item): readonly Item[] =>
  template.body.type === 'group'
    ? template.body.items
    : [{ ...template, name: null, from: null, share: null, frozen: false, copies: null }];

const useOf = (block: Block, item: Item, params: readonly Param[], i: number): Item => ({
  ...item,
  body: { type: 'use', block: block.name, height: 0 },
  options: new Map(
    params.map(({ name, values, fallback }): [string, Option] => [
      name,
      { text: values[i] ?? '', usual: fallback !== null && values[i] === fallback },
    ]),
  ),
  sugar: new Map(),
});

/** Whether a block makes the text shorter by a good part. */
const isWorth = (family: readonly Alike[], items: readonly Item[], uses: readonly Item[]): boolean => {
  const length = (list: readonly Item[]): number => list.reduce((sum, item) => sum + onOneLine(item).length, 0);
  const before = length(family.map(({ item }) => item));
  const after = length(items) + HEAD + length(uses);
  return before - after > LEAST && after < 0.85 * before;
};

/** The lines of a block besides its layers. */
const HEAD = 40;
const LEAST = 40;

/** The names of blocks and params that there are. */
class Words {
  private readonly blocks = new Set<string>();
  private readonly params = new Set<string>();
  private readonly options: ReadonlySet<string>;

  constructor(private readonly registry: Registry) {
    this.options = new Set([
      ...registry.kinds.flatMap(({ args }) => Object.keys(args)),
      ...Object.keys(OPTION_ALIASES),
    ]);
  }

  isParam(name: string): boolean {
    const sugar = name === 'act' || name === 'drop';
    return (
      /^[A-Za-z_]\w*$/.test(name) && !isReservedValue(name) && (sugar || !this.isTaken(name)) && !this.blocks.has(name)
    );
  }

  private isTaken(name: string): boolean {
    return RESERVED.has(name) || this.registry.find(name) !== undefined;
  }

  /** What most of the copies are called, without their numbers. */
  blockName(paths: readonly string[], params: readonly Param[]): string {
    for (const { name } of params) this.params.add(name);
    const counts = new Map<string, number>();
    for (const path of paths) {
      const base = baseOf(path);
      if (base !== '') counts.set(base, (counts.get(base) ?? 0) + 1);
    }
    const [most = 'block'] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
    const tried = [most, `${most}_block`];
    for (let count = 2; ; count += 1) {
      const free = tried.find((name) => this.isBlock(name));
      if (free !== undefined) {
        this.blocks.add(free);
        return free;
      }
      tried.push(`${most}${count}`);
    }
  }

  private isBlock(name: string): boolean {
    return (
      !isReservedValue(name) &&
      !this.isTaken(name) &&
      !this.options.has(name) &&
      !this.blocks.has(name) &&
      !this.params.has(name)
    );
  }
}

/** `layer` of `layer1.0`, `inception` of `inception3a`, `block` of `blocks.4`. */
const baseOf = (path: string): string => {
  const parts = path.split('.');
  const last = parts.findLast((part) => /[A-Za-z]/.test(part)) ?? '';
  const bare = last.replace(/[_-]*\d+[a-z]?$/, '').replace(/\W+/g, '_');
  const isNumbered = last !== parts.at(-1);
  const one = isNumbered && /[^s]s$/.test(bare) ? bare.slice(0, -1) : bare;
  return /^[A-Za-z_]\w*$/.test(one) ? one : '';
};
