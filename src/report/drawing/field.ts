// What a unit sees, as a drawing: the cone through the planes between the input and its layer, and below it the image with the field.

import type { Analysis } from '../../analysis/analysis.js';
import { coneOf, type Region } from '../../analysis/cone.js';
import { type Cell, isEmpty } from '../../analysis/track.js';
import { paddingOf, strideOf, widthOf } from '../../analysis/track-measures.js';
import type { View } from '../../analysis/view.js';
import type { Node } from '../../core/graph.js';
import { grouped } from '../../core/quantity.js';
import { spatial } from '../../core/shape.js';
import { fieldFigure } from '../pages/rf-figure.js';
import { corners, type Face, partOf } from './cabinet.js';
import { figureScene } from './figure.js';
import { hatching, outside } from './hatching.js';
import { below, line } from './marks.js';
import { shortened, textWidth } from './measure.js';
import type { Mark, Point, Scene } from './scene.js';

const MARGIN = 14;
const LINE = 15;
const GAP = 46;

/** The longest edge that is drawn, and the shortest one of a plane and of what is seen in it. */
const LONGEST = 190;
const LEAST = { plane: 14, seen: 2.5 } as const;
/** Larger ratios of sizes are drawn by their square roots. */
const LINEAR = 8;

/** How far a plane's width recedes to the right, and up. */
const ACROSS = [0.5, -0.27] as const;

const MOST_PLANES = 10;
/** Longer names and headings are cut. */
const MOST_COLUMNS = 18;
const MOST_HEADING = 90;

/** Null where the unit sees everything. */
export const fieldScene = (analysis: Analysis, view: View, at: readonly number[]): Scene | null => {
  if (!view.unit) return null;
  const figure = figureScene(fieldFigure(view, at), notesOf(view));
  const cone = coneScene(planesOf(analysis, view, at), figure.title);
  return cone ? below(figure.title, [cone, figure], 8) : figure;
};

/** Where the field lies, and how it goes on from unit to unit. */
const notesOf = ({ unit, field }: View): readonly string[] => {
  if (!unit || field.local === 'global') return [];
  const { unclipped, paddingCells } = unit.seen;
  const names = ['rows', 'columns'].slice(-Math.min(2, unclipped.length));
  const ranges = unclipped
    .slice(-2)
    .map(({ lo, hi }, i) => `${unclipped.length === 1 ? 'cells' : names[i]} ${lo} to ${hi}`);
  const once = (values: readonly number[]) =>
    values.every((value) => value === values[0]) ? `${values[0]}` : values.join('x');
  const strides = field.local.map((track) => Number(strideOf(track).toFixed(2)));
  const paddings = field.local.map((track) => Number((0 - paddingOf(track)).toFixed(2)));
  return [
    `${ranges.join(', ')}${paddingCells > 0 ? `; ${grouped(paddingCells)} cells in the padding` : ''}`,
    `stride ${once(strides)}; the first field starts at ${once(paddings)}`,
  ];
};

interface Plane {
  readonly node: Node;
  readonly sizes: readonly [height: number, width: number];
  readonly region: readonly [rows: Cell, columns: Cell];
}

/** The planes along the widest path in which what is seen changes, the input and the layer itself among them. */
const planesOf = (
  { graph, fields }: Analysis,
  { input, node, path, unit }: View,
  at: readonly number[],
): readonly Plane[] => {
  if (!unit) return [];
  const cone = coneOf(graph, fields.get(input.id) ?? [], input, node, at);
  const all = path.flatMap((layer): readonly Plane[] => {
    const region = cone.get(layer.id);
    const plane = region && planeOf(layer, region);
    return plane ? [plane] : [];
  });
  // Of layers alike the first stands for all, and the last one for itself.
  const first = all.filter((plane, i) => i === 0 || !sameRegion(plane, all[i - 1] as Plane));
  const last = all.at(-1);
  const changing = last && first.length > 1 ? [...first.slice(0, -1), last] : first;
  if (changing.length <= MOST_PLANES) return changing;
  const sizes = changing.filter(({ sizes }, i) => {
    const next = changing[i + 1];
    return i === 0 || !next || next.sizes.some((size, axis) => size !== sizes[axis]);
  });
  const fewer = sizes.length >= 3 ? sizes : changing;
  if (fewer.length <= MOST_PLANES) return fewer;
  return Array.from(
    { length: MOST_PLANES },
    (_, i) => fewer[Math.round((i * (fewer.length - 1)) / (MOST_PLANES - 1))] as Plane,
  );
};

