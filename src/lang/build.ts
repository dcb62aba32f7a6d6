// Items -> rows: expands blocks, repeats, branches and sugar. Shapes are known on the way, because expressions ask for them.
// Reading values is scope.ts, taking items apart item.ts, names are names.ts, single rows rows.ts, the file is parse.ts.

import type { Plain } from '../core/args.js';
import type { Diagnostic, Place } from '../core/diagnostic.js';
import type { Expectation, Node } from '../core/graph.js';
import type { LayerKind, Registry } from '../core/layer.js';
import { type Layout, type Shape, sameShape } from '../core/shape.js';
import { suggestion } from '../core/suggest.js';
import { readDefaults } from './defaults.js';
import { readExpectations } from './expect.js';
import { type Block, type Item, ItemReader, option, plainItem } from './item.js';
import { LOST, Names, type Tensors } from './names.js';
import { MOST_LAYERS, Rows, Stop } from './rows.js';
import { type Defaults, isTrue, type Scope, ValueReader } from './scope.js';
import { SUGAR, type Sugar } from './words.js';
import { type Entry, isNull, lookup, type Mapping, plainScalar, type Value } from './yaml.js';

/** Copies are counted apart from layers: a repeat of nothing takes time too. */
const LIMITS = { copies: 1_000_000, depth: 60 } as const;

/** What the builder needs of the file. */
export interface Source {
  readonly registry: Registry;
  readonly blocks: ReadonlyMap<string, Block>;
  /** Every name that a person gave anywhere in the file. */
  readonly names: ReadonlySet<string>;
  readonly layout: Layout;
  /** The file's values. */
  readonly scope: Scope;
  readonly defaults: Value | null;
}

interface Evaluated {
  readonly given: Map<string, Plain>;
  readonly broken: string | null;
  readonly defaults: readonly Defaults[];
}

/** Where one copy of an item stands. */
interface Spot {
  readonly scope: Scope;
  readonly reads: Tensors;
  /** The full name that a person or a repeat gave. Only such a name opens a scope for what is inside. */
  readonly name: string | null;
}

export class Builder {
  private readonly expectations: Expectation[] = [];
  private readonly values: ValueReader;
  private readonly items: ItemReader;
  private readonly names: Names;
  private readonly rows: Rows;
  /** The top of the file; blocks find its values here. */
  private readonly file: Scope;
  /** Read once per block, so that a mistake in them is told once. */
  private readonly blockDefaults = new Map<Value, Defaults>();
  private readonly evaluated = new Map<Item, Evaluated>();
  private readonly sugar = new Map<Value, Item>();
  private copies = 0;
  private depth = 0;

  constructor(
    private readonly source: Source,
    private readonly diagnostics: Diagnostic[],
  ) {
    const { registry, blocks, names, scope, defaults } = source;
    this.values = new ValueReader(diagnostics);
    this.items = new ItemReader({ registry, blocks }, diagnostics);
    this.names = new Names(names, diagnostics);
    this.rows = new Rows(registry, this.names, diagnostics);
    this.file = defaults ? scope.withDefaults(readDefaults(defaults, registry, diagnostics)) : scope;
  }

  build(
    inputs: readonly { readonly name: string; readonly shape: Shape | null }[],
    layers: Value,
  ): { nodes: readonly Node[]; expectations: readonly Expectation[] } {
    for (const { name, shape } of inputs) this.rows.input(name, shape);
    try {
      this.list(
        layers,
        this.file,
        this.rows.nodes.map((node) => node.id),
      );
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
    }
    return { nodes: this.rows.nodes, expectations: this.expectations };
  }

  // --- items -----------------------------------------------------------------------------------------------------

