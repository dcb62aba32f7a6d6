// The cone of what a unit sees, through the planes between the input and its layer, in a row. Planes and marks; no figure of the image.

import type { Analysis } from '../../analysis/analysis.js';
import { coneOf, type Region } from '../../analysis/cone.js';
import { type Cell, isEmpty } from '../../analysis/track.js';
import { widthOf } from '../../analysis/track-measures.js';
import type { View } from '../../analysis/view.js';
import type { Node } from '../../core/graph.js';
import { spatial } from '../../core/shape.js';
import { corners, type Face, partOf } from './cabinet.js';
import { hatching, outside } from './hatching.js';
import { line } from './marks.js';
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

/** A layer on the way, and what of it is seen. */
export interface Plane {
  readonly node: Node;
  readonly sizes: readonly [height: number, width: number];
  readonly region: readonly [rows: Cell, columns: Cell];
}

/** The planes along the widest path in which what is seen changes, the input and the layer itself among them. */
export const planesOf = (analysis: Analysis, view: View, at: readonly number[]): readonly Plane[] => {
  if (!view.unit) return [];
  const all = planesAt(analysis, view, view.path, at);
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

/** The planes of those layers for another unit; one of which nothing is seen, or it is not known what, is left out. */
export const planesAt = (
  { graph, fields }: Analysis,
  { input, node }: View,
  layers: readonly Node[],
  at: readonly number[],
): readonly Plane[] => {
  const cone = coneOf(graph, fields.get(input.id) ?? [], input, node, at);
  return layers.flatMap((layer): readonly Plane[] => {
    const region = cone.get(layer.id);
    const plane = region && planeOf(layer, region);
    return plane ? [plane] : [];
  });
};

/** Planes of the same layers with all that is seen in some of them: the frame in which the cones of all units lie. */
export const frameOf = ([first, ...more]: readonly [readonly Plane[], ...(readonly Plane[])[]]): readonly Plane[] =>
  first.map((plane, i) => {
    const regions = [plane, ...more.flatMap((planes) => planes[i] ?? [])].map(({ region }) => region);
    const hull = (axis: 0 | 1): Cell => ({
      lo: Math.min(...regions.map((region) => region[axis].lo)),
      hi: Math.max(...regions.map((region) => region[axis].hi)),
    });
    return { ...plane, region: [hull(0), hull(1)] };
  });

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

/** A plane where it stands: its face, and from where to where of it is seen. */
interface Placed {
  readonly plane: Plane;
  readonly face: Face;
  readonly u: readonly [number, number];
  readonly v: readonly [number, number];
}

/**
 * Null where there are not two planes. With a `frame` of the same layers the planes stand where they do in it, whatever is seen of them,
 * and what lies outside is an outline: a drawing that follows a pointer.
 */
export const coneScene = (planes: readonly Plane[], title: string, frame?: readonly Plane[]): Scene | null => {
  const { faces, foot, width } = laidOut(frame ?? planes, title);
  if (planes.length < 2 || planes.length !== faces.length) return null;
  const placed = planes.map((plane, i): Placed => {
    const { face, edges } = faces[i] as Laid;
    const [rows, columns] = plane.region;
    return { plane, face, u: share(columns, plane.sizes[1], edges[0]), v: share(rows, plane.sizes[0], edges[1]) };
  });
  const labels = planes.flatMap((plane, i) =>
    textsOf(plane).map(({ text, bold, ink }, row) =>
      line([faces[i]?.centre ?? 0, foot + row * LINE], text, {
        size: 11.5,
        anchor: 'middle',
        ...(bold && { bold }),
        ...(ink && { ink }),
      }),
    ),
  );
  return {
    title,
    size: [width, foot + 3 * LINE],
    marks: [
      line([MARGIN, MARGIN + 12], shortened(title, MOST_HEADING), { bold: true, size: 13 }),
      ...placed.flatMap((one) => planeMarks(one, frame === undefined)),
      ...betweenMarks(placed),
      ...labels,
    ],
  };
};

/** Where a plane stands, the lengths of its edges, and the middle of its column. */
interface Laid {
  readonly face: Face;
  readonly edges: readonly [across: number, down: number];
  readonly centre: number;
}

/** Planes in a row, with room for what is seen over their edges; and where the texts below begin. */
const laidOut = (
  planes: readonly Plane[],
  title: string,
): { readonly faces: readonly Laid[]; readonly foot: number; readonly width: number } => {
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
  const drawn = planes.map(({ sizes: [height, width], region: [rows, columns] }) => {
    const [high, wide] = [edge(height), width === 1 ? 10 : edge(width)];
    const across: Point = [wide * ACROSS[0], wide * ACROSS[1]];
    const face: Face = { corner: [0, -(high + across[1]) / 2], across, down: [0, high] };
    const edges = [Math.hypot(...across), high] as const;
    const seen = partOf(face, share(columns, width, edges[0]), share(rows, height, edges[1]));
    return { face, edges, points: [...corners(face), ...seen] };
  });
  const top = Math.min(...drawn.flatMap(({ points }) => points.map(([, y]) => y)));
  const bottom = Math.max(...drawn.flatMap(({ points }) => points.map(([, y]) => y)));
  const axis = MARGIN + 22 - top;
  let right = MARGIN;
  const faces = drawn.map(({ face, edges, points }, i): Laid => {
    const reach = points.map(([x]) => x);
    const [left, end] = [Math.min(...reach), Math.max(...reach)];
    const half = Math.max(
      (end - left) / 2 + (i > 0 ? GAP / 2 : 0),
      ...textsOf(planes[i] as Plane).map(({ text }) => textWidth(text, 11) / 2 + 4),
    );
    const centre = right + half;
    right = centre + half;
    const [x, y] = face.corner;
    return { face: { ...face, corner: [x + centre - (left + end) / 2, y + axis] }, edges, centre };
  });
  const width = Math.max(right, MARGIN + textWidth(shortened(title, MOST_HEADING), 14)) + MARGIN;
  return { faces, foot: axis + bottom + 20, width };
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

/** The plane, what is seen of it, and what of that lies beside it: hatched, or an outline around what is filled. */
const planeMarks = ({ plane, face, u, v }: Placed, hatched: boolean): readonly Mark[] => {
  const padding = plane.region.some(({ lo, hi }, axis) => lo < 0 || hi >= (plane.sizes[axis] ?? 1));
  const whole: Mark = {
    type: 'path',
    points: partOf(face, u, v),
    closed: true,
    paint: {
      fill: 'seen',
      opacity: padding && !hatched ? 0.1 : 0.4,
      stroke: 'seen',
      width: 1.2,
      ...(padding && { dash: true }),
    },
  };
  return [
    {
      type: 'path',
      title: `${plane.node.name}: ${plane.region.map(({ lo, hi }) => `${lo} to ${hi}`).join(', ')} of ${plane.sizes.join('x')}`,
      points: corners(face),
      closed: true,
      paint: { fill: 'box', stroke: 'line', width: 1 },
    },
    whole,
    ...(padding && hatched ? outside(u, v).flatMap(([across, down]) => hatching(face, across, down, 'seen')) : []),
    ...(padding && !hatched ? inside(face, u, v) : []),
  ];
};

type Range = readonly [from: number, to: number];

const inside = (face: Face, u: Range, v: Range): readonly Mark[] => {
  const [across, down] = [u, v].map(([from, to]): Range => [Math.max(0, from), Math.min(1, to)]) as [Range, Range];
  if (across[0] >= across[1] || down[0] >= down[1]) return [];
  return [{ type: 'path', points: partOf(face, across, down), closed: true, paint: { fill: 'seen', opacity: 0.4 } }];
};

/** The cone between the planes: its edges from plane to plane, and its sides as a haze. */
const betweenMarks = (placed: readonly Placed[]): readonly Mark[] => {
  const corner = (which: number): readonly Point[] =>
    placed.map(({ face, u, v }) => partOf(face, u, v)[which] as Point);
  const edges = [0, 1, 2, 3].map(corner);
  return [
    ...edges.map(
      (edge, i): Mark => ({
        type: 'path',
        points: [...edge, ...[...(edges[(i + 1) % edges.length] ?? [])].reverse()],
        closed: true,
        paint: { fill: 'seen', opacity: 0.07 },
      }),
    ),
    ...edges.map((points): Mark => ({ type: 'path', points, paint: { stroke: 'seen', width: 0.8 } })),
  ];
};
