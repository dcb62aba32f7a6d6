// One cause, one error, in the words of who made it; and what a help says to write, works when it is written.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../src/core/diagnostic.js';
import { ELSEWHERE, elsewhere } from '../src/lang/elsewhere.js';
import { parse } from '../src/lang/parse.js';
import { layers } from '../src/layers/index.js';
import { edited } from './edited.js';
import { run } from './fake-io.js';
import { MISTAKES } from './mistakes.js';

const errorsOf = (text: string): readonly Diagnostic[] =>
  parse(text, { registry: layers }).diagnostics.filter(({ severity }) => severity === 'error');

const shown = ({ code, message }: Diagnostic): string => `${code}: ${message}`;

describe('one mistake, one error', () => {
  it.each(MISTAKES)('$what', ({ text, code, line, says, help, advice }) => {
    const [error, ...more] = errorsOf(text);
    expect(more.map(shown)).toEqual([]);
    expect([error?.code, error?.at?.line]).toEqual([code, line]);
    expect(error?.message).toContain(says);
    expect(error?.help).toContain(help);
    if (advice) expect(error?.edits).toBeUndefined();
    else {
      const mended = edited(text, error?.edits ?? []);
      // A list alone says as little of the input as before.
      const rest = errorsOf(mended).filter((one) => one.code !== 'input/missing');
      expect([mended === text, rest.map(shown)]).toEqual([false, []]);
    }
  });
  it('as many as there are', () => expect(MISTAKES.length).toBeGreaterThan(100));
});

// Bundled networks with one slip in each: what one error and its help say of most of them, they say of what people write.
describe('a slip in a bundled network', () => {
  const folder = new URL('../specs/', import.meta.url);
  const specs = readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => readFileSync(new URL(file, folder), 'utf8'))
    // Notes may hold anything, and short networks are read faster.
    .map((text) => text.replace(/^note: .*\n(?: .*\n)*/m, ''))
    .filter((text) => text.length < 3000);
  const grave = (text: string) => errorsOf(text).filter(({ code }) => code !== 'expect/broken');

  it.each<[what: string, where: RegExp, instead: string, least: number]>([
    ['a brace is not closed', /\}/g, '', 0.85],
    ['a brace is not opened', /\{/g, '', 0.6],
    ['a bracket is not closed', /\]/g, '', 0.7],
    ['a brace is closed twice', /\}/g, '}}', 0.85],
    ['no space behind a colon', /: (?=\S)/g, ':', 0.9],
    ['an equals sign', /: (?=\d)/g, '=', 0.9],
    ['no space behind a dash', /(?<=^ *-) /gm, '', 0.9],
    ['a line is a column further in', /^(?=\S| )/gm, ' ', 0.9],
    ['a line is a column further out', /^ (?= *\S)/gm, '', 0.9],
    ['a tab', /^ {2}(?=\S)/gm, '\t', 0.9],
    ['a wide comma', /,/g, '，', 0.9],
    ['a wide colon', /: /g, '：', 0.9],
    ['a comma at the end of a line', /(?<=\S)$/gm, ',', 0.85],
    ['a quote is not closed', /: (?=[a-z])/g, ': "', 0.9],
  ])('%s', (_, where, instead, least) => {
    let [slips, mended] = [0, 0];
    for (const text of specs) {
      const places = [...text.matchAll(where)];
      for (const share of [0.15, 0.4, 0.7, 0.95]) {
        const place = places[Math.floor(share * places.length)];
        if (!place) continue;
        const slipped = text.slice(0, place.index) + instead + text.slice(place.index + place[0].length);
        const [error, ...more] = grave(slipped);
        // Not every such place makes a difference.
        if (!error) continue;
        slips += 1;
        if (more.length === 0 && error.edits && grave(edited(slipped, error.edits)).length === 0) mended += 1;
      }
    }
    expect(slips).toBeGreaterThan(20);
    expect(mended / slips, `${mended} of ${slips}`).toBeGreaterThanOrEqual(least);
  });
});

