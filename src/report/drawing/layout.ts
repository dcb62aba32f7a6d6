// Where everything in a diagram stands: each frame by itself, from the inside out. What comes one behind the other is a chain; what
// branches is laid out in layers. No shapes drawn.

import { type Area, framed, type Head, type Link, linksOf, type Place, type Sizes, type Spot } from './area.js';
import { chain, isChain, type Piece } from './chain.js';
import type { Box, Diagram, Direction, Drawn, Frame } from './diagram.js';
import type { Point } from './scene.js';
import { isEnd } from './words.js';

/** From its upper left corner. */
export interface Placed<T> {
  readonly of: T;
  readonly at: Point;
  readonly size: readonly [width: number, height: number];
}

/** A line from corner to corner; `smooth` where it is not led at right angles. */
export interface Line {
  readonly points: readonly Point[];
  readonly smooth: boolean;
  /** It ends at a box. */
  readonly arrow: boolean;
  /** The box whose output flows in it, and those to which it leads. */
  readonly link: Link;
}

export interface Layout {
  readonly size: readonly [width: number, height: number];
  readonly boxes: readonly Placed<Box>[];
  readonly frames: readonly Placed<Frame>[];
  readonly lines: readonly Line[];
}

/** How large things are that are to be placed. */
export interface Measures {
  readonly box: (box: Box) => readonly [width: number, height: number];
  /** What is left free behind a box, in the direction of the flow. */
  readonly room: (box: Box) => number;
  /** Of a frame's heading. */
  readonly heading: (frame: Frame) => { readonly left: number; readonly right: number; readonly height: number };
}

/** More parts beside each other than that would take dagre too long: they are a chain, and whatever else is read goes past. */
const MOST_LAYERED = 150;

type Layers = typeof import('./layers.js')['layers'];

export const layOut = async (diagram: Diagram, measures: Measures): Promise<Layout> => {
  const links = linksOf(diagram);
  const sizes = sizesOf(measures, diagram.direction);
  const branches = (parts: readonly Drawn[], place: string): boolean =>
    branchesHere(parts, links.get(place) ?? []) ||
    parts.some((part, i) => part.type === 'frame' && branches(part.parts, inside(place, i)));
  // The library is loaded by whoever needs it.
  const layers = branches(diagram.parts, '') ? (await import('./layers.js')).layers : null;
  const area = areaOf(diagram.parts, '', links, sizes, layers);
  return turned(area, diagram.direction);
};

const inside = (place: string, i: number): string => (place === '' ? String(i) : `${place}.${i}`);

const branchesHere = (parts: readonly Drawn[], links: readonly Link[]): boolean =>
  parts.length > 1 && parts.length <= MOST_LAYERED && !isChain(parts.length, links);

const areaOf = (
  parts: readonly Drawn[],
  place: string,
  links: ReadonlyMap<string, readonly Link[]>,
  sizes: Sizes,
  layers: Layers | null,
): Area => {
  const here = links.get(place) ?? [];
  const layered = layers && branchesHere(parts, here) ? layers : null;
  // What stands in one column is equally wide.
  const widest = Math.max(
    0,
    ...parts.map((part) => (part.type === 'box' && !isEnd(part) ? sizes.box(part).across : 0)),
  );
  const pieces = parts.map((part, i): Piece => {
    if (part.type === 'box') return pieceOf(part, sizes, layered || isEnd(part) ? 0 : widest);
    const own = inside(place, i);
    const area = framed(part, areaOf(part.parts, own, links, sizes, layers), links.get(own) ?? [], sizes);
    return { area, isFrame: true, room: 0 };
  });
  return layered ? layered(pieces, here) : chain(pieces, here);
};

const pieceOf = (box: Box, sizes: Sizes, least: number): Piece => {
  const { length, room, ...own } = sizes.box(box);
  const across = Math.max(own.across, least);
  const spot: Spot<Box> = { of: box, at: [-across / 2, 0], across, length };
  const extent = { before: across / 2, after: across / 2, length };
  return {
    area: { ...extent, boxes: [spot], frames: [], routes: [], entries: new Map(), exits: new Map() },
    isFrame: false,
    room,
  };
};

const sizesOf = ({ box, room, heading }: Measures, direction: Direction): Sizes => ({
  box: (one) => {
    const [width, height] = box(one);
    const [across, length] = direction === 'down' ? [width, height] : [height, width];
    return { across, length, room: room(one) };
  },
  head: (frame): Head => {
    const { left, right, height } = heading(frame);
    return direction === 'down'
      ? { start: height, side: 0, least: { before: left, after: right, length: 0 } }
      : { start: 0, side: height, least: { before: 0, after: 0, length: left + right } };
  },
});

/** In pixels from the upper left corner, the flow in its direction. */
const turned = ({ before, after, length, boxes, frames, routes }: Area, direction: Direction): Layout => {
  const point = ([u, v]: Place): Point => (direction === 'down' ? [u + before, v] : [v, u + before]);
  const place = <T>({ of, at, across, length }: Spot<T>): Placed<T> => ({
    of,
    at: point(at),
    size: direction === 'down' ? [across, length] : [length, across],
  });
  return {
    size: direction === 'down' ? [before + after, length] : [length, before + after],
    boxes: boxes.map(place),
    frames: frames.map(place),
    lines: routes.map(({ points, ...route }) => ({ ...route, points: points.map(point) })),
  };
};
