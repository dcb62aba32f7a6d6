// The rules of the language, sentence by sentence, where docs/language.md and language.test.ts do not reach. Small specs in tables.

import { describe, expect, it } from 'vitest';
import { analyze } from '../src/analysis/analyze.js';
import { isInput } from '../src/core/graph.js';
import { formatShape } from '../src/core/shape.js';
import type { ParseOptions } from '../src/lang/file.js';
import { parse } from '../src/lang/parse.js';
import { isReservedValue } from '../src/lang/scope.js';
import { FILE_KEYS, ITEM_KEYS, OPTION_ALIASES, RESERVED, STRUCTURES } from '../src/lang/words.js';
import { layers } from '../src/layers/index.js';
import { net as netOf } from './spec-text.js';

const analysisOf = (text: string, options: Partial<ParseOptions> = {}) =>
  analyze(parse(text, { registry: layers, ...options }));

/** `name out params` per row, `?` for what is unknown; codes with their lines and columns behind. */
const seen = (text: string, options: Partial<ParseOptions> = {}): string[] => {
  const { rows, diagnostics } = analysisOf(text, options);
  return [
    ...rows.map(
      ({ node, figures }) =>
        `${node.name} ${node.facts ? formatShape(node.facts.output) : '?'} ${figures?.params ?? '?'}`,
    ),
    ...diagnostics.map(({ code, at }) => (at ? `${code} ${at.line}:${at.column}` : code)),
  ];
};

const net = (...items: string[]): string => netOf('8x8x4', ...items);

type Row = readonly [what: string, text: string, expected: readonly string[]];
const check = (rows: readonly Row[]) =>
  it.each(rows)('%s', (_, text, expected) => expect(seen(text)).toEqual(expected));

describe('1: an item is a layer', () => {
  check([
    [
      'block form and flow form',
      net('conv: 2\nkernel: 3', '{conv: 2, kernel: 3}'),
      ['conv1 6x6x2 74', 'conv2 4x4x2 38'],
    ],
    ['keys in any order', net('{kernel: 3, name: a, conv: 2}'), ['a 6x6x2 74']],
    ['a kind without a value', net('relu', 'relu:', '{relu}'), ['relu1 8x8x4 0', 'relu2 8x8x4 0', 'relu3 8x8x4 0']],
    ['no kind', net('{kernel: 3}'), ['kernel1 ? ?', 'item/unknown-kind 3:5']],
    ['two kinds', net('{conv: 2, fc: 3, kernel: 1}'), ['conv1 ? ?', 'item/two-kinds 3:15']],
    [
      'nothing',
      net('', '{}', '~'),
      ['item1 ? ?', 'item2 ? ?', '~1 ? ?', 'item/empty 3:5', 'item/empty 4:5', 'item/empty 5:5'],
    ],
    ['a list', net('[relu]'), ['item1 ? ?', 'item/list 3:5']],
    ['options below the kind', net('conv: {filters: 2, kernel: 3}'), ['conv1 ? ?', 'value/mapping 3:11']],
    ['layers without dashes', 'input: 8x8x4\nlayers: relu\n', ['layers1 ? ?', 'item/no-list 2:9']],
    ['all that is missing', net('conv'), ['conv1 ? ?', 'option/missing 3:5', 'option/missing 3:5']],
  ]);
  it('the row says why there is none', () => {
    const { rows } = analysisOf(net('', '[relu]', '{conv: 2, fc: 3}', 'reluu'));
    expect(rows.map((row) => row.node.error)).toEqual([
      'item/empty',
      'item/list',
      'item/two-kinds',
      'item/unknown-kind',
    ]);
  });
});

describe('2: words', () => {
  const taken = ['conv', 'bn', 'residual', 'name', 'repeat', 'layers', 'shortcut', 'note'];
  it.each([...taken, 'c', 'i', 'max', 'if', 'true'])('no var is called %s', (name) =>
    expect(seen(`vars: {${name}: 3}\n${net('relu')}`)).toEqual(['relu1 8x8x4 0', 'name/reserved 1:8']),
  );
  it.each([...taken, 'act', 'kernel', 'padding', 'pad'])('no block is called %s', (name) =>
    expect(seen(`blocks: {${name}: {layers: [relu]}}\n${net('relu')}`)).toContain('name/reserved 1:10'),
  );
  it.each(['conv', 'from', 'h', 'other'])('no param is called %s', (name) =>
    expect(
      seen(`blocks: {b: {params: {${name}: 3}, layers: [relu]}, other: {layers: [relu]}}\n${net('relu')}`),
    ).toContain('name/reserved 1:23'),
  );
  it.each(['c', 'h', 'i', 'min'])('no column is called %s', (name) =>
    expect(seen(net(`{each: {${name}: [1]}, layers: [relu]}`))).toContain('name/reserved 3:13'),
  );
  it.each(['3d', 'a b', 'a-b', '"a.b"'])('%s is no name for a var', (name) =>
    expect(seen(`vars: {${name}: 3}\n${net('relu')}`)).toEqual(['relu1 8x8x4 0', 'name/word 1:8']),
  );
  it('a param may be called like an option', () =>
    expect(
      seen(
        `blocks: {b: {params: {stride: 1, act: relu}, layers: [{conv: 2, kernel: 1, stride: stride}]}}\n${net('{b, stride: 2}')}`,
      ),
    ).toEqual(['b1.conv1 4x4x2 10']));
  it('structures are no kinds, and words of items no options', () => {
    const options = layers.kinds.flatMap((kind) => Object.keys(kind.args));
    for (const word of STRUCTURES) expect(layers.find(word)).toBeUndefined();
    for (const word of ITEM_KEYS) expect(options).not.toContain(word);
    for (const word of [...ITEM_KEYS, ...STRUCTURES, ...FILE_KEYS]) expect(RESERVED.has(word)).toBe(true);
    for (const [alias, option] of Object.entries(OPTION_ALIASES)) {
      expect(layers.find(alias)).toBeUndefined();
      expect(options).toContain(option);
      expect(isReservedValue(alias)).toBe(false);
    }
  });
});

