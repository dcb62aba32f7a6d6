// The JSON Schema of `cnncalc/report/1`, the report of `cnncalc SPEC --json`. What prints it is report/formats/json.ts.
//
// Fields are only ever added, so that nothing here forbids others. Unknown figures are null, never 0.

import { OPERATIONS } from '../core/count.js';
import { FIGURES, type Figure, GROUPS, type Nested, nested } from '../core/figures.js';
import { DTYPES } from '../core/graph.js';

type Schema = Readonly<Record<string, unknown>>;

/** An object whose fields are all there, but for those in `optional`. */
const object = (
  description: string,
  properties: Readonly<Record<string, Schema>>,
  optional: readonly string[] = [],
): Schema => ({
  type: 'object',
  description,
  properties,
  required: Object.keys(properties).filter((key) => !optional.includes(key)),
});

const text = (description: string): Schema => ({ type: 'string', description });
const flag = (description: string): Schema => ({ type: 'boolean', description });
const whole = (description: string): Schema => ({ type: 'integer', minimum: 0, description });
const list = (description: string, items: Schema): Schema => ({ type: 'array', description, items });
const ref = (name: string, description?: string): Schema => ({
  $ref: `#/$defs/${name}`,
  ...(description && { description }),
});
const orNull = (schema: Schema): Schema => {
  const { description, ...rest } = schema;
  return { ...(description !== undefined && { description }), anyOf: [rest, { type: 'null' }] };
};
const figure = (description: string): Schema => orNull(whole(`${description}; null where unknown`));

const place = (description: string): Schema =>
  object(
    description,
    {
      line: { ...whole('from 1'), minimum: 1 },
      column: { ...whole('from 1, in UTF-16 units'), minimum: 1 },
      length: whole('in UTF-16 units, on the line'),
    },
    ['length'],
  );

const perAxis = (description: string, items: Schema = { type: 'number' }): Schema =>
  orNull(list(`${description}, per spatial axis (h, w); null where the field is global`, items));

const fieldProperties = {
  size: perAxis('input cells that one output cell sees; the largest, where it depends on the cell', {
    type: 'integer',
    minimum: 0,
  }),
  stride: perAxis('input cells between the fields of neighbouring cells; the mean, where it varies'),
  padding: perAxis("how far the first cell's field reaches over the edge of the input"),
  center: perAxis("the middle of the first cell's field, in input cells"),
  global: flag('every cell sees the whole input'),
  exact: flag('always true: no field is estimated, and what cannot be listed exactly is null'),
  sizeMin: perAxis('the smallest field, where it depends on the cell', { type: 'integer', minimum: 0 }),
  phases: list(
    'start and size of every cell of one period, per axis, where they differ; of every cell of the layer where branches of different scale meet',
    list(
      'the cells of one period',
      object('one cell', { start: { type: 'integer' }, size: { type: 'integer', minimum: 0 } }),
    ),
  ),
};

type Fields = { readonly [K in keyof Nested<typeof FIGURES>]: Schema };

/** The figures, and the groups of them. A group is null of a layer that failed; of the whole, each of its figures may be. */
const figures = (of: 'layer' | 'whole'): Fields => {
  const table = Object.entries<Figure>(FIGURES).filter(([, figure]) => of === 'whole' || figure.of);
  const fields = nested(table, ([key, { parts, doc, inReport = doc, inLayer = inReport }]) => {
    if (parts) return orNull(ref('operations'));
    return of === 'whole' ? figure(inReport) : key.includes('.') ? whole(inLayer) : figure(inLayer);
  }) as Record<string, Schema>;
  for (const [name, doc] of Object.entries(GROUPS)) {
    const group = fields[name] as Record<string, Schema>;
    fields[name] = of === 'whole' ? object(doc, group) : orNull(object(`${doc}; null where unknown`, group));
  }
  return fields as Fields;
};
const { params: _, trainable: __, ...ofLayer } = figures('layer');
const { params, trainable, buffers, macs, flops, ...others } = figures('whole');

