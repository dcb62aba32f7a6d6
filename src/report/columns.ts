// Every column of the report, once: the terminal, Markdown, CSV, TSV and LaTeX all read it from here.

import type { Analysis, Figures, Totals } from '../analysis/analysis.js';
import type { Counted } from '../analysis/conventions/conventions.js';
import { reader } from '../analysis/figures.js';
import { isLayer, type Line } from '../analysis/outline.js';
import { type Field, isExact, type Tracks } from '../analysis/receptive-field.js';
import { centerOf, paddingOf, sizeOf, strideOf } from '../analysis/track-measures.js';
import type { MemoryPlan } from '../analysis/training/plan.js';
import type { KeptRow } from '../analysis/training/training.js';
import { FIGURES, type Figure } from '../core/figures.js';
import { type Graph, labelOf, type Node, notesOf } from '../core/graph.js';
import { grouped } from '../core/quantity.js';
import { formatShape, type Layout, product } from '../core/shape.js';
import { atMost, both, bytes, heading, short, UNKNOWN } from './cells.js';
import type { Cell, Heading } from './page.js';

export interface Setting {
  readonly layout: Layout;
  readonly totals: Totals;
  readonly graph: Graph;
  /** What training keeps, for the columns that are `trained`. */
  readonly plan?: MemoryPlan;
}

export const settingOf = ({ graph, totals }: Analysis, layout: Layout = graph.layout, plan?: MemoryPlan): Setting => ({
  layout,
  totals,
  graph,
  ...(plan && { plan }),
});

type Value = number | string | null;

/** What a column adds up: the network's totals, or the figures of the lines shown. */
type Sums = Totals | Figures;

/** How things of a sort, lines of the report by default, stand in one column of a table. */
export interface Column<Of = Line, In = Setting> extends Heading {
  readonly doc?: string;
  /** The figure itself, as CSV has it; null = unknown. */
  readonly value: (of: Of, setting: In) => Value;
  /** A number as a person reads it; grouped digits by default. */
  readonly cell?: (value: number) => Cell;
  /** Where the value is null; `?` by default. */
  readonly unknown?: Cell;
  /** What is said of a line in a quieter tone, behind its text. */
  readonly remark?: (of: Of, setting: In) => string | undefined;
  /** Its text in fewer letters, for narrow lines. */
  readonly short?: (of: Of) => string;
  readonly total?: (sums: Sums) => number | null;
  /** What --sort goes by where the value is a text: the largest first. */
  readonly rank?: (of: Of) => number | null;
  /** It asks what training keeps, which whoever makes the setting works out. */
  readonly trained?: true;
}

const share = (figure: 'params' | 'macs', drop: number): Column => ({
  ...heading(`${figure}-share`, 'share', { drop }),
  doc: `the share of all ${figure}, as a bar`,
  value: (line, { totals }) => {
    const own = line.figures?.[figure] ?? null;
    return own !== null && totals[figure] ? own / totals[figure] : null;
  },
  cell: (value) => ({ text: `${Math.round(value * 100)}%`, bar: value }),
  unknown: { text: '' },
});

const right = { align: 'right' } as const;

/** What the columns of figures have of their own, and where their shares go. */
const SPECIAL: Readonly<Record<string, Partial<Column>>> = {
  params: { cell: both, dropRemarks: 7 },
  macs: { drop: 3 },
};
const SHARES: readonly Column[] = [share('params', 10), share('macs', 9)];
const CELLS: Readonly<Record<string, Partial<Column>>> = { operations: { cell: short }, bytes: { cell: bytes } };

/** A column per number of a layer, and behind it what share of all that is. */
const figures = Object.entries<Figure>(FIGURES).flatMap(
  ([name, { of, parts, unit = '', column: key = name, ...figure }]) => {
    if (!of || parts || key.includes('.')) return [];
    const [read, cell] = [reader(name), CELLS[unit]];
    const value = (line: Line) => line.figures && read(line.figures);
    const column = { ...heading(key, figure.title ?? key, right), doc: figure.doc, value, total: read, ...cell };
    return [{ ...column, ...SPECIAL[key] }, ...SHARES.filter((share) => share.key === `${key}-share`)];
  },
);

