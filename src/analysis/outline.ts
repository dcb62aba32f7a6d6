// An Analysis as lines of a report: folded to a depth of names, filtered, sorted. Sums of rows, no text.

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
  readonly figures: Figures | null;
  readonly field: Field | null;
}

export interface Outline {
  /** How many parts of a name count: at 1, `layer1.0.conv1` is part of `layer1`. */
  readonly depth?: number;
  /** Keeps rows whose name, or whose line's name, it accepts. */
  readonly only?: (name: string) => boolean;
  /** The largest first. */
  readonly sort?: (line: Line) => number | string | null;
}

export const outline = (analysis: Analysis, { depth, only, sort }: Outline = {}): readonly Line[] => {
  let lines = fold(analysis, depth ?? Number.POSITIVE_INFINITY);
  if (only) lines = lines.flatMap((line) => keep(analysis, line, only));
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
  return groups.map((rows, i) => lineOf(analysis, rows, rows[0].node.name.split('.').slice(0, depth).join('.'), i + 1));
};

const keep = (analysis: Analysis, line: Line, only: (name: string) => boolean): Line[] => {
  const [first, ...rest] = only(line.name) ? line.rows : line.rows.filter(({ node }) => only(node.name));
  return first ? [lineOf(analysis, [first, ...rest], line.name, line.index)] : [];
};

const lineOf = ({ graph }: Analysis, rows: readonly [Row, ...Row[]], name: string, index: number): Line => {
  const [first] = rows;
  const last = rows.at(-1) ?? first;
  const { figures, unknown } = known(rows);
  const shapes = first.node.inputs.map((id) => graph.nodes[id]?.facts?.output ?? null);
  return {
    index,
    name,
    rows,
    output: last.node.facts?.output ?? null,
    inputShapes: shapes,
    figures: unknown === 0 ? figures : null,
    field: last.field,
  };
};