  private list(value: Value, scope: Scope, reads: Tensors): Tensors {
    if (value.type === 'mapping') return this.item(value, scope, reads);
    if (value.type === 'scalar') {
      if (!isNull(value))
        this.error(
          'item/no-list',
          'layers stand in a list',
          value.place,
          'write one layer per line, each after a dash',
        );
      return reads;
    }
    this.depth += 1;
    if (this.depth > LIMITS.depth)
      this.stop('limit/depth', `items nest deeper than ${LIMITS.depth} levels`, value.place, 'use blocks or repeat');
    let current = reads;
    for (const item of value.items) current = this.item(item, scope, current);
    this.depth -= 1;
    return current;
  }

  /** One list item, with all its copies: what comes out of it, which the next item reads. */
  private item(value: Value, scope: Scope, before: Tensors): Tensors {
    const item = this.items.item(value);
    if (!item) return this.unreadable(value, scope);
    const reads = this.from(item, scope, before);
    const first = this.rows.nodes.length;
    const name = this.names.explicit(option(item, 'name'), scope);
    const result = option(item, 'repeat')
      ? this.repeat(item, { scope, reads, name })
      : this.copy(item, { scope, reads, name });
    if (!result) return before;
    const expect = option(item, 'expect');
    if (expect && this.rows.nodes.length > first) {
      const rows = { first, last: this.rows.nodes.length - 1, result: result[0] ?? LOST };
      this.expectations.push(
        ...readExpectations(
          expect,
          name ?? this.rows.nodes[first]?.name ?? item.key,
          this.source.layout,
          this.diagnostics,
          rows,
        ),
      );
    }
    return item.key === 'aux' ? before : result;
  }

  private from(item: Item, scope: Scope, before: Tensors): Tensors {
    const value = option(item, 'from');
    if (!value) return before;
    return value.type === 'list'
      ? value.items.flatMap((name) => this.names.read(name, scope))
      : this.names.read(value, scope);
  }

  /** Copies one after the other, under the item's name and their numbers. Null where there are none. */
  private repeat(item: Item, { scope, reads, name }: Spot): Tensors | null {
    const times = this.times(item, scope, reads);
    const base = name ?? this.names.free(scope, baseName(item));
    const [first, last] = [this.overrides(item, 'first'), this.overrides(item, 'last')];
    let current: Tensors | null = null;
    for (let i = 0; i < times; i += 1) {
      let copy = item;
      if (first && i === 0) copy = this.items.override(copy, first);
      if (last && i === times - 1) copy = this.items.override(copy, last);
      current = this.copy(copy, { scope: scope.copy(i), reads: current ?? reads, name: `${base}.${i}` }) ?? current;
    }
    if (current) this.names.setResult(base, current);
    return current;
  }

  private times(item: Item, scope: Scope, reads: Tensors): number {
    const value = option(item, 'repeat');
    const n = value && this.values.read(value, scope, this.rows.incoming(reads));
    if (n === undefined || (typeof n === 'number' && Number.isInteger(n) && n >= 0 && n <= MOST_LAYERS)) return n ?? 1;
    const tooMany = typeof n === 'number' && n > MOST_LAYERS;
    this.error(
      tooMany ? 'limit/layers' : 'item/repeat',
      `repeat must be a whole number from 0 to ${MOST_LAYERS}, not ${String(n)}`,
      value?.place,
    );
    return 1;
  }

  private overrides(item: Item, which: 'first' | 'last'): Mapping | null {
    const value = option(item, which);
    if (!value || value.type === 'mapping') return value ?? null;
    this.error('item/overrides', `${which} holds options to override, as in ${which}: {stride: 2}`, value.place);
    return null;
  }

  /** One copy of an item; null where `when` drops it. */
  private copy(item: Item, place: Spot): Tensors | null {
    this.copies += 1;
    if (this.copies > LIMITS.copies)
      this.stop(
        'limit/copies',
        `the spec expands to more than ${LIMITS.copies} items`,
        item.keyPlace,
        'lower a repeat',
      );
    const when = option(item, 'when');
    const wanted = when && this.values.read(when, place.scope, this.rows.incoming(place.reads));
    if (wanted !== undefined && !isTrue(wanted)) return null;
    return this.expand(item, place);
  }

