// Layers that stand in another form, as they are written here: by the words of this language, on one line. Nothing is told.

import type { LayerKind } from '../core/layer.js';
import { callIn } from './call.js';
import { type NameAbove, plainText } from './edits.js';
import { meantKind, meantOption } from './meant.js';
import { onOneLine } from './oneline.js';
import { type Entry, type Mapping, plainScalar, type Scalar, type Value } from './values.js';
import { canonicalOption, isKindKey, kindNames, optionsOf, type Vocabulary } from './vocabulary.js';
import { SUGAR } from './words.js';

/** What stands below a name: a layer, of which the kind may be implied. */
export interface NamedItem {
  readonly kind: Scalar;
  readonly main: Value;
  readonly rest: readonly Entry[];
  readonly implied?: Entry | 'by its name';
}

export const aboveOf = ({ kind, implied }: NamedItem): NameAbove => ({ kind: kind.text, ...(implied && { implied }) });

/** Options that hold an axis. */
const AXES: readonly string[] = ['over', 'axis'];

/** Keys at which other formats have the kind of a layer. */
const KIND_WORDS: readonly string[] = [
  'type',
  'kind',
  'layer',
  'layer_type',
  'class',
  'class_name',
  'op',
  'op_type',
  'module',
];

export const isKindWord = ({ text }: Scalar): boolean => KIND_WORDS.includes(text.toLowerCase());

export class Anew {
  constructor(private readonly vocabulary: Vocabulary) {}

  /** An item with a kind as it is written on one line. */
  lineOf({ entries }: Mapping): string | undefined {
    const first = entries.find(({ key }) => this.isKindKey(key));
    const name = entries.find(({ key }) => key.text === 'name');
    if (!first) return undefined;
    const isMerge = this.vocabulary.registry.find(first.key.text)?.role === 'merge';
    const below = first.value.type === 'mapping' && !isMerge ? first.value.entries : undefined;
    const others = entries.filter((one) => one !== first && one !== name);
    return this.onOneLine(
      first.key.text,
      below ? null : first.value,
      [...(below ?? []), ...others],
      name && plainText(name.value),
    );
  }

  /** A layer of a kind and the options beside it, as it is written in braces; undefined where it is long. */
  onOneLine(kindKey: string, atKind: Value | null, entries: readonly Entry[], name?: string): string | undefined {
    const kind = this.vocabulary.registry.find(kindKey);
    const meant = this.asMeant(kind, entries);
    const options = new Map(meant.map(({ key, value }) => [key.text, value]));
    // Which of two values is meant, nobody knows.
    if (options.size < meant.length) return undefined;
    const main = (kind?.main === undefined ? undefined : options.get(kind.main)) ?? atKind;
    if (kind?.main !== undefined) options.delete(kind.main);
    return onOneLine({ kind: kindKey, main, name, options });
  }

  /** Options by the names they have here, and without those that nothing is written for. What nobody knows stays as it is. */
  asMeant(kind: LayerKind | undefined, entries: readonly Entry[]): readonly Entry[] {
    const allowed = kind ? optionsOf(kind) : [];
    return entries.flatMap((entry) => {
      const { key, value } = entry;
      const own = canonicalOption(kind ?? null, key.text);
      const meant = !kind || allowed.includes(own) ? undefined : meantOption(key.text, allowed, '');
      if (meant?.leave) return [];
      const name = meant && !meant.guessed && meant.name !== undefined ? meant.name : own;
      // Elsewhere axes are numbered, and the batch is one of them.
      if (meant && AXES.includes(name) && value.type === 'scalar' && /^-?\d+$/.test(value.text)) return [];
      return [{ key: { ...key, text: name }, value: SUGAR.some((one) => one === name) ? this.kindHere(value) : value }];
    });
  }

  /** `ReLU` as `relu`. */
  private kindHere(value: Value): Value {
    if (value.type !== 'scalar' || this.isKindKey(value)) return value;
    const { name, guessed } = meantKind(value.text, 'braces', this.kindNames());
    return name === undefined || guessed ? value : { ...value, text: name, quoted: false };
  }

  /** `nn.Conv2d(3, 16, 3)` as it is written here; undefined where that cannot be told. `known`: of its arguments those that are known. */
  called(text: string, { given, known }: { readonly given?: string; readonly known?: true } = {}): string | undefined {
    const call = callIn(text);
    const own = given ?? call?.name;
    const { name, guessed, remedy } = meantKind(call?.word ?? '', 'item', this.kindNames());
    const kind = name === undefined || guessed ? undefined : this.vocabulary.registry.find(name);
    if (!call || !kind || kind.role === 'merge') return undefined;
    const allowed = optionsOf(kind);
    const meant = this.asMeant(kind, call.arguments);
    const said = meant.filter(({ key }) => allowed.includes(key.text));
    if (said.length < meant.length && !known) return undefined;
    const written = this.onOneLine(kind.name, null, said, own);
    if (written === `{${kind.name}}`)
      return call.arguments.length === 0 && typeof remedy !== 'string' && 'instead' in remedy
        ? remedy.instead
        : kind.name;
    return written;
  }

  /** The layer below a name: its kind stands there, or the name says it, as `conv1` and `pool2` do. */
  namedItem({ key, value }: Entry): NamedItem | undefined {
    if (value.type !== 'mapping') return undefined;
    const valued = value.entries.find((one) => isKindWord(one.key));
    if (this.isKindKey(key) && !valued) return undefined;
    const [own, another] = value.entries.filter((inner) => this.isKindKey(inner.key));
    if (own)
      return another ? undefined : { kind: own.key, main: own.value, rest: value.entries.filter((one) => one !== own) };
    const word =
      valued?.value.type === 'scalar' ? valued.value.text : /^([A-Za-z]+?)[_-]?\d+[a-z]?$/.exec(key.text)?.[1];
    const { name, guessed } = word === undefined ? {} : meantKind(word, 'braces', this.kindNames());
    const kind = name === undefined || guessed ? undefined : this.vocabulary.registry.find(name);
    const rest = value.entries.filter((one) => one !== valued);
    if (!kind || (!valued && (rest.length === 0 || !this.couldBe(kind, rest)))) return undefined;
    return { kind: { ...key, text: kind.name }, main: plainScalar(''), rest, implied: valued ?? 'by its name' };
  }

  /** Whether a kind takes all these options. */
  couldBe(kind: LayerKind, options: readonly Entry[]): boolean {
    const allowed = optionsOf(kind);
    return options.every(({ key }) => key.text.startsWith('x-') || allowed.includes(canonicalOption(kind, key.text)));
  }

  /** The kind that stands at another word for `act` or `norm`; some say only that there is a normalisation. */
  meantSugar(name: string, value: Value): Scalar | undefined {
    if (value.type !== 'scalar' || !SUGAR.some((one) => one === name)) return undefined;
    if (name === 'norm' && /^(?:1|true|yes|on)$/i.test(value.text)) return { ...value, text: 'bn', quoted: false };
    const held = this.kindHere(value);
    return held.type === 'scalar' && this.isKindKey(held) ? held : undefined;
  }

  private isKindKey(key: Scalar): boolean {
    return isKindKey(this.vocabulary, key);
  }

  private kindNames(): string[] {
    return kindNames(this.vocabulary);
  }
}
