// What training keeps, layer by layer there and back, as a staircase: each step a layer, its height the bytes that are alive.

import type { Analysis } from '../../analysis/analysis.js';
import type { MemoryPlan } from '../../analysis/training/plan.js';
import type { KeptRow } from '../../analysis/training/training.js';
import { humanBytes } from '../../core/quantity.js';
import { titleOf } from '../title.js';
import { band, tenth } from './band.js';
import { line } from './marks.js';
import { fitting, shortened } from './measure.js';
import { heightOf, namesBelow } from './names-below.js';
import { linear, tickText } from './scale.js';
import type { Ink, Mark, Paint, Point, Scene } from './scene.js';

const LEFT = 84;
const TOP = 74;
const RIGHT = 20;
const PLOT = { least: 560, most: 1000, height: 320 } as const;
const SLOT = 18;
const TEXT = 12;
const BOTTOM = TOP + PLOT.height;

/** More steps would be thinner than lines: neighbours are drawn as one. */
const MOST_STEPS = 500;
const MOST_COLUMNS = 60;

/** Layers that are one step, by their rows from 0, the last not among them. */
export interface Together {
  /** What is said of them, and what stands below them. */
  readonly title: string;
  readonly name: string;
  /** What the step stands for, where somebody points at it. */
  readonly key: string;
  readonly from: number;
  readonly to: number;
}

/** A step: how much is alive at most, and what of it is theirs. */
export interface Step extends Together {
  readonly alive: number;
  readonly own: number;
}

/** There and back, both in the order of the rows. */
export interface Stairs {
  readonly there: readonly Step[];
  readonly back: readonly Step[];
}

export const stairsOf = ({ rows, alive }: MemoryPlan, together: readonly Together[] = neighbours(rows)): Stairs => {
  const stepsOf = (aliveAt: (row: number) => number, ownOf: (row: KeptRow) => number): readonly Step[] =>
    together.map((step) => {
      let [most, own] = [0, 0];
      rows.slice(step.from, step.to).forEach((row, i) => {
        most = Math.max(most, aliveAt(step.from + i));
        own += ownOf(row);
      });
      return { ...step, alive: most, own };
    });
  return {
    there: stepsOf(
      (i) => alive[i]?.forward ?? 0,
      ({ kept }) => kept ?? 0,
    ),
    back: stepsOf(
      (i) => alive[i]?.backward ?? 0,
      ({ kept, again }) => (kept ?? 0) + again,
    ),
  };
};

const neighbours = (rows: readonly KeptRow[]): readonly Together[] => {
  const each = Math.max(1, Math.ceil((2 * rows.length) / MOST_STEPS));
  return Array.from({ length: Math.ceil(rows.length / each) }, (_, i) => {
    const [from, to] = [i * each, Math.min(rows.length, (i + 1) * each)];
    const [key, last] = [rows[from]?.node.name ?? '', rows[to - 1]?.node.name ?? ''];
    return { title: key === last ? key : `${key} to ${last}`, name: key, key, from, to };
  });
};

