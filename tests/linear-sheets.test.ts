// Readers of answers do work in proportion to the text: the letters that string functions look at are counted at n and at 2n. No clock.

import { describe, expect, it } from 'vitest';
import { analyze } from '../src/analysis/analyze.js';
import { readSheet } from '../src/homework/answers.js';
import { check } from '../src/homework/check.js';
import { readGiven } from '../src/homework/given.js';
import { parse } from '../src/lang/parse.js';
import { layers } from '../src/layers/index.js';
import { net } from './spec-text.js';
import { stepsOf } from './steps.js';

type Counted = (this: string, ...given: never[]) => unknown;

/** What a call looks at: all of its text, what it returns, or as far as it has to search. */
const LOOKED_AT: Readonly<Record<string, (text: string, given: readonly unknown[], result: unknown) => number>> = {
  ...Object.fromEntries(
    [
      'split',
      'replace',
      'replaceAll',
      'match',
      'matchAll',
      'search',
      'trim',
      'trimStart',
      'trimEnd',
      'toLowerCase',
      'normalize',
    ].map((name) => [name, (text: string) => text.length]),
  ),
  slice: (_, __, result) => (result as string).length,
  indexOf: (text, [, from = 0], result) =>
    ((result as number) < 0 ? text.length : (result as number)) - (from as number),
  lastIndexOf: (text, [, from = text.length], result) => (from as number) - Math.max(0, result as number),
  includes: (text, [sought]) => (text.indexOf(sought as string) < 0 ? text.length : text.indexOf(sought as string)),
};

/** The letters that strings and regular expressions are shown while the work runs. */
const lettersIn = (work: () => void): number => {
  let letters = 0;
  const prototype = String.prototype as unknown as Record<string, Counted>;
  const own = { ...Object.fromEntries(Object.keys(LOOKED_AT).map((name) => [name, prototype[name] as Counted])) };
  const { exec } = RegExp.prototype;
  for (const [name, looked] of Object.entries(LOOKED_AT))
    prototype[name] = function (this: string, ...given: never[]) {
      const result = own[name]?.apply(this, given);
      const found = name === 'includes' ? this.length : looked(this, given, result);
      letters += Math.max(0, found);
      return result;
    };
  // A search that goes on where the last ended looks at what is between; one that must match where it stands, at that place.
  RegExp.prototype.exec = function (text) {
    const from = this.global || this.sticky ? this.lastIndex : 0;
    const found = exec.call(this, text);
    letters += found ? found.index + found[0].length - from : this.sticky ? 1 : text.length - from;
    return found;
  };
  try {
    work();
  } finally {
    Object.assign(String.prototype, own);
    RegExp.prototype.exec = exec;
  }
  return letters;
};

const NETWORK = analyze(
  parse(net('32x32x3', '{conv: 8, kernel: 3, repeat: 50, padding: 1, name: c}', '{fc: 10, name: f}'), {
    registry: layers,
  }),
);

const grade = (text: string): void => {
  const { questions, rules } = readSheet(text);
  for (const question of questions) check(NETWORK, question, rules);
};

const many = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('');

