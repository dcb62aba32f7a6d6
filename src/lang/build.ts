// Items -> rows: expands blocks, repeats, branches and sugar. Shapes are known on the way, because expressions ask for them.
// Reading values is reader.ts, taking items apart item.ts, names are names.ts, layers and their sugar layers.ts, the file file.ts.

import { type Diagnostic, type Place, write } from '../core/diagnostic.js';
import { type Findings, MOST_FINDINGS } from '../core/findings.js';
import type { Composite, Expectation, Graph, Ignore } from '../core/graph.js';
import type { Registry } from '../core/layer.js';
import { type Layout, type Shape, sameShape } from '../core/shape.js';
import { choice } from '../core/suggest.js';
import { columnsOf, paramsOf, refusedColumns } from './arguments.js';
import { readDefaults } from './defaults.js';
import { readExpectations } from './expect.js';
import { Freezing } from './freeze.js';
import { isGlob, type Matcher } from './globs.js';

import { type Item, ItemReader, isPattern, option, withoutValues } from './item.js';
import type { Lasting } from './lasting.js';
import { LayerItems } from './layers.js';
import type { Budget } from './limits.js';
import { readIgnores } from './lint.js';
import { LOST, Names, type ReadBy, type Span, type Tensors } from './names.js';
import { isTrue } from './operations.js';
import type { ValueReader } from './reader.js';
import { Rows } from './rows.js';
import type { Defaults, Scope } from './scope.js';
import { Sharing } from './share.js';
import { isNull, lookup, type Value } from './values.js';
import type { Block } from './vocabulary.js';
import { SHORTCUTS } from './words.js';

/** Copies and readings are counted apart from layers: a repeat of nothing takes time too. */
const LIMITS = { depth: 60, path: 1000 } as const;

/** What is kept of every copy takes longer than what is read and forgotten. */
const MADE = 10;

/** What the builder needs of the file. */
export interface Source {
  readonly registry: Registry;
  readonly blocks: ReadonlyMap<string, Block>;
  /** Names of blocks that were refused. */
  readonly refused: ReadonlySet<string>;
  /** Every name that a person gave anywhere in the file. */
  readonly names: ReadonlySet<string>;
  /** The order in which the file writes shapes, and that in which they are told of. */
  readonly layout: Layout;
  readonly shown: Layout;
  /** The file's values. */
  readonly scope: Scope;
  readonly defaults: Value | null;
  readonly values: ValueReader;
  readonly lasting: Lasting;
  /** Of names with wildcards, where there are any. */
  readonly match: Matcher | undefined;
  /** What is frozen from outside. */
  readonly freeze: readonly string[];
  /** The code of a mistake in the file that may be about everything in it. */
  readonly broken: Diagnostic['code'] | undefined;
  readonly most: Budget;
}

/** What the network reads, and where that is said. */
export interface InputRead {
  readonly name: string;
  readonly shape: Shape | null;
  readonly at?: Place | undefined;
}

/** Where one copy of an item stands. */
interface Spot {
  readonly scope: Scope;
  readonly reads: Tensors;
  /** The full name that a person or a repeat gave. Only such a name opens a scope for what is inside. */
  readonly name: string | null;
}

const defaults = () => new WeakMap<Value, Defaults>();
/** Items without what their block takes. */
const withoutParams = () => new WeakMap<Item, Item>();

export class Builder {
  private readonly expectations: Expectation[] = [];
  private readonly ignores: Ignore[] = [];
  private readonly used = new Map<string, string>();
  private readonly composites: Composite[] = [];
  private readonly values: ValueReader;
  private readonly items: ItemReader;
  private readonly names: Names;
  private readonly rows: Rows;
  private readonly sharing: Sharing;
  private readonly freezing: Freezing;
  private readonly layers: LayerItems;
  /** The top of the file; blocks find its values here. */
  private readonly file: Scope;
  /** Read once per block, so that a mistake in them is told once. */
  private readonly blockDefaults = new Map<Value, Defaults>();
  /** What does not depend on the copy is read once. */
  private readonly ignored = new Map<Value, readonly Ignore[]>();
  private readonly expected = new Map<Value, readonly Expectation[]>();
  private copies = 0;
  private depth = 0;
  /** What makes no row and is not dropped: lists that were written empty. */
  private empty = 0;

