// Completion and hover of the spec language: what is offered at a cursor and what a word means, as tables; and laws over all kinds, the
// bundled specs and broken texts.

import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completionsAt } from '../src/lang/completion.js';
import { hoverAt } from '../src/lang/hover.js';
import { parse } from '../src/lang/parse.js';
import { optionsOf, STRUCTURE_OPTIONS, takesSugar } from '../src/lang/vocabulary.js';
import { FILE_KEYS, ITEM_KEYS, OPTION_ALIASES, STRUCTURES, SUGAR } from '../src/lang/words.js';
import { layers } from '../src/layers/index.js';

/** Stands in the tables where the cursor is. */
const CURSOR = '|';

const at = (marked: string): { readonly text: string; readonly offset: number } => {
  const offset = marked.indexOf(CURSOR);
  return { text: marked.slice(0, offset) + marked.slice(offset + 1), offset };
};

const completions = (marked: string) => {
  const { text, offset } = at(marked);
  return completionsAt(text, offset, layers);
};

const labels = (marked: string): readonly string[] => completions(marked)?.items.map(({ label }) => label) ?? [];

/** The text with the completion of that label in it, the cursor behind. */
const taken = (marked: string, label: string): string => {
  const { text } = at(marked);
  const found = completions(marked);
  const item = found?.items.find((one) => one.label === label);
  if (!found || !item) throw new Error(`${label} is not offered, but ${labels(marked).join(', ')}`);
  return `${text.slice(0, found.from)}${item.insert}${CURSOR}${text.slice(found.to)}`;
};

const net = (...items: readonly string[]): string =>
  `input: 32x32x3\nlayers:\n${items.map((item) => `  - ${item}\n`).join('')}`;

const UNIT = 'blocks:\n  unit:\n    params: {ch: null, wide: 2*ch}\n    layers: [{conv: ch, kernel: 3}, relu]\n';

