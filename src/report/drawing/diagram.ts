// A network as a diagram: boxes with their words, the frames around them, and who feeds whom with what. Data; no places, no colours.

import type { Analysis, Row } from '../../analysis/analysis.js';
import { isInput, shapeOf } from '../../core/graph.js';
import type { Role } from '../../core/layer.js';
import type { Shape } from '../../core/shape.js';
import { titleOf, totalsText } from '../title.js';
import { type Copies, firstToLast, saidOf, shapesText } from './boxes.js';
import { flowsOf } from './edges.js';
import { type Folded, folded, type Shown } from './folded.js';
import { type Leaf, leavesOf } from './leaves.js';
import { SHADES, type ShadeName } from './shades.js';

export interface Box {
  readonly type: 'box';
  /** Its place in `Diagram.boxes`. */
  readonly id: number;
  readonly sort: 'input' | 'layer' | 'block' | 'output';
  /** In its frame; and whole, from the first of its copies to the last. */
  readonly name: string;
  readonly whole: string;
  /** `conv 96 11x11 / 4 + relu`, or how many layers it stands for. */
  readonly label: string;
  /** What else must be said: in which copies it is, and where they differ. */
  readonly note?: string;
  /** What comes out; `?` where it is not known. From the first copy to the last where they differ. */
  readonly shape: string;
  /** Parameters; empty where it has none. */
  readonly params: string;
  readonly role: Role | 'block' | 'output';
  /** Of what boxes are shaded by, of the copy that has most; null where that is not known. */
  readonly amount: number | null;
  /** What a layer in it, or the layer itself, failed with. */
  readonly failed: boolean;
  /** What is drawn as this box is, so many times. */
  readonly times: number;
  /** Not in all copies of the frame that it stands in. */
  readonly partial: boolean;
  /** Something in it reads what has gone past others in it. */
  readonly skips: boolean;
  /** The rows that it stands for. */
  readonly rows: readonly Row[];
}

/** What is inside a block, drawn once for all its copies. */
export interface Frame {
  readonly type: 'frame';
  readonly name: string;
  readonly times: number;
  readonly parts: readonly Drawn[];
}

export type Drawn = Box | Frame;

export interface Edge {
  readonly from: number;
  readonly to: number;
  /** What flows. */
  readonly shape: string;
  /** Not in all copies. */
  readonly partial: boolean;
}

export interface Diagram {
  readonly title: string;
  /** `62.4M parameters, 1.1G MACs` */
  readonly totals: string;
  readonly direction: Direction;
  readonly shade: Shade | null;
  readonly parts: readonly Drawn[];
  readonly boxes: readonly Box[];
  readonly edges: readonly Edge[];
}

/** By what boxes are shaded, and the most that one has. */
export interface Shade {
  readonly name: ShadeName;
  readonly most: number;
}

export type Direction = 'down' | 'right';

/** What is said of a drawing on the command line. */
export interface DrawingOptions {
  readonly depth?: number;
  /** Without a depth, so many boxes at most; 90 by default. */
  readonly most?: number;
  /** Norms, activations and dropout by themselves. */
  readonly apart?: boolean;
  readonly shade?: ShadeName | 'none';
  readonly direction?: Direction;
}