  private expand(item: Item, place: Spot): Tensors {
    const { scope, reads, name } = place;
    if (item.key === 'sequence' || item.key === 'aux') {
      const body = item.main ? this.list(item.main, this.inside(place), reads) : reads;
      return this.finish(item, scope, body, name, name ?? `${scope.path}${item.key}`);
    }
    const own = name ?? this.names.free(scope, baseName(item));
    switch (item.key) {
      case 'residual':
        return this.residual(item, place, own);
      case 'each':
        return this.each(item, place, own);
      case 'use':
        return this.use(item.main?.type === 'scalar' ? item.main.text : '', item, null, place, own);
    }
    if (!item.kind) return this.use(item.key, item, item.main, place, own);
    const inputs = item.kind.role === 'merge' && item.main ? this.branches(item.main, place, own) : null;
    const id = inputs
      ? this.rows.add({ item, kind: item.kind, given: new Map(), name: own, reads: inputs })
      : this.layer(item, item.kind, place, own);
    return this.finish(item, scope, [id], own, own);
  }

  /** The scope of what is inside a composite: under its name if it was given one, else the one around it. */
  private inside({ scope, name }: Spot): Scope {
    return name === null ? scope : scope.under(name);
  }

  /** Sugar, and the name's result: the end of every item. Sugar rows are called after `row`. */
  private finish(item: Item, scope: Scope, result: Tensors, name: string | null, row: string): Tensors {
    let current = result;
    for (const which of SUGAR) {
      const value = option(item, which) ?? (item.kind ? scope.defaultOf(item.kind.name, which)?.value : undefined);
      const made = value && this.sugarItem(value, which, scope, current);
      if (!made?.kind) continue;
      const full = `${row}.${which}`;
      current = [this.layer(made, made.kind, { scope, reads: current, name: full }, full, item.place)];
      this.names.setResult(full, current);
    }
    if (name !== null) this.names.setResult(name, current);
    return current;
  }

  // --- composites ------------------------------------------------------------------------------------------------

  private residual(item: Item, place: Spot, name: string): Tensors {
    const inner = this.inside(place);
    const body = item.main ? this.list(item.main, inner, place.reads) : place.reads;
    const shortcut = this.shortcut(item, inner, place.reads, body);
    const result = shortcut
      ? [
          this.rows.add({
            item,
            kind: this.rows.kind('add'),
            given: new Map(),
            name,
            reads: [...body, ...shortcut],
          }),
        ]
      : body;
    return this.finish(item, place.scope, result, name, name);
  }

  /** What the body's result is added to; null for no shortcut at all. */
  private shortcut(item: Item, scope: Scope, reads: Tensors, body: Tensors): Tensors | null {
    const written = option(item, 'shortcut');
    if (written && written.type !== 'scalar') return this.list(written, scope.within('shortcut'), reads);
    const mode = written ? this.values.read(written, scope, undefined, SHORTCUTS) : 'auto';
    if (written && mode !== undefined && !SHORTCUTS.some((known) => known === mode))
      this.error('option/value', `shortcut must be ${SHORTCUTS.join(', ')} or a list of layers`, written.place);
    const [from, to] = [this.rows.incoming(reads), this.rows.incoming(body)];
    const agree = !from || !to || sameShape(from, to);
    if (mode === 'match') return agree ? reads : null;
    if (mode === 'identity' || !to || (agree && mode !== 'project')) return reads;
    return this.project(item, scope, reads, body, to);
  }

  /** A 1x1 convolution with the body's total stride, under the conv defaults in force but without an activation. */
  private project(item: Item, scope: Scope, reads: Tensors, body: Tensors, to: Shape): Tensors {
    const kind = this.rows.kind('conv');
    const stride = this.totalStride(body[0] ?? LOST, reads[0] ?? LOST, to.length - 1);
    const name = this.names.freeBare(scope, 'shortcut');
    const given = this.given(kind, new Map(), scope, reads);
    for (const [key, value] of Object.entries({
      filters: to[0] ?? 1,
      kernel: 1,
      stride,
      padding: 0,
      dilation: 1,
      groups: 1,
    }))
      given.set(key, value);
    const id = this.rows.add({ item, kind, given, name, reads });
    const off: Entry = { key: plainScalar('act', item.keyPlace), value: plainScalar('none', item.keyPlace) };
    return this.finish({ ...item, kind, options: new Map([['act', off]]) }, scope, [id], name, name);
  }

