// The style "volumes": a network as boxes to scale from left to right, as in the figures of AlexNet and LeNet. What is shown is stages.ts.

import type { Analysis } from '../../analysis/analysis.js';
import { type Node, operatorsOf, shapeOf } from '../../core/graph.js';
import { isTransposed, type Operator } from '../../core/operator.js';
import { grouped } from '../../core/quantity.js';
import { channels, formatShape, type Shape, spatial } from '../../core/shape.js';
import type { Window } from '../../core/window.js';
import { titleOf } from '../title.js';
import {
  type Box,
  boundsOf,
  boxMarks,
  type Face,
  front,
  hiddenSide,
  partOf,
  plus,
  pointOn,
  receding,
  side,
} from './cabinet.js';
import { shifted } from './marks.js';
import type { Ink, Mark, Point, Scene } from './scene.js';
import { type Sort, type Stage, stagesOf } from './stages.js';
import { shortened, textWidth } from './texts.js';

/** The longest edge of a face, of a row of channels and of a bar; what is smaller would not be seen. */
const LONGEST = { face: 150, sheet: 110, channels: 64, bar: 150 } as const;
const LEAST = { face: 6, channels: 3, bar: 12, window: 3.5, cell: 2 } as const;
const BAR = 12;

/** All channels together take about as much room. */
const ROOM = 480;

/** Larger ratios of sizes are drawn by their square roots. */
const LINEAR = 8;

/** Up to so many channels they are drawn as sheets one behind the other, as LeCun did. */
const SHEETS = 24;
const SHEET_STEP = 6;

const GAP = 30;
const MARGIN = 16;
const SIZE = { number: 10.5, name: 11.5, label: 10.5 } as const;
const LINE = 14;
const MOST_COLUMNS = 20;

/** Of several alike as many are drawn. */
const MOST_SLABS = 4;

const INKS: Readonly<Record<Sort, Ink>> = {
  input: 'quiet',
  weights: { hue: 0 },
  pool: { hue: 5 },
  merge: { hue: 2 },
  softmax: { hue: 3 },
  other: { hue: 1 },
  block: { hue: 0 },
  broken: 'paper',
  cut: 'paper',
};

/** Where a stage stands, and the faces that lines leave and reach. */
interface Placed {
  readonly stage: Stage;
  readonly marks: readonly Mark[];
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly leaves: Face;
  /** Where lines to all units begin. */
  readonly ends: readonly [upper: Point, lower: Point];
  readonly reaches: Face;
  /** What stands for its places: height and width, as they are. */
  readonly sizes: readonly [height: number, width: number];
}

export const volumes = (analysis: Analysis): Scene => {
  const stages = stagesOf(analysis);
  const scale = scaleOf(stages);
  const drawn = stages.map((stage) => solid(stage, scale));
  const arcs = arcsOf(stages);
  const above = Math.max(0, ...drawn.map(({ top }) => -top));
  const below = Math.max(0, ...drawn.map(({ bottom }) => bottom));
  const room = arcs.length === 0 ? 0 : 24 + 13 * Math.max(...arcs.map(({ level }) => level));
  const axis = MARGIN + room + above;
  const foot = axis + below + 14;
  let right = MARGIN;
  const placed = drawn.map((one, i): Placed => {
    const texts = textsOf(one.stage);
    const wide = Math.max(...texts.map(({ text, size }) => textWidth(text, size)));
    const own = one.right - one.left;
    // Names may reach below the gaps, and boxes stand as close as their lines allow.
    const half = Math.max(own / 2 + (i === 0 ? 0 : GAP / 2), wide / 2 + 5);
    const centre = right + half;
    right = centre + half;
    const by: Point = [centre - (one.left + one.right) / 2, axis];
    const labels = texts.map(
      ({ text, size, bold, title, ink }, line): Mark => ({
        type: 'text',
        at: [centre, foot + 12 + line * LINE],
        anchor: 'middle',
        text,
        size,
        ...(bold && { bold }),
        ...(ink && { ink }),
        ...(title !== undefined && { title }),
      }),
    );
    return moved({ ...one, marks: [...one.marks] }, by, labels);
  });
  const lines = Math.max(...stages.map((stage) => textsOf(stage).length), 1);
  const width = right + MARGIN;
  return {
    title: titleOf(analysis.graph),
    description: described(stages, analysis, scale),
    size: [width, foot + 12 + lines * LINE + MARGIN - 8],
    marks: [
      ...arcs.flatMap(({ from, to, level }) => arcMark(placed[from], placed[to], MARGIN + room - 10 - 13 * level)),
      ...placed.flatMap(({ marks }) => marks),
      ...placed.flatMap((to, i) =>
        i > 0 && to.stage.reads.includes(i - 1) ? joined(placed[i - 1], to, analysis, scale.power) : [],
      ),
    ],
  };
};