  constructor(
    private readonly source: Source,
    private readonly findings: Findings,
  ) {
    const { registry, blocks, refused, names, scope, values, lasting, layout, shown, most } = source;
    this.values = values;
    this.items = new ItemReader({ registry, blocks, refused }, findings, lasting);
    this.names = new Names(names, findings, values.work, source.match);
    this.rows = new Rows(registry, this.names, layout, shown, findings, most);
    this.sharing = new Sharing(this.rows.nodes, this.names, findings, values.work);
    this.freezing = new Freezing(this.rows.nodes, findings);
    this.layers = new LayerItems(
      registry,
      this.rows,
      this.names,
      this.values,
      this.items,
      this.sharing,
      this.freezing,
      lasting,
      findings,
    );
    this.file = source.defaults ? scope.withDefaults(this.readDefaults(source.defaults)) : scope;
  }

  /** Undefined where a limit stopped it: of what is refused nothing is kept. */
  build(
    inputs: readonly InputRead[],
    layers: Value,
    outputs: Value | undefined,
  ):
    | (Pick<Graph, 'nodes' | 'expectations' | 'ignores' | 'blocks' | 'composites'> & {
        readonly outputs?: readonly number[];
      })
    | undefined {
    for (const { name, shape, at } of inputs) this.rows.input(name, shape, at);
    const { nodes } = this.rows;
    return this.findings.unlessStopped(() => {
      const first = nodes.length;
      this.list(
        layers,
        this.file,
        nodes.map((node) => node.id),
      );
      if (this.source.broken !== undefined) this.rows.forget(first, this.source.broken);
      this.freezing.apply(this.source.freeze, this.source.match);
      const stated = outputs && this.outputs(outputs);
      const { expectations, ignores, used: blocks, composites } = this;
      return { nodes, expectations, ignores, blocks, composites, ...(stated && { outputs: stated }) };
    });
  }

  /** The outputs that a file states; none where a mistake leaves open which they are. */
  private outputs(value: Value): readonly number[] {
    if (value.broken) return [];
    const { nodes } = this.rows;
    const found = (value.type === 'list' ? value.items : [value]).flatMap((name) => {
      if (name.type === 'scalar' && !isNull(name)) {
        const ids = this.names.output(name, this.file);
        // Of what a name with wildcards matches, the layers are meant.
        const meant = isGlob(name.text) ? ids.filter((id) => nodes[id]?.kind.role !== 'input') : ids;
        return meant.map((id) => ({ id, name }));
      }
      this.findings.error('outputs/name', 'outputs are names of layers', name.place, 'write outputs: [head1, head2]');
      return [{ id: LOST, name }];
    });
    for (const { id, name } of found)
      if (nodes[id]?.kind.role === 'input')
        this.findings.error(
          'outputs/name',
          `${nodes[id]?.name} is an input, and outputs are layers`,
          name.place,
          'name the layer that gives it on, as {identity, name: same}',
        );
    const ids = found.map(({ id }) => id);
    const areLayers = ids.every((id) => nodes[id] && nodes[id].kind.role !== 'input');
    return areLayers ? [...new Set(ids)] : [];
  }

  // --- items -----------------------------------------------------------------------------------------------------

