// YAML as this language reads it: text as written, places, aliases and merges, and what YAML itself would get wrong.

import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../src/core/diagnostic.js';
import type { Value } from '../src/lang/values.js';
import { readYaml } from '../src/lang/yaml.js';

/** Mappings and lists as such, scalars as their text; quoted ones in quotes. */
const plain = (value: Value): unknown => {
  if (value.type === 'list') return value.items.map(plain);
  if (value.type === 'mapping')
    return Object.fromEntries(value.entries.map((entry) => [entry.key.text, plain(entry.value)]));
  return value.quoted ? `"${value.text}"` : value.text;
};

const read = (text: string): unknown => {
  const { value } = readYaml(text);
  return value && plain(value);
};

const told = ({ code, at }: Diagnostic): string => `${code} ${at?.line}:${at?.column}+${at?.length}`;
const findings = (text: string): string[] => readYaml(text).diagnostics.map(told);

describe('scalars are their source text', () => {
  it.each<[text: string, value: unknown]>([
    ['a: 0x3', { a: '0x3' }],
    ['a: 1e3', { a: '1e3' }],
    ['a: no', { a: 'no' }],
    ['a: 007', { a: '007' }],
    ['a: 1.50', { a: '1.50' }],
    ['a: 9007199254740993', { a: '9007199254740993' }],
    ['a: .inf', { a: '.inf' }],
    ['a: 2026-11-23', { a: '2026-11-23' }],
    ['a: 12:30', { a: '12:30' }],
    ['a: ~', { a: '~' }],
    ['a:', { a: '' }],
    ['a: "null"', { a: '"null"' }],
    ["a: 'it''s'", { a: '"it\'s"' }],
    ['a: 2 * c  # twice', { a: '2 * c' }],
    ['a: |\n  two\n  lines\n', { a: '"two\nlines\n"' }],
    ['a: two\n  lines', { a: 'two lines' }],
    ['1e3: x', { '1e3': 'x' }],
    ['{a, b: 1}', { a: '', b: '1' }],
    ['- a\n- [b, c]\n- {d: e}', ['a', ['b', 'c'], { d: 'e' }]],
    ['[a: 1, b]', [{ a: '1' }, 'b']],
  ])('%j', (text, value) => expect([findings(text), read(text)]).toEqual([[], value]));
});

describe('lines', () => {
  const value = { a: '1', b: ['2'] };
  it.each([
    ['LF', 'a: 1\nb:\n  - 2\n'],
    ['CRLF', 'a: 1\r\nb:\r\n  - 2\r\n'],
    ['CR', 'a: 1\rb:\r  - 2\r'],
    ['a byte order mark', '\ufeffa: 1\nb:\n  - 2\n'],
    ['a comment before', '# yaml-language-server: $schema=spec.json\na: 1\nb: [2]\n'],
    ['a document marker', '---\na: 1\nb: [2]\n'],
  ])('%s', (_, text) => expect([findings(text), read(text)]).toEqual([[], value]));
  it.each([
    ['a: 1\nb: 2\na: 3\n', 'yaml/duplicate-key 3:1+1'],
    ['a: 1\r\nb: 2\r\na: 3\r\n', 'yaml/duplicate-key 3:1+1'],
    ['a: 1\rb: 2\ra: 3\r', 'yaml/duplicate-key 3:1+1'],
    ['\ufeffa: 1\na: 3\n', 'yaml/duplicate-key 2:1+1'],
    ['x: {a: 1, ab: 2,\r\n  ab: 3}', 'yaml/duplicate-key 2:3+2'],
  ])('a place in %j', (text, place) => expect(findings(text)).toEqual([place]));
  it('a place that spans lines ends with its first', () => {
    const { value } = readYaml('a: [1,\r\n 2]');
    expect(value?.type === 'mapping' && value.entries[0]?.value.place).toEqual({ line: 1, column: 4, length: 3 });
  });
});

describe('aliases and merges', () => {
  it.each<[text: string, value: unknown]>([
    ['a: &x [1, 2]\nb: *x', { a: ['1', '2'], b: ['1', '2'] }],
    ['a: &x 1\nb: {c: *x}', { a: '1', b: { c: '1' } }],
    ['a: &x {k: 1, l: 2}\nb: {<<: *x, l: 3}', { a: { k: '1', l: '2' }, b: { l: '3', k: '1' } }],
    [
      'a: &x {k: 1}\nb: &y {k: 2, l: 3}\nc: {<<: [*x, *y]}',
      { a: { k: '1' }, b: { k: '2', l: '3' }, c: { k: '1', l: '3' } },
    ],
    ['a: {"<<": 1}', { a: { '<<': '1' } }],
    // An anchor may be given again; an alias means the last one before it.
    ['a: &x 1\nb: *x\nc: &x 2\nd: *x', { a: '1', b: '1', c: '2', d: '2' }],
  ])('%j', (text, value) => expect([findings(text), read(text)]).toEqual([[], value]));
});