describe('3: names', () => {
  check([
    ['of no layer', net('{relu, from: x}'), ['relu1 ? ?', 'from/unknown 3:18']],
    ['of a later one', net('{relu, from: x}', '{relu, name: x}'), ['relu1 ? ?', 'x ? ?', 'from/unknown 3:18']],
    [
      'of one that is dropped',
      net('{relu, name: x, when: false}', '{relu, from: x}'),
      ['relu1 ? ?', 'from/unknown 4:18'],
    ],
    [
      'positions',
      net('relu', '{relu, from: -1}', '{relu, from: 0}'),
      ['relu1 8x8x4 0', 'relu2 ? ?', 'relu3 ? ?', 'from/position 4:18', 'from/position 5:18'],
    ],
    [
      'a list of names',
      net('{relu, name: a}', '{tanh, name: b}', '{concat, from: [a, b]}'),
      ['a 8x8x4 0', 'b 8x8x4 0', 'concat1 8x8x8 0'],
    ],
    ['no names at all', net('{relu, from: []}'), ['relu1 ? ?', 'from/name 3:18']],
    [
      'several into one',
      net('{relu, name: a}', '{tanh, from: [a, input]}'),
      ['a 8x8x4 0', 'tanh1 ? ?', 'graph/inputs 4:6'],
    ],
    [
      'no word',
      net('{relu, name: [a]}', '{relu, name: ""}', '{relu, from: {a: b}}'),
      ['relu1 8x8x4 0', 'relu2 8x8x4 0', 'relu3 ? ?', 'name/word 3:18', 'name/word 4:18', 'from/name 5:18'],
    ],
    [
      'one taken by sugar',
      net('{conv: 2, kernel: 1, act: relu, name: a}', '{relu, name: a.act}'),
      ['a 8x8x2 10', 'a.act 8x8x2 0', 'a.act1 8x8x2 0', 'name/duplicate 4:18'],
    ],
    [
      'one that sugar would take',
      net('{relu, name: a.act}', '{conv: 2, kernel: 1, act: relu, name: a}'),
      ['a.act 8x8x4 0', 'a 8x8x2 10', 'a.act.2 8x8x2 0', 'name/duplicate 4:5'],
    ],
    [
      'of the input',
      net('relu', '{relu, from: input}', '{relu, name: input}'),
      ['relu1 8x8x4 0', 'relu2 8x8x4 0', 'input1 8x8x4 0', 'name/duplicate 5:18'],
    ],
    [
      'the branch of a merge',
      net('{concat: {a: [relu], b: [tanh]}, name: m}', '{relu, from: m.a}'),
      ['m.a.relu1 8x8x4 0', 'm.b.tanh1 8x8x4 0', 'm 8x8x8 0', 'relu1 8x8x4 0'],
    ],
    [
      'a block by its name',
      `blocks: {b: {layers: [relu, {conv: 2, kernel: 1, name: x}]}}\n${net('b', '{b, name: second}', '{relu, from: b1.x}')}`,
      ['b1.relu1 8x8x4 0', 'b1.x 8x8x2 10', 'second.relu1 8x8x2 0', 'second.x 8x8x2 6', 'relu1 8x8x2 0'],
    ],
  ]);
  it('are unique, whatever is written', () => {
    const { graph } = analysisOf(
      net(
        '{sequence: [relu], act: relu}',
        '{sequence: [relu], act: relu}',
        '{residual: [relu], shortcut: [tanh]}',
        '{residual: [relu], shortcut: [tanh]}',
        '{residual: [{conv: 8, kernel: 1}]}',
        '{residual: [{conv: 4, kernel: 1}]}',
      ),
    );
    const names = graph.nodes.map((node) => node.name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('4: composites', () => {
  check([
    ['a branch of one item', net('{concat: [{conv: 1, kernel: 1}, input]}'), ['conv1 8x8x1 5', 'concat1 8x8x5 0']],
    ['nothing to merge', net('{concat: []}'), ['concat1 ? ?', 'graph/inputs 3:6']],
    [
      'shapes that do not agree',
      net('{add: [[{conv: 2, kernel: 1}], []]}'),
      ['conv1 8x8x2 10', 'add1 ? ?', 'shape/mismatch 3:6'],
    ],
    [
      'an identity that does not agree',
      net('{residual: [{conv: 2, kernel: 1}], shortcut: identity}'),
      ['conv1 8x8x2 10', 'residual1 ? ?', 'shape/mismatch 3:6'],
    ],
    [
      'a projection that is not needed',
      net('{residual: [{conv: 4, kernel: 1}], shortcut: project}'),
      ['conv1 8x8x4 20', 'shortcut 8x8x4 20', 'residual1 8x8x4 0'],
    ],
    [
      'a shortcut of layers',
      net('{residual: [{maxpool: 2}], shortcut: [{avgpool: 2}]}'),
      ['maxpool1 4x4x4 0', 'shortcut.avgpool1 4x4x4 0', 'residual1 4x4x4 0'],
    ],
    [
      'no such shortcut',
      net('{residual: [relu], shortcut: nun}', '{residual: [relu], shortcut: 3}'),
      [
        'relu1 8x8x4 0',
        'residual1 ? ?',
        'relu2 ? ?',
        'residual2 ? ?',
        'expression/unknown-name 3:34',
        'option/value 4:34',
      ],
    ],
    [
      'the projection takes the defaults but no activation',
      `defaults: {conv: {kernel: 3, padding: 1, bias: false, norm: bn, act: relu}}\n${net('{residual: [{conv: 2, stride: 2}]}')}`,
      [
        'conv1 4x4x2 72',
        'conv1.norm 4x4x2 4',
        'conv1.act 4x4x2 0',
        'shortcut 4x4x2 8',
        'shortcut.norm 4x4x2 4',
        'residual1 4x4x2 0',
      ],
    ],
    [
      'sugar beside it',
      net('{concat: [[relu], []], norm: bn, act: relu, drop: 0.1}'),
      ['relu1 8x8x4 0', 'concat1 8x8x8 0', 'concat1.norm 8x8x8 16', 'concat1.act 8x8x8 0', 'concat1.drop 8x8x8 0'],
    ],
    [
      'defaults of a sequence',
      net('{sequence: [{conv: 2}], defaults: {conv: {kernel: 3}}}', '{conv: 2, kernel: 1}'),
      ['conv1 6x6x2 74', 'conv2 6x6x2 6'],
    ],
    [
      'side heads, side by side',
      net('{aux: [gap], repeat: 2, name: h}', 'relu'),
      ['h.0.gap1 4 0', 'h.1.gap1 4 0', 'relu1 8x8x4 0'],
    ],
    [
      'a branch whose items are all dropped is none',
      net('concat: {a: [{conv: 4, kernel: 1}], b: [{conv: 4, kernel: 1, when: false}]}'),
      ['concat1.a.conv1 8x8x4 20', 'concat1 8x8x4 0'],
    ],
    [
      'however they are dropped',
      `blocks: {b: {layers: [{relu, when: c > 9}]}}\n${net('concat: [[{sequence: [{relu, when: false}]}], {relu, when: false}, [{relu, repeat: 0}], [b], [{each: {n: []}, layers: [relu]}], []]')}`,
      ['concat1 8x8x4 0'],
    ],
    [
      'an empty list is what came in, wherever it is written',
      net('concat: [[], [{sequence: []}], [{relu, when: false}, {sequence: []}]]'),
      ['concat1 8x8x12 0'],
    ],
    [
      'of nothing but dropped branches',
      net('add: [[{relu, when: false}], [{tanh, when: false}]]'),
      ['add1 ? ?', 'graph/inputs 3:5'],
    ],
    [
      'a dropped branch has no name',
      net('{concat: {a: [], b: [{relu, when: false}]}, name: x}', '{relu, from: x.b}'),
      ['x 8x8x4 0', 'relu1 ? ?', 'from/unknown 4:18'],
    ],
    [
      'a residual whose body is dropped is its shortcut',
      net(
        'residual: [{conv: 4, kernel: 1, when: false}]',
        '{residual: [{relu, when: false}], shortcut: [{conv: 3, kernel: 1}], name: x}',
        '{relu, from: x}',
      ),
      ['x.shortcut.conv1 8x8x3 15', 'relu1 8x8x3 0'],
    ],
    [
      'a shortcut whose items are dropped is the identity',
      net(
        '{residual: [relu], shortcut: [{conv: 3, kernel: 1, when: false}]}',
        '{residual: [relu], shortcut: {conv: 3, kernel: 1, when: false}}',
      ),
      ['relu1 8x8x4 0', 'residual1 8x8x4 0', 'relu2 8x8x4 0', 'residual2 8x8x4 0'],
    ],
    [
      'an unknown option of one',
      net('{residual: [relu], shortcuts: auto}'),
      ['relu1 ? ?', 'residual1 ? ?', 'option/unknown 3:24'],
    ],
  ]);
});

describe('5: copies and defaults', () => {
  check([
    [
      'an option that is none',
      net('{conv: 2, kernel: 1, repeat: 1, first: {strid: 2}}'),
      ['conv1.0 ? ?', 'option/unknown 3:45'],
    ],
    ['what is not of one copy', net('{relu, repeat: 1, last: {name: x}}'), ['relu1.0 ? ?', 'item/overrides 3:30']],
    ['without copies', net('{relu, first: {when: false}}'), ['relu1 ? ?', 'item/overrides 3:12']],
    ['no mapping', net('{relu, repeat: 1, first: 3}'), ['relu1.0 ? ?', 'item/overrides 3:30']],
    [
      'a dropped copy',
      net('{conv: 2 + i, kernel: 1, repeat: 3, first: {when: false}}'),
      ['conv1.1 8x8x3 15', 'conv1.2 8x8x4 16'],
    ],
    [
      'a switched off activation',
      net('{conv: 2, kernel: 1, act: relu, repeat: 2, last: {act: none}}'),
      ['conv1.0 8x8x2 10', 'conv1.0.act 8x8x2 0', 'conv1.1 8x8x2 6'],
    ],
    [
      'of half a copy',
      net('{relu, repeat: 1.5}', '{relu, repeat: -1}', '{relu, repeat: }'),
      ['relu1 ? ?', 'relu2 ? ?', 'relu3 ? ?', 'item/repeat 3:20', 'item/repeat 4:20', 'item/repeat 5:20'],
    ],
    [
      'the param at the name of a block',
      `blocks: {b: {params: {n: 1}, layers: [{conv: n, kernel: 1}]}}\n${net('{b: 2, repeat: 3, first: {n: 3}, last: {b: 4}}')}`,
      ['b1.0.conv1 8x8x3 15', 'b1.1.conv1 8x8x2 8', 'b1.2.conv1 8x8x4 12'],
    ],
    ['i without copies', net('{conv: i + 1, kernel: 1}'), ['conv1 ? ?', 'expression/unknown-name 3:12']],
    [
      'defaults in branches and blocks',
      `defaults: {conv: {kernel: 1, bias: false}}\nblocks: {b: {layers: [{conv: 2}]}}\n${net('{concat: [[{conv: 1}], [b]]}')}`,
      ['conv1 8x8x1 4', 'b1.conv1 8x8x2 8', 'concat1 8x8x3 0'],
    ],
    [
      'of what is no kind',
      `defaults: {convv: {kernel: 1}, conv: {kernal: 1}, relu: 3}\n${net('relu')}`,
      ['relu1 ? ?', 'defaults/kind 1:12', 'option/unknown 1:39', 'defaults/mapping 1:57'],
    ],
    [
      'sugar where none can stand',
      `defaults: {maxpool: {act: relu}}\n${net('{maxpool: 2, act: relu}')}`,
      ['maxpool1 ? ?', 'option/unknown 1:22', 'option/unknown 4:18'],
    ],
  ]);
});

describe('6: each', () => {
  check([
    [
      'columns from vars',
      `vars: {ch: [1, 2]}\n${net('{each: {n: ch, k: "[1, 1]"}, layers: [relu]}')}`,
      ['each1.0.relu1 8x8x4 0', 'each1.1.relu1 8x8x4 0'],
    ],
    [
      'columns of words',
      net('{each: {a: [relu, tanh]}, layers: [{conv: 1, kernel: 1, act: a}]}'),
      ['each1.0.conv1 8x8x1 5', 'each1.0.conv1.act 8x8x1 0', 'each1.1.conv1 8x8x1 2', 'each1.1.conv1.act 8x8x1 0'],
    ],
    ['uneven columns', net('{each: {a: [1, 2], b: [1]}, layers: [relu]}'), ['each1.0.relu1 ? ?', 'each/length 3:27']],
    [
      'no columns',
      net('{each: [1, 2], layers: [relu]}', '{each: {a: 1}, layers: [relu]}'),
      ['each1.0.relu1 ? ?', 'each2.0.relu1 ? ?', 'each/columns 3:12', 'each/columns 4:16'],
    ],
    ['no layers', net('{each: {a: [1]}}'), ['each1 ? ?', 'each/layers 3:6']],
    [
      'i counts its columns',
      net('{each: {a: [5, 6]}, layers: [{conv: a + i, kernel: 1}], act: relu, name: e}'),
      ['e.0.conv1 8x8x5 25', 'e.1.conv1 8x8x7 42', 'e.act 8x8x7 0'],
    ],
  ]);
});

describe('7: blocks', () => {
  const b = 'blocks: {b: {params: {n: null, k: n + 1}, layers: [{conv: k, kernel: 1}]}}\n';
  check([
    ['by use', b + net('{use: b, n: 1}', '{use: b, n: 1, k: 5, name: x}'), ['b1.conv1 8x8x2 10', 'x.conv1 8x8x5 15']],
    ['without what is required', b + net('b'), ['b1.conv1 ? ?', 'block/param-missing 4:5']],
    ['with what it does not take', b + net('{b: 1, m: 2}'), ['b1.conv1 ? ?', 'option/unknown 4:12']],
    ['twice the same', b + net('{b: 1, n: 2}'), ['b1.conv1 ? ?', 'option/twice 4:15']],
    [
      'that is none',
      b + net('{use: bb}', '{use: [b]}'),
      ['bb1 ? ?', 'use1 ? ?', 'block/unknown 4:11', 'block/unknown 5:11'],
    ],
    ['without params', `blocks: {b: {layers: [relu]}}\n${net('{b: 3}')}`, ['b1.relu1 ? ?', 'option/main 4:9']],
    [
      'of what arrives',
      `blocks: {b: {params: {cin: c, r: h // 2}, layers: [{conv: 2, kernel: 1}, {conv: cin + r, kernel: 1}]}}\n${net('b')}`,
      ['b1.conv1 8x8x2 10', 'b1.conv2 8x8x8 24'],
    ],
    [
      'a broken argument is told once',
      b + net('{b: 1/0}', 'relu'),
      ['b1.conv1 ? ?', 'relu1 ? ?', 'expression/value 4:10'],
    ],
    [
      'a name that hangs on it',
      `blocks: {b: {params: {s: null}, layers: [{relu, from: s}]}}\n${net('{b: 1/0}')}`,
      ['b1.relu1 ? ?', 'expression/value 4:10'],
    ],
    [
      'their own mistakes',
      'blocks: {b: {param: {}, params: 3}, d: {layers: [d]}}\nlayers: [d]\ninput: 3\n',
      ['d1.d1 ? ?', 'blocks/layers 1:10', 'blocks/key 1:14', 'blocks/params 1:33', 'block/recursive 1:50'],
    ],
    [
      'variables of the caller are not seen',
      `blocks: {o: {params: {x: 3}, layers: [b]}, b: {layers: [{conv: x, kernel: 1}]}}\n${net('o')}`,
      ['o1.b1.conv1 ? ?', 'expression/unknown-name 1:64'],
    ],
    [
      'words with dashes, and differences',
      `vars: {n: 3, m: n-1, e: enc-1}\nblocks: {b: {params: {s: null, k: 1}, layers: [{conv: k, kernel: 1, from: s}]}}\n${net('{relu, name: enc-1}', '{b: enc-1, k: n-1}', '{b: e, k: m}')}`,
      ['enc-1 8x8x4 0', 'b1.conv1 8x8x2 10', 'b2.conv1 8x8x2 10'],
    ],
  ]);
});

describe('8: values', () => {
  check([
    ['vars from vars, in any order', `vars: {a: b + 1, b: 2}\n${net('{conv: a, kernel: 1}')}`, ['conv1 8x8x3 15']],
    ['in a circle', `vars: {a: b, b: a}\n${net('{conv: a, kernel: 1}')}`, ['conv1 ? ?', 'vars/circular 1:11']],
    [
      'a fraction',
      net('{conv: c / 3, kernel: 1}', '{conv: 2.0, kernel: 1}'),
      ['conv1 ? ?', 'conv2 ? ?', 'option/value 3:12'],
    ],
    ['quoted numbers', net('{conv: "2", kernel: \'1\'}'), ['conv1 8x8x2 10']],
    [
      'the shape that comes in',
      net('{conv: h + w, kernel: 3}', '{conv: c + h, kernel: 1}'),
      ['conv1 6x6x16 592', 'conv2 6x6x22 374'],
    ],
    ['of a volume', 'input: 2x3x4x5\nlayers: [{conv: d + h + w + c, kernel: 1}]\n', ['conv1 2x3x4x14 84']],
    ['of a sequence', 'input: 9x2\nlayers: [{conv: h + w, kernel: 1}]\n', ['conv1 9x18 54']],
    [
      'conditions',
      net('{relu, when: c > 4}', '{tanh, when: 0}', '{gelu, when: c == 4 and h != w or true}'),
      ['gelu1 8x8x4 0'],
    ],
    ['no condition', net('{relu, when: }'), ['relu1 ? ?', 'option/value 3:18']],
    [
      'an unknown word for an option with words',
      net('{conv: 2, kernel: 1, padding: samee}'),
      ['conv1 ? ?', 'expression/unknown-name 3:35'],
    ],
    [
      'what hangs on a failed layer is unknown, without an error',
      net('{conv: 2, kernel: 99}', '{conv: 2*c, kernel: 1}', '{relu, when: c > 3}'),
      ['conv1 ? ?', 'conv2 ? ?', 'relu1 ? ?', 'shape/kernel-too-large 3:23'],
    ],
  ]);
  it('--set is an expression, and told of as such', () => {
    const text = `vars: {n: 2, m: n}\n${net('{conv: m, kernel: 1}')}`;
    expect(seen(text, { set: { n: '2 * 3' } })).toEqual(['conv1 8x8x6 30']);
    expect(seen(text, { set: { n: '2 * x' } })).toEqual(['conv1 ? ?', 'expression/unknown-name']);
    expect(analysisOf(text, { set: { n: '2 * x' } }).diagnostics[0]?.message).toContain('--set n');
    expect(seen(text, { input: '8 by 8' })).toEqual(['conv1 ? ?', 'input/unreadable']);
  });
});

describe('9: variants', () => {
  check([
    ['no mapping', `variants: [a, b]\n${net('relu')}`, ['relu1 8x8x4 0', 'variant/mapping 1:11']],
    ['one that is none', `variants: {a: , b: 3}\n${net('relu')}`, ['relu1 8x8x4 0', 'variant/mapping 1:20']],
    [
      'keys of your own',
      `vars: {n: 1}\nvariants: {a: {n: 2, note: hello, x-y: 3}}\n${net('{conv: n, kernel: 1}')}`,
      ['conv1 8x8x2 10'],
    ],
    ['a reserved var', `variants: {a: {conv: 2}}\n${net('relu')}`, ['relu1 8x8x4 0', 'name/reserved 1:16']],
  ]);
});

describe('10: sugar', () => {
  check([
    [
      'in one order, however written',
      net('{conv: 2, kernel: 1, drop: 0.5, act: relu, norm: bn}'),
      ['conv1 8x8x2 10', 'conv1.norm 8x8x2 4', 'conv1.act 8x8x2 0', 'conv1.drop 8x8x2 0'],
    ],
    [
      'with options',
      net('{fc: 4, norm: {layernorm, affine: false}, act: {leakyrelu: 0.2}, drop: {droppath: 0.1}}'),
      ['fc1 4 1028', 'fc1.norm 4 0', 'fc1.act 4 0', 'fc1.drop 4 0'],
    ],
    [
      'of a wrong sort',
      net('{conv: 2, kernel: 1, norm: relu, act: bn, drop: relu}'),
      [
        'conv1 8x8x2 10',
        'conv1.norm ? ?',
        'conv1.act ? ?',
        'conv1.drop ? ?',
        'option/sugar 3:32',
        'option/sugar 3:43',
        'option/sugar 3:53',
      ],
    ],
    [
      'none',
      `defaults: {conv: {act: relu, norm: bn, drop: 0.1}}\n${net('{conv: 2, kernel: 1, act: none, norm: false, drop: }')}`,
      ['conv1 8x8x2 10'],
    ],
    [
      'that is an option of the kind',
      net('{se: 2, act: silu, name: s}'),
      ['s.pool 1x1x4 0', 's.fc1 1x1x2 10', 's.act 1x1x2 0', 's.fc2 1x1x4 12', 's.gate 1x1x4 0', 's.mul 8x8x4 0'],
    ],
  ]);
});

describe('11: windows', () => {
  check([
    [
      'padding per axis and side',
      net('{conv: 1, kernel: 3, padding: [1, 2, 3, 4]}', '{conv: 1, kernel: 3, padding: [0, 1]}'),
      ['conv1 10x12x1 37', 'conv2 8x12x1 10'],
    ],
    ['valid is none', net('{conv: 1, kernel: 3, padding: valid}'), ['conv1 6x6x1 37']],
    ['same with a stride', net('{conv: 1, kernel: 2, stride: 3, padding: same}'), ['conv1 3x3x1 17']],
    [
      'a list of another length',
      net('{conv: 1, kernel: [3, 3, 3]}', '{conv: 1, kernel: 1, padding: [1, 2, 3]}'),
      ['conv1 ? ?', 'conv2 ? ?', 'option/value 3:23', 'option/value 4:35'],
    ],
    [
      'pools step by their window',
      net('{maxpool: 3}', '{maxpool: 2, stride: 1}'),
      ['maxpool1 2x2x4 0', 'maxpool2 1x1x4 0'],
    ],
    ['pairs with other signs', net('{conv: 1, kernel: 3×1, stride: 1 x 2}'), ['conv1 6x4x1 13']],
    ['expressions in a list', net('{conv: 1, kernel: [1 + 2, c // 4]}'), ['conv1 6x8x1 13']],
    [
      'sequences',
      'input: 9x1\nlayers: [{conv: 1, kernel: 3, padding: [2, 0]}, {maxpool: 2}]\n',
      ['conv1 9x1 4', 'maxpool1 4x1 0'],
    ],
  ]);
});

describe('12: inputs', () => {
  const shape = (input: string) => seen(`${input}\nlayers: [relu]\n`);
  it.each<[text: string, expected: string[]]>([
    ['input: 784', ['relu1 784 0']],
    ['input: 16000x1', ['relu1 16000x1 0']],
    ['input: [8, 9, 3]', ['relu1 8x9x3 0']],
    ['input: 8 x 9 × 3', ['relu1 8x9x3 0']],
    ['layout: chw\ninput: 3x8x9', ['relu1 8x9x3 0']],
    ['layout: hwc\ninput: 3x224x224', ['relu1 3x224x224 0']],
    ['input: {channels: 3, height: 8, width: 9}', ['relu1 8x9x3 0']],
    ['input: {channels: 3, length: 8}', ['relu1 8x3 0']],
    ['input: {depth: 2, channels: 3, height: 8, width: 9}', ['relu1 2x8x9x3 0']],
    ['input: {channels: 3}', ['relu1 3 0']],
    ['input: {height: 8, width: 9}', ['relu1 ? ?', 'input/channels 1:8']],
    ['input: {channels: 3, height: 8}', ['relu1 ? ?', 'input/axes 1:8']],
    ['input: {channels: 3, heigth: 8}', ['relu1 ? ?', 'input/key 1:22']],
    ['input: 1x28x28', ['relu1 ? ?', 'input/doubtful 1:8']],
    ['input: 4x5x5', ['relu1 ? ?', 'input/doubtful 1:8']],
    ['input: 4x4x4', ['relu1 4x4x4 0']],
    ['input: 5x6x6', ['relu1 5x6x6 0']],
    ['input: 3x32x64', ['relu1 ? ?', 'input/doubtful 1:8']],
    ['input: 0x3x3', ['relu1 ? ?', 'input/size 1:8']],
    ['input: 1x2x3x4x5', ['relu1 ? ?', 'input/axes 1:8']],
    ['input: large', ['relu1 ? ?', 'expression/unknown-name 1:8']],
    ['input:', ['relu1 ? ?', 'input/unreadable 1:7']],
    ['inputs: {}', ['relu1 ? ?', 'input/missing 1:1']],
    ['inputs: 3', ['relu1 ? ?', 'input/mapping 1:9']],
    ['name: x', ['relu1 ? ?', 'input/missing 1:1']],
    ['input: 3\ninputs: {a: 3}', ['relu1 ? ?', 'input/twice 2:9']],
    ['layout: nhwc\ninput: 8x8x3', ['relu1 ? ?', 'spec/layout 1:9']],
    ['batch: 0\ndtype: f64\ninput: 3', ['relu1 3 0', 'spec/batch 1:8', 'spec/dtype 2:8']],
    ['dtype: constructor\ninput: 3', ['relu1 3 0', 'spec/dtype 1:8']],
    ['spec: 2\ninput: 3', ['relu1 ? ?', 'spec/version 1:7']],
  ])('%j', (input, expected) => expect(shape(input)).toEqual(expected));
  it('several are read by name, and none is forgotten', () => {
    const text = (items: string) => `inputs: {l: 8x8x1, r: 8x8x2}\nlayers: [${items}]\n`;
    expect(seen(text('{concat: [l, r]}'))).toEqual(['concat1 8x8x3 0']);
    expect(seen(text('concat'))).toEqual(['concat1 8x8x3 0']);
    expect(seen(text('relu'))).toEqual(['relu1 ? ?', 'graph/inputs 2:10']);
    expect(seen(text('{relu, from: l}'))).toEqual(['relu1 8x8x1 0', 'graph/unused-input 1:9']);
  });
  it('one may be overridden, several not', () => {
    expect(seen(net('relu'), { input: '9x9x4' })).toEqual(['relu1 9x9x4 0']);
    expect(seen('inputs: {a: 3}\nlayers: [relu]', { input: '4' })).toEqual(['relu1 4 0']);
    expect(seen('inputs: {a: 3, b: 3}\nlayers: [add]', { input: '4' })).toEqual(['add1 ? ?', 'input/several']);
  });
});

describe('13: volumes before fc', () => {
  it('are flattened, and the row says so', () => {
    const { rows } = analysisOf(net('{fc: 2}', '{fc: 3}'));
    expect(rows.map((row) => row.figures?.params)).toEqual([514, 9]);
    expect(rows.map((row) => row.node.facts?.note !== undefined)).toEqual([true, false]);
    expect(seen(net('flatten', '{fc: 2}'))).toEqual(['flatten1 256 0', 'fc1 2 514']);
  });
});

describe('14: expectations', () => {
  const broken = (item: string, top = '') => seen(`${top}${net(item)}`).filter((line) => line.includes('/'));
  it.each<[item: string, expected: string[]]>([
    ['{conv: 2, kernel: 3, expect: {out: 6x6x2, params: 74, macs: 2592, rf: 3, buffers: 0, activations: 72}}', []],
    ['{conv: 2, kernel: 3, norm: bn, expect: {params: 78, buffers: 4, out: 6x6x2}}', []],
    ['{conv: 4, kernel: 3, repeat: 2, expect: {params: 296, out: 4x4x4, rf: 5}}', []],
    ['{residual: [{conv: 4, kernel: 1}, {conv: 4, kernel: 1}], expect: {params: 40, out: 8x8x4}}', []],
    ['{conv: 100, kernel: 9, padding: 4, expect: {params: 32K}}', ['expect/broken 3:57']],
    ['{conv: 100, kernel: 9, padding: 4, expect: {params: 33K}}', []],
    ['{conv: 100, kernel: 9, padding: 4, expect: {params: 32.5K}}', []],
    ['{conv: 100, kernel: 9, padding: 4, expect: {params: ~33K}}', []],
    ['{conv: 2, kernel: 3, expect: {out: 5x5x2, params: 75}}', ['expect/broken 3:40', 'expect/broken 3:55']],
    ['{conv: 2, kernel: 1x3, expect: {rf: 1x3}}', []],
    [
      '{relu, expect: {prams: 3, out: a, macs: x, note: fine, x-y: 3}}',
      ['expect/key 3:21', 'expect/value 3:36', 'expect/value 3:45'],
    ],
    ['{relu, expect: 3}', ['expect/mapping 3:20']],
    ['{relu, expect: {params: 9007199254740993}}', ['value/too-large 3:29']],
    ['{conv: 2, kernel: 99, expect: {params: 3}}', ['shape/kernel-too-large 3:23']],
  ])('%s', (item, expected) => expect(broken(item)).toEqual(expected));
  it('of totals', () => {
    expect(broken('{conv: 2, kernel: 1}', 'expect: {params: 10, out: 8x8x2, weightLayers: 1}\n')).toEqual([]);
    expect(broken('{conv: 2, kernel: 1}', 'expect: {params: 11, weightLayers: 2}\n')).toEqual([
      'expect/broken 1:18',
      'expect/broken 1:36',
    ]);
  });
});

describe('15: aliases', () => {
  it.each([
    '{conv: 2, kernel_size: 3, strides: 2, pad: 1}',
    '{conv, filters: 2, size: 3, stride: 2, padding: 1}',
    '{conv, out_channels: 2, kernel: 3, stride: 2, padding: 1, x-mine: 3}',
  ])('%s', (item) => expect(seen(net(item))).toEqual(['conv1 4x4x2 74']));
  check([
    ['both names', net('{conv: 2, kernel: 3, size: 3}'), ['conv1 ? ?', 'option/twice 3:26']],
    ['the main number twice', net('{conv: 2, filters: 3, kernel: 1}'), ['conv1 ? ?', 'option/twice 3:15']],
    ['kinds', net('bn', '{dense: 2}', '{linear: 2}'), ['batchnorm1 8x8x4 8', 'fc1 2 514', 'fc2 2 6']],
    ['keys of the file', `laers: 3\nx-mine: 3\n${net('relu')}`, ['relu1 ? ?', 'spec/key 1:1']],
  ]);
  it.each([
    [net('{conv: 2, kernal: 3}'), 'kernel'],
    [net('convv'), 'conv'],
    [net('{relu, name: stem}', '{relu, from: stm}'), 'stem'],
    [`laers: 3\n${net('relu')}`, 'layers'],
    [`vars: {width: 3}\n${net('{conv: widht, kernel: 1}')}`, 'width'],
    [net('{conv: 2, kernel: 3, padding: samee}'), 'same'],
    [`blocks: {unit: {layers: [relu]}}\n${net('unitt')}`, 'unit'],
  ])('did you mean: %j', (text, meant) =>
    expect(analysisOf(text).diagnostics.map((d) => d.help)).toContain(`did you mean ${meant}?`),
  );
  it('capitals are a spelling', () => expect(analysisOf(net('Conv')).diagnostics[0]?.help).toBe('write conv'));
});

describe('17: values as written', () => {
  check([
    ['a pair, not a hexadecimal number', net('{conv: 1, kernel: 1, padding: 0x3, stride: 1x2}'), ['conv1 8x7x1 5']],
    [
      'no for false',
      net('{conv: 1, kernel: 1, bias: no}', '{conv: 1, kernel: 1, bias: Off}'),
      ['conv1 8x8x1 4', 'conv2 8x8x1 1', 'value/yes-no 3:32', 'value/yes-no 4:32'],
    ],
    ['quoted it is a name', net('{conv: 1, kernel: 1, bias: "no"}'), ['conv1 ? ?', 'expression/unknown-name 3:33']],
    ['past 2^53', net('{conv: 9007199254740993, kernel: 1}'), ['conv1 ? ?', 'value/too-large 3:12']],
    ['a comma in parentheses', net('{conv: max(8, c), kernel: 1}'), ['conv1 ? ?', 'yaml/split-by-comma 3:12']],
  ]);
});

describe('18: shared weights', () => {
  check([
    [
      'count once',
      net('{conv: 4, kernel: 1, name: a}', '{conv: 4, kernel: 1, share: a}', '{conv: 4, kernel: 1, share: conv1}'),
      ['a 8x8x4 20', 'conv1 8x8x4 0', 'conv2 8x8x4 0'],
    ],
    [
      'of copies: the last',
      net(
        '{conv: 4, kernel: 1, name: a, repeat: 3}',
        '{conv: 4, kernel: 1, share: a}',
        '{conv: 4, kernel: 1, share: a.0}',
      ),
      ['a.0 8x8x4 20', 'a.1 8x8x4 20', 'a.2 8x8x4 20', 'conv1 8x8x4 0', 'conv2 8x8x4 0'],
    ],
    [
      'of copies: the last that is not dropped',
      net('{conv: 4 - i, kernel: 1, name: a, repeat: 3, when: i < 2}', '{conv: 3, kernel: 1, from: a.0, share: a}'),
      ['a.0 8x8x4 20', 'a.1 8x8x3 15', 'conv1 8x8x3 0'],
    ],
    [
      'of other copies of a dense layer',
      net('{fc: 10, name: m0, repeat: 3}', '{fc: 10, share: m0}'),
      ['m0.0 10 2570', 'm0.1 10 110', 'm0.2 10 110', 'fc1 10 0'],
    ],
    [
      'with their sugar',
      net(
        '{conv: 4, kernel: 1, norm: bn, act: prelu, name: a}',
        '{conv: 4, kernel: 1, norm: bn, act: prelu, share: a}',
        '{conv: 4, kernel: 1, norm: bn, share: conv1}',
      ),
      [
        'a 8x8x4 20',
        'a.norm 8x8x4 8',
        'a.act 8x8x4 1',
        'conv1 8x8x4 0',
        'conv1.norm 8x8x4 0',
        'conv1.act 8x8x4 0',
        'conv2 8x8x4 0',
        'conv2.norm 8x8x4 0',
      ],
    ],
    [
      'with sugar that the other has not got',
      net('{conv: 4, kernel: 1, name: a}', '{conv: 4, kernel: 1, norm: bn, share: a}'),
      ['a 8x8x4 20', 'conv1 8x8x4 0', 'conv1.norm 8x8x4 8'],
    ],
    [
      'with sugar of another sort',
      net('{conv: 4, kernel: 1, norm: bn, name: a}', '{conv: 4, kernel: 1, norm: {groupnorm: 2}, share: a}'),
      ['a 8x8x4 20', 'a.norm 8x8x4 8', 'conv1 8x8x4 0', 'conv1.norm 8x8x4 ?', 'share/mismatch 4:55'],
    ],
    [
      'of another shape',
      net('{conv: 4, kernel: 1, name: a}', '{conv: 5, kernel: 1, share: a}'),
      ['a 8x8x4 20', 'conv1 8x8x5 ?', 'share/mismatch 4:33'],
    ],
    [
      'of another kind',
      net('{conv: 4, kernel: 1, name: a}', '{fc: 5, share: a}'),
      ['a 8x8x4 20', 'fc1 5 ?', 'share/mismatch 4:20'],
    ],
    ['of nobody', net('{conv: 4, kernel: 1, share: b}'), ['conv1 8x8x4 ?', 'share/unknown 3:33']],
    [
      'of a name that two have',
      net('{conv: 4, kernel: 1, name: a}', '{conv: 4, kernel: 1, name: a}', '{conv: 4, kernel: 1, share: a}'),
      ['a 8x8x4 20', 'a1 8x8x4 20', 'conv1 8x8x4 ?', 'name/duplicate 4:32'],
    ],
    ['of itself', net('{conv: 4, kernel: 1, share: a, name: a}'), ['a 8x8x4 ?', 'share/unknown 3:33']],
  ]);
});

describe('18: shared weights of several layers', () => {
  const blocks = (text: string, ...items: string[]): string =>
    `blocks: {b: {params: {n: 4}, layers: ${text}}}\n${net(...items)}`;
  const TWO = '[{conv: n, kernel: 1, norm: bn}, relu, {conv: 4, kernel: 1, bias: false}]';
  check([
    [
      'row by row, what has none between them',
      blocks(TWO, '{b, name: a}', '{b, share: a, name: z}'),
      [
        'a.conv1 8x8x4 20',
        'a.conv1.norm 8x8x4 8',
        'a.relu1 8x8x4 0',
        'a.conv2 8x8x4 16',
        'z.conv1 8x8x4 0',
        'z.conv1.norm 8x8x4 0',
        'z.relu1 8x8x4 0',
        'z.conv2 8x8x4 0',
      ],
    ],
    [
      'of a block without a name, and of one that shares itself',
      blocks('[{conv: n, kernel: 1}]', 'b', '{b, share: b1}', '{b, share: b2}'),
      ['b1.conv1 8x8x4 20', 'b2.conv1 8x8x4 0', 'b3.conv1 8x8x4 0'],
    ],
    [
      'what shares inside of it uses what is shared',
      blocks('[{conv: n, kernel: 1, name: x}, {conv: n, kernel: 1, share: x}]', '{b, name: a}', '{b, share: a}'),
      ['a.x 8x8x4 20', 'a.conv1 8x8x4 0', 'b1.x 8x8x4 0', 'b1.conv1 8x8x4 0'],
    ],
    [
      'of a sequence, a residual and a branch',
      net(
        '{sequence: [{conv: 4, kernel: 1}], name: s}',
        '{residual: [{conv: 4, kernel: 1}], share: s, name: r}',
        '{concat: [[{conv: 4, kernel: 1, from: s}]], share: r}',
        '{conv: 4, kernel: 1, share: s, from: s}',
      ),
      ['s.conv1 8x8x4 20', 'r.conv1 8x8x4 0', 'r 8x8x4 0', 'conv1 8x8x4 0', 'concat1 8x8x4 0', 'conv2 8x8x4 0'],
    ],
    [
      'of a layer that is made of several',
      net('{se: 2, name: q}', '{se: 2, share: q, name: z}'),
      [
        ...['q.pool 1x1x4 0', 'q.fc1 1x1x2 10', 'q.act 1x1x2 0', 'q.fc2 1x1x4 12', 'q.gate 1x1x4 0', 'q.mul 8x8x4 0'],
        ...['z.pool 1x1x4 0', 'z.fc1 1x1x2 0', 'z.act 1x1x2 0', 'z.fc2 1x1x4 0', 'z.gate 1x1x4 0', 'z.mul 8x8x4 0'],
      ],
    ],
    [
      'copies with copies',
      net('{conv: 4, kernel: 1, repeat: 2, name: a}', '{conv: 4, kernel: 1, repeat: 2, share: a}'),
      ['a.0 8x8x4 20', 'a.1 8x8x4 20', 'conv1.0 8x8x4 0', 'conv1.1 8x8x4 0'],
    ],
    [
      'copies, each with one layer',
      net('{conv: 4, kernel: 1, name: a}', '{conv: 4, kernel: 1, repeat: 2, share: a}'),
      ['a 8x8x4 20', 'conv1.0 8x8x4 0', 'conv1.1 8x8x4 0'],
    ],
    [
      'copies by their number, in blocks by a param',
      blocks(
        '[{conv: 4, kernel: 1, repeat: 2, share: "{n}.{1 - i}"}, {conv: 4, kernel: 1, share: n}]',
        '{conv: 4, kernel: 1, repeat: 2, name: a}',
        '{b: a}',
      ),
      ['a.0 8x8x4 20', 'a.1 8x8x4 20', 'b1.conv1.0 8x8x4 0', 'b1.conv1.1 8x8x4 0', 'b1.conv2 8x8x4 0'],
    ],
    [
      'one error for what does not fit',
      blocks('[{conv: n, kernel: 1}, {conv: n, kernel: 1}]', '{b, name: a}', '{b: 5, share: a}'),
      ['a.conv1 8x8x4 20', 'a.conv2 8x8x4 20', 'b1.conv1 8x8x5 ?', 'b1.conv2 8x8x5 ?', 'share/mismatch 5:19'],
    ],
    [
      'more than there are, and fewer',
      net(
        '{conv: 4, kernel: 1, repeat: 2, name: a}',
        '{conv: 4, kernel: 1, repeat: 3, share: a}',
        '{conv: 4, kernel: 1, repeat: 1, share: a}',
      ),
      [
        'a.0 8x8x4 20',
        'a.1 8x8x4 20',
        'conv1.0 8x8x4 0',
        'conv1.1 8x8x4 0',
        'conv1.2 8x8x4 ?',
        'conv2.0 8x8x4 ?',
        'share/mismatch 4:44',
        'share/mismatch 5:44',
      ],
    ],
    [
      'of nobody',
      blocks('[relu, {conv: n, kernel: 1}]', '{b, share: a}'),
      ['b1.relu1 8x8x4 0', 'b1.conv1 8x8x4 ?', 'share/unknown 4:16'],
    ],
    [
      'of itself, and of what it stands in',
      net('{sequence: [{sequence: [{conv: 4, kernel: 1}], share: a}], share: a, name: a}'),
      ['a.conv1 8x8x4 ?', 'share/unknown 3:59', 'share/unknown 3:71'],
    ],
    [
      'of what failed',
      blocks(
        '[{conv: n, kernel: 9}]',
        '{b, name: a}',
        '{b, share: a, from: input}',
        '{conv: 4, kernel: 1, from: input}',
      ),
      ['a.conv1 ? ?', 'b1.conv1 ? ?', 'conv1 8x8x4 20', 'shape/kernel-too-large 1:57'],
    ],
  ]);
  const messages = (text: string) => analysisOf(text).diagnostics.map(({ message }) => message);
  it('the first that does not fit is named', () => {
    expect(
      messages(blocks('[{conv: n, kernel: 1}, {conv: n, kernel: 1}]', '{b, name: a}', '{b: 5, share: a}')),
    ).toEqual([
      'b1.conv1 (conv with 5x4x1x1 + 5 weights) cannot use the weights of a.conv1 (conv with 4x4x1x1 + 4 weights); 1 more does not fit',
    ]);
    expect(
      messages(net('{conv: 4, kernel: 1, repeat: 2, name: a}', '{conv: 4, kernel: 1, repeat: 1, share: a}')),
    ).toEqual([
      'nothing here uses the weights of a.1 (conv with 4x4x1x1 + 4 weights): rows with weights are 1, those of a 2',
    ]);
    expect(
      messages(net('{conv: 4, kernel: 1, repeat: 2, name: a}', '{conv: 4, kernel: 1, repeat: 3, share: a}')),
    ).toEqual(['a has no weights left for conv1.2 (conv with 4x4x1x1 + 4 weights)']);
  });
  it('a Siamese network, and one head over three levels', () => {
    const twin =
      '[{conv: 64, kernel: 10, act: relu}, {maxpool: 2}, {conv: 128, kernel: 7, act: relu}, {maxpool: 2}, {conv: 128, kernel: 4, act: relu}, {maxpool: 2}, {conv: 256, kernel: 4, act: relu}, {fc: 4096, act: sigmoid}]';
    const siamese = `blocks: {twin: {layers: ${twin}}}\ninputs: {left: 105x105x1, right: 105x105x1}\nlayers:\n  - {twin, from: left, name: a}\n  - {twin, from: right, share: a, name: b}\n  - {maximum: [a, b]}\n  - {fc: 1, act: sigmoid}\n`;
    expect(analysisOf(siamese).totals.params).toBe(38_951_745);
    const conv = (filters: number, rest: string): string => `{conv: ${filters}, kernel: 3, padding: 1, ${rest}}`;
    const levels = [
      ...[conv(256, 'from: p3, repeat: 4, name: tower'), conv(720, 'name: classes')],
      ...[conv(256, 'from: p4, repeat: 4, share: "tower.{i}"'), conv(720, 'share: classes')],
      ...[conv(256, 'from: p5, repeat: 4, share: tower'), conv(720, 'share: classes')],
    ];
    const { totals, rows } = analysisOf(
      netOf('8x8x4', ...levels).replace('input: 8x8x4', 'inputs: {p3: 64x64x256, p4: 32x32x256, p5: 16x16x256}'),
    );
    expect(totals.params).toBe(4_019_920);
    expect(rows.map(({ node }) => node.sharedWith ?? node.id).slice(5)).toEqual([3, 4, 5, 6, 7, 3, 4, 5, 6, 7]);
  });
});

describe('names with wildcards', () => {
  const reads = (text: string, options: Partial<ParseOptions> = {}): readonly string[] => {
    const { graph, diagnostics } = analysisOf(text, options);
    const last = graph.nodes.at(-1);
    return [
      ...(last?.inputs.map((id) => graph.nodes[id]?.name ?? '') ?? []),
      ...diagnostics.map(({ help = '' }) => help),
    ];
  };
  const rows: readonly (readonly [string, string, readonly string[]])[] = [
    [
      'copies, not what is inside of them',
      net(
        '{conv: 4, kernel: 1, name: a}',
        '{residual: [{conv: 4, kernel: 1}], repeat: 2, name: m}',
        '{concat: [a, m.*]}',
      ),
      ['a', 'm.0', 'm.1'],
    ],
    [
      'in the order of the network, each once',
      net('{relu, name: b1}', '{conv: 4, kernel: 1, act: relu, name: b0}', '{add: ["b?", "**"]}'),
      ['b1', 'b0.act', 'input', 'b1', 'b0.act'],
    ],
    [
      'what stands inside of each copy; nothing that comes in is added',
      net(
        'each: {k: [1, 3]}\nname: wn\nlayers: [relu, {conv: 4, kernel: k, padding: same, name: skip}, relu]',
        '{add: wn.*.skip}',
      ),
      ['wn.0.skip', 'wn.1.skip'],
    ],
    [
      'in the nearest scope',
      net('{relu, name: m0}', '{sequence: [{relu, name: m1}, {concat: "m?"}], name: s}'),
      ['s.m1'],
    ],
    ['in scopes around it', net('{relu, name: m0}', '{sequence: [{relu, name: k}, {concat: "m?"}], name: s}'), ['m0']],
    ['that a name has itself', net('{relu, name: "m*"}', '{relu, name: mm}', '{concat: ["m*"]}'), ['m*']],
    ['in from', net('{relu, repeat: 2, name: m}', '{concat, from: m.*}'), ['m.0', 'm.1']],
    ['none, with a near one', net('{relu, repeat: 2, name: mm}', '{concat: mn.*}'), ['did you mean mm.*?']],
    [
      'none, but further in',
      net('{sequence: [{relu, repeat: 2, name: m}], name: s}', '{concat: m.*}'),
      ['write s.m.*: m.* is inside of another item'],
    ],
    ['none at all', net('{concat: ["m.*", "x?"]}'), ['there are no names so far', 'there are no names so far']],
  ];
  it.each(rows)('%s', (_, text, expected) => expect(reads(text)).toEqual(expected));
  it('cost what they look through', () => {
    const many = net('{relu, repeat: 4000, name: m}', '{maximum: m.?, repeat: 2000}');
    expect(analysisOf(many).diagnostics.map(({ code }) => code)).toEqual(['limit/work']);
  });
});

describe('frozen', () => {
  /** Of every row with weights, what is frozen of how many; codes behind. */
  const frozenIn = (text: string, options: Partial<ParseOptions> = {}): readonly string[] => {
    const { rows, totals, diagnostics } = analysisOf(text, options);
    const sum = (totals.trainable ?? 0) + (totals.frozen ?? 0);
    return [
      ...rows.flatMap(({ node, figures }) =>
        figures?.params === 0 ? [] : [`${node.name} ${figures?.frozen ?? '?'}/${figures?.params ?? '?'}`],
      ),
      ...(totals.params === null || totals.params === sum ? [] : ['the sum is wrong']),
      ...diagnostics.map(({ code, at }) => (at ? `${code} ${at.line}:${at.column}` : code)),
    ];
  };
  const CONV = 'conv: 4, kernel: 1';
  it.each<readonly [what: string, text: string, expected: readonly string[]]>([
    [
      'a layer with its sugar',
      net(`{${CONV}, norm: bn, act: prelu, frozen: true}`),
      ['conv1 20/20', 'conv1.norm 8/8', 'conv1.act 1/1'],
    ],
    ['sugar alone', net(`{${CONV}, norm: {bn: , frozen: true}}`), ['conv1 0/20', 'conv1.norm 8/8']],
    [
      'but for its sugar',
      net(`{${CONV}, norm: {bn: , frozen: no}, frozen: true}`),
      ['conv1 20/20', 'conv1.norm 0/8', 'value/yes-no 3:47'],
    ],
    [
      'a block, but for a part',
      `blocks: {b: {layers: [{${CONV}}, {${CONV}, frozen: false}]}}\n${net('{b, frozen: true}')}`,
      ['b1.conv1 20/20', 'b1.conv2 0/20'],
    ],
    [
      'a sequence in another',
      net(`{sequence: [{sequence: [{${CONV}}, {${CONV}}], frozen: true}, {${CONV}}], frozen: false}`),
      ['conv1 20/20', 'conv2 20/20', 'conv3 0/20'],
    ],
    [
      'copies',
      net(`{${CONV}, repeat: 3, frozen: i < 1, last: {frozen: true}}`),
      ['conv1.0 20/20', 'conv1.1 0/20', 'conv1.2 20/20'],
    ],
    [
      'runs of each, and branches',
      net(
        `each: {k: [1, 1]}\nlayers: [{conv: 4, kernel: k}]\nfrozen: true`,
        `{concat: [[{${CONV}}], []], frozen: true}`,
      ),
      ['each1.0.conv1 20/20', 'each1.1.conv1 20/20', 'conv1 20/20'],
    ],
    [
      'a shortcut with its body',
      net('{residual: [{conv: 2, kernel: 1}], frozen: true}'),
      ['conv1 10/10', 'shortcut 10/10'],
    ],
    ['what a layer is made of', net('{se: 2, frozen: true}'), ['se1.fc1 10/10', 'se1.fc2 12/12']],
    [
      'defaults, sugar and projections too',
      `defaults: {conv: {norm: bn, frozen: true}}\n${net('{residual: [{conv: 2, kernel: 1}]}', `{${CONV}, frozen: false}`)}`,
      ['conv1 10/10', 'conv1.norm 4/4', 'shortcut 10/10', 'shortcut.norm 4/4', 'conv2 0/12', 'conv2.norm 0/8'],
    ],
    [
      'an item wins over defaults inside of it',
      `defaults: {conv: {frozen: true}}\n${net(`{sequence: [{${CONV}}], frozen: false}`)}`,
      ['conv1 0/20'],
    ],
    [
      "a block's own defaults",
      `defaults: {conv: {frozen: true}}\nblocks: {b: {defaults: {conv: {frozen: false}}, layers: [{${CONV}}]}}\n${net('b', `{${CONV}}`)}`,
      ['b1.conv1 0/20', 'conv1 20/20'],
    ],
    [
      'shared weights count once, as those of their owner',
      net(`{${CONV}, frozen: true, name: a}`, `{${CONV}, share: a}`, `{${CONV}, frozen: true, share: a}`),
      ['a 20/20'],
    ],
    [
      'shared weights are frozen where they count',
      net(`{${CONV}, norm: bn, name: a}`, `{${CONV}, norm: bn, share: a, frozen: true}`),
      ['a 0/20', 'a.norm 0/8', 'frozen/shared 4:54'],
    ],
    [
      'no truth value',
      net(`{${CONV}, frozen: 3}`, `{relu, frozen: x}`),
      ['conv1 ?/?', 'relu1 ?/?', 'option/value 3:34', 'expression/unknown-name 4:20'],
    ],
    ['what learns nothing', net('{relu, frozen: true}'), []],
  ])('%s', (_, text, expected) => expect(frozenIn(text)).toEqual(expected));
  const TWO = net(`{sequence: [{${CONV}, repeat: 2, name: a}], name: s}`, `{${CONV}, name: sa, frozen: true}`);
  it.each<readonly [globs: readonly string[], expected: readonly string[]]>([
    [['s.*'], ['s.a.0 20/20', 's.a.1 20/20', 'sa 20/20']],
    [['s'], ['s.a.0 20/20', 's.a.1 20/20', 'sa 20/20']],
    [
      ['*.1', 'sa'],
      ['s.a.0 0/20', 's.a.1 20/20', 'sa 20/20'],
    ],
    [['ss'], ['s.a.0 0/20', 's.a.1 0/20', 'sa 20/20', 'frozen/unknown']],
  ])('from outside: %s', (freeze, expected) => expect(frozenIn(TWO, { freeze })).toEqual(expected));
  it('from outside, what the file expects of it is left alone', () => {
    const text = `${TWO}expect: {params: 60, frozen: 20, trainable: 40}\n`;
    expect(frozenIn(text)).toEqual(['s.a.0 0/20', 's.a.1 0/20', 'sa 20/20']);
    expect(frozenIn(text, { freeze: ['*'] })).toEqual(['s.a.0 20/20', 's.a.1 20/20', 'sa 20/20']);
  });
});

describe('outputs', () => {
  const outputsOf = (outputs: string, ...items: string[]): readonly string[] => {
    const { graph, diagnostics } = analysisOf(`outputs: ${outputs}\n${net(...items)}`);
    return [
      ...graph.outputs.map((id) => graph.nodes[id]?.name ?? ''),
      ...diagnostics.map(({ code, help }) => `${code} ${help}`),
    ];
  };
  const ITEMS = ['{relu, name: a}', '{conv: 4, kernel: 1, act: relu, name: b}', '{relu, from: a, name: z}'];
  it.each<readonly [what: string, outputs: string, expected: readonly string[]]>([
    ['in their order, after their sugar', '[z, b]', ['z', 'b.act']],
    ['one by its name, though it is read', 'a', ['a']],
    ['each once', '[a, a, b, b.act]', ['a', 'b.act']],
    ['by wildcards, inputs left out', '["*"]', ['a', 'b.act', 'z']],
    ['an unknown one leaves open which they are', '[zz]', ['outputs/unknown did you mean z?']],
    ['none like it', '["y*"]', ['outputs/unknown there are no names so far']],
    ['an input', '[input, a]', ['outputs/name name the layer that gives it on, as {identity, name: same}']],
    ['no name', '[[a]]', ['outputs/name write outputs: [head1, head2]']],
  ])('%s', (_, outputs, expected) => expect(outputsOf(outputs, ...ITEMS)).toEqual(expected));
  it('that are dropped, or stand in another item', () => {
    expect(outputsOf('[a, skip]', '{sequence: [{relu, name: skip}], name: s}', '{relu, name: a, when: c > 4}')).toEqual(
      [
        'outputs/unknown a is dropped, or stands in what is',
        'outputs/unknown write s.skip: skip is the name of something inside of another item',
      ],
    );
  });
  it('stay alive, and what is none does not', () => {
    const peak = (outputs: string, ...items: string[]) =>
      (analysisOf(`${outputs}\n${net(...items)}`).totals.bytes.peakActivations ?? 0) / (4 * 64);
    const chain = ['{conv: 8, kernel: 1, name: a}', '{conv: 1, kernel: 1}', '{conv: 9, kernel: 1, name: z}'];
    expect([peak('', ...chain), peak('outputs: [a, z]', ...chain)]).toEqual([12, 18]);
    const apart = ['{conv: 8, kernel: 1, name: a}', '{conv: 9, kernel: 1, from: input, name: z}'];
    expect([peak('', ...apart), peak('outputs: [z]', ...apart)]).toEqual([21, 13]);
  });
});

it('a residual without a shortcut is its body', () => {
  expect(
    seen(net('{residual: [{conv: 2, kernel: 1}], shortcut: none, act: relu, name: r}', '{relu, from: r}')),
  ).toEqual(['r.conv1 8x8x2 10', 'r.act 8x8x2 0', 'relu1 8x8x2 0']);
});

describe('a param of a name that none may have is told of once', () => {
  it.each(['d', 'se', 'w'])('%s', (name) => {
    for (const item of [
      `{conv: ${name}, kernel: 1}`,
      `{conv: 4, kernel: 1, act: ${name}}`,
      `{conv: 4, kernel: 1, drop: ${name}}`,
      `{conv: 2*${name}, kernel: 1, name: "x{${name}}", repeat: ${name}}`,
      `{each: {k: ${name}}, layers: [{conv: k, kernel: 1}]}`,
    ]) {
      const text = `blocks: {b: {params: {n: 2, ${name}: 3}, layers: [${item}]}}\n${net(`{b: 1, ${name}: 4}`, `{use: b, ${name}: 5}`, 'b')}`;
      expect(seen(text).filter((line) => line.includes('/'))).toEqual(['name/reserved 1:29']);
    }
  });
});

it('statistics that are shared count once', () => {
  const { totals } = analysisOf(
    net('{relu, name: x}', '{relu, name: y}', '{bn, from: x, name: a}', '{bn, from: y, share: a}'),
  );
  expect([totals.params, totals.buffers]).toEqual([8, 8]);
  const { totals: ofSugar } = analysisOf(
    net('{conv: 8, kernel: 1, norm: bn, name: a}', '{conv: 8, kernel: 1, norm: bn, share: a, from: input}'),
  );
  expect([ofSugar.params, ofSugar.buffers]).toEqual([56, 16]);
});

describe('a mistake', () => {
  it('leaves the rest computed', () => {
    const { totals, rows } = analysisOf(
      net('{conv: 2, kernel: 99, name: a}', 'relu', '{conv: 2, kernel: 1, from: input}'),
    );
    expect(rows.map((row) => row.figures?.params ?? null)).toEqual([null, null, 10]);
    expect(totals.params).toBeNull();
  });
  it('in a copy is one', () => {
    const text = `blocks: {b: {layers: [{conv: 2, kernel: 3, strid: 1}, {relu, from: zz}]}}\n${net('{b, repeat: 3}')}`;
    expect(seen(text).filter((line) => line.includes('/'))).toEqual(['option/unknown 1:44', 'from/unknown 1:68']);
  });
  it('of an input is none of the layers', () => {
    expect(analysisOf('layers: [relu]').graph.nodes.filter(isInput)).toHaveLength(1);
  });
});