  // The product of the strides from the body's result back to what it reads. Upsampling bodies need a shortcut of their own.
  private totalStride(result: number, source: number, axes: number): readonly number[] {
    const stride = new Array<number>(axes).fill(1);
    const { nodes } = this.rows;
    for (let node = nodes[result]; node && node.id !== source; node = nodes[node.inputs[0] ?? LOST]) {
      const reach = node.facts?.reach;
      if (!reach || reach === 'global') continue;
      reach.forEach((axis, a) => {
        stride[a] = ((stride[a] ?? 1) * axis.advance) / axis.taps.length;
      });
    }
    return stride.map((s) => Math.max(1, Math.round(s)));
  }

  /** The results of the branches in order: a string is a name, a list a branch, a mapping an item; keys name branches. */
  private branches(main: Value, place: Spot, own: string): Tensors {
    const { scope, reads } = place;
    const branch = (value: Value, inner: Scope): Tensors => {
      if (value.type === 'scalar' && !isNull(value)) return this.names.read(value, scope);
      return value.type === 'mapping' ? this.item(value, inner, reads) : this.list(value, inner, reads);
    };
    if (main.type === 'scalar') return [...reads, ...this.names.read(main, scope)];
    if (main.type === 'list') return main.items.flatMap((value) => branch(value, this.inside(place)));
    return main.entries.flatMap(({ key, value }) => {
      const inner = scope.under(own).within(key.text);
      const result = branch(value, inner);
      this.names.setResult(`${own}.${key.text}`, result);
      return result;
    });
  }

  private each(item: Item, { scope, reads }: Spot, name: string): Tensors {
    const layers = option(item, 'layers');
    if (!layers)
      this.error(
        'each/layers',
        'each runs the layers below `layers:`, which are missing',
        item.keyPlace,
        'add layers: [...]',
      );
    const columns = this.columns(item, scope, reads);
    let current = reads;
    for (let i = 0; layers && i < (columns[0]?.values.length ?? 0); i += 1) {
      const values = new Map(columns.map((column) => [column.name, column.values[i] ?? null]));
      current = this.list(layers, scope.under(`${name}.${i}`).copy(i).withValues(values), current);
      this.names.setResult(`${name}.${i}`, current);
    }
    return this.finish(item, scope, current, name, name);
  }

  private columns(item: Item, scope: Scope, reads: Tensors): readonly { name: string; values: readonly Plain[] }[] {
    if (item.main?.type !== 'mapping') {
      this.error(
        'each/columns',
        'each takes columns of values',
        item.main?.place ?? item.keyPlace,
        'write each: {filters: [64, 128], times: [1, 2]}',
      );
      return [];
    }
    const columns = item.main.entries.flatMap(({ key, value }) => {
      const values = this.values.readWord(value, scope, this.rows.incoming(reads));
      if (Array.isArray(values)) return [{ name: key.text, values: values as readonly Plain[], place: value.place }];
      if (values !== undefined)
        this.error(
          'each/columns',
          `${key.text} is one value where a list is wanted`,
          value.place,
          `write [${value.type === 'scalar' ? value.text : ''}]`,
        );
      return [];
    });
    const [first] = columns;
    const uneven = columns.find((column) => column.values.length !== first?.values.length);
    if (!first || !uneven) return columns;
    this.error(
      'each/length',
      `${uneven.name} has ${uneven.values.length} values, ${first.name} has ${first.values.length}`,
      uneven.place,
      'give every column one value per copy',
    );
    return [];
  }

