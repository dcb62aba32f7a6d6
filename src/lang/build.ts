// Items -> Graph: expands blocks, repeats, branches and sugar, and asks each kind for its facts as it goes, because
// expressions may ask for the incoming shape. Reading values is scope.ts, taking items apart item.ts, the file parse.ts.

import type { Plain } from '../core/args.js';
import { resolveArgs } from '../core/args.js';
import { isExact, total } from '../core/count.js';
import { type Diagnostic, type Place, Problem, isProblem } from '../core/diagnostic.js';
import type { Expectation, Node } from '../core/graph.js';
import { shapeOf } from '../core/graph.js';
import type { Facts, LayerKind, Registry } from '../core/layer.js';
import { type Layout, type Shape, elements, sameShape } from '../core/shape.js';
import { suggestion } from '../core/suggest.js';
import { readExpectations } from './expect.js';
import { Unknown } from './expression.js';
import { type Block, type Item, ItemReader, canonicalOption, option } from './item.js';
import { type Defaults, type Incoming, type Scope, ValueReader } from './scope.js';
import { SUGAR, type Sugar } from './words.js';
import { type Entry, type Mapping, type Value, isNull, lookup } from './yaml.js';

/** What a network may grow to; beyond it the spec is refused with the limit in the sentence. */
export const LIMITS = { layers: 100_000, copies: 1_000_000, depth: 60 } as const;

/** The tensors an item reads, by node id. {@link LOST} stands for one that a mistake left unknown. */
type Reading = readonly number[];
const LOST = -1;

/** Expansion stops here; what was built stays. */
class Stop extends Error {}

/** The name an item's row gets, and whether a person (or a copy's number) gave it: only such names open a scope. */
interface Own {
  readonly name: string;
  readonly opens: boolean;
}

export interface Built {
  readonly nodes: readonly Node[];
  readonly expectations: readonly Expectation[];
}

export class Builder {
  private readonly nodes: Node[] = [];
  private readonly expectations: Expectation[] = [];
  private readonly reader: ValueReader;
  /** The top of the file; blocks find its values here. */
  private readonly file: Scope;
  private readonly items: ItemReader;
  /** What `from: NAME` reads: an item's result, after its sugar. */
  private readonly results = new Map<string, Reading>();
  /** The row of a name itself, before its sugar: what `share: NAME` means. */
  private readonly rows = new Map<string, number>();
  private readonly named = new Map<string, Place>();
  private readonly counters = new Map<string, number>();
  /** Read once per block, so that a mistake in them is told once. */
  private readonly blockDefaults = new Map<Value, Defaults>();
  private copies = 0;
  private depth = 0;

  constructor(
    private readonly registry: Registry,
    private readonly blocks: ReadonlyMap<string, Block>,
    /** Every name that a person gave anywhere in the file: generated names avoid them. */
    private readonly given: ReadonlySet<string>,
    private readonly layout: Layout,
    file: Scope,
    defaults: Value | null,
    private readonly diagnostics: Diagnostic[],
  ) {
    this.reader = new ValueReader(diagnostics);
    this.items = new ItemReader({ registry, blocks }, diagnostics);
    this.file = defaults ? file.withDefaults(this.defaults(defaults)) : file;
  }

  build(inputs: readonly { readonly name: string; readonly shape: Shape | null }[], layers: Value): Built {
    for (const { name, shape } of inputs) {
      const id = this.push({ name, kind: INPUT, args: {}, inputs: [], facts: shape && { output: shape } });
      this.results.set(name, [id]);
    }
    try {
      this.list(layers, this.file, this.nodes.map((node) => node.id));
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
    }
    return { nodes: this.nodes, expectations: this.expectations };
  }

  // --- items -----------------------------------------------------------------------------------------------------

  private list(value: Value, scope: Scope, reading: Reading): Reading {
    if (value.type === 'mapping') return this.item(value, scope, reading);
    if (value.type === 'scalar') {
      if (!isNull(value)) this.error('item/no-list', 'layers stand in a list', value.place, 'write one layer per line, each after a dash');
      return reading;
    }
    this.depth += 1;
    if (this.depth > LIMITS.depth) {
      this.error('limit/depth', `items nest deeper than ${LIMITS.depth} levels`, value.place);
      throw new Stop();
    }
    let current = reading;
    for (const item of value.items) current = this.item(item, scope, current);
    this.depth -= 1;
    return current;
  }