describe('values that YAML splits at a comma', () => {
  it.each<[text: string, value: unknown, help: string]>([
    ['{a: max(8, c), b: 1}', { a: 'max(8, c)', b: '1' }, 'quote it: "max(8, c)"'],
    ['{a: max(8, c, 3) + 1, b: 1}', { a: 'max(8, c, 3) + 1', b: '1' }, 'quote it: "max(8, c, 3) + 1"'],
    ['{a: max(1, min(2, 3)), b: 1}', { a: 'max(1, min(2, 3))', b: '1' }, 'quote it: "max(1, min(2, 3))"'],
    ['{c: 1, a: max(8, c, 2)}', { c: '1', a: 'max(8, c, 2)' }, 'quote it: "max(8, c, 2)"'],
    ['{a: 34,944}', { a: '34,944' }, 'write 34944'],
    ['{a: 62,378,344, b: 1}', { a: '62,378,344', b: '1' }, 'write 62378344'],
    ['{a: ~34,944}', { a: '~34,944' }, 'write ~34944'],
    ['{a: (3,3), b: (1, 2)}', { a: '(3, 3)', b: '(1, 2)' }, 'write 3x3'],
    ['[max(1, 2), 3]', ['max(1, 2)', '3'], 'quote it: "max(1, 2)"'],
  ])('%s', (text, value, help) => {
    const { diagnostics } = readYaml(text);
    const told = diagnostics.map((d) => [d.code, d.help]);
    expect([read(text), told[0]]).toEqual([value, ['yaml/split-by-comma', help]]);
    expect(new Set(told.map(([code]) => code)).size).toBe(1);
  });
  it.each<[text: string, value: unknown]>([
    ['{a: "max(8, c)"}', { a: '"max(8, c)"' }],
    ['{a: 34, b}', { a: '34', b: '' }],
    ['{conv, kernel: 3}', { conv: '', kernel: '3' }],
    ['a: max(8, c)', { a: 'max(8, c)' }],
    ['a: 34,944', { a: '34,944' }],
    ['[34, 944]', ['34', '944']],
  ])('%s is left alone', (text, value) => expect([findings(text), read(text)]).toEqual([[], value]));
});

describe('mistakes', () => {
  it.each<[what: string, text: string, places: string[]]>([
    ['a key twice', '{a: 1, a: 2}', ['yaml/duplicate-key 1:8+1']],
    ['a key three times', 'a: 1\na: 2\na: 3', ['yaml/duplicate-key 2:1+1', 'yaml/duplicate-key 3:1+1']],
    ['a list as a key', '? [a, b]\n: 1', ['yaml/key 1:3+6']],
    ['an alias to nothing', 'a: *x', ['yaml/unknown-alias 1:4+2']],
    ['a name with wildcards that looks like one', 'a: [*.x]', ['yaml/unknown-alias 1:5+3']],
    ['an alias in its own anchor', 'a: &x [*x]', ['yaml/recursive-alias 1:8+2']],
    ['a merge of a number', 'a: {<<: 3}', ['yaml/merge 1:9+1']],
    ['a bracket left open', 'a: [1', ['yaml/missing-char 1:4+1']],
    ['an unknown tag', 'a: !x 1', ['yaml/tag-resolve-failed 1:4+2']],
    ['two documents', 'a: 1\n---\nb: 2', ['yaml/multiple-docs 2:1+3']],
    ['a tab before a key', 'a:\n\tb: 1', ['yaml/tab-as-indent 2:1+1']],
  ])('%s', (_, text, places) => expect(findings(text)).toEqual(places));
  it('keeps what can be read', () => expect(read('a: 1\na: 2\nb: 3')).toEqual({ a: '1', b: '3' }));
});

describe('a sheet of answers is no spec', () => {
  const sheet = (text: string) => readYaml(text, 'sheet');
  it('and may say what tables of other tools say', () => {
    const text = 'answers:\n  conv1: {params: 34944}\nTotal params: 62.4M\n';
    expect(sheet(text).diagnostics).toEqual([]);
    expect(findings(text)).toEqual(['spec/foreign 3:1+19']);
  });
  it('has no layers that a list would be', () => {
    const text = 'spec: alexnet\n- {conv1: 3}\n';
    expect(sheet(text).diagnostics.map(({ code }) => code)).not.toContain('spec/no-layers');
    expect(findings(text)).toEqual(['spec/no-layers 2:1+12']);
  });
  it('has no keys that come again', () => {
    const text = 'layers:\n  conv: 3\n  conv: 4\n';
    expect(sheet(text).diagnostics.map(({ code }) => code)).toEqual(['yaml/duplicate-key']);
    expect(findings(text)).toEqual([]);
  });
  it('is called a sheet', () => {
    const [second] = sheet('answers: {conv1: {params: 1}}\n---\nanswers: {conv1: {params: 2}}\n').diagnostics;
    expect([second?.message, second?.help]).toEqual([
      'a second sheet begins here',
      'a file holds one sheet: leave the others out',
    ]);
    const [large] = sheet('a,'.repeat(1_000_001)).diagnostics;
    expect(large?.help).not.toContain('repeat');
  });
});
