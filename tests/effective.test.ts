// The effective receptive field: against its closed form along a stack and gradients of random networks, and how the command shows it.

import { describe, expect, it, vi } from 'vitest';
import { analyze } from '../src/analysis/analyze.js';
import { type Effective, effectiveCells, effectiveField, halfSide } from '../src/analysis/effective.js';
import { middleOf } from '../src/analysis/view.js';
import { product } from '../src/core/shape.js';
import { decode } from '../src/files/decode.js';
import type { Picture } from '../src/files/picture.js';
import { reference } from '../src/kernels/reference.js';
import { parse } from '../src/lang/parse.js';
import { layers } from '../src/layers/index.js';
import { networkOf } from '../src/run/network.js';
import { normal } from '../src/run/random.js';
import { initialised } from '../src/run/weights.js';
import { plain, run } from './fake-io.js';

// Networks are run, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const effectiveOf = (text: string, unit?: readonly number[]): Effective => {
  const { graph, fields } = analyze(parse(text, { registry: layers }));
  const [input, last] = [graph.nodes[0], graph.nodes.at(-1)];
  const found = input && last && effectiveField(graph, fields.get(0) ?? [], input, last, unit ?? middleOf(last));
  if (!found) throw new Error('no effective field');
  return found;
};

const profile = ({ height, width, values }: Effective): readonly number[] =>
  [...values.subarray(Math.floor(height / 2) * width, (Math.floor(height / 2) + 1) * width)].map((v) =>
    Number((v ** 2).toFixed(6)),
  );

const share = (numbers: readonly number[]): readonly number[] =>
  numbers.map((n) => Number((n / Math.max(...numbers)).toFixed(6)));

describe('along a stack', () => {
  it('of three 3x3 the squares are those of [1 1 1] convolved with itself', () => {
    const field = effectiveOf('input: 7x7x4\nlayers:\n  - {conv: 4, kernel: 3, repeat: 3}\n');
    expect(profile(field)).toEqual(share([1, 3, 6, 7, 6, 3, 1]));
    expect([effectiveCells(field), halfSide(field)]).toEqual([49, 5]);
  });
  it('of n kernels it grows as the root of n, Luo et al.', () => {
    const side = (n: number) =>
      Math.sqrt(
        effectiveCells(
          effectiveOf(`input: ${2 * n + 1}x${2 * n + 1}x1\nlayers:\n  - {conv: 1, kernel: 3, repeat: ${n}}\n`),
        ),
      );
    expect(side(80) / side(20)).toBeGreaterThan(1.9);
    expect(side(80) / side(20)).toBeLessThan(2.1);
  });
  it('activations, normalisations and dropout change nothing', () => {
    const [bare, dressed] = ['', ', norm: bn, act: relu, drop: 0.5'].map((sugar) =>
      effectiveOf(`input: 11x11x4\nlayers:\n  - {conv: 4, kernel: 3, repeat: 5${sugar}}\n`),
    );
    expect(dressed).toEqual(bare);
  });
  it('a stride makes a comb of what the kernel leaves between', () => {
    expect(
      profile(
        effectiveOf('input: 5x5x1\nlayers:\n  - {conv: 1, kernel: 1, stride: 2}\n  - {conv: 1, kernel: 3}\n', [0, 0]),
      ),
    ).toEqual([1, 0, 1, 0, 1]);
  });
});