describe('what is taken at a cursor', () => {
  const TABLE: readonly (readonly [what: string, before: string, label: string, after: string])[] = [
    ['an activation before its kind', net('name: a\n    ac|'), 'act', net('name: a\n    act: |')],
    ['a name before its kind', net('na|'), 'name', net('name: |')],
    [
      'a kind with options as an activation',
      net('{conv: 3, act: thr|}'),
      'threshold',
      net('{conv: 3, act: {threshold: |}'),
    ],
    ['a key in quotes', '{"inp|"}', 'input', '{"input|"}'],
    ['a kind in quotes', net('"con|"'), 'conv', net('"conv|"')],
    ['a word in quotes', 'layout: "h|"', 'hwc', 'layout: "hwc|"'],
    ['a function that is called already', net('{conv: mi|(3)}'), 'min', net('{conv: min|(3)}')],
    ['a key of an empty text', '|', 'input', 'input: |'],
    ['layers, which stand below', 'input: 3\nla|', 'layers', 'input: 3\nlayers:|'],
    ['a key in the middle of its word', 'inp|t: 3', 'input', 'input|: 3'],
    ['behind a byte order mark', '\ufefflay|', 'layers', '\ufefflayers:|'],
    ['a kind behind a dash', net('con|'), 'conv', net('conv: |')],
    ['a kind without a value', net('rel|'), 'relu', net('relu|')],
    ['a kind of which the value is there', net('{con|: 64}'), 'conv', net('{conv|: 64}')],
    ['a kind in braces', net('{con|, kernel: 3}'), 'conv', net('{conv: |, kernel: 3}')],
    ['a kind in braces that needs no value', net('{rel|, name: r}'), 'relu', net('{relu|, name: r}')],
    ['a kind on a line of keys', net('name: r\n    rel|'), 'relu', net('name: r\n    relu:|')],
    ['a kind in a list in brackets', net('sequence: [con|]'), 'conv', net('sequence: [{conv: |]')],
    ['a kind where the dash is missing', 'layers:\n  |', 'conv', 'layers:\n  - conv: |'],
    ['the same below an item', 'layers:\n  - relu\n  |', 'conv', 'layers:\n  - relu\n  - conv: |'],
    ['another name of a kind', net('bn|'), 'bn', net('bn|')],
    ['an option in braces', net('{conv: 64, ker|'), 'kernel', net('{conv: 64, kernel: |')],
    ['an option that is not begun', net('{conv: 64, |}', 'relu'), 'kernel', net('{conv: 64, kernel: |}', 'relu')],
    ['an option below its kind', net('conv: 64\n    ker|'), 'kernel', net('conv: 64\n    kernel: |')],
    ['an option over lines', net('{conv: 64,\n     ker|\n    }'), 'kernel', net('{conv: 64,\n     kernel: |\n    }')],
    ['an option between two', net('{conv: 64, st|, kernel: 3}'), 'stride', net('{conv: 64, stride: |, kernel: 3}')],
    ['another name of an option', net('{conv: 64, kernel_|'), 'kernel_size', net('{conv: 64, kernel_size: |')],
    ['a word of an option', net('{conv: 64, padding: s|}'), 'same', net('{conv: 64, padding: same|}')],
    ['directly behind the colon', net('conv: 64\n    padding:|'), 'same', net('conv: 64\n    padding: same|')],
    ['behind the colon in braces', net('{conv: 64, padding:|}'), 'same', net('{conv: 64, padding: same|}')],
    ['a truth value', net('{conv: 64, bias: f|}'), 'false', net('{conv: 64, bias: false|}')],
    ['an activation', net('{conv: 64, act: leaky|}'), 'leakyrelu', net('{conv: 64, act: leakyrelu|}')],
    ['an activation with options', net('{conv: 64, act: {leaky|}}'), 'leakyrelu', net('{conv: 64, act: {leakyrelu|}}')],
    ['its option', net('{conv: 64, act: {elu, |}}'), 'alpha', net('{conv: 64, act: {elu, alpha: |}}')],
    ['a normalisation', net('{conv: 64, norm: bn|}'), 'bn', net('{conv: 64, norm: bn|}')],
    ['no dropout', net('{conv: 64, drop: n|}'), 'none', net('{conv: 64, drop: none|}')],
    ['a layer above', net('{relu, name: a}', '{conv: 3, from: |}'), 'a', net('{relu, name: a}', '{conv: 3, from: a|}')],
    ['a layer of several', net('{relu, name: a}', '{add: [|]}'), 'a', net('{relu, name: a}', '{add: [a|]}')],
    [
      'a layer behind a dash',
      net('{relu, name: a}', 'add:\n      - |'),
      'a',
      net('{relu, name: a}', 'add:\n      - a|'),
    ],
    [
      'a layer in a group',
      net('{sequence: [{relu, name: a}], name: s}', '{fc: 3, from: s.|}'),
      's.a',
      net('{sequence: [{relu, name: a}], name: s}', '{fc: 3, from: s.a|}'),
    ],
    [
      'a layer of the same group',
      net('{sequence: [{relu, name: a}, {fc: 3, from: |}], name: s}'),
      'a',
      net('{sequence: [{relu, name: a}, {fc: 3, from: a|}], name: s}'),
    ],
    [
      'a branch',
      net('{concat: {l: [relu], r: []}, name: c}', '{fc: 3, from: c.|}'),
      'c.l',
      net('{concat: {l: [relu], r: []}, name: c}', '{fc: 3, from: c.l|}'),
    ],
    [
      'a layer of a branch',
      net('concat:\n      l: [{relu, name: a}, {fc: 3, from: |}]'),
      'a',
      net('concat:\n      l: [{relu, name: a}, {fc: 3, from: a|}]'),
    ],
    [
      'whose weights',
      net('{conv: 3, name: a}', '{conv: 3, share: |}'),
      'a',
      net('{conv: 3, name: a}', '{conv: 3, share: a|}'),
    ],
    [
      'an input by name',
      'inputs: {left: 3x3x3}\nlayers:\n  - {relu, from: |}',
      'left',
      'inputs: {left: 3x3x3}\nlayers:\n  - {relu, from: left|}',
    ],
    ['an output', `outputs: [|]\n${net('{relu, name: a}')}`, 'a', `outputs: [a|]\n${net('{relu, name: a}')}`],
    ['a var', `vars: {width: 64}\n${net('{conv: w|}')}`, 'width', `vars: {width: 64}\n${net('{conv: width|}')}`],
    [
      'a var in an expression',
      `vars: {width: 64}\n${net('{conv: "max(8, 2*w|)"}')}`,
      'width',
      `vars: {width: 64}\n${net('{conv: "max(8, 2*width|)"}')}`,
    ],
    ['a function', net('{conv: "m|"}'), 'make_divisible', net('{conv: "make_divisible(|"}')],
    ['a var in a var', 'vars:\n  a: 1\n  b: 2*|', 'a', 'vars:\n  a: 1\n  b: 2*a|'],
    [
      'a param',
      'blocks:\n  unit:\n    params: {ch: null}\n    layers:\n      - {conv: |}',
      'ch',
      'blocks:\n  unit:\n    params: {ch: null}\n    layers:\n      - {conv: ch|}',
    ],
    [
      'a column',
      net('each: {ch: [1, 2]}\n    layers:\n      - {conv: |}'),
      'ch',
      net('each: {ch: [1, 2]}\n    layers:\n      - {conv: ch|}'),
    ],
    ['a block', UNIT + net('un|'), 'unit', UNIT + net('unit: |')],
    ['a block behind use', UNIT + net('{use: |}'), 'unit', UNIT + net('{use: unit|}')],
    ['the index of a copy', net('{conv: 8 * |, repeat: 2}'), 'i', net('{conv: 8 * i|, repeat: 2}')],
    ['the depth', 'input: 8x8x8x1\nlayers:\n  - {conv: |}', 'd', 'input: 8x8x8x1\nlayers:\n  - {conv: d|}'],
    ['a param of a block', UNIT + net('{unit: 8, |}'), 'wide', UNIT + net('{unit: 8, wide: |}')],
    ['the first param, at use', UNIT + net('{use: unit, |}'), 'ch', UNIT + net('{use: unit, ch: |}')],
    ['a key of a block', 'blocks:\n  unit:\n    la|', 'layers', 'blocks:\n  unit:\n    layers: |'],
    [
      'an item of a block',
      'blocks:\n  unit:\n    layers:\n      - con|',
      'conv',
      'blocks:\n  unit:\n    layers:\n      - conv: |',
    ],
    ['a kind of defaults', 'defaults:\n  con|', 'conv', 'defaults:\n  conv: |'],
    ['defaults of a kind', 'defaults: {conv: {ke|}}', 'kernel', 'defaults: {conv: {kernel: |}}'],
    [
      'defaults above others',
      'defaults:\n  con|\n  fc: {bias: false}',
      'conv',
      'defaults:\n  conv: |\n  fc: {bias: false}',
    ],
    [
      'a var of a variant',
      'vars: {width: 64}\nvariants:\n  small: {w|}',
      'width',
      'vars: {width: 64}\nvariants:\n  small: {width: |}',
    ],
    [
      'what is expected of a variant',
      'variants:\n  small:\n    expect: {ma|}',
      'macs',
      'variants:\n  small:\n    expect: {macs: |}',
    ],
    ['a figure of the whole', 'expect: {weight|}', 'weightLayers', 'expect: {weightLayers: |}'],
    ['a figure of an item', net('{conv: 3, expect: {r|}}'), 'rf', net('{conv: 3, expect: {rf: |}}')],
    ['what to ignore', 'lint: {|}', 'ignore', 'lint: {ignore: |}'],
    ['an axis of the input', 'input: {ch|}', 'channels', 'input: {channels: |}'],
    ['an order', 'layout: |', 'chw', 'layout: chw|'],
    ['a type', 'dtype: |', 'bf16', 'dtype: bf16|'],
    ['a shortcut', net('residual: [relu]\n    shortcut: |'), 'match', net('residual: [relu]\n    shortcut: match|')],
    [
      'the body of a residual',
      net('residual:\n      - {conv: 64, ke|'),
      'kernel',
      net('residual:\n      - {conv: 64, kernel: |'),
    ],
    [
      'beside a residual',
      net('residual:\n      - relu\n    sh|'),
      'shortcut',
      net('residual:\n      - relu\n    shortcut: |'),
    ],
    ['the layers of each', net('each: {ch: [1, 2]}\n    la|'), 'layers', net('each: {ch: [1, 2]}\n    layers: |')],
    [
      'what the last copy has',
      net('{conv: 3, repeat: 2, last: {st|}}'),
      'stride',
      net('{conv: 3, repeat: 2, last: {stride: |}}'),
    ],
    ['how it is written', net('{relu, as: in|}'), 'inplace', net('{relu, as: inplace|}')],
    [
      'below a broken line',
      'input: }{\nlayers:\n  - {conv: [, "\n  - {conv: 64, ke|',
      'kernel',
      'input: }{\nlayers:\n  - {conv: [, "\n  - {conv: 64, kernel: |',
    ],
    [
      'with line ends of Windows',
      net('{conv: 64, ke|').replaceAll('\n', '\r\n'),
      'kernel',
      net('{conv: 64, kernel: |').replaceAll('\n', '\r\n'),
    ],
    [
      'with lone carriage returns',
      net('{conv: 64, ke|').replaceAll('\n', '\r'),
      'kernel',
      net('{conv: 64, kernel: |').replaceAll('\n', '\r'),
    ],
    ['behind tabs', 'layers:\n\t-\t{conv: 64, ke|', 'kernel', 'layers:\n\t-\t{conv: 64, kernel: |'],
    ['above a comment', net('{conv: 64, ke|} # kernel: 3'), 'kernel', net('{conv: 64, kernel: |} # kernel: 3')],
    [
      'in a file in braces',
      '{input: 3, layers: [{conv: 64, "ke|": 3}]}',
      'kernel',
      '{input: 3, layers: [{conv: 64, "kernel|": 3}]}',
    ],
    ['behind an anchor', net('&a {conv: 64, ke|'), 'kernel', net('&a {conv: 64, kernel: |')],
    [
      'in a first line that is not closed',
      'input: {height: 3\nlayers:\n  - con|',
      'conv',
      'input: {height: 3\nlayers:\n  - conv: |',
    ],
    ['a list at the column of its key', 'layers:\n- conv: 64\n  ke|', 'kernel', 'layers:\n- conv: 64\n  kernel: |'],
    ['a key below a list at its column', 'layers:\n- relu\nout|', 'outputs', 'layers:\n- relu\noutputs: |'],
    ['a kind above its options', 'layers:\n  - con|\n    kernel: 3', 'conv', 'layers:\n  - conv: |\n    kernel: 3'],
  ];
  it.each(TABLE)('%s', (_, before, label, after) => {
    expect(taken(before, label)).toBe(after);
  });
});

