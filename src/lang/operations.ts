// What the operators and functions of expressions do with values, as in Python where it has them. No text is read here.

import type { Plain } from '../core/args.js';
import { isExact } from '../core/count.js';
import { ExpressionError, type Token } from './tokens.js';

export const number = (value: Plain, token: Token): number => {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  throw new ExpressionError(
    'expression/type',
    `"${token.text}" needs numbers, not ${value === null ? 'nothing' : Array.isArray(value) ? 'a list' : `the word ${value}`}`,
    token.offset,
    token.text.length || 1,
  );
};

/** Whether a condition holds: false, 0, nothing and the empty word do not. */
export const isTrue = (value: Plain): boolean => value !== false && value !== 0 && value !== null && value !== '';

export const safe = (value: number, token: Token): number => {
  if (Number.isNaN(value) || !Number.isFinite(value))
    throw new ExpressionError(
      'expression/value',
      `"${token.text}" gives no number here`,
      token.offset,
      token.text.length,
    );
  if (Number.isInteger(value) && !isExact(value))
    throw new ExpressionError(
      'value/too-large',
      `${value} is past 2^53 and would be rounded`,
      token.offset,
      token.text.length,
    );
  // No -0, which is printed otherwise than 0.
  return value + 0;
};

const divisor = (value: number, token: Token): number => {
  if (value === 0) throw new ExpressionError('expression/value', 'division by zero', token.offset, token.text.length);
  return value;
};

/** Python's round: halves go to the even neighbour. */
const roundHalfEven = (x: number): number => {
  const floor = Math.floor(x);
  return x - floor === 0.5 ? floor + (floor % 2 === 0 ? 0 : 1) : Math.round(x);
};

/** Python's %: the remainder has the divisor's sign. */
const remainder = (a: number, b: number): number => {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
};

/** Python's //, from the remainder: 1 // 0.1 is 9, because the double 0.1 is a little more than a tenth. */
const floorDivide = (a: number, b: number): number => Math.round((a - remainder(a, b)) / b);

/** torchvision's `_make_divisible`: the nearest multiple, never more than 10 % below the value. */
const makeDivisible = (v: number, divisor: number): number => {
  const rounded = Math.max(divisor, Math.floor((v + divisor / 2) / divisor) * divisor);
  return rounded < 0.9 * v ? rounded + divisor : rounded;
};

interface Fn {
  readonly doc: string;
  readonly arity: readonly [least: number, most: number];
  readonly call: (...args: number[]) => number;
}

const fn = (doc: string, least: number, most: number, call: Fn['call']): Fn => ({ doc, arity: [least, most], call });

export const FUNCTIONS: ReadonlyMap<string, Fn> = new Map([
  ['min', fn('the least of its values', 1, 64, Math.min)],
  ['max', fn('the greatest of its values', 1, 64, Math.max)],
  ['round', fn('the nearest whole number, of halves the even one', 1, 1, roundHalfEven)],
  ['floor', fn('rounds down', 1, 1, Math.floor)],
  ['ceil', fn('rounds up', 1, 1, Math.ceil)],
  ['sqrt', fn('the square root', 1, 1, Math.sqrt)],
  ['log', fn('the natural logarithm', 1, 1, Math.log)],
  ['exp', fn('e to the power', 1, 1, Math.exp)],
  [
    'make_divisible',
    fn('the multiple of the second value nearest to the first, as torchvision has it', 2, 2, (v, by) =>
      by > 0 ? makeDivisible(v, by) : Number.NaN,
    ),
  ],
]);

/** As in Python: true is 1, and lists are the same when their elements are. */
const same = (a: Plain, b: Plain): boolean => {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((value, i) => same(value, b[i]));
  return (typeof a === 'boolean' ? Number(a) : a) === (typeof b === 'boolean' ? Number(b) : b);
};

export const COMPARISONS: Readonly<Record<string, (a: Plain, b: Plain, token: Token) => boolean>> = {
  '==': (a, b) => same(a, b),
  '!=': (a, b) => !same(a, b),
  '<': (a, b, t) => number(a, t) < number(b, t),
  '<=': (a, b, t) => number(a, t) <= number(b, t),
  '>': (a, b, t) => number(a, t) > number(b, t),
  '>=': (a, b, t) => number(a, t) >= number(b, t),
};

export const ARITHMETIC: Readonly<Record<string, (a: number, b: number, token: Token) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b, t) => a / divisor(b, t),
  '//': (a, b, t) => floorDivide(a, divisor(b, t)),
  '%': (a, b, t) => remainder(a, divisor(b, t)),
  '**': (a, b) => a ** b,
};

export const element = (list: Plain, index: Plain, token: Token): Plain => {
  if (!Array.isArray(list)) throw new ExpressionError('expression/type', 'only a list has elements', token.offset);
  const at = number(index, token);
  const value = (list as readonly Plain[])[at < 0 ? list.length + at : at];
  if (value === undefined)
    throw new ExpressionError(
      'expression/index',
      `the list has ${list.length} elements, none at ${at}`,
      token.offset,
      1,
      'elements count from 0',
    );
  return value;
};
