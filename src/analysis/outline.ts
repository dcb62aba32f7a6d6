// An Analysis as lines of a report: folded to a depth of names, filtered, sorted. Sums of rows, no text.

import type { Graph } from '../core/graph.js';
import type { Shape } from '../core/shape.js';
import type { Analysis, Figures, Row } from './analysis.js';
import { known } from './figures.js';
import type { Field } from './receptive-field.js';

/** One line: a row, or several rows below one name folded into one. */
export interface Line {
  readonly index: number;
  readonly name: string;
  readonly rows: readonly [Row, ...Row[]];
  /** Of the last row: what comes out of the line. */
  readonly output: Shape | null;
  readonly inputShapes: readonly (Shape | null)[];
  /** The lines and inputs that it reads, by name. */
  readonly from: readonly string[];
  /** It reads what stands above it, and nothing else: the line before, or the only input. */
  readonly follows: boolean;
  /** Whether what comes out of it, or of a row in it, is an output of the network. */
  readonly isOutput: boolean;
  readonly figures: Figures | null;
  readonly field: Field | null;
}

export interface Outline {
  /** Whether `norm`, `act` and `drop` are lines of their own, or stand in that of their layer. */
  readonly sugar?: 'apart' | 'folded';
  /** How many parts of a name count: at 1, `layer1.0.conv1` is part of `layer1`. */
  readonly depth?: number;
  /** Keeps rows whose name, or whose line's name, it accepts. */
  readonly only?: (name: string) => boolean;
  /** The largest first. */
  readonly sort?: (line: Line) => number | string | null;
}

export const outline = (
  analysis: Analysis,
  { depth = Number.POSITIVE_INFINITY, sugar = 'apart', only, sort }: Outline = {},
): readonly Line[] => {
  let lines = fold(analysis, depth, sugar);
  if (only) lines = lines.flatMap((line) => keep(analysis.graph, line, only));
  if (sort) lines = [...lines].sort((a, b) => compare(sort(a), sort(b)));
  // What stood above a line may not stand there any more.
  return only || sort
    ? lines.map((line, i) => ({ ...line, follows: line.follows && line.index === (lines[i - 1]?.index ?? 0) + 1 }))
    : lines;
};

const compare = (a: number | string | null, b: number | string | null): number => {
  if (typeof a === 'string' && typeof b === 'string') return a.localeCompare(b);
  return (typeof b === 'number' ? b : -1) - (typeof a === 'number' ? a : -1);
};

const fold = ({ graph, rows }: Analysis, depth: number, sugar: Outline['sugar']): Line[] => {
  const groups: [Row, ...Row[]][] = [];
  /** Of every node, the number of the group that it is in; inputs are in none. */
  const groupOf: number[] = [];
  const names: string[] = [];
  let current = '';
  for (const row of rows) {
    const { id, name: full, sugarOf = -1 } = row.node;
    const name = atDepth(full, depth);
    const last = groups.at(-1);
    const isSugar = sugar === 'folded' && groupOf[sugarOf] === groups.length - 1;
    if (last && (isSugar || (name !== null && name === current))) last.push(row);
    else {
      groups.push([row]);
      names.push(name ?? full);
    }
    if (!isSugar) current = name ?? full;
    groupOf[id] = groups.length - 1;
  }
  const outputs = new Set(graph.outputs);
  const isOnlyInput = graph.nodes.length - rows.length === 1;
  return groups.map((group, i): Line => {
    const read: (number | string)[] = [];
    for (const { node } of group)
      for (const id of node.inputs) {
        const source = groupOf[id] ?? graph.nodes[id]?.name ?? '';
        if (source !== i) read.push(source);
      }
    const from = read.length > 1 ? [...new Set(read)] : read;
    const [only = -1] = from;
    const { rows, output, inputShapes, figures, field } = sumsOf(group, graph);
    return {
      index: i + 1,
      name: names[i] ?? '',
      rows,
      output,
      inputShapes,
      from: from.map((source) => (typeof source === 'number' ? (names[source] ?? '') : source)),
      follows: from.length <= 1 && (typeof only === 'number' ? only === i - 1 : i === 0 && isOnlyInput),
      isOutput: group.some(({ node }) => outputs.has(node.id)),
      figures,
      field,
    };
  });
};

/** So many parts of a name, or null where it has fewer. */
const atDepth = (name: string, depth: number): string | null => {
  if (depth === Number.POSITIVE_INFINITY) return null;
  const parts = name.split('.');
  return parts.length >= depth ? parts.slice(0, depth).join('.') : null;
};

/** What of a line is kept; sugar without its layer goes by its own name. */
const keep = (graph: Graph, line: Line, only: (name: string) => boolean): Line[] => {
  if (only(line.name)) return [line];
  const [first, ...rest] = line.rows.filter(({ node }) => only(node.name));
  if (!first) return [];
  const name = isLayer(line) ? first.node.name : line.name;
  return [{ ...line, name, ...sumsOf([first, ...rest], graph) }];
};

/** A layer with its sugar, not several layers below one name. */
export const isLayer = ({ rows }: Pick<Line, 'rows'>): boolean =>
  rows.every(({ node }, i) => i === 0 || node.sugarOf === rows[0].node.id);

const sumsOf = (rows: readonly [Row, ...Row[]], graph: Graph) => {
  const [first] = rows;
  const last = rows.at(-1) ?? first;
  return {
    rows,
    output: last.node.facts?.output ?? null,
    inputShapes: first.node.inputs.map((id) => graph.nodes[id]?.facts?.output ?? null),
    figures: rows.length === 1 ? first.figures : figuresOf(rows),
    field: last.field,
  };
};

const figuresOf = (rows: readonly Row[]): Figures | null => {
  const { figures, unknown } = known(rows);
  return unknown === 0 ? figures : null;
};
