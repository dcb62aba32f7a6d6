// What a layer kind's options may hold, and how a written value becomes one. No YAML and no expressions: values arrive evaluated.

import { isExact } from './count.js';
import { isProblem, Problem, type Remedy, write } from './diagnostic.js';
import { fromLayout, type Layout, type Shape } from './shape.js';
import { fromSides, type Padding } from './window.js';

/** A value after expressions are evaluated: what vars, params and options hold. */
export type Plain = number | boolean | string | null | readonly Plain[];

export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * One option of a layer kind. `axes` is the number of spatial axes of the layer's first input, `layout` the order in which the
 * file writes shapes.
 */
export interface Arg<T> {
  readonly doc: string;
  /** Turns a value into the option's own form; a sentence fragment tells what is wrong with it ("must be …"). */
  readonly convert: (value: Plain, axes: number, layout: Layout) => T | Problem;
  /** What an absent option means, as documentation and as value. Absent here = the option must be written. */
  readonly fallback?: {
    readonly text: string;
    readonly value: (axes: number, given: Readonly<Record<string, unknown>>) => T;
  };
  /** Words the option takes as they are, such as `same`; anything else is an expression. */
  readonly words?: readonly string[];
  /** Sizes along the axes: `3x1`. */
  readonly perAxis?: true;
  /** Not an expression but what is written, as it is; or a number that people round, `42M`. */
  readonly reads?: 'text' | 'quantity';
  readonly schema: JsonSchema;
}

export type Args = Readonly<Record<string, Arg<unknown>>>;

/** The resolved options of a kind, from its declaration. */
export type ArgsOf<A extends Args> = { readonly [K in keyof A]: A[K] extends Arg<infer T> ? T : never };

export interface Range {
  readonly min?: number;
  readonly max?: number;
}

const EXPRESSION = { type: 'string', description: 'an expression over vars, params, i, c, h, w' };

const show = (value: Plain): string => (Array.isArray(value) ? `[${value.map(show).join(', ')}]` : String(value));

