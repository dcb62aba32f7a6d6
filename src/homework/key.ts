// Whether a written answer fits a key, by what was written: digits, suffixes, units, order of sizes. And keys as text.

import { polynomial, samePolynomial } from '../analysis/polynomial.js';
import { matches, type Quantity } from '../core/quantity.js';
import { arrange, type Layout, type Shape, sameShape } from '../core/shape.js';
import type { Conventions, Stated } from './conventions.js';
import type { Given } from './given.js';
import { type Form, type Key, numberOf } from './quantities.js';

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

export const fits = (given: Given, key: Key, reading: Reading): boolean => {
  switch (given.is) {
    case 'number':
      return fitsNumber(given, key, reading);
    case 'symbolic':
      return key.form === 'count' && samePolynomial(given.polynomial, polynomial(key.count, reading.C));
    case 'sizes':
      return fitsSizes(given.sizes, key, reading);
    case 'word':
      if (given.word === 'global') return key.form === 'global';
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

const fitsSizes = (given: readonly number[], key: Key, { conventions, stated }: Reading): boolean => {
  if (key.form === 'shape') {
    const order: Layout = conventions.layout;
    if (sameSizes(given, arrange(key.shape, order))) return true;
    // Nobody said which order: the other one is understood where it can mean nothing else.
    return stated.layout === undefined && sameSizes(given, arrange(key.shape, order === 'hwc' ? 'chw' : 'hwc'));
  }
  const wanted = key.form === 'sizes' || key.form === 'global' ? key.sizes : key.form === 'fit' ? key.places : [];
  return wanted.length > 0 && (sameShape(given, wanted) || (given.length === 1 && wanted.every((n) => n === given[0])));
};

/** A vector may be written as a volume of one place: 1x1x4096. */
const sameSizes = (given: readonly number[], wanted: Shape): boolean => {
  const bare = (sizes: readonly number[]) => sizes.filter((n) => n !== 1);
  if (sameShape(given, wanted)) return true;
  return (wanted.length === 1 || wanted.slice(0, -1).every((n) => n === 1)) && sameShape(bare(given), bare(wanted));
};

/** A key as a sheet would say it. */
export const writeKey = (key: Key, { layout, memory }: Conventions, form: Form, unit: number): string => {
  switch (key.form) {
    case 'shape':
      return arrange(key.shape, layout).join('x');
    case 'sizes':
      return key.sizes.length > 1 && key.sizes.every((n) => n === key.sizes[0]) && form === 'sizes'
        ? `${key.sizes[0]}`
        : key.sizes.join('x');
    case 'global':
      return 'global';
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
