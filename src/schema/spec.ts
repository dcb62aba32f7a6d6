// The JSON Schema of the architecture language, for editors: completion, hover texts, and the mistakes a schema can see.
//
// Generated from the registry and the words of the language. It is lenient where expressions stand (any string may be one)
// and where a block may be meant: an item whose key is no kind is let through, an item of a known kind is held to its options.

import type { Arg, JsonSchema } from '../core/args.js';
import type { FIGURES } from '../core/figures.js';
import { AS, DTYPES } from '../core/graph.js';
import type { LayerKind, Registry } from '../core/layer.js';
import { LAYOUTS } from '../core/shape.js';
import {
  BLOCK_DOCS,
  DEFAULTS_DOC,
  EXPECT_DOCS,
  FILE_DOCS,
  ITEM_DOCS,
  LINT_DOCS,
  SHORTCUT_DOC,
  STRUCTURE_DOCS,
  SUGAR_DOCS,
} from '../lang/described.js';
import { EXPECTED, isTotal } from '../lang/expect.js';
import { takesSugar } from '../lang/vocabulary.js';
import { type FILE_KEYS, ITEM_KEYS, OPTION_ALIASES, SHORTCUTS, STRUCTURES, SUGAR } from '../lang/words.js';

type Schema = JsonSchema;
type Properties = Readonly<Record<string, Schema>>;

const ref = (name: string): Schema => ({ $ref: `#/$defs/${name}` });
const anyOf = (description: string, ...schemas: readonly Schema[]): Schema => ({ description, anyOf: schemas });
const STRING = { type: 'string' } as const;
const NUMBER = { type: 'number' } as const;
const BOOLEAN = { type: 'boolean' } as const;
const NULL = { type: 'null' } as const;
const INTEGER = { type: 'integer', minimum: 1 } as const;
const listOf = (items: Schema): Schema => ({ type: 'array', items });

/** A mapping of these keys, and `x-…` which are free. */
const closed = (properties: Properties, rest: Schema = {}): Schema => ({
  type: 'object',
  properties,
  patternProperties: { '^x-': true },
  additionalProperties: false,
  ...rest,
});

const quantity = (description: string): Schema =>
  anyOf(
    `${description}: a bare integer is exact, 35K is what rounds to it, ~35K is loose`,
    { type: 'number', minimum: 0 },
    STRING,
  );
const sizes = (description: string): Schema => anyOf(description, STRING, INTEGER, listOf(INTEGER));

const { params, trainable, frozen, macs, flops, weightLayers, ...expected } = Object.fromEntries(
  EXPECTED.map(([key, figure]) => [key, quantity(`${figure.doc}${isTotal(figure) ? ', of the whole network' : ''}`)]),
) as Record<keyof typeof FIGURES, Schema>;

const expectation: Schema = {
  description: FILE_DOCS.expect,
  ...closed({
    out: sizes(EXPECT_DOCS.out),
    ...{ params, trainable, frozen, macs, flops },
    ...expected,
    rf: sizes(EXPECT_DOCS.rf),
    weightLayers,
    source: { ...STRING, description: EXPECT_DOCS.source },
    note: { ...STRING, description: EXPECT_DOCS.note },
  }),
};

const ITEM: Record<Exclude<(typeof ITEM_KEYS)[number], 'lint'>, Schema> = {
  name: anyOf(ITEM_DOCS.name, STRING, NUMBER, BOOLEAN),
  from: anyOf(ITEM_DOCS.from, STRING, listOf(STRING)),
  repeat: anyOf(ITEM_DOCS.repeat, { type: 'integer', minimum: 0 }, STRING),
  first: { type: 'object', description: ITEM_DOCS.first },
  last: { type: 'object', description: ITEM_DOCS.last },
  when: anyOf(ITEM_DOCS.when, BOOLEAN, NUMBER, STRING),
  expect: expectation,
  share: { ...STRING, description: ITEM_DOCS.share },
  frozen: anyOf(ITEM_DOCS.frozen, BOOLEAN, STRING),
  as: anyOf(ITEM_DOCS.as, { enum: Object.keys(AS) }, STRING, NULL),
  note: { ...STRING, description: ITEM_DOCS.note },
};

/** Everything that a word or a one-key mapping of an option may say of a layer to add: `bn`, `{groupnorm: 32}`, `none`. */
const addition = (description: string, kinds: readonly LayerKind[]): Schema => {
  const names = kinds.flatMap((kind) => [kind.name, ...(kind.aliases ?? [])]);
  return anyOf(description, { enum: [...names, 'none'] }, { type: 'object', minProperties: 1 }, STRING, NULL);
};

