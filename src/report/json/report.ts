// The Analysis as the JSON that other programs rely on: `cnncalc/report/1`. Fields are only added.

import type { Analysis, Figures, Row } from '../../analysis/analysis.js';
import type { Counted } from '../../analysis/conventions/conventions.js';
import { known } from '../../analysis/figures.js';
import { isExact, type TensorCount, termValue } from '../../core/count.js';
import { AS, type As, DTYPES, type Dtype, isInput, labelOf, type Node, notesOf } from '../../core/graph.js';
import { human } from '../../core/quantity.js';
import { arrange, LAYOUTS, type Layout, type Shape } from '../../core/shape.js';
import { toSides } from '../../core/window.js';
import {
  atLeast,
  diagnostic,
  diagnosticJson,
  fieldJson,
  layerFields,
  position,
  receptiveField,
  shapeIfKnown,
  tensor,
  totalsFields,
} from './parts.js';
import * as s from './schema.js';

export interface Setting {
  readonly version: string;
  readonly source: string;
  readonly layout: Layout;
  /** Keeps layers whose name it accepts; totals stay the network's. */
  readonly only?: ((name: string) => boolean) | undefined;
  /** What another tool counts, where one is asked for. */
  readonly counted?: Counted | undefined;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

const params = () =>
  s.object('weights and biases; null where unknown', {
    total: s.whole('their number'),
    trainable: s.whole('those that training changes'),
    frozen: s.whole('those that training leaves alone'),
    human: s.text('rounded for people: 35K'),
    terms: s.list(
      'the sum, term by term',
      s.object('a named product', {
        label: s.text('what it counts: weights, bias'),
        factors: s.record('its factors by the symbols of the field: C_out, k_h', s.integer('a factor')),
        value: s.whole('the product'),
      }),
    ),
  });

const layer = () => {
  const { params: _, trainable: __, frozen: ___, ...others } = layerFields();
  return s.object('one row; nothing is folded', {
    index: s.whole('from 1, inputs not counted', 1),
    name: s.text('unique; scopes joined by dots: layer2.0.conv1'),
    kind: s.text('the kind of layer: conv'),
    label: s.text('its main options for people: 96 11x11 / 4'),
    at: s.orNull(position('where the spec says it')),
    args: s.orNull({
      type: 'object',
      description:
        'the resolved options, defaults filled in; padding in cells per side; null where they could not be resolved',
    } as s.Schema<Json>),
    inputs: s.list('names of the rows and inputs it reads', s.text('a name')),
    from: s.list('the same as inputs', s.text('a name')),
    output: s.optional(s.flag('it is an output of the network; absent otherwise')),
    inputShapes: s.list('their shapes', shapeIfKnown('a shape')),
    outputShape: shapeIfKnown('what comes out of it'),
    params: s.orNull(params()),
    ...others,
    receptiveField: s.orNull(receptiveField()),
    receptiveFields: s.optional(
      s.record(
        'where the network has several inputs: the field in each of them, by name; null where nothing of it is read',
        s.orNull(receptiveField()),
      ),
    ),
    convention: s.optional(
      s.orNull(s.number('under --convention: the figure of that tool; null where it is not known')),
    ),
    as: s.optional(s.word('how the program that it comes from writes it', Object.keys(AS) as As[])),
    note: s.optional(s.text('what the reader should know about this row: flattens 6x6x256')),
    sharedWith: s.optional(s.text('the row whose weights this one reuses; they count there')),
    error: s.optional(s.text("the code of this row's own failure; rows that read it have null figures without one")),
  });
};

export const reportSchema = () => {
  const { params, trainable, frozen, buffers, macs, flops, ...others } = totalsFields();
  return s.ofNetwork('report', 'what a convolutional network is and costs, layer by layer', {
    settings: s.object('what the figures hang on', {
      batch: s.whole('images at once; multiplies bytes of activations only', 1),
      dtype: s.word('type of parameters and activations, for bytes', Object.keys(DTYPES) as Dtype[]),
      layout: s.word('the order of the sizes in shapes', LAYOUTS),
    }),
    inputs: s.list('what the network reads', tensor()),
    layers: s.list('the rows in the order they run; empty where the spec could not be read', layer()),
    outputs: s.list('rows that are stated as outputs, or else those that nobody reads', tensor()),
    totals: s.object(
      'sums over all rows, also where --only leaves some out; null where a row is unknown or does not state it',
      {
        // Here flops come before ops.
        ...{ params, trainable, frozen, buffers, macs, flops },
        ...others,
        atLeast: atLeast(),
        convention: s.optional(
          s.object('under --convention: what that tool counts, for one image', {
            tool: s.text('who counts so'),
            version: s.text('measured of'),
            quantity: s.text('what the tool calls it'),
            value: s.orNull(s.integer('null where it hangs on a layer of which it is not known')),
            params: s.orNull(s.integer('parameters, as the tool counts them')),
          }),
        ),
      },
    ),
    diagnostics: s.list('everything wrong with the spec', diagnostic()),
  });
};

export type Report = s.Described<ReturnType<typeof reportSchema>>;

export const reportJson = (analysis: Analysis, setting: Setting): Report => {
  const { graph, totals } = analysis;
  const { params, trainable, frozen, buffers, macs, flops, peakAt: _, ...others } = totals;
  const shape = (output: Shape | undefined) => arranged(output, setting.layout);
  const named = (node: Node | undefined) => ({ name: node?.name ?? '', shape: shape(node?.facts?.output) });
  const inputs = graph.nodes.filter(isInput);
  const outputs = new Set(graph.outputs);
  const rows = setting.only ? analysis.rows.filter((row) => setting.only?.(row.node.name)) : analysis.rows;
  return {
    ...s.envelope('report', { ...setting, graph }),
    settings: { batch: graph.batch, dtype: graph.dtype, layout: setting.layout },
    inputs: inputs.map(named),
    layers: rows.map((row) => ({
      ...layerJson(row, analysis, inputs, setting.layout, outputs.has(row.node.id)),
      ...(setting.counted && { convention: setting.counted.layers.get(row.node.id) ?? null }),
    })),
    outputs: graph.outputs.map((id) => named(graph.nodes[id])),
    totals: {
      params,
      trainable,
      frozen,
      buffers,
      macs,
      flops,
      ...others,
      ...leastJson(analysis),
      ...countedJson(setting.counted),
    },
    diagnostics: analysis.diagnostics.map(diagnosticJson),
  };
};

const countedJson = (counted: Counted | undefined) => {
  if (!counted) return {};
  const { tool, version, quantity } = counted.convention;
  return { convention: { tool, version, quantity, value: counted.value, params: counted.params } };
};

const arranged = (output: Shape | undefined, layout: Layout): Shape | null => (output ? arrange(output, layout) : null);

const layerJson = (
  { index, node, figures, field }: Row,
  { graph, fields }: Analysis,
  inputs: readonly Node[],
  layout: Layout,
  isOutput: boolean,
): Report['layers'][number] => ({
  index,
  name: node.name,
  kind: node.kind.name,
  label: labelOf(node),
  at: node.at ? { line: node.at.line, column: node.at.column } : null,
  args: argsJson(node),
  inputs: node.inputs.map((id) => graph.nodes[id]?.name ?? ''),
  from: node.inputs.map((id) => graph.nodes[id]?.name ?? ''),
  ...(isOutput && { output: true }),
  inputShapes: node.inputs.map((id) => arranged(graph.nodes[id]?.facts?.output, layout)),
  outputShape: arranged(node.facts?.output, layout),
  params: figures && paramsJson(figures, node.facts?.params ?? []),
  ...othersJson(figures),
  receptiveField:
    field && fieldJson(field, inputs.find((input) => fields.get(input.id)?.[node.id])?.facts?.output ?? []),
  ...(inputs.length > 1 && { receptiveFields: fieldsJson(node, inputs, fields) }),
  ...noteJson(notesOf(graph, [node], layout)),
  ...(node.as && { as: node.as }),
  ...(node.sharedWith !== undefined && { sharedWith: graph.nodes[node.sharedWith]?.name ?? '' }),
  ...(node.error && { error: node.error }),
});

const noteJson = (notes: readonly string[]) => (notes.length > 0 ? { note: notes.join('; ') } : {});

/** The resolved options; padding in cells per side where the windows are known, `same` worked out. */
/** JSON has no infinite numbers: a bound that is none is written as in a spec. */
const finite = (value: Json): Json =>
  value === Number.POSITIVE_INFINITY ? '.inf' : value === Number.NEGATIVE_INFINITY ? '-.inf' : value;

const argsJson = (node: Node): Json => {
  if (!node.args) return null;
  const args: Record<string, Json> = {};
  for (const [name, value] of Object.entries(node.args)) if (value !== undefined) args[name] = finite(value as Json);
  const windows = node.facts?.windows;
  if (windows && 'padding' in args) args['padding'] = toSides(windows.map((w) => [w.before, w.after] as const));
  else if (Array.isArray(args['padding'])) args['padding'] = toSides(args['padding'] as unknown as [number, number][]);
  return args;
};

type OrNull<T> = { readonly [K in keyof T]: T[K] | null };

const NO_FIGURES = Object.fromEntries(Object.keys(known([]).figures).map((key) => [key, null])) as OrNull<Figures>;

/** All but parameters, as they are. */
const othersJson = (figures: Figures | null) => {
  const { params: _, trainable: __, frozen: ___, ...others }: OrNull<Figures> = figures ?? NO_FIGURES;
  return others;
};

/** Null where the layer does not state them. */
const paramsJson = ({ params, trainable, frozen }: Figures, count: TensorCount): Report['layers'][number]['params'] =>
  params === null || trainable === null || frozen === null
    ? null
    : {
        total: params,
        trainable,
        frozen,
        human: human(params),
        terms: count.map((term) => ({ label: term.label, factors: term.factors, value: termValue(term) })),
      };
/** Where rows are unknown, or do not state what they cost: what the others come to. */
const leastJson = ({ rows, totals }: Analysis) => {
  if (rows.length === 0 || (totals.params !== null && totals.macs !== null)) return {};
  const { params, macs } = known(rows).least;
  const exact = (n: number | null): number | null => (n !== null && isExact(n) ? n : null);
  return { atLeast: { params: exact(params), macs: exact(macs) } };
};

/** By the names of the inputs; null where nothing of one is read. */
const fieldsJson = (node: Node, inputs: readonly Node[], fields: Analysis['fields']) =>
  Object.fromEntries(
    inputs.map((input) => {
      const field = fields.get(input.id)?.[node.id];
      return [input.name, field ? fieldJson(field, input.facts?.output ?? []) : null];
    }),
  );

/** One layer per line, totals last, each with a `type`. */
export const linesOf = ({ layers, totals, ...rest }: Report): readonly object[] => [
  ...layers.map((layer) => ({ type: 'layer', ...layer })),
  ...rest.diagnostics.map((d) => ({ type: 'diagnostic', ...d })),
  { type: 'totals', model: rest.model, ...totals },
];
