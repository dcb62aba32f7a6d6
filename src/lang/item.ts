// One list item, taken apart: its kind key, main value and options by canonical name. Nothing is evaluated or built.

import { type Diagnostic, type Edit, helpOf, type Place, type Remedy, samePlace, write } from '../core/diagnostic.js';
import type { Findings } from '../core/findings.js';
import type { LayerKind } from '../core/layer.js';
import type { Repeated } from '../core/repeated.js';
import { Anew, aboveOf, isKindWord } from './anew.js';
import {
  dashes,
  entryPlace,
  inBraces,
  inPlaceOf,
  keyAlone,
  leaveOut,
  nameBeside,
  plainText,
  stretch,
  takeOut,
} from './edits.js';
import type { Lasting } from './lasting.js';
import { meantKind, meantOption, NO_COLON, NO_SPACE, runTogether, severalTogether } from './meant.js';
import { type Entry, isNull, type List, type Mapping, plainScalar, type Scalar, type Value } from './values.js';
import {
  type Block,
  canonicalOption,
  isKindKey,
  isStructure,
  kindNames,
  optionsOf,
  STRUCTURE_OPTIONS,
  takesSugar,
  type Vocabulary,
} from './vocabulary.js';
import { ITEM_KEYS, OF_ALL_COPIES, OPTION_ALIASES, SUGAR } from './words.js';

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
  /** The code of what is wrong with it: it cannot be said what it was meant to be, nor how often. */
  readonly broken?: Diagnostic['code'];
}

/** An item of a kind and its main value, nothing else. */
export const plainItem = (kind: LayerKind | null, main: Scalar): Item => ({
  key: kind?.name ?? main.text,
  kind,
  keyPlace: main.place,
  main,
  options: new Map(),
  place: main.place,
});

/** Items with which nothing is wrong, by what they were made of. */
const sound = () => ({
  items: new WeakMap<Value, Item>(),
  overridden: new WeakMap<Item, ReadonlyMap<Value, Item>>(),
  sharedTogether: new WeakMap<Item, Item>(),
});

export class ItemReader {
  private readonly sound: ReturnType<typeof sound>;
  /** The others, and of what is none the code of its error. */
  private readonly broken = new Map<Value, Item | Diagnostic['code']>();
  private readonly overriddenBadly = new Map<Item, ReadonlyMap<Value, Item>>();
  private readonly lists = new Map<Mapping, readonly Value[]>();

  private readonly anew: Anew;

  constructor(
    private readonly vocabulary: Vocabulary,
    private readonly findings: Findings,
    lasting: Lasting,
  ) {
    this.anew = new Anew(vocabulary);
    this.sound = lasting.of(sound);
  }

  /** The item a value stands for, or the code of what is wrong with it. A value is taken apart and reported once. */
  item(value: Value): Item | Diagnostic['code'] {
    const before = this.sound.items.get(value) ?? this.broken.get(value);
    if (before !== undefined) return before;
    const mark = this.findings.mark;
    const item = value.broken ?? this.takeApart(value) ?? this.findings.since(mark) ?? 'item/empty';
    const broken = this.findings.since(mark);
    const known = typeof item !== 'string' && broken !== undefined ? { ...item, broken } : item;
    if (typeof known === 'string' || broken !== undefined) this.broken.set(value, known);
    else this.sound.items.set(value, known);
    return known;
  }

  /** The item with the options of `first:` or `last:` written over its own. */
  override(item: Item, changes: Value, which: 'first' | 'last'): Item {
    const known = this.sound.overridden.get(item)?.get(changes) ?? this.overriddenBadly.get(item)?.get(changes);
    if (known) return known;
    const mark = this.findings.mark;
    const made = changes.broken ? { ...item, broken: changes.broken } : this.overrideAnew(item, changes, which);
    const broken = this.findings.since(mark);
    const result = broken === undefined ? made : { ...made, broken };
    const all = broken === undefined ? this.sound.overridden : this.overriddenBadly;
    all.set(item, new Map([...(all.get(item) ?? []), [changes, result]]));
    return result;
  }

