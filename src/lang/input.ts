// What the network reads: `227x227x3`, a mapping of channels, height, width, several named inputs. Written shapes -> Shape.

import type { Plain } from '../core/args.js';
import { isExact } from '../core/count.js';
import { type Place, type Remedy, write } from '../core/diagnostic.js';
import { elements, formatShape, fromLayout, type Layout, type Shape } from '../core/shape.js';
import { choice } from '../core/suggest.js';
import { INPUT_DOCS } from './described.js';
import { type Doubt, doubtOf, readAsSequence } from './doubt.js';
import { inBraces } from './edits.js';
import { runTogether } from './meant.js';
import type { ValueReader } from './reader.js';
import type { Scope } from './scope.js';
import { sizesIn } from './spelling.js';
import { isBlank, lookup, type Mapping, type Value } from './values.js';

/** The numbers of `55x55x96`, `[55x55x96]`, `55 × 55 × 96`, or null. */
export const parseSizes = (text: string): readonly number[] | null => {
  const bare = text.trim().replace(/^\[(.*)\]$/, '$1');
  return /^\d+(\s*[x×*,]\s*\d+)*$/.test(bare) ? bare.split(/[x×*,]/).map(Number) : null;
};

const AXES: readonly string[] = ['', 'length', 'height width', 'depth height width'];
const KEYS = Object.keys(INPUT_DOCS) as (keyof typeof INPUT_DOCS)[];

/** The order in which shapes are written. */
export interface Order {
  /** What is stated; null where nothing is. */
  readonly layout: Layout | null;
  /** What decides where nothing is stated and the sizes are in doubt. */
  readonly inDoubt?: Layout | undefined;
  /** Is told where that decided: the file is then written in that order. */
  readonly decided?: (layout: Layout) => void;
}

/** Each has receptive fields of its own along the whole network. */
export const MOST_INPUTS = 32;

/** `435` and `435x435` with the channels of an input whose shape is known, channels first; undefined where they are all the sizes. */
export const completedSizes = (
  sizes: readonly number[],
  [channels, ...axes]: readonly (number | null)[],
  layout: Layout,
): readonly number[] | undefined => {
  if (typeof channels !== 'number' || axes.length === 0) return undefined;
  const all = sizes.length === 1 ? axes.map(() => sizes[0] as number) : sizes;
  if (all.length !== axes.length) return undefined;
  return layout === 'chw' ? [channels, ...all] : [...all, channels];
};

const ORDER: Readonly<Record<Layout, string>> = {
  hwc: 'height x width x channels',
  chw: 'channels x height x width',
};

/** `224x224x3` and what its sizes are, for whoever wrote no shape. */
export const exampleOf = (layout: Layout | null): { readonly one: string; readonly order: string } => ({
  one: formatShape([3, 224, 224], layout ?? 'hwc'),
  order: ORDER[layout ?? 'hwc'],
});

/** One of every number of axes. */
const EXAMPLES: readonly Shape[] = [
  [3, 224, 224],
  [1, 16000],
  [3, 16, 112, 112],
];

/** Whether a shape is another one in another layout; a mapping and a vector are not. */
export const hangsOnOrder = (value: Value): boolean =>
  value.type === 'list' || (value.type === 'scalar' && parseSizes(value.text)?.length !== 1);

/** Reads one input's shape; undefined after a reported error. */
export const readInput = (value: Value, order: Order, scope: Scope, reader: ValueReader): Shape | undefined => {
  if (value.broken) return undefined;
  const shape = value.type === 'mapping' ? fromMapping(value, scope, reader) : fromSizes(value, order, scope, reader);
  if (!shape) return undefined;
  if (shape.length < 1 || shape.length > 4) {
    return reader.findings.error(
      'input/axes',
      `an input has 1 to 3 axes besides its channels, not ${shape.length - 1}`,
      value.place,
      `write ${EXAMPLES.map((one) => formatShape(one, order.layout ?? 'hwc')).join(', ')}, or 784 for a vector`,
    );
  }
  if (shape.some((n) => !Number.isSafeInteger(n) || n < 1))
    return reader.findings.error('input/size', 'the sizes of an input are whole numbers of at least 1', value.place);
  if (!isExact(elements(shape)))
    return reader.findings.error(
      'value/too-large',
      `an input of ${shape.join('x')} holds more than 2^53 values`,
      value.place,
    );
  return shape;
};