  private item(value: Value, scope: Scope, before: Reading): Reading {
    const item = this.items.item(value);
    if (!item) return this.unreadable(value, scope);
    const reading = this.from(item, scope, before);
    const first = this.nodes.length;
    const name = this.explicitName(item, scope);
    const repeat = option(item, 'repeat');
    const result = repeat ? this.repeat(item, repeat, scope, reading, name) : this.single(item, scope, reading, name);
    if (result === null) return before;
    const [id] = result;
    this.expect(item, first, id ?? LOST, scope);
    if (item.key === 'aux') return before;
    return result;
  }

  /** Copies one after the other, under the item's name and their numbers. Null when there are none. */
  private repeat(item: Item, repeat: Value, scope: Scope, reading: Reading, name: string | null): Reading | null {
    const times = this.number(repeat, scope, reading, 'repeat', 0, LIMITS.layers);
    const base = name ?? this.freeName(scope, item.key === 'use' ? this.usedBlock(item) : item.key);
    const [first, last] = [this.changes(item, 'first'), this.changes(item, 'last')];
    let current: Reading | null = null;
    for (let i = 0; i < times; i += 1) {
      let copy = item;
      if (first && i === 0) copy = this.items.override(copy, first);
      if (last && i === times - 1) copy = this.items.override(copy, last);
      const result = this.single(copy, scope.copy(i), current ?? reading, `${base}.${i}`);
      if (result) current = result;
    }
    if (current) this.register(base, current);
    return current;
  }

  private changes(item: Item, which: 'first' | 'last'): Mapping | null {
    const value = option(item, which);
    if (!value || value.type === 'mapping') return value ?? null;
    this.error('item/overrides', `${which} holds options to override, as in ${which}: {stride: 2}`, value.place);
    return null;
  }

  /** One copy of an item: null when `when` drops it. `name` is the full name that a person or a repeat gave. */
  private single(item: Item, scope: Scope, reading: Reading, name: string | null): Reading | null {
    this.copies += 1;
    if (this.copies > LIMITS.copies) {
      this.error('limit/copies', `the spec expands to more than ${LIMITS.copies} items`, item.keyPlace, 'lower a repeat');
      throw new Stop();
    }
    if (!this.wanted(item, scope, reading)) return null;
    const result = this.structure(item, scope, reading, name);
    return result;
  }

  private wanted(item: Item, scope: Scope, reading: Reading): boolean {
    const when = option(item, 'when');
    if (!when) return true;
    const value = this.value(when, scope, this.incoming(reading));
    return value === undefined || (value !== false && value !== 0 && value !== null && value !== '');
  }

  private structure(item: Item, scope: Scope, reading: Reading, name: string | null): Reading {
    const own = (): Own => ({ name: name ?? this.freeName(scope, item.key === 'use' ? this.usedBlock(item) : item.key), opens: name !== null });
    const inner = name === null ? scope : scope.within(name.slice(scope.path.length));
    const finish = (result: Reading): Reading => {
      const sugared = this.sugar(item, scope, result, name ?? `${scope.path}${item.key}`);
      if (name !== null) this.register(name, sugared);
      return sugared;
    };
    switch (item.key) {
      case 'sequence':
      case 'aux':
        return finish(item.main ? this.list(item.main, inner, reading) : reading);
      case 'residual':
        return this.residual(item, scope, inner, reading, own());
      case 'each':
        return this.each(item, scope, reading, own());
      case 'use':
        return this.use(this.usedBlock(item), item, item.main?.place ?? item.keyPlace, null, scope, reading, own());
    }
    if (!item.kind) return this.use(item.key, item, item.keyPlace, item.main, scope, reading, own());
    if (item.kind.role === 'merge' && item.main) return this.merge(item, item.kind, item.main, scope, reading, own());
    const { name: row } = own();
    const id = this.layer(item, item.kind, scope, reading, row);
    return this.finish(item, scope, [id], row);
  }

  /** Sugar and registration: the end of every item that has a row of its own. */
  private finish(item: Item, scope: Scope, result: Reading, name: string): Reading {
    const sugared = this.sugar(item, scope, result, name);
    this.register(name, sugared);
    return sugared;
  }

  // --- composites ------------------------------------------------------------------------------------------------