  private overrideAnew(item: Item, changes: Value, which: 'first' | 'last'): Item {
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
    const allowed = this.allowedOptions(item.key, item.kind, item.main, item.options);
    let main = item.main;
    for (const entry of changes.entries) {
      const { key, value } = entry;
      const name = canonicalOption(item.kind, key.text);
      const isMain =
        name === item.key ||
        (item.kind && this.vocabulary.registry.find(name) === item.kind) ||
        name === (block ? block.params[0]?.key.text : item.kind?.main);
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
          meantOption(key.text, allowed, `options of ${item.key}`).remedy,
        );
    }
    return { ...item, main, options };
  }

  /** The item whose copies share weights together, not each. */
  sharedTogether(item: Item): Item {
    const known = this.sound.sharedTogether.get(item);
    if (known) return known;
    const made = { ...item, options: new Map([...item.options].filter(([name]) => name !== 'share')) };
    this.sound.sharedTogether.set(item, made);
    return made;
  }

  /** The items of what should be a list. Layers that are the keys of a mapping are told of, and read as if each had its dash. */
  listOf(value: List | Mapping): readonly Value[] {
    if (value.type === 'list') return value.items;
    const known = this.lists.get(value);
    if (known) return known;
    const items = this.layersByKey(value) ?? [value];
    this.lists.set(value, items);
    return items;
  }

  private layersByKey(value: Mapping): readonly Value[] | undefined {
    const kinds = value.entries.filter(({ key }) => isKindKey(this.vocabulary, key));
    const named = new Map(value.entries.map((entry) => [entry, this.anew.namedItem(entry)]));
    const count = value.entries.filter((entry) => named.get(entry)).length;
    if (kinds.length + count < (value.keyless ? 1 : 2)) return undefined;
    const items: Mapping[] = [];
    for (const entry of value.entries) {
      const last = items.at(-1);
      const layer = named.get(entry);
      if (layer) {
        const { kind, main, rest } = layer;
        const name: Entry = { key: { ...entry.key, text: 'name' }, value: entry.key };
        items.push({ ...entry.value, type: 'mapping', entries: [name, { key: kind, value: main }, ...rest] });
      } else if (!last || isKindKey(this.vocabulary, entry.key))
        items.push({ type: 'mapping', entries: [entry], place: entry.key.place });
      else items[items.length - 1] = { ...last, entries: [...last.entries, entry] };
    }
    const edits = dashes(value, (entry) => {
      const layer = named.get(entry);
      return layer ? aboveOf(layer) : isKindKey(this.vocabulary, entry.key) ? 'item' : 'option';
    });
    const text =
      items.map((item) => this.anew.lineOf(item)).find((line) => line !== undefined) ?? '{conv: 16, kernel: 3}';
    if (value.keyless) this.tellKeyless(value, value.keyless, text, edits);
    else {
      const help = `write - ${text}, one such line for each layer`;
      this.findings.error(
        'item/no-list',
        'layers stand in a list, each behind a dash, and here they are the keys of a mapping',
        value.place,
        edits ? { help, edits } : help,
      );
    }
    return items;
  }

  /** Layers among the keys of a file. */
  private tellKeyless(
    { place, entries: [first] }: Mapping,
    { hasInput, isTogether }: NonNullable<Mapping['keyless']>,
    text: string,
    edits: readonly Edit[] | undefined,
  ): void {
    const above = hasInput ? '' : ', and input: 224x224x3 above that';
    const help = `write layers: above them and - ${text}, one such line for each layer${above}`;
    // In braces they are one item.
    const listed =
      edits?.map((edit) =>
        samePlace(edit.at, first?.key.place) ? { ...edit, text: `layers:\n${edit.text}` } : edit,
      ) ??
      (place && [{ at: { ...place, length: 0 }, text: 'layers:\n- ' }]);
    const message = 'layers stand here without their key, and without a dash before each';
    this.findings.error(
      'spec/no-layers',
      message,
      first?.key.place,
      isTogether && listed ? { help, edits: listed } : help,
    );
  }

  private takeApart(value: Value): Item | undefined {
    if (value.type === 'list') return this.listedOptions(value);
    if (value.type === 'scalar') return this.bare(value);
    const keys = this.kindKeys(value);
    const of = keys.find(({ key }) => key.text === 'use' || this.vocabulary.blocks.has(key.text));
    const refused = of && this.blockOf(of.key.text, of.value)?.refused;
    // A param that cannot be called so was told of where it stands.
    const [first, second] = refused ? keys.filter(({ key }) => !refused.has(key.text)) : keys;
    if (!first) return this.noKind(value);
    if (second) return this.twoKinds(value, first, second);
    const block = first.key.text === 'use' && first.value.type === 'scalar' ? first.value : first.key;
    return this.vocabulary.refused.has(block.text) ? this.ofRefused(block, value) : this.ofKind(value, first);
  }

  /** The item of a kind key, and of options beside it. */
  private ofKind(value: Mapping, first: Entry, wrong?: Diagnostic['code']): Item {
    const kind = this.vocabulary.registry.find(first.key.text) ?? null;
    const nested = kind?.role === 'merge' ? [] : this.nested(value, first, kind);
    let main = nested.length > 0 || isNull(first.value) ? null : first.value;
    const options = new Map<string, Entry>();
    for (const entry of [...nested, ...value.entries]) {
      if (entry === first || entry.key.text.startsWith('x-')) continue;
      const name = canonicalOption(kind, entry.key.text);
      if (kind?.main === name) {
        if (main)
          this.findings.error(
            'option/twice',
            `${name} is given twice: at ${first.key.text} and here`,
            entry.key.place,
            leftOut(value, entry, 'leave it out'),
          );
        main = entry.value;
      } else if (options.has(name))
        this.findings.error(
          'option/twice',
          `${name} is given twice`,
          entry.key.place,
          leftOut(
            value,
            entry,
            entry.key.text === name ? 'leave it out' : `leave it out: ${entry.key.text} is another word for ${name}`,
          ),
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
    const broken = wrong ?? (kind ? undefined : first.value.broken);
    return {
      key: kind?.name ?? first.key.text,
      kind,
      keyPlace: first.key.place,
      ...this.onlyKnown(first.key.text, kind, main, options, value),
      place: value.place,
      ...(broken && { broken }),
    };
  }

  private bare(scalar: Scalar): Item | undefined {
    if (isNull(scalar))
      return this.findings.error('item/empty', 'an empty item', scalar.place, 'write a layer, or remove the line');
    if (!isKindKey(this.vocabulary, scalar)) return this.unknownKind(scalar);
    if (this.vocabulary.refused.has(scalar.text)) return this.ofRefused(scalar, scalar);
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

  /** What uses a block whose name was refused: that was told where the block is. */
  private ofRefused(key: Scalar, item: Value): Item {
    const { text, place: keyPlace } = key;
    // What it is called, what it reads and how often it comes, is said whatever the block is.
    const entries = item.type === 'mapping' ? item.entries : [];
    const own = entries.filter((entry) => (ITEM_KEYS as readonly string[]).includes(entry.key.text));
    const options = new Map(own.map((entry) => [entry.key.text, entry]));
    return { key: text, kind: null, keyPlace, main: null, options, place: item.place, broken: 'name/reserved' };
  }

  /** The keys that say a kind; the names of refused blocks only where nothing else does: they may be options of layers. */
  private kindKeys(value: Mapping): readonly Entry[] {
    const keys = value.entries.filter(({ key }) => isKindKey(this.vocabulary, key));
    const others = keys.filter(({ key }) => !this.vocabulary.refused.has(key.text));
    return others.length > 0 ? others : keys;
  }

  private noKind(value: Mapping): Item | undefined {
    const known: readonly string[] = [
      ...ITEM_KEYS,
      ...SUGAR,
      ...Object.keys(OPTION_ALIASES),
      ...this.vocabulary.registry.options,
    ];
    if (value.entries.length === 0)
      return this.findings.error('item/empty', 'an empty item', value.place, 'write a layer, or remove the line');
    const valued = value.entries.find(({ key }) => isKindWord(key));
    if (valued?.value.type === 'scalar' && !isNull(valued.value)) return this.kindAsValue(value, valued, valued.value);
    const candidate = value.entries.find(({ key }) => !known.includes(key.text) && !key.text.startsWith('x-'));
    if (candidate) return this.unknownKind(candidate.key, value, candidate);
    return this.findings.error(
      'item/unknown-kind',
      'this item says no kind of layer',
      value.place,
      'as in {conv: 96, kernel: 3}',
    );
  }

  /** `{type: conv, filters: 16}`: the kind is a key here. */
  private kindAsValue(value: Mapping, entry: Entry, written: Scalar): Item | undefined {
    const elsewhere =
      meantKind(written.text, inBraces(value) ? 'braces' : 'line', kindNames(this.vocabulary)).name ?? '';
    const meant = isKindKey(this.vocabulary, written)
      ? written.text
      : (this.vocabulary.registry.find(elsewhere)?.name ?? elsewhere);
    if (meant === '') return this.unknownKind(written);
    const message = `the kind of a layer is a key, not the value of "${entry.key.text}"`;
    const others = value.entries.filter((one) => one !== entry);
    const text = this.anew.onOneLine(meant, null, others);
    const anew = text === undefined ? undefined : inPlaceOf(value, text);
    const edits = anew ?? keyAlone(value, entry, meant);
    const at = entryPlace(entry) ?? entry.key.place;
    this.again('a kind as a value', { code: 'item/kind-as-value', message, at, write: text ?? meant, edits });
    const key = { ...written, text: meant, quoted: false };
    const first: Entry = { key, value: { ...key, text: '' } };
    // What the help writes anew is not told again.
    const entries = !anew ? others : this.anew.asMeant(this.vocabulary.registry.find(meant), others);
    return this.ofKind({ ...value, entries: [first, ...entries] }, first, 'item/kind-as-value');
  }

  /** Of a second kind beside the first, what else it may be: sugar, or a word for the channels that come in. */
  private twoKinds(value: Mapping, first: Entry, second: Entry): Item | undefined {
    const [one, other] = [first, second].map(({ key }) => this.vocabulary.registry.find(key.text));
    // `relu` may stand before `conv`.
    const [layer, beside] =
      this.sugarOf(first) && one && other && takesSugar(other) ? [second, first] : [first, second];
    if (beside.key.text === 'in' && beside.value.type === 'scalar' && /\d/.test(beside.value.text))
      return this.incoming(value, layer, beside);
    const message = `one item is one layer, but this one says ${first.key.text} and ${second.key.text}`;
    return this.findings.error('item/two-kinds', message, beside.key.place, this.besides(value, layer, beside));
  }

  /** `in: 16` beside a kind: there `in` is no instance normalisation, but what comes in. */
  private incoming(value: Mapping, layer: Entry, beside: Entry): Item {
    const message = `${layer.key.text} has no option "in"`;
    const help = 'leave it out: how many channels come in is known';
    this.findings.error('option/unknown', message, beside.key.place, leftOut(value, beside, help));
    const entries = value.entries.filter((entry) => entry !== beside);
    return this.ofKind({ ...value, entries }, layer, 'option/unknown');
  }

  private sugarOf({ key }: Entry): string | undefined {
    const role = this.vocabulary.registry.find(key.text)?.role;
    return role === 'norm' ? 'norm' : role === 'activation' ? 'act' : role === 'regularisation' ? 'drop' : undefined;
  }

  private besides(value: Mapping, layer: Entry, beside: Entry): Remedy {
    const { text } = beside.key;
    const kind = this.vocabulary.registry.find(layer.key.text);
    const sugar = this.sugarOf(beside);
    if (!sugar || (kind && !takesSugar(kind))) return `write two items, or the option if ${text} is meant as one`;
    const held = plainText(beside.value);
    const isRate = sugar === 'drop' && held !== undefined;
    const isSwitch = held === undefined || /^(true|yes|on)$/i.test(held);
    if (!isRate && !isSwitch) return `write ${sugar}: {${text}: …}, or two items`;
    const at = entryPlace(beside);
    const entry = `${sugar}: ${isRate ? held : text}`;
    const help = `write ${entry}, or two items`;
    // On a line of its own the colon behind the key stays.
    return at && (inBraces(value) || held !== undefined) ? { help, edits: [{ at, text: entry }] } : help;
  }

  /** Options that stand in a mapping at the kind: they are read as if they stood beside it. */
  private nested(value: Mapping, first: Entry, kind: LayerKind | null): readonly Entry[] {
    const inner = first.value;
    if (!kind || inner.type !== 'mapping' || inner.entries.length === 0) return [];
    const others = value.entries.filter((one) => one !== first);
    const text = this.anew.onOneLine(first.key.text, null, [...inner.entries, ...others]);
    const code = 'value/mapping';
    const message = `the options of ${first.key.text} stand in a mapping of their own`;
    const at = inBraces(inner) ? inner.place : first.key.place;
    const anew = text === undefined ? undefined : inPlaceOf(value, text);
    const edits = anew ?? takeOut(value, first);
    if (text !== undefined)
      this.again('options in a mapping', {
        code,
        message,
        at,
        write: text,
        more: ': options stand beside the kind',
        edits,
      });
    else {
      const help = `options stand beside the kind: {${first.key.text}, ${inner.entries[0]?.key.text}: …}`;
      this.findings.error(code, message, at, edits ? { help, edits } : help);
    }
    return anew ? this.anew.asMeant(kind, inner.entries) : inner.entries;
  }

  /** `[conv, 16, 3]`: options have names here. */
  private listedOptions(list: List): undefined {
    const [first, ...rest] = list.items;
    if (first?.type === 'scalar' && rest.length === 0) {
      const { name, leave, remedy } = meantKind(first.text, 'item', kindNames(this.vocabulary));
      const message = `a list stands where a layer is wanted`;
      if (name !== undefined || leave) return this.findings.error('item/list', message, list.place, remedy);
    }
    const kind = first?.type === 'scalar' ? this.vocabulary.registry.find(first.text) : undefined;
    const kinds = list.items.every(
      (item) => item.type === 'mapping' || (item.type === 'scalar' && isKindKey(this.vocabulary, item)),
    );
    if (list.place && kinds && rest.length > 0)
      return this.findings.error('item/list', 'a list stands where a layer is wanted', list.place, {
        help: 'write sequence: before it, to group layers',
        edits: [{ at: { ...list.place, length: 0 }, text: 'sequence: ' }],
      });
    const texts = rest.map(plainText);
    const names = kind ? [...new Set([kind.main ?? '', ...Object.keys(kind.args)])] : [];
    const at = list.place;
    if (!kind || texts.includes(undefined) || rest.length === 0 || texts.length > names.length || !kind.main)
      return this.findings.error(
        'item/list',
        'a list stands where a layer is wanted',
        at,
        kind ? `write ${kind.name} alone, or its options by name` : 'write sequence: [...] to group layers',
      );
    const [main, ...others] = texts;
    const options = others.map((text, i) => `, ${names[i + 1]}: ${text}`).join('');
    const written = `{${kind.name}: ${main}${options}}`;
    const message = 'a list stands where a layer is wanted: options have names';
    const edits = at && [{ at, text: written }];
    return this.again('a layer as a list', { code: 'item/list', message, at, write: written, edits });
  }

  /** A mistake that is made throughout a file is told once, of its first place. `mistake`: without a place it is told as it is. */
  private again(cause: string, mistake: Omit<Repeated, 'at'> & { readonly at: Place | undefined }): undefined {
    const { code, message, at, write: text, more = '' } = mistake;
    if (at) this.findings.again(cause, { ...mistake, at });
    else this.findings.error(code, message, at, `write ${text}${more}`);
  }

  /** Tells of a word that is no kind. Where another framework has it, its options are read on as those of the kind here. */
  private unknownKind(key: Scalar, inside?: Mapping, entry?: Entry): Item | undefined {
    const names = kindNames(this.vocabulary);
    const slip = this.slipped(key, inside);
    if (slip) {
      slip.tell();
      const [first] = slip.entries ?? [];
      if (!inside || !entry || !first) return undefined;
      const entries = inside.entries.flatMap((one) => (one === entry ? (slip.entries ?? []) : [one]));
      return this.ofKind({ ...inside, entries }, first, 'yaml/colon');
    }
    const named = inside && entry && this.namedByKey(inside, entry);
    if (named) return named;
    const standing = !inside ? 'item' : inBraces(inside) ? 'braces' : 'line';
    const call = CALLED.test(key.text);
    const layer = call && !inside ? this.anew.called(key.text) : undefined;
    if (layer !== undefined && key.place) return this.tellCall(key, layer, [{ at: key.place, text: layer }]);
    // `conv1: nn.Conv2d(3, 16, 3)`
    const held = inside?.entries.length === 1 && entry?.value.type === 'scalar' ? entry.value : undefined;
    const below =
      inside && held && CALLED.test(held.text) ? this.anew.called(held.text, { given: key.text }) : undefined;
    if (inside && held && below !== undefined) return this.tellCall(held, below, inPlaceOf(inside, below));
    const message = call ? `"${key.text}" is a call in Python` : `there is no kind of layer called "${key.text}"`;
    const meant = meantKind(key.text, standing, names);
    const { name, guessed, leave } = meant;
    const alone = inside && entry && !guessed && name !== undefined ? this.withoutMain(inside, entry, name) : undefined;
    const remedy = alone ?? meant.remedy;
    const advice = 'write a kind with its options by name, as in {conv: 16, kernel: 3}; docs/words.md has the words';
    const example =
      name !== undefined && /\(.*\S.*\)/s.test(key.text)
        ? (this.anew.called(key.text, { known: true }) ?? this.exampleOf(name))
        : undefined;
    this.findings.error(
      'item/unknown-kind',
      message,
      key.place,
      call && name === undefined && !leave
        ? advice
        : example
          ? `write ${name} with its options by name, as in ${example}`
          : remedy,
    );
    const kind = name === undefined || call ? undefined : this.vocabulary.registry.find(name);
    if (!inside || !entry || !kind || kind.role === 'merge') return undefined;
    const others = inside.entries.filter((one) => one !== entry);
    const takesMain = isNull(entry.value) || kind.main !== undefined;
    if (guessed && !(takesMain && this.anew.couldBe(kind, others))) return undefined;
    const value = alone ? plainScalar('', key.place) : entry.value;
    return this.readAs(inside, entry, { key: { ...key, text: kind.name }, value }, 'item/unknown-kind');
  }

  /** `BatchNorm2d: 16`: what comes in is known, so that the kind stands alone. */
  private withoutMain(inside: Mapping, entry: Entry, name: string): Remedy | undefined {
    const kind = this.vocabulary.registry.find(name);
    if (
      !kind ||
      kind.role === 'merge' ||
      kind.main !== undefined ||
      entry.value.type !== 'scalar' ||
      isNull(entry.value)
    )
      return undefined;
    const edits = keyAlone(inside, entry, kind.name);
    const help = `write ${kind.name} alone: ${/^\d+$/.test(entry.value.text) ? 'what comes in is known' : 'it takes no value'}`;
    return edits ? { help, edits } : help;
  }

  /** An item with another entry for its kind than was written. */
  private readAs(value: Mapping, written: Entry, first: Entry, broken: Diagnostic['code']): Item {
    const entries = value.entries.map((one) => (one === written ? first : one));
    return this.ofKind({ ...value, entries }, first, broken);
  }

  private tellCall({ text, place }: Scalar, layer: string, edits: readonly Edit[] | undefined): undefined {
    const message = `"${text}" is a call in Python`;
    this.again('a call', { code: 'item/unknown-kind', message, at: place, write: layer, edits });
  }

  /** An item of a kind, from the examples of it. */
  private exampleOf(name: string): string | undefined {
    const [example = ''] = this.vocabulary.registry.find(name)?.examples ?? [];
    return /^ {2}- (\{[^#]*\})/m.exec(example)?.[1];
  }

  /** `conv1: {conv: 16, kernel: 3}`: a name where the kind is wanted. */
  private namedByKey(outer: Mapping, entry: Entry): Item | undefined {
    const { key, value } = entry;
    const named = this.anew.namedItem(entry);
    if (value.type !== 'mapping' || !named) return undefined;
    const others = outer.entries.filter((one) => one !== entry);
    const { kind, main, rest } = named;
    const text = this.anew.onOneLine(kind.text, main, [...rest, ...others], key.text);
    const message = `"${key.text}" is no kind of layer, but the name of one`;
    const anew = text === undefined ? undefined : inPlaceOf(outer, text);
    const edits = anew ?? nameBeside(outer, entry, aboveOf(named));
    const write = text ?? `name: ${key.text} beside ${kind.text}`;
    this.again('a name for a kind', { code: 'item/unknown-kind', message, at: key.place, write, edits });
    const name: Entry = { key: plainScalar('name', key.place), value: key };
    const first: Entry = { key: kind, value: main };
    const options = anew
      ? this.anew.asMeant(this.vocabulary.registry.find(kind.text), [...rest, ...others])
      : [...rest, ...others];
    return this.ofKind({ ...value, entries: [name, first, ...options] }, first, 'item/unknown-kind');
  }

  /** A kind run together with its value, or with a comment behind it. */
  private slipped(
    key: Scalar,
    inside?: Mapping,
  ): { readonly tell: () => undefined; readonly entries?: readonly Entry[] } | undefined {
    const { text, place } = key;
    const [, before, comment] = /^(\w{1,60}) +(\/\/.*)$/s.exec(text) ?? [];
    if (
      place &&
      before !== undefined &&
      comment !== undefined &&
      isKindKey(this.vocabulary, { ...key, text: before })
    ) {
      const column = place.column + text.indexOf(comment);
      const edits = [{ at: { ...place, column, length: 2 }, text: '#' }];
      const remedy = { help: 'write # before a comment', edits };
      return {
        tell: () => this.findings.error('yaml/comment', 'a comment begins with #, not with //', edits[0]?.at, remedy),
      };
    }
    const together = runTogether({ key, value: plainScalar('') }, (word) =>
      isKindKey(this.vocabulary, { ...key, text: word }),
    );
    if (!together) return undefined;
    const { message, apart, entry } = together;
    const several = severalTogether(text);
    if (several && place && (!inside || inBraces(inside))) {
      const pairs = several.map(([word, value]) => `${word}: ${value}`).join(', ');
      const entries = several.map(([word, value]) => ({
        key: { ...key, text: word },
        value: { ...key, text: value, quoted: false },
      }));
      return { tell: () => this.runTogether(message, place, inside ? pairs : `{${pairs}}`), entries };
    }
    const [first] = /^\S+/.exec(entry.value.type === 'scalar' ? entry.value.text : '') ?? [];
    const isWhole = apart === `${entry.key.text}: ${first}`;
    if (isWhole && place && (!inside || inBraces(inside)))
      return { tell: () => this.runTogether(message, place, apart), entries: [entry] };
    const remedy = `write ${entry.key.text}: ${first}`;
    return { tell: () => this.findings.error('yaml/colon', message, place, remedy), entries: [entry] };
  }

  /** Words that were run together with their values are one mistake, however many. */
  private runTogether(message: string, at: Place, apart: string): undefined {
    const edits = [{ at, text: apart }];
    const cause = message.startsWith(NO_COLON) ? NO_COLON : NO_SPACE;
    this.findings.again(cause, { code: 'yaml/colon', message, at, write: apart, edits });
  }

  /** The block that an item uses, by `use:` or by the block's own name. */
  private blockOf(written: string, main: Value | null): Block | undefined {
    return this.vocabulary.blocks.get(written === 'use' && main?.type === 'scalar' ? main.text : written);
  }

  // Options that the item cannot have are reported. What one must have meant is read on, so that nothing is missed for it.
  private onlyKnown(
    written: string,
    kind: LayerKind | null,
    value: Value | null,
    options: Map<string, Entry>,
    item: Mapping,
  ): Pick<Item, 'main' | 'options'> {
    const allowed = this.allowedOptions(written, kind, value, options);
    const first = kind ? kind.main : this.blockOf(written, value)?.params[0]?.key.text;
    let main = value;
    for (const [name, entry] of options) {
      if (allowed.includes(name)) continue;
      options.delete(name);
      const meant = this.unknownOption(written, kind, allowed, entry, item);
      if (meant === undefined) continue;
      // At `use` stands the name of the block.
      if (meant.name === first && written !== 'use') main ??= meant.value;
      else if (!options.has(meant.name)) options.set(meant.name, { key: entry.key, value: meant.value });
    }
    return { main, options };
  }

  /** Tells of an option that a kind has not got; its name and value where it is plain which was meant. */
  private unknownOption(
    written: string,
    kind: LayerKind | null,
    allowed: readonly string[],
    entry: Entry,
    item: Mapping,
  ): { readonly name: string; readonly value: Value } | undefined {
    const { key, value } = entry;
    const together = runTogether(entry, (word) => allowed.includes(canonicalOption(kind, word)));
    if (together) {
      if (key.place && inBraces(item)) this.runTogether(together.message, key.place, together.apart);
      else this.findings.error('yaml/colon', together.message, key.place, together.remedy(item));
      return { name: canonicalOption(kind, together.entry.key.text), value: together.entry.value };
    }
    const before = item.entries[item.entries.indexOf(entry) - 1]?.value;
    if (isNull(value) && /^\d+$/.test(key.text) && before?.type === 'scalar' && /^\d+$/.test(before.text)) {
      const [message, at] = [`YAML splits ${before.text},${key.text} at the comma`, stretch(before.place, key.place)];
      this.findings.error(
        'yaml/split-by-comma',
        message,
        at ?? key.place,
        at ? write(`${before.text}x${key.text}`) : undefined,
      );
      return undefined;
    }
    const { name, leave, remedy } = meantOption(key.text, allowed, `options of ${written}`);
    const sugar = name === undefined ? undefined : this.anew.meantSugar(name, value);
    if (sugar && key.place && value.place) {
      const edits = [
        { at: key.place, text: name ?? '' },
        { at: value.place, text: sugar.text },
      ];
      const message = `${written} has no option "${key.text}"`;
      const text = `${name}: ${sugar.text}`;
      this.again(`option ${key.text}`, { code: 'option/unknown', message, at: key.place, write: text, edits });
      return { name: name ?? '', value: sugar };
    }
    const meant = leave ? leftOut(item, entry, helpOf(remedy)) : remedy;
    const told = canonicalOption(kind, key.text) === kind?.name ? undefined : meant;
    this.findings.error('option/unknown', `${written} has no option "${key.text}"`, key.place, told);
    return name === undefined ? undefined : { name, value };
  }

  private allowedOptions(
    written: string,
    kind: LayerKind | null,
    main: Value | null,
    options: ReadonlyMap<string, Entry>,
  ): readonly string[] {
    if (kind) return optionsOf(kind);
    const common = [...ITEM_KEYS, ...SUGAR];
    const own = written === 'use' || !isStructure(written) ? undefined : STRUCTURE_OPTIONS[written];
    if (own) return [...common, ...own];
    const block = this.blockOf(written, main);
    // An unknown block is reported where it is used; what stands beside it cannot be judged.
    return block
      ? [...common, ...block.params.map(({ key }) => key.text), ...block.refused]
      : [...common, ...options.keys()];
  }
}

const leftOut = (mapping: Mapping, entry: Entry, help: string): Remedy => {
  const edits = leaveOut(mapping, entry);
  return edits ? { help, edits } : help;
};

/** What a program makes, with or without a name: `conv1 = nn.Conv2d(`. */
const CALLED = /^(?:[\w.]{1,60}\s*=\s*)?[\w.]{1,60}\(/;

export const option = (item: Item, name: string): Value | undefined => item.options.get(name)?.value;

/** `block{i + 1}`: a name with the values of expressions in it. */
export const isPattern = (name: string): boolean => /\{[^{}]*\}/.test(name);

/** The rest of such a name: a `*` in an expression is no wildcard. */
export const withoutValues = (name: string): string => name.replace(/\{[^{}]*\}/g, '');