describe('sheets', () => {
  const texts: readonly (readonly [what: string, text: (n: number) => string])[] = [
    ['unknown layers in YAML', (n) => `answers:\n${many(n / 10, (i) => `  x${i}: {out: 1x1x1}\n`)}`],
    ['unknown layers in CSV', (n) => `layer,out\n${many(n / 10, (i) => `x${i},1x1x1\n`)}`],
    ['a number in many pieces', (n) => `layer,params\na,${'111,'.repeat(n)}`],
    ['a volume in many pieces', (n) => `layer,out\na,${'1,'.repeat(n)}`],
    ['a number in many pieces in YAML', (n) => `answers: {a: {params: 111${',111'.repeat(n)}}}`],
    ['other pieces in YAML', (n) => `answers: {a: {params: 1${many(n / 10, (i) => `,${i}`)}}}`],
    ['blanks in a cell', (n) => `layer,params\na,${' '.repeat(n)}x`],
    ['quotes', (n) => `layer,params\na,${'"'.repeat(n)}`],
    ['quotes that do not close', (n) => `layer,params\n${'",'.repeat(n)}`],
    ['stars', (n) => `| layer | params |\n|--|--|\n| a | ${'*'.repeat(n)}x |`],
    ['pipes', (n) => `| layer | params |\n|--|--|\n| a ${'| '.repeat(n)}`],
    ['pipes behind backslashes', (n) => `| layer | params |\n|--|--|\n| a ${'\\|'.repeat(n)}`],
    ['dashes below a head', (n) => `a|b\n${'-'.repeat(n)}|\n`],
    ['tables without a head', (n) => '|a|\n'.repeat(n)],
    ['brackets in a name', (n) => `layer,out\n${'( '.repeat(n)},1\n`],
    ['brackets in a name in YAML', (n) => `answers:\n  "${'('.repeat(n)}": {out: 1}\n`],
    ['dots in a name', (n) => `layer,out\n${'a.'.repeat(n)},1\n`],
    ['brackets in a head', (n) => `layer,${'(('.repeat(n)}\nc.0,1\n`],
    ['many columns', (n) => `layer,out,${'x,'.repeat(n)}\nc.0,1\n`],
    ['blank lines', (n) => `${'\n'.repeat(n)}layer,out\nc.0,1`],
    ['blank lines before YAML', (n) => `${' \n'.repeat(n)}answers: {c.0: {out: 1}}`],
    ['a long answer', (n) => `layer,out\nc.0,${'1x'.repeat(n)}\n`],
    ['a long quantity', (n) => `answers: {c.0: {${'a'.repeat(n)}: 1}}`],
    ['one question many times', (n) => `layer,params\n${'c.0,9\n'.repeat(n / 10)}`],
    ['a summary', (n) => `Layer (type)  Output Shape  Param #\n${' c (Conv2D) (None, 1, 1, 1) 3\n'.repeat(n / 10)}`],
    ['a summary of one line', (n) => `Layer (type)  Output Shape  Param #\n${'('.repeat(n)}`],
    ['points', (n) => `points: {${many(n / 10, (i) => `x${i}.params: 1, `)}}\nanswers: {}\n`],
    ['hidden', (n) => `hidden: [${many(n / 10, (i) => `x${i}, `)}]\nanswers: {}\n`],
    ['a long tolerance', (n) => `tolerance: ${'1'.repeat(n)}x\nanswers: {}\n`],
  ];
  it.each(texts)('%s', (_, text) => {
    const [short, long] = [20_000, 40_000].map((n) => {
      const sheet = text(n);
      return lettersIn(() => grade(sheet));
    });
    expect((long ?? 0) / (short ?? 1)).toBeLessThan(2.3);
  });
});

describe('answers', () => {
  const FORMS = ['shape', 'sizes', 'count', 'bytes', 'ratio', 'fit'] as const;
  it.each([
    '(',
    '[',
    '1,',
    '1x',
    '1 ',
    '9C',
    '((',
    '=',
    '~',
    '\\frac{',
    '^',
    '²',
    '１',
    '-',
    ' ',
    'a',
    '1=',
    '()',
    '1(a)',
  ])('of many times %j are refused without being looked at', (piece) => {
    for (const form of FORMS) {
      const letters = lettersIn(() => readGiven(piece.repeat(50_000), form));
      expect(letters).toBeLessThan(1000);
    }
  });
  it.each(['(', '[', '1,', '1x', '9C', '=', '~', '\\frac{', '²', '１', '1(a)', 'a (', '1=', '{1}'])(
    'of 200 letters of %j take no more than a moment',
    (piece) => {
      for (const form of FORMS)
        for (const count of [lettersIn, stepsOf])
          expect(count(() => readGiven(piece.repeat(200 / piece.length), form))).toBeLessThan(500_000);
    },
  );
});
