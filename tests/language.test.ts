// The language where docs/language.md does not reach: names, scopes, overriding, places. One small spec per row of a table.

import { describe, expect, it } from 'vitest';
import { isInput, type Parsed } from '../src/core/graph.js';
import { formatShape } from '../src/core/shape.js';
import type { ParseOptions } from '../src/lang/file.js';
import { parse, parseNotation } from '../src/lang/parse.js';
import { layers } from '../src/layers/index.js';

const read = (text: string, options: Partial<ParseOptions> = {}): Parsed =>
  parse(text, { registry: layers, ...options });

/** Rows as `name out`, what they read behind `<` where it is not the row before. */
const rows = ({ graph }: Parsed): string[] =>
  graph.nodes
    .filter((node) => !isInput(node))
    .map((node) => {
      const reads = node.inputs.map((id) => graph.nodes[id]?.name).join(' ');
      const before = graph.nodes[node.id - 1]?.name;
      return `${node.name} ${node.facts ? formatShape(node.facts.output) : '?'}${reads === before ? '' : ` < ${reads}`}`;
    });

const codes = ({ diagnostics }: Parsed): string[] => diagnostics.map(({ code }) => code);

const net = (lines: string): string =>
  `input: 8x8x4\nlayers:\n${lines
    .trim()
    .split('\n')
    .map((line) => `  ${line}\n`)
    .join('')}`;

describe('names', () => {
  it.each<[what: string, lines: string, expected: string[]]>([
    ['kind and number', '- relu\n- relu\n- {maxpool: 2}', ['relu1 8x8x4', 'relu2 8x8x4', 'maxpool1 4x4x4']],
    [
      'never one that was given',
      '- {relu, name: relu2}\n- relu\n- relu',
      ['relu2 8x8x4', 'relu1 8x8x4', 'relu3 8x8x4'],
    ],
    [
      'of each copy what it reads',
      '- {relu, repeat: 2, name: "r{i}"}\n- {sequence: [{tanh, from: "r{i}"}], repeat: 2, name: t}\n- {add: "r{i}", repeat: 1}\n- {add: "r{1*i}", repeat: 1}',
      [
        'r0 8x8x4',
        'r1 8x8x4',
        't.0.tanh1 8x8x4 < r0',
        't.1.tanh1 8x8x4 < r1',
        'add1.0 8x8x4 < t.1.tanh1 r0',
        'add2.0 8x8x4 < add1.0 r0',
      ],
    ],
    ['text as written', '- {relu, name: 1e3}\n- {relu, from: 1e3}', ['1e3 8x8x4', 'relu1 8x8x4']],
    [
      'sugar after its layer',
      '- {conv: 4, kernel: 1, norm: bn, act: relu, drop: 0.1, name: a}',
      ['a 8x8x4', 'a.norm 8x8x4', 'a.act 8x8x4', 'a.drop 8x8x4'],
    ],
    [
      'copies under their item',
      '- {relu, repeat: 2, name: a}\n- {relu, from: a.0}\n- {relu, from: a}',
      ['a.0 8x8x4', 'a.1 8x8x4', 'relu1 8x8x4 < a.0', 'relu2 8x8x4 < a.1'],
    ],
    [
      'from the last copy, after its sugar',
      '- {conv: 4, kernel: 1, act: relu, repeat: 2, name: a}\n- tanh\n- {relu, from: a}',
      ['a.0 8x8x4', 'a.0.act 8x8x4', 'a.1 8x8x4', 'a.1.act 8x8x4', 'tanh1 8x8x4', 'relu1 8x8x4 < a.1.act'],
    ],
    [
      'values in them',
      '- {relu, repeat: 2, name: "a{i + 1}-{c}"}\n- {each: {n: [3, 5]}, name: "b{n}", layers: [relu]}\n- {tanh, name: "d{2*w}"}',
      ['a1-4 8x8x4', 'a2-4 8x8x4', 'b3.relu1 8x8x4', 'b5.relu1 8x8x4', 'd16 8x8x4'],
    ],
    [
      'numbers',
      '- {relu, name: a}\n- numbered: [relu, {relu, name: b}, relu]\n- {numbered: [relu, {numbered: [relu]}], name: d}',
      ['a 8x8x4', '0 8x8x4', 'b 8x8x4', '1 8x8x4', 'd.0 8x8x4', 'd.1.0 8x8x4'],
    ],
    [
      'numbers of copies and sugar',
      '- name: a\n  numbered:\n  - {conv: 4, kernel: 1, act: relu, repeat: 2}\n  - {each: {n: [1, 2]}, layers: [relu]}\n  - {sequence: [tanh]}',
      ['a.0 8x8x4', 'a.1 8x8x4', 'a.2 8x8x4', 'a.3 8x8x4', 'a.4 8x8x4', 'a.5 8x8x4', 'a.6 8x8x4'],
    ],
    [
      'what a numbered composite holds is below its number',
      '- numbered: [relu, {residual: [relu], act: relu}]',
      ['0 8x8x4', '1.relu1 8x8x4', '1 8x8x4 < 1.relu1 0', '1.act 8x8x4'],
    ],
    [
      'one item as a shortcut is beside the body',
      '- {residual: [tanh], shortcut: {relu, name: down}, name: a}',
      ['a.tanh1 8x8x4', 'a.down 8x8x4 < input', 'a 8x8x4 < a.tanh1 a.down'],
    ],
    [
      'an unnamed composite opens no scope',
      '- residual: [relu]\n- residual: [relu]',
      ['relu1 8x8x4', 'residual1 8x8x4 < relu1 input', 'relu2 8x8x4', 'residual2 8x8x4 < relu2 residual1'],
    ],
    [
      'a named one does',
      '- {residual: [relu], name: r, act: tanh}\n- {relu, from: r}',
      ['r.relu1 8x8x4', 'r 8x8x4 < r.relu1 input', 'r.act 8x8x4', 'relu1 8x8x4'],
    ],
    [
      'branches by name',
      '- concat: {a: [relu], b: []}',
      ['concat1.a.relu1 8x8x4', 'concat1 8x8x8 < concat1.a.relu1 input'],
    ],
    [
      'inner names first',
      '- {relu, name: a}\n- {sequence: [{tanh, name: a}, {relu, from: a}], name: s}',
      ['a 8x8x4', 's.a 8x8x4', 's.relu1 8x8x4'],
    ],
    [
      'outer names from inside',
      '- {relu, name: a}\n- {sequence: [tanh, {relu, from: a}], name: s}',
      ['a 8x8x4', 's.tanh1 8x8x4', 's.relu1 8x8x4 < a'],
    ],
    [
      'columns of each',
      '- {each: {n: [1, 2]}, layers: [{conv: n, kernel: 1}], name: e}',
      ['e.0.conv1 8x8x1', 'e.1.conv1 8x8x2'],
    ],
  ])('%s', (_, lines, expected) => {
    const parsed = read(net(lines));
    expect([codes(parsed), rows(parsed)]).toEqual([[], expected]);
  });
});

