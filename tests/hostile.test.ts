// No text makes the program throw, hang or lose what it had computed: hostile files by hand, and broken ones at random.

import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyze } from '../src/analysis/analyze.js';
import { parse, parseNotation } from '../src/lang/parse.js';
import { layers } from '../src/layers/index.js';

const net = (item: string): string => `input: 32x32x3\nlayers:\n  - {conv: 8, kernel: 3, name: first}\n  - ${item}\n`;

/** Everything a text gives, with the promises that hold for any text checked. */
const survive = (text: string) => {
  const analysis = analyze(parse(text, { registry: layers }));
  const lines = text.split(/\r\n|\r|\n/).length;
  for (const { code, message, at } of analysis.diagnostics) {
    expect(code).toMatch(/^[a-z]+\/[a-z0-9-]+$/);
    expect(message).not.toMatch(/undefined|\[object|Infinity/);
    if (at) expect(at.line <= lines && at.line >= 1 && at.column >= 1, `${code} at ${at.line}:${at.column}`).toBe(true);
  }
  const failed = analysis.rows.some((row) => row.figures === null);
  if (failed) expect(analysis.diagnostics.some((d) => d.severity === 'error')).toBe(true);
  expect(analysis.totals.params === null || Number.isSafeInteger(analysis.totals.params)).toBe(true);
  return analysis;
};

const codes = (text: string): string[] =>
  survive(text)
    .diagnostics.filter((d) => d.severity === 'error')
    .map((d) => d.code);

const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
  .split('')
  .map((name, i) => `${name}: &${name} [${new Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`)
  .join('\n')}\nlayers: *i\n`;

describe('hostile texts', () => {
  const texts: readonly (readonly [what: string, text: string, code: string | null])[] = [
    ['nothing', '', 'spec/empty'],
    ['only a comment', '# nothing\n', 'spec/empty'],
    ['binary', 'PNG\u0000\u0001\u0002', 'spec/binary'],
    ['a scalar', 'hello', 'spec/mapping'],
    ['a list', '- conv: 3', 'spec/mapping'],
    ['an alias bomb', bomb, 'yaml/alias-bomb'],
    ['an alias inside its anchor', 'layers: &a [*a]', 'yaml/recursive-alias'],
    ['more than 4 MiB', `# ${'x'.repeat(5_000_000)}`, 'spec/too-large'],
    ['10,000 brackets', '['.repeat(10_000), 'yaml/too-deep'],
    ['10,000 brackets that close', `a: ${'['.repeat(10_000)}${']'.repeat(10_000)}`, 'yaml/too-deep'],
    ['2,000 indentations', Array.from({ length: 2000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'), 'yaml/too-deep'],
    ['two documents', 'a: 1\n---\nb: 2\n', 'yaml/multiple-docs'],
    ['a tab', 'input: 3\nlayers:\n\t- relu\n', null],
    ['20,000 duplicate keys', 'a: 1\n'.repeat(20_000), 'yaml/duplicate-key'],
    ['30,000 keys', Array.from({ length: 30_000 }, (_, i) => `x-${i}: 1`).join('\n'), 'spec/no-layers'],
    ['a billion copies', net('{conv: 8, kernel: 1, repeat: 1e9}'), 'limit/layers'],
    ['more layers than the limit', net('{sequence: [{relu, repeat: 100000}, {relu, repeat: 100000}]}'), 'limit/layers'],
    [
      'a trillion copies of nothing',
      net('{sequence: [{sequence: [{relu, when: false, repeat: 10000}], repeat: 10000}], repeat: 10000}'),
      'limit/copies',
    ],
    ['a block in itself', `blocks: {b: {layers: [b]}}\n${net('b')}`, 'block/recursive'],
    ['blocks in each other', `blocks: {x: {layers: [y]}, y: {layers: [x]}}\n${net('x')}`, 'block/recursive'],
    [
      '10,000 blocks in a chain',
      `blocks:\n${Array.from({ length: 10_000 }, (_, i) => `  b${i}: {layers: [b${i + 1}]}`).join('\n')}\n  b10000: {layers: [relu]}\n${net('b0')}`,
      'limit/depth',
    ],
    ['circular vars', `vars: {x: y, y: x}\n${net('{conv: x, kernel: 1}')}`, 'vars/circular'],
    ['a long expression', net(`{conv: "${'1+'.repeat(50_000)}1", kernel: 1}`), 'expression/too-long'],
    ['a deep expression', net(`{conv: "${'('.repeat(900)}1${')'.repeat(900)}", kernel: 1}`), 'expression/too-deep'],
    ['many powers', net(`{conv: "${'2**'.repeat(500)}1", kernel: 1}`), 'expression/too-deep'],
    ['negative filters', net('{conv: -1, kernel: 1}'), 'option/value'],
    ['a fraction', net('{conv: 1.5, kernel: 1}'), 'option/value'],
    ['NaN', net('{conv: NaN, kernel: 1}'), 'expression/unknown-name'],
    ['.inf', net('{conv: .inf, kernel: 1}'), 'expression/syntax'],
    ['a huge number', net('{conv: 1e308, kernel: 1}'), 'value/too-large'],
    ['a huge integer', net('{conv: 99999999999999999999, kernel: 1}'), 'value/too-large'],
    ['a huge count', net('{conv: 9007199254740991, kernel: 9}'), 'count/too-large'],
    ['a huge kernel', net('{conv: 1, kernel: 9007199254740991}'), 'shape/kernel-too-large'],
    ['a huge padding', net('{conv: 1, kernel: 1, padding: 9007199254740991}'), 'count/too-large'],
    ['a huge input', 'input: 94906267x94906267x3\nlayers: [relu]', 'value/too-large'],
    ['a zero input', 'input: 0x4x3\nlayers: [relu]', 'input/size'],
    ['__proto__ as a key', '__proto__: 1\nlayers: [relu]', 'spec/key'],
    ['__proto__ as a kind', net('__proto__'), 'item/unknown-kind'],
    ['constructor as an option', net('{conv: 1, kernel: 1, constructor: 1}'), 'option/unknown'],
    ['hasOwnProperty in an expression', net('{conv: hasOwnProperty, kernel: 1}'), 'expression/unknown-name'],
    ['toString in an expression', net('{conv: toString + 1, kernel: 1}'), 'expression/unknown-name'],
    ['constructor as a function', net('{conv: constructor(1), kernel: 1}'), 'expression/unknown-function'],
    ['__proto__ as a var', `vars: {__proto__: 3}\n${net('{conv: __proto__, kernel: 1}')}`, null],
    ['__proto__ as a name', net('{relu, name: __proto__, from: constructor}'), 'from/unknown'],
  ];
  it.each(texts)('%s', (_, text, code) => {
    const found = codes(text);
    if (code === null) return;
    expect(found).toContain(code);
  });

  it('keeps what stands before a mistake', () => {
    const { rows, totals } = survive(net('{conv: 8, kernel: 99}'));
    expect(rows.map((row) => row.figures?.params ?? null)).toEqual([224, null]);
    expect(totals.params).toBeNull();
  });

  it('reads a byte order mark and CRLF', () => {
    expect(codes(`\ufeff${net('relu')}`.replaceAll('\n', '\r\n'))).toEqual([]);
  });
});

