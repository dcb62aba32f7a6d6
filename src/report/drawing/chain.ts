// A chain: parts one below the other on one axis, each reading the one before it. What goes past others runs in lanes beside them, the
// shorter the nearer. So may anything be drawn, and is where it would take too long otherwise.

import { type Area, type Extent, type Link, moved, PADDING, type Place, type Route } from './area.js';

/** Between parts, and from a part to the nearest lane and from lane to lane. */
const GAP = 20;
export const LANE = 14;
/** So many lines end at the side of a box each by itself. */
const MOST_ENDS = 4;
/** Between the edge of a frame and what flows over it. */
export const EDGE = 14;
/** From a frame to a line along it. */
const STUB = 8;

/** What is laid out before it is known where: a box or a frame, with what is left free behind it. */
export interface Piece {
  readonly area: Area;
  readonly isFrame: boolean;
  readonly room: number;
}

const steps = (link: Link): boolean => typeof link.from === 'number' && link.to === link.from + 1;

/** Whether each part reads the one before it. */
export const isChain = (count: number, links: readonly Link[]): boolean => {
  const read = new Set(links.filter(steps).map(({ to }) => to));
  return read.size === count - 1;
};

/** What runs beside parts: one value, to all that read it there. */
interface Lane {
  readonly value: number;
  readonly first: number;
  readonly last: number;
  readonly links: readonly Link[];
  u: number;
}

export const chain = (pieces: readonly Piece[], links: readonly Link[]): Area => {
  const count = pieces.length;
  const from = ({ from }: Link): number => (from === 'in' ? -1 : from);
  const to = ({ to }: Link): number => (to === 'out' ? count : to);
  // What goes straight on: of several values the one that does so nearest to the axis.
  const straight = new Map<number, Link>();
  const aside = (link: Link): number =>
    Math.abs(pieces[from(link)]?.area.exits.get(link.value) ?? 0) +
    Math.abs(pieces[to(link)]?.area.entries.get(link.value) ?? 0);
  for (const link of links) {
    const known = straight.get(from(link));
    if (to(link) === from(link) + 1 && (!known || aside(link) < aside(known))) straight.set(from(link), link);
  }
  const spine = new Set(straight.values());
  const lanes = lanesOf(
    links.filter((link) => !spine.has(link)),
    pieces,
    from,
    to,
  );
  const entering = lanes.filter(({ first }) => first === -1).length;
  const starts: number[] = [];
  let v = links.some((link) => from(link) === -1) ? EDGE + (LANE / 2) * entering : PADDING;
  for (const [i, { area, room }] of pieces.entries()) {
    starts.push(v);
    // Lines into frames and out of them turn in the gap.
    const turning = lanes.filter(
      ({ links }) => links.some((link) => to(link) === i + 1) && pieces[i + 1]?.isFrame,
    ).length;
    const leaving = pieces[i]?.isFrame ? lanes.filter(({ first }) => first === i).length : 0;
    const isLast = i === count - 1;
    const ends = isLast && !links.some((link) => to(link) === count);
    const free = ends ? PADDING : Math.max(isLast ? EDGE : GAP, room) + (LANE / 2) * (turning + leaving);
    v += area.length + free;
  }
  const length = v;
  const startOf = (i: number): number => starts[i] ?? 0;
  const endOf = (i: number): number => startOf(i) + (pieces[i]?.area.length ?? 0);
  const entries = new Map<number, number>();
  const exits = new Map<number, number>();
  const routes: Route[] = [];

  for (const link of spine) {
    const [i, j] = [from(link), to(link)];
    const a = pieces[i]?.area.exits.get(link.value) ?? 0;
    const b = pieces[j]?.area.entries.get(link.value) ?? (j === count ? a : 0);
    if (i === -1) entries.set(link.value, b);
    if (j === count) exits.set(link.value, a);
    const [start, end] = [i === -1 ? 0 : endOf(i), j === count ? length : startOf(j)];
    const points: readonly Place[] = [
      [i === -1 ? b : a, start],
      [b, end],
    ];
    routes.push({ points, smooth: true, arrow: j < count && pieces[j]?.isFrame === false, link });
  }
  const ending = counted(lanes.flatMap(({ links }) => links.map(to)));
  const beginning = counted(lanes.map(({ first }) => first));
  const turns = new Map<string, number>();
  /** How many lines turn in a gap already, or end at a side. */
  const turn = (gap: string): number => {
    const before = turns.get(gap) ?? 0;
    turns.set(gap, before + 1);
    return before;
  };
  /** Where on the side of a box the next line ends, or begins: those that begin below those that end. */
  const sideOf = (i: number, lines: 'in' | 'out'): number => {
    const half = (pieces[i]?.area.length ?? 0) / 2;
    const [ends, begins] = [ending.get(i) ?? 0, beginning.get(i) ?? 0];
    const middle = startOf(i) + half;
    // Many lines into one box end in one.
    if (ends + begins <= 1 || (lines === 'in' && ends > MOST_ENDS)) return middle;
    const step = Math.min(6, (half - 6) / Math.max(1, ends, begins));
    const at = turn(`${lines} of ${i}`);
    if (begins === 0) return middle + step * 2 * (at - (ends - 1) / 2);
    return lines === 'in' ? middle - step * (at + 1) : middle + step * (at + (ends === 0 ? 0 : 1));
  };
  for (const { value, u, links, first } of lanes) {
    const source = pieces[first];
    const head: Place[] = [];
    if (!source) {
      const port = entries.get(value);
      if (port === undefined) {
        entries.set(value, u);
        head.push([u, 0]);
      } else {
        const at = STUB + (LANE / 2) * turn('in');
        head.push([port, 0], [port, at], [u, at]);
      }
    } else if (source.isFrame) {
      const port = source.area.exits.get(value) ?? 0;
      const at = endOf(first) + STUB + (LANE / 2) * turn(`out ${first}`);
      head.push([port, endOf(first)], [port, at], [u, at]);
    } else {
      const at = sideOf(first, 'out');
      head.push([source.area.after, at], [u, at]);
    }
    for (const link of links) {
      const j = to(link);
      const target = pieces[j];
      const tail: Place[] = [];
      if (!target) {
        tail.push([u, length]);
        exits.set(value, u);
      } else if (target.isFrame) {
        const port = target.area.entries.get(value) ?? 0;
        const at = startOf(j) - STUB - (LANE / 2) * turn(`above ${j}`);
        tail.push([u, at], [port, at], [port, startOf(j)]);
      } else {
        const at = sideOf(j, 'in');
        tail.push([u, at], [target.area.after, at]);
      }
      routes.push({ points: [...head, ...tail], smooth: false, arrow: target?.isFrame === false, link });
    }
  }
  const placed = pieces.map(({ area }, i) => moved(area, [0, startOf(i)]));
  return {
    ...extentOf(pieces, lanes, length),
    boxes: placed.flatMap(({ boxes }) => boxes),
    frames: placed.flatMap(({ frames }) => frames),
    routes: [...placed.flatMap(({ routes }) => routes), ...routes],
    entries,
    exits,
  };
};