describe('expansion', () => {
  it.each<[what: string, text: string, expected: string[]]>([
    [
      'first and last, last wins in one copy',
      net('- {conv: 4, kernel: 1, repeat: 1, first: {conv: 5}, last: {filters: 6}, name: a}'),
      ['a.0 8x8x6'],
    ],
    ['no copies at all', net('- {conv: 5, kernel: 1, repeat: 0}\n- relu'), ['relu1 8x8x4']],
    [
      'i is the innermost',
      net('- {sequence: [{conv: i + 1, kernel: 1, repeat: 2}], repeat: 2, name: s}'),
      ['s.0.conv1.0 8x8x1', 's.0.conv1.1 8x8x2', 's.1.conv1.0 8x8x1', 's.1.conv1.1 8x8x2'],
    ],
    ['when by copy', net('- {conv: 9, kernel: 1, repeat: 3, when: i > 1, name: a}'), ['a.2 8x8x9']],
    [
      "block defaults before the file's",
      `defaults: {conv: {kernel: 1, act: relu}}\nblocks: {b: {defaults: {conv: {act: tanh}}, layers: [{conv: 2}]}}\n${net('- b\n- {conv: 3}')}`,
      ['b1.conv1 8x8x2', 'b1.conv1.act 8x8x2', 'conv1 8x8x3', 'conv1.act 8x8x3'],
    ],
    [
      'params see what comes in, once per copy',
      `blocks: {b: {params: {out: 2*c, keep: c}, layers: [{conv: out, kernel: 1}, {conv: keep, kernel: 1}]}}\n${net('- {b, repeat: 2, last: {keep: 3}}')}`,
      ['b1.0.conv1 8x8x8', 'b1.0.conv2 8x8x4', 'b1.1.conv1 8x8x8', 'b1.1.conv2 8x8x3'],
    ],
    [
      'a param hides a var',
      `vars: {n: 5}\nblocks: {b: {params: {n: 6}, layers: [{conv: n, kernel: 1}]}}\n${net('- b\n- {conv: n, kernel: 1}')}`,
      ['b1.conv1 8x8x6', 'conv1 8x8x5'],
    ],
    [
      'a param holds a name',
      `blocks: {b: {params: {skip: null}, layers: [{concat: [skip, late]}]}}\n${net('- {relu, name: early}\n- {tanh, name: late}\n- {b: early}')}`,
      ['early 8x8x4', 'late 8x8x4', 'b1.concat1 8x8x8 < early late'],
    ],
    [
      'a param holds an activation',
      `blocks: {b: {params: {act: relu}, layers: [{conv: 1, kernel: 1, act: act}]}}\n${net('- b\n- {b, act: tanh}\n- {b, act: none}')}`,
      ['b1.conv1 8x8x1', 'b1.conv1.act 8x8x1', 'b2.conv1 8x8x1', 'b2.conv1.act 8x8x1', 'b3.conv1 8x8x1'],
    ],
    [
      "a projection with the body's stride",
      net('- {residual: [{conv: 6, kernel: 3, stride: 2, padding: 1}]}'),
      ['conv1 4x4x6', 'shortcut 4x4x6 < input', 'residual1 4x4x6 < conv1 shortcut'],
    ],
    [
      'no shortcut where shapes differ',
      net(
        '- {residual: [{conv: 6, kernel: 1}], shortcut: match}\n- {residual: [{conv: 6, kernel: 1}], shortcut: match}',
      ),
      ['conv1 8x8x6', 'conv2 8x8x6', 'residual2 8x8x6 < conv2 conv1'],
    ],
    [
      'a gate of one number per channel',
      net('- {conv: 4, kernel: 1, name: x}\n- {gap, name: g}\n- mul: [x, g]'),
      ['x 8x8x4', 'g 4', 'mul1 8x8x4 < x g'],
    ],
    [
      'a name alone joins what came before',
      net('- {relu, name: a}\n- tanh\n- add: a'),
      ['a 8x8x4', 'tanh1 8x8x4', 'add1 8x8x4 < tanh1 a'],
    ],
    [
      'a side head',
      net('- {relu, name: a}\n- aux: [gap, {fc: 3}]\n- tanh'),
      ['a 8x8x4', 'gap1 4', 'fc1 3', 'tanh1 8x8x4 < a'],
    ],
    [
      'squeeze and excitation',
      net('- {se: 2, name: s}'),
      ['s.pool 1x1x4', 's.fc1 1x1x2', 's.act 1x1x2', 's.fc2 1x1x4', 's.gate 1x1x4', 's.mul 8x8x4 < input s.gate'],
    ],
    [
      'anchors and merges',
      `x-base: &base {kernel: 1, act: relu}\n${net('- {conv: 2, <<: *base, act: tanh}')}`,
      ['conv1 8x8x2', 'conv1.act 8x8x2'],
    ],
  ])('%s', (_, text, expected) => {
    const parsed = read(text);
    expect([codes(parsed), rows(parsed)]).toEqual([[], expected]);
  });
});