describe('what is right is left alone', () => {
  const net = (items: string): string => `input: 32x32x3\nlayers:\n${items}`;
  it.each([
    ['signs of other keyboards in a name', 'name: 网络：第一（“好”），再见\ninput: 32x32x3\nlayers: [relu]'],
    ['an apostrophe in a name', "name: Tom’s net, it's fine\ninput: 32x32x3\nlayers: [relu]"],
    ['a name that ends with a comma', 'name: so,\ninput: 32x32x3\nlayers: [relu]'],
    [
      'colons in names of layers',
      net('  - {relu, name: a:0}\n  - {tanh, from: a:0}\n  - add:\n      - a:0\n      - a:0'),
    ],
    ['an address', 'note: see https://example.org/a//b\ninput: 32x32x3\nlayers: [relu]'],
    ['a block of text', 'note: |\n  -relu, conv:16\n  // so = it: is,\ninput: 32x32x3\nlayers: [relu]'],
    ['text over lines', 'note: some text\n  that goes on -\n  and on\ninput: 32x32x3\nlayers: [relu]'],
    ['a closing bracket in the first column', 'input: 32x32x3\nlayers: [\n  {conv: 16, kernel: 3},\n  relu,\n]'],
    ['JSON', '{\n"input": "32x32x3",\n"layers": [\n{"conv": 16, "kernel": [3, 3]},\n"relu"\n]\n}\n'],
    ['JSON on a line', '{"input":"32x32x3","layers":[{"conv":16,"kernel":3},"relu"]}'],
    ['a division', net('  - {conv: 8 // 2, kernel: 3}\n  - conv: c // 2\n    kernel: 1')],
    ['a comparison', net('  - {relu, when: c==3}\n  - {conv: 8, kernel: 1, bias: c>=3}')],
    ['dashes in the column of their key', 'input: 32x32x3\nlayers:\n- relu\n- sequence:\n  - tanh\n  - relu\n'],
    ['options before the kind', net('  - name: a\n    conv: 8\n    kernel: 3\n  - {name: b, relu}')],
    ['documents marked', '# one\n---\ninput: 32x32x3\nlayers: [relu]\n...\n'],
    ['a directive', '%YAML 1.2\n---\ninput: 32x32x3\nlayers: [relu]\n'],
    ['an anchor', net('  - &a {conv: 8, kernel: 3}\n  - *a\n  - {<<: *a, kernel: 1}')],
    ['one layer as a mapping', 'input: 32x32x3\nlayers: {conv: 8, kernel: 3}'],
    ['quotes of both sorts', `name: 'it''s "so"'\ninput: "32x32x3"\nlayers: ["relu", {'conv': 8, "kernel": 3}]`],
  ])('%s', (_, text) => expect(errorsOf(text).map(shown)).toEqual([]));
});