const text = (key: string, title: string, doc: string, value: Column['value'], rest: Partial<Column> = {}): Column => ({
  ...heading(key, title),
  doc,
  value,
  ...rest,
});

/** Such a line has no field, and that is known. */
const readsNothing = ({ rows: [{ node }] }: Line): boolean => node.kind.inputs === 'none';

type Measure = (track: Exclude<Tracks, 'global'>[number]) => number;

const size: Measure = (track) => sizeOf(track).size;

/** A figure of the receptive field; fields that see everything are larger than any. */
const field = (
  key: string,
  title: string,
  doc: string,
  measure: Measure,
  drop = 0,
  path: Exclude<keyof Field, 'apart'> = 'local',
): Column => ({
  ...heading(key, title, { align: 'right', drop }),
  doc,
  value: (line) => (readsNothing(line) ? '' : perAxis(line.field?.[path], measure, { bounded: measure === size })),
  rank: ({ field: seen }) => {
    const tracks = seen?.[path];
    if (!tracks) return null;
    return tracks === 'global' || tracks.length === 0 ? Number.POSITIVE_INFINITY : product(tracks.map(measure));
  },
});

/** Of a bound, what no cell exceeds; where its cells lie is then not known. */
const perAxis = (
  tracks: Tracks | undefined,
  figure: Measure,
  { bounded }: { readonly bounded: boolean },
): string | null => {
  if (!tracks) return null;
  if (tracks === 'global' || tracks.length === 0) return 'global';
  if (!bounded && !isExact(tracks)) return null;
  const numbers = tracks.map((track) => rounded(figure(track)));
  return atMost(tracks, numbers.every((n) => n === numbers[0]) ? (numbers[0] ?? '') : numbers.join('x'));
};

/** What a cell sees, in input cells: `11`, `11x5`, `<=40` of a bound, `global`; null where it is unknown. */
export const fieldText = (field: Field | null): string | null => perAxis(field?.local, size, { bounded: true });

const rounded = (n: number): string => String(Number.isInteger(n) ? n : Number(n.toFixed(4)));

/** What the rows of a line have together; null where one of them is unknown. */
const trained = (
  key: string,
  title: string,
  doc: string,
  figure: (row: KeptRow) => number | null,
  cell: (value: number) => Cell,
): Column =>
  text(
    key,
    title,
    doc,
    ({ rows }, setting) => {
      let sum = 0;
      for (const row of keptIn(rows, setting)) {
        const value = figure(row);
        if (value === null) return null;
        sum += value;
      }
      return sum;
    },
    { ...right, cell, trained: true },
  );

/** Throws a RangeError where a column is shown and what it needs was not worked out. */
const keptIn = (rows: Line['rows'], { plan }: Setting): readonly KeptRow[] => {
  if (!plan) throw new RangeError('what training keeps was not worked out');
  return rows.flatMap(({ index }) => plan.rows[index - 1] ?? []);
};

/** Of a layer with what stands beside it; blocks have none. */
function whyOf(line: Line, setting: Setting): string {
  return isLayer(line)
    ? keptIn(line.rows, setting)
        .map(({ why }) => why)
        .join('; ')
    : '';
}

