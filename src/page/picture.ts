// A scene in a page: as wide as there is room for, but not too small to read. No scene.

import type { Scene } from '../report/drawing/scene.js';
import { sceneMarkup } from '../report/formats/scene-svg.js';
import { type Html, html, trusted } from './html.js';

/** `deed` is what pointing at it, and its keys, do. */
export const picture = (scene: Scene, deed: string): Html =>
  html`<div class="plot" style="--wide:${Math.ceil(scene.size[0])}px">${trusted(
    sceneMarkup(scene, `data-point="${deed}" tabindex="0"`),
  )}</div>`;
