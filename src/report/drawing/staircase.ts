// What training keeps, layer by layer there and back, as a staircase: each step a layer, its height the bytes that are alive.

import type { Analysis } from '../../analysis/analysis.js';
import type { MemoryPlan } from '../../analysis/training/plan.js';
import type { KeptRow } from '../../analysis/training/training.js';
import { humanBytes } from '../../core/quantity.js';
import { titleOf } from '../title.js';
import { line } from './marks.js';
import { shortened } from './measure.js';
import { heightOf, namesBelow } from './names-below.js';
import type { Mark, Point, Scene } from './scene.js';

const LEFT = 84;
const TOP = 74;
const RIGHT = 20;
const PLOT = { width: 1000, height: 320 } as const;
const TEXT = 12;
const BOTTOM = TOP + PLOT.height;

/** More steps would be thinner than lines: neighbours are drawn as one. */
const MOST_STEPS = 500;
const MOST_COLUMNS = 60;

/** Layers side by side: how much is alive at most, and what of it is theirs. */
interface Step {
  readonly name: string;
  readonly alive: number;
  readonly own: number;
  readonly title: string;
}

export const staircase = ({ graph }: Analysis, { rows, alive, training, setting }: MemoryPlan): Scene => {
  const each = Math.max(1, Math.ceil((2 * rows.length) / MOST_STEPS));
  const there = stepsOf(
    rows,
    each,
    (i) => alive[i]?.forward ?? 0,
    ({ kept }) => kept ?? 0,
    'keeps',
  );
  const back = stepsOf(
    rows,
    each,
    (i) => alive[i]?.backward ?? 0,
    ({ kept, again }) => (kept ?? 0) + again,
    'lets go of',
  ).toReversed();
  const most = Math.max(1, ...[...there, ...back].map((step) => step.alive));
  const wide = PLOT.width / (there.length + back.length);
  const y = (bytes: number): number => BOTTOM - (bytes / most) * PLOT.height;
  const middle = LEFT + there.length * wide;
  const below = (steps: readonly Step[], left: number) =>
    namesBelow(
      steps.map((step) => step.name),
      left,
      wide,
      BOTTOM,
    );
  const names = [...below(there, LEFT), ...below(back, middle)];
  const name = shortened(titleOf(graph), MOST_COLUMNS);
  const title = `${name}: what is kept for the way back`;
  return {
    title,
    description: `Bytes kept while ${name} goes forward and back through ${rows.length} layers, at most ${humanBytes(most)}.`,
    size: [LEFT + PLOT.width + RIGHT, BOTTOM + heightOf(names)],
    marks: [
      line([LEFT, 24], title, { bold: true, size: 15 }),
      line([LEFT, 44], subtitle(training, setting.batch, most), { size: TEXT, ink: 'quiet' }),
      ...axis(most, y),
      ...bars(there, LEFT, wide, y, 0),
      ...bars(back, middle, wide, y, 1),
      ...names,
      along([middle, TOP - 8], [middle, BOTTOM + 6]),
      line([middle - 8, TOP - 8], 'forward', { anchor: 'end', size: TEXT }),
      line([middle + 8, TOP - 8], 'backward', { size: TEXT }),
    ],
  };
};

const subtitle = ({ input, kept }: MemoryPlan['training'], batch: number, most: number): string =>
  `batch ${batch}: images ${humanBytes(input ?? 0)}, kept besides ${humanBytes(kept ?? 0)}, at most ${humanBytes(most)} at once`;

const stepsOf = (
  rows: readonly KeptRow[],
  each: number,
  aliveAt: (row: number) => number,
  ownOf: (row: KeptRow) => number,
  does: string,
): readonly Step[] => {
  const steps: Step[] = [];
  for (let from = 0; from < rows.length; from += each) {
    const some = rows.slice(from, from + each);
    const own = some.reduce((sum, row) => sum + ownOf(row), 0);
    const alive = some.reduce((most, _, i) => Math.max(most, aliveAt(from + i)), 0);
    const [first, last] = [some[0]?.node.name ?? '', some.at(-1)?.node.name ?? ''];
    const name = shortened(first === last ? first : `${first} to ${last}`, MOST_COLUMNS);
    steps.push({ name: first, alive, own, title: `${name} ${does} ${humanBytes(own)}, ${humanBytes(alive)} alive` });
  }
  return steps;
};

/** What is alive, and on top of it what the layer keeps itself. */
const bars = (
  steps: readonly Step[],
  left: number,
  wide: number,
  y: (bytes: number) => number,
  way: 0 | 1,
): readonly Mark[] =>
  steps.map((step, i): Mark => {
    const x = left + i * wide;
    const own = Math.min(step.own, step.alive);
    const rect = (from: number, to: number, strong: boolean): Mark => ({
      type: 'rect',
      at: [x, y(to)],
      size: [wide, y(from) - y(to)],
      paint: { fill: { hue: way === 0 ? 0 : 4 }, opacity: strong ? 1 : 0.35 },
    });
    return {
      type: 'group',
      title: step.title,
      marks: [rect(0, step.alive - own, false), ...(own > 0 ? [rect(step.alive - own, step.alive, true)] : [])],
    };
  });

const along = (from: Point, to: Point, width = 1): Mark => ({
  type: 'path',
  points: [from, to],
  paint: { stroke: 'quiet', width },
});

const PARTS = 4;

const axis = (most: number, y: (bytes: number) => number): readonly Mark[] =>
  Array.from({ length: PARTS + 1 }, (_, i) => (most * i) / PARTS).flatMap((bytes) => [
    along([LEFT, y(bytes)], [LEFT + PLOT.width, y(bytes)], 0.5),
    line([LEFT - 8, y(bytes) + 4], humanBytes(Math.round(bytes)), { anchor: 'end', size: TEXT, ink: 'quiet' }),
  ]);
