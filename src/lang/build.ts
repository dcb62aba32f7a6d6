// Items -> rows: expands blocks, repeats, branches and sugar. Shapes are known on the way, because expressions ask for them.
// Reading values is scope.ts, taking items apart item.ts, names are names.ts, layers and their sugar layers.ts, the file parse.ts.

import { type Diagnostic, write } from '../core/diagnostic.js';
import { type Findings, MOST_FINDINGS } from '../core/findings.js';
import type { Expectation, Graph, Ignore } from '../core/graph.js';
import type { Registry } from '../core/layer.js';
import { type Layout, type Shape, sameShape } from '../core/shape.js';
import { choice } from '../core/suggest.js';
import { columnsOf, paramsOf, refusedColumns } from './arguments.js';
import { readDefaults } from './defaults.js';
import { readExpectations } from './expect.js';
import { type Block, type Item, ItemReader, option } from './item.js';
import { LayerItems } from './layers.js';
import { readIgnores } from './lint.js';
import { LOST, Names, type Tensors } from './names.js';
import { isTrue } from './operations.js';
import { ValueReader } from './reader.js';
import { MOST_LAYERS, Rows } from './rows.js';
import type { Defaults, Scope } from './scope.js';
import { isNull, lookup, type Value } from './values.js';

/** Copies and readings are counted apart from layers: a repeat of nothing takes time too. */
const LIMITS = { copies: 300_000, depth: 60, path: 1000 } as const;

/** What the builder needs of the file. */
export interface Source {
  readonly registry: Registry;
  readonly blocks: ReadonlyMap<string, Block>;
  /** Names of blocks that no block can have. */
  readonly refused: ReadonlySet<string>;
  /** Every name that a person gave anywhere in the file. */
  readonly names: ReadonlySet<string>;
  readonly layout: Layout;
  /** The file's values. */
  readonly scope: Scope;
  readonly defaults: Value | null;
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
  private readonly ignores: Ignore[] = [];
  private readonly values: ValueReader;
  private readonly items: ItemReader;
  private readonly names: Names;
  private readonly rows: Rows;
  private readonly layers: LayerItems;
  /** The top of the file; blocks find its values here. */
  private readonly file: Scope;
  /** Read once per block, so that a mistake in them is told once. */
  private readonly blockDefaults = new Map<Value, Defaults>();
  private copies = 0;
  private depth = 0;

  constructor(
    private readonly source: Source,
    private readonly findings: Findings,
  ) {
    const { registry, blocks, refused, names, scope, defaults } = source;
    this.values = new ValueReader(findings);
    this.items = new ItemReader({ registry, blocks, refused }, findings);
    this.names = new Names(names, findings);
    this.rows = new Rows(registry, this.names, findings);
    this.layers = new LayerItems(registry, this.rows, this.names, this.values, this.items, findings);
    this.file = defaults ? scope.withDefaults(readDefaults(defaults, registry, findings)) : scope;
  }

  /** Undefined where a limit stopped it: of what is refused nothing is kept. */
  build(
    inputs: readonly { readonly name: string; readonly shape: Shape | null }[],
    layers: Value,
  ): Pick<Graph, 'nodes' | 'expectations' | 'ignores'> | undefined {
    for (const { name, shape } of inputs) this.rows.input(name, shape);
    const { nodes } = this.rows;
    return this.findings.unlessStopped(() => {
      this.list(
        layers,
        this.file,
        nodes.map((node) => node.id),
      );
      return { nodes, expectations: this.expectations, ignores: this.ignores };
    });
  }

  // --- items -----------------------------------------------------------------------------------------------------

  private list(value: Value, scope: Scope, reads: Tensors): Tensors {
    if (value.type === 'scalar') {
      if (!isNull(value))
        this.findings.error(
          'item/no-list',
          'layers stand in a list',
          value.place,
          value.text.length > 60 ? 'write one layer per line, each after a dash' : write(`[${value.text}]`),
        );
      return reads;
    }
    this.depth += 1;
    if (this.depth > LIMITS.depth)
      this.findings.stop(
        'limit/depth',
        `items nest deeper than ${LIMITS.depth} levels`,
        value.place,
        'use blocks or repeat',
      );
    if (scope.path.length > LIMITS.path)
      this.findings.stop(
        'limit/names',
        `a name is longer than ${LIMITS.path} characters here`,
        value.place,
        'use shorter names',
      );
    let current = reads;
    for (const item of this.items.listOf(value)) current = this.item(item, scope, current);
    this.depth -= 1;
    return current;
  }