const sugar = ({ kinds }: Registry): Record<(typeof SUGAR)[number], Schema> => ({
  norm: addition(
    SUGAR_DOCS.norm,
    kinds.filter((kind) => kind.role === 'norm'),
  ),
  act: addition(
    SUGAR_DOCS.act,
    kinds.filter((kind) => kind.role === 'activation'),
  ),
  drop: anyOf(SUGAR_DOCS.drop, { type: 'number', minimum: 0, maximum: 1 }, { enum: ['none'] }, STRING, NULL),
});

const described = (arg: Arg<unknown>): Schema => ({
  description: arg.fallback ? `${arg.doc}; ${arg.fallback.text} by default` : arg.doc,
  ...arg.schema,
});

/** The options of a kind, and other words for them. */
const optionsOf = (kind: LayerKind): Properties => {
  const options = Object.fromEntries(Object.entries(kind.args).map(([name, arg]) => [name, described(arg)]));
  const aliases = Object.entries(OPTION_ALIASES).flatMap(([alias, name]): [string, Schema][] => {
    const option = options[name];
    return option && !(alias in options) ? [[alias, { ...option, description: `the same as ${name}` }]] : [];
  });
  return { ...options, ...Object.fromEntries(aliases) };
};

const wordsOf = (kind: LayerKind): readonly string[] => [kind.name, ...(kind.aliases ?? [])];

/** What stands at the kind key. */
const mainOf = (kind: LayerKind): Schema => {
  const arg = kind.main === undefined ? undefined : kind.args[kind.main];
  if (kind.role === 'merge') return { ...ref('branches'), description: kind.doc };
  return arg ? anyOf(`${kind.doc} Here: ${arg.doc}.`, arg.schema, NULL) : { ...NULL, description: kind.doc };
};

const structures: Record<(typeof STRUCTURES)[number], { readonly main: Schema; readonly options: Properties }> = {
  residual: {
    main: { ...ref('layers'), description: STRUCTURE_DOCS.residual },
    options: {
      shortcut: anyOf(SHORTCUT_DOC, { enum: [...SHORTCUTS] }, ref('layers'), ref('item'), STRING),
    },
  },
  sequence: {
    main: { ...ref('layers'), description: STRUCTURE_DOCS.sequence },
    options: { defaults: ref('defaults') },
  },
  numbered: {
    main: {
      ...ref('layers'),
      description: STRUCTURE_DOCS.numbered,
    },
    options: { defaults: ref('defaults') },
  },
  aux: {
    main: {
      ...ref('layers'),
      description: STRUCTURE_DOCS.aux,
    },
    options: { defaults: ref('defaults') },
  },
  use: { main: { ...STRING, description: STRUCTURE_DOCS.use }, options: {} },
  each: {
    main: { type: 'object', description: STRUCTURE_DOCS.each, additionalProperties: true },
    options: { layers: ref('layers') },
  },
};

const refs = (names: readonly string[]): Properties => Object.fromEntries(names.map((name) => [name, ref(name)]));

/** What stands below `$defs/KIND`: the whole item of that kind. */
const itemOf = (kind: LayerKind): Schema =>
  closed({
    ...Object.fromEntries(wordsOf(kind).map((word) => [word, mainOf(kind)])),
    ...optionsOf(kind),
    ...refs(ITEM_KEYS),
    ...refs(takesSugar(kind) ? SUGAR : []),
  });

const compositeOf = (name: (typeof STRUCTURES)[number]): Schema =>
  closed(
    {
      [name]: structures[name].main,
      ...structures[name].options,
      ...refs(ITEM_KEYS),
      ...refs(SUGAR),
    },
    name === 'use' ? { additionalProperties: true } : {},
  );

const item = ({ kinds }: Registry): Schema => {
  const all = [
    ...kinds.map((kind) => ({ name: kind.name, words: wordsOf(kind) })),
    ...STRUCTURES.map((name) => ({ name, words: [name] })),
  ];
  return {
    type: 'object',
    minProperties: 1,
    properties: {
      ...Object.fromEntries(
        all.flatMap(({ name, words }) => words.map((word) => [word, ref(`${name}/properties/${word}`)])),
      ),
      ...refs(ITEM_KEYS),
      ...refs(SUGAR),
    },
    allOf: all.map(({ name, words }) => ({
      if: { anyOf: words.map((word) => ({ required: [word] })) },
      // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
      then: ref(name),
    })),
  };
};

