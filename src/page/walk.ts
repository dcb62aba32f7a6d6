// Choosing layers in a picture of them side by side: with the arrow keys, by a click, and away again by another. No picture.

import type { Change } from './view.js';

const WAYS: Readonly<Record<string, -1 | 1>> = { ArrowLeft: -1, ArrowRight: 1 };

/** From the layer that is chosen to its neighbour; null where a key leads nowhere. Walked to from nowhere, it is the first or the last. */
export const walked = (layers: readonly string[], chosen: number, key: string): Change<never> | null => {
  const way = WAYS[key];
  const last = layers.length - 1;
  if (!way || last < 0) return null;
  const next = chosen < 0 ? (way > 0 ? 0 : last) : Math.min(last, Math.max(0, chosen + way));
  return { selection: { layer: layers[next] ?? null } };
};

/** A click on one of them. */
export const clicked = (layers: readonly string[], chosen: number, at: number | null): Change<never> | null => {
  const layer = at === null ? undefined : layers[at];
  return layer === undefined ? null : { selection: { layer: at === chosen ? null : layer } };
};
