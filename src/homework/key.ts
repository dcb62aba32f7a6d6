// Whether a written answer fits a key, by what was written: digits, suffixes, units, order of sizes. And keys as text.

import { polynomial, samePolynomial } from '../analysis/polynomial.js';
import { matches, type Quantity } from '../core/quantity.js';
import { arrange, type Layout, type Shape, sameShape } from '../core/shape.js';
import type { Conventions, Stated } from './conventions.js';
import type { Given } from './given.js';
import { type Form, type Key, numberOf } from './quantities.js';
import { sameWords } from './words.js';

export interface Reading {
  readonly conventions: Conventions;
  readonly stated: Stated;
  /** Relative. */
  readonly tolerance: number;
  /** Bytes that a number without a unit stands for; 1 where no bytes are asked. */
  readonly unit: number;
  /** What C is in answers with letters: the channels of the network's input. */
  readonly C: number;
}

/** What stands on the other sides of an `=` must fit as well. */
export const fits = (given: Given, key: Key, reading: Reading): boolean =>
  fitsAlone(given, key, reading) &&
  (!('beside' in given) || (given.beside ?? []).every((other) => fits(other, key, reading)));

const fitsAlone = (given: Given, key: Key, reading: Reading): boolean => {
  switch (given.is) {
    case 'number':
      return fitsNumber(given, key, reading);
    case 'symbolic':
      return key.form === 'count' && samePolynomial(given.polynomial, polynomial(key.count, reading.C));
    case 'sizes':
      return fitsSizes(given, key, reading);
    case 'words':
      return key.form === 'words' && sameWords(given.words, key.words);
    case 'word':
      if (key.form === 'words') return sameWords([given.word], key.words);
      if (given.word === 'global') return key.form === 'global';
      if (given.word === 'same' || given.word === 'valid') return key.form === 'word' && key.word === given.word;
      return key.form === 'fit' && (given.word === 'yes') === key.places.every(Number.isInteger);
    default:
      return false;
  }
};

const fitsNumber = (
  given: Extract<Given, { is: 'number' }>,
  key: Key,
  { conventions, tolerance, unit }: Reading,
): boolean => {
  const value = numberOf(key);
  if (value === null || Number.isNaN(value)) return false;
  return within(inBytes(given, conventions, unit), value, tolerance);
};

const within = (quantity: Quantity, value: number, tolerance: number): boolean =>
  matches(quantity, value) ||
  (tolerance > 0 && quantity.low <= value * (1 + tolerance) && quantity.high >= value * (1 - tolerance));

/** A number in the sheet's kilobytes, and a bare one in the sheet's unit, as bytes. */
const inBytes = ({ quantity, unit }: Extract<Given, { is: 'number' }>, { kb }: Conventions, bare: number): Quantity => {
  const scale = !unit ? bare : unit.binary || kb === 1000 ? 1 : (1024 / 1000) ** unit.power;
  return { ...quantity, low: quantity.low * scale, high: quantity.high * scale };
};

type Sizes = Extract<Given, { is: 'sizes' }>;

const fitsSizes = (given: Sizes, key: Key, { conventions, stated }: Reading): boolean => {
  const { sizes, whole } = given;
  if (key.form === 'shape') {
    if (key.shape.length === 1 && whole === key.shape[0]) return true;
    return ordersOf(given, conventions, stated).some((order) => sameSizes(sizes, arrange(key.shape, order)));
  }
  const wanted = key.form === 'sizes' || key.form === 'global' ? key.sizes : key.form === 'fit' ? key.places : [];
  const same = (n: number): boolean => wanted.every((one) => one === n);
  return (
    wanted.length > 0 && (sameShape(sizes, wanted) || (sizes.length === 1 && same(sizes[0] ?? 0)) || same(whole ?? -1))
  );
};

/** Nobody said which order: the other one is understood where it can mean nothing else. */
const ordersOf = ({ order }: Sizes, { layout }: Conventions, stated: Stated): readonly Layout[] =>
  order ? [order] : stated.layout === undefined ? [layout, layout === 'hwc' ? 'chw' : 'hwc'] : [layout];

/**
 * A vector may be written as a volume of one place: 1x1x4096. A batch may stand in front, of which it is all the same how large
 * it is.
 */
const sameSizes = (given: readonly number[], wanted: Shape): boolean => {
  const bare = (sizes: readonly number[]) => sizes.filter((n) => n !== 1);
  if (sameShape(given, wanted)) return true;
  if (given.length === wanted.length + 1 && sameShape(given.slice(1), wanted)) return true;
  return (wanted.length === 1 || wanted.slice(0, -1).every((n) => n === 1)) && sameShape(bare(given), bare(wanted));
};

/** The volume that is meant, channels first, as far as it has so many sizes. */
export const shapeGiven = (given: Sizes, length: number, conventions: Conventions): Shape | null => {
  const [sizes, order] = [given.sizes.slice(-length), given.order ?? conventions.layout];
  if (given.sizes.length < length || given.sizes.length > length + 1) return null;
  return order === 'chw' || length < 2 ? sizes : [sizes.at(-1) ?? 0, ...sizes.slice(0, -1)];
};

/** A key as a sheet would say it; words in the language of the sheet. */
export const writeKey = (
  key: Key,
  { layout, memory }: Conventions,
  form: Form,
  unit: number,
  say: (word: string) => string,
): string => {
  switch (key.form) {
    case 'shape':
      return arrange(key.shape, layout).join('x');
    case 'sizes':
      return key.sizes.length > 1 && key.sizes.every((n) => n === key.sizes[0]) && form === 'sizes'
        ? `${key.sizes[0]}`
        : key.sizes.join('x');
    case 'global':
      return 'global';
    case 'word':
      return key.word;
    case 'words':
      return key.words.map(say).join(', ');
    case 'fit':
      return key.places.every(Number.isInteger) ? 'yes' : `no (${[...new Set(key.places)].join(', ')})`;
    default: {
      const value = numberOf(key) ?? 0;
      return form === 'bytes'
        ? memory === 'bytes'
          ? `${value} B`
          : `${Number((value / unit).toFixed(2))}`
        : form === 'ratio'
          ? value.toFixed(3)
          : `${value}`;
    }
  }
};