  /** One list item, with all its copies: what comes out of it, which the next item reads. */
  private item(value: Value, scope: Scope, before: Tensors): Tensors {
    // After so many mistakes nobody reads on.
    if (this.findings.full)
      this.findings.stop(
        'limit/findings',
        `there are more than ${MOST_FINDINGS} mistakes up to here`,
        value.place,
        'mend them first',
      );
    const item = this.items.item(value);
    if (typeof item === 'string') return this.unreadable(value, scope, item);
    const reads = this.from(item, scope, before);
    const first = this.rows.nodes.length;
    // A name with values in it is each copy's own.
    const name = hasCopies(item) && isPattern(item) ? null : this.nameOf(item, scope, reads);
    const result = option(item, 'repeat')
      ? this.repeat(item, { scope, reads, name })
      : this.copy(item, { scope, reads, name });
    if (!result) return before;
    const last = this.rows.nodes.length - 1;
    const lint = option(item, 'lint');
    if (lint) this.ignores.push(...readIgnores(lint, this.findings, [first, last]));
    const expect = option(item, 'expect');
    if (expect && last >= first) {
      const rows = { first, last, result: result[0] ?? LOST };
      this.expectations.push(
        ...readExpectations(
          expect,
          name ?? this.rows.nodes[first]?.name ?? item.key,
          this.source.layout,
          this.findings,
          rows,
        ),
      );
    }
    return item.key === 'aux' ? before : result;
  }

  /** The full name that the item was given; null for none. */
  private nameOf(item: Item, scope: Scope, reads: Tensors): string | null {
    const value = option(item, 'name');
    if (value?.type !== 'scalar' || !isPattern(item)) return this.names.explicit(value, scope);
    const text = this.values.fill(value, scope, this.rows.incoming(reads));
    return text === undefined ? null : this.names.explicit({ ...value, text }, scope);
  }

  private from(item: Item, scope: Scope, before: Tensors): Tensors {
    const value = option(item, 'from');
    if (!value) return before;
    const reads =
      value.type === 'list'
        ? value.items.flatMap((name) => this.names.read(name, scope))
        : this.names.read(value, scope);
    if (reads.length === 0) {
      this.findings.error('from/name', 'from names nothing to read', value.place, 'write from: conv1');
      return [LOST];
    }
    this.count(reads.length, item);
    return reads;
  }

  /** Work done so far. A few lines may ask for any amount of it. */
  private count(more: number, item: Item): void {
    this.copies += more;
    if (this.copies > LIMITS.copies)
      this.findings.stop(
        'limit/copies',
        `the spec expands to more than ${LIMITS.copies} items`,
        item.keyPlace,
        'lower a repeat',
      );
  }

  /** Copies one after the other, under the item's name and their numbers. Null where there are none. */
  private repeat(item: Item, { scope, reads, name }: Spot): Tensors | null {
    const times = this.times(item, scope, reads);
    const own = isPattern(item) || (scope.numbered && name === null);
    const base = own ? null : (name ?? this.names.free(scope, baseName(item)));
    const [first, last] = [option(item, 'first'), option(item, 'last')];
    let current: Tensors | null = null;
    for (let i = 0; i < times; i += 1) {
      let copy = item;
      if (first && i === 0) copy = this.items.override(copy, first, 'first');
      if (last && i === times - 1) copy = this.items.override(copy, last, 'last');
      // Side heads stand side by side.
      const before: Tensors = item.key === 'aux' ? reads : (current ?? reads);
      const inner = scope.copy(i);
      const called = base === null ? this.nameOf(item, inner, before) : `${base}.${i}`;
      current = this.copy(copy, { scope: inner, reads: before, name: called }) ?? current;
    }
    if (current && base !== null) this.names.setResult(base, current);
    return current;
  }

  private times(item: Item, scope: Scope, reads: Tensors): number {
    const value = option(item, 'repeat');
    const n = value && this.values.read(value, scope, this.rows.incoming(reads));
    if (n === undefined || (typeof n === 'number' && Number.isInteger(n) && n >= 0 && n <= MOST_LAYERS)) return n ?? 1;
    const message = `repeat must be a whole number from 0 to ${MOST_LAYERS}, not ${String(n)}`;
    if (typeof n === 'number' && n > MOST_LAYERS) this.findings.stop('limit/layers', message, value?.place);
    const nearest = typeof n === 'number' ? write(String(Math.max(0, Math.round(n)))) : undefined;
    this.findings.error('item/repeat', message, value?.place, nearest);
    return 1;
  }

