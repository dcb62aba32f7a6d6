// JSON Schemas as values that carry the type of what they describe, so that who writes a result and what is promised of it cannot
// drift apart; the parts that several results have; and the envelope of every result. No result here.
//
// Fields are only ever added, so that nothing here forbids others. Unknown figures are null, never 0.

import { OPERATIONS, type Operation } from '../../core/count.js';
import type { Graph } from '../../core/graph.js';

declare const described: unique symbol;

/** A schema of values of type T; the type stands nowhere at run time. */
export interface Schema<T> {
  readonly [described]?: T;
  readonly [keyword: string]: unknown;
}

/** What a schema describes. */
export type Described<S> = S extends Schema<infer T> ? T : never;

/** A field that may be absent. */
export interface Optional<T> {
  readonly optional: Schema<T>;
}

type Fields = Readonly<Record<string, Schema<unknown> | Optional<unknown>>>;

type ObjectOf<P extends Fields> = {
  readonly [K in keyof P as P[K] extends Optional<unknown> ? never : K]: Described<P[K]>;
} & {
  readonly [K in keyof P as P[K] extends Optional<unknown> ? K : never]?: P[K] extends Optional<infer T> ? T : never;
};

const isOptional = (field: Schema<unknown> | Optional<unknown>): field is Optional<unknown> => 'optional' in field;

export const object = <P extends Fields>(description: string, properties: P): Schema<ObjectOf<P>> => ({
  type: 'object',
  description,
  properties: Object.fromEntries(
    Object.entries(properties).map(([name, field]) => [name, isOptional(field) ? field.optional : field]),
  ),
  required: Object.keys(properties).filter((name) => !isOptional(properties[name] as Fields[string])),
});

export const optional = <T>(schema: Schema<T>): Optional<T> => ({ optional: schema });

export const text = (description: string): Schema<string> => ({ type: 'string', description });
export const flag = (description: string): Schema<boolean> => ({ type: 'boolean', description });
export const number = (description: string): Schema<number> => ({ type: 'number', description });
export const integer = (description: string): Schema<number> => ({ type: 'integer', description });
export const whole = (description: string, minimum = 0): Schema<number> => ({ ...integer(description), minimum });
export const list = <T>(description: string, items: Schema<T>): Schema<readonly T[]> => ({
  type: 'array',
  description,
  items,
});
export const record = <T>(description: string, values: Schema<T>): Schema<Readonly<Record<string, T>>> => ({
  type: 'object',
  description,
  additionalProperties: values,
});
export const word = <const W extends string>(description: string, words: readonly W[]): Schema<W> => ({
  enum: words,
  description,
});
export const either = <A, B>(description: string, a: Schema<A>, b: Schema<B>): Schema<A | B> => ({
  description,
  anyOf: [a, b],
});
/** The same, said of something else. */
export const about = <T>(description: string, schema: Schema<T>): Schema<T> => ({ ...schema, description });
export const orNull = <T>(schema: Schema<T>): Schema<T | null> => {
  const { description, ...rest } = schema;
  return { ...(description !== undefined && { description }), anyOf: [rest, { type: 'null' }] };
};
/** A count, null where unknown. */
export const figure = (description: string): Schema<number | null> =>
  orNull(whole(`${description}; null where unknown`));
/** A measured number; what is no finite number is null in JSON. */
export const measured = (description: string): Schema<number | null> =>
  orNull(number(`${description}; null where it is no finite number`));

export const place = (description: string): Schema<{ readonly line: number; readonly column: number }> =>
  object(description, {
    line: whole('from 1', 1),
    column: whole('from 1, in UTF-16 units', 1),
    length: optional(whole('in UTF-16 units, on the line')),
  });

export const diagnostic = object('something wrong, or worth knowing', {
  code: { ...text('stable: shape/kernel-too-large'), pattern: '^[a-z0-9-]+/[a-z0-9-]+$' } as Schema<string>,
  severity: word('how bad it is', ['error', 'warning', 'note']),
  message: text('one sentence, for people; its words may change'),
  at: orNull(place('where in the spec')),
  help: optional(text('what to write instead')),
  related: optional(
    list(
      'other places that have to do with it',
      object('a place', { at: place('where in the spec'), message: text('what is there') }),
    ),
  ),
});

// --- parts of several results -------------------------------------------------------------------------------------------