/** Of a volume height and width; a sequence is one cell wide. */
const planeOf = (node: Node, region: Region): Plane | null => {
  const sizes = spatial(node.facts?.output ?? []);
  const one: Cell = { lo: 0, hi: 0 };
  const [rows, columns] = region.length > 1 ? region.slice(-2) : [region[0], one];
  const [height, width] = sizes.length > 1 ? sizes.slice(-2) : [sizes[0], 1];
  if (!rows || !columns || isEmpty(rows) || isEmpty(columns)) return null;
  return { node, sizes: [height ?? 1, width ?? 1], region: [rows, columns] };
};

const sameRegion = (a: Plane, b: Plane): boolean =>
  a.sizes.every((size, axis) => size === b.sizes[axis]) &&
  a.region.every(({ lo, hi }, axis) => lo === b.region[axis]?.lo && hi === b.region[axis]?.hi);

/** Where a plane stands: its face, what of it is seen, and how far all that reaches from the middle of the face. */
interface Placed {
  readonly plane: Plane;
  readonly face: Face;
  readonly u: readonly [number, number];
  readonly v: readonly [number, number];
}

const coneScene = (planes: readonly Plane[], title: string): Scene | null => {
  if (planes.length < 2) return null;
  const sizes = planes.flatMap(({ sizes }) => sizes);
  const most = Math.max(...sizes);
  const power = most / Math.min(...sizes.filter((size) => size > 1), most) > LINEAR ? 0.5 : 1;
  const relative = (size: number): number => (size / most) ** power;
  // What is seen may be larger than the plane.
  const largest = Math.max(
    ...planes.flatMap(({ sizes, region }) =>
      region.map(
        (cell, axis) => relative(sizes[axis] ?? 1) * Math.max(1, (2 * widthOf(cell)) / (sizes[axis] ?? 1) - 1),
      ),
    ),
  );
  const edge = (size: number): number => Math.max(LEAST.plane, (LONGEST / Math.max(1, largest * 0.8)) * relative(size));
  const drawn = planes.map((plane): Placed => {
    const [height, width] = plane.sizes;
    const [high, wide] = [edge(height), width === 1 ? 10 : edge(width)];
    const across: Point = [wide * ACROSS[0], wide * ACROSS[1]];
    const face: Face = { corner: [0, -(high + across[1]) / 2], across, down: [0, high] };
    const [rows, columns] = plane.region;
    return { plane, face, u: share(columns, width, Math.hypot(...across)), v: share(rows, height, high) };
  });
  const points = (one: Placed): readonly Point[] => [...corners(one.face), ...partOf(one.face, one.u, one.v)];
  const top = Math.min(...drawn.flatMap((one) => points(one).map(([, y]) => y)));
  const bottom = Math.max(...drawn.flatMap((one) => points(one).map(([, y]) => y)));
  const axis = MARGIN + 22 - top;
  const foot = axis + bottom + 20;
  let right = MARGIN;
  const labels: Mark[] = [];
  const placed = drawn.map((one, i): Placed => {
    const reach = points(one).map(([x]) => x);
    const [left, end] = [Math.min(...reach), Math.max(...reach)];
    const texts = textsOf(one.plane);
    const half = Math.max(
      (end - left) / 2 + (i > 0 ? GAP / 2 : 0),
      ...texts.map(({ text }) => textWidth(text, 11) / 2 + 4),
    );
    const centre = right + half;
    right = centre + half;
    for (const [row, { text, bold, ink }] of texts.entries())
      labels.push(
        line([centre, foot + row * LINE], text, {
          size: 11.5,
          anchor: 'middle',
          ...(bold && { bold }),
          ...(ink && { ink }),
        }),
      );
    const { corner } = one.face;
    return { ...one, face: { ...one.face, corner: [corner[0] + centre - (left + end) / 2, corner[1] + axis] } };
  });
  const heading = shortened(title, MOST_HEADING);
  const width = Math.max(right, MARGIN + textWidth(heading, 14)) + MARGIN;
  return {
    title,
    size: [width, foot + 3 * LINE],
    marks: [
      line([MARGIN, MARGIN + 12], heading, { bold: true, size: 13 }),
      ...placed.flatMap(planeMarks),
      ...placed.flatMap((one, i) => betweenMarks(placed[i - 1], one)),
      ...labels,
    ],
  };
};