const counted = (numbers: readonly number[]): ReadonlyMap<number, number> => {
  const counts = new Map<number, number>();
  for (const n of numbers) counts.set(n, (counts.get(n) ?? 0) + 1);
  return counts;
};

const extentOf = (pieces: readonly Piece[], lanes: readonly Lane[], length: number): Extent => ({
  before: Math.max(...pieces.map(({ area }) => area.before)),
  after: Math.max(...pieces.map(({ area }) => area.after), ...lanes.map(({ u }) => u + LANE / 2)),
  length,
});

/** Each value that goes past something in a lane of its own, as near as those allow that it goes past. */
const lanesOf = (
  links: readonly Link[],
  pieces: readonly Piece[],
  from: (link: Link) => number,
  to: (link: Link) => number,
): readonly Lane[] => {
  const byValue = new Map<string, Link[]>();
  for (const link of links) {
    const key = `${link.value} ${link.from}`;
    byValue.set(key, [...(byValue.get(key) ?? []), link]);
  }
  const lanes: Lane[] = [...byValue.values()].map((links) => ({
    value: links[0]?.value ?? 0,
    first: from(links[0] as Link),
    last: Math.max(...links.map(to)),
    links,
    u: 0,
  }));
  const placed: Lane[] = [];
  for (const lane of lanes.sort((a, b) => a.last - a.first - (b.last - b.first) || a.first - b.first)) {
    const past = pieces.slice(Math.max(0, lane.first), lane.last + 1).map(({ area }) => area.after);
    const others = placed.filter(({ first, last }) => first < lane.last && lane.first < last).map(({ u }) => u);
    lane.u = Math.max(0, ...past, ...others) + LANE;
    placed.push(lane);
  }
  return placed;
};