  private list(value: Value, scope: Scope, reads: Tensors): Tensors {
    if (value.broken) return this.nobodyKnows(value, 'layers', scope, value.broken);
    if (value.type === 'scalar') {
      this.empty += 1;
      if (isNull(value)) return reads;
      this.findings.error(
        'item/no-list',
        'layers stand in a list',
        value.place,
        value.text.length > 60 ? 'write one layer per line, each after a dash' : write(`[${value.text}]`),
      );
      return this.nobodyKnows(value, 'layers', scope, 'item/no-list');
    }
    if (value.type === 'list' && value.items.length === 0) this.empty += 1;
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
    let [current, result] = [reads, reads];
    const first = this.rows.nodes.length;
    const items = this.items.listOf(value);
    for (const item of items) {
      const made = this.step(item, scope, current);
      if (made) [current, result] = [made.next, made.result];
    }
    if (value.type === 'mapping' && items.length > 1) this.rows.forget(first, 'item/no-list');
    this.depth -= 1;
    return result;
  }

  /** One item by itself: what comes out of it. */
  private item(value: Value, scope: Scope, before: Tensors): Tensors {
    return this.step(value, scope, before)?.result ?? before;
  }

  /**
   * One list item, with all its copies: what comes out of it, and what the next item reads. That is the same, unless it reads
   * nothing itself: then values go past it. Null where things stay as they were.
   */
  private step(
    value: Value,
    scope: Scope,
    before: Tensors,
  ): { readonly result: Tensors; readonly next: Tensors } | null {
    // After so many mistakes nobody reads on.
    if (this.findings.full)
      this.findings.stop(
        'limit/findings',
        `there are more than ${MOST_FINDINGS} mistakes up to here`,
        value.place,
        'mend them first',
      );
    const item = this.items.item(value);
    if (typeof item === 'string') {
      const result = this.unreadable(value, scope, item);
      return { result, next: result };
    }
    const reads = this.from(item, scope, before);
    const first = this.rows.nodes.length;
    // A name with values in it is each copy's own.
    const name = hasCopies(item) && countsIn(item, 'name') ? null : this.nameOf(item, scope, reads);
    let result = option(item, 'repeat')
      ? this.repeat(item, { scope, reads, name })
      : this.copy(item, { scope, reads, name });
    if (!result) return null;
    // A mistake leaves a row behind, so that nothing is added up without it.
    if (this.rows.nodes.length === first && result.includes(LOST))
      result = this.nobodyKnows(item, item.key, scope, undefined);
    const last = this.rows.nodes.length - 1;
    if (last >= first) {
      this.ignore(item, first, last);
      this.expect(item, name ?? this.rows.nodes[first]?.name ?? item.key, { first, last, result: result[0] ?? LOST });
    }
    if (item.key === 'aux') return null;
    return { result, next: item.kind?.inputs === 'none' ? before : result };
  }

  /** Grows with whatever is not dropped. */
  private get made(): number {
    return this.rows.nodes.length + this.empty;
  }

  private ignore(item: Item, first: number, last: number): void {
    const written = option(item, 'lint');
    if (!written) return;
    const known = this.ignored.get(written) ?? readIgnores(written, this.findings);
    this.ignored.set(written, known);
    this.values.work.count(MADE * known.length, written.place);
    for (const ignore of known) this.ignores.push({ ...ignore, rows: [first, last] });
  }

  private expect(item: Item, about: string, rows: NonNullable<Expectation['rows']>): void {
    const written = option(item, 'expect');
    if (!written) return;
    const known =
      this.expected.get(written) ?? readExpectations(written, about, this.source.layout, this.findings, rows);
    this.expected.set(written, known);
    this.values.work.count(MADE * known.length, written.place);
    for (const expectation of known) this.expectations.push({ ...expectation, about, rows });
  }

  /** A row of which nothing is known, in the place of what a mistake left without any. */
  private nobodyKnows(
    { place }: Pick<Value, 'place'>,
    written: string,
    scope: Scope,
    code: Diagnostic['code'] | undefined,
    name = this.names.free(scope, written),
  ): Tensors {
    return [this.rows.pushUnknown(name, written, place, code)];
  }

