// Bars below each other over one axis of names, and as a line what they add up to. What the numbers are others say.

import { tenth } from './band.js';
import { line } from './marks.js';
import { textWidth } from './measure.js';
import { heightOf, namesBelow } from './names-below.js';
import { linear, logarithmic, type Scale, tickText, type Unit } from './scale.js';
import type { Ink, Mark, Point, Scene } from './scene.js';

/** What stands side by side, in every panel. */
export interface Bar {
  readonly name: string;
  readonly key: string;
  readonly title: string;
}

export interface Panel {
  readonly title: string;
  /** Behind the title, quieter: the first for which there is room. */
  readonly notes: readonly string[];
  readonly unit: Unit;
  /** The parts of a bar, the lowest first. */
  readonly parts: readonly string[];
  /** Of each bar its parts; null where it is unknown. */
  readonly values: readonly (readonly number[] | null)[];
  /** What there is up to each bar and with it; null from the first that is unknown on. */
  readonly cumulative: readonly (number | null)[];
}

export interface Bars {
  readonly title: string;
  /** In a sentence, or empty. */
  readonly description: string;
  readonly bars: readonly Bar[];
  readonly panels: readonly Panel[];
  /** The bar that stands out. */
  readonly chosen: number | null;
  readonly logarithmic: boolean;
}

const LEFT = 64;
const RIGHT = 44;
/** Of what the names share. */
const SLOT = 24;
const WIDTH = { least: 360, most: 900 } as const;
const HEADING = 40;
const HEIGHT = 96;
const TEXT = 12;
/** Bars thinner than that touch each other. */
const THIN = 5;
const WIDEST = 40;

const PARTS: readonly Ink[] = [{ hue: 0 }, { hue: 2 }];
const SUM: Ink = { hue: 4 };

export const barsScene = ({ title, description, bars, panels, chosen, logarithmic }: Bars): Scene => {
  const width = widthOf(bars.length);
  const bottom = panels.length * (HEADING + HEIGHT);
  const slot = width / Math.max(1, bars.length);
  const names = namesBelow(
    bars.map(({ name }) => name),
    LEFT,
    slot,
    bottom,
    chosen,
  );
  const column = (i: number, opacity: number): Mark => ({
    type: 'rect',
    at: [tenth(LEFT + i * slot), HEADING - 8],
    size: [tenth(slot), bottom - HEADING + 8],
    paint: { fill: 'text', opacity },
  });
  return {
    title,
    ...(description !== '' && { description }),
    size: [LEFT + width + RIGHT, bottom + heightOf(names)],
    marks: [
      ...(chosen === null ? [] : [column(chosen, 0.15)]),
      ...panels.flatMap((panel, i) => panelMarks(panel, i, width, logarithmic)),
      ...names,
      // Whoever points anywhere above a name means it, where its bars are too low to be pointed at too.
      ...bars.map((bar, i): Mark => ({ ...column(i, 0), key: bar.key, title: bar.title })),
    ],
  };
};

const widthOf = (count: number): number => Math.min(WIDTH.most, Math.max(WIDTH.least, count * SLOT));

/** The bar over a place of the picture, of so many; null beside all. */
export const barAt = (count: number, x: number): number | null => {
  const i = Math.floor(((x - LEFT) / widthOf(count)) * count);
  return i >= 0 && i < count ? i : null;
};

const panelMarks = (panel: Panel, at: number, width: number, isLogarithmic: boolean): readonly Mark[] => {
  const base = (at + 1) * (HEADING + HEIGHT);
  const sums = panel.values.map((parts) => parts?.reduce((a, b) => a + b, 0) ?? null);
  const scale = scaleOf(sums, panel.unit, isLogarithmic);
  // On a logarithmic scale lengths do not add up.
  const parts = isLogarithmic ? 1 : panel.parts.length;
  const slot = width / Math.max(1, sums.length);
  const heights = Array.from({ length: parts }, (_, part) =>
    panel.values.map((values, i) =>
      values ? HEIGHT * scale.up(part === parts - 1 ? (sums[i] ?? 0) : (values[part] ?? 0)) : 0,
    ),
  );
  return [
    ...headingOf(panel, at === 0, base - HEIGHT, width, isLogarithmic),
    ...scale.ticks.flatMap((tick) => {
      const y = tenth(base - HEIGHT * scale.up(tick));
      return [
        along([LEFT, y], [LEFT + width, y]),
        line([LEFT - 6, y + 4], tickText(tick, panel.unit), { anchor: 'end', size: TEXT, ink: 'quiet' }),
      ];
    }),
    ...unknownIn(panel.values, base, slot),
    ...heights.toReversed().flatMap((all, i) => skyline(all, base, slot, PARTS[parts - 1 - i] ?? 'line')),
    ...cumulativeLine(panel, base, width),
  ];
};

const scaleOf = (values: readonly (number | null)[], unit: Unit, isLogarithmic: boolean): Scale => {
  const known = values.filter((value) => value !== null);
  const scale = isLogarithmic ? logarithmic(known, unit) : null;
  return (
    scale ??
    linear(
      known.reduce((a, b) => Math.max(a, b), 0),
      unit,
    )
  );
};