describe('the table of words', () => {
  const names = new Set([
    ...layers.kinds.flatMap((kind) => [kind.name, ...(kind.aliases ?? [])]),
    ...['sequence', 'numbered', 'residual'],
  ]);
  const options = new Set([
    ...layers.kinds.flatMap((kind) => Object.keys(kind.args)),
    ...['act', 'norm', 'drop', 'name', 'from', 'repeat'],
  ]);
  it('says what there is here', () => {
    expect(ELSEWHERE.kinds().flatMap(({ here }) => here.filter((name) => !names.has(name)))).toEqual([]);
    expect(ELSEWHERE.options().flatMap(({ here }) => here.filter((name) => !options.has(name)))).toEqual([]);
  });
  it('has something to say of every word', () => {
    for (const row of [...ELSEWHERE.kinds(), ...ELSEWHERE.options(), ...ELSEWHERE.keys()])
      expect(row.here.length > 0 || row.note !== undefined, row.words.flat().join(' ')).toBe(true);
  });

  // A picture, or what else a layer may need.
  const SHAPES = ['32x32x64', '{length: 32, channels: 64}', '{length: 32, channels: 1}'];
  const ofKinds = ELSEWHERE.kinds().flatMap((row) => [...row.words.flat(), ...row.loose]);
  it.each([...new Set(ofKinds)])('%s as a layer', (word) => {
    if (names.has(word)) return;
    const text = `input: 32x32x64\nlayers:\n  - ${word}\n`;
    const [error, ...more] = errorsOf(text);
    expect([error?.code, more]).toEqual(['item/unknown-kind', []]);
    if (error?.edits)
      expect(errorsOf(edited(text, error.edits)).map(({ code }) => code)).not.toContain('item/unknown-kind');
    // Items that the table writes out are whole.
    const [row] = elsewhere('kinds', word);
    if (row?.item?.startsWith('{') && error?.edits && error.help?.includes(row.item)) {
      const whole = edited(text, error.edits);
      const read = SHAPES.map((shape) => errorsOf(whole.replace('32x32x64', shape)).map(shown));
      expect(read.find((errors) => errors.length === 0) ?? read[0]).toEqual([]);
    }
  });
  const hosts = [
    'conv: 8, kernel: 1',
    'fc: 8',
    'maxpool: 2',
    'dropout: 0.5',
    'leakyrelu',
    'upsample: 2',
    'batchnorm',
    'adaptiveavgpool: 1',
    'lrn: 5',
    'reshape: 65536',
    'permute: [0, 1, 2]',
    'se: 4',
    'depthwise: 3',
  ];
  const ofOptions = ELSEWHERE.options().flatMap((row) =>
    [...row.words.flat(), ...row.loose].map((word) => ({ word, row })),
  );
  it.each(ofOptions)('$word as an option', ({ word, row }) => {
    const host = hosts.find((one) => {
      const kind = layers.find(one.split(':')[0] ?? '');
      return row.here.some((here) => kind?.args[here]) || (row.here.length === 0 && one.startsWith('conv'));
    });
    const text = `input: 32x32x64\nlayers:\n  - {${host ?? 'conv: 8, kernel: 1'}, ${word}: 2}\n`;
    const errors = errorsOf(text);
    const unknown = errors.filter(({ code }) => code === 'option/unknown');
    for (const { edits, help } of unknown) {
      expect(edits, help).toBeDefined();
      expect(errorsOf(edited(text, edits ?? [])).map(({ code }) => code)).not.toContain('option/unknown');
    }
  });
  it.each([
    ['glu', 'mul'],
    ['nn.Conv2d', 'conv'],
    ['torch.nn.Linear', 'fc'],
    ['tf.keras.layers.Dense', 'fc'],
    ['layers.MaxPooling2D', 'maxpool'],
    ['MaxPool3d', 'maxpool'],
    ['batch_normalization', 'batchnorm'],
    ['[convolutional]', 'conv'],
    ['convolution2dLayer', 'conv'],
    ['GlobalAveragePooling1D', 'gap'],
  ])('knows %s', (word, here) => expect(elsewhere('kinds', word)[0]?.here).toEqual([here]));
});

describe('the command line', () => {
  const files = { 'net.yaml': 'input: 32x32x3\nlayers: [relu]\n' };
  it.each<[argv: string[], says: string, help: string]>([
    [['net.yaml', '–json'], '"–json" begins with a long dash', 'type --json'],
    [['net.yaml', '—get', 'totals.params'], 'begins with a long dash', 'type --get'],
    [['rf', 'net.yaml', '–q'], 'begins with a long dash', 'type -q'],
    [
      ["'INPUT", '32x32x3;', "CONV-3-16'"],
      "'INPUT begins with a quote",
      'type double quotes: "INPUT 32x32x3; CONV-3-16"',
    ],
    [['“net.yaml”'], 'begins with a quote that this shell does not take away', 'type double quotes: "net.yaml"'],
  ])('%j', async (argv, says, help) => {
    const { code, err } = await run(argv, { files });
    expect([code, err.includes(says), err.includes(help)], err).toEqual([2, true, true]);
  });
});
