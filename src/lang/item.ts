// One list item, taken apart: its kind key, main value and options by canonical name. Nothing is evaluated or built.

import type { Diagnostic, Place } from '../core/diagnostic.js';
import type { Findings } from '../core/findings.js';
import type { LayerKind, Registry } from '../core/layer.js';
import { nearest, choice } from '../core/suggest.js';
import { type Entry, isNull, type Mapping, type Scalar, type Value } from './values.js';
import { ITEM_KEYS, OPTION_ALIASES, STRUCTURES, SUGAR } from './words.js';

export interface Item {
  /** `conv`, `residual`, a block's name: canonical. */
  readonly key: string;
  readonly kind: LayerKind | null;
  readonly keyPlace: Place | undefined;
  /** What stands at the kind key; null where nothing does. */
  readonly main: Value | null;
  /** Everything else, by canonical name. */
  readonly options: ReadonlyMap<string, Entry>;
  readonly place: Place | undefined;
}

/** What items can be made of: the kinds, and the blocks with their params. */
export interface Vocabulary {
  readonly registry: Registry;
  readonly blocks: ReadonlyMap<string, Block>;
}

export interface Block {
  readonly name: string;
  readonly params: readonly Entry[];
  readonly layers: Value;
  readonly defaults: Value | null;
}

/** What an item says of its copies together. */
const OF_ALL_COPIES: readonly string[] = ['name', 'repeat', 'first', 'last', 'from', 'expect', 'lint'];

/** Whether `norm`, `act` and `drop` may stand beside a kind's own options. */
export const takesSugar = (kind: LayerKind): boolean => kind.sugar === true || kind.role === 'merge';

/** An item of a kind and its main value, nothing else. */
export const plainItem = (kind: LayerKind | null, main: Scalar): Item => ({
  key: kind?.name ?? main.text,
  kind,
  keyPlace: main.place,
  main,
  options: new Map(),
  place: main.place,
});

/** The canonical name of an option of a kind: its own, or what an alias stands for there. */
export const canonicalOption = (kind: LayerKind | null, key: string): string => {
  if (!kind || Object.hasOwn(kind.args, key)) return key;
  const alias = Object.hasOwn(OPTION_ALIASES, key) ? OPTION_ALIASES[key] : undefined;
  return alias !== undefined && Object.hasOwn(kind.args, alias) ? alias : key;
};

export class ItemReader {
  /** The items, and of what is none the code of its error. */
  private readonly read = new Map<Value, Item | Diagnostic['code']>();

  constructor(
    private readonly vocabulary: Vocabulary,
    private readonly findings: Findings,
  ) {}

  /** The item a value stands for, or the code of what is wrong with it. A value is taken apart and reported once. */
  item(value: Value): Item | Diagnostic['code'] {
    const known = this.read.get(value);
    if (known !== undefined) return known;
    const mark = this.findings.mark;
    const item = this.takeApart(value) ?? this.findings.since(mark) ?? 'item/empty';
    this.read.set(value, item);
    return item;
  }

  /** The item with the options of `first:` or `last:` written over its own. */
  override(item: Item, changes: Value, which: 'first' | 'last'): Item {
    if (changes.type !== 'mapping') {
      this.findings.error(
        'item/overrides',
        `${which} holds options to override`,
        changes.place,
        `write ${which}: {stride: 2}`,
      );
      return item;
    }
    const options = new Map(item.options);
    const block = this.vocabulary.blocks.get(item.key);
    let main = item.main;
    for (const entry of changes.entries) {
      const { key, value } = entry;
      const name = canonicalOption(item.kind, key.text);
      const isMain =
        name === item.key ||
        (item.kind && this.vocabulary.registry.find(name) === item.kind) ||
        name === (block ? block.params[0]?.key.text : item.kind?.main);
      const allowed = this.allowedOptions(item.key, item.kind, item.main, item.options);
      if (isMain && !options.has(name)) main = value;
      else if (OF_ALL_COPIES.includes(name))
        this.findings.error(
          'item/overrides',
          `${which} cannot override ${name}`,
          key.place,
          `write ${name} beside the kind`,
        );
      else if (allowed.includes(name)) options.set(name, entry);
      else if (!name.startsWith('x-'))
        this.findings.error(
          'option/unknown',
          `${item.key} has no option "${key.text}"`,
          key.place,
          choice(key.text, allowed, `options of ${item.key}`),
        );
    }
    return { ...item, main, options };
  }