/** From where to where cells are, of a plane of that size; what is too narrow is drawn as wide as can be seen. */
const share = ({ lo, hi }: Cell, size: number, edge: number): readonly [number, number] => {
  const least = LEAST.seen / edge;
  const [from, to] = [lo / size, (hi + 1) / size];
  const more = Math.max(0, least - (to - from)) / 2;
  return [from - more, to + more];
};

const textsOf = ({
  node,
  sizes,
  region,
}: Plane): readonly { readonly text: string; readonly bold?: true; readonly ink?: 'seen' }[] => {
  const isSequence = spatial(node.facts?.output ?? []).length === 1;
  const text = (numbers: readonly number[]): string => (isSequence ? `${numbers[0]}` : numbers.join('x'));
  return [
    { text: shortened(node.name, MOST_COLUMNS), bold: true },
    { text: text(sizes) },
    { text: text(region.map(widthOf)), ink: 'seen' },
  ];
};

/** The plane, what is seen of it, and hatched what of that lies beside it. */
const planeMarks = ({ plane, face, u, v }: Placed): readonly Mark[] => {
  const padding = plane.region.some(({ lo, hi }, axis) => lo < 0 || hi >= (plane.sizes[axis] ?? 1));
  return [
    {
      type: 'path',
      title: `${plane.node.name}: ${plane.region.map(({ lo, hi }) => `${lo} to ${hi}`).join(', ')} of ${plane.sizes.join('x')}`,
      points: corners(face),
      closed: true,
      paint: { fill: 'box', stroke: 'line', width: 1 },
    },
    {
      type: 'path',
      points: partOf(face, u, v),
      closed: true,
      paint: { fill: 'seen', opacity: 0.4, stroke: 'seen', width: 1.2, ...(padding && { dash: true }) },
    },
    ...(padding ? outside(u, v).flatMap(([across, down]) => hatching(face, across, down, 'seen')) : []),
  ];
};

/** The cone between two planes: its edges, and its sides as a haze. */
const betweenMarks = (from: Placed | undefined, to: Placed): readonly Mark[] => {
  if (!from) return [];
  const [a, b] = [partOf(from.face, from.u, from.v), partOf(to.face, to.u, to.v)];
  const next = (points: readonly Point[], i: number): Point => points[(i + 1) % points.length] as Point;
  const sides = a.map((point, i): Mark => {
    const other = b[i] as Point;
    return {
      type: 'path',
      points: [point, other, next(b, i), next(a, i)],
      closed: true,
      paint: { fill: 'seen', opacity: 0.07 },
    };
  });
  const edges = a.map(
    (point, i): Mark => ({ type: 'path', points: [point, b[i] as Point], paint: { stroke: 'seen', width: 0.8 } }),
  );
  return [...sides, ...edges];
};
