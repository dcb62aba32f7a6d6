// One layer's kernel on its padded input, as Dumoulin and Visin draw it ("A guide to convolution arithmetic", 2016): the window at its
// first place and the next one, the cell of the output, padding, and cells that are never read. No arithmetic of its own.

import type { Analysis } from '../../analysis/analysis.js';
import { labelOf, type Node, operatorsOf, shapeOf } from '../../core/graph.js';
import { isTransposed, type Operator } from '../../core/operator.js';
import { grouped } from '../../core/quantity.js';
import { axisWord, channels, formatShape, type Layout, spatial } from '../../core/shape.js';
import { extent, POINT, type Window } from '../../core/window.js';
import { type Explained, explain } from '../../explain/explain.js';
import { cellMark, cornerOf, type Grid, gapDots, hatched, laneOf, outline, sheet, shownIn } from './grid.js';
import { below, line, shifted } from './marks.js';
import type { Mark, Paint, Point, Scene } from './scene.js';
import { textWidth } from './texts.js';

/** Of a long axis so many cells at its beginning and at its end. */
const SHOWN = { head: 11, most: 34, tail: 4, out: 8, outTail: 3 } as const;
const CELL = { least: 6, most: 20, room: 340 } as const;
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

/** One axis: the window, the sizes before and after it. */
interface Axis {
  readonly window: Window;
  readonly size: number;
  readonly out: number;
}