  /** One copy of an item; null where `when` drops it. */
  private copy(item: Item, place: Spot): Tensors | null {
    this.count(1, item);
    const when = option(item, 'when');
    const wanted = when && this.values.read(when, place.scope, this.rows.incoming(place.reads));
    if (wanted === null)
      this.findings.error('option/value', 'when holds a condition', when?.place, 'write when: c > 3');
    else if (wanted !== undefined && !isTrue(wanted)) return null;
    return this.expand(item, place);
  }

  private expand(item: Item, place: Spot): Tensors {
    const { scope, reads, name } = place;
    if (item.key === 'sequence' || item.key === 'aux') return this.group(item, place, this.inside(item, place));
    if (item.key === 'each') return this.each(item, place);
    const own = name ?? this.names.free(scope, baseName(item));
    // What has a number in a numbered list has its own names inside.
    if (scope.numbered && name === null) return this.expand(item, { ...place, name: own });
    switch (item.key) {
      case 'numbered':
        return this.group(item, place, this.inside(item, place).numbering());
      case 'residual':
        return this.residual(item, place, own);
      case 'use':
        return this.use(item.main?.type === 'scalar' ? item.main.text : '', item, null, place, own);
    }
    if (!item.kind) return this.use(item.key, item, item.main, place, own);
    const inputs = item.kind.role === 'merge' && item.main ? this.branches(item, item.main, place, own) : null;
    const id = inputs
      ? this.rows.add({ item, kind: item.kind, given: new Map(), name: own, reads: inputs })
      : this.layers.add(item, item.kind, scope, reads, own);
    return this.layers.finish(item, scope, [id], own, own);
  }

  private group(item: Item, { scope, reads, name }: Spot, inner: Scope): Tensors {
    const body = item.main ? this.list(item.main, inner, reads) : reads;
    return this.layers.finish(item, scope, body, name, name ?? (() => this.names.free(scope, item.key)));
  }

  /** The scope of what is inside a composite: under its name if it was given one, else the one around it. */
  private inside(item: Item, { scope, name }: Spot): Scope {
    const inner = name === null ? scope : scope.under(name);
    const defaults = option(item, 'defaults');
    return defaults ? inner.withDefaults(this.defaultsOf(defaults)) : inner;
  }

  // --- composites ------------------------------------------------------------------------------------------------

  private residual(item: Item, place: Spot, name: string): Tensors {
    const inner = this.inside(item, place);
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
    return this.layers.finish(item, place.scope, result, name, name);
  }

  /** What the body's result is added to; null for no shortcut at all. */
  private shortcut(item: Item, scope: Scope, reads: Tensors, body: Tensors): Tensors | null {
    const written = option(item, 'shortcut');
    if (written?.type === 'mapping') return this.item(written, scope, reads);
    if (written?.type === 'list') return this.list(written, scope.within('shortcut'), reads);
    const mode = written ? this.values.read(written, scope, undefined, SHORTCUTS) : 'auto';
    if (written && mode !== undefined && !SHORTCUTS.some((known) => known === mode))
      this.findings.error(
        'option/value',
        `shortcut must be ${SHORTCUTS.join(', ')} or a list of layers`,
        written.place,
      );
    const [from, to] = [this.rows.incoming(reads), this.rows.incoming(body)];
    const agree = !from || !to || sameShape(from, to);
    if (mode === 'match') return agree ? reads : null;
    if (mode === 'identity' || !to || (agree && mode !== 'project')) return reads;
    return this.layers.project(item, scope, reads, body, to);
  }

  /** The results of the branches in order: a string is a name, a list a branch, a mapping an item; keys name branches. */
  private branches(item: Item, main: Value, place: Spot, own: string): Tensors {
    const { scope, reads } = place;
    const branch = (value: Value, inner: Scope): Tensors => {
      const result =
        value.type === 'scalar' && !isNull(value)
          ? this.names.read(value, scope)
          : value.type === 'mapping'
            ? this.item(value, inner, reads)
            : this.list(value, inner, reads);
      this.count(Math.max(1, result.length), item);
      return result;
    };
    if (main.type === 'scalar') return [...reads, ...this.names.read(main, scope)];
    if (main.type === 'list') return main.items.flatMap((value) => branch(value, this.inside(item, place)));
    return main.entries.flatMap(({ key, value }) => {
      const inner = scope.under(own).within(key.text);
      const result = branch(value, inner);
      this.names.setResult(`${own}.${key.text}`, result);
      return result;
    });
  }

