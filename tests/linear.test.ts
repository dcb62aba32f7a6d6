// Twice the text takes twice the work, wherever a long text stands. Steps are counted, not seconds.

import { describe, expect, it } from 'vitest';
import { parse, parseNotation } from '../src/lang/parse.js';
import { layers } from '../src/layers/index.js';
import { endOf, stepsOf } from './steps.js';

const PIECES = [
  'a',
  '1',
  '_',
  ' ',
  '-',
  '.',
  'a.',
  'a-',
  'a b ',
  '1x',
  '1,',
  '(',
  '{',
  '[',
  '{a}',
  '[1]',
  '"',
  "'",
  '//',
  ':',
  'a:',
  'a: ',
  '=',
  '|',
  '%',
  '，',
  '：',
  '“',
  '* ',
  '\\',
  '\t',
  'a\n',
  '- a\n',
  '\n ',
  'a, ',
  '1 ',
];

/** Where a text may stand. */
const PLACES: Readonly<Record<string, (text: string) => string>> = {
  'a text': (text) => text,
  'a var': (text) => `vars:\n  q: ${text}\ninput: 8x8x3\nlayers: [relu]`,
  'a var in braces': (text) => `vars: {q: ${text}}\ninput: 8x8x3\nlayers: [relu]`,
  'a var in quotes': (text) => `vars: {q: ${JSON.stringify(text)}}\ninput: 8x8x3\nlayers: [relu]`,
  'a name': (text) => `name: ${text}\ninput: 8x8x3\nlayers: [relu]`,
  'an input': (text) => `input: ${text}\nlayers: [relu]`,
  'an input in quotes': (text) => `input: ${JSON.stringify(text)}\nlayers: [relu]`,
  'an item': (text) => `input: 8x8x3\nlayers:\n  - ${text}\n  - relu`,
  'an item in quotes': (text) => `input: 8x8x3\nlayers:\n  - ${JSON.stringify(text)}\n  - relu`,
  'a key': (text) => `input: 8x8x3\nlayers:\n  - {conv: 8, kernel: 1, ${text}: 3}\n  - relu`,
  'an option': (text) => `input: 8x8x3\nlayers:\n  - {conv: 8, kernel: ${JSON.stringify(text)}}`,
  'an option in braces': (text) => `input: 8x8x3\nlayers:\n  - {conv: 8, kernel: ${text}}`,
  'an option on a line': (text) => `input: 8x8x3\nlayers:\n  - conv: 8\n    kernel: ${text}`,
  'an activation': (text) => `input: 8x8x3\nlayers:\n  - {conv: 8, kernel: 1, act: ${JSON.stringify(text)}}`,
  'a name of a layer': (text) => `input: 8x8x3\nlayers:\n  - {relu, name: ${JSON.stringify(text)}, repeat: 2}`,
  'a name read': (text) =>
    `input: 8x8x3\nlayers:\n  - {relu, from: ${JSON.stringify(text)}, share: ${JSON.stringify(text)}}`,
  'a param': (text) =>
    `blocks: {b: {params: {p: ${JSON.stringify(text)}}, layers: [{conv: p, kernel: 1}]}}\ninput: 8x8x3\nlayers: [b, {b: ${JSON.stringify(text)}}]`,
  'a column': (text) =>
    `input: 8x8x3\nlayers:\n  - {each: {a: [${JSON.stringify(text)}]}, layers: [{conv: a, kernel: 1}]}`,
  'an expectation': (text) =>
    `input: 8x8x3\nlayers:\n  - {relu, expect: {params: ${JSON.stringify(text)}, out: ${JSON.stringify(text)}}}`,
  'words of the file': (text) => {
    const one = JSON.stringify(text);
    return `dtype: ${one}\nlayout: ${one}\nbatch: ${one}\nlint: {ignore: ${one}}\ninput: 8x8x3\nlayers: [{relu, when: ${one}, repeat: ${one}}]`;
  },
  'a comment': (text) => `input: 8x8x3 # ${text.replaceAll('\n', ' ')}\nlayers: [relu]`,
};

const many = (piece: string, length: number): string => piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
const SHORT = 600;

/** How many times the work twice the text may take. */
const MOST = 2.6;

/** How many times the work twice the text takes. A limit in between may add to the work once, but not twice. */
const growth = (work: (length: number) => number): number => {
  const [short, long] = [work(SHORT), work(2 * SHORT)];
  return long / short < MOST ? long / short : Math.min(long / short, work(4 * SHORT) / long);
};

describe.each(Object.entries(PLACES))('%s', (_, text) => {
  it.each(PIECES)('of many %j', (piece) => {
    const work = (length: number): number => stepsOf(() => void parse(text(many(piece, length)), { registry: layers }));
    expect(growth(work)).toBeLessThan(MOST);
  });
});

describe('course notation', () => {
  it.each(PIECES)('of many %j', (piece) => {
    const work = (length: number): number =>
      stepsOf(() => void parseNotation(`INPUT 8x8x3; CONV${many(piece, length)}`, 'same', { registry: layers }));
    expect(growth(work)).toBeLessThan(MOST);
  });
});

describe('what is said of a long text', () => {
  const LONG = 20_000;
  it.each(Object.entries(PLACES))('is short: %s', (_, text) => {
    for (const piece of ['a', '1', 'a.', 'a b ', '1x', '(', 'a: '])
      for (const { message, help } of parse(text(many(piece, LONG)), { registry: layers }).diagnostics) {
        expect(message.length).toBeLessThan(1300);
        expect(help?.length ?? 0).toBeLessThan(1300);
      }
  });
});

describe('steps are counted as an engine takes them', () => {
  it.each<[regex: RegExp, text: string, ends: number]>([
    [/a|bc|d/g, 'bc', 2],
    [/^(?:a|b(?:c|d)*)+$/g, 'abcdba', 6],
    [/a{2,3}?b?/g, 'aaab', 2],
    [/(?<=x)a(?!b)/g, 'xaba', -1],
    [/[^a\]]+\]/g, 'bc]', 3],
    [/^a$/gm, 'b\na', 3],
    [/(\w+)\s*=\s*(\d+|x)/g, 'k = 12,', 6],
    [/\bno\b/g, 'not no', 6],
  ])('%s in %j', (regex, text, ends) => {
    regex.lastIndex = 0;
    const found = regex.exec(text);
    expect([found ? found.index + found[0].length : -1, endOf(regex, text)]).toEqual([ends, ends]);
  });
  it('and what goes back again and again takes many', () => {
    const work = (length: number): number => stepsOf(() => void /[a-z]\w*\./.test('a'.repeat(length)));
    expect(growth(work)).toBeGreaterThan(3.9);
  });
});
