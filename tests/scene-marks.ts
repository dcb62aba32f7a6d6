// What is in a scene: its marks one by one, its texts, and what lies beside the page. No assertions.

import { textWidth } from '../src/report/drawing/measure.js';
import type { Mark, Point, Scene } from '../src/report/drawing/scene.js';

export const flat = (marks: readonly Mark[]): readonly Mark[] =>
  marks.flatMap((mark) => (mark.type === 'group' ? flat(mark.marks) : [mark]));

export const textsIn = (scene: Scene): readonly string[] =>
  flat(scene.marks).flatMap((mark) => (mark.type === 'text' ? [mark.text] : []));

const pointsOf = (mark: Mark): readonly Point[] => {
  switch (mark.type) {
    case 'group':
      return mark.marks.flatMap(pointsOf);
    case 'rect':
      return [mark.at, [mark.at[0] + mark.size[0], mark.at[1] + mark.size[1]]];
    case 'text': {
      const wide = textWidth(mark.text, mark.size ?? 12);
      const left = mark.at[0] - (mark.anchor === 'middle' ? wide / 2 : mark.anchor === 'end' ? wide : 0);
      return [
        [left, mark.at[1]],
        [left + wide, mark.at[1]],
      ];
    }
    default:
      return mark.points;
  }
};

/** What is drawn beside the page, or nowhere. */
export const beside = ({ size, marks }: Scene): readonly Mark[] =>
  flat(marks).filter((mark) =>
    pointsOf(mark).some(([x, y]) => !(x >= -0.01 && y >= -0.01 && x <= size[0] + 0.01 && y <= size[1] + 0.01)),
  );
