// One volume of a row: a box, sheets one behind the other, a bar, or what stands for what is not known. Around the origin; no row.

import { grouped } from '../../core/quantity.js';
import { channels, formatShape, type Shape } from '../../core/shape.js';
import {
  type Box,
  boundsOf,
  boxMarks,
  type Face,
  front,
  hiddenSide,
  plus,
  pointOn,
  receding,
  side,
} from './cabinet.js';
import { shifted } from './marks.js';
import { textWidth } from './measure.js';
import type { Ink, Mark, Point } from './scene.js';
import type { Sort, Stage } from './stages.js';
import { MOST_SLABS, type Scale, sizesOf } from './volume-scale.js';

/** Of the numbers at the edges. */
const NUMBER = 10.5;
/** How wide a bar is. */
const BAR = 12;

const INKS: Readonly<Record<Sort, Ink>> = {
  input: 'quiet',
  weights: { hue: 0 },
  pool: { hue: 4 },
  merge: { hue: 2 },
  softmax: { hue: 3 },
  other: { hue: 1 },
  block: { hue: 0 },
  broken: 'paper',
  cut: 'paper',
};

/** Where a stage stands, and the faces that lines leave and reach. */
export interface Placed {
  readonly stage: Stage;
  readonly marks: readonly Mark[];
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly leaves: Face;
  /** Where lines to all units begin. */
  readonly ends: readonly [upper: Point, lower: Point];
  /** Where arcs begin and end. */
  readonly crown: Point;
  readonly reaches: Face;
  /** What stands for its places: height and width, as they are. */
  readonly sizes: readonly [height: number, width: number];
}

/** Around the origin: its middle at the height 0, from 0 to the right. */
export const solid = (stage: Stage, scale: Scale): Placed => {
  const { output, sort } = stage;
  if (sort === 'cut') return dots(stage);
  if (!output) return unknown(stage);
  if (output.length === 1) return bar(stage, output[0] ?? 1, scale);
  return scale.sheets ? sheets(stage, output, scale) : box(stage, output, scale);
};

const number = (at: Point, text: string, anchor: 'start' | 'middle' | 'end'): Mark => ({
  type: 'text',
  at,
  anchor,
  text,
  size: NUMBER,
});

const titleFor = (stage: Stage): string => `${stage.name}: ${stage.output ? formatShape(stage.output) : 'not known'}`;

/** Height and width recede to the right, channels go across: the figure of AlexNet. */
const box = (stage: Stage, output: Shape, scale: Scale): Placed => {
  const [height, width] = sizesOf(output);
  const deep = channels(output);
  const slabs = Math.min(stage.count, MOST_SLABS);
  const high = scale.face(height);
  const back = receding(scale.face(width));
  const across = scale.deep(deep) * slabs;
  const one: Box = { at: [0, (-high - back[1]) / 2], size: [across, high], back };
  const { right, top, bottom } = boundsOf(one);
  const sequence = output.length === 2;
  const marks: Mark[] = [
    { type: 'group', title: titleFor(stage), marks: boxMarks(one, INKS[stage.sort], slabs) },
    number([across / slabs / 2, bottom + 11], grouped(deep), 'middle'),
    number([-3, bottom + (high < 44 ? 3 : -Math.min(high * 0.2, 12))], `${height}`, 'end'),
    ...(sequence ? [] : [number([across + back[0] / 2 + 4, bottom + back[1] / 2 + 9], `${width}`, 'start')]),
    ...(output.length > 3 ? [number([right / 2, top - 4], `${output.slice(1, -2).join('x')} deep`, 'middle')] : []),
  ];
  const label = textWidth(`${height}`, NUMBER) + 3;
  return {
    stage,
    marks,
    left: -label,
    right,
    top: output.length > 3 ? top - 14 : top,
    bottom: bottom + 12,
    leaves: side(one),
    ends: [pointOn(side(one), 1, 0), pointOn(side(one), 0, 1)],
    crown: [back[0] + across / 2, one.at[1] + back[1] - (output.length > 3 ? 12 : 0)],
    reaches: hiddenSide(one),
    sizes: [height, width],
  };
};