describe('what is not offered', () => {
  const NOTHING: readonly string[] = [
    '# inp|',
    'input: 3 # |',
    'note: what inp|',
    'note: |-\n  lay'.replace('|', '>').replace('lay', 'lay|'),
    'note:\n  text goes on |',
    net('{relu, name: |}'),
    net('{relu, name: "|"}'),
    net('{conv: 3|}'),
    net('{opaque: re|}'),
    net('{zzz|}'),
    'inputs: {|}',
    'vars:\n  |',
    'blocks:\n  |',
    `${'x'.repeat(200)}|`,
    'x-mine: {|}',
    net('{x-mine: re|}'),
  ];
  it.each(NOTHING)('%j', (marked) => {
    expect(completions(marked)).toBeNull();
  });

  const WITHOUT: readonly (readonly [marked: string, ...labels: string[]])[] = [
    [net('{conv: 64, kernel: 3, |}'), 'kernel', 'filters', 'conv', 'first', 'kernel_size'],
    [net('{conv: 64, kernel_size: 3, |}'), 'kernel'],
    [net('{conv: 64, name: a, |, stride: 2}'), 'name', 'stride'],
    [net('{relu, |}'), 'act', 'norm', 'kernel'],
    [net('{parameter: 3, |}'), 'from'],
    [net('|'), 'bn'],
    [net('{conv: 3, act: s|}'), 'same', 'separable', 'sqrt('],
    [net('{relu, name: a, from: |}', '{relu, name: b}'), 'a', 'b'],
    [net('{relu, name: "a{i}", repeat: 2}', '{relu, from: |}'), 'a{i}'],
    [net('{sequence: [{relu, name: a}], name: s, repeat: 2}', '{relu, from: |}'), 's.a', 'a'],
    [UNIT + net('{unit: 8, |}'), 'ch', 'unit'],
    [UNIT + net('{unit: 8, wide: |}'), 'ch'],
    ['input: 3\n|', 'input', 'inputs'],
    ['inputs: {a: 3}\n|', 'input'],
    ['vars: {a: |}', 'c', 'h'],
    [net('{conv: |}'), 'i', 'd', 'min'],
  ];
  it.each(WITHOUT)('%j: no %s', (marked, ...unwanted) => {
    const offered = labels(marked);
    expect(offered.length).toBeGreaterThan(0);
    for (const label of unwanted) expect(offered).not.toContain(label);
  });
});