/** `stairs` of that plan; the step that stands out has `chosen` as its key. */
export const staircase = (
  { graph }: Pick<Analysis, 'graph'>,
  plan: MemoryPlan,
  { there, back }: Stairs = stairsOf(plan),
  chosen: string | null = null,
): Scene => {
  const { rows, training, setting } = plan;
  const most = Math.max(1, ...[...there, ...back].map((step) => step.alive));
  const width = widthOf(there.length);
  const wide = width / (2 * there.length);
  const y = (bytes: number): number => BOTTOM - (bytes / most) * PLOT.height;
  const middle = LEFT + there.length * wide;
  const below = (steps: readonly Step[], left: number) =>
    namesBelow(
      steps.map(({ name }) => name),
      left,
      wide,
      BOTTOM,
    );
  const names = [...below(there, LEFT), ...below(back.toReversed(), middle)];
  const name = shortened(titleOf(graph), MOST_COLUMNS);
  const title = `${name}: what is kept for the way back`;
  return {
    title,
    description: `Bytes kept while ${name} goes forward and back through ${rows.length} layers, at most ${humanBytes(most)}.`,
    size: [LEFT + width + RIGHT, BOTTOM + heightOf(names)],
    marks: [
      line([LEFT, 24], fitting(title, width, 15, true), { bold: true, size: 15 }),
      line([LEFT, 44], subtitle(training, setting.batch, most), { size: TEXT, ink: 'quiet' }),
      ...axis(most, width, y),
      ...bars(there, LEFT, wide, y, { ink: { hue: 0 }, does: 'keeps', chosen }),
      ...bars(back.toReversed(), middle, wide, y, { ink: { hue: 4 }, does: 'lets go of', chosen }),
      ...names,
      along([middle, TOP - 8], [middle, BOTTOM + 6]),
      line([middle - 8, TOP - 8], 'forward', { anchor: 'end', size: TEXT }),
      line([middle + 8, TOP - 8], 'backward', { size: TEXT }),
    ],
  };
};

const widthOf = (steps: number): number => Math.min(PLOT.most, Math.max(PLOT.least, 2 * SLOT * steps));

/** The step over a place of the picture, of so many there and as many back, by its place on the way there; null beside all. */
export const stepAt = (steps: number, x: number): number | null => {
  const i = Math.floor(((x - LEFT) / widthOf(steps)) * 2 * steps);
  return i < 0 || i >= 2 * steps ? null : i < steps ? i : 2 * steps - 1 - i;
};

const subtitle = ({ input, kept }: MemoryPlan['training'], batch: number, most: number): string =>
  `batch ${batch}: images ${humanBytes(input ?? 0)}, kept besides ${humanBytes(kept ?? 0)}, at most ${humanBytes(most)} at once`;

/** What is alive, and on top of it what the layer keeps itself. */
const bars = (
  steps: readonly Step[],
  left: number,
  wide: number,
  y: (bytes: number) => number,
  { ink, does, chosen }: { readonly ink: Ink; readonly does: string; readonly chosen: string | null },
): readonly Mark[] => {
  const at = (i: number): number => tenth(left + i * wide);
  const between = (from: (step: Step) => number, to: (step: Step) => number, paint: Paint): Mark =>
    band(
      steps.map((step, i) => ({ left: at(i), right: at(i + 1), upper: y(to(step)), lower: y(from(step)) })),
      paint,
    );
  const others = ({ alive, own }: Step): number => alive - Math.min(own, alive);
  return [
    between(() => 0, others, { fill: ink, opacity: 0.35 }),
    between(others, ({ alive }) => alive, { fill: ink }),
    // Each step by itself, to be pointed at.
    ...steps.map(
      ({ title, key, alive, own }, i): Mark => ({
        type: 'rect',
        at: [at(i), tenth(y(alive))],
        size: [tenth(at(i + 1) - at(i)), tenth(BOTTOM - y(alive))],
        paint: { fill: ink, opacity: 0, ...(key === chosen && { stroke: 'text', width: 2 }) },
        key,
        title: `${shortened(title, MOST_COLUMNS)} ${does} ${humanBytes(own)}, ${humanBytes(alive)} alive`,
      }),
    ),
  ];
};

const along = (from: Point, to: Point, width = 1): Mark => ({
  type: 'path',
  points: [from, to],
  paint: { stroke: 'quiet', width },
});

const axis = (most: number, width: number, y: (bytes: number) => number): readonly Mark[] =>
  linear(most, 'bytes')
    .ticks.filter((bytes) => bytes <= most)
    .flatMap((bytes) => [
      along([LEFT, y(bytes)], [LEFT + width, y(bytes)], 0.5),
      line([LEFT - 8, y(bytes) + 4], tickText(bytes, 'bytes'), { anchor: 'end', size: TEXT, ink: 'quiet' }),
    ]);
