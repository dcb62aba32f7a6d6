// What stands in the configuration of a Keras layer, by key: numbers, flags, words, sizes. What they mean is each layer's.

import type { Plain } from '../../core/args.js';
import { isList, isObject, type Json, type JsonObject } from '../json.js';

export const get = (object: JsonObject, key: string): Json | undefined => unwrapped(object.entries.get(key));

/** Tuples of Python and arrays of NumPy may stand in objects that say so. */
const unwrapped = (value: Json | undefined): Json | undefined => {
  if (!isObject(value)) return value;
  const { entries } = value;
  const sort = entries.get('class_name');
  if (sort === '__tuple__') return entries.get('items') ?? value;
  if (entries.get('type') === 'ndarray') return entries.get('value') ?? value;
  const config = sort === '__numpy__' ? entries.get('config') : undefined;
  return isObject(config) ? (config.entries.get('value') ?? value) : value;
};

/** Undefined where it is no number; null in a file is what is not said. */
export const number = (object: JsonObject, key: string): number | undefined => {
  const value = get(object, key);
  return typeof value === 'number' ? value : undefined;
};

export const string = (object: JsonObject, key: string): string | undefined => {
  const value = get(object, key);
  return typeof value === 'string' ? value : undefined;
};

/** Python's flags; what is not said is `otherwise`. */
export const flag = (object: JsonObject, key: string, otherwise: boolean): boolean => {
  const value = get(object, key);
  return typeof value === 'boolean' ? value : otherwise;
};

export const object = (from: JsonObject, key: string): JsonObject | undefined => {
  const value = get(from, key);
  return isObject(value) ? value : undefined;
};

/** A number or several of them; undefined where it is neither. */
export const numbers = (from: JsonObject, key: string): readonly number[] | undefined => {
  const value = get(from, key);
  if (typeof value === 'number') return [value];
  return isList(value) && value.every((one) => typeof one === 'number') ? (value as readonly number[]) : undefined;
};

/** As options hold it: whoever checks options tells what is wrong with it. Undefined where the file says nothing. */
export const plain = (from: JsonObject, key: string): Plain | undefined => {
  const value = get(from, key);
  return value === undefined || value === null ? undefined : plainly(value);
};

const plainly = (value: Json): Plain => {
  if (isList(value)) return value.slice(0, MOST_SIZES).map(plainly);
  return isObject(value) ? '{…}' : value;
};

/** No option has more; an error names what it got. */
const MOST_SIZES = 64;

/** One size per axis, `lead` axes before them left as they are. */
export const sizes = (
  from: JsonObject,
  key: string,
  axes: number,
  lead: number,
  otherwise?: Plain,
): Plain | undefined => {
  const value = plain(from, key) ?? otherwise;
  if (value === undefined || lead === 0) return value;
  const list: readonly Plain[] = Array.isArray(value) ? value : new Array<Plain>(axes).fill(value);
  return [...new Array<number>(lead).fill(1), ...list];
};
