// The graph of a network as a scene: boxes in the shade of a figure, frames around blocks, what flows from box to box, and what the
// shades and colours mean. Where things stand is layout.ts.

import type { Role } from '../../core/layer.js';
import type { Box, Diagram, Edge, Frame } from './diagram.js';
import { type Line, layOut, type Measures, type Placed } from './layout.js';
import { fitting, shortened, textWidth } from './measure.js';
import type { Mark, Paint, Point, Scene } from './scene.js';
import { amountAt, SHADES } from './shades.js';
import { belowOf, besideOf, inkOf, isEnd, labeller, timesOf } from './words.js';

const NAME = 12;
const WORDS = 11;
const SMALL = 10;
const TITLE = 16;

const MARGIN = 16;
const INSET = 12;
/** Boxes have one of few widths, so that columns look even. */
const WIDTH = { least: 112, step: 28, most: 252 } as const;
/** The longest heading of a frame; so much room the network's name has at least, and so many columns at most. */
const HEADING = 340;
const HEAD = 520;
const LONGEST = 200;
const LINE = 15;
const LOOP = 20;

/** What a role looks like, and what it is called. */
const ROLES: Readonly<Partial<Record<Role | 'block' | 'output', { readonly hue: number; readonly word: string }>>> = {
  weights: { hue: 0, word: 'weights' },
  pool: { hue: 1, word: 'pooling' },
  norm: { hue: 2, word: 'normalisation' },
  activation: { hue: 3, word: 'activation' },
  merge: { hue: 4, word: 'merge' },
  scale: { hue: 5, word: 'scale' },
  regularisation: { hue: 6, word: 'regularisation' },
  shape: { hue: 7, word: 'shape' },
  opaque: { hue: 7, word: 'not computed here' },
};

export const graphScene = async (diagram: Diagram): Promise<Scene> => {
  const labels = labelsOf(diagram);
  const layout = await layOut(diagram, measuresOf(diagram, labels));
  const legend = legendOf(diagram);
  const leanings = leaningsOf(layout.lines);
  // A name of any length makes no picture wide.
  const title = fitting(shortened(diagram.title, LONGEST), Math.max(layout.size[0], HEAD), TITLE, true);
  const head = [textWidth(title, TITLE, true), textWidth(diagram.totals, WORDS)];
  const width = Math.max(layout.size[0], ...head.map(Math.ceil), legend.width) + 2 * MARGIN;
  const top = MARGIN + 44;
  const left = (width - layout.size[0]) / 2;
  const below = top + layout.size[1] + 12;
  const shift = ([x, y]: Point): Point => [x + left, y + top];
  const marks: Mark[] = [
    { type: 'text', at: [MARGIN, MARGIN + 14], text: title, size: TITLE, bold: true },
    { type: 'text', at: [MARGIN, MARGIN + 31], text: diagram.totals, size: WORDS, ink: 'quiet' },
    ...layout.frames.map((frame) => frameMark(moved(frame, shift))),
    ...layout.lines.map((line) => lineMark(line, diagram, shift)),
    ...layout.boxes.map((box) => boxMark(moved(box, shift), diagram)),
    ...layout.boxes.flatMap((box) =>
      labelMarks(moved(box, shift), labels.get(box.of.id), diagram, leanings.get(box.of.id) ?? 0),
    ),
    ...legend.marks([MARGIN, below]),
  ];
  return {
    title: diagram.title,
    description: described(diagram),
    size: [Math.ceil(width), Math.ceil(below + legend.height + MARGIN)],
    marks,
  };
};

const moved = <T>(placed: Placed<T>, shift: (point: Point) => Point): Placed<T> => ({
  ...placed,
  at: shift(placed.at),
});

const described = ({ totals, boxes, edges }: Diagram): string =>
  `A graph of ${boxes.length} boxes and ${edges.length} connections: ${totals}.`;

