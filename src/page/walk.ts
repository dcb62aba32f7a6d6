// Choosing layers in a picture of them side by side: with the arrow keys, by a click, and away again by another. No picture.

import type { Change } from './view.js';

/** From the layer that is chosen to its neighbour; null where a key leads nowhere. Walked to from nowhere, it is the first or the last. */
export const walked = (layers: readonly string[], chosen: number, key: string): Change<never> | null => {
  const way = key === 'ArrowLeft' ? -1 : key === 'ArrowRight' ? 1 : 0;
  const last = layers.length - 1;
  if (way === 0 || last < 0) return null;
  const next = chosen < 0 ? (way > 0 ? 0 : last) : Math.min(last, Math.max(0, chosen + way));
  return { selection: { layer: layers[next] ?? null } };
};

/** A click on one of them. */
export const clicked = (layers: readonly string[], chosen: number, at: number | null): Change<never> | null => {
  const layer = at === null ? undefined : layers[at];
  return layer === undefined ? null : { selection: { layer: at === chosen ? null : layer } };
};
