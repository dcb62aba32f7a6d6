// A layer item -> its row and the rows of its sugar: options evaluated, defaults applied, shortcuts projected.
// Where items stand and how often they are copied is build.ts; what a row is, rows.ts.

import type { Arg, Plain } from '../core/args.js';
import { type Diagnostic, type Place, write } from '../core/diagnostic.js';
import type { Findings } from '../core/findings.js';
import { AS, type As, type Node, shapeOf } from '../core/graph.js';
import type { LayerKind, Registry } from '../core/layer.js';
import { listed } from '../core/quantity.js';
import type { Shape } from '../core/shape.js';
import { choice } from '../core/suggest.js';
import type { Freezing } from './freeze.js';
import { type Item, type ItemReader, isPattern, option, plainItem } from './item.js';
import type { Lasting } from './lasting.js';
import { meantSugar } from './meant.js';
import { LOST, type Names, type Span, type Tensors } from './names.js';
import type { ValueReader } from './reader.js';
import type { Given, Rows } from './rows.js';
import type { Defaults, Scope } from './scope.js';
import type { Sharing } from './share.js';
import { type Entry, isNull, plainScalar, type Value } from './values.js';
import { SUGAR_ROLES } from './vocabulary.js';
import { SUGAR, type Sugar } from './words.js';

/** An option of a layer that is written, in it or in a default. */
interface Written {
  readonly name: string;
  readonly arg: Arg<unknown>;
  readonly value: Value;
}

/** By item: its options, under defaults, and what they last came to; by value of sugar: the item that it last meant. */
const ofItems = () => ({
  sugar: new WeakMap<Value, Item>(),
  written: new WeakMap<Item, { readonly defaults: readonly Defaults[]; readonly options: readonly Written[] }>(),
  latest: new WeakMap<Item, Given>(),
});

interface Evaluated {
  readonly given: Given;
  readonly broken: Diagnostic['code'] | undefined;
  /** An option hangs on a value that a mistake elsewhere left unknown. */
  readonly unknown: boolean;
  readonly defaults: readonly Defaults[];
}

/** What a projection has by itself, whatever the defaults say. */
const PROJECTED: readonly string[] = ['filters', 'kernel', 'stride', 'padding', 'dilation', 'groups'];

/** What a value of sugar comes to: a layer, none, or a mistake by its code; undefined where it hangs on one elsewhere. */
type Sweet = { readonly item: Item } | 'none' | { readonly broken: Diagnostic['code'] | undefined };

export class LayerItems {
  private readonly evaluated = new Map<Item, Evaluated>();
  private readonly ofItems: ReturnType<typeof ofItems>;
  private readonly sugar = new Map<Value, Item>();

  constructor(
    private readonly registry: Registry,
    private readonly rows: Rows,
    private readonly names: Names,
    private readonly values: ValueReader,
    private readonly items: ItemReader,
    private readonly sharing: Sharing,
    private readonly freezing: Freezing,
    lasting: Lasting,
    private readonly findings: Findings,
  ) {
    this.ofItems = lasting.of(ofItems);
  }

  /** The row of a layer. Sugar stands in the text where its layer does, whatever default it comes from. */
  add(
    item: Item,
    kind: LayerKind,
    scope: Scope,
    reads: Tensors,
    name: string,
    place: Place | undefined = item.place,
    sugarOf?: number,
  ): number {
    const { given, broken, unknown } = this.options(item, kind, scope, reads);
    const alone = kind.inputs === 'none';
    const placeOf = (key: string) => (key === kind.main ? item.main : option(item, key))?.place;
    const row = {
      item: { place, keyPlace: item.keyPlace },
      kind,
      name,
      // What its options ask of the shape that comes by is answered; it is not read.
      reads: alone ? [] : reads,
      sugarOf,
      given,
      placeOf,
    };
    const from = alone ? option(item, 'from') : undefined;
    if (from) {
      this.findings.error('graph/inputs', `${kind.name} reads nothing`, from.place, 'leave from out');
      return this.rows.pushFailed(row, null, 'graph/inputs');
    }
    if (broken !== undefined) return this.rows.pushFailed(row, null, broken);
    if (unknown && (alone || this.rows.incoming(reads))) return this.rows.pushFailed(row, null, undefined);
    const id = this.rows.add(row);
    if (sugarOf !== undefined) {
      this.share(item, scope, reads, { first: id, last: id });
      this.freeze(item, scope, reads, { first: id, last: id });
      this.sayAs(item, scope, reads, { first: id, last: id });
    }
    return id;
  }