describe('what a word means', () => {
  const TABLE: readonly (readonly [marked: string, title: string, ...lines: string[]])[] = [
    [net('{co|nv: 64, kernel: 3}'), 'conv', 'A linear map.', 'stride: step of the kernel; 1 by default'],
    [net('|relu'), 'relu', 'max(0, x), value by value.'],
    [net('{conv: 3, norm: bn|}'), 'bn', 'Also written bn.'],
    [net('{conv: 64, stri|de: 3}'), 'stride', 'of conv; whole numbers; 1 by default', 'step of the kernel'],
    [net('{conv: 64, strides|: 3}'), 'strides', 'the same as stride'],
    [net('{conv: 64, padd|ing: 3}'), 'padding', 'of conv; same, valid, causal, whole numbers; 0 by default'],
    [net('{conv: 64, na|me: a}'), 'name', 'what the item is called; unnamed items are called by kind and count'],
    [net('{res|idual: []}'), 'residual', 'the layers of the body, to whose result the shortcut is added'],
    ['in|put: 3', 'input', 'of the file'],
    [UNIT + net('{un|it: 8}'), 'unit', 'params: ch, wide = 2*ch', '- {conv: ch, kernel: 3}', '- relu'],
    [UNIT + net('{use: un|it}'), 'unit', 'params: ch, wide = 2*ch'],
    [UNIT.replace('unit', 'un|it'), 'unit', 'params: ch, wide = 2*ch'],
    [UNIT + net('{unit: 8, wi|de: 3}'), 'wide', 'of unit', '2*ch by default'],
    [UNIT.replace('conv: ch', 'conv: c|h'), 'ch', 'param', 'must be given'],
    [`vars: {width: [1, 2]}\n${net('{conv: 2*wid|th}')}`, 'width', 'var', '[1, 2]'],
    ['vars: {wid|th: 64}', 'width', 'var', '64'],
    ['vars: {width: 64}\nvariants: {a: {wid|th: 3}}', 'width', 'var', '64'],
    [net('{conv: "max|(2, c)"}'), 'max', 'the greatest of its values'],
    [net('{conv: 2*c|}'), 'c', 'the channels of what comes in'],
    ['expect: {mac|s: 3}', 'macs', 'multiply-accumulates'],
    ['defaults: {con|v: {kernel: 3}}', 'conv', 'A linear map.'],
    ['defaults: {conv: {ker|nel: 3}}', 'kernel', 'size of the kernel'],
  ];
  it.each(TABLE)('%j is %s', (marked, title, ...lines) => {
    const { text, offset } = at(marked);
    const found = hoverAt(text, offset, layers);
    expect(found?.title).toBe(title);
    expect(text.slice(found?.from, found?.to)).toBe(title);
    for (const line of lines) expect(found?.lines).toContain(line);
  });

  const NOTHING: readonly string[] = [
    '|',
    '# in|put: 3',
    net('{conv: 6|4}'),
    net('{conv: 64,| kernel: 3}'),
    net('{conv: 64, padding: sa|me}'),
    net('{relu, name: re|lu}'),
    net('{relu, name: a}', '{relu, from: a|}'),
    'note: in|put',
    'kernel|: 3',
    net('con|volution'),
  ];
  it.each(NOTHING)('%j: nothing', (marked) => {
    const { text, offset } = at(marked);
    expect(hoverAt(text, offset, layers)).toBeNull();
  });
});

