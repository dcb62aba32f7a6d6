// Which lists are `numbered`: where rows are called 0, 1, 2 … as they come, and need no names. Nothing is written here.

import type { Item } from './item.js';

/** The items that need no name in a numbered list; null where a list is better none. */
export const numberedIn = (items: readonly Item[]): ReadonlySet<Item> | null => {
  const called = new Set<Item>();
  const used = new Set<string>();
  let next = 0;
  const take = (): string => {
    while (used.has(String(next))) next += 1;
    const name = String(next);
    used.add(name);
    next += 1;
    return name;
  };
  for (const item of items) {
    const { name, body, sugar, copies } = item;
    // A group that is no numbered list itself has no number unless it is given one.
    const isNamed = copies?.naming === 'own' || (body.type === 'group' && !numberedIn(body.items));
    if (isNamed) {
      if (name !== null && used.has(name)) return null;
      if (name !== null) used.add(name);
      continue;
    }
    if (item.learnedSugar === 'named') return null;
    const more = body.type === 'layer' ? sugar.size : 0;
    for (let copy = 0; copy < (copies?.count ?? 1); copy += 1) {
      const own = take();
      if (copy === 0 && name !== null && name !== own) return null;
      for (let i = 0; i < more; i += 1) take();
    }
    called.add(item);
  }
  return [...called].some(({ name }) => name !== null) ? called : null;
};