const SIZES = 'sizes without the batch, channels last but under --layout chw';
export const shape = (description: string) => list(`${description}: ${SIZES}`, whole('a size', 1));
export const shapeIfKnown = (description: string) =>
  orNull(about(`${description}: ${SIZES}; null where unknown`, shape(description)));

export const tensor = object('a named tensor', { name: text('its name'), shape: shapeIfKnown('its shape') });

const perAxis = (description: string, items: Schema<number>) =>
  orNull(list(`${description}, per spatial axis (h, w); null where the field is global`, items));

const fieldFields = {
  size: perAxis('input cells that one output cell sees; the largest, where it depends on the cell', whole('cells')),
  stride: perAxis('input cells between the fields of neighbouring cells; the mean, where it varies', number('cells')),
  padding: perAxis("how far the first cell's field reaches over the edge of the input", number('cells')),
  center: perAxis("the middle of the first cell's field, in input cells", number('from 0')),
  global: flag('every cell sees the whole input'),
  exact: flag('false marks a bound'),
  sizeMin: optional(list('the smallest field per axis; absent where all cells see as much', whole('cells'))),
  phases: optional(
    list(
      'per axis every cell of one period, or of the layer where there is none; absent where all cells see alike',
      list('the cells', object('a cell', { start: integer('its first input cell'), size: whole('how many it sees') })),
    ),
  ),
};

/** What tracksJson writes. */
export const field = object(
  'a receptive field: output cell i sees input cells i*stride - padding to i*stride - padding + size - 1',
  fieldFields,
);

/** What fieldJson writes. */
export const receptiveField = object('the receptive field over all paths, in cells of an input', {
  ...fieldFields,
  exceedsInput: flag('larger than the input along some axis'),
  local: optional(
    about('without the gates (squeeze-and-excitation) that alone make it global; absent where there are none', field),
  ),
  least: optional(
    about('on the path that sees least: the identities of a residual network; absent where all see as much', field),
  ),
});

/** Of a network; a result has those that it needs. */
export const totalsFields = {
  params: figure('weights and biases'),
  trainable: figure('those that training changes'),
  buffers: figure('elements of running statistics'),
  macs: figure('multiply-accumulates of convolutions and dense layers for one image, bias not counted'),
  flops: figure('2 x macs, and the other operations'),
  ops: orNull(
    object(
      'operations besides multiply-accumulates, by sort; null where unknown',
      Object.fromEntries(OPERATIONS.map((sort) => [sort, whole(`number of ${sort} operations`)])) as {
        readonly [O in Operation]: Schema<number>;
      },
    ),
  ),
  weightLayers: figure('layers with a kernel or weight matrix on the longest path: AlexNet 8'),
  activations: figure('elements of all outputs, for one image'),
  bytes: object('bytes at the dtype of the spec', {
    params: figure('of all parameters'),
    activations: figure('of all outputs, for the whole batch'),
    peakActivations: figure('of the outputs alive at once while the rows run in order'),
  }),
};

export const differenceFields = {
  maxAbsDiff: measured('the largest difference of two values'),
  largest: measured('the largest value of both, which says how much that is'),
  equal: flag('as far as float32 goes: within 1e-4 of the largest value'),
};

export const modelFields = {
  name: text('as the spec calls it'),
  source: text('the file, <stdin> or <notation>'),
  variant: orNull(text("which of the spec's variants; null where it has none")),
};

// --- the envelope -------------------------------------------------------------------------------------------------------

/** The schema of `cnncalc/NAME/1` about one network. */
export const ofNetwork = <P extends Fields>(name: string, description: string, fields: P) =>
  result(name, description, { model: object('the network', modelFields), ...fields });

/** The schema of `cnncalc/NAME/1` about none or several networks. */
export const result = <P extends Fields>(name: string, description: string, fields: P) => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: `cnncalc/${name}/1`,
  ...object(description, {
    schema: {
      const: `cnncalc/${name}/1`,
      description: 'what this is; to the same number fields are only added',
    } as Schema<string>,
    version: text('of cnncalc'),
    ...fields,
  }),
});

/** Where a result comes from. */
export interface Origin {
  readonly version: string;
  readonly source: string;
  readonly graph: Pick<Graph, 'name' | 'variant'>;
}

/** What every result about one network begins with. */
export const envelope = (name: string, { version, source, graph }: Origin) => ({
  schema: `cnncalc/${name}/1`,
  version,
  model: { name: graph.name, source, variant: graph.variant },
});