  /** How the layer of an item is written where it comes from, where it or a default of its kind says so. Its sugar has words of its own. */
  sayAs(item: Item, scope: Scope, reads: Tensors, rows: Span): void {
    const own = option(item, 'as');
    const written = own ?? (item.kind ? scope.defaultOf(item.kind.name, 'as')?.value : undefined);
    if (!written || isNull(written) || rows.last < rows.first) return;
    const word = this.values.readWord(written, scope, this.rows.incoming(reads));
    if (word === undefined || word === null) return;
    if (typeof word !== 'string' || !Object.hasOwn(AS, word)) {
      this.findings.error(
        'option/value',
        `as says ${listed(Object.keys(AS), 'or')}, not ${String(word)}`,
        written.place,
        choice(String(word), Object.keys(AS), 'words'),
      );
      return;
    }
    if (!item.kind || item.kind.expand) {
      this.findings.error(
        'option/value',
        `as says how one layer is written, and ${item.key} is several`,
        written.place,
        'say it of the layers inside',
      );
      return;
    }
    let id = rows.last;
    while (id > rows.first && item.kind !== this.rows.nodes[id]?.kind) id -= 1;
    const node = this.rows.nodes[id];
    if (node) this.rows.nodes[id] = { ...node, as: word as As };
  }

  /** The weights of an item's rows are frozen, or not, where it or a default of its kind says so. */
  freeze(item: Item, scope: Scope, reads: Tensors, rows: Span): void {
    const own = option(item, 'frozen');
    const written = own ?? (item.kind ? scope.defaultOf(item.kind.name, 'frozen')?.value : undefined);
    if (!written || isNull(written) || rows.last < rows.first) return;
    this.values.work.count(1 + rows.last - rows.first, written.place);
    const mark = this.findings.mark;
    const frozen = this.values.read(written, scope, this.rows.incoming(reads));
    if (typeof frozen === 'boolean') {
      this.freezing.say(rows, { frozen, place: written.place }, own ? 'item' : 'default');
      return;
    }
    if (frozen !== undefined)
      this.findings.error(
        'option/value',
        `frozen must be true or false, not ${String(frozen)}`,
        written.place,
        write('true'),
      );
    this.sharing.uncounted(rows, this.findings.since(mark));
  }

  /** The rows of an item use the weights of another, where it says so. */
  share(item: Item, scope: Scope, reads: Tensors, rows: Span): void {
    const written = option(item, 'share');
    if (written) this.sharing.use(rows, this.ownerNamed(written, scope, reads), written.place, scope);
  }

  /** The name whose weights are shared; undefined where it hangs on a mistake. A param may hold it, and copies may count in it. */
  private ownerNamed(written: Value, scope: Scope, reads: Tensors): string | undefined {
    if (written.broken) return undefined;
    const text = written.type === 'scalar' ? written.text.trim() : '';
    if (written.type === 'scalar' && isPattern(text))
      return this.values.fill(written, scope, this.rows.incoming(reads));
    const held = scope.word(text);
    return held === null ? undefined : (held ?? text);
  }

  /** Sugar, and the name's result: the end of every item. Sugar rows are called after `row`, made up when it is needed. */
  finish(item: Item, scope: Scope, result: Tensors, name: string | null, row: string | (() => string)): Tensors {
    let current = result;
    let prefix: string | null = null;
    for (const which of SUGAR) {
      // The `act` of a squeeze-and-excitation stands inside it.
      if (item.kind && Object.hasOwn(item.kind.args, which)) continue;
      const value = option(item, which) ?? (item.kind ? scope.defaultOf(item.kind.name, which)?.value : undefined);
      const made = value ? this.sugarItem(value, which, scope, current) : 'none';
      if (made === 'none') continue;
      const numbered = scope.numbered && item.kind && item.kind.role !== 'merge' && !item.options.has('name');
      if (!numbered) prefix ??= typeof row === 'string' ? row : row();
      const full = numbered ? this.names.free(scope, which) : `${prefix}.${which}`;
      const id =
        'item' in made && made.item.kind
          ? this.add(made.item, made.item.kind, scope, current, full, item.place, result[0])
          : this.rows.pushUnknown(full, which, item.place, 'broken' in made ? made.broken : undefined);
      current = [id];
      this.names.setResult(full, current);
    }
    if (name !== null) this.names.setResult(name, current);
    return current;
  }

