// What branches, in layers: which parts stand beside each other, and where, is found by dagre. Lines between them bend only in the gaps
// between layers, and so go through nothing.

import { graphlib, layout } from '@dagrejs/dagre';
import { type Area, type Link, moved, PADDING, type Place, type Route } from './area.js';
import { EDGE, LANE, type Piece } from './chain.js';

const GAP = 30;
const BESIDE = 18;

/** More values that go past others than so many are led between them, as dagre finds best. */
const MOST_LANES = 6;

/** What comes in and what leaves stand in layers of their own. */
const port = (end: 'in' | 'out', value: number): string => `${end} ${value}`;

export const layers = (pieces: readonly Piece[], links: readonly Link[]): Area => {
  const room = Math.max(GAP, ...pieces.map(({ room }) => room));
  const graph = new graphlib.Graph({ multigraph: true });
  graph.setGraph({ ranksep: room, nodesep: BESIDE, edgesep: BESIDE, marginx: 0, marginy: 0 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const [i, { area }] of pieces.entries())
    graph.setNode(String(i), { width: area.before + area.after, height: area.length });
  const ends = { in: valuesOf(links, 'in'), out: valuesOf(links, 'out') };
  const skips = skipsIn(links);
  const lanes = new Map([...skips].map(({ value }, i) => [value, i]));
  const beside = lanes.size > MOST_LANES ? new Set<Link>() : skips;
  // All that comes in does so at the beginning, and what leaves at the end: each end is tied to a point.
  for (const end of ['in', 'out'] as const) {
    if (ends[end].length === 0) continue;
    graph.setNode(end, { width: 0, height: 0 });
    for (const value of ends[end]) {
      graph.setNode(port(end, value), { width: 0, height: 0 });
      const [a, b] = end === 'in' ? [end, port(end, value)] : [port(end, value), end];
      graph.setEdge(a, b, { weight: 100 });
    }
  }
  for (const [i, link] of links.entries()) {
    if (beside.has(link)) continue;
    const a = link.from === 'in' ? port('in', link.value) : String(link.from);
    const b = link.to === 'out' ? port('out', link.value) : String(link.to);
    graph.setEdge(a, b, { labelpos: 'c' }, String(i));
  }
  layout(graph);

  const at = (name: string): Place => {
    const { x = 0, y = 0 } = graph.node(name);
    return [x, y];
  };
  const [main] = ends.in;
  const nodes = pieces.map((_, i) => at(String(i)));
  // Values from farther away come in at the side on which they go past other things; else what is written first stands first.
  const isMirrored =
    ends.in.length > 1
      ? ends.in.some((value) => at(port('in', value))[0] < at(port('in', main ?? value))[0])
      : order(nodes) < 0;
  const middle = nodes.reduce((sum, [x]) => sum + x, 0) / nodes.length;
  const axis = main === undefined ? middle : at(port('in', main))[0];
  const across = (x: number): number => (isMirrored ? axis - x : x - axis);
  const tops = nodes.map(([, y], i) => y - (pieces[i]?.area.length ?? 0) / 2);
  const bottoms = nodes.map(([, y], i) => y + (pieces[i]?.area.length ?? 0) / 2);
  const forks = [...beside].filter(({ from }) => from === 'in').length + 1;
  const begin = Math.min(...tops) - (main === undefined ? PADDING : EDGE + forks * (LANE / 2));
  const [leaving] = ends.out;
  const end = Math.max(...bottoms) + (leaving === undefined ? PADDING : Math.max(EDGE, room - 4));
  /** Half of the height of what stands in a layer, by its middle. */
  const halves = new Map<number, number>();
  for (const [i, [, y]] of nodes.entries())
    halves.set(Math.round(y), Math.max(halves.get(Math.round(y)) ?? 0, (pieces[i]?.area.length ?? 0) / 2));

  /** From where to where the layer of a node reaches. */
  const bandOf = (node: Place | undefined): readonly [number, number] | undefined => {
    if (!node) return undefined;
    const half = halves.get(Math.round(node[1])) ?? 0;
    return [node[1] - half - begin, node[1] + half - begin];
  };
  const lefts = nodes.map(([x], i) => across(x) - widthOf(pieces[i]) / 2);
  const corners = lefts.map((left, i): Place => [left + (pieces[i]?.area.before ?? 0), (tops[i] ?? 0) - begin]);
  const entries = new Map(ends.in.map((value) => [value, across(at(port('in', value))[0])]));
  const exits = new Map(ends.out.map((value) => [value, across(at(port('out', value))[0])]));
  const right = Math.max(...lefts.map((left, i) => left + widthOf(pieces[i])), ...entries.values(), ...exits.values());
  const routes = links.map((link, i): Route => {
    const source = typeof link.from === 'number' ? pieces[link.from] : undefined;
    const target = typeof link.to === 'number' ? pieces[link.to] : undefined;
    const [from, to] = [corners[Number(link.from)], corners[Number(link.to)]];
    const start: Place =
      source && from
        ? [from[0] + (source.area.exits.get(link.value) ?? 0), from[1] + source.area.length]
        : [entries.get(link.value) ?? 0, 0];
    const stop: Place =
      target && to
        ? [to[0] + (target.area.entries.get(link.value) ?? 0), to[1]]
        : [exits.get(link.value) ?? 0, end - begin];
    if (beside.has(link)) {
      const lane = lanes.get(link.value) ?? 0;
      const [u, turn] = [right + LANE * (lane + 1), room / 3 - 2 * lane];
      const points: readonly Place[] = [
        start,
        [start[0], start[1] + turn],
        [u, start[1] + turn],
        [u, stop[1] - turn],
        [stop[0], stop[1] - turn],
        stop,
      ];
      return { points, smooth: false, arrow: target?.isFrame === false, link };
    }
    const edge = graph.edge(
      link.from === 'in' ? port('in', link.value) : String(link.from),
      link.to === 'out' ? port('out', link.value) : String(link.to),
      String(i),
    );
    const past = (edge.points ?? []).slice(1, -1).flatMap(({ x, y }: { x: number; y: number }): Place[] => {
      const half = halves.get(Math.round(y));
      const u = across(x);
      return half === undefined
        ? []
        : [
            [u, y - half - begin],
            [u, y + half - begin],
          ];
    });
    // A box may be shorter than what stands beside it: lines bend beyond that.
    const [below, above] = [bandOf(nodes[Number(link.from)])?.[1], bandOf(nodes[Number(link.to)])?.[0]];
    const points: readonly Place[] = [
      start,
      ...(below === undefined || below <= start[1] ? [] : [[start[0], below] as const]),
      ...past,
      ...(above === undefined || above >= stop[1] ? [] : [[stop[0], above] as const]),
      stop,
    ];
    return { points, smooth: true, arrow: target?.isFrame === false, link };
  });
  const placed = pieces.map(({ area }, i) => moved(area, corners[i] ?? [0, 0]));
  const us = routes.flatMap(({ points }) => points.map(([u]) => u));
  const rights = lefts.map((left, i) => left + widthOf(pieces[i]));
  return {
    before: -Math.min(0, ...lefts, ...us),
    after: Math.max(0, ...rights, ...us),
    length: end - begin,
    boxes: placed.flatMap(({ boxes }) => boxes),
    frames: placed.flatMap(({ frames }) => frames),
    routes: [...placed.flatMap(({ routes }) => routes), ...routes],
    entries,
    exits,
  };
};

const widthOf = (piece: Piece | undefined): number => (piece ? piece.area.before + piece.area.after : 0);

/** Above 0 where most of what stands beside each other stands in its order. */
const order = (nodes: readonly Place[]): number => {
  let sum = 0;
  for (const [i, [x, y]] of nodes.entries())
    for (const [z, w] of nodes.slice(0, i)) if (Math.abs(y - w) < 1) sum += Math.sign(x - z);
  return sum;
};

/** What is read by a part that also reads what comes of it: it goes past something. */
const skipsIn = (links: readonly Link[]): ReadonlySet<Link> => {
  const key = (end: Link['from'] | Link['to'], value: number): string =>
    typeof end === 'number' ? String(end) : port(end, value);
  const after = new Map<string, Set<string>>();
  for (const link of links) {
    const from = key(link.from, link.value);
    after.set(from, (after.get(from) ?? new Set()).add(key(link.to, link.value)));
  }
  const known = new Map<string, Set<string>>();
  /** All that is fed by a part, directly or not. */
  const fed = (part: string): ReadonlySet<string> => {
    const found = known.get(part);
    if (found) return found;
    const all = new Set<string>();
    known.set(part, all);
    for (const next of after.get(part) ?? []) for (const one of [next, ...fed(next)]) all.add(one);
    return all;
  };
  return new Set(
    links.filter((link) => {
      const to = key(link.to, link.value);
      return [...(after.get(key(link.from, link.value)) ?? [])].some((next) => next !== to && fed(next).has(to));
    }),
  );
};

const valuesOf = (links: readonly Link[], end: 'in' | 'out'): readonly number[] => [
  ...new Set(links.filter(({ from, to }) => (end === 'in' ? from : to) === end).map(({ value }) => value)),
];