  private use(block: string, item: Item, main: Value | null, { scope, reads }: Spot, own: string): Tensors {
    const known = this.source.blocks.get(block);
    const place = item.key === 'use' ? (item.main?.place ?? item.keyPlace) : item.keyPlace;
    const recursive = scope.blocks.includes(block);
    if (!known)
      this.error(
        'block/unknown',
        `there is no block called "${block}"`,
        place,
        suggestion(block, [...this.source.blocks.keys()], 'blocks'),
      );
    else if (recursive) this.error('block/recursive', `the block ${block} uses itself`, place, 'use repeat for copies');
    if (!known || recursive)
      return this.finish(
        item,
        scope,
        [this.rows.pushUnknown(own, block, item.place, known ? 'block/recursive' : 'block/unknown')],
        own,
        own,
      );
    const params = this.params(known, item, main, scope, reads);
    const inner = scope
      .under(own)
      .entering(block, this.file, known.defaults && this.defaultsOf(known.defaults))
      .withValues(params);
    const result = this.list(known.layers, inner, reads);
    const sugar = new Map([...item.options].filter(([name]) => !known.params.some(({ key }) => key.text === name)));
    return this.finish({ ...item, options: sugar }, scope, result, own, own);
  }

  private defaultsOf(value: Value): Defaults {
    const known = this.blockDefaults.get(value) ?? readDefaults(value, this.source.registry, this.diagnostics);
    this.blockDefaults.set(value, known);
    return known;
  }

  // Arguments are evaluated where the block is used, defaults at entry and in order; both see what the copy receives.
  private params(
    block: Block,
    item: Item,
    main: Value | null,
    scope: Scope,
    reads: Tensors,
  ): ReadonlyMap<string, Plain | undefined> {
    const values = new Map<string, Plain | undefined>();
    const incoming = this.rows.incoming(reads);
    block.params.forEach(({ key, value: fallback }, i) => {
      const written = option(item, key.text) ?? (i === 0 ? main : null);
      if (!written && isNull(fallback)) {
        this.error(
          'block/param-missing',
          `the block ${block.name} needs ${key.text}`,
          item.keyPlace,
          `add ${key.text}: …`,
        );
        values.set(key.text, undefined);
        return;
      }
      const inside = scope.entering(block.name, this.file, null).withValues(values);
      values.set(
        key.text,
        written ? this.values.readWord(written, scope, incoming) : this.values.readWord(fallback, inside, incoming),
      );
    });
    return values;
  }

  // --- layers ----------------------------------------------------------------------------------------------------

  /** The row of a layer. Sugar stands in the text where its layer does, whatever default it comes from. */
  private layer(item: Item, kind: LayerKind, { scope, reads }: Spot, name: string, place: Place = item.place): number {
    const { given, broken } = this.options(item, kind, scope, reads);
    const row = { item: { place, keyPlace: item.keyPlace }, kind, name, reads };
    if (broken !== null) return this.rows.pushFailed(row, null, broken);
    const placeOf = (key: string) => (key === kind.main ? item.main : option(item, key))?.place;
    const id = this.rows.add({ ...row, given, placeOf });
    const shared = option(item, 'share');
    if (shared) this.rows.share(id, shared, scope);
    return id;
  }

  /** The item's evaluated options, or the code of what is wrong with them. Options that ask for no value are read once. */
  private options(item: Item, kind: LayerKind, scope: Scope, reads: Tensors): Evaluated {
    const known = this.evaluated.get(item);
    if (known && known.defaults === scope.defaults) return known;
    const options = new Map(item.options);
    if (item.main && kind.main)
      options.set(kind.main, { key: plainScalar(kind.main, item.keyPlace), value: item.main });
    else if (item.main)
      this.error(
        'option/main',
        `${item.key} takes no value`,
        item.main.place,
        `write ${item.key} alone, or its options by name`,
      );
    const [before, asked] = [this.diagnostics.length, this.values.asked];
    const given = this.given(kind, options, scope, reads);
    const broken = this.diagnostics.slice(before).find((d) => d.severity === 'error')?.code ?? null;
    const evaluated = { given, broken, defaults: scope.defaults };
    if (this.values.asked === asked) this.evaluated.set(item, evaluated);
    return evaluated;
  }