describe('variants and overrides', () => {
  const family = `vars: {width: 4, wide: 2*width}\nvariants: {small: {expect: {params: 40}}, large: {width: 8, expect: {params: 80}}}\n${net('- {conv: wide, kernel: 1}')}`;
  const conv = (options: Partial<ParseOptions>) => rows(read(family, options))[0];
  it.each<[what: string, options: Partial<ParseOptions>, row: string]>([
    ['the first is the default', {}, 'conv1 8x8x8'],
    ['a named one', { variant: 'large' }, 'conv1 8x8x16'],
    ['computed vars follow', { set: { width: '16' } }, 'conv1 8x8x32'],
    ['the command line wins', { variant: 'large', set: { width: '1 + 1' } }, 'conv1 8x8x4'],
    ['another input', { input: '5x6x4' }, 'conv1 5x6x8'],
  ])('%s', (_, options, row) => expect(conv(options)).toBe(row));
  it('expects nothing of an overridden network', () => {
    expect(read(family, { set: { width: '16' } }).graph.expectations).toEqual([]);
    expect(read(family, { variant: 'large' }).graph.expectations.map((e) => e.text)).toEqual(['80']);
  });
  it.each([
    ['variant/unknown', { variant: 'huge' }],
    ['vars/unknown', { set: { widht: '3' } }],
  ] as const)('%s', (code, options) => expect(codes(read(family, options))).toContain(code));
});

