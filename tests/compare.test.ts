// cnncalc compare: which layers stand for which, and what they cost more. In-process, through the command line.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyze } from '../src/analysis/analyze.js';
import { align, difference, reshaped } from '../src/analysis/compare.js';
import { outline } from '../src/analysis/outline.js';
import { parse } from '../src/index.js';
import { bundled, eachNetwork } from './bundled.js';
import { run } from './fake-io.js';
import { net as netOf } from './spec-text.js';

const lines = (text: string) => outline(analyze(parse(text)));

/** The pairs as `a|b`, `=` before equal ones. */
const aligned = (a: string, b: string): string[] =>
  align(lines(a), lines(b)).map((pair) => `${pair.same ? '=' : ''}${pair.a?.name ?? ''}|${pair.b?.name ?? ''}`);

const net = (...items: string[]): string => netOf('32x32x3', ...items);

const CASES: readonly (readonly [string, string, string, readonly string[]])[] = [
  [
    'the same',
    net('{conv: 8, kernel: 3}', 'relu'),
    net('{conv: 8, kernel: 3}', 'relu'),
    ['=conv1|conv1', '=relu1|relu1'],
  ],
  ['other names do not matter', net('{conv: 8, kernel: 3, name: a}'), net('{conv: 8, kernel: 3, name: b}'), ['=a|b']],
  [
    'a layer more shifts the names behind it, and only that one is new',
    net('{conv: 8, kernel: 3}', '{conv: 9, kernel: 1}', 'gap'),
    net('{conv: 8, kernel: 3}', '{conv: 8, kernel: 1}', '{conv: 9, kernel: 1}', 'gap'),
    ['=conv1|conv1', '|conv2', '=conv2|conv3', '=gap1|gap1'],
  ],
  [
    'another option is the same layer, changed',
    net('{conv: 8, kernel: 3, padding: 1}', 'relu'),
    net('{conv: 8, kernel: 5, padding: 2}', 'relu'),
    ['conv1|conv1', '=relu1|relu1'],
  ],
  [
    'the same is what costs the same: other channels come in',
    net('{conv: 16, kernel: 3, name: c1}', '{conv: 32, kernel: 3, name: c2}'),
    net('{conv: 8, kernel: 3, name: c1}', '{conv: 32, kernel: 3, name: c2}'),
    ['c1|c1', 'c2|c2'],
  ],
  [
    'what shares its weights is another layer',
    net('{conv: 3, kernel: 1, name: a}', '{conv: 3, kernel: 1, name: b}'),
    net('{conv: 3, kernel: 1, name: a}', '{conv: 3, kernel: 1, name: b, share: a}'),
    ['=a|a', 'b|b'],
  ],
  [
    'content first, names second',
    net('{conv: 8, kernel: 3, name: a}', '{conv: 8, kernel: 1, name: b}'),
    net('{conv: 8, kernel: 3, name: b}', '{conv: 8, kernel: 1, name: c}'),
    ['=a|b', '=b|c'],
  ],
  [
    'of lines alike the new ones are those that are called otherwise',
    net('{relu, name: a}', '{relu, name: b}', '{relu, name: d}'),
    net('{relu, name: a}', '{relu, name: b}', '{relu, name: c}', '{relu, name: d}'),
    ['=a|a', '=b|b', '|c', '=d|d'],
  ],
  ['unknown layers are not the same', net('{conv: 8, kernel: 99}'), net('{conv: 8, kernel: 99}'), ['conv1|conv1']],
  ['another kind is another layer', net('relu'), net('gelu'), ['relu1|', '|gelu1']],
  ['nothing against something', net(), net('relu'), ['|relu1']],
];

describe('alignment', () => {
  it.each(CASES)('%s', (_, a, b, pairs) => {
    expect(aligned(a, b)).toEqual(pairs);
  });

  it('keeps every line of both, in order', () => {
    const item = fc.constantFrom('relu', 'gelu', '{conv: 3, kernel: 1}', '{conv: 3, kernel: 3, padding: 1}', 'bn');
    fc.assert(
      fc.property(fc.array(item, { maxLength: 12 }), fc.array(item, { maxLength: 12 }), (first, second) => {
        const [a, b] = [lines(net(...first)), lines(net(...second))];
        const pairs = align(a, b);
        expect(pairs.flatMap((pair) => pair.a ?? [])).toEqual(a);
        expect(pairs.flatMap((pair) => pair.b ?? [])).toEqual(b);
      }),
    );
  });
});

