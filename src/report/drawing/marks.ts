// Marks that every drawing makes alike: moved ones, lines of text, drawings below each other. No layout of any one drawing.

import { plus } from './cabinet.js';
import type { Ink, Mark, Paint, Point, Scene } from './scene.js';

export const shifted = (mark: Mark, by: Point): Mark => {
  switch (mark.type) {
    case 'group':
      return { ...mark, marks: mark.marks.map((inner) => shifted(inner, by)) };
    case 'path':
    case 'curve':
    case 'dots':
      return { ...mark, points: mark.points.map((point) => plus(point, by)) };
    default:
      return { ...mark, at: plus(mark.at, by) };
  }
};

export const path = (points: readonly Point[], paint: Paint): Mark => ({ type: 'path', points, paint });

/** A line of text; 12 is the usual size. */
export const line = (
  at: Point,
  text: string,
  how: {
    readonly size?: number;
    readonly bold?: true;
    readonly ink?: Ink;
    readonly anchor?: 'start' | 'middle' | 'end';
  } = {},
): Mark => ({ type: 'text', at, text, ...how });

/** Scenes below each other, with so much between them. */
export const below = (title: string, scenes: readonly [Scene, ...Scene[]], gap: number): Scene => {
  const [first, ...more] = scenes;
  if (more.length === 0) return first;
  const marks: Mark[] = [];
  let [width, height] = [0, 0];
  for (const scene of scenes) {
    const top = height === 0 ? 0 : height + gap;
    marks.push({ type: 'group', title: scene.title, marks: scene.marks.map((mark) => shifted(mark, [0, top])) });
    width = Math.max(width, scene.size[0]);
    height = top + scene.size[1];
  }
  const description = scenes.flatMap((scene) => scene.description ?? []).join(' ');
  return { title, ...(description !== '' && { description }), size: [width, height], marks };
};
