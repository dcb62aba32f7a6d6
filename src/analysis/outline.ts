// An Analysis as lines of a report: folded to a depth of names, filtered, sorted. Sums of rows, no text.

import type { Shape } from '../core/shape.js';
import { addFigures, type Analysis, type Figures, type Row } from './analyze.js';
import type { Field } from './receptive-field.js';

/** One line: a row, or several rows below one name folded into one. */
export interface Line {
  readonly index: number;
  readonly name: string;
  readonly rows: readonly [Row, ...Row[]];
  /** Of the last row: what comes out of the line. */
  readonly output: Shape | null;
  readonly inputShapes: readonly (Shape | null)[];
  readonly figures: Figures | null;
  readonly field: Field | null;
}

export interface Outline {
  /** How many parts of a name count: at 1, `layer1.0.conv1` is part of `layer1`. */
  readonly depth?: number;
  /** Keeps lines whose name it accepts. */
  readonly only?: (name: string) => boolean;
  /** The largest first. */
  readonly sort?: (line: Line) => number | string | null;
}

export const outline = (analysis: Analysis, { depth, only, sort }: Outline = {}): readonly Line[] => {
  let lines = fold(analysis, depth ?? Number.POSITIVE_INFINITY);
  if (only) lines = lines.filter((line) => only(line.name));
  if (sort) lines = [...lines].sort((a, b) => compare(sort(a), sort(b)));
  return lines;
};

const compare = (a: number | string | null, b: number | string | null): number => {
  if (typeof a === 'string' && typeof b === 'string') return a.localeCompare(b);
  return (typeof b === 'number' ? b : -1) - (typeof a === 'number' ? a : -1);
};

const fold = (analysis: Analysis, depth: number): Line[] => {
  const groups: [Row, ...Row[]][] = [];
  let current = '';
  for (const row of analysis.rows) {
    const parts = row.node.name.split('.');
    const name = parts.slice(0, depth).join('.');
    const last = groups.at(-1);
    if (last && parts.length >= depth && name === current) last.push(row);
    else groups.push([row]);
    current = name;
  }
  return groups.map((rows, i) => lineOf(analysis, rows, depth, i + 1));
};

const lineOf = ({ graph }: Analysis, rows: [Row, ...Row[]], depth: number, index: number): Line => {
  const [first] = rows;
  const last = rows.at(-1) ?? first;
  const known = rows.flatMap((row) => row.figures ?? []);
  const shapes = first.node.inputs.map((id) => graph.nodes[id]?.facts?.output ?? null);
  return {
    index,
    name: first.node.name.split('.').slice(0, depth).join('.'),
    rows,
    output: last.node.facts?.output ?? null,
    inputShapes: shapes,
    figures: known.length === rows.length ? known.reduce(addFigures) : null,
    field: last.field,
  };
};
