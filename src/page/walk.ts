// Choosing layers in a picture of them side by side: with the keys that walk, by a click, and away again by another. No picture.

import type { Change } from './view.js';

/** Where a key leads to from a place; from nowhere (-1) to the first or the last. */
type Way = (from: number, last: number) => number;

const WAYS: ReadonlyMap<string, Way> = new Map<string, Way>([
  ['ArrowLeft', (from, last) => (from < 0 ? last : Math.max(0, from - 1))],
  ['ArrowRight', (from, last) => Math.min(last, from + 1)],
  ['Home', () => 0],
  ['End', (_, last) => last],
  ['Escape', () => -1],
]);

/** Null where a key leads nowhere. */
export const walked = (layers: readonly string[], chosen: number, key: string): Change<never> | null => {
  const way = WAYS.get(key);
  return way && layers.length > 0 ? choice(layers[way(chosen, layers.length - 1)]) : null;
};

/** A click on one of them, on none, or on what is chosen already. */
export const clicked = (layers: readonly string[], chosen: number, at: number | null): Change<never> | null => {
  if (at === null || layers[at] === undefined) return null;
  return choice(at === chosen ? undefined : layers[at]);
};

/** What was selected of another layer is not of this one. */
const choice = (layer: string | undefined): Change<never> => ({
  selection: { layer: layer ?? null, unit: null, cell: null },
});