  private residual(item: Item, scope: Scope, inner: Scope, reading: Reading, own: Own): Reading {
    const body = item.main ? this.list(item.main, inner, reading) : reading;
    const shortcut = this.shortcut(item, inner, reading, body);
    const result = shortcut === null ? body : [this.row(this.kind('add'), new Map(), own.name, [...body, ...shortcut], item.place, item.keyPlace)];
    return this.finish(item, scope, result, own.name);
  }

  /** What the body's result is added to; null for no shortcut at all. */
  private shortcut(item: Item, scope: Scope, reading: Reading, body: Reading): Reading | null {
    const written = option(item, 'shortcut');
    if (written?.type === 'list') return this.list(written, scope.within('shortcut'), reading);
    if (written?.type === 'mapping') return this.item(written, scope.within('shortcut'), reading);
    const mode = written ? this.word(written, scope, SHORTCUTS, 'shortcut') : 'auto';
    const [from, to] = [this.incoming(reading), this.incoming(body)];
    const agree = !from || !to || sameShape(from, to);
    if (mode === 'identity' || (agree && mode !== 'project')) return reading;
    if (mode === 'match') return null;
    return from && to ? this.project(item, scope, reading, body, to) : reading;
  }

  /** A 1x1 convolution with the body's total stride, under the conv defaults in force but without an activation. */
  private project(item: Item, scope: Scope, reading: Reading, body: Reading, to: Shape): Reading {
    const kind = this.kind('conv');
    const stride = this.totalStride(body[0] ?? LOST, reading[0] ?? LOST, to.length - 1);
    const name = this.freeName(scope, 'shortcut', true);
    const given = this.given_(kind, new Map(), scope, this.incoming(reading));
    for (const [key, value] of Object.entries({ filters: to[0] ?? 1, kernel: 1, stride, padding: 0, dilation: 1, groups: 1 })) given.set(key, value);
    const id = this.row(kind, given, name, reading, item.place, item.keyPlace);
    const plain = { ...item, key: kind.name, kind, options: new Map([['act', NONE]]) };
    return this.sugar(plain, scope, [id], name);
  }

  // The product of the strides from the body's result back to what it reads; fractions (transposed) round to one cell.
  private totalStride(result: number, source: number, axes: number): readonly number[] {
    const stride = new Array<number>(axes).fill(1);
    for (let node = this.nodes[result]; node && node.id !== source; node = this.nodes[node.inputs[0] ?? LOST]) {
      const reach = node.facts?.reach;
      if (!reach || reach === 'global') continue;
      reach.forEach((axis, a) => {
        stride[a] = ((stride[a] ?? 1) * axis.advance) / axis.taps.length;
      });
    }
    return stride.map((s) => Math.max(1, Math.round(s)));
  }

  private merge(item: Item, kind: LayerKind, main: Value, scope: Scope, reading: Reading, own: Own): Reading {
    const inner = own.opens ? scope.within(own.name.slice(scope.path.length)) : scope;
    const inputs = this.branches(main, own.opens || main.type !== 'mapping' ? inner : scope.within(own.name.slice(scope.path.length)), scope, reading);
    const id = this.row(kind, new Map(), own.name, inputs, item.place, item.keyPlace);
    return this.finish(item, scope, [id], own.name);
  }

  /** The results of the branches in order: a string is a name, a list a branch, a mapping an item; keys name branches. */
  private branches(main: Value, inner: Scope, scope: Scope, reading: Reading): Reading {
    if (main.type === 'scalar') return [...reading, ...this.named_(main, scope)];
    if (main.type === 'list') return main.items.flatMap((branch) => this.branch(branch, inner, scope, reading));
    return main.entries.flatMap(({ key, value }) => {
      const named = inner.within(key.text);
      const result = this.branch(value, named, scope, reading);
      this.register(named.path.slice(0, -1), result);
      return result;
    });
  }

  private branch(value: Value, inner: Scope, scope: Scope, reading: Reading): Reading {
    if (value.type === 'scalar' && !isNull(value)) return this.named_(value, scope);
    return value.type === 'mapping' ? this.item(value, inner, reading) : this.list(value, inner, reading);
  }

