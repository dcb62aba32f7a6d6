// Scenes in a page. No scene.

import type { Scene } from '../report/drawing/scene.js';
import { type Inlined, sceneMarkup } from '../report/formats/scene-svg.js';
import { type Html, html, trusted } from './html.js';

/** As it is. Where nobody can point at it, without what that is for. */
export const sceneHtml = (scene: Scene, inlined: Omit<Inlined, 'still'> = {}): Html =>
  trusted((as) => sceneMarkup(scene, as === 'still' ? { still: true } : inlined));

/** As wide as there is room for, but not too small to read. `deed` is what pointing at it, and its keys, do. */
export const picture = (scene: Scene, deed: string): Html =>
  html`<div class="plot" style="--wide:${Math.ceil(scene.size[0])}px">${sceneHtml(scene, {
    attributes: `data-point="${deed}" tabindex="0"`,
  })}</div>`;