  /** What an item makes of which a mistake leaves unknown what is meant, how often, or whether at all. */
  private doubtful(item: Item, spot: Spot, code: Diagnostic['code'] | undefined): Tensors {
    const first = this.rows.nodes.length;
    const result = this.expand(item, { ...spot, reads: [LOST] });
    this.rows.forget(first, code);
    if (this.rows.nodes.length > first) return result;
    const row = this.nobodyKnows(item, item.key, spot.scope, code);
    if (spot.name !== null) this.names.setResult(spot.name, row);
    return row;
  }

  /** The full name that the item was given; null for none. */
  private nameOf(item: Item, scope: Scope, reads: Tensors): string | null {
    const value = option(item, 'name');
    if (value?.type !== 'scalar' || !countsIn(item, 'name')) return this.names.explicit(value, scope);
    const text = this.values.fill(value, scope, this.rows.incoming(reads));
    return text === undefined ? null : this.names.explicit({ ...value, text }, scope);
  }

  private from(item: Item, scope: Scope, before: Tensors): Tensors {
    const value = option(item, 'from');
    if (!value) return before;
    if (value.broken) return [LOST];
    const reads =
      value.type === 'list'
        ? value.items.flatMap((name) => this.read(name, scope, before, { key: 'from', list: value }))
        : this.read(value, scope, before);
    if (reads.length === 0) {
      this.findings.error('from/name', 'from names nothing to read', value.place, 'write from: conv1');
      return [LOST];
    }
    this.count(reads.length, item);
    return reads;
  }

  /** What a written name means, with the values of the expressions in it. */
  private read(value: Value, scope: Scope, reads: Tensors, by?: ReadBy): Tensors {
    if (value.type !== 'scalar' || value.broken || !isPattern(value.text)) return this.names.read(value, scope, by);
    const text = this.values.fill(value, scope, this.rows.incoming(reads));
    return text === undefined ? [LOST] : this.names.read({ ...value, text }, scope, by);
  }

  /** Work done so far. A few lines may ask for any amount of it. */
  private count(more: number, item: Item): void {
    this.copies += more;
    const most = this.source.most.copies;
    if (this.copies > most)
      this.findings.stop(
        'limit/copies',
        `the spec expands to more than ${most} items`,
        item.keyPlace,
        'lower a repeat',
      );
  }

  /** Copies one after the other, under the item's name and their numbers. Null where there are none. */
  private repeat(item: Item, { scope, reads, name }: Spot): Tensors | null {
    const mark = this.findings.mark;
    const times = this.times(item, scope, reads);
    const own = countsIn(item, 'name') || (scope.numbered && name === null);
    const base = own ? null : (name ?? this.names.free(scope, baseName(item)));
    const [first, last] = [option(item, 'first'), option(item, 'last')];
    const begun = this.rows.nodes.length;
    const owner = this.ownerOfCopies(item, scope);
    let current: Tensors | null = null;
    let latest: string | null = null;
    if (times === undefined)
      current = this.doubtful(item, { scope: scope.copy(0), reads, name: base }, this.findings.since(mark));
    for (let i = 0; i < (times ?? 0); i += 1) {
      let copy = owner ? this.items.sharedTogether(item) : item;
      if (first && i === 0) copy = this.items.override(copy, first, 'first');
      if (last && i + 1 === times) copy = this.items.override(copy, last, 'last');
      // Side heads stand side by side.
      const before: Tensors = item.key === 'aux' ? reads : (current ?? reads);
      const inner = scope.copy(i);
      const called = base === null ? this.nameOf(item, inner, before) : `${base}.${i}`;
      const made = this.copy(copy, { scope: inner, reads: before, name: called });
      if (made) [current, latest] = [made, called];
    }
    if (current && base !== null) this.names.setResult(base, current);
    const rows = { first: begun, last: this.rows.nodes.length - 1 };
    if (owner && rows.last >= begun) this.sharing.rowByRow(rows, owner.rows, owner.name, owner.place);
    if (latest !== null && base !== null) this.names.setCopies(base, latest, rows);
    return current;
  }