  private each(item: Item, scope: Scope, reading: Reading, own: Own): Reading {
    const layers = option(item, 'layers');
    if (!layers) this.error('each/layers', 'each runs the layers below `layers:`, which are missing', item.keyPlace, 'add layers: [...]');
    const columns = this.columns(item, scope, reading);
    let current = reading;
    const count = columns[0]?.values.length ?? 0;
    for (let i = 0; i < count && layers; i += 1) {
      const values = new Map(columns.map((column) => [column.name, column.values[i] ?? null]));
      const copy = scope.within(`${own.name}.${i}`.slice(scope.path.length)).copy(i).withValues(values);
      current = this.list(layers, copy, current);
      this.register(`${own.name}.${i}`, current);
    }
    return this.finish(item, scope, current, own.name);
  }

  private columns(item: Item, scope: Scope, reading: Reading): readonly { name: string; values: readonly Plain[] }[] {
    if (item.main?.type !== 'mapping') {
      this.error('each/columns', 'each takes columns of values', item.main?.place ?? item.keyPlace, 'write each: {filters: [64, 128], times: [1, 2]}');
      return [];
    }
    const columns = item.main.entries.flatMap(({ key, value }) => {
      const values = this.attempt(() => this.reader.readWord(value, scope, this.incoming(reading)));
      if (values === undefined) return [];
      if (Array.isArray(values)) return [{ name: key.text, values: values as readonly Plain[], place: value.place }];
      this.error('each/columns', `${key.text} is one value where a list is wanted`, value.place, `write [${value.type === 'scalar' ? value.text : ''}]`);
      return [];
    });
    const [first] = columns;
    for (const column of columns) {
      if (!first || column.values.length === first.values.length) continue;
      this.error('each/length', `${column.name} has ${column.values.length} values, ${first.name} has ${first.values.length}`, column.place, 'give every column one value per copy');
      return [];
    }
    return columns;
  }

  private usedBlock(item: Item): string {
    return item.main?.type === 'scalar' ? item.main.text : 'use';
  }

  private use(name: string, item: Item, place: Place, main: Value | null, scope: Scope, reading: Reading, own: Own): Reading {
    const block = this.blocks.get(name);
    if (!block) {
      this.error('block/unknown', `there is no block called "${name}"`, place, suggestion(name, [...this.blocks.keys()], 'blocks'));
      return this.finish(item, scope, [this.failed(own.name, item.place, 'block/unknown', name)], own.name);
    }
    if (scope.blocks.includes(name)) {
      this.error('block/recursive', `the block ${name} uses itself`, place, 'use repeat for copies');
      return this.finish(item, scope, [this.failed(own.name, item.place, 'block/recursive', name)], own.name);
    }
    const params = this.params(block, item, main, scope, reading);
    const inner = scope.within(own.name.slice(scope.path.length)).entering(name, this.file, block.defaults && this.defaultsOfBlock(block.defaults)).withValues(params);
    const result = this.list(block.layers, inner, reading);
    const sugared = this.sugar({ ...item, options: withoutParams(item, block) }, scope, result, own.name);
    this.register(own.name, sugared);
    return sugared;
  }

  // Arguments are evaluated where the block is used, defaults at entry and in order; both see what the copy receives.
  private params(block: Block, item: Item, main: Value | null, scope: Scope, reading: Reading): ReadonlyMap<string, Plain> {
    const values = new Map<string, Plain>();
    const incoming = this.incoming(reading);
    block.params.forEach(({ key, value: fallback }, i) => {
      const written = option(item, key.text) ?? (i === 0 ? (main ?? undefined) : undefined);
      if (!written && isNull(fallback)) {
        this.error('block/param-missing', `the block ${block.name} needs ${key.text}`, item.keyPlace, `add ${key.text}: …`);
        return;
      }
      const inside = this.file.withValues(values).copy(scope.index ?? 0);
      const value = written ? this.word_(written, scope, incoming) : this.word_(fallback, inside, incoming);
      if (value !== undefined) values.set(key.text, value);
    });
    return values;
  }

  /** `defaults:` of the file or of a block, by kind and canonical option. */
  private defaults(value: Value): Defaults {
    const defaults = new Map<string, Map<string, Entry>>();
    if (value.type !== 'mapping') {
      if (!isNull(value)) this.error('defaults/mapping', 'defaults hold options by kind', value.place, 'write defaults: {conv: {padding: same}}');
      return defaults;
    }
    for (const { key, value: options } of value.entries) {
      const kind = this.registry.find(key.text);
      if (!kind) this.error('defaults/kind', `there is no kind of layer called "${key.text}"`, key.place, suggestion(key.text, this.registry.kinds.map((k) => k.name), 'kinds'));
      else if (options.type !== 'mapping') this.error('defaults/mapping', `the defaults of ${key.text} are options`, options.place, `write ${key.text}: {…}`);
      else defaults.set(kind.name, this.defaultsOf(kind, options));
    }
    return defaults;
  }

