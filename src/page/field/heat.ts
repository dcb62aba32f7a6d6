// The effective field as shapes: one path for each shade, of runs of cells alike. No numbers.

import type { Effective } from '../../analysis/effective.js';
import type { View } from '../../analysis/view.js';
import { resized, within } from '../../report/formats/heat.js';
import { rounded } from '../../report/formats/svg.js';
import { effectiveHeat, seenPlane } from '../../report/pages/rf-effective.js';
import { type Html, html } from '../html.js';
import { type Plane, rectOf } from './plane.js';

/** Drawn cells in the longer direction, and shades that are told apart. */
const MOST_CELLS = 64;
const SHADES = 10;

/** Over the cells of the field that lie in the image; what is 0 is left blank. */
export const heatShapes = (plane: Plane, view: View, at: readonly number[], effective: Effective): Html => {
  const { rows } = effectiveHeat(view, at, effective);
  const shades = resized(rows, ...within(rows.length, rows[0]?.length ?? 0, MOST_CELLS));
  const [high, wide] = [shades.length, shades[0]?.length ?? 1];
  const [[top, bottom], [left, right]] = seenPlane(view, effective);
  const { x, y, width, height } = rectOf(plane, [
    { lo: top, hi: bottom },
    { lo: left, hi: right },
  ]);
  const paths = new Map<number, string>();
  for (const [row, values] of shades.entries()) {
    const steps = values.map((value) => (value <= 0 ? 0 : Math.max(1, Math.round(value * SHADES))));
    for (let column = 0; column < wide; ) {
      const from = column;
      while (column < wide && steps[column] === steps[from]) column += 1;
      const step = steps[from] ?? 0;
      if (step > 0) paths.set(step, `${paths.get(step) ?? ''}M${from} ${row}h${column - from}v1h${from - column}z`);
    }
  }
  const shown = [...paths].sort(([a], [b]) => a - b);
  return html`<g class="field-heat" transform="translate(${rounded(x)} ${rounded(y)}) scale(${(width / wide).toPrecision(5)} ${(height / high).toPrecision(5)})" shape-rendering="crispEdges">${shown.map(
    ([step, d]) => html`<path d="${d}" class="f-seen" fill-opacity="${step / SHADES}"/>`,
  )}</g>`;
};