/** All columns. Where there is no room, shares go first, then remarks, long names, layer, input, MACs, rf. */
export const COLUMNS: readonly Column[] = [
  text('index', '#', 'the row, from 1', (line) => line.index, right),
  text('name', 'name', 'the layer', (line) => line.name, { shorten: 6 }),
  text('kind', 'kind', 'the kind of layer', kindOf),
  text('layer', 'layer', 'kind and main options', layerOf, {
    drop: 5,
    dropRemarks: 8,
    remark: noteOf,
    short: shortLayerOf,
  }),
  text('from', 'from', 'what the layer reads, where that is not the line above', fromOf, { drop: 6, shorten: 6 }),
  text('input', 'input', 'what the layer reads', inputOf, { ...right, drop: 4 }),
  text(
    'output',
    'output',
    'the output volume',
    (line, { layout }) => (line.output ? formatShape(line.output, layout) : null),
    { ...right, rank: (line) => line.figures?.activations ?? null },
  ),
  ...figures,
  field('rf', 'rf', 'receptive field in input cells; <= before a bound', size, 2),
  field('rf-stride', 'rf stride', 'input cells between neighbouring fields', strideOf),
  field('rf-padding', 'rf padding', 'how far the first field reaches over the edge', paddingOf),
  field('rf-center', 'rf centre', 'the middle of the first field', centerOf),
  field('rf-least', 'rf least', 'the field on the path that sees least', size, 0, 'least'),
  trained('kept', 'kept', 'what training keeps for the way back, for the whole batch', ({ kept }) => kept, bytes),
  trained(
    'backward',
    'backward',
    'multiply-accumulates of the way back, for one image',
    ({ backwardMacs }) => backwardMacs,
    short,
  ),
  text('why', 'why', 'why training keeps that', whyOf, { wrap: 1, trained: true }),
  text('line', 'line', 'where the spec says it', (line) => line.rows[0].node.at?.line ?? null, right),
];

/** What another tool counts; null where one of the rows of a line is unknown to it. */
export const countedColumn = ({ convention: { tool, version, quantity }, layers }: Counted): Column => ({
  ...heading('convention', `${tool} ${quantity}`, right),
  doc: `as ${tool} ${version} counts`,
  value: ({ rows }) => {
    const values = rows.map(({ node }) => layers.get(node.id));
    return values.includes(undefined) ? null : values.reduce<number>((sum, value = 0) => sum + value, 0);
  },
});

export const DEFAULT_COLUMNS: readonly string[] = [
  'name',
  'layer',
  'from',
  'output',
  'params',
  'params-share',
  'macs',
  'macs-share',
  'rf',
];
/** The usual columns of a table: what lines read is told where it is not what stands above them. */
export const usualColumns = (keys: readonly string[], lines: readonly Line[]): readonly Column[] =>
  COLUMNS.filter(({ key }) => keys.includes(key) && (key !== 'from' || lines.some(({ follows }) => !follows)));

/** For programs: every figure in a column of its own, no bars. */
export const PLAIN_COLUMNS: readonly string[] = [
  'index',
  'name',
  'kind',
  'layer',
  'output',
  ...figures.filter((column) => !SHARES.includes(column)).map(({ key }) => key),
  'rf',
  'rf-stride',
  'rf-padding',
];

function kindOf(line: Line): string {
  return isLayer(line) ? line.rows[0].node.kind.name : 'block';
}

/** A line as kind and main options: `conv 96 11x11 / 4 + relu`. */
export function layerOf(line: Line): string {
  return isLayer(line) ? layersText(line.rows) : `${line.rows.length} layers`;
}

/** A layer with what stands beside it: `conv 96 11x11 / 4 + relu`. */
export const layersText = ([{ node }, ...others]: Line['rows']): string => {
  const label = labelOf(node);
  const own = label === '' ? node.kind.name : `${node.kind.name} ${label}`;
  return others.reduce((all, row) => `${all} + ${shortName(row.node)}`, own);
};

/** The same in few letters: `conv 11x11/4 + relu`. */
function shortLayerOf(line: Line): string {
  if (!isLayer(line)) return layerOf(line);
  const [{ node }, ...sugar] = line.rows;
  const windows = node.facts?.windows ?? [];
  const strides = windows.map(({ stride }) => stride);
  const stride = strides.every((one) => one === strides[0]) ? strides.slice(0, 1) : strides;
  const step = strides.every((one) => one === 1) ? '' : `/${stride.join('x')}`;
  const window = `${windows.map(({ kernel }) => kernel).join('x')}${step}`;
  return [shortName(node), window, ...sugar.map((row) => `+ ${shortName(row.node)}`)].filter(Boolean).join(' ');
}