const along = (from: Point, to: Point): Mark => ({
  type: 'path',
  points: [from, to],
  paint: { stroke: 'quiet', width: 0.5 },
});

const swatch = ([x, y]: Point, ink: Ink): Mark => ({ type: 'rect', at: [x, y], size: [10, 10], paint: { fill: ink } });

/** What is counted, and at the right end which parts bars have; above all of them, that the line is the sum. */
const headingOf = (
  panel: Panel,
  isFirst: boolean,
  top: number,
  width: number,
  isLogarithmic: boolean,
): readonly Mark[] => {
  const y = top - 14;
  const legend: Mark[] = [];
  let right = LEFT + width;
  const entry = (text: string, sign: (x: number) => Mark): void => {
    right -= textWidth(text, TEXT);
    legend.push(line([tenth(right), y], text, { size: TEXT, ink: 'quiet' }), sign(tenth(right - 16)));
    right -= 26;
  };
  if (isFirst)
    entry('so far', (x) => ({
      type: 'path',
      points: [
        [x - 4, y - 4],
        [x + 12, y - 4],
      ],
      paint: { stroke: SUM, width: 2 },
    }));
  if (panel.parts.length > 1 && !isLogarithmic)
    for (const [i, part] of [...panel.parts.entries()].reverse())
      entry(part, (x) => swatch([x, y - 9], PARTS[i] ?? 'line'));
  const title = line([LEFT, y], panel.title, { bold: true, size: 13 });
  const after = LEFT + textWidth(panel.title, 13, true) + 8;
  const note = panel.notes.find((text) => after + textWidth(text, TEXT) < right);
  return [
    title,
    ...(note === undefined ? [] : [line([tenth(after), y], note, { size: TEXT, ink: 'quiet' } as const)]),
    ...legend,
  ];
};

/** All bars of a part as one shape. */
const skyline = (heights: readonly number[], base: number, slot: number, ink: Ink): readonly Mark[] => {
  const gap = slot < THIN ? 0 : Math.max(slot * 0.1, (slot - WIDEST) / 2);
  const points: Point[] = [];
  heights.forEach((height, i) => {
    if (height <= 0) return;
    const [left, right] = [tenth(LEFT + i * slot + gap), tenth(LEFT + (i + 1) * slot - gap)];
    const [top, last] = [tenth(base - height), points.at(-1)];
    // Touching the one before, it goes on from there.
    if (last?.[0] === left) points.pop();
    else points.push([left, base]);
    if (last?.[0] !== left || points.at(-1)?.[1] !== top) points.push([left, top]);
    points.push([right, top], [right, base]);
  });
  return points.length === 0 ? [] : [{ type: 'path', points, closed: true, paint: { fill: ink } }];
};

/** A sign wherever neighbours are not known. */
const unknownIn = (values: Panel['values'], base: number, slot: number): readonly Mark[] => {
  const marks: Mark[] = [];
  for (let from = 0; from < values.length; ) {
    let to = from;
    while (to < values.length && values[to] === null) to += 1;
    if (to > from) {
      const [x, wide] = [LEFT + from * slot, (to - from) * slot];
      marks.push(
        {
          type: 'rect',
          at: [tenth(x), base - HEIGHT],
          size: [tenth(wide), HEIGHT],
          paint: { fill: 'alarm', opacity: 0.1 },
        },
        line([tenth(x + wide / 2), base - 8], '?', { anchor: 'middle', size: 14, bold: true, ink: 'alarm' }),
      );
    }
    from = to + 1;
  }
  return marks;
};

/** As far as it is known: to the top where that is all, and not so high where nobody knows how much is to come. */
const cumulativeLine = ({ cumulative, unit }: Panel, base: number, width: number): readonly Mark[] => {
  const end = cumulative.indexOf(null);
  const known = cumulative.slice(0, end < 0 ? undefined : end) as readonly number[];
  const last = known.at(-1) ?? 0;
  if (last === 0) return [];
  const slot = width / cumulative.length;
  const isWhole = end < 0;
  const most = isWhole ? last : last / 0.75;
  const points: Point[] = [[LEFT, base]];
  known.forEach((sum, i) => {
    const next: Point = [tenth(LEFT + (i + 1) * slot), tenth(base - HEIGHT * (sum / most))];
    // On its way straight on, a line needs no point.
    const [before, end] = [points.at(-2), points.at(-1)];
    if (before && end && before[1] === end[1] && end[1] === next[1]) points.pop();
    points.push(next);
  });
  const [right, [x, y]] = [LEFT + width, points.at(-1) ?? [LEFT, base]];
  const said = { size: TEXT, ink: 'quiet' } as const;
  const isRight = x > LEFT + width / 2;
  return [
    { type: 'path', points, paint: { stroke: SUM, width: 1.5 } },
    ...(isWhole
      ? [0.5, 1].map((part) => line([right + 6, base - HEIGHT * part + 4], `${100 * part}%`, said))
      : [line([x + (isRight ? -6 : 6), y - 4], tickText(last, unit), { ...said, anchor: isRight ? 'end' : 'start' })]),
  ];
};