const defaults = (registry: Registry): Schema => {
  const of = (kind: LayerKind): Schema => ({
    description: kind.doc,
    ...closed({
      ...Object.fromEntries(Object.keys(optionsOf(kind)).map((name) => [name, ref(`${kind.name}/properties/${name}`)])),
      ...refs([...(takesSugar(kind) ? SUGAR : []), 'frozen', 'as']),
    }),
  });
  return {
    type: 'object',
    description: DEFAULTS_DOC,
    properties: Object.fromEntries(registry.kinds.flatMap((kind) => wordsOf(kind).map((word) => [word, of(kind)]))),
    additionalProperties: false,
  };
};

const size = anyOf('a whole number, or an expression', INTEGER, STRING);
const input: Schema = {
  description: FILE_DOCS.input,
  anyOf: [
    STRING,
    INTEGER,
    listOf({ anyOf: [INTEGER, STRING] }),
    {
      type: 'object',
      properties: { channels: size, depth: size, height: size, width: size, length: size },
      required: ['channels'],
      additionalProperties: false,
    },
  ],
};

const block: Schema = {
  ...closed({
    params: anyOf(BLOCK_DOCS.params, { type: 'object' }, NULL),
    layers: ref('layers'),
    defaults: ref('defaults'),
    note: ITEM.note,
  }),
  required: ['layers'],
};

const file: Record<(typeof FILE_KEYS)[number], Schema> = {
  spec: { description: FILE_DOCS.spec, enum: [1] },
  name: { ...ITEM.name, description: FILE_DOCS.name },
  input,
  inputs: { type: 'object', description: FILE_DOCS.inputs, additionalProperties: ref('input') },
  layout: { enum: LAYOUTS, description: FILE_DOCS.layout },
  batch: anyOf(FILE_DOCS.batch, INTEGER, STRING),
  dtype: { enum: Object.keys(DTYPES), description: FILE_DOCS.dtype },
  vars: anyOf(FILE_DOCS.vars, { type: 'object' }, NULL),
  defaults: anyOf(FILE_DOCS.defaults, ref('defaults'), NULL),
  blocks: anyOf(FILE_DOCS.blocks, { type: 'object', additionalProperties: ref('block') }, NULL),
  variants: anyOf(
    FILE_DOCS.variants,
    {
      type: 'object',
      additionalProperties: anyOf('vars', { type: 'object', properties: { expect: ref('expect') } }, NULL),
    },
    NULL,
  ),
  layers: ref('layers'),
  outputs: anyOf(FILE_DOCS.outputs, STRING, listOf(STRING)),
  expect: ref('expect'),
  lint: ref('lint'),
  note: ITEM.note,
};

/** What may be said of the lint rules with these ids. */
const lint = (rules: readonly string[]): Schema => {
  const families = new Set(rules.map((id) => `${id.split('/')[0]}/*`));
  const rule = { anyOf: [{ enum: [...rules, ...families] }, STRING] };
  return {
    description: FILE_DOCS.lint,
    ...closed({ ignore: anyOf(LINT_DOCS.ignore, rule, listOf(rule), NULL) }),
  };
};

/** The schema as an object ready for JSON. `rules` are the ids of the lint rules. */
export const specSchema = (registry: Registry, rules: readonly string[]): Schema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'cnncalc spec',
  description: 'a convolutional network, layer by layer',
  ...closed({ ...file, input: ref('input') }),
  required: ['layers'],
  anyOf: [{ required: ['input'] }, { required: ['inputs'] }],
  $defs: {
    input,
    layers: { description: FILE_DOCS.layers, anyOf: [listOf(ref('item')), ref('item')] },
    item: {
      description: 'a kind of layer with its options, a composite, or a block',
      anyOf: [{ enum: registry.kinds.flatMap(wordsOf) }, STRING, item(registry)],
    },
    branches: {
      anyOf: [
        listOf({
          anyOf: [{ ...STRING, description: 'the name of an earlier item' }, listOf(ref('item')), ref('item')],
        }),
        {
          type: 'object',
          description: 'branches by name',
          additionalProperties: anyOf('the layers of a branch', ref('layers'), NULL),
        },
        STRING,
        NULL,
      ],
    },
    block,
    defaults: defaults(registry),
    ...ITEM,
    lint: lint(rules),
    ...sugar(registry),
    ...Object.fromEntries(STRUCTURES.map((name) => [name, compositeOf(name)])),
    ...Object.fromEntries(registry.kinds.map((kind) => [kind.name, itemOf(kind)])),
  },
});