/** Height and width in front, channels one behind the other: the figure of LeNet. */
const sheets = (stage: Stage, output: Shape, scale: Scale): Placed => {
  const [height, width] = sizesOf(output);
  const deep = channels(output);
  const [wide, high] = [scale.face(width), scale.face(height)];
  const back = receding(scale.deep(deep));
  const one: Box = { at: [0, (-high - back[1]) / 2], size: [wide, high], back };
  const { right, top, bottom } = boundsOf(one);
  const sheet = (i: number): Mark => ({
    type: 'rect',
    at: plus(one.at, back, deep > 1 ? i / (deep - 1) : 0),
    size: [wide, high],
    paint: { fill: 'paper', stroke: 'line', width: 0.8 },
  });
  const tinted = (i: number): Mark => ({ ...sheet(i), paint: { fill: INKS[stage.sort], opacity: 0.28 } }) as Mark;
  const order = Array.from({ length: deep }, (_, i) => deep - 1 - i);
  const marks: Mark[] = [
    { type: 'group', title: titleFor(stage), marks: order.flatMap((i) => [sheet(i), tinted(i)]) },
    number([wide / 2, bottom + 11], `${width}`, 'middle'),
    number([-3, bottom + (high < 44 ? 3 : -Math.min(high * 0.2, 12))], `${height}`, 'end'),
    number([wide + back[0] / 2 + 4, bottom + back[1] / 2 + 9], `${deep}`, 'start'),
  ];
  const face = front(one);
  const label = textWidth(`${height}`, NUMBER) + 3;
  return {
    stage,
    marks,
    left: -label,
    right: right + 4,
    top,
    bottom: bottom + 12,
    leaves: face,
    ends: [
      [right, top],
      [wide, bottom],
    ],
    crown: [back[0] + wide / 2, top],
    reaches: face,
    sizes: [height, width],
  };
};

/** A vector: a tall bar, with its number of units below. */
const bar = (stage: Stage, units: number, scale: Scale): Placed => {
  const high = scale.bar(units);
  const slabs = Math.min(stage.count, MOST_SLABS);
  const step = BAR + 6;
  const marks: Mark[] = [
    {
      type: 'group',
      title: titleFor(stage),
      marks: Array.from({ length: slabs }, (_, i) => ({
        type: 'rect',
        at: [i * step, -high / 2],
        size: [BAR, high],
        radius: 2,
        paint: { fill: INKS[stage.sort], opacity: 0.4, stroke: 'line', width: 0.8 },
      })),
    },
    number([((slabs - 1) * step + BAR) / 2, high / 2 + 12], grouped(units), 'middle'),
  ];
  const right = (slabs - 1) * step + BAR;
  const face = (x: number): Face => ({ corner: [x, -high / 2], across: [0, 0], down: [0, high] });
  return {
    stage,
    marks,
    left: 0,
    right,
    top: -high / 2,
    bottom: high / 2 + 13,
    leaves: face(right),
    ends: [
      [right, -high / 2],
      [right, high / 2],
    ],
    crown: [right / 2, -high / 2],
    reaches: face(0),
    sizes: [1, 1],
  };
};

/** Nobody knows how large it is. */
const unknown = (stage: Stage): Placed => {
  const one: Box = { at: [0, -20], size: [30, 60], back: receding(54) };
  const { right, top, bottom } = boundsOf(one);
  const dashed = boxMarks(one, 'paper').map(
    (mark): Mark => (mark.type === 'path' ? { ...mark, paint: { stroke: 'line', dash: true } } : mark),
  );
  const marks: Mark[] = [
    { type: 'group', title: titleFor(stage), marks: dashed },
    { type: 'text', at: [15, 17], anchor: 'middle', text: '?', size: 18, bold: true },
  ];
  return {
    stage,
    marks,
    left: 0,
    right,
    top,
    bottom,
    leaves: side(one),
    ends: [
      [right, top],
      [30, bottom],
    ],
    crown: [right - 15, top],
    reaches: hiddenSide(one),
    sizes: [1, 1],
  };
};

const dots = (stage: Stage): Placed => {
  const marks: Mark[] = [0, 1, 2].map((i) => ({
    type: 'rect',
    at: [i * 12, -2],
    size: [4, 4],
    radius: 2,
    paint: { fill: 'line' },
  }));
  const face = (x: number): Face => ({ corner: [x, 0], across: [0, 0], down: [0, 0] });
  return {
    stage,
    marks,
    left: 0,
    right: 28,
    top: -2,
    bottom: 2,
    leaves: face(30),
    ends: [
      [30, 0],
      [30, 0],
    ],
    crown: [14, -4],
    reaches: face(-2),
    sizes: [1, 1],
  };
};

export const moved = (one: Placed, by: Point, labels: readonly Mark[]): Placed => {
  const face = (f: Face): Face => ({ ...f, corner: plus(f.corner, by) });
  return {
    ...one,
    marks: [...one.marks.map((mark) => shifted(mark, by)), ...labels],
    left: one.left + by[0],
    right: one.right + by[0],
    top: one.top + by[1],
    bottom: one.bottom + by[1],
    leaves: face(one.leaves),
    ends: [plus(one.ends[0], by), plus(one.ends[1], by)],
    crown: plus(one.crown, by),
    reaches: face(one.reaches),
  };
};