  /** A 1x1 convolution with the body's total stride, under the conv defaults in force but without an activation. */
  project(item: Item, scope: Scope, reads: Tensors, body: Tensors, to: Shape): Tensors {
    const kind = this.rows.kind('conv');
    const stride = this.totalStride(body[0] ?? LOST, reads[0] ?? LOST, to.length - 1);
    const name = this.names.freeBare(scope, 'shortcut');
    const mark = this.findings.mark;
    const written = writtenOptions(kind, (name) =>
      PROJECTED.includes(name) ? undefined : scope.defaultOf(kind.name, name),
    );
    const { options, unknown } = this.evaluate(written, kind, scope, reads);
    const fixed = { filters: to[0] ?? 1, kernel: 1, stride, padding: 0, dilation: 1, groups: 1 };
    for (const [key, value] of Object.entries(fixed)) options.set(key, value);
    const row = { item, kind, given: { options }, name, reads };
    const id = unknown ? this.rows.pushFailed(row, null, this.findings.since(mark)) : this.rows.add(row);
    const off: Entry = { key: plainScalar('act', item.keyPlace), value: plainScalar('none', item.keyPlace) };
    const projection = { ...item, kind, options: new Map([['act', off]]) };
    const result = this.finish(projection, scope, [id], name, name);
    this.freeze(projection, scope, reads, { first: id, last: this.rows.nodes.length - 1 });
    this.sayAs(projection, scope, reads, { first: id, last: id });
    return result;
  }

  // The product of the strides from the body's result back to what it reads. Upsampling bodies need a shortcut of their own.
  private totalStride(result: number, source: number, axes: number): readonly number[] {
    const stride = new Array<number>(axes).fill(1);
    const { nodes } = this.rows;
    for (let node = nodes[result]; node && node.id !== source; node = nodes[node.inputs[0] ?? LOST]) {
      const reach = node.facts?.reach;
      if (!reach || reach === 'global') continue;
      reach.forEach((axis, a) => {
        // Of what nobody knows, the sizes tell.
        const own = axis.taps.length > 0 ? axis.advance / axis.taps.length : sizesRatio(nodes, node, a);
        stride[a] = (stride[a] ?? 1) * own;
      });
    }
    return stride.map((s) => Math.max(1, Math.round(s)));
  }

  /** The item's evaluated options, or the code of what is wrong with them. Options that ask for no value are read once. */
  private options(item: Item, kind: LayerKind, scope: Scope, reads: Tensors): Evaluated {
    const known = this.evaluated.get(item);
    if (known && known.defaults === scope.defaults) return known;
    const { mark } = this.findings;
    const { asked } = this.values;
    // The branches of a merge are no option of it.
    if (item.main && !kind.main && kind.role !== 'merge')
      this.findings.error(
        'option/main',
        `${item.key} takes no value`,
        item.main.place,
        item.main.type === 'scalar' && item.main.place
          ? { help: `write ${item.key} alone`, edits: [{ at: item.main.place, text: '' }] }
          : `write ${item.key} alone, or its options by name`,
      );
    const { options, unknown } = this.evaluate(this.written(item, kind, scope), kind, scope, reads);
    const broken = item.broken ?? this.findings.since(mark);
    // Copies and builds whose options come to the same share what follows from them.
    const last = this.ofItems.latest.get(item);
    const given = last && sameValues(last.options, options) ? last : { options };
    if (given !== last) this.ofItems.latest.set(item, given);
    const evaluated = { given, broken, unknown, defaults: scope.defaults };
    if (this.values.asked === asked) this.evaluated.set(item, evaluated);
    return evaluated;
  }

  /** The written options of an item: its own, then the nearest defaults. */
  private written(item: Item, kind: LayerKind, scope: Scope): readonly Written[] {
    const known = this.ofItems.written.get(item);
    if (known && sameDefaults(known.defaults, scope.defaults)) return known.options;
    const main = item.main && kind.main ? { value: item.main } : undefined;
    const options = writtenOptions(
      kind,
      (name) => (name === kind.main ? main : undefined) ?? item.options.get(name) ?? scope.defaultOf(kind.name, name),
    );
    this.ofItems.written.set(item, { defaults: scope.defaults, options });
    return options;
  }