const fromSizes = (
  value: Exclude<Value, Mapping>,
  { layout, inDoubt, decided }: Order,
  scope: Scope,
  reader: ValueReader,
): Shape | undefined => {
  if (value.type === 'scalar' && isBlank(value)) return reader.blank(value.place);
  const meant = value.type === 'scalar' && !parseSizes(value.text) ? sizesIn(value.text) : undefined;
  // A number alone is a vector; everything else of that sort is a shape in another spelling.
  if (meant && value.type === 'scalar' && !/^\s*\d+\s*$/.test(value.text))
    return reader.findings.error(
      'input/unreadable',
      `"${value.text}" is not how a shape is written here`,
      value.place,
      respelled(meant.map(Number), layout, inDoubt, value.place),
    );
  // A var may hold `32*32*3` as well, which is a shape and not their product.
  const written = scope.writtenFor(value);
  const sizes =
    (written.type === 'scalar' ? parseSizes(written.text) : null) ?? numbers(reader.read(value, scope, undefined));
  if (sizes === undefined) return undefined;
  if (sizes === null) {
    const { one, order: axes } = exampleOf(layout);
    return reader.findings.error('input/unreadable', 'this is no shape', value.place, `write ${one}: ${axes}`);
  }
  // 3x224x224 is how one framework writes it; read as height x width x channels it would be silently wrong.
  const doubt = layout === null ? doubtOf(sizes) : null;
  if (doubt && inDoubt === undefined)
    return reader.findings.error(
      'input/doubtful',
      `${sizes.join('x')} may be ${doubt.readings}`,
      value.place,
      settled(doubt, sizes, value.place),
    );
  if (doubt && inDoubt) decided?.(inDoubt);
  const order = layout ?? (doubt && inDoubt) ?? 'hwc';
  const steps = layout === null && readAsSequence(sizes, order);
  if (steps)
    reader.findings.note(
      'input/sequence',
      `${sizes.join('x')} is read as a sequence: ${steps}`,
      value.place,
      write(
        `${sizes.join('x')}x1`,
        ` for a grey picture${value.place ? `; ${length(sizes)} says that a sequence is meant` : ''}`,
      ),
    );
  return fromLayout(sizes, order);
};

/** How to write sizes that are in doubt, in the one order or the other. */
const settled = (doubt: Doubt, sizes: readonly number[], at: Place | undefined): Remedy => {
  const state = (which: Layout): string =>
    at ? `layout: ${which} (--layout ${which} on the command line)` : `--layout ${which}`;
  // Some are as doubtful the other way round.
  return doubtOf(parseSizes(doubt.write) ?? [])
    ? `add ${state('chw')} for the one, ${state('hwc')} for the other`
    : write(
        doubt.write,
        doubt.order +
          (doubt.inChw ? `, or add ${state('chw')} to keep ${sizes.join('x')}` : '') +
          `; add ${state('hwc')} if it is meant as it stands`,
      );
};

/** How to write here what stands in another spelling: in the order that is meant, which nobody may know. */
const respelled = (
  sizes: readonly number[],
  layout: Layout | null,
  inDoubt: Layout | undefined,
  at: Place | undefined,
): Remedy => {
  const doubt = layout === null ? doubtOf(sizes) : null;
  if (doubt && inDoubt === undefined) {
    const remedy = settled(doubt, sizes, at);
    return typeof remedy === 'string' ? `write ${sizes.join('x')}, and ${remedy}` : remedy;
  }
  const { order } = exampleOf(layout ?? (doubt && inDoubt) ?? null);
  return write(sizes.join('x'), sizes.length === 3 ? `: ${order}` : '');
};

const length = ([steps, channels]: readonly number[]): string => `{length: ${steps}, channels: ${channels}}`;

const numbers = (value: Plain | undefined): readonly number[] | null | undefined => {
  if (value === undefined) return undefined;
  const list = Array.isArray(value) ? value : [value];
  return list.every((n): n is number => typeof n === 'number') ? list : null;
};

const fromMapping = (value: Mapping, scope: Scope, reader: ValueReader): Shape | undefined => {
  const isKey = (word: string): boolean => (KEYS as readonly string[]).includes(word);
  for (const entry of value.entries) {
    const { key } = entry;
    const together = runTogether(entry, isKey);
    if (together) return reader.findings.error('yaml/colon', together.message, key.place, together.remedy(value));
    if (!isKey(key.text))
      return reader.findings.error(
        'input/key',
        `an input has no "${key.text}"`,
        key.place,
        choice(key.text, KEYS, 'keys'),
      );
  }
  const sizes: number[] = [];
  for (const key of KEYS) {
    const written = lookup(value, key);
    if (!written) continue;
    const size = reader.read(written, scope, undefined);
    if (size === undefined) return undefined;
    if (typeof size !== 'number')
      return reader.findings.error('input/size', `${key} must be a whole number`, written.place);
    sizes.push(size);
  }
  const [first] = value.entries;
  if (!lookup(value, 'channels'))
    return reader.findings.error(
      'input/channels',
      'the input does not say its channels',
      value.place,
      inBraces(value) && first?.key.place
        ? { help: 'add channels: 3', edits: [{ at: { ...first.key.place, length: 0 }, text: 'channels: 3, ' }] }
        : 'add channels: 3',
    );
  const axes = KEYS.slice(1).filter((key) => lookup(value, key));
  if (!AXES.includes(axes.join(' ')))
    return reader.findings.error(
      'input/axes',
      `an input has no axes ${axes.join(' and ')} alone`,
      value.place,
      'give length, height and width, or depth, height and width',
    );
  return sizes;
};
