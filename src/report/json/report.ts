// The Analysis as the JSON that other programs rely on: `cnncalc/report/1`. Its schema is schema/report.ts; fields are only added.

import type { Analysis, Figures, Row } from '../../analysis/analysis.js';
import { known } from '../../analysis/figures.js';
import { exceeds, type Field, type Tracks } from '../../analysis/receptive-field.js';
import { centerOf, isEmpty, paddingOf, phasesOf, sizeOf, strideOf, widthOf } from '../../analysis/track.js';
import { type TensorCount, termValue } from '../../core/count.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { isInput, labelOf, type Node } from '../../core/graph.js';
import { human } from '../../core/quantity.js';
import { arrange, type Layout, type Shape } from '../../core/shape.js';
import { toSides } from '../../core/window.js';
import type { Described, field, receptiveField } from './schema.js';

export interface Setting {
  readonly version: string;
  readonly source: string;
  readonly layout: Layout;
  /** Keeps layers whose name it accepts; totals stay the network's. */
  readonly only?: ((name: string) => boolean) | undefined;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

export const reportJson = (analysis: Analysis, setting: Setting) => {
  const { graph, totals } = analysis;
  const { params, trainable, buffers, macs, flops, peakAt: _, ...others } = totals;
  const shape = (output: Shape | undefined) => (output ? arrange(output, setting.layout) : null);
  const named = (node: Node | undefined) => ({ name: node?.name ?? '', shape: shape(node?.facts?.output) });
  const inputs = graph.nodes.filter(isInput);
  const rows = setting.only ? analysis.rows.filter((row) => setting.only?.(row.node.name)) : analysis.rows;
  return {
    schema: 'cnncalc/report/1',
    version: setting.version,
    model: { name: graph.name, source: setting.source, variant: graph.variant },
    settings: { batch: graph.batch, dtype: graph.dtype, layout: setting.layout },
    inputs: inputs.map(named),
    layers: rows.map((row) => layerJson(row, analysis, inputs, shape)),
    outputs: graph.outputs.map((id) => named(graph.nodes[id])),
    // Here flops come before ops.
    totals: { params, trainable, buffers, macs, flops, ...others },
    diagnostics: analysis.diagnostics.map(diagnosticJson),
  };
};

export type Report = ReturnType<typeof reportJson>;

const layerJson = (
  { index, node, figures, field }: Row,
  { graph, fields }: Analysis,
  inputs: readonly Node[],
  shape: (output: Shape | undefined) => Json,
) => ({
  index,
  name: node.name,
  kind: node.kind.name,
  label: labelOf(node),
  at: node.at ? { line: node.at.line, column: node.at.column } : null,
  args: argsJson(node),
  inputs: node.inputs.map((id) => graph.nodes[id]?.name ?? ''),
  inputShapes: node.inputs.map((id) => shape(graph.nodes[id]?.facts?.output)),
  outputShape: shape(node.facts?.output),
  params: figures && paramsJson(figures, node.facts?.params ?? []),
  ...othersJson(figures),
  receptiveField:
    field && fieldJson(field, inputs.find((input) => fields.get(input.id)?.[node.id])?.facts?.output ?? []),
  ...(inputs.length > 1 && { receptiveFields: fieldsJson(node, inputs, fields) }),
  ...(node.facts?.note && { note: node.facts.note }),
  ...(node.sharedWith !== undefined && { sharedWith: graph.nodes[node.sharedWith]?.name ?? '' }),
  ...(node.error && { error: node.error }),
});

/** The resolved options; padding in cells per side where the windows are known, `same` worked out. */
const argsJson = (node: Node): Json => {
  if (!node.args) return null;
  const args: Record<string, Json> = {};
  for (const [name, value] of Object.entries(node.args)) if (value !== undefined) args[name] = value as Json;
  const windows = node.facts?.windows;
  if (windows && 'padding' in args) args['padding'] = toSides(windows.map((w) => [w.before, w.after] as const));
  else if (Array.isArray(args['padding'])) args['padding'] = toSides(args['padding'] as unknown as [number, number][]);
  return args;
};

type OrNull<T> = { readonly [K in keyof T]: T[K] | null };

const NO_FIGURES = Object.fromEntries(Object.keys(known([]).figures).map((key) => [key, null])) as OrNull<Figures>;

/** All but parameters, as they are. */
const othersJson = (figures: Figures | null) => {
  const { params: _, trainable: __, ...others }: OrNull<Figures> = figures ?? NO_FIGURES;
  return others;
};

const paramsJson = ({ params, trainable }: Figures, count: TensorCount) => ({
  total: params,
  trainable,
  human: human(params),
  terms: count.map((term) => ({ label: term.label, factors: term.factors, value: termValue(term) })),
});

/** By the names of the inputs; null where nothing of one is read. */
const fieldsJson = (node: Node, inputs: readonly Node[], fields: Analysis['fields']) =>
  Object.fromEntries(
    inputs.map((input) => {
      const field = fields.get(input.id)?.[node.id];
      return [input.name, field ? fieldJson(field, input.facts?.output ?? []) : null];
    }),
  );

/** A field with respect to an input of that shape: the full one, and where they differ the local and the least. */
export const fieldJson = (field: Field, input: Shape): Described<typeof receptiveField> => {
  const { full, local, least } = field;
  return {
    ...tracksJson(full),
    exceedsInput: exceeds(local, input).includes(true),
    ...(local !== full && { local: tracksJson(local) }),
    ...(least !== local && { least: tracksJson(least) }),
  };
};

export const tracksJson = (tracks: Tracks): Described<typeof field> => {
  // A vector's field has no axes: a dense layer sees everything.
  if (tracks === 'global' || tracks.length === 0)
    return { size: null, stride: null, padding: null, center: null, global: true, exact: true };
  const phases = tracks.map(phasesOf);
  return {
    size: tracks.map((track) => sizeOf(track).size),
    stride: tracks.map(strideOf),
    padding: tracks.map(paddingOf),
    center: tracks.map(centerOf),
    global: false,
    exact: true,
    ...(phases.some((cells) => cells.length > 1) && {
      sizeMin: tracks.map((track) => sizeOf(track).sizeMin),
      phases: phases.map((cells) => cells.map((cell) => ({ start: isEmpty(cell) ? 0 : cell.lo, size: widthOf(cell) }))),
    }),
  };
};

export const diagnosticJson = ({ code, severity, message, at, help, related }: Diagnostic) => ({
  code,
  severity,
  message,
  at: at ? { ...at } : null,
  ...(help && { help }),
  ...(related &&
    related.length > 0 && { related: related.map((other) => ({ at: { ...other.at }, message: other.message })) }),
});

/** One layer per line, totals last, each with a `type`. */
export const linesOf = ({ layers, totals, ...rest }: Report): readonly object[] => [
  ...layers.map((layer) => ({ type: 'layer', ...layer })),
  ...rest.diagnostics.map((d) => ({ type: 'diagnostic', ...d })),
  { type: 'totals', model: rest.model, ...totals },
];