  /** What copies together share the weights of: copies of something else. Of anything else each copy uses all. */
  private ownerOfCopies(item: Item, scope: Scope): { rows: Span; name: string; place: Place | undefined } | undefined {
    const written = option(item, 'share');
    if (written?.type !== 'scalar' || countsIn(item, 'share')) return undefined;
    const name = scope.word(written.text.trim()) ?? written.text.trim();
    const rows = this.names.copiesOf(name, scope);
    return rows && { rows, name, place: written.place };
  }

  /** Undefined where it cannot be said. */
  private times(item: Item, scope: Scope, reads: Tensors): number | undefined {
    const value = option(item, 'repeat');
    const n = value && this.values.read(value, scope, this.rows.incoming(reads));
    const most = this.source.most.layers;
    if (n === undefined || (typeof n === 'number' && Number.isInteger(n) && n >= 0 && n <= most)) return n;
    const message = `repeat must be a whole number from 0 to ${most}, not ${String(n)}`;
    if (typeof n === 'number' && n > most) this.findings.stop('limit/layers', message, value?.place);
    const nearest = typeof n === 'number' ? write(String(Math.max(0, Math.round(n)))) : undefined;
    return this.findings.error('item/repeat', message, value?.place, nearest);
  }

  /** One copy of an item; null where `when` drops it. */
  private copy(item: Item, place: Spot): Tensors | null {
    this.count(1, item);
    this.values.work.count(item.options.size, item.place);
    const mark = this.findings.mark;
    const when = option(item, 'when');
    const wanted = when ? this.values.read(when, place.scope, this.rows.incoming(place.reads)) : true;
    if (wanted === null)
      this.findings.error('option/value', 'when holds a condition', when?.place, 'write when: c > 3');
    if (wanted === undefined || wanted === null) return this.doubtful(item, place, this.findings.since(mark));
    if (!isTrue(wanted)) return null;
    return item.broken === undefined ? this.expand(item, place) : this.doubtful(item, place, item.broken);
  }

  private expand(item: Item, place: Spot): Tensors {
    const first = this.rows.nodes.length;
    const { scope, name } = place;
    const isUnnamed = ['sequence', 'aux', 'each'].includes(item.key);
    const own = isUnnamed ? name : (name ?? this.names.free(scope, baseName(item)));
    const result =
      item.key === 'each'
        ? this.each(item, place)
        : own === null
          ? this.group(item, place, this.inside(item, place))
          : this.named(item, place, own);
    const rows = { first, last: this.rows.nodes.length - 1 };
    this.layers.share(item, scope, place.reads, rows);
    this.layers.freeze(item, scope, place.reads, rows);
    this.layers.sayAs(item, scope, place.reads, rows);
    if (own !== null) this.names.setSpan(own, rows);
    if (item.place && !this.isLayer(rows)) this.composites.push({ at: item.place, ...rows, result: result[0] ?? LOST });
    return result;
  }

  /** Whether they are one layer with its sugar, or none at all. */
  private isLayer({ first, last }: Span): boolean {
    const { nodes } = this.rows;
    for (let id = first + 1; id <= last; id += 1) if (nodes[id]?.sugarOf !== first) return false;
    return true;
  }

