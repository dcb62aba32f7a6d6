// What the network reads: `227x227x3`, a mapping of channels, height, width, several named inputs. Written shapes -> Shape.

import type { Plain } from '../core/args.js';
import { isExact } from '../core/count.js';
import { write } from '../core/diagnostic.js';
import { elements, type Layout, type Shape } from '../core/shape.js';
import { choice } from '../core/suggest.js';
import { inBraces } from './edits.js';
import type { ValueReader } from './reader.js';
import type { Scope } from './scope.js';
import { sizesIn } from './spelling.js';
import { isBlank, lookup, type Mapping, type Value } from './values.js';

/** The numbers of `55x55x96`, `[55x55x96]`, `55 × 55 × 96`, or null. */
export const parseSizes = (text: string): readonly number[] | null => {
  const bare = text.trim().replace(/^\[(.*)\]$/, '$1');
  return /^\d+(\s*[x×*,]\s*\d+)*$/.test(bare) ? bare.split(/[x×*,]/).map(Number) : null;
};

/** Sizes as written under a layout, to channels first. */
export const fromLayout = (sizes: readonly number[], layout: Layout): Shape =>
  layout === 'chw' || sizes.length < 2 ? sizes : [sizes.at(-1) ?? 0, ...sizes.slice(0, -1)];

const AXES: readonly string[] = ['', 'length', 'height width', 'depth height width'];
const KEYS = ['channels', 'depth', 'height', 'width', 'length'] as const;

/** Reads one input's shape; undefined after a reported error. `layout` is null where the file states none. */
export const readInput = (
  value: Value,
  layout: Layout | null,
  scope: Scope,
  reader: ValueReader,
): Shape | undefined => {
  const shape = value.type === 'mapping' ? fromMapping(value, scope, reader) : fromSizes(value, layout, scope, reader);
  if (!shape) return undefined;
  if (shape.length < 1 || shape.length > 4) {
    return reader.findings.error(
      'input/axes',
      `an input has 1 to 3 axes besides its channels, not ${shape.length - 1}`,
      value.place,
      'write 224x224x3, 16000x1, 16x112x112x3, or 784 for a vector',
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
  layout: Layout | null,
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
      write(meant.join('x'), ': height x width x channels'),
    );
  const sizes =
    value.type === 'scalar'
      ? (parseSizes(value.text) ?? numbers(reader.read(value, scope, undefined)))
      : numbers(reader.read(value, scope, undefined));
  if (sizes === undefined) return undefined;
  if (sizes === null)
    return reader.findings.error(
      'input/unreadable',
      'this is no shape',
      value.place,
      'write 224x224x3: height x width x channels',
    );
  // A video of one picture is nobody's input, but a batch of one is many a framework's.
  if (layout === null && sizes.length === 4 && sizes[0] === 1 && !isDoubtful(sizes))
    return reader.findings.error(
      'input/doubtful',
      `${sizes.join('x')} begins with a batch of 1, and a shape has none here`,
      value.place,
      write(sizes.slice(1).join('x'), '; add layout: hwc if it is a volume with a depth of 1'),
    );
  if (layout === null && isDoubtful(sizes)) {
    const [first = 0, ...rest] = sizes;
    return reader.findings.error(
      'input/doubtful',
      `${sizes.join('x')} may be ${first} channels of ${rest.join('x')}, or an image ${first} high with ${rest.at(-1)} channels`,
      value.place,
      write(
        [...rest, first].join('x'),
        ` (height x width x channels), or add layout: chw to keep ${sizes.join('x')}; add layout: hwc if it is meant as it stands`,
      ),
    );
  }
  return fromLayout(sizes, layout ?? 'hwc');
};

// 3x224x224 is how one framework writes it; read as height x width x channels it would be silently wrong.
const isDoubtful = (sizes: readonly number[]): boolean => {
  const [first = 0, second = 0, ...rest] = sizes;
  return sizes.length > 2 && first >= 1 && first <= 4 && second > first && rest.every((n) => n === second);
};

const numbers = (value: Plain | undefined): readonly number[] | null | undefined => {
  if (value === undefined) return undefined;
  const list = Array.isArray(value) ? value : [value];
  return list.every((n): n is number => typeof n === 'number') ? list : null;
};

const fromMapping = (value: Mapping, scope: Scope, reader: ValueReader): Shape | undefined => {
  for (const { key } of value.entries) {
    if (!(KEYS as readonly string[]).includes(key.text))
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