// --- how large ---------------------------------------------------------------------------------------------------------

interface Scale {
  readonly face: (cells: number) => number;
  readonly deep: (channels: number) => number;
  readonly bar: (units: number) => number;
  readonly sheets: boolean;
  readonly power: number;
}

const isMap = ({ output }: Stage): boolean => output !== null && output.length > 1;

const scaleOf = (stages: readonly Stage[]): Scale => {
  const maps = stages.filter(isMap);
  const sizes = maps.flatMap(({ output }) => spatial(output ?? []).slice(-2)).filter((size) => size > 1);
  const [least, most] = [Math.min(...sizes), Math.max(1, ...sizes)];
  const power = most / least > LINEAR ? 0.5 : 1;
  const depths = maps.map(({ output }) => channels(output ?? []));
  const deepest = Math.max(1, ...depths);
  const sheets = deepest <= SHEETS;
  const longest = sheets ? LONGEST.sheet : LONGEST.face;
  const all = maps.reduce(
    (sum, { output, count }) => sum + Math.min(count, MOST_SLABS) * Math.sqrt(channels(output ?? []) / deepest),
    0,
  );
  const channelRoom = Math.min(LONGEST.channels, ROOM / Math.max(1, all));
  const units = Math.max(1, ...stages.flatMap(({ output }) => (output?.length === 1 ? output : [])));
  return {
    face: (cells) => Math.max(LEAST.face, longest * (cells / most) ** power),
    deep: (deep) =>
      sheets ? SHEET_STEP * Math.max(0, deep - 1) : Math.max(LEAST.channels, channelRoom * Math.sqrt(deep / deepest)),
    bar: (n) => Math.max(LEAST.bar, Math.min(LONGEST.bar, longest) * Math.sqrt(n / units)),
    sheets,
    power,
  };
};

const sizesOf = (output: Shape): readonly [number, number] => {
  const sizes = spatial(output);
  return [sizes.at(-2) ?? sizes.at(-1) ?? 1, sizes.length < 2 ? 1 : (sizes.at(-1) ?? 1)];
};

// --- one volume --------------------------------------------------------------------------------------------------------

/** Around the origin: its middle at the height 0, from 0 to the right. */
const solid = (stage: Stage, scale: Scale): Placed => {
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
  size: SIZE.number,
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
  const label = textWidth(`${height}`, SIZE.number) + 3;
  return {
    stage,
    marks,
    left: -label,
    right,
    top: output.length > 3 ? top - 14 : top,
    bottom: bottom + 12,
    leaves: side(one),
    ends: [pointOn(side(one), 1, 0), pointOn(side(one), 0, 1)],
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
  const label = textWidth(`${height}`, SIZE.number) + 3;
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
    reaches: face(-2),
    sizes: [1, 1],
  };
};

const moved = (one: Placed, by: Point, labels: readonly Mark[]): Placed => {
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
    reaches: face(one.reaches),
  };
};

// --- between two volumes -----------------------------------------------------------------------------------------------

