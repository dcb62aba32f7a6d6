// Things by two of their figures, as a drawing: axes, points, and the Pareto front with what is on it. Characters are formats/scatter.ts.

import { grouped } from '../../core/quantity.js';
import type { Scatter } from '../page.js';
import { tenth } from './band.js';
import { type Box, labelsBeside } from './labels.js';
import { line, path } from './marks.js';
import { fitting, shortened, textWidth } from './measure.js';
import { drawnText, type Place, type Placed, planeOf, pointText } from './plane.js';
import type { Ink, Mark, Point, Scene } from './scene.js';

const SIZE = [640, 420] as const;
const MARGIN = 16;
/** Between the outermost points and the sides. */
const INSET = 14;
const LINE = 20;
const TEXT = 12;
const TITLE = 13;
const MOST_COLUMNS = 40;

/** Beside axes. */
const SAID = { size: TEXT, ink: 'quiet' } as const;

const POINT: Ink = { hue: 0 };
const FRONT: Ink = { hue: 4 };

/** More would make a large file, and are too close to each other to be pointed at one by one. */
const MOST_TITLED = 2000;
/** Of a point, by how many there are. */
const radiusOf = (count: number): number => (count > MOST_TITLED ? 1.5 : count > 200 ? 2 : 3);
const FRONT_RADIUS = 4;

export const scatterScene = (scatter: Scatter): Scene => {
  const { x, y, others, front, steps } = planeOf(scatter);
  const left = MARGIN + Math.ceil(Math.max(20, ...y.ticks.map(({ text }) => textWidth(text, TEXT)))) + 8;
  const top = MARGIN + LINE;
  const frame: Box = { left, top, right: left + SIZE[0], bottom: top + SIZE[1] };
  const at = ([right, up]: Place): Point => [
    tenth(left + INSET + right * (SIZE[0] - 2 * INSET)),
    tenth(frame.bottom - INSET - up * (SIZE[1] - 2 * INSET)),
  ];
  const corners = (steps ?? []).map(at);
  return {
    title: `${shortened(scatter.y.name, MOST_COLUMNS)} against ${shortened(scatter.x.name, MOST_COLUMNS)}`,
    description: described(front, others.length, scatter),
    size: [frame.right + 2 * MARGIN, frame.bottom + 2 * LINE + 6],
    marks: [
      ...x.ticks.flatMap((tick) => acrossTick(at([tick.at, 0])[0], tick.text, frame)),
      ...y.ticks.flatMap((tick) => upTick(at([0, tick.at])[1], tick.text, frame)),
      axes(frame),
      ...names(scatter, frame),
      ...legend(scatter, front.length > 0, others.length > 0, frame),
      ...dots(others, at, scatter),
      ...(corners.length > 1 ? [path(corners, { stroke: FRONT, width: 1.5 })] : []),
      ...front.map((one) => ({ ...dot(at(one.at), FRONT_RADIUS, FRONT), title: pointText(one.point, scatter) })),
      ...labelsBeside(
        front.map(({ at: place, point }) => ({ at: at(place), label: point.label })),
        {
          frame,
          free: [scatter.x.best === 'most' ? 1 : -1, scatter.y.best === 'most' ? -1 : 1],
          dots: others.map(({ at: place }) => at(place)),
          steps: corners,
        },
      ),
    ],
  };
};

/** Whoever cannot see it is told the front. */
const MOST_TOLD = 12;

const described = (front: readonly Placed[], others: number, scatter: Scatter): string => {
  if (front.length + others === 0) return 'No points.';
  const drawn = drawnText(scatter) ?? pointsText(front.length + others);
  if (front.length === 0) return `${drawn}.`;
  const told = front.slice(0, MOST_TOLD).map(({ point }) => pointText(point, scatter));
  const more = front.length > MOST_TOLD ? [`and ${grouped(front.length - MOST_TOLD)} more`] : [];
  return `${drawn}; on the Pareto front: ${[...told, ...more].join('; ')}.`;
};

const pointsText = (n: number): string => (n === 1 ? '1 point' : `${grouped(n)} points`);

/** A round mark. */
const dot = ([x, y]: Point, radius: number, fill: Ink): Extract<Mark, { type: 'rect' }> => ({
  type: 'rect',
  at: [tenth(x - radius), tenth(y - radius)],
  size: [2 * radius, 2 * radius],
  radius,
  paint: { fill },
});

const dots = (placed: readonly Placed[], at: (place: Place) => Point, scatter: Scatter): readonly Mark[] => {
  const radius = radiusOf(placed.length);
  if (placed.length > MOST_TITLED)
    return [{ type: 'dots', points: placed.map((one) => at(one.at)), radius, paint: { fill: POINT } }];
  return placed.map((one) => ({ ...dot(at(one.at), radius, POINT), title: pointText(one.point, scatter) }));
};

const axes = ({ left, top, right, bottom }: Box): Mark =>
  path(
    [
      [left, top],
      [left, bottom],
      [right, bottom],
    ],
    { stroke: 'line' },
  );

/** A pale bar: what is thin is as dark as anything on paper. */
const gridLine = (at: Point, size: readonly [width: number, height: number]): Mark => ({
  type: 'rect',
  at,
  size,
  paint: { fill: 'quiet', opacity: 0.25 },
});

const acrossTick = (x: number, text: string, { top, bottom }: Box): readonly Mark[] => [
  gridLine([x - 0.5, top], [1, bottom - top]),
  line([x, bottom + 16], text, { ...SAID, anchor: 'middle' }),
];

const upTick = (y: number, text: string, { left, right }: Box): readonly Mark[] => [
  gridLine([left, y - 0.5], [right - left, 1]),
  line([left - 6, y + 4], text, { ...SAID, anchor: 'end' }),
];

const NAME = 260;

const names = ({ x, y }: Scatter, { left, top, right, bottom }: Box): readonly Mark[] => {
  const named = { size: TITLE, bold: true } as const;
  const text = (name: string): string => fitting(shortened(name, MOST_COLUMNS), NAME, TITLE, true);
  return [
    line([left, top - 12], text(y.name), named),
    line([right, bottom + 36], text(x.name), { ...named, anchor: 'end' }),
  ];
};

/** What is what, above the plot at its right end; or that there is nothing. */
const legend = (scatter: Scatter, hasFront: boolean, hasOthers: boolean, { right, top }: Box): readonly Mark[] => {
  if (!hasFront && !hasOthers) return [line([right, top - 12], 'no points', { ...SAID, anchor: 'end' })];
  const drawn = drawnText(scatter);
  const entries = [
    ...(hasOthers ? [{ text: drawn === null ? 'others' : `others, ${drawn}`, radius: 3, ink: POINT }] : []),
    ...(hasFront ? [{ text: 'Pareto front', radius: FRONT_RADIUS, ink: FRONT }] : []),
  ];
  let end = right;
  return entries.flatMap(({ text, radius, ink }) => {
    const start = tenth(end - textWidth(text, TEXT));
    end = start - 32;
    return [dot([start - 10, top - 16], radius, ink), line([start, top - 12], text, SAID)];
  });
};