  private defaultsOfBlock(value: Value): Defaults {
    const known = this.blockDefaults.get(value) ?? this.defaults(value);
    this.blockDefaults.set(value, known);
    return known;
  }

  private defaultsOf(kind: LayerKind, options: Mapping): Map<string, Entry> {
    const allowed = [...Object.keys(kind.args), ...(kind.sugar || kind.role === 'merge' ? SUGAR : [])];
    const entries = new Map<string, Entry>();
    for (const entry of options.entries) {
      const name = canonicalOption(kind, entry.key.text);
      if (allowed.includes(name)) entries.set(name, entry);
      else this.error('option/unknown', `${kind.name} has no option "${entry.key.text}"`, entry.key.place, suggestion(entry.key.text, allowed, `options of ${kind.name}`));
    }
    return entries;
  }

  // --- rows ------------------------------------------------------------------------------------------------------

  private layer(item: Item, kind: LayerKind, scope: Scope, reading: Reading, name: string): number {
    const options = new Map(item.options);
    if (item.main && kind.main) options.set(kind.main, { key: { type: 'scalar', text: kind.main, quoted: false, place: item.keyPlace }, value: item.main });
    else if (item.main) this.error('option/main', `${item.key} takes no value`, item.main.place, `write ${item.key} alone, or its options by name`);
    const errors = this.diagnostics.length;
    const given = this.given_(kind, options, scope, this.incoming(reading));
    const broken = this.diagnostics.slice(errors).find((d) => d.severity === 'error');
    const places = new Map([...options].map(([key, entry]) => [key, entry.value.place]));
    if (broken) return this.push({ name, kind, args: null, inputs: present(reading), facts: null, error: broken.code, at: item.place });
    const shared = option(item, 'share');
    const id = this.row(kind, given, name, reading, item.place, item.keyPlace, places);
    return shared ? this.share(id, shared, scope) : id;
  }

  /** The evaluated options of a row: its own, then the nearest defaults. What hangs on unknown figures stays out. */
  private given_(kind: LayerKind, options: ReadonlyMap<string, Entry>, scope: Scope, incoming: Incoming): Map<string, Plain> {
    const given = new Map<string, Plain>();
    for (const name in kind.args) {
      const entry = options.get(name) ?? this.default_(kind, name, scope);
      if (!entry || isNull(entry.value)) continue;
      const value = this.value(entry.value, scope, incoming, kind.args[name]?.words);
      if (value !== undefined) given.set(name, value);
    }
    return given;
  }

  private default_(kind: LayerKind, name: string, scope: Scope): Entry | undefined {
    for (const defaults of scope.defaults) {
      const entry = defaults.get(kind.name)?.get(name);
      if (entry) return entry;
    }
    return undefined;
  }

  /** Adds one row: resolves its options, asks the kind for its facts, reports what is wrong with either. */
  private row(kind: LayerKind, given: ReadonlyMap<string, Plain>, name: string, reading: Reading, at: Place, keyPlace: Place, places: ReadonlyMap<string, Place> = new Map()): number {
    const shapes = reading.map((id) => shapeOf(this.nodes[id]));
    const known = shapes.every((shape): shape is Shape => shape !== null);
    const [first] = shapes;
    const node = { name, kind, inputs: present(reading), at };
    const report = (problem: Problem): string => {
      this.diagnostics.push(problem.at((problem.about && places.get(problem.about)) || keyPlace));
      return problem.code;
    };
    // Options are checked even where the input is unknown, so that all mistakes are told at once.
    const axes = Math.max(0, (first ?? shapeOf(this.nodes[0]) ?? [0, 0, 0]).length - 1);
    const { args, problems } = resolveArgs(kind.args, given, axes);
    const codes = problems.filter((p) => first || p.code !== 'option/missing').map(report);
    if (codes[0] !== undefined || !known || !first) {
      return this.push({ ...node, args: null, facts: null, ...(codes[0] !== undefined && { error: codes[0] }) });
    }
    if (reading.length > 1 && kind.inputs !== 'many') {
      const names = reading.map((id) => this.nodes[id]?.name).join(', ');
      const code = report(new Problem('graph/inputs', `${kind.name} reads one tensor, but there are ${reading.length}: ${names}`, 'choose one with from: NAME, or merge them with concat or add'));
      return this.push({ ...node, args, facts: null, error: code });
    }
    if (kind.expand) return this.expand(kind, args, first, name, reading, at, report);
    const facts = exact(kind.analyze?.(args as never, [first, ...(shapes.slice(1) as Shape[])]) ?? new Problem('item/kind', `${kind.name} cannot stand here`));
    if (isProblem(facts)) return this.push({ ...node, args, facts: null, error: report(facts) });
    return this.push({ ...node, args, facts });
  }