  private named(item: Item, place: Spot, own: string): Tensors {
    const { scope, reads, name } = place;
    if (item.key === 'sequence' || item.key === 'aux') return this.group(item, place, this.inside(item, place));
    if (item.key === 'residual') this.empty += 1;
    if (this.source.refused.has(item.key))
      return this.layers.finish(item, scope, [this.rows.pushUnknown(own, item.key, item.place, item.broken)], own, own);
    // What has a number in a numbered list has its own names inside.
    if (scope.numbered && name === null) return this.named(item, { ...place, name: own }, own);
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
    const id = this.layers.add(item, item.kind, scope, inputs ?? reads, own);
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
    const before = this.made;
    const body = item.main ? this.list(item.main, inner, place.reads) : place.reads;
    const dropped = item.main && this.made === before;
    const shortcut = this.shortcut(item, inner, place.reads, body);
    // Of a body whose items are all dropped the shortcut is left.
    const result = dropped
      ? (shortcut ?? place.reads)
      : shortcut
        ? [
            this.rows.add({
              item,
              kind: this.rows.kind('add'),
              given: { options: new Map() },
              alike: true,
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
    if (written?.broken) return [LOST];
    if (written?.type === 'mapping') return this.item(written, scope, reads);
    if (written?.type === 'list') return this.list(written, scope.within('shortcut'), reads);
    const mode = written ? this.values.read(written, scope, undefined, SHORTCUTS) : 'auto';
    if (mode === undefined) return [LOST];
    if (!SHORTCUTS.some((known) => known === mode)) {
      this.findings.error(
        'option/value',
        `shortcut must be ${SHORTCUTS.join(', ')} or a list of layers`,
        written?.place,
      );
      return [LOST];
    }
    const [from, to] = [this.rows.incoming(reads), this.rows.incoming(body)];
    const agree = !from || !to || sameShape(from, to);
    if (mode === 'none') return null;
    if (mode === 'match') return agree ? reads : null;
    if (mode === 'identity' || !to || (agree && mode !== 'project')) return reads;
    return this.layers.project(item, scope, reads, body, to);
  }

  /**
   * The results of the branches in order: a string is a name, a list a branch, a mapping an item; keys name branches. One whose
   * items are all dropped is none; a list that was written empty is what came in.
   */
  private branches(item: Item, main: Value, place: Spot, own: string): Tensors {
    const { scope, reads } = place;
    if (main.broken) return [LOST];
    const branch = (value: Value, inner: Scope): Tensors => {
      const before = this.made;
      const isName = value.type === 'scalar' && !isNull(value);
      const read = isName
        ? this.read(value, scope, reads, { key: item.key, ...(main.type === 'list' && { list: main }) })
        : value.type === 'mapping'
          ? this.item(value, inner, reads)
          : this.list(value, inner, reads);
      const result = this.made === before && !isName ? [] : read;
      this.count(Math.max(1, result.length), item);
      return result;
    };
    // A name with wildcards is a list of names; to one name what came in is added.
    if (main.type === 'scalar')
      return [...(isGlob(withoutValues(main.text)) ? [] : reads), ...this.read(main, scope, reads, { key: item.key })];
    if (main.type === 'list') return main.items.flatMap((value) => branch(value, this.inside(item, place)));
    return main.entries.flatMap(({ key, value }) => {
      const name = isPattern(key.text)
        ? (this.values.fill(key, scope, this.rows.incoming(reads)) ?? 'branch')
        : key.text;
      const inner = scope.under(own).within(name);
      const first = this.rows.nodes.length;
      const result = branch(value, inner);
      if (result.length > 0) this.names.setResult(`${own}.${name}`, result);
      this.names.setSpan(`${own}.${name}`, { first, last: this.rows.nodes.length - 1 });
      return result;
    });
  }

  private each(item: Item, { scope, reads, name }: Spot): Tensors {
    const own = countsIn(item, 'name') || scope.numbered ? name : (name ?? this.names.free(scope, item.key));
    const layers = option(item, 'layers');
    if (!layers)
      this.findings.error(
        'each/layers',
        'each runs the layers below `layers:`, which are missing',
        item.keyPlace,
        'add layers: [...]',
      );
    const mark = this.findings.mark;
    const columns = columnsOf(item, scope, this.rows.incoming(reads), this.values);
    if (!columns || !layers) return this.eachOfUnknown(item, { scope, reads, name: own }, this.findings.since(mark));
    const refused = refusedColumns(item);
    let current = reads;
    for (let i = 0; i < (columns[0]?.values.length ?? 0); i += 1) {
      this.count(1, item);
      this.values.work.count(columns.length, item.place);
      const values = new Map(columns.map((column) => [column.name, column.values[i] ?? null]));
      const written = new Map(columns.map((column) => [column.name, column.written[i]]));
      const inner = scope.copy(i).withValues(values, refused, written);
      const called = own === null ? this.nameOf(item, inner, current) : `${own}.${i}`;
      const first = this.rows.nodes.length;
      current = this.list(layers, called === null ? inner : inner.under(called), current);
      if (called === null) continue;
      this.names.setResult(called, current);
      this.names.setSpan(called, { first, last: this.rows.nodes.length - 1 });
    }
    return this.layers.finish(item, scope, current, own, own ?? (() => this.names.free(scope, item.key)));
  }

  /** The layers once, for what is wrong with them: how often they run, and with which values, nobody knows. */
  private eachOfUnknown(item: Item, { scope, name }: Spot, code: Diagnostic['code'] | undefined): Tensors {
    const first = this.rows.nodes.length;
    const layers = option(item, 'layers');
    const columns = item.main?.type === 'mapping' ? item.main.entries : [];
    const inner = scope
      .copy(0)
      .withValues(new Map(columns.map(({ key }) => [key.text, undefined])), refusedColumns(item), new Map());
    let result: Tensors = [LOST];
    if (layers) result = this.list(layers, name === null ? inner : inner.under(`${name}.0`), result);
    this.rows.forget(first, code);
    if (this.rows.nodes.length === first) result = this.nobodyKnows(item, item.key, scope, code, name ?? undefined);
    return this.layers.finish(item, scope, result, name, name ?? (() => this.names.free(scope, item.key)));
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
    const first = this.rows.nodes.length;
    let broken: Diagnostic['code'] | undefined = known.broken;
    if (main && known.params.length === 0) {
      broken = 'option/main';
      this.findings.error(broken, `the block ${block} has no params`, main.place, `write ${block} alone`);
    }
    this.values.work.count(known.params.length, item.place);
    const params = paramsOf(known, item, main, scope, this.file, this.rows.incoming(reads), this.values);
    const inner = scope
      .under(own)
      .entering(block, this.file, known.defaults && this.defaultsOf(known.defaults))
      .withValues(params.values, known.refused, params.texts);
    this.used.set(own, block);
    let result = this.list(known.layers, inner, broken === undefined ? reads : [LOST]);
    if (broken !== undefined) {
      this.rows.forget(first, broken);
      if (this.rows.nodes.length === first) result = this.nobodyKnows(item, block, scope, broken, own);
    }
    return this.layers.finish(this.withoutParams(item, known), scope, result, own, own);
  }

  /** A use of a block as its sugar sees it. */
  private withoutParams(item: Item, { params }: Block): Item {
    const all = this.source.lasting.of(withoutParams);
    const known = all.get(item);
    if (known) return known;
    const taken = new Set(params.map(({ key }) => key.text));
    const made = { ...item, options: new Map([...item.options].filter(([name]) => !taken.has(name))) };
    all.set(item, made);
    return made;
  }

  private defaultsOf(value: Value): Defaults {
    const known = this.blockDefaults.get(value) ?? this.readDefaults(value);
    this.blockDefaults.set(value, known);
    return known;
  }

  private readDefaults(value: Value): Defaults {
    const { lasting, registry } = this.source;
    return lasting.once(defaults, value, this.findings, () => readDefaults(value, registry, this.findings));
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

/** What an unnamed item is called, before its number: its kind, or the block it uses. */
const baseName = (item: Item): string =>
  item.key === 'use' && item.main?.type === 'scalar' ? item.main.text : item.key;

/** Whether a name in an item has values of expressions in it, so that each copy has its own. */
const countsIn = (item: Item, key: 'name' | 'share'): boolean => {
  const written = option(item, key);
  return written?.type === 'scalar' && isPattern(written.text);
};

const hasCopies = (item: Item): boolean => item.key === 'each' || item.options.has('repeat');
