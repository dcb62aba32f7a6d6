// A stretch of a picture while it is laid out: what stands in it, relative to the axis that its values come in by. `u` runs across the
// flow, to both sides of the axis at 0; `v` with it, from 0. No frames know what is around them.

import type { Box, Diagram, Drawn, Frame } from './diagram.js';

export type Place = readonly [u: number, v: number];

/** How far something reaches to both sides of its axis, and how long it is. */
export interface Extent {
  readonly before: number;
  readonly after: number;
  readonly length: number;
}

/** Where its corner with the least `u` and `v` is, and how large it is. */
export interface Spot<T> {
  readonly of: T;
  readonly at: Place;
  readonly across: number;
  readonly length: number;
}

/** A line from corner to corner; `smooth` where it is not led at right angles. */
export interface Route {
  readonly points: readonly Place[];
  readonly smooth: boolean;
  /** It ends at a box. */
  readonly arrow: boolean;
  readonly link: Link;
}

export interface Area extends Extent {
  readonly boxes: readonly Spot<Box>[];
  readonly frames: readonly Spot<Frame>[];
  readonly routes: readonly Route[];
  /** At which `u` a value comes in, and leaves: by the box that makes it. */
  readonly entries: ReadonlyMap<number, number>;
  readonly exits: ReadonlyMap<number, number>;
}

/** What flows between the parts of a frame, or over its edge: the value of a box, which several in a part may read. */
export interface Link {
  readonly value: number;
  /** Parts of the frame, by their place. */
  readonly from: number | 'in';
  readonly to: number | 'out';
  readonly readers: readonly number[];
  readonly shape: string;
  /** None of them reads it in all copies. */
  readonly partial: boolean;
}

/** What is measured beforehand. */
export interface Sizes {
  /** Of a box with its words; `room` what is left free behind it for the shape that comes out. */
  readonly box: (box: Box) => { readonly across: number; readonly length: number; readonly room: number };
  readonly head: (frame: Frame) => Head;
}

/** What the heading of a frame takes. */
export interface Head {
  /** What it adds: at the beginning, and before the axis. */
  readonly start: number;
  readonly side: number;
  /** So large at least is the frame. */
  readonly least: Extent;
}

/** By the place of a frame in its frames, `1.0`: what flows in it. The whole is the frame ``. */
export const linksOf = ({ parts, edges }: Diagram): ReadonlyMap<string, readonly Link[]> => {
  const paths: (readonly number[])[] = [];
  const walk = (inside: readonly Drawn[], path: readonly number[]): void => {
    for (const [i, part] of inside.entries())
      if (part.type === 'box') paths[part.id] = [...path, i];
      else walk(part.parts, [...path, i]);
  };
  walk(parts, []);
  const found = new Map<string, Map<string, { -readonly [K in keyof Link]: Link[K] }>>();
  const add = (frame: readonly number[], link: Link): void => {
    const place = frame.join('.');
    const links = found.get(place) ?? new Map();
    found.set(place, links);
    const key = `${link.value} ${link.from} ${link.to}`;
    const known = links.get(key);
    if (!known) links.set(key, { ...link });
    else {
      known.readers = [...known.readers, ...link.readers];
      known.partial &&= link.partial;
    }
  };
  for (const { from: value, to, shape, partial } of edges) {
    const [source, target] = [paths[value] ?? [], paths[to] ?? []];
    let common = 0;
    while (source[common] === target[common] && common < source.length) common += 1;
    const link = { value, readers: [to], shape, partial };
    add(source.slice(0, common), { ...link, from: source[common] ?? 0, to: target[common] ?? 0 });
    for (let at = common + 1; at < source.length; at += 1)
      add(source.slice(0, at), { ...link, from: source[at] ?? 0, to: 'out' });
    for (let at = common + 1; at < target.length; at += 1)
      add(target.slice(0, at), { ...link, from: 'in', to: target[at] ?? 0 });
  }
  return new Map([...found].map(([place, links]) => [place, [...links.values()]]));
};

/** What stands in an area, in another place. */
export const moved = ({ boxes, frames, routes }: Area, [du, dv]: Place): Pick<Area, 'boxes' | 'frames' | 'routes'> => {
  const to = ([u, v]: Place): Place => [u + du, v + dv];
  return {
    boxes: boxes.map((spot) => ({ ...spot, at: to(spot.at) })),
    frames: frames.map((spot) => ({ ...spot, at: to(spot.at) })),
    routes: routes.map((route) => ({ ...route, points: route.points.map(to) })),
  };
};

export const PADDING = 10;

/** A frame around what is in it; what flows in and out crosses its heading. */
export const framed = (frame: Frame, inside: Area, links: readonly Link[], { head }: Sizes): Area => {
  const { start, side, least } = head(frame);
  const before = Math.max(inside.before + PADDING + side, least.before);
  const after = Math.max(inside.after + PADDING, least.after);
  const length = Math.max(inside.length + start, least.length);
  const { boxes, frames, routes } = moved(inside, [0, start]);
  const across = (ports: Area['entries'], end: 'in' | 'out', [from, to]: Place): Route[] =>
    from === to
      ? []
      : [...ports].flatMap(([value, u]) => {
          const link = links.find((one) => one.value === value && (end === 'in' ? one.from : one.to) === end);
          const points: readonly Place[] = [
            [u, from],
            [u, to],
          ];
          return link ? [{ points, smooth: false, arrow: false, link }] : [];
        });
  return {
    before,
    after,
    length,
    entries: inside.entries,
    exits: inside.exits,
    boxes,
    frames: [{ of: frame, at: [-before, 0], across: before + after, length }, ...frames],
    routes: [
      ...routes,
      ...across(inside.entries, 'in', [0, start]),
      ...across(inside.exits, 'out', [inside.length + start, length]),
    ],
  };
};
