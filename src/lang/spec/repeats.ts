// Items one behind the other that are the same -> one with `repeat`; those that differ in a few options of the first get `first`.

import { type Copies, type Item, type Option, type Options, withInside } from './item.js';
import { numberedIn } from './numbers.js';
import { onOneLine } from './text.js';

/** From the inside outwards. */
export const repeated = (items: readonly Item[]): readonly Item[] => runsIn(items.map(repeatedIn), null);

const repeatedIn = (item: Item): Item => {
  if (item.body.type !== 'group') return withInside(item, repeated);
  const items = item.body.items.map(repeatedIn);
  return wholeGroup(item, items) ?? { ...item, body: { ...item.body, items: runsIn(items, numberedIn(items)) } };
};

const countOf = ({ copies }: Item): number => copies?.count ?? 1;

/** A group of nothing but copies called 0, 1, 2 … is those copies under its name. */
const wholeGroup = (group: Item, items: readonly Item[]): Item | undefined => {
  let next = 0;
  for (const item of items) {
    if (item.name !== String(next) || (item.body.type === 'layer' && group.copies)) return undefined;
    next += countOf(item);
  }
  const made = group.copies ? undefined : together(items, 'own');
  return made && { ...made, name: group.name, from: group.from ?? made.from };
};

/** `numbered`: the items that have the numbers of a numbered list. */
const runsIn = (items: readonly Item[], numbered: ReadonlySet<Item> | null): readonly Item[] => {
  const made: Item[] = [];
  for (let at = 0; at < items.length; ) {
    const run = runAt(items, at, numbered);
    const item = items[at];
    if (run) made.push(run.item);
    else if (item) made.push(numbered ? item : asOne(item));
    at += run?.count ?? 1;
  }
  return made;
};

/** What is called 0 may be the only one of copies of which there are more elsewhere. */
const asOne = (item: Item): Item =>
  item.name !== '0' || item.copies || item.body.type === 'layer'
    ? item
    : { ...item, copies: { times: { text: '1', usual: false }, count: 1, first: NONE, naming: 'counting' } };

const runAt = (
  items: readonly Item[],
  at: number,
  numbered: ReadonlySet<Item> | null,
): { readonly item: Item; readonly count: number } | undefined => {
  const [first, second] = [items[at], items[at + 1]];
  if (!first || !second || first.name === null || (numbered && !numbered.has(first))) return undefined;
  let count = 1;
  // The first may differ from the others, which are all the same.
  for (let copies = countOf(first); ; ) {
    const next = items[at + count];
    if (!next || (numbered ? !numbered.has(next) : !follows(first, next, copies))) break;
    if (!isNext(second, next)) break;
    copies += countOf(next);
    count += 1;
  }
  if (count < 2 || (!numbered && first.body.type === 'layer' && count < MOST_WRITTEN)) return undefined;
  const takesMore = first.body.type === 'layer' && first.sugar.size > 0;
  const item = together(items.slice(at, at + count), numbered && takesMore ? 'numbered' : 'counting');
  if (
    !item?.copies ||
    (!numbered && !/^\d/.test(first.name) && (item.copies.count < MOST_WRITTEN || item.copies.first.size > 0))
  )
    return undefined;
  return { item: { ...item, name: first.name }, count };
};

/** Layers of which so few differ in their numbers are written out. */
const MOST_WRITTEN = 3;

/** Whether names count on: `denselayer1`, `denselayer2`. */
const follows = ({ name: first }: Item, { name: next }: Item, by: number): boolean => {
  const [, base, number] = /^(.*?)(0|[1-9]\d{0,8})$/.exec(first ?? '') ?? [];
  return base !== undefined && next === `${base}${Number(number) + by}` && !/[{}]/.test(base);
};

/** Whether one can be a copy behind another. */
const isNext = (second: Item, next: Item): boolean =>
  !next.from && !next.share && !(next.copies && next.copies.first.size > 0) && isSame(second, next);

/** Copies as one item, without its name; undefined where they are not the same. */
const together = (run: readonly Item[], naming: Copies['naming']): Item | undefined => {
  const [first, second] = run;
  const last = run.at(-1);
  if (!first || !second || !last || !run.slice(1).every((item) => isNext(second, item))) return undefined;
  if (first.share || first.frozen !== second.frozen) return undefined;
  const changes = changesOf(first, second);
  const count = run.reduce((sum, item) => sum + countOf(item), 0);
  // A few copies with many changes are told more easily one by one.
  if (!changes || changes.size > (second.body.type === 'layer' ? 0 : Math.min(MOST_CHANGES, count - 1)))
    return undefined;
  return {
    ...second,
    name: null,
    first: first.first,
    last: last.last,
    reads: first.reads,
    result: last.result,
    from: first.from,
    copies: { times: { text: String(count), usual: false }, count, first: changes, naming },
  };
};

/** What the first has otherwise than the others; what it was already if it stands for several. */
const changesOf = (first: Item, second: Item): Options | undefined => {
  if (isSame(first, second)) return first.copies?.first ?? NONE;
  return countOf(first) > 1 ? undefined : differences(first, second);
};

const NONE: Options = new Map();
const MOST_CHANGES = 2;

/** What the first has otherwise, where that is values of options alone. */
const differences = (first: Item, other: Item): Options | undefined => {
  if (first.body.type !== other.body.type || (first.body.type !== 'use' && first.body.type !== 'layer'))
    return undefined;
  if (first.body.type === 'use' && other.body.type === 'use' && first.body.block !== other.body.block) return undefined;
  if (keyOf({ ...first, options: NONE }) !== keyOf({ ...other, options: NONE })) return undefined;
  const changes = new Map<string, Option>();
  for (const [name, option] of first.options) {
    const there = other.options.get(name);
    if (!there) return undefined;
    if (there.text !== option.text) changes.set(name, { ...option, usual: false });
  }
  return first.options.size === other.options.size ? changes : undefined;
};

const isSame = (a: Item, b: Item): boolean => keyOf(a) === keyOf(b);

const keys = new WeakMap<Item, string>();

/** All that is written of an item but its name and what it reads first. */
const keyOf = (item: Item): string => {
  const known = keys.get(item);
  if (known !== undefined) return known;
  const key = `${item.learnedSugar} ${onOneLine({ ...item, name: null, from: null, share: null, copies: null })}`;
  keys.set(item, key);
  return key;
};