describe('all that the registry and the language have', () => {
  it('offers every kind, structure and key where it may stand', () => {
    for (const standing of [net('|'), net('{|}'), net('name: a\n    |'), net('sequence: [|]')])
      expect(labels(standing)).toEqual(expect.arrayContaining([...layers.names, ...STRUCTURES]));
    expect([...labels('|')].sort()).toEqual([...FILE_KEYS].sort());
    expect(labels('defaults: {|}')).toEqual([...layers.names]);
    expect(labels(net('{conv: 3, repeat: 2, |}'))).toEqual(
      expect.arrayContaining(ITEM_KEYS.filter((key) => key !== 'repeat')),
    );
    for (const [structure, options] of Object.entries(STRUCTURE_OPTIONS))
      expect(labels(net(`{${structure}: [], |}`))).toEqual(expect.arrayContaining([...options, ...SUGAR]));
  });

  it.each(layers.kinds)('$name with its options, and its other names', (kind) => {
    const offered = labels(net(`{${kind.name}, repeat: 2, |}`));
    const reads = kind.inputs === 'none' ? ['from'] : [];
    const wanted = optionsOf(kind).filter((option) => option !== 'repeat' && !reads.includes(option));
    expect([...offered].sort()).toEqual([...new Set(wanted)].sort());
    // Where the name of the kind begins so too, that is offered.
    for (const alias of kind.aliases ?? [])
      expect(labels(net(`${alias}|`))).toContain(kind.name.startsWith(alias) ? kind.name : alias);
    for (const [name, arg] of Object.entries(kind.args)) {
      if (name === kind.main && kind.role === 'merge') continue;
      const values = labels(net(`{${kind.name}, ${name}: |}`));
      expect(values).toEqual(expect.arrayContaining([...(arg.words ?? [])].filter((word) => /^\w/.test(word))));
    }
  });

  /** Places for words; what is taken there must be known. */
  const PLACES: readonly string[] = [
    '|\ninput: 3x3x3\nlayers: [relu]',
    net('|'),
    net('{|}'),
    net('{name: a, |}'),
    net('name: a\n    |'),
    'input: 3x3x3\nlayers:\n  |',
    net('{sequence: [|]}'),
    'input: 3x3x3\ndefaults:\n  |\nlayers: [relu]',
    'input: 3x3x3\nblocks:\n  unit:\n    |\n    x-a: 1\nlayers: [relu]',
    UNIT + net('{unit: 8, |}'),
    UNIT + net('{use: unit, |}'),
    UNIT + net('{use: |, ch: 3}'),
    UNIT + net('|'),
    `vars: {width: 64}\nvariants:\n  a: {|}\n${net('relu')}`,
    `vars: {width: 64}\n${net('{conv: |, kernel: 1}')}`,
    net('{relu, name: a}', '{relu, name: b, from: |}'),
    net('{relu, name: a}', '{add: [|], name: b}'),
    net('{conv: 3, kernel: 1, name: a}', '{conv: 3, kernel: 1, share: |}'),
    `outputs: |\n${net('{relu, name: a}', '{relu, name: b}')}`,
    net('{conv: 3, kernel: 1, act: |}'),
    net('{conv: 3, kernel: 1, norm: |}'),
    net('{conv: 3, kernel: 1, drop: |}'),
    net('{conv: 3, kernel: 1, act: {|}}'),
    net('{conv: 3, kernel: 1, expect: {|}}'),
    net('{conv: 3, kernel: 1, lint: {|}}'),
    net('{conv: 3, kernel: 1, repeat: 2, first: {|}}'),
    net('{relu, as: |}'),
    net('{residual: [relu], |}'),
    net('{residual: [relu], shortcut: |}'),
    net('{sequence: [relu], |}'),
    net('{each: {n: [1, 2]}, |, x-layers: []}'),
    `expect: {|}\n${net('relu')}`,
    `lint: {|}\n${net('relu')}`,
    `layout: |\n${net('relu')}`,
    `dtype: |\n${net('relu')}`,
    'input: {|}\nlayers: [relu]',
  ];

  /** Codes of what is unknown, and of texts that cannot be read. */
  const UNKNOWN =
    /^(yaml\/|spec\/(key|foreign)|item\/(unknown-kind|two-kinds|no-list|overrides)|option\/(unknown|twice|sugar)|(input|blocks|expect|lint)\/key|defaults\/kind|expression\/(syntax|unknown-\w+)|(from|share|outputs)\/unknown)/;
  /** And of values that are none. */
  const NO_VALUE = /^(spec\/(layout|dtype)|block\/unknown|option\/value)/;

  const codesIn = (text: string, codes: RegExp): readonly string[] =>
    parse(text, { registry: layers }).diagnostics.flatMap(({ code, message }) =>
      codes.test(code) ? [`${code}: ${message}`] : [],
    );

  it.each(PLACES)('%j: all that is offered is known', (marked) => {
    const { items = [] } = completions(marked) ?? {};
    expect(items.length).toBeGreaterThan(0);
    for (const { label, insert, sort } of items) {
      const { text, offset } = at(taken(marked, label));
      // What a kind in braces and a function open is closed.
      const close = insert.startsWith('{') ? '}' : insert.endsWith('(') ? '1)' : '';
      const written = `${text.slice(0, offset)}${close}${text.slice(offset)}`;
      const found = codesIn(written, UNKNOWN);
      // Of a key without its value only what is said of the key.
      const isKey = /: ?$/.test(insert);
      const own = found.filter((one) => !isKey || /^yaml|two-kinds|twice/.test(one) || one.includes(`"${label}"`));
      expect(own, `${label} in ${marked}`).toEqual([]);
      if (/\w$/.test(insert) && sort !== 'var') expect(codesIn(written, NO_VALUE), `${label} in ${marked}`).toEqual([]);
    }
  });

  it.each(Object.entries(OPTION_ALIASES))('%s for %s', (alias, name) => {
    const isOther = ({ args }: (typeof layers.kinds)[number]): boolean =>
      Object.hasOwn(args, name) && !Object.hasOwn(args, alias);
    const kind = layers.kinds.find((one) => isOther(one) && one.role !== 'merge');
    expect(labels(net(`{${kind?.name}, ${alias}|}`))).toContain(name.startsWith(alias) ? name : alias);
  });

  it('knows sugar where a kind takes it', () => {
    for (const kind of layers.kinds)
      for (const which of SUGAR)
        expect(labels(net(`{${kind.name}, |}`)).includes(which), `${kind.name} ${which}`).toBe(
          takesSugar(kind) || Object.hasOwn(kind.args, which),
        );
  });
});