  /** The rows of a compound kind, named under its own name. The last one is the result. */
  private expand(kind: LayerKind, args: Readonly<Record<string, unknown>>, input: Shape, name: string, reading: Reading, at: Place, report: (p: Problem) => string): number {
    const parts = kind.expand?.(args as never, input) ?? [];
    if (isProblem(parts)) return this.push({ name, kind, inputs: present(reading), at, args, facts: null, error: report(parts) });
    const made = new Map<string, Reading>([['input', reading]]);
    let current = reading;
    for (const part of parts) {
      const from = part.from ? part.from.flatMap((source) => made.get(source) ?? []) : current;
      current = [this.row(this.kind(part.kind), new Map(Object.entries(part.options)), `${name}.${part.name}`, from, at, at)];
      made.set(part.name, current);
    }
    return current[0] ?? LOST;
  }

  /** The row reuses the weights of an earlier one: its own count is empty, and the row says whose it uses. */
  private share(id: number, value: Value, scope: Scope): number {
    const node = this.nodes[id];
    const name = value.type === 'scalar' ? value.text : '';
    const target = this.find(this.rows, name, scope);
    const owner = target === undefined ? undefined : this.nodes[target];
    if (!node?.facts || (owner && !owner.facts)) return id;
    if (!owner?.facts || owner.id === id) {
      this.error('share/unknown', `there is no earlier layer called "${name}" whose weights could be used`, value.place, suggestion(name, [...this.rows.keys()].filter((row) => row !== node.name), 'layers'));
      return id;
    }
    const [own, theirs] = [node.facts.params ?? [], owner.facts.params ?? []];
    if (node.kind !== owner.kind || JSON.stringify(own) !== JSON.stringify(theirs)) {
      const describe = (n: Node) => `${n.kind.name} with ${(n.facts?.params ?? []).map((t) => Object.values(t.factors).join('x')).join(' + ') || 'no'} weights`;
      this.error('share/mismatch', `${node.name} (${describe(node)}) cannot use the weights of ${owner.name} (${describe(owner)})`, value.place, 'shared layers need the same kind and the same weight shapes');
      return id;
    }
    const { params: _params, ...facts } = node.facts;
    this.nodes[id] = { ...node, facts: { ...facts, note: `shares the weights of ${owner.name}` }, sharedWith: owner.sharedWith ?? owner.id };
    return id;
  }

  /** The rows of `norm`, `act` and `drop` after a result. */
  private sugar(item: Item, scope: Scope, result: Reading, name: string): Reading {
    let current = result;
    for (const which of SUGAR) {
      const value = option(item, which) ?? (item.kind ? this.default_(item.kind, which, scope)?.value : undefined);
      const made = value && this.sugarItem(value, which, scope, this.incoming(current));
      if (!made?.kind) continue;
      const row = `${name}.${which}`;
      current = [this.layer(made, made.kind, scope, current, row)];
      this.register(row, current);
    }
    return current;
  }

  private sugarItem(value: Value, which: Sugar, scope: Scope, incoming: Incoming): Item | null {
    const role = ROLES[which];
    let item: Item | null = null;
    if (value.type === 'mapping') item = this.items.item(value);
    else if (value.type === 'scalar') {
      const written = this.registry.find(value.text) ? value.text : this.word_(value, scope, incoming);
      if (written === undefined || written === null || written === 'none' || written === false) return null;
      if (which === 'drop' && typeof written === 'number') return { key: 'dropout', kind: this.kind('dropout'), keyPlace: value.place, main: { ...value, text: String(written) }, options: new Map(), place: value.place };
      const kind = typeof written === 'string' ? this.registry.find(written) : undefined;
      if (kind) item = { key: kind.name, kind, keyPlace: value.place, main: null, options: new Map(), place: value.place };
    }
    if (item?.kind?.role === role) return item;
    const kinds = this.registry.kinds.filter((kind) => kind.role === role).map((kind) => kind.name);
    const text = value.type === 'scalar' ? value.text : (item?.key ?? 'this');
    this.error('option/sugar', `${which} takes ${which === 'drop' ? 'a rate' : 'a kind of layer'}, not ${text}`, value.place, suggestion(text, [...kinds, 'none'], `for ${which}`));
    return null;
  }

