// Large texts, each near one of the limits: none hangs (a test's own time limit is the measure), and each says which limit it
// meets. Small hostile texts are in hostile.test.ts, random ones in fuzz.test.ts.

import { describe, expect, it, vi } from 'vitest';
import { exitCode } from '../src/core/diagnostic.js';
import { explain } from '../src/explain/explain.js';
import { readSheet } from '../src/homework/answers.js';
import { check } from '../src/homework/check.js';
import { BUDGET, type Budget } from '../src/lang/limits.js';
import { parseNotation } from '../src/lang/parse.js';
import { layers } from '../src/layers/index.js';
import { survive } from './survive.js';

// A hang is a hang on any machine; a busy one may take its time.
vi.setConfig({ testTimeout: 60_000 });

const many = (count: number, line: (i: number) => string, between = '\n'): string =>
  Array.from({ length: count }, (_, i) => line(i)).join(between);

const net = (items: string, before = ''): string => `${before}input: 8x8x3\nlayers:\n${items}\n`;

/** An item in so many copies of what is around it. */
const copies = (item: string, count = 90_000): string => net(`- {sequence: [${item}], repeat: ${count}}`);

/** Vars that are lists of two, each of the one before. */
const doubled = (times: number): string => `vars: {v0: 1, ${many(times, (i) => `v${i + 1}: [v${i}, v${i}]`, ', ')}}\n`;

/** That a limit is met is seen with a tenth of its budget as well. */
const tenthFor = (code: string | null): Partial<Budget> => {
  const budget = code === null ? undefined : BUDGETS[code];
  return budget ? { [budget]: BUDGET[budget] / 10 } : {};
};

const BUDGETS: Readonly<Record<string, keyof Budget>> = {
  'limit/layers': 'layers',
  'limit/inputs': 'readings',
  'limit/copies': 'copies',
  'limit/work': 'work',
};