const specs = new URL('../specs/', import.meta.url);
const bundledTexts = readdirSync(specs)
  .filter((name) => name.endsWith('.yaml'))
  .map((name): readonly [string, string] => [name, readFileSync(new URL(name, specs), 'utf8')]);

describe('the bundled specs', () => {
  const words = [
    ...layers.names,
    ...STRUCTURES,
    ...ITEM_KEYS,
    ...SUGAR,
    'kernel',
    'stride',
    'padding',
    'params',
    'layers',
  ];
  const KEY = new RegExp(`(?<=[{,] ?|^ *- |^ +)(?:${words.join('|')})(?=: |:$)`, 'gm');

  it.each(bundledTexts)('%s: every word is offered where it stands, and told', (_, text) => {
    // What stands in comments is no word, and params are the text's own.
    const bare = text.replace(/(?<=^|\s)#.*$|(?<=params: ?)\{.*?\}|(?<=params:\n)(?: {6,}.*\n)+/gm, (other) =>
      ' '.repeat(other.length),
    );
    const missing: string[] = [];
    for (const { 0: word, index } of [...bare.matchAll(KEY)].slice(0, 40)) {
      const end = index + word.length;
      // As it was while it was written: the text ends there.
      const cut = completionsAt(text.slice(0, end), end, layers)?.items.some(({ label }) => label === word);
      const whole = completionsAt(text, end, layers)?.items.some(({ label }) => label === word);
      const hover = hoverAt(text, index + 1, layers)?.title === word;
      if (!cut || !whole || !hover) missing.push(`${word} at ${index}: ${cut} ${whole} ${hover}`);
    }
    expect(missing).toEqual([]);
  });
});

