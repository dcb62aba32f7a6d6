// Which tensors are alive while a network runs, step by step, stacked: each a band from its making to its last reader, the oldest at the
// bottom. Who lives how long is analysis/memory.ts.

import { aliveAt, type Life } from '../../analysis/memory.js';
import type { Graph, Node } from '../../core/graph.js';
import { humanBytes } from '../../core/quantity.js';
import { titleOf } from '../title.js';
import { band, type Column, tenth } from './band.js';
import { line } from './marks.js';
import { fitting, shortened, textWidth } from './measure.js';
import { heightOf, namesBelow } from './names-below.js';
import { linear, tickText } from './scale.js';
import type { Mark, Paint, Scene } from './scene.js';

const LEFT = 64;
const RIGHT = 20;
const TOP = 44;
const SLOT = 12;
const WIDTH = { least: 480, most: 1000 } as const;
const HEIGHT = 240;
const BOTTOM = TOP + HEIGHT;
const TEXT = 12;
const MOST_COLUMNS = 60;

/** More would be thinner than lines: of neighbours the one is drawn at which most is alive. */
const MOST_STEPS = 200;

/** As many have a band of their own. */
const MOST_TENSORS = 16;

/** The last hue is for what has no name. */
const HUES = 6;
const OTHERS: Paint = { fill: { hue: 7 }, opacity: 0.5 };

/** What is drawn: values alive at each step, the tensors that have bands of their own, in the order of their making. */
export interface Alive {
  /** By node. */
  readonly alive: Float64Array;
  /** The step at which most is alive. */
  readonly peak: number;
  readonly shown: readonly Life[];
  /** How many have no band of their own. */
  readonly others: number;
}

/** Those alive at the peak first, then those that take most for longest. */
export const aliveOf = (lives: readonly Life[], nodes: number): Alive => {
  const alive = aliveAt(lives, nodes);
  const peak = alive.reduce((best, value, i) => (value > (alive[best] ?? 0) ? i : best), 0);
  const taken = ({ from, until, elements }: Life): number => elements * (until - from + 1);
  const isThere = ({ from, until }: Life): boolean => from <= peak && peak <= until;
  const shown = [...lives]
    .filter(({ elements }) => elements > 0)
    .sort((a, b) => Number(isThere(b)) - Number(isThere(a)) || taken(b) - taken(a) || a.from - b.from)
    .slice(0, MOST_TENSORS)
    .sort((a, b) => a.from - b.from);
  return { alive, peak, shown, others: lives.filter(({ elements }) => elements > 0).length - shown.length };
};

export interface AliveSetting {
  /** Bytes of a value, for the whole batch. */
  readonly size: number;
  readonly chosen: string | null;
}

export const aliveScene = (
  graph: Graph,
  { alive, peak, shown, others }: Alive,
  { size, chosen }: AliveSetting,
): Scene => {
  const { nodes } = graph;
  const steps = stepsIn(alive);
  const most = alive[peak] ?? 0;
  const width = Math.min(WIDTH.most, Math.max(WIDTH.least, steps.length * SLOT));
  const wide = width / Math.max(1, steps.length);
  const scale = linear(most * size, 'bytes');
  const y = (values: number): number => BOTTOM - HEIGHT * scale.up(values * size);
  const nameOf = (id: number): string => nodes[id]?.name ?? '';
  const names = namesBelow(steps.map(nameOf), LEFT, wide, BOTTOM, null);
  const columns = stacked(steps, alive, shown, (column, from, to) => ({
    left: LEFT + column * wide,
    right: LEFT + (column + 1) * wide,
    upper: y(to),
    lower: y(from),
  }));
  const hues = huesOf(shown);
  const name = shortened(titleOf(graph), MOST_COLUMNS);
  const told = `at most ${humanBytes(most * size)}, while ${shortened(nameOf(peak), MOST_COLUMNS)} runs`;
  const at = LEFT + (steps.indexOf(peak) + 0.5) * wide;
  const isRight = at > LEFT + width / 2;
  return {
    title: `${name}: which tensors are alive when`,
    description: `Tensors stacked over the ${nodes.length} steps of one run: ${told}.`,
    size: [LEFT + width + RIGHT, BOTTOM + heightOf(names)],
    marks: [
      ...scale.ticks.flatMap((bytes): readonly Mark[] => [
        {
          type: 'path',
          points: [
            [LEFT, tenth(y(bytes / size))],
            [LEFT + width, tenth(y(bytes / size))],
          ],
          paint: { stroke: 'quiet', width: 0.5 },
        },
        line([LEFT - 6, tenth(y(bytes / size)) + 4], tickText(bytes, 'bytes'), {
          anchor: 'end',
          size: TEXT,
          ink: 'quiet',
        }),
      ]),
      ...(others > 0 ? [{ ...band(columns.others, OTHERS), title: `${others} more tensors` }] : []),
      ...shown.flatMap((life, i) =>
        tensor(life, columns.shown[i] ?? [], { size, chosen, last: nameOf(life.until), hue: hues[i] ?? 0 }),
      ),
      {
        type: 'path',
        points: [
          [tenth(at), TOP - 14],
          [tenth(at), BOTTOM],
        ],
        paint: { stroke: 'alarm', dash: true },
      },
      line([tenth(at + (isRight ? -6 : 6)), TOP - 20], fitting(told, isRight ? at - LEFT : LEFT + width - at, TEXT), {
        size: TEXT,
        ink: 'alarm',
        anchor: isRight ? 'end' : 'start',
      }),
      ...names,
    ],
  };
};