/** What stands behind boxes, by their ids: the shape that goes straight on, where it is new. Others are told where one points at them. */
const labelsOf = (diagram: Diagram): ReadonlyMap<number, string> => {
  const labelOf = labeller(diagram);
  const next = new Map<number, Edge>();
  for (const edge of diagram.edges) {
    const known = next.get(edge.from);
    // What all copies have, before what some have; and of that the nearest.
    const isNearer = known && (known.partial === edge.partial ? edge.to < known.to : known.partial);
    if (!known || isNearer) next.set(edge.from, edge);
  }
  return new Map([...next].flatMap(([id, edge]) => (labelOf(edge) === '' ? [] : [[id, labelOf(edge)]])));
};

/** The lines of a box below its name, with their sizes. */
const linesOf = (box: Box) => belowOf(box).map((text, i) => ({ text, size: i === 0 ? WORDS : SMALL }));

const measuresOf = (diagram: Diagram, labels: ReadonlyMap<number, string>): Measures => ({
  box: (box) => {
    const [{ name }, beside, below] = [box, besideOf(box), linesOf(box)];
    const first = textWidth(name, NAME, true) + (beside === '' ? 0 : INSET + textWidth(beside, WORDS));
    const widest = Math.max(first, ...below.map(({ text, size }) => textWidth(text, size)));
    const wanted = widest + 2 * INSET + (box.skips ? LOOP : 0);
    const width = Math.min(WIDTH.most, Math.max(WIDTH.least, Math.ceil(wanted / WIDTH.step) * WIDTH.step));
    return [width, isEnd(box) ? 24 : 10 + LINE * (1 + below.length)];
  },
  room: ({ id }) => {
    const label = labels.get(id);
    return label === undefined ? 0 : diagram.direction === 'down' ? 26 : textWidth(label, SMALL) + 16;
  },
  heading: (frame) => ({
    left: headingOf(frame).width + INSET,
    right: INSET,
    height: 20,
  }),
});

const text = (at: Point, words: string, size: number, rest: Partial<Extract<Mark, { type: 'text' }>> = {}): Mark => ({
  type: 'text',
  at,
  text: words,
  size,
  ...rest,
});

const rect = (at: Point, size: readonly [number, number], radius: number, paint: Paint): Mark => ({
  type: 'rect',
  at,
  size,
  radius,
  paint,
});

/** Its name, and how often it comes: on the left, where nothing comes in. */
const headingOf = (frame: Frame) => {
  const name = fitting(frame.name, HEADING, WORDS);
  const wide = textWidth(name, WORDS) + 6;
  return { name, times: timesOf(frame), wide, width: wide + textWidth(timesOf(frame), NAME, true) };
};

const frameMark = ({ of: frame, at: [x, y], size }: Placed<Frame>): Mark => {
  const { name, times, wide } = headingOf(frame);
  return {
    type: 'group',
    title: frame.times > 1 ? `${frame.name}, ${frame.times} times` : frame.name,
    marks: [
      rect([x, y], size, 8, { stroke: 'line', width: 1, fill: 'box', opacity: 0.6 }),
      text([x + 10, y + 15], name, WORDS, { ink: 'quiet' }),
      ...(times === '' ? [] : [text([x + 10 + wide, y + 15], times, NAME, { bold: true })]),
    ],
  };
};

