// Labels beside points, as many as lie on nothing that is drawn and on none of the others. Which points have one others say.

import { tenth } from './band.js';
import { line } from './marks.js';
import { fitting, shortened, textWidth } from './measure.js';
import type { Mark, Point } from './scene.js';

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Labelled {
  readonly at: Point;
  readonly label: string;
}

export interface Surroundings {
  /** Labels lie within it. */
  readonly frame: Box;
  /** Where there should be little: -1 to the left and above, 1 to the right and below. */
  readonly free: readonly [x: -1 | 1, y: -1 | 1];
  readonly dots: readonly Point[];
  /** Lines across and down, from point to point. */
  readonly steps: readonly Point[];
}

const TEXT = 12;
const MOST_COLUMNS = 60;
const WIDEST = 340;
/** What letters take above and below their baseline. */
const LETTERS = { above: 10, below: 3 } as const;
/** From a point to its label, and of a dot to its side. */
const GAP = 8;
const DOT = 3;
/** More labels nobody reads, and more attempts take too long. */
const MOST_TRIED = 200;
const MOST = 40;

export const labelsBeside = (points: readonly Labelled[], around: Surroundings): readonly Mark[] => {
  const boxes: Box[] = [...lines(around.steps), ...points.map(({ at: [x, y] }) => square(x, y, DOT + 2))];
  const marks: Mark[] = [];
  for (const i of endsFirst(points.length).slice(0, MOST_TRIED)) {
    const point = points[i];
    if (!point || marks.length >= MOST) break;
    const text = fitting(shortened(point.label, MOST_COLUMNS), WIDEST, TEXT);
    const found = places(point.at, textWidth(text, TEXT), around.free).find(
      ({ box }) =>
        isWithin(box, around.frame) &&
        !boxes.some((other) => meets(box, other)) &&
        !around.dots.some(([x, y]) => meets(box, square(x, y, DOT))),
    );
    if (!found || text === '') continue;
    boxes.push(found.box);
    marks.push(line(found.at, text, { size: TEXT, anchor: found.anchor }));
  }
  return marks;
};

/** The first, the last, the middle one, those in the middles between: whatever has room for some has them everywhere. */
const endsFirst = (count: number): readonly number[] => {
  const order = new Set([0, count - 1]);
  for (let parts = 2; order.size < count; parts *= 2)
    for (let i = 1; i < parts; i += 2) order.add(Math.round((i * (count - 1)) / parts));
  return count === 0 ? [] : [...order];
};

interface Found {
  readonly box: Box;
  /** On the baseline. */
  readonly at: Point;
  readonly anchor: 'start' | 'middle' | 'end';
}

type Side = -1 | 0 | 1;

/** Around a point, where there should be least first. */
const places = (point: Point, width: number, [x, y]: Surroundings['free']): readonly Found[] => {
  const sides: readonly (readonly [across: number, down: number])[] = [
    [x, 0],
    [x, y],
    [0, y],
    [-x, y],
    [x, -y],
    [-x, 0],
    [0, -y],
    [-x, -y],
  ];
  return sides.map(([across, down]) => placed(point, width, Math.sign(across) as Side, Math.sign(down) as Side));
};

const placed = ([x, y]: Point, width: number, across: Side, down: Side): Found => {
  const high = LETTERS.above + LETTERS.below;
  // Above or below its point a label may begin nearer to it.
  const start = x + across * (down === 0 ? GAP : GAP / 2);
  const middle = y + down * (DOT + GAP / 2 + high / 2);
  const left = start - (across > 0 ? 0 : across < 0 ? width : width / 2);
  const [top, bottom] = [middle - high / 2, middle + high / 2];
  return {
    box: { left, top, right: left + width, bottom },
    at: [tenth(start), tenth(bottom - LETTERS.below)],
    anchor: across > 0 ? 'start' : across < 0 ? 'end' : 'middle',
  };
};

const square = (x: number, y: number, half: number): Box => ({
  left: x - half,
  top: y - half,
  right: x + half,
  bottom: y + half,
});

const lines = (points: readonly Point[]): readonly Box[] =>
  points.slice(1).map(([x, y], i) => {
    const [fromX, fromY] = points[i] ?? [x, y];
    return {
      left: Math.min(x, fromX) - 1,
      top: Math.min(y, fromY) - 1,
      right: Math.max(x, fromX) + 1,
      bottom: Math.max(y, fromY) + 1,
    };
  });

const meets = (a: Box, b: Box): boolean => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

const isWithin = (inner: Box, outer: Box): boolean =>
  inner.left >= outer.left && inner.right <= outer.right && inner.top >= outer.top && inner.bottom <= outer.bottom;
