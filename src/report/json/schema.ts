// JSON Schemas as values that carry the type of what they describe, so that who writes a result and what is promised of it cannot
// drift apart; and the envelope of every result. No result here.
//
// Fields are only ever added, so that nothing here forbids others. Unknown figures are null, never 0.

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
export const whole = (description: string, minimum = 0): Schema<number> => ({ type: 'integer', minimum, description });
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

export const shape = orNull(
  list(
    'a shape in the order of settings.layout, without the batch; a vector has one number; null where unknown',
    whole('a size', 1),
  ),
);

const model = object('the network', {
  name: text('as the spec calls it'),
  source: text('the file, <stdin> or <notation>'),
  variant: orNull(text("which of the spec's variants")),
});

/** The schema of `cnncalc/NAME/1` about one network. */
export const ofNetwork = <P extends Fields>(name: string, description: string, fields: P) =>
  result(name, description, { model, ...fields });

/** The schema of `cnncalc/NAME/1` about none or several networks. */
export const result = <P extends Fields>(name: string, description: string, fields: P) => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: `cnncalc/${name}/1`,
  ...object(description, {
    schema: { const: `cnncalc/${name}/1` } as Schema<string>,
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
