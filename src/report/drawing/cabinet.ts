// Boxes in cabinet projection: a rectangle in front, a side that recedes to the right and up. Points and marks of one box, no row of them.

import type { Ink, Mark, Point } from './scene.js';

/** How far a length that recedes goes to the right, and up. */
const RECEDES = 0.36;

export const receding = (length: number): Point => [length * RECEDES, -length * RECEDES];

export interface Box {
  /** Of the front: its upper left corner, and its size. */
  readonly at: Point;
  readonly size: readonly [width: number, height: number];
  /** How far it goes back, to the right and up (less than 0). */
  readonly back: Point;
}

/** What a box covers. */
export const boundsOf = ({
  at,
  size,
  back,
}: Box): { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number } => ({
  left: at[0],
  right: at[0] + size[0] + back[0],
  top: at[1] + back[1],
  bottom: at[1] + size[1],
});

export const plus = (a: Point, b: Point, share = 1): Point => [a[0] + share * b[0], a[1] + share * b[1]];

/** A face by a corner and its two edges. */
export interface Face {
  readonly corner: Point;
  readonly across: Point;
  readonly down: Point;
}

export const front = ({ at, size }: Box): Face => ({ corner: at, across: [size[0], 0], down: [0, size[1]] });

/** The side that is seen, on the right, and the one on the left, which the front hides. */
export const side = ({ at, size, back }: Box): Face => ({
  corner: [at[0] + size[0], at[1]],
  across: back,
  down: [0, size[1]],
});
export const hiddenSide = ({ at, size, back }: Box): Face => ({ corner: at, across: back, down: [0, size[1]] });

const lid = ({ at, size, back }: Box): Face => ({ corner: at, across: [size[0], 0], down: back });

/** The point of a face so far across and down, each from 0 to 1. */
export const pointOn = ({ corner, across, down }: Face, u: number, v: number): Point =>
  plus(plus(corner, across, u), down, v);

/** A part of a face, from its corner on. */
export const partOf = (
  face: Face,
  u: readonly [from: number, to: number],
  v: readonly [from: number, to: number],
): readonly Point[] => [
  pointOn(face, u[0], v[0]),
  pointOn(face, u[1], v[0]),
  pointOn(face, u[1], v[1]),
  pointOn(face, u[0], v[1]),
];

export const corners = (face: Face): readonly Point[] => partOf(face, [0, 1], [0, 1]);

/** How strongly the faces are filled, as if light came from above. */
const LIGHT = { front: 0.28, lid: 0.16, side: 0.42 } as const;

/** Its three faces, with lines where `slabs` of them stand side by side. */
export const boxMarks = (box: Box, fill: Ink, slabs = 1): readonly Mark[] => {
  const face = (points: readonly Point[], opacity: number): Mark => ({
    type: 'path',
    points,
    closed: true,
    paint: { fill, opacity, stroke: 'line', width: 0.8 },
  });
  const cuts = Array.from({ length: slabs - 1 }, (_, i): Mark => {
    const share = (i + 1) / slabs;
    const points = [pointOn(front(box), share, 1), pointOn(front(box), share, 0), pointOn(lid(box), share, 1)];
    return { type: 'path', points, paint: { stroke: 'line', width: 0.8 } };
  });
  return [
    face(corners(lid(box)), LIGHT.lid),
    face(corners(side(box)), LIGHT.side),
    face(corners(front(box)), LIGHT.front),
    ...cuts,
  ];
};
