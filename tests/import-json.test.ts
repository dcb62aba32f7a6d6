// The reader of JSON that knows places: the values of JSON.parse, places that point at what they are of, an end for every text.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFault, isList, isObject, type Json, placesOf, readJson } from '../src/import/json.js';

/** As JSON.parse gives them. */
const plainly = (value: Json): unknown => {
  if (isList(value)) return value.map(plainly);
  if (!isObject(value)) return value;
  return Object.fromEntries([...value.entries].map(([key, inner]) => [key, plainly(inner)]));
};

const read = (text: string): Json => {
  const value = readJson(text, 'class_name');
  if (isFault(value)) throw new Error(`${value.fault} at ${value.from}`);
  return value;
};

describe('what is JSON', () => {
  it('has the values that JSON.parse gives', () =>
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(0, 2), (text, indent) => {
        const spaced = JSON.stringify(JSON.parse(text), null, indent);
        expect(plainly(read(spaced))).toEqual(JSON.parse(spaced));
      }),
    ));

  it('has the numbers of Python', () =>
    expect(plainly(read('[NaN, Infinity, -Infinity, -0.5e-3]'))).toEqual([Number.NaN, Infinity, -Infinity, -0.0005]));

  it('has the last of a key that stands there twice, and any key', () => {
    const value = read('{"a": 1, "a": 2, "__proto__": {"class_name": "x"}}');
    expect(isObject(value) && [...value.entries.keys()]).toEqual(['a', '__proto__']);
    expect(isObject(value) && value.entries.get('a')).toBe(2);
  });

  it('tells where the marked value stands', () => {
    const text = '[\n {"config": {}, "class_name": "Conv2D"},\n {"name": "x"}]';
    const values = read(text);
    const places = (isList(values) ? values : []).filter(isObject).map(({ from, to }) => placesOf(text)(from, to));
    expect(places).toEqual([
      { line: 2, column: 31, length: 8 },
      { line: 3, column: 2, length: 1 },
    ]);
    expect(text.split('\n')[1]?.slice(30, 38)).toBe('"Conv2D"');
  });
});

describe('what is none', () => {
  it.each([
    ['', 'it ends in the middle'],
    ['{"a": [1, 2', 'it ends in the middle'],
    ['{"a"', 'it ends in the middle'],
    ['"abc', 'it ends in the middle'],
    ['[1,]', 'a "]" cannot stand here'],
    ['{1: 2}', 'a "1" cannot stand here'],
    ['[1] 2', 'a "2" cannot stand here'],
    ['["\\x"]', 'a text in it is written as none can be'],
    ['['.repeat(100_000), 'its values stand in each other more than 400 deep'],
  ])('%.20s: %s', (text, fault) => expect(readJson(text, '')).toMatchObject({ fault }));

  it('never throws, and agrees with JSON.parse that it is none', () =>
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.constantFrom('', '"', '{', ']', ',', '1', '\\'), (text, at, piece) => {
        const broken = text.slice(0, at % (text.length + 1)) + piece + text.slice((at % (text.length + 1)) + 1);
        const value = readJson(broken, 'a');
        let known: unknown;
        try {
          known = JSON.parse(broken);
        } catch {
          // Numbers such as 01 and -Infinity aside, none here either.
          if (!isFault(value)) expect(broken).toMatch(/\d|NaN|Infinity/);
          return;
        }
        expect(isFault(value) ? value : plainly(value)).toEqual(known);
      }),
      { numRuns: 300 },
    ));
});