  private unreadable(value: Value, scope: Scope): Reading {
    const written = value.type === 'mapping' ? value.entries[0]?.key.text : value.type === 'scalar' ? value.text : undefined;
    const chosen = value.type === 'mapping' ? lookup(value, 'name') : undefined;
    const name = chosen?.type === 'scalar' ? `${scope.path}${chosen.text}` : this.freeName(scope, written?.slice(0, 30) || 'item');
    const id = this.failed(name, value.place, 'item/unknown-kind', written?.slice(0, 30) ?? '?');
    this.register(name, [id]);
    return [id];
  }

  /** A row for something that is no layer: all its figures are unknown. */
  private failed(name: string, at: Place, error: string, kind: string): number {
    return this.push({ name, kind: { ...INPUT, name: kind, role: 'shape' }, args: null, inputs: [], facts: null, error, at });
  }

  private push(node: Omit<Node, 'id'>): number {
    const id = this.nodes.length;
    if (id >= LIMITS.layers + this.file.path.length && node.kind !== INPUT) {
      this.error('limit/layers', `the network has more than ${LIMITS.layers} layers`, node.at, 'lower a repeat');
      throw new Stop();
    }
    this.nodes.push({ id, ...node });
    if (!this.rows.has(node.name)) this.rows.set(node.name, id);
    return id;
  }

  // --- names -----------------------------------------------------------------------------------------------------

  private explicitName(item: Item, scope: Scope): string | null {
    const value = option(item, 'name');
    if (!value) return null;
    if (value.type !== 'scalar' || value.text.trim() === '') {
      this.error('name/word', 'a name is a word', value.place, 'write name: conv1');
      return null;
    }
    const name = `${scope.path}${value.text.trim()}`;
    const first = this.named.get(name);
    if (first || this.results.has(name)) {
      this.diagnostics.push({
        code: 'name/duplicate',
        severity: 'error',
        message: `the name ${name} is taken`,
        at: value.place,
        help: 'give each item a name of its own',
        ...(first && { related: [{ at: first, message: 'first given here' }] }),
      });
      return this.freeName(scope, value.text.trim());
    }
    this.named.set(name, value.place);
    return name;
  }

  /** `conv1`, `conv2` …: kind and count within the scope, never a name that a person gave. */
  private freeName(scope: Scope, base: string, bare = false): string {
    const key = `${scope.path}${base}`;
    if (bare && !this.results.has(key) && !this.rows.has(key) && !this.given.has(base)) return key;
    let count = this.counters.get(key) ?? (bare ? 1 : 0);
    do count += 1;
    while (this.given.has(`${base}${count}`) || this.results.has(`${key}${count}`));
    this.counters.set(key, count);
    return `${key}${count}`;
  }

  private register(name: string, result: Reading): void {
    this.results.set(name, result);
  }

  private from(item: Item, scope: Scope, before: Reading): Reading {
    const value = option(item, 'from');
    if (!value) return before;
    if (value.type === 'list') return value.items.flatMap((name) => this.named_(name, scope));
    return this.named_(value, scope);
  }

  /** What a name reads: looked up in its own scope first, then outwards. A param may hold the name. */
  private named_(value: Value, scope: Scope): Reading {
    if (value.type !== 'scalar') {
      this.error('from/name', 'a name stands here', value.place, 'write from: conv1');
      return [LOST];
    }
    const text = value.text.trim();
    if (/^-?\d+$/.test(text) && this.find(this.results, text, scope) === undefined) {
      this.error('from/position', `from takes a name, not the position ${text}`, value.place, 'give the layer a name and write from: NAME');
      return [LOST];
    }
    const held = scope.lookup(text, undefined);
    const found = this.find(this.results, typeof held === 'string' ? held : text, scope);
    if (found) return found;
    this.error('from/unknown', `there is no earlier layer called "${text}"`, value.place, this.given.has(text) ? `${text} comes later; a layer reads what stands before it` : suggestion(text, [...this.results.keys()], 'layers so far'));
    return [LOST];
  }