describe('texts that are no specs', () => {
  const MOST = 400;

  /** Nothing is thrown, and what comes back is a stretch of the text around the offset. */
  const survives = (text: string, offset: number): void => {
    const found = completionsAt(text, offset, layers);
    if (found) {
      expect(found.from).toBeLessThanOrEqual(offset);
      expect(found.to).toBeGreaterThanOrEqual(offset);
      expect(found.to).toBeLessThanOrEqual(text.length);
      expect(text.slice(found.from, found.to)).not.toMatch(/[\r\n]/);
      expect(found.items.length).toBeGreaterThan(0);
      expect(found.items.length).toBeLessThan(MOST);
      expect(new Set(found.items.map(({ label }) => label)).size).toBe(found.items.length);
    }
    const told = hoverAt(text, offset, layers);
    if (told) {
      expect(told.from).toBeLessThanOrEqual(offset);
      expect(told.to).toBeGreaterThanOrEqual(offset);
      expect(told.lines.length).toBeLessThan(MOST);
      expect(text.slice(told.from, told.to)).toBe(told.title);
    }
  };

  const small = bundledTexts
    .filter(([, text]) => text.length > 500)
    .sort(([, a], [, b]) => a.length - b.length)
    .slice(0, 10);

  it.each(small)('%s, at every offset', (_, text) => {
    for (let offset = 0; offset <= text.length; offset += 1) survives(text, offset);
  });

  const anyText = fc.constantFrom(...bundledTexts.map(([, text]) => text));
  const part = fc.double({ min: 0, max: 1, noNaN: true });
  const inserted = fc.oneof(
    fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      ':',
      ': ',
      '- ',
      '\n',
      '\r\n',
      '\t',
      '#',
      '&a ',
      '*a',
      '|',
      '>',
      '? ',
      ',',
      '\ue001',
      '\u202e',
      '<<: ',
    ),
    fc.string({ unit: 'binary', maxLength: 6 }),
  );

  it('specs with pieces cut out and put in', () => {
    fc.assert(
      fc.property(anyText, part, part, inserted, part, (text, from, length, put, where) => {
        const start = Math.floor(from * text.length);
        const cut = `${text.slice(0, start)}${put}${text.slice(start + Math.floor(length * 40))}`;
        survives(cut, Math.floor(where * cut.length));
        survives(cut, Math.min(cut.length, start + put.length));
      }),
      { numRuns: 400 },
    );
  });

  it('texts of its signs alone', () => {
    const signs = fc.array(fc.constantFrom(...'{}[]:,-#"\' \n\r\t&!|>?axé€'), { maxLength: 60 });
    fc.assert(
      fc.property(signs, part, (list, where) => {
        const text = list.join('');
        survives(text, Math.floor(where * text.length));
      }),
      { numRuns: 400 },
    );
  });

  const LONG: readonly (readonly [string, string])[] = [
    ['braces', '{'.repeat(300_000)],
    ['pairs of brackets', '{[}]'.repeat(50_000)],
    ['dashes', `layers:\n${'- '.repeat(100_000)}`],
    ['dashes further in and further in', Array.from({ length: 500 }, (_, i) => `${' '.repeat(i)}- a`).join('\n')],
    ['quotes', '"\''.repeat(100_000)],
    ['quotes and lines', '"\n'.repeat(50_000)],
    ['colons', 'a: '.repeat(50_000)],
    ['keys', `layers:\n  - {${'a: 1, '.repeat(50_000)}`],
    ['keys of lines', 'a:\n'.repeat(50_000)],
    ['one word', 'a'.repeat(300_000)],
    ['a word and a sign', `layers: [{conv: ${'a'.repeat(300_000)}-`],
    ['blanks', ' '.repeat(300_000)],
    ['vars', `vars:\n${'  ab: 1\n'.repeat(30_000)}layers:\n  - {conv: a}`],
    ['names', `layers:\n${'  - {relu, name: a}\n'.repeat(10_000)}  - {relu, from: a}`],
    ['four megabytes', 'layers: [{conv: '.repeat(260_000)],
  ];
  it.each(LONG)('%s without end', (_, text) => {
    for (const offset of [text.length >> 1, text.length - 1]) survives(text, offset);
  });

  it('reads nothing outside of the text, and no text that nobody wrote', () => {
    for (const offset of [-1, 4, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(completionsAt('inp', offset, layers)).toBeNull();
      expect(hoverAt('inp', offset, layers)).toBeNull();
    }
    expect(completionsAt(`input: 3\n${'#'.repeat(2 ** 20)}\nlay`, 12 + 2 ** 20, layers)).toBeNull();
  });

  it('offers no name that would have to be quoted', () => {
    const hostile = ['<img onerror=alert(1)>', '"a', '\u202eevil', 'a{i}', 'a, b', 'x: y', '- z'];
    const text = net(
      ...hostile.map((name) => `{relu, name: ${JSON.stringify(name)}}`),
      '{relu, name: 层.1-a_é}',
      '{relu, from: |}',
    );
    expect(labels(text)).toEqual(['层.1-a_é', 'input']);
  });
});
