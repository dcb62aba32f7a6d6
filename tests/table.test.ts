// The summary's table as people read it: sugar folded into its layer, what lines read, which are outputs. Its figures are report.test.ts's.

import { describe, expect, it } from 'vitest';
import { plain, run } from './fake-io.js';

const specs = {
  'sugar.yaml':
    'input: 8x8x3\nlayers:\n  - {conv: 4, kernel: 3, norm: bn, act: relu, drop: 0.1, name: a}\n  - {bn, name: b}\n  - {fc: 2, act: softmax, name: c}\n',
  'skip.yaml':
    'input: 8x8x3\nlayers:\n  - {conv: 4, kernel: 3, padding: 1, name: a}\n  - {conv: 4, kernel: 3, padding: 1, name: b}\n  - {add: [a, b], name: c}\n',
  'aux.yaml':
    'input: 8x8x3\nlayers:\n  - {conv: 4, kernel: 3, name: a}\n  - {aux: [{fc: 2, name: side}], name: x}\n  - {fc: 3, name: main}\n',
  'two.yaml':
    'inputs: {left: 4x4x1, right: 4x4x1}\nlayers:\n  - {conv: 2, kernel: 1, from: left, name: a}\n  - {conv: 2, kernel: 1, from: right, name: b}\n  - {add: [a, b], name: c}\n',
};

const tableOf = async (...argv: string[]): Promise<readonly string[]> => {
  const { out } = await run(argv, { files: specs });
  return (plain(out).split('\n\n')[1] ?? '').split('\n').map((line) => line.trimEnd());
};
const names = (lines: readonly string[]): readonly string[] =>
  lines
    .slice(
      2,
      lines.findLastIndex((line) => /^─/.test(line)),
    )
    .map((line) => line.split(/ +/)[0] ?? '');

describe('sugar', () => {
  it('stands in the line of its layer', async () => {
    const lines = await tableOf('sugar.yaml');
    expect(names(lines)).toEqual(['a', 'b', 'c']);
    expect(lines[2]).toMatch(/^a +conv 4 3x3 \+ bn \+ relu \+ dropout +6x6x4 +120 /);
  });
  it('has lines of its own under --rows all, in CSV and in JSON', async () => {
    const all = ['a', 'a.norm', 'a.act', 'a.drop', 'b', 'c', 'c.act'];
    expect(names(await tableOf('sugar.yaml', '--rows', 'all'))).toEqual(all);
    const { out } = await run(['sugar.yaml', '--format', 'csv'], { files: specs });
    expect(
      out
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(',')[1]),
    ).toEqual(all);
    const json = JSON.parse((await run(['sugar.yaml', '--json'], { files: specs })).out);
    expect(json.layers.map(({ name }: { name: string }) => name)).toEqual(all);
  });
  it('--only finds it by its name', async () => {
    expect(names(await tableOf('sugar.yaml', '--only', '*.act'))).toEqual(['a.act', 'c.act']);
  });
  it('every row is in some line, and the lines sum up to the totals', async () => {
    for (const name of ['alexnet', 'vgg16', 'googlenet', 'unet', 'mobilenet_v2']) {
      const lines = await tableOf(name, '--columns', 'name,params', '--ascii');
      const numbers = lines.slice(2).flatMap((line) => /([\d,]+)(?: +\([^)]*\))?$/.exec(line)?.[1] ?? []);
      const figures = numbers.map((text) => Number(text.replaceAll(',', '')));
      expect(
        figures.slice(0, -1).reduce((a, b) => a + b, 0),
        name,
      ).toBe(figures.at(-1));
    }
  });
});

describe('what a line reads', () => {
  it.each([
    ['sugar.yaml', []],
    ['skip.yaml', [['c', 'a, b']]],
    [
      'two.yaml',
      [
        ['a', 'left'],
        ['b', 'right'],
        ['c', 'a, b'],
      ],
    ],
  ] as const)('%s', async (spec, said) => {
    const lines = await tableOf(spec);
    const at = lines[0]?.indexOf('from') ?? -1;
    expect(at >= 0).toBe(said.length > 0);
    const found = lines.slice(2, -2).flatMap((line) => {
      const text = at < 0 ? '' : line.slice(at).split(/ {2,}/)[0];
      return text ? [[line.split(/ +/)[0], text]] : [];
    });
    expect(found).toEqual(said);
  });
  it('is told where what stood above is left out', async () => {
    expect((await tableOf('skip.yaml', '--only', 'b')).join('\n')).toMatch(/^b +conv 4 3x3, pad 1 +a /m);
  });
  it('is in JSON', async () => {
    const { layers } = JSON.parse((await run(['aux.yaml', '--json'], { files: specs })).out);
    expect(layers.map((layer: { from: string[]; output?: true }) => [layer.from.join(), layer.output])).toEqual([
      ['input', undefined],
      ['a', true],
      ['a', true],
    ]);
  });
});

it('outputs are marked where there are several', async () => {
  const lines = (await tableOf('aux.yaml')).join('\n');
  expect(lines).toMatch(/side +fc 2 \(.*output\)/);
  expect(lines).toMatch(/main +fc 3 \(.*output\)/);
  expect((await tableOf('skip.yaml')).join('\n')).not.toContain('output)');
});

it('the totals are few lines', async () => {
  for (const name of ['alexnet', 'resnet50', 'googlenet']) {
    const { out } = await run([name, '--width', '80']);
    expect(out.trimEnd().split('\n\n').at(-1)?.split('\n').length).toBeLessThanOrEqual(8);
  }
});