const boxMark = ({ of: box, at: [x, y], size: [width, height] }: Placed<Box>, diagram: Diagram): Mark => {
  const [{ name }, beside, below, fill] = [box, besideOf(box), linesOf(box), inkOf(box, diagram)];
  const edge: Paint = {
    stroke: box.failed ? 'alarm' : 'line',
    width: box.failed ? 2 : 1,
    ...(box.partial && { dash: true as const }),
  };
  const radius = isEnd(box) ? height / 2 : 5;
  const role = ROLES[box.role];
  const right = x + width - INSET - (box.skips ? LOOP : 0);
  const room = right - x - INSET;
  const first = beside === '' ? room : room - INSET - textWidth(beside, WORDS);
  return {
    type: 'group',
    title: toldOf(box),
    ...keyed(box),
    marks: [
      ...(box.times > 1
        ? [rect([x + 4, y + 4], [width, height], radius, { fill: 'box', stroke: 'line', width: 1 })]
        : []),
      rect([x, y], [width, height], radius, { fill, ...edge }),
      ...(role ? [rect([x + 3, y + 4], [4, height - 8], 2, { fill: { hue: role.hue } })] : []),
      text([x + INSET, y + 16], fitting(name, first, NAME, true), NAME, { bold: true }),
      ...(beside === ''
        ? []
        : [text([right, y + 16], beside, WORDS, { anchor: 'end', ink: beside === '?' ? 'alarm' : 'quiet' })]),
      ...below.map(({ text: words, size }, i) =>
        text([x + INSET, y + 16 + LINE * (i + 1)], fitting(words, room, size), size, {
          ink: box.failed ? 'alarm' : i > 0 ? 'quiet' : 'text',
        }),
      ),
      ...(box.skips ? [loop([x + width - 20, y + 9], height - 18)] : []),
    ],
  };
};

/** Something goes past something else in there. */
const loop = ([x, y]: Point, height: number): Mark => ({
  type: 'curve',
  points: [
    [x, y],
    [x + 14, y],
    [x + 14, y + height],
    [x, y + height],
  ],
  arrow: true,
  paint: { stroke: 'line', width: 1.2 },
});

const keyed = (box: Box): { readonly key?: string } => {
  const key = keyOf(box);
  return key === undefined ? {} : { key };
};

/** Who points at a box means the first of its layers; inputs and outputs have none. */
const keyOf = ({ rows: [row] }: Box): string | undefined => row?.node.name;

/** The key of the box in which a layer is drawn; undefined where none is. */
export const boxOf = ({ boxes }: Diagram, layer: string): string | undefined => {
  const box = boxes.find(({ rows }) => rows.some(({ node }) => node.name === layer));
  return box && keyOf(box);
};

const toldOf = ({ whole, label, note, shape, params, times }: Box): string =>
  [
    times > 1 ? `${whole}, ${times} times` : whole,
    label,
    note,
    shape === '' ? '' : `gives ${shape}`,
    params === '' ? '' : `${params} parameters`,
  ]
    .filter(Boolean)
    .join('; ');

const ROUND = 7;

const lineMark = (
  { points, smooth, arrow, link }: Line,
  { boxes, direction }: Diagram,
  shift: (point: Point) => Point,
): Mark => {
  const paint: Paint = { stroke: 'line', width: 1.3, ...(link.partial && { dash: true as const }) };
  const names = [...new Set(link.readers)].map((id) => boxes[id]?.name ?? '');
  const source = boxes[link.value];
  const title = `${source?.name ?? ''} to ${names.join(', ')}: ${link.shape}`;
  const through = points.map(shift);
  const controls = smooth ? flowing(through, direction) : rounded(through);
  return { type: 'curve', title, points: controls, ...(arrow && { arrow: true as const }), paint };
};

const straight = ([x0, y0]: Point, [x1, y1]: Point): readonly Point[] => [
  [x0 + (x1 - x0) / 3, y0 + (y1 - y0) / 3],
  [x0 + (2 * (x1 - x0)) / 3, y0 + (2 * (y1 - y0)) / 3],
  [x1, y1],
];

/** From point to point, in the direction of the flow at each. */
const flowing = ([first = [0, 0], ...others]: readonly Point[], direction: 'down' | 'right'): readonly Point[] => {
  let [x0, y0] = first;
  return [
    first,
    ...others.flatMap(([x1, y1]): readonly Point[] => {
      const [a, b]: readonly [Point, Point] =
        direction === 'down'
          ? [
              [x0, (y0 + y1) / 2],
              [x1, (y0 + y1) / 2],
            ]
          : [
              [(x0 + x1) / 2, y0],
              [(x0 + x1) / 2, y1],
            ];
      [x0, y0] = [x1, y1];
      return [a, b, [x1, y1]];
    }),
  ];
};