describe('on graphs', () => {
  it('an identity keeps the middle strong', () => {
    const field = effectiveOf('input: 7x7x4\nlayers:\n  - residual: [{conv: 4, kernel: 3, padding: 1}]\n');
    expect(profile(field)).toEqual(share([0, 0, 1, 10, 1, 0, 0]));
  });
  it('a concatenation shares by channels', () => {
    const field = effectiveOf(
      'input: 7x7x4\nlayers:\n  - concat: [[{conv: 1, kernel: 1}], [{conv: 3, kernel: 1x3, padding: 0x1}]]\n  - {conv: 1, kernel: 1}\n',
    );
    expect(profile(field)).toEqual([0, 0, 0.5, 1, 0.5, 0, 0]);
  });
  it('a gate is left out, a dense layer sees all alike', () => {
    const text = (gate: string) => `input: 9x9x4\nlayers:\n  - {conv: 4, kernel: 3}\n${gate}  - {conv: 4, kernel: 3}\n`;
    expect(effectiveOf(text('  - {se: 2}\n'))).toEqual(effectiveOf(text('')));
    expect(profile(effectiveOf('input: 5x5x4\nlayers:\n  - {fc: 4}\n'))).toEqual([1, 1, 1, 1, 1]);
    expect(profile(effectiveOf('input: 5x5x4\nlayers:\n  - {adaptiveavgpool: 1}\n  - {upsample: 5}\n'))).toEqual([
      1, 1, 1, 1, 1,
    ]);
  });
  const layersOf = (items: string, input = '16x16x3') => effectiveOf(`input: ${input}\nlayers:\n${items}`, [1, 0]);
  it('what moves values takes only the cells along that it moves', () => {
    const conv = '  - {conv: 4, kernel: 3x1, padding: 1x0}\n';
    const plain = layersOf(`${conv}  - {avgpool: 2}\n`);
    expect(layersOf(`${conv}  - {adaptiveavgpool: 8}\n`)).toEqual(plain);
    expect(layersOf(`${conv}  - {pixelunshuffle: 2}\n  - {conv: 2, kernel: 1}\n`)).toEqual(plain);
    const [there, turned] = [
      '  - {conv: 4, kernel: 1x3}\n',
      `  - {permute: [0, 2, 1]}\n  - {conv: 4, kernel: 3x1}\n  - {permute: [0, 2, 1]}\n`,
    ];
    expect(layersOf(turned)).toEqual(layersOf(there));
    expect(effectiveCells(layersOf('  - {pixelunshuffle: 2}\n  - {pixelshuffle: 2}\n'))).toBe(1);
    expect(effectiveCells(layersOf('  - {pixelunshuffle: 4}\n  - {slice: 3}\n  - {conv: 2, kernel: 1}\n'))).toBe(3);
  });
  it('a token of patches sees its patch', () => {
    const text = 'input: 32x32x3\nlayers:\n  - {conv: 8, kernel: 16, stride: 16}\n  - {reshape: 4x8}\n';
    expect([effectiveCells(effectiveOf(text, [1])), effectiveOf(text, [1]).values[20]]).toEqual([256, 1]);
    expect(effectiveCells(effectiveOf(`${text}  - {conv: 8, kernel: 1}\n  - {permute: [1, 0]}\n`, [1]))).toBe(1024);
  });
  it('sequences and volumes', () => {
    expect(effectiveOf('input: 9x4\nlayers:\n  - {conv: 4, kernel: 3}\n')).toMatchObject({ height: 1, width: 9 });
    expect(effectiveOf('input: 3x5x7x4\nlayers:\n  - {conv: 4, kernel: 3}\n')).toMatchObject({ height: 5, width: 7 });
  });
});

describe('against gradients of networks with random weights', () => {
  /** The root mean square over draws of the gradient of the middle unit, by finite differences. */
  const drawn = async (text: string, draws: number): Promise<readonly number[]> => {
    const analysis = analyze(parse(text, { registry: layers }));
    const [input, last] = [analysis.graph.nodes[0], analysis.graph.nodes.at(-1)];
    const shape = input?.facts?.output ?? [];
    const [cells, values] = [product(shape.slice(1)), product(shape)];
    const [channels = 1, height = 1, width = 1] = last?.facts?.output ?? [];
    const middle = Math.floor((height - 1) / 2) * width + Math.floor((width - 1) / 2);
    const squares = new Array<number>(cells).fill(0);
    for (let draw = 0; draw < draws; draw += 1) {
      const network = networkOf(analysis, initialised(analysis, draw));
      if (!network) throw new Error('no network');
      const x = normal(values, 1000 + draw);
      const step = 1e-3;
      // The image itself, then one for each value, changed a little.
      const data = Float32Array.from({ length: (values + 1) * values }, (_, i) => {
        const [n, at] = [Math.floor(i / values) - 1, i % values];
        return (x[at] ?? 0) + (n === at ? step : 0);
      });
      const options = { batch: values + 1, threads: 1, precision: 'exact', core: 'auto' } as const;
      const session = await reference(() => 0).open(network, options);
      const { outputs } = await session.run(new Map([[0, { shape: [values + 1, ...shape], data }]]));
      const y = outputs.get(last?.id ?? -1)?.data ?? new Float32Array();
      const each = channels * height * width;
      for (let at = 0; at < values; at += 1) {
        const gradient = ((y[(at + 1) * each + middle] ?? 0) - (y[middle] ?? 0)) / step;
        squares[at % cells] = (squares[at % cells] ?? 0) + gradient ** 2;
      }
    }
    return share(squares);
  };

  const correlation = (a: readonly number[], b: readonly number[]): number => {
    const mean = (list: readonly number[]) => list.reduce((x, y) => x + y, 0) / list.length;
    const [ma, mb] = [mean(a), mean(b)];
    const of = (x: readonly number[], mx: number, y: readonly number[], my: number) =>
      x.reduce((sum, v, i) => sum + (v - mx) * ((y[i] ?? 0) - my), 0);
    return of(a, ma, b, mb) / Math.sqrt(of(a, ma, a, ma) * of(b, mb, b, mb));
  };

  it.each([
    ['a stack', '  - {conv: 6, kernel: 3, bias: false, repeat: 3}\n'],
    ['a stack with ReLU', '  - {conv: 6, kernel: 3, act: relu, repeat: 3}\n'],
    ['strides and a maximum', '  - {conv: 6, kernel: 3, act: relu}\n  - {maxpool: 2}\n  - {conv: 6, kernel: 2}\n'],
    [
      'branches',
      '  - concat: [[{conv: 2, kernel: 1}], [{conv: 6, kernel: 5, padding: 2}]]\n  - {conv: 6, kernel: 3}\n',
    ],
    [
      'a transposed convolution',
      '  - {conv: 6, kernel: 3, stride: 2}\n  - {convtranspose: 6, kernel: 3, stride: 2}\n  - {conv: 6, kernel: 2}\n',
    ],
  ])('%s', async (_, items) => {
    const text = `input: 8x8x2\nlayers:\n${items}`;
    const squares = [...effectiveOf(text).values].map((v) => v ** 2);
    expect(correlation(await drawn(text, 60), squares)).toBeGreaterThan(0.9);
  });
});