const inRange = (value: number, { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: Range): boolean =>
  value >= min && value <= max;

const bounds = ({ min, max }: Range): string =>
  min !== undefined && max !== undefined ? ` from ${min} to ${max}` : min !== undefined ? ` of at least ${min}` : '';

const nearestIn = (value: number, { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: Range): number =>
  Math.min(max, Math.max(min, Math.round(value)));

const asInteger = (value: Plain, range: Range): number | Problem => {
  if (typeof value === 'number' && Number.isSafeInteger(value) && inRange(value, range)) return value;
  const fraction = typeof value === 'number' && Number.isFinite(value) && !Number.isInteger(value);
  return new Problem(
    'option/value',
    `must be a whole number${bounds(range)}, not ${show(value)}`,
    typeof value === 'number' && Number.isFinite(value) && isExact(nearestIn(value, range))
      ? write(String(nearestIn(value, range)), fraction ? ', or use // or round() in an expression' : '')
      : undefined,
  );
};

type Fallback<T> = { readonly default?: T; readonly from?: string };

// `from` names another option of the same kind whose value is the default, such as a pool's stride from its kernel.
const fallbackOf = <T, U>(options: Fallback<T>, spread: (value: T, axes: number) => U): Pick<Arg<U>, 'fallback'> => {
  const { default: value, from } = options;
  if (from !== undefined) return { fallback: { text: `the ${from}`, value: (_, given) => given[from] as U } };
  if (value === undefined) return {};
  return { fallback: { text: String(value), value: (axes) => spread(value, axes) } };
};

const same = <T>(value: T): T => value;
const perAxis = <T>(value: T, axes: number): readonly T[] => new Array<T>(axes).fill(value);

/** A whole number. */
export const integer = (doc: string, options: Range & Fallback<number> = {}): Arg<number> => ({
  doc,
  convert: (value) => asInteger(value, options),
  ...fallbackOf(options, same),
  schema: { anyOf: [{ type: 'integer', ...(options.min !== undefined && { minimum: options.min }) }, EXPRESSION] },
});

/** A share of 50 is meant in percent. */
const advisedShare = (value: number, { min, max }: Range): Remedy | undefined =>
  min === 0 && max === 1 && value > 1 && value <= 100 ? write(String(value / 100)) : undefined;

/** A number, with a fraction if need be. */
export const real = (doc: string, options: Range & Fallback<number> = {}): Arg<number> => ({
  doc,
  convert: (value) =>
    typeof value === 'number' && Number.isFinite(value) && inRange(value, options)
      ? value
      : new Problem(
          'option/value',
          `must be a number${bounds(options)}, not ${show(value)}`,
          typeof value === 'number' ? advisedShare(value, options) : undefined,
        ),
  ...fallbackOf(options, same),
  schema: { anyOf: [{ type: 'number' }, EXPRESSION] },
});

/** A bound, which may be none: YAML's `.inf` and `-.inf`. */
export const bound = (doc: string, options: Fallback<number> = {}): Arg<number> => {
  const finite = real(doc, options);
  return {
    ...finite,
    words: Object.keys(INFINITE),
    // A number for those who read YAML, but none of JSON Schema's.
    schema: { not: { type: ['array', 'object', 'boolean', 'null'] } },
    convert: (value, count, layout) =>
      typeof value === 'string' && Object.hasOwn(INFINITE, value)
        ? (INFINITE[value] as number)
        : finite.convert(value, count, layout),
  };
};

/** As YAML writes them. */
const INFINITE: Readonly<Record<string, number>> = {
  '.inf': Number.POSITIVE_INFINITY,
  '-.inf': Number.NEGATIVE_INFINITY,
};

/** Numbers, one for all channels or one for each: `2`, `[0.5, 1, 2]`. */
export const perChannel = (doc: string): Arg<readonly number[]> => {
  const one = real(doc);
  return {
    doc,
    convert: (value, count, layout) => {
      const list: readonly Plain[] = Array.isArray(value) ? value : [value];
      if (list.length === 0) return new Problem('option/value', 'must be a number, or one for each channel, not []');
      const numbers: number[] = [];
      for (const item of list) {
        const number = one.convert(item, count, layout);
        if (isProblem(number)) return number;
        numbers.push(number);
      }
      return numbers;
    },
    schema: { anyOf: [one.schema, { type: 'array', items: one.schema, minItems: 1 }] },
  };
};

/** `true` or `false`. */
export const flag = (doc: string, options: Fallback<boolean> = {}): Arg<boolean> => ({
  doc,
  convert: (value) =>
    typeof value === 'boolean' ? value : new Problem('option/value', `must be true or false, not ${show(value)}`),
  ...fallbackOf(options, same),
  schema: { anyOf: [{ type: 'boolean' }, EXPRESSION] },
});

/** One of a few words. */
export const word = <const W extends string>(doc: string, words: readonly W[], options: Fallback<W> = {}): Arg<W> => ({
  doc,
  words,
  convert: (value) =>
    words.find((w) => w === value) ?? new Problem('option/value', `must be ${words.join(' or ')}, not ${show(value)}`),
  ...fallbackOf(options, same),
  schema: { enum: words },
});

/** One whole number per spatial axis: `3`, `3x1`, `[3, 1]`; a single number serves all axes. */
export const axes = (doc: string, options: Range & Fallback<number> = {}): Arg<readonly number[]> => ({
  doc,
  convert: (value, count) => {
    const list = alongAxes(value, count);
    return isProblem(list) ? list : allIntegers(list, options);
  },
  perAxis: true,
  ...fallbackOf(options, perAxis),
  schema: perAxisSchema(options),
});

/** One positive number per spatial axis, fractions allowed: `2`, `[1.5, 2.5]`. */
export const factors = (doc: string): Arg<readonly number[]> => ({
  doc,
  convert: (value, count) => {
    const list = alongAxes(value, count);
    if (isProblem(list)) return list;
    const wrong = list.find((n) => !isPositive(n));
    return wrong === undefined
      ? list.filter(isPositive)
      : new Problem('option/value', `must be a number above 0, not ${show(wrong)}`);
  },
  perAxis: true,
  schema: {
    anyOf: [
      { type: 'number', exclusiveMinimum: 0 },
      EXPRESSION,
      { type: 'array', items: { anyOf: [{ type: 'number' }, EXPRESSION] } },
    ],
  },
});

/** The value for each axis; a single one serves all. A vector has none: that it needs a volume, the layer says itself. */
const alongAxes = (value: Plain, count: number): readonly Plain[] | Problem => {
  if (count === 0) return [];
  const list = Array.isArray(value) ? value : perAxis(value, count);
  return list.length === count ? list : wrongLength(list.length, count);
};

const isPositive = (n: Plain): n is number => typeof n === 'number' && Number.isFinite(n) && n > 0;

const wrongLength = (given: number, axes: number, more = ''): Problem =>
  new Problem(
    'option/value',
    `has ${given} numbers for an input with ${axes} ${axes === 1 ? 'axis' : 'axes'}`,
    `write one number, or ${axes}${more}`,
  );

const perAxisSchema = (options: Range): JsonSchema => {
  const one = { type: 'integer', ...(options.min !== undefined && { minimum: options.min }) };
  return { anyOf: [one, EXPRESSION, { type: 'array', items: { anyOf: [one, EXPRESSION] } }] };
};

const allIntegers = (list: readonly Plain[], range: Range): readonly number[] | Problem => {
  const numbers: number[] = [];
  for (const value of list) {
    const number = asInteger(value, range);
    if (isProblem(number)) return number;
    numbers.push(number);
  }
  return numbers;
};

/** Any number of whole numbers: a shape, an order of axes. */
export const integers = (doc: string, options: Range = {}): Arg<readonly number[]> => ({
  doc,
  convert: (value) => allIntegers(Array.isArray(value) ? value : [value], options),
  schema: perAxisSchema(options),
});

/** A name, as it is written. */
export const text = (doc: string): Arg<string> => ({
  doc,
  reads: 'text',
  convert: (value) =>
    typeof value === 'string' && value !== ''
      ? value
      : new Problem('option/value', `must be a name, not ${show(value)}`),
  schema: { type: 'string', minLength: 1 },
});

/** How many, as exactly as one knows: `47314`, `42M`. */
export const quantity = (doc: string): Arg<number> => ({
  ...integer(doc, { min: 0 }),
  reads: 'quantity',
});

/** Sizes as inputs are written, channels last or as the file's layout says; a single one is a vector. */
export const shape = (doc: string): Arg<Shape> => ({
  doc,
  convert: (value, _, layout) => {
    const sizes = allIntegers(Array.isArray(value) ? value : [value], { min: 1 });
    if (isProblem(sizes)) return sizes;
    return sizes.length > 0 && sizes.length <= 4
      ? fromLayout(sizes, layout)
      : new Problem('option/value', `has ${sizes.length} sizes`, 'write 1 to 4, as 7x7x64, 100x64 or 10');
  },
  schema: perAxisSchema({ min: 1 }),
});
/** The words that a padding may be: all of them, those of a pool, none. */
const PADDINGS = { causal: ['same', 'valid', 'causal'], same: ['same', 'valid'], none: [] } as const;

/** `2 | same | valid | 1x2 | [h, w] | [t, r, b, l]`: as long as the axes is per axis, twice as long is per side. */
export const padding = (
  doc: string,
  options: Fallback<number> & { readonly words?: keyof typeof PADDINGS } = {},
): Arg<Padding> => {
  const words: readonly Plain[] = PADDINGS[options.words ?? 'same'];
  const convert = (value: Plain, count: number): Padding | Problem => {
    if ((value === 'same' || value === 'causal') && words.includes(value)) return value;
    if (count === 0) return [];
    const list = value === 'valid' ? perAxis<Plain>(0, count) : Array.isArray(value) ? value : perAxis(value, count);
    const numbers = allIntegers(list, { min: 0 });
    if (isProblem(numbers)) return numbers;
    if (numbers.length === count) return numbers.map((n) => [n, n] as const);
    if (numbers.length === 2 * count) return fromSides(numbers);
    return wrongLength(numbers.length, count, ` per axis, or ${2 * count} per side`);
  };
  return {
    doc,
    words: PADDINGS[options.words ?? 'same'],
    perAxis: true,
    convert,
    ...fallbackOf<number, Padding>(options, (n, count) => perAxis([n, n] as const, count)),
    schema: {
      anyOf: [...(words.length > 0 ? [{ enum: words }] : []), ...(perAxisSchema({ min: 0 })['anyOf'] as JsonSchema[])],
    },
  };
};

/** An option that may be left out without having a value then: its absence means something of its own. */
export const optional = <T>(arg: Arg<T>, text: string): Arg<T | undefined> => ({
  ...arg,
  fallback: { text, value: () => undefined },
});

/**
 * The options of a layer from what was given: converted, with defaults filled in. All problems, each about its option;
 * defaults that lean on another option (`stride` on `kernel`) come after it.
 */
export const resolveArgs = (
  declared: Args,
  given: ReadonlyMap<string, Plain>,
  axes: number,
  layout: Layout,
): { readonly args: Readonly<Record<string, unknown>>; readonly problems: readonly Problem[] } => {
  const args: Record<string, unknown> = {};
  const problems: Problem[] = [];
  const absent: string[] = [];
  // In their order as they are declared, whatever was given: so they are printed, and so they are compared.
  for (const name in declared) args[name] = undefined;
  for (const name in declared) {
    const arg = declared[name];
    const value = given.get(name);
    if (value === undefined && !given.has(name)) absent.push(name);
    if (!arg || value === undefined) continue;
    const converted = arg.convert(value, axes, layout);
    if (isProblem(converted))
      problems.push(new Problem(converted.code, `${name} ${converted.message}`, converted.remedy, name));
    else args[name] = converted;
  }
  for (const name of absent) {
    const arg = declared[name];
    if (!arg) continue;
    if (arg.fallback) args[name] = arg.fallback.value(axes, args);
    else problems.push(new Problem('option/missing', `${name} is missing: ${arg.doc}`, `add ${name}: …`, name));
  }
  return { args, problems };
};