/** Straight lines with round corners. */
const rounded = (points: readonly Point[]): readonly Point[] => {
  const [first = [0, 0]] = points;
  const made: Point[] = [first];
  let here = first;
  for (const [i, corner] of points.entries()) {
    const [before, after] = [points[i - 1], points[i + 1]];
    if (!before) continue;
    if (!after) {
      made.push(...straight(here, corner));
      continue;
    }
    const into = toward(corner, before);
    const out = toward(corner, after);
    made.push(...straight(here, into), corner, corner, out);
    here = out;
  }
  return made;
};

/** A point on the way from a corner, not beyond the middle. */
const toward = ([x, y]: Point, [tx, ty]: Point): Point => {
  const length = Math.hypot(tx - x, ty - y);
  const part = length === 0 ? 0 : Math.min(ROUND, length / 2) / length;
  return [x + (tx - x) * part, y + (ty - y) * part];
};

/** To which side lines lean that leave a box: above 0 where all go to the right. */
const leaningsOf = (lines: readonly Line[]): ReadonlyMap<number, number> => {
  const leanings = new Map<number, number>();
  for (const { points, smooth, link } of lines) {
    const [first, second] = points;
    if (!smooth || typeof link.from !== 'number' || !first || !second) continue;
    const [before, own] = [leanings.get(link.value), second[0] - first[0]];
    leanings.set(link.value, before === undefined ? own : Math.min(before, own));
  }
  return leanings;
};

const labelMarks = (
  { at: [x, y], size: [width, height] }: Placed<Box>,
  label: string | undefined,
  { direction }: Diagram,
  leaning: number,
): readonly Mark[] => {
  if (label === undefined) return [];
  if (direction === 'down' && leaning > 4)
    return [text([x + width / 2 - 6, y + height + 14], label, SMALL, { ink: 'quiet', anchor: 'end' })];
  const at: Point = direction === 'down' ? [x + width / 2 + 6, y + height + 14] : [x + width + 5, y + height / 2 - 5];
  return [text(at, label, SMALL, { ink: 'quiet' })];
};

const SWATCHES = [0, 0.25, 0.5, 0.75, 1] as const;

/** The shades with what they stand for, and the hues of the roles that there are. */
const legendOf = ({ shade, boxes }: Diagram) => {
  const roles = [...new Set(boxes.flatMap(({ role }) => ROLES[role] ?? []))];
  const words = shade ? SHADES[shade.name].word : '';
  const isShaded = shade !== null && shade.most > 0;
  const rolesWidth = roles.reduce((sum, { word }) => sum + 22 + textWidth(word, SMALL), 0);
  const shadesWidth = isShaded ? SWATCHES.length * 44 + textWidth(words, SMALL) + 8 : 0;
  return {
    width: Math.min(520, Math.max(rolesWidth, shadesWidth)),
    height: (isShaded ? 30 : 0) + 16,
    marks: ([x, y]: Point): readonly Mark[] => {
      const marks: Mark[] = [];
      let top = y;
      if (shade && isShaded) {
        for (const [i, part] of SWATCHES.entries()) {
          const at = x + 44 * i;
          marks.push(
            rect([at, top], [44, 10], 0, { fill: { shade: part }, stroke: 'line', width: 0.5 }),
            text([at + 22, top + 21], SHADES[shade.name].text(amountAt(part, shade.most, shade.name)), SMALL, {
              anchor: 'middle',
              ink: 'quiet',
            }),
          );
        }
        marks.push(text([x + 44 * SWATCHES.length + 8, top + 9], words, SMALL, { ink: 'quiet' }));
        top += 34;
      }
      let left = x;
      for (const { hue, word } of roles) {
        marks.push(
          rect([left, top], [8, 8], 2, { fill: { hue } }),
          text([left + 12, top + 8], word, SMALL, { ink: 'quiet' }),
        );
        left += 22 + textWidth(word, SMALL);
      }
      return marks;
    },
  };
};