describe('cnncalc rf --effective', () => {
  it('draws the map in 80 plain columns', async () => {
    const { code, out } = await run(['rf', 'vgg16', 'features.21', '--effective', '--ascii', '--width', '80']);
    expect(code).toBe(0);
    expect(out).toContain('rows 62 to 153 and columns 62 to 153 of 224x224');
    expect(out).toMatch(/effective +5,920 of 8,464 cells/);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: everything beyond ASCII is what is looked for
    expect(out).not.toMatch(/[^\x00-\x7f]/);
  });
  it('as JSON, SVG, Markdown and TikZ', async () => {
    const json = JSON.parse((await run(['rf', 'alexnet', 'conv3', '--effective', '--unit', '0,0', '--json'])).out);
    expect(json.layer.effective).toMatchObject({ at: [0, 0], cells: expect.any(Number) });
    expect(json.layer.effective.rows).toHaveLength(227);
    const { io } = await run(['rf', 'alexnet', 'conv3', '--effective', '--svg', 'a.svg']);
    const svg = String(io.files.get('a.svg'));
    expect(svg).toMatch(/^<svg [^>]*>\n<title>conv3: how strongly/);
    expect(svg.match(/<rect/g)).toHaveLength(1);
    const [, data = ''] = /href="data:image\/png;base64,([^"]+)"/.exec(svg) ?? [];
    const picture = await decode(data.length, () => Buffer.from(data, 'base64'));
    expect(picture).toMatchObject({ width: 99, height: 99, channels: 4 });
    const opacity = [...(picture as Picture).data].filter((_, i) => i % 4 === 3);
    expect(Math.max(...opacity)).toBe(255);
    expect(Math.min(...opacity)).toBeLessThan(16);
    expect((await run(['rf', 'alexnet', 'conv3', '--effective', '--format', 'markdown'])).out).toContain('```\n┌──');
    expect((await run(['rf', 'alexnet', 'conv3', '--effective', '--format', 'latex'])).out).toContain('fill[blue!');
  });
  it('in half blocks where there are 256 colours, twice as fine; in characters without, and with --ascii', async () => {
    const argv = ['rf', 'vgg16', 'features.21', '--effective', '--width', '80', '--color', 'always'];
    const fine = (await run(argv, { env: { TERM: 'xterm-256color' } })).out;
    expect(fine.replaceAll('\u001b', 'E')).toMatch(/E\[38;5;\d+mE\[48;5;\d+m▀+/);
    for (const line of plain(fine).split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    const lines = (text: string) =>
      plain(text)
        .split('\n')
        .filter((line) => /^ {2}[│|]/.test(line));
    expect(lines(fine).length).toBe(lines((await run(argv)).out).length);
    expect(plain(fine)).not.toMatch(/[░▒▓]/);
    expect((await run(argv)).out).toMatch(/░▒/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: everything beyond ASCII is what is looked for
    expect((await run([...argv, '--ascii'], { env: { TERM: 'xterm-256color' } })).out).not.toMatch(/[^\x00-\x7f]/);
    const border = await run(['equiv', '3x3+3x3', '5x5', '--input', '16', '--color', 'always'], {
      env: { COLORTERM: 'truecolor' },
    });
    expect(border.out).toContain('▀');
  });
  it('of a dense layer, and of every input that reaches a layer', async () => {
    expect((await run(['rf', 'alexnet', 'fc6', '--effective'])).out).toContain('of 227x227');
    const files = {
      'two.yaml':
        'inputs: {left: 8x8x1, right: 8x8x1}\nlayers:\n  - {conv: 4, kernel: 3, from: left, name: a}\n  - {conv: 4, kernel: 3, from: right, name: b}\n  - {add: [a, b], name: c}\n',
    };
    expect(
      (await run(['rf', 'two.yaml', 'c', '--effective'], { files })).out.match(/c, effective field/g),
    ).toHaveLength(2);
  });
});
