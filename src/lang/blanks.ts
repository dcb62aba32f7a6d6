// Values written `_`, to be found: where they stand in a file, and the file with others in their places. No searching.

import type { Place } from '../core/diagnostic.js';
import type { LayerKind, Registry } from '../core/layer.js';
import type { Layout } from '../core/shape.js';
import type { ParseOptions } from './file.js';
import { isBlank, lookup, type Mapping, plainScalar, type Scalar, type Value } from './values.js';
import { canonicalOption } from './vocabulary.js';

/** A `_` or `?` in a text: `_x_x3` has two, its parts 0 and 1. */
interface Slot {
  readonly scalar: Scalar;
  readonly part: number;
}

/** One unknown. Several places may wait for it: an image is as wide as it is high. */
export interface Blank {
  /** By its canonical name: `kernel`, `filters`; `size` or `channels` of an input; a var's or param's own. */
  readonly option: string;
  readonly of: 'layer' | 'input' | 'value';
  readonly kind: LayerKind | null;
  /** Where its item begins; absent where it stands in none. */
  readonly item?: Place | undefined;
  /** What the item, the input or the group of values is called, as far as the text says. */
  readonly name: string;
  readonly place: Place | undefined;
  readonly slots: readonly Slot[];
  /** Whether it is all that is written for its option; else other axes are known. */
  readonly whole: boolean;
  /** The position of its item in the file's list of layers; 0 for what stands outside it. */
  readonly index: number;
}

/** One number for all axes, or one for each; or a word. */
export type Filling = readonly number[] | 'same';
export type Fillings = ReadonlyMap<Blank, Filling>;

/** A file with values missing in it, or in what is said from outside. */
export interface Unfinished {
  readonly file: Mapping;
  readonly options: ParseOptions;
  readonly blanks: readonly Blank[];
  /** What was said from outside with a `_` in it, by the name of the var; the input's is `''`. */
  readonly outside: ReadonlyMap<string, Scalar>;
}

/** What an item says that is no value of a layer. */
const NO_VALUES: readonly string[] = ['name', 'from', 'share', 'note', 'expect', 'shortcut'];

export const unfinished = (file: Mapping, options: ParseOptions): Unfinished => {
  const finder = new Finder(file, options.registry);
  const outside = new Map<string, Scalar>();
  const texts = { ...options.set, ...(options.input !== undefined && { '': options.input }) };
  for (const [name, text] of Object.entries(texts)) {
    const scalar = plainScalar(text);
    if (isBlank(scalar)) outside.set(name, scalar);
  }
  return { file, options, blanks: finder.all(outside, options.input !== undefined), outside };
};

interface Context {
  readonly of: Blank['of'];
  readonly kind: LayerKind | null;
  readonly item?: Place | undefined;
  readonly name: string;
  readonly option: string;
  readonly whole: boolean;
  readonly index: number;
}

class Finder {
  private readonly found: Blank[] = [];
  private readonly seen = new Set<Value>();

  constructor(
    private readonly file: Mapping,
    private readonly registry: Registry,
  ) {}

  all(outside: ReadonlyMap<string, Scalar>, hasInput: boolean): readonly Blank[] {
    const layers = lookup(this.file, 'layers');
    const context = {
      of: 'value',
      kind: null,
      name: 'vars',
      option: '',
      whole: true,
      index: 0,
    } as const;
    const input = outside.get('') ?? (hasInput ? undefined : lookup(this.file, 'input'));
    if (input) this.input(input, 'input');
    const several = lookup(this.file, 'inputs');
    if (several?.type === 'mapping') for (const { key, value } of several.entries) this.input(value, key.text);
    for (const [name, scalar] of outside) if (name !== '') this.visit(scalar, { ...context, option: name });
    const vars = lookup(this.file, 'vars');
    for (const { key, value } of vars?.type === 'mapping' ? vars.entries : [])
      if (!outside.has(key.text)) this.visit(value, { ...context, option: key.text });
    for (const name of ['defaults', 'blocks'])
      this.visit(lookup(this.file, name) ?? plainScalar('', this.file.place), { ...context, name });
    const items = layers?.type === 'list' ? layers.items : layers ? [layers] : [];
    for (const [index, item] of items.entries()) this.visit(item, { ...context, name: 'layers', index });
    return this.found;
  }

  private visit(value: Value, context: Context): void {
    if (this.seen.has(value)) return;
    this.seen.add(value);
    if (value.type === 'scalar') {
      if (isBlank(value)) this.add(value, context);
    } else if (value.type === 'list') for (const item of value.items) this.visit(item, { ...context, whole: false });
    else this.mapping(value, context);
  }