describe('mistakes are told where they stand', () => {
  it.each<[text: string, code: string, at: string]>([
    [net('- {conv: 4, kernel: 9}'), 'shape/kernel-too-large', '3:23'],
    [net('- {conv: 4, kernal: 3}'), 'option/unknown', '3:15'],
    [net('- {conv: 4, kernel: 3, stride: 2 * s}'), 'expression/unknown-name', '3:38'],
    [net('- {convv: 4}'), 'item/unknown-kind', '3:6'],
    [`defaults: {conv: {kernel: 9}}\n${net('- {conv: 4}')}`, 'shape/kernel-too-large', '4:6'],
    [`vars: {conv: 3}\n${net('- relu')}`, 'name/reserved', '1:8'],
    [`vars: {c: 3}\n${net('- relu')}`, 'name/reserved', '1:8'],
    [`blocks: {relu: {layers: [tanh]}}\n${net('- relu')}`, 'name/reserved', '1:10'],
    [net('- {conv: 4, kernel: 1, bias: no}'), 'value/yes-no', '3:32'],
    [net('- {conv: 4, kernel: 1, groups: 3}'), 'shape/groups', '3:34'],
    [net('- {relu: 3}'), 'option/main', '3:12'],
    [net('- {relu, name: a}\n- {relu, name: a}'), 'name/duplicate', '4:18'],
  ])('%s', (text, code, at) => {
    const found = read(text).diagnostics.map((d) => `${d.code} ${d.at?.line}:${d.at?.column}`);
    expect(found).toContain(`${code} ${at}`);
  });
  it('all at once, once each', () => {
    const parsed = read(
      net('- {conv: 0, kernel: 1, repeat: 5}\n- {convv: 1}\n- {relu, from: nobody}\n- {conv: 2.5, kernel: -1}'),
    );
    expect(codes(parsed)).toEqual([
      'option/value',
      'item/unknown-kind',
      'from/unknown',
      'option/value',
      'option/value',
    ]);
  });
});

describe('course notation', () => {
  it.each<[notation: string, expected: string[]]>([
    [
      'INPUT 128x128x3; CONV-9-32; POOL-2; CONV-5-64; POOL-2; CONV-5-64; POOL-2; FC-3',
      [
        'conv1 120x120x32',
        'maxpool1 60x60x32',
        'conv2 56x56x64',
        'maxpool2 28x28x64',
        'conv3 24x24x64',
        'maxpool3 12x12x64',
        'fc1 3',
      ],
    ],
    [
      'INPUT 32x32x3 -> CONV3-64 -> relu -> maxpool -> FC-10',
      ['conv1 30x30x64', 'relu1 30x30x64', 'maxpool1 15x15x64', 'fc1 10'],
    ],
    ['INPUT 8x8x3, CONV3-4-S2-P1, soft-max', ['conv1 4x4x4', 'softmax1 4x4x4']],
    ['INPUT 8x8x3; CONV-3*3-4', ['conv1 6x6x4']],
    ['INPUT 8x8x3; CONV3*3-4; POOL-2*2', ['conv1 6x6x4', 'maxpool1 3x3x4']],
    ['INPUT 8*8*3; CONV 3 * 1 - 4; AVGPOOL2×2', ['conv1 6x8x4', 'avgpool1 3x4x4']],
    ['INPUT 8x8x3; CONV-3*3-4*2', ['conv1.0 6x6x4', 'conv1.1 4x4x4']],
    ['INPUT 8x8x3; CONV-3-4-S2*2', ['conv1.0 3x3x4', 'conv1.1 1x1x4']],
    ['INPUT 8x8x3; CONV3-4*2', ['conv1.0 6x6x4', 'conv1.1 4x4x4']],
  ])('%s', (notation, expected) =>
    expect(rows(parseNotation(notation, 'valid', { registry: layers }))).toEqual(expected),
  );
  it('pads as it is told', () =>
    expect(rows(parseNotation('INPUT 8x8x3; CONV3-4', 'same', { registry: layers }))).toEqual(['conv1 8x8x4']));
  it('says what it assumed', () =>
    expect(codes(parseNotation('INPUT 8x8x3; CONV3-4', 'same', { registry: layers }))).toEqual(['notation/padding']));
});
