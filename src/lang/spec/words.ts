// How names and the options of layers are written in YAML, in the shortest form that is read as the same. No items, no graphs.

import type { Arg, Plain } from '../../core/args.js';
import { isProblem } from '../../core/diagnostic.js';
import { axisWord, formatShape, type Layout, type Shape, spatial } from '../../core/shape.js';
import { toSides } from '../../core/window.js';
import { doubtOf, readAsSequence } from '../doubt.js';

/** A word as YAML takes it, in quotes where it could be something else. */
export const word = (name: string): string =>
  /^([A-Za-z][\w.-]*|-?\.inf)$/.test(name) && name !== 'null' ? name : JSON.stringify(name);

/** The shortest of the ways to write an option that is read as the same value. */
export const optionText = (arg: Arg<unknown>, value: unknown, axes: number, layout: Layout = 'hwc'): string =>
  text(optionValue(arg, value, axes, layout));

/** The same before it is a text. */
export const optionValue = (arg: Arg<unknown>, value: unknown, axes: number, layout: Layout): Plain => {
  const wanted = JSON.stringify(value);
  const fits = (written: Plain): boolean => {
    const read = arg.convert(written, axes, layout);
    return !isProblem(read) && JSON.stringify(read) === wanted;
  };
  return waysToWrite(value).find(fits) ?? null;
};

const waysToWrite = (value: unknown): readonly Plain[] => {
  if (Math.abs(value as number) === Number.POSITIVE_INFINITY)
    return [value === Number.POSITIVE_INFINITY ? '.inf' : '-.inf'];
  if (!Array.isArray(value)) return [value as Plain];
  const list: readonly Plain[] = value.every(isPair) ? toSides(value) : value;
  const [first, ...rest] = list;
  // An adaptive pool keeps a size that is null; shapes are written with the channels last.
  return [...list.slice(0, 1), list, list.map((n) => (n === 0 ? null : n)), [...rest, first ?? null]];
};

const isPair = (value: unknown): value is readonly [number, number] => Array.isArray(value);

const text = (value: Plain): string => {
  if (Array.isArray(value)) return `[${value.map(text).join(', ')}]`;
  if (typeof value === 'string') return word(value);
  if (typeof value !== 'number') return String(value);
  const [plain, exponential] = [String(value), value.toExponential()];
  return Math.abs(value) < 1 && exponential.length < plain.length ? exponential : plain;
};

/** `{height: 3, width: 224, channels: 224}`: in no order, and so in no doubt. */
export const namedSizes = (shape: Shape): string => {
  const axes = shape.length - 1;
  const sizes = spatial(shape).map((size, axis) => `${axisWord(axes, axis)}: ${size}`);
  return `{${[...sizes, `channels: ${shape[0]}`].join(', ')}}`;
};

/** `224x224x3` where nobody could take it for another shape. */
export const inputText = (shape: Shape, layout: Layout): string => {
  const sizes = layout === 'chw' ? shape : [...spatial(shape), shape[0] ?? 0];
  const plain = shape.length === 1 || (!doubtOf(sizes) && !readAsSequence(sizes, layout));
  // A stated order settles what is in doubt.
  return plain || layout === 'chw' ? formatShape(shape, layout) : namedSizes(shape);
};
