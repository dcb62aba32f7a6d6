// A band over columns side by side: from one height to another in each, as one shape. No scale, no axis.

import type { Mark, Paint, Point } from './scene.js';

/** From `left` to `right`, between two heights in units of a page, the upper first. */
export interface Column {
  readonly left: number;
  readonly right: number;
  readonly upper: number;
  readonly lower: number;
}

/** Columns that touch each other, as one shape with no more corners than it takes. */
export const band = (columns: readonly Column[], paint: Paint): Mark => ({
  type: 'path',
  points: [
    ...steps(columns.map(({ left, right, upper }) => [left, right, upper] as const)),
    ...steps(columns.toReversed().map(({ left, right, lower }) => [right, left, lower] as const)),
  ],
  closed: true,
  paint,
});

const steps = (parts: readonly (readonly [from: number, to: number, y: number])[]): readonly Point[] =>
  parts.flatMap(([from, to, y], i) => [
    ...(parts[i - 1]?.[2] === y ? [] : [[tenth(from), tenth(y)] as const]),
    ...(parts[i + 1]?.[2] === y ? [] : [[tenth(to), tenth(y)] as const]),
  ]);

/** Nobody sees less. */
export const tenth = (n: number): number => Math.round(n * 10) / 10;