  private mapping(value: Mapping, outer: Context): void {
    const own = value.entries.find(({ key }) => this.registry.find(key.text));
    const kind = own ? (this.registry.find(own.key.text) ?? null) : outer.kind;
    const named = lookup(value, 'name');
    const name = named?.type === 'scalar' ? named.text : (kind?.name ?? outer.name);
    const context: Context = own ? { ...outer, of: 'layer', kind, item: value.place, name } : { ...outer, name };
    for (const entry of value.entries) {
      const { key } = entry;
      const option = entry === own ? (kind?.main ?? '') : canonicalOption(kind, key.text);
      if (!NO_VALUES.includes(option) && !option.startsWith('x-'))
        this.visit(entry.value, { ...context, option, whole: true });
    }
  }

  private add(scalar: Scalar, { whole, ...context }: Context): void {
    const slots = slotsOf(scalar).map((part) => ({ scalar, part }));
    this.found.push({ ...context, place: scalar.place, slots, whole: whole && partsOf(scalar).length === 1 });
  }

  /** Sizes along the axes are one unknown, channels another. */
  private input(value: Value, name: string): void {
    const common = { of: 'input', kind: null, name, index: 0, whole: false } as const;
    const slots: { slot: Slot; isSize: boolean }[] = [];
    if (value.type === 'mapping')
      for (const { key, value: size } of value.entries)
        if (size.type === 'scalar' && isBlank(size))
          slots.push({ slot: { scalar: size, part: 0 }, isSize: key.text !== 'channels' });
    if (value.type === 'scalar' && isBlank(value)) {
      const last = partsOf(value).length - 1;
      const channels = this.layout() === 'chw' ? 0 : last;
      for (const part of slotsOf(value)) slots.push({ slot: { scalar: value, part }, isSize: part !== channels });
    }
    for (const [option, isSize] of [['size', true] as const, ['channels', false] as const]) {
      const wanted = slots.filter((slot) => slot.isSize === isSize).map(({ slot }) => slot);
      if (wanted.length > 0) this.found.push({ ...common, option, place: value.place, slots: wanted });
    }
  }

  private layout(): Layout {
    const written = lookup(this.file, 'layout');
    return written?.type === 'scalar' && written.text === 'chw' ? 'chw' : 'hwc';
  }
}

const partsOf = ({ text }: Scalar): readonly string[] => text.split(/\s*[x×]\s*/);

const slotsOf = (scalar: Scalar): readonly number[] =>
  partsOf(scalar).flatMap((part, i) => (part === '_' || part === '?' ? [i] : []));

/** The file, and what is said from outside, with the blanks filled; those that have no filling stay. */
export const filled = (
  { file, options, outside }: Unfinished,
  fillings: Fillings,
): Omit<Unfinished, 'blanks' | 'outside'> => {
  const parts = new Map<Scalar, string[]>();
  for (const [blank, filling] of fillings)
    blank.slots.forEach(({ scalar, part }, i) => {
      const written = parts.get(scalar) ?? [...partsOf(scalar)];
      written[part] =
        filling === 'same' ? filling : blank.slots.length > 1 ? `${filling[i] ?? filling[0]}` : filling.join('x');
      parts.set(scalar, written);
    });
  const texts = new Map<Value, Value>(
    [...parts].map(([scalar, text]) => [scalar, plainScalar(text.join('x'), scalar.place)]),
  );
  const said = (name: string): string | undefined => {
    const scalar = outside.get(name);
    return scalar && parts.get(scalar)?.join('x');
  };
  const input = said('') ?? options.input;
  const set = Object.fromEntries(Object.entries(options.set ?? {}).map(([name, text]) => [name, said(name) ?? text]));
  return {
    file: replaced(file, texts) as Mapping,
    options: { ...options, ...(input !== undefined && { input }), ...(options.set && { set }) },
  };
};

/** The value with others in the places of some; what holds none of them is the same as before. */
const replaced = (value: Value, by: Map<Value, Value>): Value => {
  const known = by.get(value);
  if (known || value.type === 'scalar') return known ?? value;
  let result: Value = value;
  if (value.type === 'list') {
    const items = value.items.map((item) => replaced(item, by));
    if (items.some((item, i) => item !== value.items[i])) result = { ...value, items };
  } else {
    const entries = value.entries.map((entry) => {
      const inner = replaced(entry.value, by);
      return inner === entry.value ? entry : { ...entry, value: inner };
    });
    if (entries.some((entry, i) => entry !== value.entries[i])) result = { ...value, entries };
  }
  by.set(value, result);
  return result;
};
