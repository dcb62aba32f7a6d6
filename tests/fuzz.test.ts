// No text makes the program throw or hang: large hostile files, broken specs, structures made at random. What a text may take
// is a test's own time limit. Small hostile texts and their codes are in hostile.test.ts.

import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { type Analysis, analyze } from '../src/analysis/analyze.js';
import { parse, parseNotation } from '../src/lang/parse.js';
import { layers } from '../src/layers/index.js';
import { run } from './fake-io.js';

// A hang is a hang on any machine; a busy one may take its time.
vi.setConfig({ testTimeout: 60_000 });

const lengths = (text: string): number[] =>
  text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/)
    .map((line) => line.length);

/** The promises that hold for any text: places lie in it, unknown figures have a reason, totals are exact or unknown. */
const survive = (text: string): Analysis => {
  const analysis = analyze(parse(text, { registry: layers }));
  const { rows, totals, diagnostics, graph } = analysis;
  const lines = lengths(text);
  for (const { code, message, at, help } of diagnostics) {
    expect(code).toMatch(/^[a-z]+\/[a-z0-9-]+$/);
    expect(`${message} ${help ?? ''}`).not.toMatch(/undefined|\[object|Infinity| {4}at /);
    if (at && !(at.line >= 1 && at.column >= 1 && at.column <= (lines[at.line - 1] ?? -1) + 1))
      expect.fail(`${code} points at ${at.line}:${at.column}, outside of the text`);
  }
  if (rows.some((row) => row.figures === null)) expect(diagnostics.some((d) => d.severity === 'error')).toBe(true);
  for (const total of [totals.params, totals.macs]) expect(total === null || Number.isSafeInteger(total)).toBe(true);
  expect(new Set(graph.nodes.map((node) => node.name)).size).toBe(graph.nodes.length);
  for (const node of graph.nodes) if (node.inputs.some((id) => id >= node.id)) expect.fail(`${node.name} reads ahead`);
  return analysis;
};

const many = (count: number, line: (i: number) => string, between = '\n'): string =>
  Array.from({ length: count }, (_, i) => line(i)).join(between);

const net = (items: string, before = ''): string => `${before}input: 8x8x3\nlayers:\n${items}\n`;

describe('large hostile texts', () => {
  const texts: readonly (readonly [what: string, text: () => string, code: string | null])[] = [
    ['a line of 100,000 values', () => `x-a: [${'a,'.repeat(100_000)}]\nlayers: [relu]`, 'input/missing'],
    ['a line of 50,000 keys', () => `x-a: {${many(50_000, (i) => `k${i}`, ',')}}\nlayers: [relu]`, 'input/missing'],
    ['a million values', () => `x-a: [${'a,'.repeat(1_000_001)}]`, 'spec/too-large'],
    ['100,000 keys alike', () => 'a: 1\n'.repeat(100_000), 'yaml/duplicate-key'],
    ['101,000 layers', () => net('- relu\n'.repeat(101_000)), 'limit/layers'],
    ['10,000 mistakes', () => net('- {convv: 3}\n'.repeat(10_000)), 'limit/findings'],
    ['10,000 unknown names', () => net(many(10_000, (i) => `- {relu, from: x${i}}`)), 'limit/findings'],
    ['5,000 unknown shares', () => net(many(5_000, (i) => `- {conv: 3, kernel: 1, share: x${i}}`)), 'limit/findings'],
    ['an unknown name 10,000 times', () => net('- {sequence: [{relu, from: x}], repeat: 10000}'), 'from/unknown'],
    ['one name for 20,000 layers', () => net('- {relu, name: n}\n'.repeat(20_000)), 'name/duplicate'],
    ['20,000 options', () => net(`- {relu, ${many(20_000, (i) => `k${i}: 1`, ', ')}}`), 'option/unknown'],
    ['10,000 quotes', () => '"'.repeat(10_001), 'yaml/unexpected-token'],
    ['30,000 anchors of one value', () => '&a '.repeat(30_000), 'yaml/multiple-anchors'],
    ['10,000 dashes', () => `${'- '.repeat(10_000)}a`, 'yaml/too-deep'],
    ['10,000 question marks', () => `${'? '.repeat(10_000)}a`, 'yaml/too-deep'],
    [
      '1,500 sequences in each other',
      () => `layers:\n${many(1500, (i) => `${' '.repeat(2 * i)}- sequence:`)}`,
      'yaml/too-deep',
    ],
    ['70 sequences in each other', () => net(`- ${'{sequence: ['.repeat(70)}relu${']}'.repeat(70)}`), 'limit/depth'],
    [
      '10,000 anchors in a chain',
      () => `x-0: &a0 [x]\n${many(10_000, (i) => `x-${i + 1}: &a${i + 1} [*a${i}]`)}`,
      'yaml/too-deep',
    ],
    [
      'layers that laugh',
      () =>
        `${many(30, (i) => `x-${i}: &a${i} {sequence: [${i === 0 ? 'relu' : `*a${i - 1}, *a${i - 1}, *a${i - 1}`}]}`)}\n${net('- *a29')}`,
      'yaml/alias-bomb',
    ],
    [
      'merges that laugh',
      () =>
        `${many(40, (i) => `x-${i}: &a${i} {k${i}: 1${i === 0 ? '' : `, <<: [*a${i - 1}, *a${i - 1}, *a${i - 1}]`}}`)}\n${net('- relu')}`,
      'yaml/alias-bomb',
    ],
    [
      'a merge of 50,000 keys',
      () => `x-a: &a {${many(50_000, (i) => `k${i}: 1`, ', ')}}\nx-b: {<<: *a}\n${net('- relu')}`,
      null,
    ],
    [
      '100,000,000 copies of nothing',
      () => net('- {sequence: [{sequence: [{relu, repeat: 100, when: false}], repeat: 1000}], repeat: 1000}'),
      'limit/copies',
    ],
    [
      '2^39 blocks of nothing',
      () => net('- b39', `blocks:\n  b0: {layers: []}\n${many(39, (i) => `  b${i + 1}: {layers: [b${i}, b${i}]}`)}\n`),
      'limit/copies',
    ],
    [
      'columns of columns of nothing',
      () =>
        net(
          '- {each: {x: a}, layers: [{each: {y: a}, layers: [{each: {z: a}, layers: []}]}]}',
          `vars: {a: [${'1,'.repeat(2000)}]}\n`,
        ),
      'limit/copies',
    ],
    [
      '2^60 readings',
      () =>
        net(many(60, (i) => `- {sequence: [], from: [${i ? `s${i - 1}, s${i - 1}` : 'input, input'}], name: s${i}}`)),
      'limit/copies',
    ],
    [
      '10,000 blocks in a chain of mappings',
      () =>
        net('- b9999', `blocks:\n  b0: {layers: {relu: }}\n${many(9999, (i) => `  b${i + 1}: {layers: {b${i}: }}`)}\n`),
      'limit/depth',
    ],
    ['a name of 100,000 letters', () => net(`- {relu, name: ${'x'.repeat(100_000)}, repeat: 1000}`), 'name/word'],
    ['a key of 1,000 letters', () => net(`- {concat: {${'x'.repeat(1000)}: [relu]}}`), 'yaml/key'],
    [
      'names of 180 letters in each other',
      () => net(`- ${many(20, () => `{name: ${'x'.repeat(180)}, sequence: [`, '')}relu${']}'.repeat(20)}`),
      'limit/names',
    ],
    [
      '10,000 vars, the last first',
      () => net('- relu', `vars: {${many(10_000, (i) => `v${10_000 - i}: v${9999 - i} + 1`, ', ')}, v0: 1}\n`),
      'vars/too-deep',
    ],
    [
      '10,000 vars, the first first',
      () => net('- {conv: v9999, kernel: 1}', `vars: {v0: 1, ${many(9999, (i) => `v${i + 1}: v${i} + 1`, ', ')}}\n`),
      null,
    ],
    ['1,000 inputs', () => `inputs: {${many(1000, (i) => `a${i}: 1x1x1`, ', ')}}\nlayers: [concat]`, 'input/several'],
    [
      'an expectation in 20,000 copies',
      () => net('- {sequence: [{relu, expect: {params: 0, rf: 1}}], repeat: 20000}'),
      null,
    ],
    ['an output of a billion', () => net('- {adaptiveavgpool: 1000000000}'), 'count/too-large'],
    [
      'a line that grows a billionfold',
      () => net('- {upsample: [1, 1000000000], mode: bilinear}\n- {conv: 1, kernel: 3}'),
      null,
    ],
    [
      '20,000 layers on a thousandfold grid',
      () => net('- {upsample: 1000}\n- {conv: 1, kernel: 3, padding: 1, repeat: 20000}'),
      null,
    ],
    ['a number of 100,000 digits', () => net(`- {conv: ${'3'.repeat(100_000)}, kernel: 1}`), 'expression/too-long'],
    ['100,000 axes', () => net(`- {conv: 3, kernel: ${'3x'.repeat(100_000)}3}`), 'option/value'],
    ['a word of 10,000 parts', () => net('- relu', `vars: {a: ${'b-'.repeat(10_000)}b}\n`), null],
  ];
  it.each(texts)('%s', (_, text, code) => {
    const codes = survive(text())
      .diagnostics.filter((d) => d.severity === 'error')
      .map((d) => d.code);
    if (code === null) expect(codes).toEqual([]);
    else expect(codes).toContain(code);
  });

  it.each(['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'valueOf'])(
    '%s wherever a name may stand',
    (name) => {
      survive(
        `${name}: 1\nvars: {${name}: 2}\nvariants: {${name}: {${name}: 3}}\ndefaults: {${name}: {${name}: 1}, conv: {${name}: 1}}\nblocks: {${name}: {${name}: 1, params: {${name}: 1}, layers: [relu]}}\ndtype: ${name}\nlayout: ${name}\ninput: {${name}: 3, channels: ${name}}\nlayers:\n  - ${name}\n  - {${name}: 3}\n  - {conv: 3, kernel: 1, ${name}: 3, name: ${name}, act: ${name}, bias: ${name}, padding: ${name}}\n  - {relu, from: ${name}, share: ${name}, when: ${name}, expect: {${name}: 3}}\n  - {use: ${name}, ${name}: 3, repeat: 2, first: {${name}: 1}}\n  - {each: {${name}: [1]}, layers: [{conv: ${name}, kernel: 1}]}\n  - {concat: {${name}: [relu]}}\n  - {conv: ${name}(1) + ${name}[0], kernel: 1}\n`,
      );
      const { diagnostics } = parseNotation(`INPUT 8x8x3; ${name}; CONV3-4; ${name}-3`, 'same', { registry: layers });
      expect(diagnostics.map((d) => d.code)).toContain('notation/word');
    },
  );

  it('notation of any length', () => {
    const { diagnostics } = parseNotation(`INPUT 8x8x3;${'RELU ;'.repeat(100_000)}`, 'same', { registry: layers });
    expect(diagnostics.map((d) => d.code)).toContain('spec/too-large');
  });
});

const specs = new URL('../specs/', import.meta.url);
const bundled = readdirSync(specs)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => readFileSync(new URL(file, specs), 'utf8'));

describe('bundled specs with', () => {
  const edits = fc.array(
    fc.tuple(fc.constantFrom('delete', 'double', 'swap', 'indent', 'outdent'), fc.nat(), fc.nat()),
    {
      minLength: 1,
      maxLength: 3,
    },
  );
  it('lines deleted, doubled, swapped and moved', () => {
    fc.assert(
      fc.property(fc.constantFrom(...bundled), edits, (text, changes) => {
        const lines = text.split('\n');
        for (const [change, a, b] of changes) {
          const [i, j] = [a % lines.length, b % lines.length];
          const line = lines[i] ?? '';
          if (change === 'delete') lines.splice(i, 1);
          else if (change === 'double') lines.splice(j, 0, line);
          else if (change === 'swap') [lines[i], lines[j]] = [lines[j] ?? '', line];
          else lines[i] = change === 'indent' ? `  ${line}` : line.replace(/^ {1,2}/, '');
        }
        survive(lines.join('\n'));
      }),
      { numRuns: 150 },
    );
  });
  it('values replaced', () => {
    const value = fc.oneof(
      fc.constantFrom(
        '',
        'null',
        '0',
        '-1',
        '1.5',
        '1e9',
        'NaN',
        '.inf',
        '0x3',
        'no',
        'c',
        'i',
        'same',
        '[]',
        '{}',
        '[1, 2]',
        '"x"',
        '2 *',
        '1/0',
        '__proto__',
        'relu',
        'h - 9',
      ),
      fc.string({ maxLength: 5 }),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...bundled),
        fc.array(fc.tuple(fc.nat(), value), { minLength: 1, maxLength: 3 }),
        (text, changes) => {
          let broken = text;
          for (const [at, replacement] of changes) {
            const places = [...broken.matchAll(/(?<=: )[^,{}[\]\n]+(?=[,}\n])/g)];
            const place = places[at % Math.max(1, places.length)];
            if (place)
              broken = broken.slice(0, place.index) + replacement + broken.slice(place.index + place[0].length);
          }
          survive(broken);
        },
      ),
      { numRuns: 200 },
    );
  });
  it('damage keep their exit code: 0, 1 or 2, and never a stack', async () => {
    const cut = fc.tuple(fc.nat(), fc.nat({ max: 40 }));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...bundled),
        cut,
        fc.constantFrom([], ['--json'], ['--format', 'csv']),
        async (text, [at, length], options) => {
          const start = at % text.length;
          const { code, out, err } = await run(['net.yaml', ...options], {
            files: { 'net.yaml': text.slice(0, start) + text.slice(start + length) },
          });
          expect([0, 1, 2]).toContain(code);
          expect(out + err).not.toMatch(/\n {4}at /);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('structures made at random', () => {
  /** Flow YAML of nested items: composites, copies, blocks, names that exist or do not, numbers that fit or do not. */
  const number = fc.constantFrom(
    '0',
    '1',
    '2',
    '3',
    '8',
    '-1',
    '1.5',
    'c',
    'i',
    'n',
    '2*c',
    'h // 2',
    'c - 3',
    'widths[i]',
    '1/0',
    'nobody',
  );
  const name = fc.constantFrom('a', 'b', 'c1', 'conv1', 'input', 'nobody', 'a.conv1', 'e.0');
  const options = fc.array(
    fc.oneof(
      number.map((n) => `kernel: ${n}`),
      number.map((n) => `stride: ${n}`),
      fc.constantFrom('padding: same', 'padding: 1x2', 'norm: bn', 'act: relu', 'act: none', 'drop: 0.5', 'bias: no'),
      name.map((text) => `name: ${text}`),
      number.map((n) => `name: "a{${n}}"`),
      name.map((text) => `from: ${text}`),
      name.map((text) => `share: ${text}`),
      number.map((n) => `repeat: ${n}`),
      number.map((n) => `when: ${n} > 2`),
      number.map((n) => `first: {stride: ${n}}`),
      number.map((n) => `expect: {params: ${n}, out: 3x3x3}`),
    ),
    { maxLength: 4 },
  );
  const { item } = fc.letrec<{ item: string; list: string }>((tie) => ({
    list: fc.array(tie('item'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    item: fc
      .tuple(
        fc.oneof(
          { maxDepth: 4 },
          number.map((n) => `conv: ${n}`),
          fc.constantFrom(
            'relu: ',
            'gap: ',
            'fc: 3',
            'maxpool: 2',
            'block: 3',
            'block: n',
            'use: other',
            'se: 2',
            'flatten: ',
            'upsample: 2',
            'concat: [a, b]',
            'add: [a, []]',
          ),
          tie('list').map((list) => `residual: ${list}`),
          tie('list').map((list) => `residual: [{conv: 4, kernel: 1}], shortcut: ${list}`),
          tie('list').map((list) => `sequence: ${list}`),
          tie('list').map((list) => `numbered: ${list}`),
          tie('list').map((list) => `aux: ${list}`),
          fc.tuple(tie('list'), tie('list')).map(([a, b]) => `concat: [${a}, ${b}]`),
          fc.tuple(tie('list'), tie('list')).map(([a, b]) => `add: {p: ${a}, q: ${b}}`),
          tie('list').map((list) => `each: {n: [1, 2]}, layers: ${list}`),
        ),
        options,
      )
      .map(([kind, more]) => `{${[kind, ...new Map(more.map((o) => [o.split(':')[0], o])).values()].join(', ')}}`),
  }));
  it('never throw', () => {
    const before = 'vars: {n: 4, widths: [4, 8]}\ndefaults: {conv: {kernel: 1}}\n';
    fc.assert(
      fc.property(fc.array(item, { maxLength: 5 }), fc.array(item, { maxLength: 3 }), (items, inside) => {
        const blocks = `blocks: {block: {params: {n: null, act: relu}, layers: [${inside.join(', ')}]}, other: {layers: [block: 2]}}\n`;
        survive(`${before}${blocks}input: 9x8x4\nlayers: [${items.join(', ')}]\n`);
      }),
      { numRuns: 200 },
    );
  });
});
