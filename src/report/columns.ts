// Every column of the report, once: the terminal, Markdown, CSV, TSV and LaTeX all read it from here.

import type { Totals } from '../analysis/analyze.js';
import type { Line } from '../analysis/outline.js';
import { type Tracks, paddingOf, sizeOf, strideOf } from '../analysis/receptive-field.js';
import { grouped, human, humanBytes } from '../core/quantity.js';
import { type Layout, formatShape } from '../core/shape.js';
import type { Cell, Heading } from './page.js';

export interface Setting {
  readonly layout: Layout;
  readonly totals: Totals;
}

type Value = number | string | null;

export interface Column extends Heading {
  readonly doc: string;
  /** The figure itself, as CSV has it; null = unknown. */
  readonly value: (line: Line, setting: Setting) => Value;
  /** The figure as a person reads it; the value itself by default. */
  readonly cell?: (value: number, line: Line, setting: Setting) => Cell;
  readonly total?: (totals: Totals) => number | null;
}

const UNKNOWN: Cell = { text: '?', alarm: true };

const number = (key: string, title: string, drop: number, doc: string, figure: 'params' | 'trainable' | 'buffers' | 'macs' | 'flops' | 'activations', cell?: Column['cell']): Column => ({
  key,
  title,
  align: 'right',
  drop,
  doc,
  value: (line) => line.figures?.[figure] ?? null,
  ...(cell && { cell }),
  total: (totals) => totals[figure],
});

const share = (key: string, drop: number, figure: 'params' | 'macs'): Column => ({
  key,
  title: '',
  align: 'left',
  drop,
  doc: `the share of all ${figure}, as a bar`,
  value: (line, { totals }) => (line.figures && totals[figure] ? line.figures[figure] / totals[figure] : null),
  cell: (value) => ({ text: `${Math.round(value * 100)}%`, bar: value }),
});

const text = (key: string, title: string, drop: number, doc: string, value: Column['value'], align: 'left' | 'right' = 'left'): Column => ({ key, title, align, drop, doc, value });

/** Numbers with both forms where rounding hides something: `34,944 (35K)`. */
const both: Column['cell'] = (n) => ({ text: grouped(n), ...(n >= 1000 && { dim: `(${human(n)})` }) });
const short: Column['cell'] = (n) => ({ text: human(n) });
const bytes: Column['cell'] = (n) => ({ text: humanBytes(n) });

const perAxis = (tracks: Tracks | undefined, figure: (track: Exclude<Tracks, 'global'>[number]) => number): Value => {
  if (!tracks) return null;
  if (tracks === 'global') return 'global';
  const numbers = tracks.map(figure).map((n) => String(Number(n.toFixed(4))));
  return numbers.length === 0 ? 'global' : numbers.every((n) => n === numbers[0]) ? (numbers[0] ?? '') : numbers.join('x');
};

export const COLUMNS: readonly Column[] = [
  text('index', '#', 0, 'the row, from 1', (line) => line.index, 'right'),
  text('name', 'name', 0, 'the layer', (line) => line.name),
  text('kind', 'kind', 0, 'the kind of layer', kindOf),
  text('layer', 'layer', 4, 'kind and main options', layerOf),
  text('input', 'input', 3, 'what the layer reads', (line, { layout }) => line.inputShapes.map((shape) => (shape ? formatShape(shape, layout) : '?')).join(' + ') || null, 'right'),
  text('output', 'output', 0, 'the output volume', (line, { layout }) => (line.output ? formatShape(line.output, layout) : null), 'right'),
  number('params', 'params', 0, 'weights and biases', 'params', both),
  share('params-share', 6, 'params'),
  number('trainable', 'trainable', 0, 'parameters that training changes', 'trainable'),
  number('buffers', 'buffers', 0, 'elements of running statistics', 'buffers'),
  number('macs', 'MACs', 2, 'multiply-accumulates', 'macs', short),
  share('macs-share', 5, 'macs'),
  number('flops', 'FLOPs', 0, '2 x MACs and the other operations', 'flops', short),
  number('activations', 'activations', 0, 'values of the output', 'activations'),
  { ...text('memory', 'memory', 0, 'bytes of the output', (line) => line.figures?.bytes.activations ?? null, 'right'), cell: bytes, total: (totals) => totals.bytes.activations },
  text('rf', 'rf', 1, 'receptive field in input cells', (line) => perAxis(line.field?.local, (t) => sizeOf(t).size), 'right'),
  text('rf-stride', 'rf stride', 0, 'input cells between neighbouring fields', (line) => perAxis(line.field?.local, strideOf), 'right'),
  text('rf-padding', 'rf padding', 0, 'how far the first field reaches over the edge', (line) => perAxis(line.field?.local, paddingOf), 'right'),
  text('line', 'line', 0, 'where the spec says it', (line) => line.rows[0].node.at?.line ?? null, 'right'),
];

export const DEFAULT_COLUMNS: readonly string[] = ['name', 'layer', 'output', 'params', 'params-share', 'macs', 'macs-share', 'rf'];
/** For programs: every figure in a column of its own, no bars. */
export const PLAIN_COLUMNS: readonly string[] = ['index', 'name', 'kind', 'layer', 'output', 'params', 'trainable', 'buffers', 'macs', 'flops', 'activations', 'memory', 'rf', 'rf-stride', 'rf-padding'];

function kindOf(line: Line): string {
  return line.rows.length === 1 ? line.rows[0].node.kind.name : 'block';
}

function layerOf(line: Line): string {
  if (line.rows.length > 1) return `block of ${line.rows.length} rows`;
  const { kind, args, facts } = line.rows[0].node;
  const label = args && kind.label?.(args as never);
  return [kind.name, label, facts?.note && `(${facts.note})`].filter(Boolean).join(' ');
}

/** What a table cell shows of a column. */
export const cellOf = (column: Column, line: Line, setting: Setting): Cell => {
  const value = column.value(line, setting);
  if (value === null) return UNKNOWN;
  if (typeof value === 'string') return { text: value };
  return column.cell?.(value, line, setting) ?? { text: grouped(value) };
};

export const footOf = (column: Column, setting: Setting): Cell => {
  if (column.key === 'name') return { text: 'total' };
  if (!column.total) return { text: '' };
  const value = column.total(setting.totals);
  if (value === null) return UNKNOWN;
  return column.cell?.(value, {} as Line, setting) ?? { text: grouped(value) };
};
