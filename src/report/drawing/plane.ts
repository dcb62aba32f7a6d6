// A scatter in a square from 0 to 1, for every format that draws it: where its points are, what its axes say, how its front runs. No marks.

import { grouped, humanBytes, scientific } from '../../core/quantity.js';
import { NO_SPREAD, spreadWith } from '../../core/spread.js';
import type { Axis, Scatter, ScatterPoint } from '../page.js';
import { shortened } from './measure.js';
import { covering, tickTexts } from './scale.js';

/** To the right and up. */
export type Place = readonly [x: number, y: number];

export interface Placed {
  readonly at: Place;
  readonly point: ScatterPoint;
}

export interface Ticks {
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

export interface Plane {
  readonly x: Ticks;
  readonly y: Ticks;
  /** All but the front. */
  readonly others: readonly Placed[];
  /** From left to right. */
  readonly front: readonly Placed[];
  /** Where what is as good as the front ends and what is not begins; null where the front is not of these two figures alone. */
  readonly steps: readonly Place[] | null;
}

export const planeOf = (scatter: Scatter): Plane => {
  const known = scatter.points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
  const [x, y] = [
    axis(
      scatter.x,
      known.map((point) => point.x),
    ),
    axis(
      scatter.y,
      known.map((point) => point.y),
    ),
  ];
  const placed = known.map((point): Placed => ({ at: [x.up(point.x), y.up(point.y)], point }));
  const front = placed.filter(({ point }) => point.isFront).sort((a, b) => a.at[0] - b.at[0] || a.at[1] - b.at[1]);
  return { x, y, others: placed.filter(({ point }) => !point.isFront), front, steps: stepsOf(front, scatter) };
};

const axis = ({ unit }: Axis, values: readonly number[]): Ticks & { readonly up: (value: number) => number } => {
  const kind = unit === 'B' ? 'bytes' : 'count';
  const { up, ticks } = covering(values.reduce(spreadWith, NO_SPREAD), kind, values.every(Number.isInteger));
  const texts = tickTexts(ticks, kind);
  return { up, ticks: ticks.map((tick, i) => ({ at: up(tick), text: texts[i] ?? '' })) };
};

const stepsOf = (front: readonly Placed[], { x, y }: Scatter): readonly Place[] | null => {
  // Who is further to the right has to be worse in one of the two, and better in the other.
  const isRising = (x.best ?? 'least') !== (y.best ?? 'least');
  const steps: Place[] = [];
  for (const { at } of front) {
    const [before, after] = [steps.at(-1), at] as const;
    if (before !== undefined) {
      if (isRising ? after[1] < before[1] : after[1] > before[1]) return null;
      steps.push(x.best === 'most' ? [before[0], after[1]] : [after[0], before[1]]);
    }
    steps.push(after);
  }
  return steps;
};

const MOST_COLUMNS = 200;

/** What is told of a point. */
export const pointText = ({ label, x, y }: ScatterPoint, axes: Pick<Scatter, 'x' | 'y'>): string =>
  `${shortened(label, MOST_COLUMNS)}: ${axes.x.name} ${valueText(x, axes.x)}, ${axes.y.name} ${valueText(y, axes.y)}`;

const valueText = (value: number, { unit }: Axis): string =>
  unit === 'B' ? humanBytes(value) : Number.isInteger(value) ? grouped(value) : scientific(value);

/** That not all are drawn; null where they are. */
export const drawnText = ({ points, total }: Scatter): string | null =>
  total !== undefined && total > points.length ? `${grouped(points.length)} of ${grouped(total)} drawn` : null;