/** `bn` for batchnorm. */
const shortName = ({ kind: { name, aliases = [] } }: Node): string =>
  [name, ...aliases].reduce((least, one) => (one.length < least.length ? one : least));

function noteOf(line: Line, { layout, graph }: Setting): string | undefined {
  const [{ node }, ...sugar] = line.rows;
  const own = isLayer(line) ? notesOf(graph, [node, ...sugar.map((row) => row.node)], layout) : [];
  // Where the last layer is the only output, nobody wonders.
  const isPlain = graph.outputs.length === 1 && graph.outputs[0] === graph.nodes.length - 1;
  const notes = [...own, ...(line.isOutput && !isPlain ? ['output'] : [])];
  return notes.length > 0 ? `(${notes.join('; ')})` : undefined;
}

/** What a line reads, where that is not what stands above it; many are told by the first and the last. */
function fromOf({ follows, from, name }: Line): string {
  if (follows) return '';
  // Names are looked up in a layer's own scope first.
  const scope = name.slice(0, name.lastIndexOf('.') + 1);
  const near = from.map((source) => (source.startsWith(scope) ? source.slice(scope.length) : source));
  return near.length > 3 ? `${near[0]}, … ${near.at(-1)} (${near.length})` : near.join(', ');
}

function inputOf(line: Line, { layout }: Setting): string | null {
  return line.inputShapes.map((shape) => (shape ? formatShape(shape, layout) : '?')).join(' + ') || null;
}

/** What stands in a field of plain text; unknown is `?`. */
const fieldOf = <Of, In>(column: Column<Of, In>, line: Of, setting: In): string =>
  [column.value(line, setting) ?? '?', column.remark?.(line, setting)].filter((part) => part !== undefined).join(' ');

/** A header and a record per line of the report. */
export const recordsOf = <Of, In>(
  lines: readonly Of[],
  columns: readonly Column<Of, In>[],
  setting: In,
): readonly (readonly string[])[] => [
  columns.map((column) => column.key),
  ...lines.map((line) => columns.map((column) => fieldOf(column, line, setting))),
];

/** The cells of a table, line by line. */
export const rowsOf = <Of, In>(
  lines: readonly Of[],
  columns: readonly Column<Of, In>[],
  setting: In,
): readonly (readonly Cell[])[] => {
  // Copies of a layer have the same numbers, which are written out once.
  const numbers = columns.map((column) => {
    const written = new Map<number, Cell>();
    return (value: number): Cell => {
      const cell = written.get(value) ?? numberIn(column, value);
      written.set(value, cell);
      return cell;
    };
  });
  return lines.map((line) => columns.map((column, i) => cellOf(column, line, setting, numbers[i])));
};

const numberIn = <Of, In>({ cell = plain }: Column<Of, In>, value: number): Cell => cell(value);

/** What a table cell shows of a column. */
export const cellOf = <Of, In>(
  column: Column<Of, In>,
  line: Of,
  setting: In,
  number = (value: number): Cell => numberIn(column, value),
): Cell => {
  const value = column.value(line, setting);
  if (value === null) return column.unknown ?? UNKNOWN;
  if (typeof value === 'number') return number(value);
  const dim = column.remark?.(line, setting);
  const shortened = column.short;
  if (!shortened) return dim ? { text: value, dim } : { text: value };
  const short = () => shortened(line);
  return dim ? { text: value, dim, short } : { text: value, short };
};

const plain = (value: number): Cell => ({ text: grouped(value) });

/** A cell of a line of sums called `name`. */
export const footOf = (column: Column, name: string, sums: Sums): Cell => {
  if (column.key === 'name') return { text: name };
  if (!column.total) return { text: '' };
  const value = column.total(sums);
  return value === null ? UNKNOWN : numberIn(column, value);
};
