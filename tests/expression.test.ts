// Expressions: precedence and Python's meaning of the operators, as tables; every mistake by its code and place.

import { describe, expect, it } from 'vitest';
import type { Plain } from '../src/core/args.js';
import { compile, ExpressionError } from '../src/lang/expression.js';

const values: Readonly<Record<string, Plain>> = { c: 64, h: 7, i: 0, deep: true, act: 'relu', widths: [16, 32, 64] };
const evaluate = (text: string): Plain =>
  compile(text)((name) => (Object.hasOwn(values, name) ? values[name] : undefined));

describe('values', () => {
  it.each<[string, Plain]>([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['10 - 4 - 3', 3],
    ['2 ** 3 ** 2', 512],
    ['-2 ** 2', -4],
    ['2 ** -1', 0.5],
    ['- -3', 3],
    ['7 / 2', 3.5],
    ['7 // 2', 3],
    ['-7 // 2', -4],
    ['7 % 3', 1],
    ['-7 % 3', 2],
    ['7 % -3', -2],
    ['1e3 + .5', 1000.5],
    ['c // 2 + h', 39],
    ['1 < 2 < 3', true],
    ['1 < 3 < 2', false],
    ['not 1 == 2', true],
    ['not not deep', true],
    ['1 == 1 and 2 == 3 or deep', true],
    ['false or false and true', false],
    ['1 if deep else 2', 1],
    ['1 if false else 2 if i else 3', 3],
    ['4 * (1 if i else 2)', 8],
    ["act == 'relu'", true],
    ['act != "tanh"', true],
    ['widths[1]', 32],
    ['widths[-1] * 2', 128],
    ['widths[i]', 16],
    ['round(0.5)', 0],
    ['round(1.5)', 2],
    ['round(2.5)', 2],
    ['round(-0.5)', 0],
    ['floor(-1.5)', -2],
    ['ceil(1.2)', 2],
    ['min(3, 1, 2)', 1],
    ['max(8, c)', 64],
    ['sqrt(49)', 7],
    ['log(exp(1))', 1],
    // torchvision's _make_divisible: to the nearest multiple, never more than 10 % down.
    ['make_divisible(32 * 0.75, 8)', 24],
    ['make_divisible(16 * 1.4, 8)', 24],
    ['make_divisible(10, 8)', 16],
    ['make_divisible(3, 8)', 8],
    ['make_divisible(12, 8)', 16],
    ['make_divisible(11.9, 8)', 16],
  ])('%s = %s', (text, value) => expect(evaluate(text)).toEqual(value));
});

describe('mistakes', () => {
  it.each<[string, string, number]>([
    ['1 +', 'expression/syntax', 2],
    ['(1', 'expression/syntax', 1],
    ['1 2', 'expression/syntax', 2],
    ['3 $ 4', 'expression/syntax', 2],
    ['2 * wdth', 'expression/unknown-name', 4],
    ['foo(1)', 'expression/unknown-function', 0],
    ['min()', 'expression/arguments', 0],
    ['round(1, 2)', 'expression/arguments', 0],
    ['1 / 0', 'expression/value', 2],
    ['1 // (c - 64)', 'expression/value', 2],
    ['c % 0', 'expression/value', 2],
    ['sqrt(-1)', 'expression/value', 0],
    ['10 ** 400', 'expression/value', 3],
    ['act + 1', 'expression/type', 4],
    ['widths * 2', 'expression/type', 7],
    ['c[0]', 'expression/type', 1],
    ['widths[3]', 'expression/index', 6],
    ['9007199254740993', 'value/too-large', 0],
    ['9007199254740991 * 3', 'value/too-large', 17],
  ])('%s: %s at %i', (text, code, offset) => {
    try {
      expect.unreachable(`it is ${evaluate(text)}`);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      expect([error.code, error.offset]).toEqual([code, offset]);
    }
  });
});