describe('texts at random', () => {
  const specs = new URL('../specs/', import.meta.url);
  const bundled = readdirSync(specs)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => readFileSync(new URL(file, specs), 'utf8'));
  const words = [
    'conv',
    'repeat',
    '{',
    '}',
    '[',
    ']',
    ':',
    '- ',
    '&a ',
    '*a',
    '1e9',
    '-1',
    '0',
    'null',
    '"',
    "'",
    ', ',
    '<<: ',
    'each',
    'use',
    'from: ',
    '\n',
    '\t',
    '0x3',
    '**',
    '|',
    '>',
    '#',
    'when: ',
    'shortcut: ',
    'se',
  ];

  it('any characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => void survive(text)),
      { numRuns: 300 },
    );
  });
  it('pieces of the language', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...words), { maxLength: 60 }),
        (pieces) => void survive(net(pieces.join(''))),
      ),
      { numRuns: 500 },
    );
  });
  it('bundled specs with pieces replaced', () => {
    const damage = fc.tuple(fc.nat(), fc.nat({ max: 30 }), fc.constantFrom(...words, ''));
    fc.assert(
      fc.property(fc.constantFrom(...bundled), fc.array(damage, { minLength: 1, maxLength: 4 }), (text, damages) => {
        let broken = text;
        for (const [at, length, piece] of damages) {
          const start = at % broken.length;
          broken = broken.slice(0, start) + piece + broken.slice(start + length);
        }
        survive(broken);
      }),
      { numRuns: 100 },
    );
  });
  it('course notation', () => {
    const piece = fc.constantFrom(
      'INPUT',
      'CONV',
      'POOL',
      'FC',
      '-',
      '3',
      '64',
      'x',
      ';',
      ' ',
      '->',
      '*2',
      'S2',
      ',',
      '\n',
      '0.5',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        (pieces) => void analyze(parseNotation(`INPUT 8x8x3;${pieces.join('')}`, 'same', { registry: layers })),
      ),
      { numRuns: 300 },
    );
  });
});