describe('large texts', () => {
  const texts: readonly (readonly [what: string, text: () => string, code: string | null])[] = [
    ['a line of 100,000 values', () => `x-a: [${'a,'.repeat(100_000)}]\nlayers: [relu]`, 'input/missing'],
    ['a line of 50,000 keys', () => `x-a: {${many(50_000, (i) => `k${i}`, ',')}}\nlayers: [relu]`, 'input/missing'],
    ['a million values', () => `x-a: [${'a,'.repeat(1_000_001)}]`, 'spec/too-large'],
    ['30,000 keys alike', () => 'a: 1\n'.repeat(30_000), 'yaml/duplicate-key'],
    ['101,000 layers', () => net('- relu\n'.repeat(101_000)), 'limit/layers'],
    ['10,000 unknown names', () => net(many(10_000, (i) => `- {relu, from: x${i}}`)), 'limit/findings'],
    ['5,000 unknown shares', () => net(many(5_000, (i) => `- {conv: 3, kernel: 1, share: x${i}}`)), 'limit/findings'],
    ['an unknown name 10,000 times', () => net('- {sequence: [{relu, from: x}], repeat: 10000}'), 'from/unknown'],
    ['one name for 5,000 layers', () => net('- {relu, name: n}\n'.repeat(5_000)), 'name/duplicate'],
    ['5,000 options', () => net(`- {relu, ${many(5_000, (i) => `k${i}: 1`, ', ')}}`), 'option/unknown'],
    [
      '10,000 readers of 65,521 phases',
      () =>
        `input: 65536x1\nlayers: [{upsample: 65521, name: u}, {sequence: [{conv: 1, kernel: 3, from: u}], repeat: 10000}]`,
      null,
    ],
    ['10,000 warnings', () => net('- {sequence: [{conv: 1, kernel: 1, stride: 2, from: input}], repeat: 10000}'), null],
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
    ['expectations in 30,000 copies', () => copies('{relu, expect: {params: 0, rf: 1, macs: 0}}', 30_000), null],
    [
      '500 wrong expectations in 90,000 copies',
      () => copies(`{relu, expect: {${many(500, (i) => `k${i}: 1`, ', ')}}}`),
      'expect/key',
    ],
    [
      '500 wrong overrides in 30,000 copies',
      () => copies(`{relu, repeat: 1, first: {${many(500, (i) => `k${i}: 1`, ', ')}}}`, 30_000),
      'option/unknown',
    ],
    [
      'a var of 200,000 letters',
      () => net('- relu', `vars: {q: ${'a'.repeat(200_000)}, r: ${'a-'.repeat(100_000)}b.c}\n`),
      null,
    ],
    [
      '30,000 copies of four expressions',
      () => copies('{conv: c, kernel: "min(h, 1)", padding: (3 - 1) // 2 - 1, groups: i - i + 1}', 30_000),
      null,
    ],
    ['a number of 100,000 digits', () => net(`- {conv: ${'3'.repeat(100_000)}, kernel: 1}`), 'expression/too-long'],
    ['100,000 axes', () => net(`- {conv: 3, kernel: ${'3x'.repeat(100_000)}3}`), 'option/value'],
    ['a list of 2^60 values compared', () => net('- {relu, when: v59 == v60}', doubled(60)), 'limit/values'],
    ['a list of 2^25 values as a sentence', () => net('- {conv: v24, kernel: 1}', doubled(24)), 'limit/values'],
    [
      'a list of 2^60 values through params',
      () =>
        net(
          '- {b0: 1}',
          `blocks:\n${many(50, (i) => `  b${i}: {params: {p: 1}, layers: [{b${i + 1}: [p, p]}]}`)}\n  b50: {params: {p: 1}, layers: [{conv: p, kernel: 1}]}\n`,
        ),
      'limit/values',
    ],
    ['a word of 10,000 parts', () => net('- relu', `vars: {a: ${'b-'.repeat(10_000)}b}\n`), null],
  ];
  it.each(texts)('%s', (_, text, code) => {
    const codes = survive(text(), { most: tenthFor(code) })
      .diagnostics.filter((d) => d.severity === 'error')
      .map((d) => d.code);
    if (code === null) expect(codes).toEqual([]);
    else expect(codes).toContain(code);
  });

  const readings = `- {sequence: [], from: [${'input,'.repeat(20_000)}], name: s}\n`;
  const refused: readonly (readonly [what: string, text: () => string, code: string])[] = [
    [
      'copies of a copy of a copy',
      () => net(`- ${'{sequence: ['.repeat(3)}relu${'], repeat: 9999}'.repeat(3)}`),
      'limit/layers',
    ],
    ['a billion copies', () => net('- {conv: 8, kernel: 1, repeat: 1e9}'), 'limit/layers'],
    ['more copies than layers', () => net('- {conv: 8, kernel: 1, repeat: 100001}'), 'limit/layers'],
    ['parts of a kind', () => net('- {se: 1, repeat: 60000}'), 'limit/layers'],
    ['sugar', () => net('- {conv: 1, kernel: 1, norm: bn, act: relu, repeat: 50000}'), 'limit/layers'],
    [
      '2^17 blocks',
      () =>
        net('- b17', `blocks:\n  b0: {layers: [relu]}\n${many(17, (i) => `  b${i + 1}: {layers: [b${i}, b${i}]}`)}\n`),
      'limit/copies',
    ],
    [
      'a table of tables',
      () => net('- {each: {x: a}, layers: [{each: {y: a}, layers: [relu]}]}', `vars: {a: [${'1,'.repeat(2000)}]}\n`),
      'limit/layers',
    ],
    [
      'an alias of layers',
      () => net(`- {sequence: &a [${'relu,'.repeat(1000)}]}\n${'- {sequence: *a}\n'.repeat(1000)}`),
      'limit/layers',
    ],
    ['branches of 400 million tensors', () => net(`${readings}- {concat: [${'s,'.repeat(20_000)}]}`), 'limit/copies'],
    [
      'empty branches of 400 million tensors',
      () => net(`${readings}- {concat: [${'[],'.repeat(20_000)}]}`),
      'limit/copies',
    ],
    [
      'heads that read 2 billion tensors',
      () => net(`${readings}- {aux: [{residual: []}], repeat: 99999}`),
      'limit/inputs',
    ],
    [
      'sugar that reads 2 billion tensors',
      () => net(`${readings}- {aux: [], act: relu, repeat: 99999}`),
      'limit/inputs',
    ],
    ['10,000 mistakes', () => net('- {convv: 3}\n'.repeat(10_000)), 'limit/findings'],
    // What each copy asks for counts, whatever it is.
    [
      'rules to ignore in every copy',
      () => copies(`{relu, lint: {ignore: [${many(500, (i) => `a/b${i}`, ', ')}]}}`),
      'limit/work',
    ],
    [
      'unknown names in every copy',
      () => copies(`{conv: 3, kernel: [${many(500, (i) => `nob${i}`, ', ')}]}`),
      'limit/work',
    ],
    [
      'sizes in every copy',
      () => copies(`{conv: 3, kernel: 1, padding: [${many(60, () => 'c', ', ')}]}`),
      'limit/work',
    ],
    [
      'unknown sizes in every copy',
      () =>
        net(
          `- {conv: 1, kernel: 99}\n- {sequence: [{conv: 3, kernel: 1, padding: [${many(60, () => 'c', ', ')}]}], repeat: 90000}`,
        ),
      'limit/work',
    ],
    [
      'params of every copy',
      () =>
        net(
          '- {use: b, repeat: 90000}',
          `blocks: {b: {params: {${many(500, (i) => `p${i}: ${i}`, ', ')}}, layers: [relu]}}\n`,
        ),
      'limit/work',
    ],
    [
      'arguments of every copy',
      () =>
        net(
          `- {use: b, ${many(500, (i) => `p${i}: c`, ', ')}, repeat: 90000}`,
          `blocks: {b: {params: {${many(500, (i) => `p${i}: null`, ', ')}}, layers: [relu]}}\n`,
        ),
      'limit/work',
    ],
    [
      'params computed from params',
      () =>
        net(
          '- {use: b, repeat: 90000}',
          `blocks: {b: {params: {p0: 1, ${many(500, (i) => `p${i + 1}: p${i} + 1`, ', ')}}, layers: [relu]}}\n`,
        ),
      'limit/work',
    ],
    ['branches that nobody knows', () => copies(`{add: [${many(100, (i) => `nob${i}`, ', ')}]}`, 3000), 'limit/work'],
    [
      'tensors that nobody knows',
      () => copies(`{relu, from: [${many(100, (i) => `nob${i}`, ', ')}]}`, 3000),
      'limit/work',
    ],
    [
      'columns of every copy',
      () => copies(`{each: {${many(500, (i) => `k${i}: [1]`, ', ')}}, layers: [relu]}`),
      'limit/work',
    ],
    [
      'a long name in every copy',
      () => net(`- {relu, name: "{i}${'a'.repeat(100_000)}", repeat: 90000}`),
      'limit/work',
    ],
    [
      'values in the name of every copy',
      () => net(`- {relu, name: "x${'{i}'.repeat(60)}", repeat: 90000}`),
      'limit/work',
    ],
    ['a long expression in every copy', () => copies(`{conv: "1${' + c'.repeat(400)}", kernel: 1}`), 'limit/work'],
    [
      'a long word in every copy',
      () => copies(`{conv: 1, kernel: 1, act: ${'a'.repeat(200_000)}}`, 50_000),
      'limit/work',
    ],
    ['a condition in every copy', () => copies(`{relu, when: 1${' and c'.repeat(200)}}`), 'limit/work'],
    ['nobody to share with', () => copies('{conv: 3, kernel: 1, share: nobody}'), 'limit/work'],
    [
      'many that share with many',
      () =>
        net(
          '- {sequence: [{relu, repeat: 5000}], name: b}\n  - {sequence: [{conv: 3, kernel: 1}], share: b, repeat: 5000}',
        ),
      'limit/work',
    ],
    [
      'names with wildcards in every copy',
      () => net(`- {sequence: [{relu, name: a}, {maximum: '?'}], repeat: 9000, name: s}`),
      'limit/work',
    ],
    [
      'what is frozen at every depth',
      () => net(`- ${'{frozen: true, sequence: ['.repeat(50)}{relu, repeat: 80000}${']}'.repeat(50)}`),
      'limit/work',
    ],
  ];
  it.each(refused)('%s: nothing is built, and one error says why', (what, text, code) => {
    // What the whole of a budget takes, the first that meets its limit shows.
    const [whole] = refused.find(([, , met]) => met === code) ?? [];
    const { rows, graph, totals, diagnostics } = survive(text(), what === whole ? {} : { most: tenthFor(code) });
    expect([rows, graph.nodes, graph.outputs, graph.expectations, totals.params]).toEqual([[], [], [], [], null]);
    expect(diagnostics.map((d) => d.code).filter((found) => found.startsWith('limit/'))).toEqual([code]);
    expect(exitCode(diagnostics, false)).toBe(2);
  });
  it('notation of a billion copies', () => {
    const { graph, diagnostics } = parseNotation('INPUT 8x8x3; CONV-3-8 * 1000000000', 'same', { registry: layers });
    expect(graph.nodes).toEqual([]);
    expect(diagnostics.map((d) => d.code)).toContain('limit/layers');
  });
  it('explanations look at each layer a few times, however many there are', () => {
    const analysis = survive(net('- {conv: 3, kernel: 3, padding: 1, repeat: 1000}'));
    let looks = 0;
    const nodes = new Proxy(analysis.graph.nodes, {
      get: (all, key) => {
        looks += 1;
        return Reflect.get(all, key);
      },
    });
    expect(explain({ ...analysis, graph: { ...analysis.graph, nodes } })).toHaveLength(1000);
    expect(looks).toBeLessThan(20 * 1000);
  });
  it('a wrong answer behind 20,000 layers is graded', () => {
    const analysis = survive(net('- {conv: 3, kernel: 3, padding: 1, repeat: 20000}'));
    const { questions, rules } = readSheet('layer,rf\nconv1.19999,7x7\n');
    const [cell] = questions.flatMap((question) => check(analysis, question, rules).cells);
    expect(cell).toMatchObject({ layer: 'conv1.19999', score: 0 });
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