  private takeApart(value: Value): Item | undefined {
    if (value.type === 'list')
      return this.findings.error(
        'item/list',
        'a list stands where a layer is wanted',
        value.place,
        'write sequence: [...] to group layers',
      );
    if (value.type === 'scalar') return this.bare(value);
    const keys = value.entries.filter(({ key }) => this.isKindKey(key));
    const [first, second] = keys;
    if (!first) return this.noKind(value);
    if (second) {
      return this.findings.error(
        'item/two-kinds',
        `one item is one layer, but this one says ${first.key.text} and ${second.key.text}`,
        second.key.place,
        `write two items, or the option if ${second.key.text} is meant as one`,
      );
    }
    const kind = this.vocabulary.registry.find(first.key.text) ?? null;
    let main = isNull(first.value) ? null : first.value;
    const options = new Map<string, Entry>();
    for (const entry of value.entries) {
      if (entry === first || entry.key.text.startsWith('x-')) continue;
      const name = canonicalOption(kind, entry.key.text);
      if (kind?.main === name) {
        if (main)
          this.findings.error(
            'option/twice',
            `${name} is given twice: at ${first.key.text} and here`,
            entry.key.place,
            'keep one of them',
          );
        main = entry.value;
      } else if (options.has(name))
        this.findings.error(
          'option/twice',
          `${name} is given twice`,
          entry.key.place,
          `${entry.key.text} is another word for ${name}`,
        );
      else options.set(name, entry);
    }
    for (const which of ['first', 'last'] as const) {
      const written = options.get(which);
      if (written && !options.has('repeat'))
        this.findings.error(
          'item/overrides',
          `${which} is about copies, and there is no repeat`,
          written.key.place,
          'add repeat: N',
        );
    }
    return {
      key: kind?.name ?? first.key.text,
      kind,
      keyPlace: first.key.place,
      main,
      options: this.onlyKnown(first.key.text, kind, main, options),
      place: value.place,
    };
  }

  private bare(scalar: Scalar): Item | undefined {
    if (isNull(scalar))
      return this.findings.error('item/empty', 'an empty item', scalar.place, 'write a layer, or remove the line');
    if (!this.isKindKey(scalar)) return this.unknownKind(scalar);
    const kind = this.vocabulary.registry.find(scalar.text) ?? null;
    return {
      key: kind?.name ?? scalar.text,
      kind,
      keyPlace: scalar.place,
      main: null,
      options: new Map(),
      place: scalar.place,
    };
  }

  private isKindKey(key: Scalar): boolean {
    const { registry, blocks } = this.vocabulary;
    return (
      registry.find(key.text) !== undefined ||
      (STRUCTURES as readonly string[]).includes(key.text) ||
      blocks.has(key.text)
    );
  }

  private noKind(value: Mapping): undefined {
    const known: readonly string[] = [
      ...ITEM_KEYS,
      ...SUGAR,
      ...Object.keys(OPTION_ALIASES),
      ...this.vocabulary.registry.kinds.flatMap((kind) => Object.keys(kind.args)),
    ];
    if (value.entries.length === 0)
      return this.findings.error('item/empty', 'an empty item', value.place, 'write a layer, or remove the line');
    const candidate = value.entries.find(({ key }) => !known.includes(key.text) && !key.text.startsWith('x-'));
    if (candidate) return this.unknownKind(candidate.key);
    return this.findings.error(
      'item/unknown-kind',
      'this item says no kind of layer',
      value.place,
      'as in {conv: 96, kernel: 3}',
    );
  }

  private unknownKind(key: Scalar): undefined {
    const names = this.kindNames();
    const help =
      nearest(key.text, names) === undefined ? 'docs/layers.md lists the kinds' : choice(key.text, names, 'kinds');
    return this.findings.error('item/unknown-kind', `there is no kind of layer called "${key.text}"`, key.place, help);
  }

  private kindNames(): string[] {
    const { registry, blocks } = this.vocabulary;
    return [...registry.kinds.flatMap((kind) => [kind.name, ...(kind.aliases ?? [])]), ...STRUCTURES, ...blocks.keys()];
  }

  // Options that the item cannot have are reported and left out, so that the layer itself is still computed.
  private onlyKnown(
    written: string,
    kind: LayerKind | null,
    main: Value | null,
    options: Map<string, Entry>,
  ): ReadonlyMap<string, Entry> {
    const allowed = this.allowedOptions(written, kind, main, options);
    for (const [name, { key }] of options) {
      if (allowed.includes(name)) continue;
      const help = name === kind?.name ? undefined : choice(key.text, allowed, `options of ${written}`);
      this.findings.error('option/unknown', `${written} has no option "${key.text}"`, key.place, help);
      options.delete(name);
    }
    return options;
  }

  private allowedOptions(
    written: string,
    kind: LayerKind | null,
    main: Value | null,
    options: ReadonlyMap<string, Entry>,
  ): readonly string[] {
    if (kind) {
      const sugar = takesSugar(kind) ? SUGAR : [];
      return [...Object.keys(kind.args), ...ITEM_KEYS, ...sugar];
    }
    const common = [...ITEM_KEYS.filter((key) => key !== 'share'), ...SUGAR];
    if (written === 'residual') return [...common, 'shortcut'];
    if (written === 'each') return [...common, 'layers'];
    if (written === 'sequence' || written === 'numbered' || written === 'aux') return [...common, 'defaults'];
    const block = this.vocabulary.blocks.get(written === 'use' && main?.type === 'scalar' ? main.text : written);
    // An unknown block is reported where it is used; what stands beside it cannot be judged.
    return block ? [...common, ...block.params.map(({ key }) => key.text)] : [...common, ...options.keys()];
  }
}

export const option = (item: Item, name: string): Value | undefined => item.options.get(name)?.value;