export const diagramOf = (analysis: Analysis, options: DrawingOptions = {}): Diagram => {
  const { graph, totals } = analysis;
  const shade = options.shade ?? 'params';
  const all = folded(graph, leavesOf(analysis, options.apart === true), options.depth, options.most);
  const rowsOf = rowsDrawn(all);
  const boxes: Box[] = [];
  /** Of every node, where it is one of those that are drawn. */
  const boxOf: number[] = [];
  const around: number[] = [];
  const add = (box: Omit<Box, 'type' | 'id'>, within: number): Box => {
    const made: Box = { type: 'box', id: boxes.length, ...box };
    boxes.push(made);
    around.push(within);
    return made;
  };
  const draw = (shown: Shown, scope: string, outside: number): Drawn => {
    const { times } = shown;
    const within = outside * times;
    const name = firstToLast(shown.name, scope);
    if (shown.type === 'opened') {
      const parts = shown.parts.map((part) => draw(part, shown.scope ?? scope, within));
      return { type: 'frame', name, times, parts };
    }
    const sort = shown.leaves.length > 1 ? 'block' : 'layer';
    const copies = rowsOf(shown.leaves);
    const said = saidOf(copies, sort, within, graph);
    const amount = shade === 'none' ? null : amountIn(copies, shade);
    const box = add({ sort, name, whole: firstToLast(shown.name, ''), times, amount, ...said }, within);
    for (const { rows } of shown.leaves) for (const { node } of rows) boxOf[node.id] = box.id;
    return box;
  };
  const end = (sort: 'input' | 'output', name: string, shape: Shape | null): Box =>
    add({ ...EMPTY, sort, role: sort, name, whole: name, shape: shapesText([shape], graph.layout) }, 1);

  const inputs = graph.nodes.filter(isInput).map((node) => {
    const box = end('input', node.name, shapeOf(node));
    boxOf[node.id] = box.id;
    return box;
  });
  const parts = all.parts.map((part) => draw(part, '', 1));
  const flows = flowsOf(graph, all, boxOf).map(({ from, to, shapes, copies }) => ({
    from,
    to,
    shape: shapesText(shapes, graph.layout),
    partial: copies < (around[to] ?? 1),
  }));
  const outputs = graph.outputs.map((id) => {
    const node = graph.nodes[id];
    const leaf = all.world.leafOf[id];
    const from = boxOf[leaf ? all.modelOf(leaf).rows[0].node.id : id] ?? 0;
    const box = end('output', graph.outputs.length > 1 ? `output ${node?.name ?? ''}` : 'output', shapeOf(node));
    return { box, edge: { from, to: box.id, shape: box.shape, partial: false } };
  });
  return {
    title: titleOf(graph),
    totals: totalsText(totals),
    direction: options.direction ?? 'down',
    parts: [...inputs, ...parts, ...outputs.map(({ box }) => box)],
    boxes,
    shade: shade === 'none' ? null : { name: shade, most: mostOf(boxes) },
    edges: [...flows, ...outputs.map(({ edge }) => edge)],
  };
};

const EMPTY = {
  label: '',
  params: '',
  amount: null,
  failed: false,
  times: 1,
  partial: false,
  skips: false,
  rows: [],
} as const;

/** The rows of what leaves stand for, copy by copy. */
const rowsDrawn = (all: Folded): ((models: readonly Leaf[]) => Copies) => {
  const copies = new Map<Leaf, Leaf[]>();
  for (const leaf of new Set(all.world.leafOf)) {
    if (!leaf) continue;
    const model = all.modelOf(leaf);
    const known = copies.get(model);
    if (known) known.push(leaf);
    else copies.set(model, [leaf]);
  }
  return (models) => {
    const found = new Map<string, [Row, ...Row[]]>();
    for (const model of models)
      for (const leaf of copies.get(model) ?? []) {
        const key = all
          .copiesOf(leaf)
          .map(({ copy }) => copy)
          .join();
        const rows = found.get(key);
        if (rows) rows.push(...leaf.rows);
        else found.set(key, [...leaf.rows]);
      }
    return [...found.values()];
  };
};

/** Of copies the one that has most is meant. */
const amountIn = (copies: Copies, shade: ShadeName): number | null => {
  const amounts = copies.map(SHADES[shade].of);
  return amounts.includes(null) ? null : Math.max(...amounts.map(Number));
};

/** What there is no end to is not counted. */
const mostOf = (boxes: readonly Box[]): number =>
  boxes.reduce((most, { amount }) => (amount !== null && Number.isFinite(amount) ? Math.max(most, amount) : most), 0);