/** What stands between a volume and the next: its window, lines to all units, or an arrow. */
const joined = (from: Placed | undefined, to: Placed, { graph }: Analysis, power: number): readonly Mark[] => {
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
  const kernels = windows.slice(-2).map(({ kernel, dilation }) => dilation * (kernel - 1) + 1);
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

// --- what is no chain --------------------------------------------------------------------------------------------------

interface Arc {
  readonly from: number;
  readonly to: number;
  /** How high it stands: above all that it spans. */
  readonly level: number;
}

/** What a stage reads besides the one before. Short ones lie within long ones. */
const arcsOf = (stages: readonly Stage[]): readonly Arc[] => {
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
const arcMark = (from: Placed | undefined, to: Placed | undefined, height: number): readonly Mark[] => {
  if (!from || !to) return [];
  const back = from.left > to.left ? -1 : 1;
  const start: Point = [(from.left + from.right) / 2 + 6 * back, from.top - 3];
  const end: Point = [(to.left + to.right) / 2 - 6 * back, to.top - 4];
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

// --- what is written ---------------------------------------------------------------------------------------------------

interface Text {
  readonly text: string;
  readonly size: number;
  readonly bold?: true;
  readonly ink?: Ink;
  readonly title?: string;
}

/** The name, what it does, and what else is done on it. */
const textsOf = (stage: Stage): readonly Text[] => {
  const { name, count } = stage;
  const times = count > 1 ? ` x${grouped(count)}` : '';
  return [
    { text: `${shortened(name, MOST_COLUMNS)}${times}`, size: SIZE.name, bold: true, title: `${name}${times}` },
    ...linesOf(stage).map(
      (text): Text => ({ text: shortened(text, MOST_COLUMNS + 4), size: SIZE.label, ink: 'quiet' }),
    ),
  ];
};

const linesOf = ({ sort, name, nodes, makers, count }: Stage): readonly string[] => {
  if (sort === 'input') return name === 'input' ? [] : ['input'];
  const [maker] = makers;
  const merges = tally(nodes.filter(({ inputs, kind }) => kind.role === 'merge' && inputs.length > 1));
  if (sort === 'cut' || makers.length > count) {
    const weighted = nodes.filter(({ kind }) => kind.role === 'weights').length;
    return [`${grouped(weighted)} weight layer${weighted === 1 ? '' : 's'}`, ...merges];
  }
  const rest = [...new Set(nodes.filter((node) => !makers.includes(node)).map(({ kind }) => kind.name))];
  return [...workOf(maker), ...(rest.length > 0 ? [rest.join(', ')] : [])];
};

/** `add x16, concat x2` */
const tally = (nodes: readonly Node[]): readonly string[] => {
  const counts = new Map<string, number>();
  for (const { kind } of nodes) counts.set(kind.name, (counts.get(kind.name) ?? 0) + 1);
  return counts.size === 0 ? [] : [[...counts].map(([kind, n]) => (n > 1 ? `${kind} x${n}` : kind)).join(', ')];
};

/** A kind of more letters has its window on a line of its own. */
const LONG_KIND = 5;

/** `conv 11x11 / 4`, or on two lines. */
const workOf = ({ kind, facts }: Node): readonly string[] => {
  const windows = facts?.windows ?? [];
  if (windows.length === 0) return [kind.name];
  const once = (values: readonly number[]) =>
    values.every((value) => value === values[0]) ? `${values[0]}` : values.join('x');
  const strides = windows.map(({ stride }) => stride);
  const dilations = windows.map(({ dilation }) => dilation);
  const window = [
    windows.map(({ kernel }) => kernel).join('x'),
    ...(strides.some((stride) => stride > 1) ? [`/ ${once(strides)}`] : []),
    ...(dilations.some((dilation) => dilation > 1) ? [`d${once(dilations)}`] : []),
  ].join(' ');
  return kind.name.length > LONG_KIND ? [kind.name, window] : [`${kind.name} ${window}`];
};

const described = (stages: readonly Stage[], { graph }: Analysis, { power }: Scale): string => {
  const told = stages
    .slice(0, 24)
    .map(
      ({ name, output, count }) =>
        `${name}${count > 1 ? ` x${count}` : ''} ${output ? formatShape(output, graph.layout) : '?'}`,
    );
  const roots = power === 1 ? '' : ' Edges are drawn by their square roots.';
  return `${told.join(', ')}${stages.length > told.length ? ', …' : ''}.${roots}`;
};