  /** The values of options. What hangs on unknown figures stays out. */
  private evaluate(
    written: readonly Written[],
    kind: LayerKind,
    scope: Scope,
    reads: Tensors,
  ): { readonly options: Map<string, Plain>; readonly unknown: boolean } {
    const options = new Map<string, Plain>();
    let unknown = scope.hasBrokenDefaults(kind.name);
    const incoming = this.rows.incoming(reads);
    for (const { name, arg, value: text } of written) {
      const value =
        arg.reads !== undefined
          ? this.values.readAs(arg.reads, text, scope, incoming)
          : arg.perAxis
            ? this.values.readSizes(text, scope, incoming, arg.words)
            : this.values.read(text, scope, incoming, arg.words);
      if (value === undefined) unknown = true;
      else options.set(name, value);
    }
    return { options, unknown };
  }

  /** The layer that `norm: bn`, `act: {leakyrelu: 0.2}` or `drop: 0.5` means. */
  private sugarItem(value: Value, which: Sugar, scope: Scope, reads: Tensors): Sweet {
    const known = this.sugar.get(value);
    if (known) return { item: known };
    const [mark, asked] = [this.findings.mark, this.values.asked];
    const item = this.readSugar(value, which, scope, reads);
    if (item === undefined) return { broken: value.broken ?? this.findings.since(mark) };
    if (item === null) return 'none';
    if (item.kind?.role === SUGAR_ROLES[which] && item.broken === undefined) {
      if (this.values.asked === asked) this.sugar.set(value, item);
      return { item };
    }
    if (item.broken !== undefined) return { broken: item.broken };
    const kinds = this.registry.kinds.filter((kind) => kind.role === SUGAR_ROLES[which]).map((kind) => kind.name);
    const text = value.type === 'scalar' ? value.text : item.key;
    const takes = which === 'drop' ? 'a rate' : 'a kind of layer';
    this.findings.error(
      'option/sugar',
      `${which} takes ${takes}, not ${text}`,
      value.place,
      meantSugar(text, [...kinds, 'none'], which),
    );
    return { broken: 'option/sugar' };
  }

  /** The item a value of sugar stands for, of whatever kind; without a kind where it names none. Null for `none`. */
  private readSugar(value: Value, which: Sugar, scope: Scope, reads: Tensors): Item | null | undefined {
    if (value.broken) return undefined;
    if (value.type === 'mapping') {
      const item = this.items.item(value);
      return typeof item === 'string' ? undefined : item;
    }
    const isRefused = value.type === 'scalar' && scope.refuses(value.text);
    const named = value.type === 'scalar' && !isRefused ? this.registry.find(value.text) : undefined;
    const written = named ? named.name : this.values.readWord(value, scope, this.rows.incoming(reads));
    if (written === undefined) return undefined;
    if (written === null || written === 'none' || written === false) return null;
    const at = plainScalar(String(written), value.place);
    if (which === 'drop' && typeof written === 'number') return plainItem(this.rows.kind('dropout'), at);
    const kind = typeof written === 'string' ? this.registry.find(written) : undefined;
    const last = this.ofItems.sugar.get(value);
    const item = { ...plainItem(kind ?? null, at), main: null };
    if (last?.key === item.key && last.kind === item.kind) return last;
    this.ofItems.sugar.set(value, item);
    return item;
  }
}

/** The options of a kind that are written, in the order of the kind. */
const writtenOptions = (
  kind: LayerKind,
  find: (name: string) => Pick<Entry, 'value'> | undefined,
): readonly Written[] =>
  Object.entries(kind.args).flatMap(([name, arg]) => {
    const value = find(name)?.value;
    return value && !isNull(value) ? [{ name, arg, value }] : [];
  });

const sameDefaults = (a: readonly Defaults[], b: readonly Defaults[]): boolean =>
  a === b || (a.length === b.length && a.every((one, i) => one === b[i]));

/** How many cells of what a layer reads come on one of its own, along an axis. */
const sizesRatio = (nodes: readonly Node[], { inputs, facts }: Node, axis: number): number =>
  (shapeOf(nodes[inputs[0] ?? LOST])?.[axis + 1] ?? 1) / (facts?.output[axis + 1] ?? 1);

const sameValues = (a: ReadonlyMap<string, Plain>, b: ReadonlyMap<string, Plain>): boolean => {
  if (a.size !== b.size) return false;
  for (const [name, value] of a) if (!samePlain(value, b.get(name))) return false;
  return true;
};

const samePlain = (a: Plain, b: Plain | undefined): boolean =>
  a === b ||
  (Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((one: Plain, i) => samePlain(one, b[i])));