const definitions: Readonly<Record<string, Schema>> = {
  shape: orNull(
    list('a shape in the order of settings.layout, without the batch; a vector has one number', {
      type: 'integer',
      minimum: 1,
    }),
  ),
  tensor: object('a named tensor', { name: text('its name'), shape: ref('shape') }),
  operations: object(
    FIGURES.ops.doc,
    Object.fromEntries(OPERATIONS.map((sort) => [sort, whole(`number of ${sort} operations`)])),
  ),
  term: object('a named product', {
    label: text('what it counts: weights, bias'),
    factors: {
      type: 'object',
      description: 'its factors by the symbols of the field: C_out, k_h',
      additionalProperties: { type: 'integer' },
    },
    value: whole('the product'),
  }),
  field: object(
    'a receptive field: output cell i sees input cells i*stride - padding to i*stride - padding + size - 1',
    fieldProperties,
    ['sizeMin', 'phases'],
  ),
  receptiveField: object(
    'the receptive field over all paths, in cells of the first input',
    {
      ...fieldProperties,
      exceedsInput: flag('larger than the input along some axis'),
      local: ref('field', 'without the gates (squeeze-and-excitation) that alone make it global'),
      least: ref('field', 'along the path that sees least, where that is less: the identities of a residual network'),
    },
    ['sizeMin', 'phases', 'local', 'least'],
  ),
  diagnostic: object(
    'something wrong, or worth knowing',
    {
      code: { ...text('stable: shape/kernel-too-large'), pattern: '^[a-z0-9-]+/[a-z0-9-]+$' },
      severity: { enum: ['error', 'warning', 'note'] },
      message: text('one sentence, for people; its words may change'),
      at: orNull(place('where in the spec')),
      help: text('what to write instead'),
      related: list(
        'other places that have to do with it',
        object('a place', { at: place('where in the spec'), message: text('what is there') }),
      ),
    },
    ['help', 'related'],
  ),
};

const layer = object(
  'one row; nothing is folded',
  {
    index: { ...whole('from 1, inputs not counted'), minimum: 1 },
    name: text('unique; scopes joined by dots: layer2.0.conv1'),
    kind: text('the kind of layer: conv'),
    label: text('its main options for people: 96 11x11 / 4'),
    at: orNull(place('where the spec says it')),
    args: orNull({
      type: 'object',
      description:
        'the resolved options, defaults filled in; padding in cells per side; null where they could not be resolved',
    }),
    inputs: list('names of the rows and inputs it reads', { type: 'string' }),
    inputShapes: list('their shapes', ref('shape')),
    outputShape: ref('shape'),
    params: orNull(
      object('weights and biases; null where unknown', {
        total: whole('their number'),
        trainable: whole('those that training changes'),
        human: text('rounded for people: 35K'),
        terms: list('the sum, term by term', ref('term')),
      }),
    ),
    ...ofLayer,
    receptiveField: orNull(ref('receptiveField')),
    receptiveFields: {
      type: 'object',
      description:
        'where the network has several inputs: the field in each of them, by name; null where nothing of it is read',
      additionalProperties: orNull(ref('receptiveField')),
    },
    note: text('what the reader should know about this row: flattens 6x6x256'),
    sharedWith: text('the row whose weights this one reuses; they count there'),
    error: text("the code of this row's own failure; rows that read it have null figures without one"),
  },
  ['receptiveFields', 'note', 'sharedWith', 'error'],
);

/** The schema as an object ready for JSON. */
export const reportSchema = (): Schema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'cnncalc/report/1',
  ...object('what a convolutional network is and costs, layer by layer', {
    schema: { const: 'cnncalc/report/1' },
    version: text('of cnncalc'),
    model: object('the network', {
      name: text('as the spec calls it'),
      source: text('the file, <stdin> or <notation>'),
      variant: orNull(text("which of the spec's variants")),
    }),
    settings: object('what the figures hang on', {
      batch: { ...whole('images at once; multiplies bytes of activations only'), minimum: 1 },
      dtype: { enum: Object.keys(DTYPES), description: 'type of parameters and activations, for bytes' },
      layout: { enum: ['hwc', 'chw'], description: 'the order of the sizes in shapes' },
    }),
    inputs: list('what the network reads', ref('tensor')),
    layers: list('the rows in the order they run; empty where the spec could not be read', layer),
    outputs: list('rows that nobody reads', ref('tensor')),
    totals: object('sums over all rows, also where --only leaves some out; null where a row is unknown', {
      // Here flops come before ops.
      ...{ params, trainable, buffers, macs, flops },
      ...others,
    }),
    diagnostics: list('everything wrong with the spec', ref('diagnostic')),
  }),
  $defs: definitions,
});
