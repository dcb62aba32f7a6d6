// One cause, one error, in the words of who made it; and what a help says to write, works when it is written.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../src/core/diagnostic.js';
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
  // Told of many places, a help says what stands in each line: a beginner writes that, and nothing else.
  const itemByItem = MISTAKES.filter(({ code, help }) => /^(?:item|value)\//.test(code) && / in line \d/.test(help));
  it.each(itemByItem)('$what, line by line', ({ text }) => {
    const help = errorsOf(text)[0]?.help ?? '';
    const lines = text.split('\n');
    for (const [, written = '', line] of help.matchAll(/(?<=^write |, )(\w+|\{.*?\}) in line (\d+)/g)) {
      const first = lines[Number(line) - 1] ?? '';
      const indent = /^ */.exec(first)?.[0].length ?? 0;
      const below = lines.slice(Number(line)).findIndex((one) => !one.startsWith(' '.repeat(indent + 1)));
      const comma = first.endsWith(',') ? ',' : '';
      const dash = first.trimStart().startsWith('-') ? '- ' : '';
      // Emptied, so that the lines keep their numbers.
      lines.fill('', Number(line), Number(line) + below);
      lines[Number(line) - 1] = `${' '.repeat(indent)}${dash}${written}${comma}`;
    }
    expect(errorsOf(lines.join('\n')).map(shown)).toEqual([]);
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
    ['a bracket is not closed', /\]/g, '', 0.8],
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
    for (const [i, text] of specs.entries()) {
      const places = [...text.matchAll(where)];
      const place = places[Math.floor(([0.15, 0.4, 0.7, 0.95][i % 4] ?? 0) * places.length)];
      if (!place) continue;
      const slipped = text.slice(0, place.index) + instead + text.slice(place.index + place[0].length);
      const [error, ...more] = grave(slipped);
      // Not every such place makes a difference.
      if (!error) continue;
      slips += 1;
      if (more.length === 0 && error.edits && grave(edited(slipped, error.edits)).length === 0) mended += 1;
    }
    expect(slips).toBeGreaterThan(20);
    expect(mended / slips, `${mended} of ${slips}`).toBeGreaterThanOrEqual(least);
  });
});

describe('a kind of nearly a name', () => {
  it.each([
    ['{conw: 8, kernel: 3, strid: 2}', ['item/unknown-kind']],
    ['{conw: 8, kernel: kk}', ['item/unknown-kind', 'expression/unknown-name']],
    // What the near one has not got says that another is meant.
    ['{rn: 5, alpha: 1e-4, beta: 0.75}', ['item/unknown-kind']],
    ['{pelu: c}', ['item/unknown-kind']],
  ])('%s', (item, codes) =>
    expect(errorsOf(`input: 32x32x3\nlayers:\n  - ${item}\n`).map(({ code }) => code)).toEqual(codes),
  );
});

describe('a note about one framework', () => {
  const helpOf = (kind: string): string => errorsOf(`input: 32x32x3\nlayers:\n  - ${kind}\n`)[0]?.help ?? '';
  it.each([
    ['BatchNormalization', 'write batchnorm', 'Caffe'],
    ['nn.BatchNorm2d', 'write batchnorm', 'Caffe'],
    ['GlobalAveragePooling2D', 'write gap', 'Darknet'],
    ['AveragePooling2D', 'write {avgpool: 2}', 'Caffe'],
  ])('is not told who wrote %s', (kind, help, framework) => {
    expect(helpOf(kind)).toContain(help);
    expect(helpOf(kind)).not.toContain(framework);
  });
  it('is told who wrote its word', () => expect(helpOf('avg')).toContain('Darknet’s [avgpool]'));
});

describe('of two mistakes', () => {
  it('an option given twice under one name is another word for nothing', () => {
    const [, twice] = errorsOf('input: 32x32x3\nlayers:\n  - {conv: {filters: 4, kernel: 3}, kernel: 5}\n');
    expect([twice?.code, twice?.help]).toEqual(['option/twice', 'leave it out']);
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
    ['a list in plain text', 'note: Things\n  * one\n  * two\ninput: 32x32x3\nlayers: [relu]'],
    [
      'text below its key',
      'note:\n  这个网络【见论文】：很好\n  conv:16, so {it = so,\ninput: 32x32x3\nlayers: [relu]',
    ],
    ['text of an item', net('  - {conv: 8, kernel: 1}\n  - relu:\n    note: some things,\n      -one，\n      * two')],
    ['text of a key that only people read', 'x-why: some\n  + a：b\ninput: 32x32x3\nlayers: [relu]'],
    ['brackets in text', 'note: so, {conv:16} - [b=3, c\ninput: 32x32x3\nlayers: [relu]'],
    ['quotes of a book in text', 'note: so, “this” and, ‘that’\ninput: 32x32x3\nlayers: [relu]'],
    [
      'signs of other keyboards in names in braces',
      net('  - {relu, name: 层【一】　：}\n  - {relu, name: 层：一}\n  - {tanh, from: 层：一}'),
    ],
    ['a sum over lines', 'vars:\n  n:\n    2\n    + 2\ninput: 32x32x3\nlayers: [{conv: n, kernel: 1}]'],
    ['a product over lines', 'vars:\n  n: 2\n    * 4\n    - 3\ninput: 32x32x3\nlayers: [{conv: n, kernel: 1}]'],
    ['a call over lines', 'vars:\n  n: max(3,\n    4)\ninput: 32x32x3\nlayers: [{conv: n, kernel: 1}]'],
    ['a comparison over lines', net('  - relu:\n    when: c\n      ==3')],
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