/** Nodes, or where they are too many of neighbours the one at which most is alive. */
const stepsIn = (alive: Float64Array): readonly number[] => {
  const each = Math.max(1, Math.ceil(alive.length / MOST_STEPS));
  return Array.from({ length: Math.ceil(alive.length / each) }, (_, i) => {
    let best = i * each;
    for (let at = best + 1; at < Math.min(alive.length, (i + 1) * each); at += 1)
      if ((alive[at] ?? 0) > (alive[best] ?? 0)) best = at;
    return best;
  });
};

/** Of each tensor its columns, one on the other; what has no band of its own lies above all of them, where it moves none. */
const stacked = (
  steps: readonly number[],
  alive: Float64Array,
  shown: readonly Life[],
  column: (i: number, from: number, to: number) => Column,
) => {
  const bands: Column[][] = shown.map(() => []);
  const others = steps.map((step, i) => {
    let height = 0;
    shown.forEach(({ from, until, elements }, at) => {
      if (step < from || until < step) return;
      bands[at]?.push(column(i, height, height + elements));
      height += elements;
    });
    return column(i, height, alive[step] ?? 0);
  });
  return { shown: bands, others };
};

/** Of each tensor a hue that none has which is alive with it or just before it, as long as there are as many. */
const huesOf = (shown: readonly Life[]): readonly number[] => {
  const hues: number[] = [];
  shown.forEach(({ from }, i) => {
    const taken = new Set(hues.filter((_, other) => (shown[other]?.until ?? 0) >= from - 1));
    const free = Array.from({ length: HUES }, (_, k) => (i + k) % HUES).find((hue) => !taken.has(hue));
    hues.push(free ?? i % HUES);
  });
  return hues;
};

/** Its band, and its name within where there is room. */
const tensor = (
  { node, from, until, elements }: Life,
  columns: readonly Column[],
  { size, chosen, last, hue }: AliveSetting & { readonly last: string; readonly hue: number },
): readonly Mark[] => {
  if (columns.length === 0) return [];
  const fill = { hue };
  const name = shortened(node.name, MOST_COLUMNS);
  const bytes = humanBytes(elements * size);
  const steps = until - from + 1;
  const isChosen = node.name === chosen;
  return [
    {
      ...band(columns, { fill, opacity: isChosen ? 0.8 : 0.5, stroke: isChosen ? 'text' : fill }),
      key: node.name,
      title: `${name}: ${bytes}, alive for ${steps} ${steps === 1 ? 'step' : 'steps'}${until > from ? `, until ${shortened(last, MOST_COLUMNS)} has run` : ''}`,
    },
    ...within(columns, [`${name} ${bytes}`, name]),
  ];
};

/** The first of the texts for which there is room where the band goes straight on for longest. */
const within = (columns: readonly Column[], texts: readonly string[]): readonly Mark[] => {
  let [best, run]: (Column | undefined)[] = [];
  for (const { left, right, upper, lower } of columns) {
    const from: number = run?.upper === upper && run.lower === lower ? run.left : left;
    run = { left: from, right, upper, lower };
    if (!best || right - from > best.right - best.left) best = run;
  }
  if (!best || best.lower - best.upper < TEXT + 2) return [];
  const room = best.right - best.left - 8;
  const text = texts.find((one) => textWidth(one, TEXT) <= room);
  if (text === undefined) return [];
  const at = [tenth((best.left + best.right) / 2), tenth((best.upper + best.lower) / 2 + 4)] as const;
  return [line(at, text, { anchor: 'middle', size: TEXT })];
};

/** The node over a place of the picture; null beside all. */
export const nodeAt = ({ nodes }: Graph, alive: Float64Array, x: number): Node | null => {
  const steps = stepsIn(alive);
  const width = Math.min(WIDTH.most, Math.max(WIDTH.least, steps.length * SLOT));
  const step = steps[Math.floor(((x - LEFT) / width) * steps.length)];
  return (step === undefined ? undefined : nodes[step]) ?? null;
};