  private each(item: Item, { scope, reads, name }: Spot): Tensors {
    const own = isPattern(item) || scope.numbered ? name : (name ?? this.names.free(scope, item.key));
    const layers = option(item, 'layers');
    if (!layers)
      this.findings.error(
        'each/layers',
        'each runs the layers below `layers:`, which are missing',
        item.keyPlace,
        'add layers: [...]',
      );
    const columns = columnsOf(item, scope, this.rows.incoming(reads), this.values);
    const refused = refusedColumns(item);
    let current = reads;
    for (let i = 0; layers && i < (columns[0]?.values.length ?? 0); i += 1) {
      this.count(1, item);
      const values = new Map(columns.map((column) => [column.name, column.values[i] ?? null]));
      const inner = scope.copy(i).withValues(values, refused);
      const called = own === null ? this.nameOf(item, inner, current) : `${own}.${i}`;
      current = this.list(layers, called === null ? inner : inner.under(called), current);
      if (called !== null) this.names.setResult(called, current);
    }
    return this.layers.finish(item, scope, current, own, own ?? (() => this.names.free(scope, item.key)));
  }

  private use(block: string, item: Item, main: Value | null, { scope, reads }: Spot, own: string): Tensors {
    const known = this.source.blocks.get(block);
    const place = item.key === 'use' ? (item.main?.place ?? item.keyPlace) : item.keyPlace;
    const recursive = scope.blocks.includes(block);
    if (!known)
      this.findings.error(
        'block/unknown',
        block === '' ? 'use takes the name of a block' : `there is no block called "${block}"`,
        place,
        choice(block, [...this.source.blocks.keys()], 'blocks'),
      );
    else if (recursive)
      this.findings.error('block/recursive', `the block ${block} uses itself`, place, 'use repeat for copies');
    if (!known || recursive)
      return this.layers.finish(
        item,
        scope,
        [this.rows.pushUnknown(own, block || item.key, item.place, known ? 'block/recursive' : 'block/unknown')],
        own,
        own,
      );
    if (main && known.params.length === 0)
      this.findings.error('option/main', `the block ${block} has no params`, main.place, `write ${block} alone`);
    const params = paramsOf(known, item, main, scope, this.file, this.rows.incoming(reads), this.values);
    const inner = scope
      .under(own)
      .entering(block, this.file, known.defaults && this.defaultsOf(known.defaults))
      .withValues(params, known.refused);
    const result = this.list(known.layers, inner, reads);
    const sugar = new Map([...item.options].filter(([name]) => !known.params.some(({ key }) => key.text === name)));
    return this.layers.finish({ ...item, options: sugar }, scope, result, own, own);
  }

  private defaultsOf(value: Value): Defaults {
    const known = this.blockDefaults.get(value) ?? readDefaults(value, this.source.registry, this.findings);
    this.blockDefaults.set(value, known);
    return known;
  }

  private unreadable(value: Value, scope: Scope, code: Diagnostic['code']): Tensors {
    const written =
      (value.type === 'mapping' ? value.entries[0]?.key.text : value.type === 'scalar' ? value.text : '')?.slice(
        0,
        30,
      ) || 'item';
    const chosen = value.type === 'mapping' ? lookup(value, 'name') : undefined;
    const name = this.names.explicit(chosen, scope) ?? this.names.free(scope, written);
    const result = [this.rows.pushUnknown(name, written, value.place, code)];
    this.names.setResult(name, result);
    return result;
  }
}

const SHORTCUTS = ['auto', 'identity', 'match', 'project'] as const;

/** What an unnamed item is called, before its number: its kind, or the block it uses. */
const baseName = (item: Item): string =>
  item.key === 'use' && item.main?.type === 'scalar' ? item.main.text : item.key;

/** `block{i + 1}`: a name with the values of expressions in it. */
const isPattern = (item: Item): boolean => {
  const name = option(item, 'name');
  return name?.type === 'scalar' && /\{[^{}]*\}/.test(name.text);
};

const hasCopies = (item: Item): boolean => item.key === 'each' || item.options.has('repeat');
