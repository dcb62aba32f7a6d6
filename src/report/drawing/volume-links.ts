// What stands between the volumes of a row: a window and its cell, lines to all units, arrows, and arcs to what is further away.

import type { Analysis } from '../../analysis/analysis.js';
import { operatorsOf, shapeOf } from '../../core/graph.js';
import { isTransposed, type Operator } from '../../core/operator.js';
import { extent, type Window } from '../../core/window.js';
import { type Face, partOf, plus, pointOn } from './cabinet.js';
import type { Ink, Mark, Point } from './scene.js';
import type { Stage } from './stages.js';
import type { Placed } from './volume.js';
import { isMap } from './volume-scale.js';

/** What is smaller would not be seen. */
const LEAST = { window: 3.5, cell: 2 } as const;

/** What stands between a volume and the next: its window, lines to all units, or an arrow. */
export const joined = (from: Placed | undefined, to: Placed, { graph }: Analysis, power: number): readonly Mark[] => {
  if (!from) return [];
  const [maker] = to.stage.makers;
  // Of several layers in one only like ones have one window.
  const alone = to.stage.makers.length === to.stage.count;
  const windows = maker.facts?.windows;
  const isPlane = isMap(from.stage) && isMap(to.stage);
  const isKnown = from.stage.output !== null && to.stage.output !== null;
  if (alone && windows && isPlane) {
    const input = shapeOf(graph.nodes[maker.inputs[0] ?? -1]) ?? [];
    const spreads = spreading(operatorsOf(maker, input));
    const ink: Ink = to.stage.sort === 'pool' ? 'next' : 'seen';
    return spreads
      ? cone(windowOn(to, to.reaches, windows, power), cellOn(from.leaves, from), ink)
      : cone(windowOn(from, from.leaves, windows, power), cellOn(to.reaches, to), ink);
  }
  if (isKnown && to.stage.output?.length === 1 && to.stage.sort === 'weights') return dense(from, to);
  return [arrow(from, to)];
};

const spreading = (operators: readonly Operator[]): boolean =>
  isTransposed(operators) || operators.some(({ op }) => op === 'unpool');

/** A part of a face as large as the window, where it is well seen. */
const windowOn = ({ sizes }: Placed, face: Face, windows: readonly Window[], power: number): readonly Point[] => {
  const kernels = windows.slice(-2).map(extent);
  const [high = 1, wide = 1] = kernels.length === 2 ? kernels : [kernels[0] ?? 1, 1];
  // On the scale of the faces: what is drawn by its root is so on both.
  return around(face, (wide / sizes[1]) ** power, (high / sizes[0]) ** power, LEAST.window);
};

const cellOn = (face: Face, { sizes }: Placed): readonly Point[] =>
  around(face, 1 / sizes[1], 1 / sizes[0], LEAST.cell);

const around = (face: Face, wide: number, high: number, least: number): readonly Point[] => {
  const [across, down] = [Math.hypot(...face.across), Math.hypot(...face.down)];
  const u = Math.min(1, Math.max(wide, least / Math.max(1, across)));
  const v = Math.min(1, Math.max(high, least / Math.max(1, down)));
  const [left, top] = [Math.max(0, Math.min(1 - u, 0.46 - u / 2)), Math.max(0, Math.min(1 - v, 0.4 - v / 2))];
  return partOf(face, [left, left + u], [top, top + v]);
};

/** The window, the cell that it comes to, and the lines from one to the other. */
const cone = (window: readonly Point[], cell: readonly Point[], ink: Ink): readonly Mark[] => {
  const tip = middleOf(cell);
  return [
    ...window.map((corner): Mark => ({ type: 'path', points: [corner, tip], paint: { stroke: ink, width: 0.7 } })),
    { type: 'path', points: window, closed: true, paint: { fill: ink, opacity: 0.35, stroke: ink, width: 1.1 } },
    { type: 'path', points: cell, closed: true, paint: { fill: ink, stroke: ink, width: 0.8 } },
  ];
};

const middleOf = (points: readonly Point[]): Point => {
  const sum = points.reduce<Point>((all, point) => plus(all, point), [0, 0]);
  return [sum[0] / points.length, sum[1] / points.length];
};

/** Every unit reads everything: from the ends of one to the ends of the other, and across. */
const dense = ({ ends: [top, bottom] }: Placed, { reaches }: Placed): readonly Mark[] => {
  const [upper, lower] = [pointOn(reaches, 0, 0), pointOn(reaches, 0, 1)];
  return [
    [top, upper],
    [top, lower],
    [bottom, upper],
    [bottom, lower],
  ].map((points): Mark => ({ type: 'path', points: points as Point[], paint: { stroke: 'quiet', width: 0.6 } }));
};

const arrow = (from: Placed, to: Placed): Mark => {
  const [start, end] = [
    middleOf([
      pointOn(from.leaves, 1, 0),
      pointOn(from.leaves, 1, 1),
      pointOn(from.leaves, 0, 1),
      pointOn(from.leaves, 0, 0),
    ]),
    to.reaches,
  ];
  const y = start[1];
  const target = pointOn(end, 0, 0)[0];
  return {
    type: 'path',
    points: [
      [from.right + 4, y],
      [target - 4, y],
    ],
    arrow: true,
    paint: { stroke: 'line', width: 1.1 },
  };
};

export interface Arc {
  readonly from: number;
  readonly to: number;
  /** How high it stands: above all that it spans. */
  readonly level: number;
}

/** What a stage reads besides the one before. Short ones lie within long ones. */
export const arcsOf = (stages: readonly Stage[]): readonly Arc[] => {
  const spans = stages
    .flatMap(({ reads }, to) => reads.filter((from) => from !== to - 1).map((from) => ({ from, to })))
    .sort((a, b) => a.to - a.from - (b.to - b.from));
  const arcs: Arc[] = [];
  for (const { from, to } of spans) {
    const [low, high] = [Math.min(from, to), Math.max(from, to)];
    const within = arcs.filter((arc) => Math.min(arc.from, arc.to) < high && Math.max(arc.from, arc.to) > low);
    arcs.push({ from, to, level: Math.max(-1, ...within.map(({ level }) => level)) + 1 });
  }
  return arcs;
};

/** From the top of one to the top of the other, and at its height between them. */
export const arcMark = (from: Placed | undefined, to: Placed | undefined, height: number): readonly Mark[] => {
  if (!from || !to) return [];
  const back = from.left > to.left ? -1 : 1;
  const start: Point = plus(from.crown, [4 * back, -2]);
  const end: Point = plus(to.crown, [-4 * back, -2]);
  const bend = 10 * back;
  const title = `${from.stage.name} is read by ${to.stage.name} too`;
  return [
    {
      type: 'curve',
      title,
      points: [
        start,
        [start[0], height + 10],
        [start[0], height],
        [start[0] + bend, height],
        [start[0] + bend, height],
        [end[0] - bend, height],
        [end[0] - bend, height],
        [end[0], height],
        [end[0], height + 10],
        end,
      ],
      arrow: true,
      paint: { stroke: 'line', width: 1.1 },
    },
  ];
};
