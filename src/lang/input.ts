// What the network reads: `227x227x3`, a mapping of channels, height, width, several named inputs. Written shapes -> Shape.

import type { Plain } from '../core/args.js';
import { isExact } from '../core/count.js';
import { write } from '../core/diagnostic.js';
import { elements, fromLayout, type Layout, type Shape } from '../core/shape.js';
import { choice } from '../core/suggest.js';
import { doubtOf, readAsSequence } from './doubt.js';
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

const AXES: readonly string[] = ['', 'length', 'height width', 'depth height width'];
const KEYS = ['channels', 'depth', 'height', 'width', 'length'] as const;

/** The order in which shapes are written. */
export interface Order {
  /** What is stated; null where nothing is. */
  readonly layout: Layout | null;
  /** What decides where nothing is stated and the sizes are in doubt. */
  readonly inDoubt?: Layout | undefined;
}

/** Whether sizes are written of which only a layout says what they are. */
export const isInDoubt = (value: Value): boolean => {
  const sizes = value.type === 'scalar' ? parseSizes(value.text) : null;
  return sizes !== null && doubtOf(sizes) !== null;
};

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
  { layout, inDoubt }: Order,
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
  // 3x224x224 is how one framework writes it; read as height x width x channels it would be silently wrong.
  const doubt = layout === null ? doubtOf(sizes) : null;
  if (doubt && inDoubt === undefined) {
    const state = (which: Layout): string =>
      value.place ? `layout: ${which} (--layout ${which} on the command line)` : `--layout ${which}`;
    return reader.findings.error(
      'input/doubtful',
      `${sizes.join('x')} may be ${doubt.readings}`,
      value.place,
      // Some are as doubtful the other way round.
      doubtOf(parseSizes(doubt.write) ?? [])
        ? `add ${state('chw')} for the one, ${state('hwc')} for the other`
        : write(
            doubt.write,
            doubt.order +
              (doubt.inChw ? `, or add ${state('chw')} to keep ${sizes.join('x')}` : '') +
              `; add ${state('hwc')} if it is meant as it stands`,
          ),
    );
  }
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

const length = ([steps, channels]: readonly number[]): string => `{length: ${steps}, channels: ${channels}}`;

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
