// One layer's kernel on its padded input, as Dumoulin and Visin draw it ("A guide to convolution arithmetic", 2016): the window at its
// first place and the next one, the cell of the output, padding, and cells that are never read. No arithmetic of its own.

import type { Analysis } from '../../analysis/analysis.js';
import { labelOf, type Node, operatorsOf, shapeOf } from '../../core/graph.js';
import { isTransposed } from '../../core/operator.js';
import { grouped } from '../../core/quantity.js';
import { axisWord, channels, formatShape, type Layout, spatial } from '../../core/shape.js';
import { POINT } from '../../core/window.js';
import { type Explained, explain } from '../../explain/explain.js';
import { type Grid, gapDots } from './grid.js';
import { type Axis, gridFor, heightOf, type Sides, smallLane, wideLane, widthOf } from './kernel-axes.js';
import { betweenMarks, cellMarks, type Legend, swatch, windowMarks } from './kernel-marks.js';
import { channelStrips } from './kernel-strips.js';
import { below, line, shifted } from './marks.js';
import { shortened, textWidth } from './measure.js';
import type { Scene } from './scene.js';

/** Longer texts are cut. */
const MOST_COLUMNS = 90;
const MOST_NAME = 30;

const MARGIN = 16;
const BETWEEN = 76;
const LINE = 18;

/** As many are drawn below each other. */
const MOST_LAYERS = 12;

/** The layers that slide or spread a window, of those that are accepted, below each other; null where there is none. */
export const kernelScene = (
  analysis: Analysis,
  layout: Layout,
  only: (name: string) => boolean = () => true,
): Scene | null => {
  const drawn = analysis.rows.filter(({ node }) => only(node.name) && node.facts?.windows !== undefined);
  const names = new Set(drawn.slice(0, MOST_LAYERS).map(({ node }) => node.name));
  const explained = new Map(explain(analysis, layout, (name) => names.has(name)).map((one) => [one.name, one]));
  const scenes = drawn
    .slice(0, MOST_LAYERS)
    .map(({ node }) => oneLayer(analysis, node, layout, explained.get(node.name)));
  const [first, ...more] = scenes;
  if (!first) return null;
  const left = drawn.length - scenes.length;
  const rest: readonly Scene[] = left > 0 ? [note(`and ${grouped(left)} more`)] : [];
  return below(`${scenes.length} layers`, [first, ...more, ...rest], 14);
};

const note = (text: string): Scene => ({
  title: text,
  size: [textWidth(text, 12) + 2 * MARGIN, 2 * LINE],
  marks: [line([MARGIN, LINE], text, { ink: 'quiet' })],
});

const oneLayer = (analysis: Analysis, node: Node, layout: Layout, explained: Explained | undefined): Scene => {
  const source = analysis.graph.nodes[node.inputs[0] ?? -1];
  const input = shapeOf(source) ?? [];
  const output = shapeOf(node) ?? [];
  const operators = operatorsOf(node, input);
  const spreads = isTransposed(operators) || operators.some(({ op }) => op === 'unpool');
  const windows = node.facts?.windows ?? [];
  const all = windows.map(
    (window, axis): Axis => ({ window, size: spatial(input)[axis] ?? 1, out: spatial(output)[axis] ?? 1 }),
  );
  const columns = all.at(-1) ?? { window: POINT, size: 1, out: 1 };
  const rows = all.at(-2) ?? { window: POINT, size: 1, out: 1 };
  const sides: Sides = { spreads, axes: [rows, columns] };
  const title = shortened(`${node.name}: ${[node.kind.name, labelOf(node)].filter(Boolean).join(' ')}`, MOST_COLUMNS);

  const wide = gridFor(sides.axes, (axis) => wideLane(axis, spreads, all.length === 1));
  const small = gridFor(sides.axes, (axis) => smallLane(axis, spreads));
  const [first, second] = spreads ? [small, wide] : [wide, small];
  const captions = [
    `${shortened(source?.name ?? '', MOST_NAME)} ${formatShape(input, layout)}`,
    `output ${formatShape(output, layout)}`,
  ] as const;
  const top = MARGIN + 3 * LINE;
  const high = Math.max(heightOf(first), heightOf(second));
  const place = (grid: Grid, left: number): Grid => ({ ...grid, at: [left, top + (high - heightOf(grid)) / 2] });
  const left = place(first, MARGIN);
  const gap = Math.max(BETWEEN, textWidth(captions[0], 12) - widthOf(left) + 20);
  const right = place(second, MARGIN + widthOf(left) + gap);
  const [over, cells] = spreads ? [right, left] : [left, right];

  const legend: Legend[] = [];
  const marks = [
    line([MARGIN, MARGIN + 12], title, { bold: true, size: 13 }),
    line([left.at[0], left.at[1] - 8], captions[0]),
    line([right.at[0], right.at[1] - 8], captions[1]),
    ...windowMarks(over, sides, legend),
    ...cellMarks(cells, sides),
    ...gapDots(over),
    ...gapDots(cells),
    ...betweenMarks(over, cells, sides),
  ];
  const foot = top + high + LINE;
  const keys = legend.map((entry, i) => shifted({ type: 'group', marks: swatch(entry) }, [MARGIN, foot + i * LINE]));
  const told = [...sumsOf(explained), ...depthNote(all)];
  const under = foot + legend.length * LINE + 6;
  const texts = told.map((text, i) => line([MARGIN, under + 12 + i * LINE], text, { ink: 'quiet' }));
  const strips = channelStrips(operators, channels(input), channels(output), [MARGIN, under + told.length * LINE + 12]);
  const height = under + told.length * LINE + strips.height + MARGIN;
  const lines = [title, ...told].map((text) => textWidth(text, 13));
  const width =
    Math.max(
      right.at[0] + Math.max(widthOf(right), textWidth(captions[1], 12)),
      MARGIN + strips.width,
      ...lines.map((w) => w + MARGIN),
      ...legend.map(({ text }) => textWidth(text, 12) + MARGIN + 26),
    ) + MARGIN;
  return {
    title,
    description: `${captions.join(' to ')}. ${legend.map(({ text }) => text).join('; ')}. ${told.join('; ')}.`,
    size: [width, height],
    marks: [...marks, ...keys, ...texts, ...strips.marks],
  };
};

// --- what is told ------------------------------------------------------------------------------------------------------

/** The sums of the shape, the parameters and the multiply-accumulates, as `explain` has them. */
const sumsOf = (explained: Explained | undefined): readonly string[] =>
  (explained?.steps ?? [])
    .filter(({ quantity, substituted }) => ['out', 'params', 'macs'].includes(quantity) && substituted !== '')
    .map(({ title, substituted, shown }) => `${title}: ${substituted} = ${shown}`);

const depthNote = (axes: readonly Axis[]): readonly string[] =>
  axes.slice(0, -2).map(({ window, size, out }, axis) => {
    const { kernel, stride, dilation, before, after } = window;
    const dilated = dilation > 1 ? `, dilation ${dilation}` : '';
    return `not drawn: ${axisWord(axes.length, axis)} ${size}, kernel ${kernel}, stride ${stride}${dilated}, padding ${before} + ${after}, gives ${out}`;
  });
