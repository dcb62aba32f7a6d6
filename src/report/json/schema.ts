// JSON Schemas as values that carry the type of what they describe, so that who writes a result and what is promised of it cannot
// drift apart; and the envelope of every result. No result here; what several have in common is parts.ts.
//
// Fields are only ever added, so that nothing here forbids others. Unknown figures are null, never 0.

import type { Graph } from '../../core/graph.js';

/** A schema of values of type T; `described` is there for the type checker only. */
export interface Schema<T> {
  readonly described?: T;
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

/** Made when it is first asked for, and then the same: most results are written where nobody asks for their schema. */
export const once = <S>(make: () => S): (() => S) => {
  let made: S | undefined;
  return () => {
    made ??= make();
    return made;
  };
};

/** Schemas that stand once in what is printed, below their names. */
const NAMES = new WeakMap<object, string>();

export const named = <T>(name: string, schema: Schema<T>): Schema<T> => {
  NAMES.set(schema, name);
  return schema;
};

/** The same, said of something else. */
export const about = <T>(description: string, schema: Schema<T>): Schema<T> =>
  NAMES.has(schema) ? { description, allOf: [schema] } : { ...schema, description };
export const orNull = <T>(schema: Schema<T>): Schema<T | null> => {
  const { description, ...rest } = schema;
  return {
    ...(description !== undefined && { description }),
    anyOf: [NAMES.has(schema) ? schema : rest, { type: 'null' }],
  };
};
/** A count, null where unknown. */
export const figure = (description: string): Schema<number | null> =>
  orNull(whole(`${description}; null where unknown`));
/** A measured number; what is no finite number is null in JSON. */
export const measured = (description: string): Schema<number | null> =>
  orNull(number(`${description}; null where it is no finite number`));

// --- the envelope -------------------------------------------------------------------------------------------------------

export const modelFields = {
  name: text('as the spec calls it'),
  source: text('the file, <stdin> or <notation>'),
  variant: orNull(text("which of the spec's variants; null where it has none")),
};

/** The schema of `cnncalc/NAME/1` about one network. */
export const ofNetwork = <P extends Fields>(name: string, description: string, fields: P) =>
  result(name, description, { model: named('model', object('the network', modelFields)), ...fields });

/** The schema of `cnncalc/NAME/1` about none or several networks. */
export const result = <P extends Fields>(name: string, description: string, fields: P) => {
  const schema = object(description, {
    schema: {
      const: `cnncalc/${name}/1`,
      description: 'what this is; to the same number fields are only added',
    } as Schema<string>,
    version: text('of cnncalc'),
    ...fields,
  });
  const definitions: Record<string, unknown> = {};
  const whole = printed(schema, definitions) as typeof schema;
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `cnncalc/${name}/1`,
    ...whole,
    ...(Object.keys(definitions).length > 0 && { $defs: definitions }),
  };
};

/** A schema with references to those that have a name, which are put into `definitions`. */
const printed = (schema: unknown, definitions: Record<string, unknown>): unknown => {
  if (Array.isArray(schema)) return schema.map((one) => printed(one, definitions));
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = () =>
    Object.fromEntries(Object.entries(schema).map(([keyword, value]) => [keyword, printed(value, definitions)]));
  const name = NAMES.get(schema);
  if (name === undefined) return inner();
  definitions[name] ??= inner();
  const { description } = schema as { readonly description?: unknown };
  return { $ref: `#/$defs/${name}`, description };
};

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
