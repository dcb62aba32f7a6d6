// When copies of a block have shortcuts of layers, where some have and some have not: a condition that says it of all of them.

import type { Item } from './item.js';
import { withInside } from './item.js';
import { inTermsOf, numberIn, type Param, type Params } from './params.js';
import type { Network } from './rows.js';

/** The item with a condition at each shortcut that not all copies have, and the params that this takes. Undefined where none is found. */
export const conditionOf = (
  whole: Item,
  family: readonly Item[],
  { params }: Params,
  network: Network,
): readonly [Item, readonly Param[]] | undefined => {
  const more: Param[] = [];
  const conditioned = (item: Item, others: readonly Item[]): Item => {
    if (item.body.type !== 'residual' || item.body.shortcut.length === 0) return inEach(item, others, conditioned);
    const has = others.map(({ body }) => body.type === 'residual' && body.shortcut.length > 0);
    const inner = inEach(item, others, conditioned);
    if (has.every((one) => one) || inner.body.type !== 'residual') return inner;
    const when = sentence(others, has, params, network) ?? flag(has, params, more);
    return { ...inner, body: { ...inner.body, when } };
  };
  return [conditioned(whole, family), more];
};

/** The same change at the same places of several items that are alike. */
const inEach = (item: Item, others: readonly Item[], change: (item: Item, others: readonly Item[]) => Item): Item => {
  const lists: (readonly (readonly Item[])[])[] = others.map(listsOf);
  let at = 0;
  return withInside(item, (items) => {
    const here = at;
    at += 1;
    return items.map((one, i) =>
      change(
        one,
        lists.flatMap((of) => of[here]?.[i] ?? []),
      ),
    );
  });
};

const listsOf = (item: Item): readonly (readonly Item[])[] => {
  const lists: (readonly Item[])[] = [];
  withInside(item, (items) => {
    lists.push(items);
    return items;
  });
  return lists;
};

/** `stride > 1 or c != 4*filters`: by what comes in and what comes out. */
const sentence = (
  copies: readonly Item[],
  has: readonly boolean[],
  params: readonly Param[],
  { nodes }: Network,
): string | undefined => {
  const incoming = copies.map(({ reads }) => nodes[reads[0] ?? -1]?.facts?.output[0]);
  const outgoing = copies.map(({ body }) =>
    body.type === 'residual' ? nodes[body.items.at(-1)?.result ?? -1]?.facts?.output[0] : undefined,
  );
  const wider = outgoing.map((n, i) => n !== incoming[i]);
  const isStrided = (param: Param): readonly boolean[] => param.values.map((value) => (numberIn(value) ?? 0) > 1);
  const texts = outgoing.map((n) => (n === undefined ? undefined : String(n)));
  const out = expressionOf(texts, params);
  const strides = params.filter(({ name }) => /stride/.test(name));
  const agrees = (one: readonly boolean[]): boolean => one.every((is, i) => is === has[i]);
  if (out !== undefined && agrees(wider)) return `c != ${out}`;
  for (const param of strides) {
    const strided = isStrided(param);
    if (agrees(strided)) return `${param.name} > 1`;
    if (out !== undefined && agrees(strided.map((is, i) => is || wider[i] === true)))
      return `${param.name} > 1 or c != ${out}`;
  }
  return undefined;
};

const expressionOf = (texts: readonly (string | undefined)[], params: readonly Param[]): string | undefined => {
  const [first] = texts;
  if (first !== undefined && texts.every((text) => text === first)) return first;
  for (const { name, values } of params) {
    const found = inTermsOf(name, values.map(numberIn), texts);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** A param that says so where nothing else does. */
const flag = (has: readonly boolean[], params: readonly Param[], more: Param[]): string => {
  const taken = [...params, ...more].map(({ name }) => name);
  const name =
    ['projected', 'projected2', 'projected3', 'projected4'].find((one) => !taken.includes(one)) ?? 'projected5';
  more.push({ name, ofChannels: false, values: has.map(String), fallback: 'false' });
  return name;
};