  private find<T>(names: ReadonlyMap<string, T>, name: string, scope: Scope): T | undefined {
    for (let path = scope.path; ; path = path.replace(/[^.]*\.$/, '')) {
      const found = names.get(path + name);
      if (found !== undefined || path === '') return found;
    }
  }

  // --- values ----------------------------------------------------------------------------------------------------

  /** The shape an item receives: null where unknown, undefined where there is nothing to receive. */
  private incoming(reading: Reading): Incoming {
    const [id] = reading;
    return id === undefined ? undefined : shapeOf(this.nodes[id]);
  }

  private value(value: Value, scope: Scope, incoming: Incoming, words?: readonly string[]): Plain | undefined {
    return this.attempt(() => this.reader.read(value, scope, incoming, words));
  }

  private word_(value: Value, scope: Scope, incoming: Incoming): Plain | undefined {
    return this.attempt(() => this.reader.readWord(value, scope, incoming));
  }

  /** Undefined where a value hangs on a figure that a failure left unknown: no error of its own. */
  private attempt<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (error instanceof Unknown) return undefined;
      throw error;
    }
  }

  private number(value: Value, scope: Scope, reading: Reading, what: string, least: number, most: number): number {
    const n = this.value(value, scope, this.incoming(reading));
    if (n === undefined) return 1;
    if (typeof n === 'number' && Number.isInteger(n) && n >= least && n <= most) return n;
    const limit = typeof n === 'number' && n > most;
    this.error(limit ? 'limit/layers' : 'item/repeat', `${what} must be a whole number from ${least} to ${most}, not ${String(n)}`, value.place);
    return 1;
  }

  private word(value: Value, scope: Scope, words: readonly string[], what: string): string {
    const text = value.type === 'scalar' ? this.value(value, scope, undefined, words) : undefined;
    if (typeof text === 'string' && words.includes(text)) return text;
    this.error('option/value', `${what} must be ${words.join(' or ')}, or a list of layers`, value.place);
    return words[0] ?? '';
  }

  private kind(name: string): LayerKind {
    const kind = this.registry.find(name);
    if (!kind) throw new Error(`the registry lacks ${name}`);
    return kind;
  }

  private expect(item: Item, first: number, result: number, scope: Scope): void {
    const value = option(item, 'expect');
    if (!value || first === this.nodes.length) return;
    const rows = { first, last: this.nodes.length - 1, result };
    const about = this.explicitOrFirst(item, first, scope);
    this.expectations.push(...readExpectations(value, about, this.layout, this.diagnostics, rows));
  }

  private explicitOrFirst(item: Item, first: number, scope: Scope): string {
    const name = option(item, 'name');
    return name?.type === 'scalar' ? `${scope.path}${name.text}` : (this.nodes[first]?.name ?? item.key);
  }

  private error(code: string, message: string, at: Place | undefined, help?: string): void {
    this.reader.report(code, message, at, help);
  }
}

const SHORTCUTS = ['auto', 'identity', 'match', 'project'] as const;

const ROLES = { norm: 'norm', act: 'activation', drop: 'regularisation' } as const;

const INPUT: LayerKind = { name: 'input', doc: 'What the network reads.', role: 'input', args: {}, examples: [] };

const NOWHERE: Place = { line: 1, column: 1, length: 1 };
const NONE: Entry = {
  key: { type: 'scalar', text: 'act', quoted: false, place: NOWHERE },
  value: { type: 'scalar', text: 'none', quoted: false, place: NOWHERE },
};

const present = (reading: Reading): Reading => reading.filter((id) => id !== LOST);

const withoutParams = (item: Item, block: Block): ReadonlyMap<string, Entry> =>
  new Map([...item.options].filter(([name]) => !block.params.some(({ key }) => key.text === name)));

/** Facts with counts past 2^53 would be rounded in silence: refused instead. */
const exact = (facts: Facts | Problem): Facts | Problem => {
  if (isProblem(facts)) return facts;
  const figures = [['output values', elements(facts.output)], ['parameters', total(facts.params)], ['multiply-accumulates', total(facts.macs)], ['operations', total(facts.ops)]] as const;
  const large = figures.find(([, n]) => !isExact(n));
  return large ? new Problem('count/too-large', `this layer has about ${large[1].toExponential(2)} ${large[0]}, past 2^53, where integers are no longer exact`, 'check the sizes') : facts;
};

