// Strokes over a part of a face, as if it were shaded by hand. No fills.

import { type Face, pointOn } from './cabinet.js';
import type { Ink, Mark } from './scene.js';

type Range = readonly [from: number, to: number];

/** Between strokes, along either edge. */
const STEP = 5;

/** A part of a face, each edge from 0 to 1 (or beyond), under strokes from its lower left to its upper right. */
export const hatching = (face: Face, u: Range, v: Range, ink: Ink): readonly Mark[] => {
  const [wide, high] = [Math.hypot(...face.across), Math.hypot(...face.down)];
  const [left, right, top, bottom] = [u[0] * wide, u[1] * wide, v[0] * high, v[1] * high];
  if (right - left < 0.5 || bottom - top < 0.5) return [];
  const marks: Mark[] = [];
  for (let sum = Math.ceil((left + top) / STEP) * STEP; sum < right + bottom; sum += STEP) {
    const [from, to] = [Math.max(left, sum - bottom), Math.min(right, sum - top)];
    if (to <= from) continue;
    const at = (x: number) => pointOn(face, wide === 0 ? 0 : x / wide, high === 0 ? 0 : (sum - x) / high);
    marks.push({ type: 'path', points: [at(from), at(to)], paint: { stroke: ink, width: 0.6 } });
  }
  return marks;
};

/** What of the ranges lies outside of the face itself: above, below, and on both sides of what is left. */
export const outside = (u: Range, v: Range): readonly (readonly [u: Range, v: Range])[] => {
  const [top, bottom] = [Math.min(Math.max(v[0], 0), v[1]), Math.max(Math.min(v[1], 1), v[0])];
  const parts: readonly (readonly [Range, Range])[] = [
    [u, [v[0], top]],
    [u, [bottom, v[1]]],
    [
      [u[0], Math.min(Math.max(u[0], 0), u[1])],
      [top, bottom],
    ],
    [
      [Math.max(Math.min(u[1], 1), u[0]), u[1]],
      [top, bottom],
    ],
  ];
  return parts.filter(([across, down]) => across[1] > across[0] && down[1] > down[0]);
};