/** What the grid with the windows and the one with single cells are: slid over the input, or spread over the output. */
interface Sides {
  readonly spreads: boolean;
  readonly axes: readonly [rows: Axis, columns: Axis];
}

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
  const title = `${node.name}: ${[node.kind.name, labelOf(node)].filter(Boolean).join(' ')}`;

  const wide = gridFor(sides.axes, (axis) => wideLane(axis, spreads));
  const small = gridFor(sides.axes, ({ size, out }) => laneOf(0, (spreads ? size : out) - 1, SHOWN.out, SHOWN.outTail));
  const [first, second] = spreads ? [small, wide] : [wide, small];
  const captions = [
    `${source?.name ?? ''} ${formatShape(input, layout)}`,
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

// --- the grids ---------------------------------------------------------------------------------------------------------

const gridFor = (axes: readonly [Axis, Axis], lane: (axis: Axis) => ReturnType<typeof laneOf>): Grid => {
  const [rows, columns] = axes.map(lane) as [ReturnType<typeof laneOf>, ReturnType<typeof laneOf>];
  const cell = Math.max(CELL.least, Math.min(CELL.most, Math.floor(CELL.room / Math.max(rows.wide, columns.wide))));
  return { rows, columns, at: [0, 0], cell };
};

const widthOf = ({ columns, cell }: Grid): number => columns.wide * cell;
const heightOf = ({ rows, cell }: Grid): number => rows.wide * cell;

/** Where the windows lie: with the padding, and what the last one hangs over. */
const spanOf = ({ window, size, out }: Axis, spreads: boolean): readonly [first: number, last: number] => {
  const places = spreads ? size : out;
  const end = (places - 1) * window.stride - window.before + extent(window) - 1;
  return [-window.before, Math.max(end, spreads ? out - 1 : size + window.after - 1)];
};

const wideLane = (axis: Axis, spreads: boolean): ReturnType<typeof laneOf> => {
  const [first, last] = spanOf(axis, spreads);
  const both = extent(axis.window) + axis.window.stride + 1;
  return laneOf(
    first,
    last,
    Math.min(SHOWN.most, Math.max(SHOWN.head, both)),
    SHOWN.tail + Math.max(0, Math.min(4, axis.window.after)),
  );
};

/** Whether a cell is a tap of the window at some of its places. */
const isTapped = ({ window, size, out }: Axis, cell: number, spreads: boolean): boolean => {
  const places = spreads ? size : out;
  for (let tap = 0; tap < window.kernel; tap += 1) {
    const place = (cell + window.before - tap * window.dilation) / window.stride;
    if (Number.isInteger(place) && place >= 0 && place < places) return true;
  }
  return false;
};

const isFirstTap = ({ window }: Axis, cell: number): boolean => {
  const tap = (cell + window.before) / window.dilation;
  return Number.isInteger(tap) && tap >= 0 && tap < window.kernel;
};

/** How the next place lies to the first: further to the right, or down where there is one column. */
const next = ({ spreads, axes }: Sides): readonly [down: number, across: number] | null => {
  const [rows, columns] = axes.map(({ size, out }) => (spreads ? size : out)) as [number, number];
  return columns > 1 ? [0, 1] : rows > 1 ? [1, 0] : null;
};

/** What a swatch looks like, and what it says. */
interface Legend {
  readonly paint: Paint;
  readonly hatch?: true;
  readonly text: string;
}

const SEEN: Paint = { fill: 'seen', opacity: 0.6, stroke: 'seen', width: 1 };
const WINDOW: Paint = { stroke: 'seen', width: 2 };
const NEXT: Paint = { stroke: 'next', width: 1.8, dash: true };
const PADDING: Paint = { stroke: 'quiet', width: 0.8, dash: true };
const BEYOND: Paint = { stroke: 'next', width: 0.8, dash: true };

/** The grid with the windows on it. */
const windowMarks = (grid: Grid, sides: Sides, legend: Legend[]): readonly Mark[] => {
  const { spreads, axes } = sides;
  const [rows, columns] = axes;
  const inner = axes.map(({ size, out }) => (spreads ? out : size)) as [number, number];
  const padded = axes.map((axis, i) => (spreads ? Number.POSITIVE_INFINITY : (inner[i] ?? 1) + axis.window.after));
  const [outside, beyond, unread, taps]: [Mark[], Mark[], Mark[], Mark[]] = [[], [], [], []];
  for (const y of shownIn(grid.rows))
    for (const x of shownIn(grid.columns)) {
      const isInside = y >= 0 && x >= 0 && y < inner[0] && x < inner[1];
      if (!isInside) {
        const hangs = y >= (padded[0] ?? 0) || x >= (padded[1] ?? 0);
        (hangs ? beyond : outside).push(cellMark(grid, y, x, hangs ? BEYOND : PADDING));
      } else if (!isTapped(rows, y, spreads) || !isTapped(columns, x, spreads))
        unread.push(...hatched(grid, y, x, 'quiet'));
      if (isFirstTap(rows, y) && isFirstTap(columns, x)) taps.push(cellMark(grid, y, x, SEEN));
    }
  const windows = axes.map(({ window }) => window) as [Window, Window];
  const at = (place: readonly [number, number], paint: Paint): Mark => {
    const span = (axis: 0 | 1): readonly [number, number] => {
      const first = place[axis] * windows[axis].stride - windows[axis].before;
      return [first, first + extent(windows[axis]) - 1];
    };
    return outline(grid, span(0), span(1), paint);
  };
  const by = next(sides);
  const kernel = windows.map((window) => window.kernel).join('x');
  const dilation = windows.some((window) => window.dilation > 1)
    ? `, dilation ${windows.map((window) => window.dilation).join('x')}`
    : '';
  const shown = windows[0] === POINT ? `${windows[1].kernel}` : kernel;
  legend.push({
    paint: SEEN,
    text: spreads
      ? `what the first cell is spread over: ${shown} taps${dilation}`
      : `the window at its first place: ${shown} taps${dilation}`,
  });
  if (by) {
    const axis = by[1] > 0 ? 1 : 0;
    legend.push({ paint: NEXT, text: `the next place, ${cellsText(windows[axis].stride)} further` });
  }
  if (outside.length > 0)
    legend.push({ paint: PADDING, text: `${spreads ? 'padding, taken away' : 'padding'}: ${paddingText(axes)}` });
  if (beyond.length > 0) legend.push({ paint: BEYOND, text: 'beyond the padding: the last window hangs over the end' });
  if (unread.length > 0)
    legend.push({
      paint: { stroke: 'line', width: 0.8 },
      hatch: true,
      text: spreads ? 'cells that no tap reaches' : 'cells that no window reads',
    });
  const groups: readonly (readonly [string, readonly Mark[]])[] = [
    ['padding', outside],
    ['beyond', beyond],
    ['cells', sheet(grid, [0, inner[0] - 1], [0, inner[1] - 1])],
    ['unread', unread],
    ['window', taps],
  ];
  return [
    ...groups.flatMap(([title, marks]): Mark[] => (marks.length > 0 ? [{ type: 'group', title, marks }] : [])),
    at([0, 0], WINDOW),
    ...(by ? [at(by, NEXT)] : []),
  ];
};

const cellsText = (n: number): string => (n === 1 ? '1 cell' : `${n} cells`);

const paddingText = (axes: readonly Axis[]): string => {
  const sides = axes.filter(({ window }) => window !== POINT).flatMap(({ window }) => [window.before, window.after]);
  const [top = 0, bottom = 0, left, right] = sides;
  if (sides.every((side) => side === top)) return cellsText(top);
  return left === undefined || right === undefined
    ? `${top} before, ${bottom} after`
    : `top ${top}, bottom ${bottom}, left ${left}, right ${right}`;
};

/** The grid of single cells: the first place's and the next one's. */
const cellMarks = (grid: Grid, sides: Sides): readonly Mark[] => {
  const [rows, columns] = sides.axes.map(({ size, out }) => (sides.spreads ? size : out)) as [number, number];
  const by = next(sides);
  return [
    { type: 'group', title: 'cells', marks: sheet(grid, [0, rows - 1], [0, columns - 1]) },
    cellMark(grid, 0, 0, SEEN),
    ...(by ? [cellMark(grid, by[0], by[1], NEXT)] : []),
  ];
};

/** From the window to its cell, or back: lines between the sides that face each other. */
const betweenMarks = (over: Grid, cells: Grid, { spreads, axes }: Sides): readonly Mark[] => {
  const [rows, columns] = axes.map(({ window }) => window) as [Window, Window];
  const span = (window: Window): readonly [number, number] => [-window.before, extent(window) - 1 - window.before];
  const { at: first, size } = outline(over, span(rows), span(columns), WINDOW);
  const [wide, high] = size;
  const cell = cornerOf(cells, 0, 0);
  const paint: Paint = { stroke: 'seen', width: 0.9 };
  const [from, to] = spreads ? [cell[0] + cells.cell, first[0]] : [first[0] + wide, cell[0]];
  const starts = spreads ? [cell[1], cell[1] + cells.cell] : [first[1], first[1] + high];
  const ends = spreads ? [first[1], first[1] + high] : [cell[1], cell[1] + cells.cell];
  return starts.map(
    (y, i): Mark => ({
      type: 'path',
      points: [
        [from, y],
        [to, ends[i] ?? y],
      ],
      paint,
    }),
  );
};

const swatch = ({ paint, hatch, text }: Legend): readonly Mark[] => {
  const box: Mark = { type: 'rect', at: [0, 0], size: [13, 13], paint };
  const strokes = hatch
    ? hatched({ rows: laneOf(0, 0, 1, 0), columns: laneOf(0, 0, 1, 0), at: [0, 0], cell: 13 }, 0, 0, 'quiet')
    : [];
  return [box, ...strokes, line([20, 11], text)];
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

const MOST_GROUPS = 8;
const STRIP = { width: 320, height: 14, gap: 26 } as const;

/** Channels in groups: which are read for which, a hue for each group. */
const channelStrips = (
  operators: readonly Operator[],
  read: number,
  made: number,
  at: Point,
): { readonly marks: readonly Mark[]; readonly height: number; readonly width: number } => {
  const groups = operators.reduce(
    (most, one) => ('groups' in one && one.op !== 'normalise' ? Math.max(most, one.groups ?? 1) : most),
    1,
  );
  if (groups === 1) return { marks: [], height: 0, width: 0 };
  const isCut = groups > MOST_GROUPS;
  const parts = isCut ? MOST_GROUPS : groups;
  const step = STRIP.width / parts;
  const text = `${grouped(groups)} groups: ${grouped(read / groups)} of ${grouped(read)} channels are read for ${grouped(made / groups)} of ${grouped(made)}`;
  const [x, y] = at;
  const lower = y + LINE + STRIP.height + STRIP.gap;
  const marks = Array.from({ length: parts }, (_, i): readonly Mark[] => {
    const left = x + i * step;
    if (isCut && i === parts - 2) return [line([left + step / 2, y + LINE + 11], '…', { anchor: 'middle' })];
    const paint: Paint = { fill: { hue: i }, opacity: 0.5, stroke: 'line', width: 0.8 };
    const centre = left + step / 2;
    return [
      { type: 'rect', at: [left + 1, y + LINE], size: [step - 2, STRIP.height], paint },
      { type: 'rect', at: [left + 1, lower], size: [step - 2, STRIP.height], paint },
      {
        type: 'path',
        points: [
          [centre, y + LINE + STRIP.height + 2],
          [centre, lower - 2],
        ],
        arrow: true,
        paint: { stroke: 'line', width: 1 },
      },
    ];
  }).flat();
  return {
    marks: [line([x, y + 10], text, { ink: 'quiet' }), { type: 'group', title: 'groups', marks }],
    height: LINE + 2 * STRIP.height + STRIP.gap + 8,
    width: Math.max(STRIP.width, textWidth(text, 12)),
  };
};