  /** The evaluated options of a row: its own, then the nearest defaults. What hangs on unknown figures stays out. */
  private given(
    kind: LayerKind,
    options: ReadonlyMap<string, Entry>,
    scope: Scope,
    reads: Tensors,
  ): Map<string, Plain> {
    const given = new Map<string, Plain>();
    const incoming = this.rows.incoming(reads);
    for (const name in kind.args) {
      const entry = options.get(name) ?? scope.defaultOf(kind.name, name);
      if (!entry || isNull(entry.value)) continue;
      const value = this.values.read(entry.value, scope, incoming, kind.args[name]?.words);
      if (value !== undefined) given.set(name, value);
    }
    return given;
  }

  /** The layer that `norm: bn`, `act: {leakyrelu: 0.2}` or `drop: 0.5` means; null for `none`. */
  private sugarItem(value: Value, which: Sugar, scope: Scope, reads: Tensors): Item | null {
    const known = this.sugar.get(value);
    if (known) return known;
    const asked = this.values.asked;
    const item = this.readSugar(value, which, scope, reads);
    if (item && this.values.asked === asked) this.sugar.set(value, item);
    if (item === null || item.kind?.role === ROLES[which]) return item;
    const kinds = this.source.registry.kinds.filter((kind) => kind.role === ROLES[which]).map((kind) => kind.name);
    const text = value.type === 'scalar' ? value.text : item.key;
    const takes = which === 'drop' ? 'a rate' : 'a kind of layer';
    this.error(
      'option/sugar',
      `${which} takes ${takes}, not ${text}`,
      value.place,
      suggestion(text, [...kinds, 'none'], `for ${which}`),
    );
    return null;
  }

  /** The item a value of sugar stands for, of whatever kind; without a kind where it names none. */
  private readSugar(value: Value, which: Sugar, scope: Scope, reads: Tensors): Item | null {
    if (value.type === 'mapping') return this.items.item(value);
    const { registry } = this.source;
    const named = value.type === 'scalar' ? registry.find(value.text) : undefined;
    const written = named ? named.name : this.values.readWord(value, scope, this.rows.incoming(reads));
    if (written === undefined || written === null || written === 'none' || written === false) return null;
    const at = plainScalar(String(written), value.place);
    if (which === 'drop' && typeof written === 'number') return plainItem(this.rows.kind('dropout'), at);
    const kind = typeof written === 'string' ? registry.find(written) : undefined;
    return { ...plainItem(kind ?? null, at), main: null };
  }

  private unreadable(value: Value, scope: Scope): Tensors {
    const written =
      (value.type === 'mapping' ? value.entries[0]?.key.text : value.type === 'scalar' ? value.text : '')?.slice(
        0,
        30,
      ) || 'item';
    const chosen = value.type === 'mapping' ? lookup(value, 'name') : undefined;
    const name = this.names.explicit(chosen, scope) ?? this.names.free(scope, written);
    const result = [this.rows.pushUnknown(name, written, value.place, 'item/unknown-kind')];
    this.names.setResult(name, result);
    return result;
  }

  private error(code: string, message: string, at: Place | undefined, help?: string): void {
    this.values.report(code, message, at, help);
  }

  private stop(code: string, message: string, at: Place, help: string): never {
    this.error(code, message, at, help);
    throw new Stop();
  }
}

const SHORTCUTS = ['auto', 'identity', 'match', 'project'] as const;

const ROLES = { norm: 'norm', act: 'activation', drop: 'regularisation' } as const;

/** What an unnamed item is called, before its number: its kind, or the block it uses. */
const baseName = (item: Item): string =>
  item.key === 'use' && item.main?.type === 'scalar' ? item.main.text : item.key;