describe('of the bundled networks', () => {
  const all = eachNetwork().map((name) => [name, bundled(name)] as const);
  const small = all.filter(([, { rows }]) => rows.length < 400);
  it('VGG-16 is VGG-19 without three convolutions', () => {
    const of = (name: string) => outline(small.find(([one]) => one === name)?.[1] ?? expect.fail(name));
    const pairs = align(of('vgg16'), of('vgg19')).filter(({ same }) => !same);
    expect(pairs.map(({ a, b }) => [a, b?.rows[0].node.kind.name])).toEqual(
      ['conv', 'relu', 'conv', 'relu', 'conv', 'relu'].map((kind) => [null, kind]),
    );
  });
  it('the rows sum up to the difference of the totals, and the same have none', () => {
    const network = fc.constantFrom(...small);
    fc.assert(
      fc.property(
        network,
        network,
        fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
        (one, other, depth) => {
          const lines = [one, other].map(([, analysis]) => outline(analysis, depth === undefined ? {} : { depth }));
          const [a = [], b = []] = lines;
          const pairs = align(a, b);
          expect(pairs.flatMap((pair) => pair.a ?? [])).toEqual(a);
          expect(pairs.flatMap((pair) => pair.b ?? [])).toEqual(b);
          for (const figure of ['params', 'macs'] as const) {
            const all = pairs.reduce((sum, pair) => sum + (difference(pair, figure) ?? Number.NaN), 0);
            expect(all).toBe((other[1].totals[figure] ?? Number.NaN) - (one[1].totals[figure] ?? Number.NaN));
          }
          for (const pair of pairs) {
            if (!pair.same) continue;
            expect([difference(pair, 'params'), difference(pair, 'macs'), reshaped(pair)]).toEqual([0, 0, false]);
            expect(pair.a?.figures?.flops).toBe(pair.b?.figures?.flops);
            expect(pair.a?.inputShapes).toEqual(pair.b?.inputShapes);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
  it.each(['resnet50', 'vgg19', 'densenet121'])('%s is the same as itself', (name) => {
    const [, analysis] = all.find(([one]) => one === name) ?? expect.fail(name);
    expect(align(outline(analysis), outline(analysis)).every(({ same, a, b }) => same && a?.name === b?.name)).toBe(
      true,
    );
  });
});

describe('the command', () => {
  it('has totals and differences as JSON', async () => {
    const { out, code } = await run(['compare', 'resnet18', 'resnet34', '--json']);
    const { schema, models, differences } = JSON.parse(out);
    expect([schema, code]).toEqual(['cnncalc/compare/1', 0]);
    expect(models.map((model: { totals: { params: number } }) => model.totals.params)).toEqual([11689512, 21797672]);
    const [{ layers }] = differences;
    const more = layers.reduce((sum: number, { params }: { params: number }) => sum + params, 0);
    expect(more).toBe(21797672 - 11689512);
  });
  it('folds blocks that one of them has alone, with their sums, and numbered blocks together', async () => {
    const { out } = await run(['compare', 'resnet18', 'resnet34']);
    expect(out).toMatch(/^\+ {2}layer1\.2 +7 layers +56x56x64 +\+73,984 +\+231,211,008$/m);
    expect(out).toMatch(/^\+ {2}layer2\.2 +7 layers.*\n\+ {2}layer2\.3 +7 layers/m);
    expect(out).toMatch(/^\+ {2}layer3\.2 to \.5 +28 layers/m);
    expect(out).toMatch(/^= {2}18 the same$/m);
    const sums = [...out.matchAll(/^[+~-] .* ([+-]?[\d,]+) +[+-]?[\d,]+$/gm)].map(([, n = '']) =>
      Number(n.replaceAll(',', '')),
    );
    expect(sums.reduce((a, b) => a + b, 0)).toBe(21797672 - 11689512);
    expect((await run(['compare', 'resnet18', 'resnet34', '--all'])).out).toMatch(/^\+ {2}layer1\.2\.conv1 /m);
  });
  it('folds nothing that is short, and nothing of names without blocks', async () => {
    const [a, b] = [
      net('{conv: 8, kernel: 3, name: a.b}'),
      net('{conv: 8, kernel: 3, name: a.b}', 'relu', 'gelu', 'silu', 'sigmoid', 'tanh'),
    ];
    const { out } = await run(['compare', 'a.yaml', 'b.yaml'], { files: { 'a.yaml': a, 'b.yaml': b } });
    expect(out.match(/^\+ /gm)).toHaveLength(5);
  });
  it('is coloured as a diff: more green, less red, changed amber with what differs in bold, the same dim', async () => {
    const [a, b] = [
      net('{conv: 8, kernel: 3}', 'relu', 'gap', 'sigmoid'),
      net('{conv: 9, kernel: 3}', 'relu', 'gap', 'tanh'),
    ];
    const coloured = async (env: Record<string, string>) =>
      (
        await run(['compare', 'a.yaml', 'b.yaml', '--color', 'always'], { files: { 'a.yaml': a, 'b.yaml': b }, env })
      ).out.replaceAll('\u001b', 'E');
    const out = await coloured({});
    expect(out).toMatch(/^E\[33m~E\[39m {2}conv1 .*E\[1mconv 9 3x3E\[22m/m);
    expect(out).toMatch(/^E\[31m-E\[39m {2}E\[31msigmoid1E\[39m/m);
    expect(out).toMatch(/^E\[32m\+E\[39m {2}E\[32mtanh1E\[39m/m);
    expect(await coloured({ COLORTERM: 'truecolor' })).toContain('E[38;5;172m~');
  });
  it('compares all others with the first', async () => {
    const { out } = await run(['compare', 'alexnet', 'vgg16', 'vgg19', '--json']);
    expect(JSON.parse(out).differences.map(({ model }: { model: string }) => model)).toEqual(['VGG-16', 'VGG-19']);
  });
  it('says when nothing differs', async () => {
    expect((await run(['compare', 'lenet5', 'lenet5'])).out).toMatch(/the same but for their names/);
  });
  it('needs two', async () => {
    const { code, err } = await run(['compare', 'alexnet']);
    expect([code, err]).toEqual([2, expect.stringContaining('two specs or more')]);
  });
  it('shows what can be shown beside a spec with an error', async () => {
    const { code, out, err } = await run(['compare', 'lenet5', 'INPUT 4x4x1; CONV-9-32; FC-3']);
    expect([code, out, err]).toEqual([2, expect.stringContaining('?'), expect.stringContaining('kernel-too-large')]);
  });
});
