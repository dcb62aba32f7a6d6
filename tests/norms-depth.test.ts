// cnncalc norms --depth: what normalisations do to sizes through a stack, as laws; the noise of a batch; how both are shown.

import { beforeAll, describe, expect, it, vi } from 'vitest';
import { run } from './fake-io.js';
import { expectSame } from './same.js';

// Stacks are run, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

interface Layer {
  readonly output: number;
  readonly gradient: number;
  readonly weights: number;
  readonly weightGradient: number;
}

interface Result {
  readonly stacks: readonly {
    readonly initialisation: string;
    readonly factor: number;
    readonly norm: string;
    readonly layers: readonly Layer[];
  }[];
  readonly noise: { readonly sizes: readonly { batch: number; mean: number; spread: number }[] };
}

const depth = (argv: string) => run(['norms', '--depth', ...argv.split(' ')]);
const json = async (argv: string): Promise<Result> => JSON.parse((await depth(`${argv} --json`)).out);

const DEPTH = 12;
const SMALL = '--input 3x3x16 --batch 4 --groups 4';

describe.each([0, 1, 2])('with seed %i', (seed) => {
  let result: Result;
  beforeAll(async () => {
    result = await json(`${DEPTH} ${SMALL} --seed ${seed}`);
  });
  const layersOf = (initialisation: string, norm: string): readonly Layer[] =>
    result.stacks.find((one) => one.initialisation === initialisation && one.norm === norm)?.layers ?? [];

  it('every stack is there, with every layer', () => {
    expect(result.stacks.map(({ factor, norm, layers }) => [factor, norm, layers.length])).toEqual(
      [0.5, 1, 2].flatMap((factor) => ['none', 'batch', 'layer', 'group'].map((norm) => [factor, norm, DEPTH])),
    );
  });

  it('He keeps sizes within a factor, forwards and back', () => {
    for (const { output, gradient } of layersOf('he', 'none')) {
      expect(Math.abs(Math.log10(output))).toBeLessThan(1);
      expect(Math.abs(Math.log10(gradient))).toBeLessThan(1);
    }
  });

  it('without normalisation half of it vanishes and twice of it explodes, by the factor to the number of layers', () => {
    const he = layersOf('he', 'none');
    for (const [name, factor] of [
      ['small', 0.5],
      ['large', 2],
    ] as const) {
      layersOf(name, 'none').forEach(({ output, gradient, weights }, i) => {
        const at = he[i] as Layer;
        expect(output / at.output / factor ** (i + 1)).toBeCloseTo(1, 5);
        expect(gradient / at.gradient / factor ** (DEPTH - 1 - i)).toBeCloseTo(1, 5);
        expect(weights / at.weights).toBeCloseTo(factor, 6);
      });
    }
    expect(layersOf('small', 'none').at(-1)?.output).toBeLessThan(1e-2);
    expect(layersOf('large', 'none').at(-1)?.output).toBeGreaterThan(1e2);
    expect(layersOf('small', 'none')[0]?.gradient).toBeLessThan(1e-2);
    expect(layersOf('large', 'none')[0]?.gradient).toBeGreaterThan(1e2);
  });

  it.each(['batch', 'layer', 'group'])('under %s sizes do not hang on the initialisation, but for eps', (norm) => {
    layersOf('he', norm).forEach(({ output, gradient, weightGradient }, i) => {
      for (const [name, factor] of [
        ['small', 0.5],
        ['large', 2],
      ] as const) {
        const at = layersOf(name, norm)[i] as Layer;
        expect(at.output / output).toBeCloseTo(1, 2);
        expect(Math.abs(at.gradient / gradient - 1)).toBeLessThan(0.05);
        expect(Math.abs((at.weightGradient * factor) / weightGradient - 1)).toBeLessThan(0.05);
      }
      expect(Math.abs(Math.log10(output))).toBeLessThan(1);
    });
  });

  it('under batch normalisation gradients grow on their way back', () => {
    const layers = layersOf('he', 'batch');
    const growth = ((layers[0]?.gradient ?? 0) / (layers.at(-1)?.gradient ?? 1)) ** (1 / (DEPTH - 1));
    expect(growth).toBeGreaterThan(1.1);
    expect(growth).toBeLessThan(1.4);
  });

  it('the noise of a batch falls with the root of its size', () => {
    const { sizes } = result.noise;
    expect(sizes.map(({ batch }) => batch)).toEqual([2, 4, 8, 16, 32, 64, 128, 256]);
    for (const { batch, mean, spread } of sizes.filter(({ batch }) => batch >= 16)) {
      expect(Math.abs(mean - 1)).toBeLessThan(0.05);
      expect(Math.abs((spread * Math.sqrt(batch)) / Math.sqrt(1.5) - 1)).toBeLessThan(0.1);
    }
    sizes.forEach(({ spread }, i) => {
      if (i > 0) expect(spread).toBeLessThan(sizes[i - 1]?.spread ?? 0);
    });
  });
});

it('the same seed gives the same', async () => {
  const line = '3 --input 2x2x8 --seed 7';
  const first = await json(line);
  expectSame(await json(line), first);
  expect(first.stacks).not.toEqual((await json('3 --input 2x2x8')).stacks);
});

it('sequences and volumes have layers as well', async () => {
  for (const input of ['5x4', '2x2x2x4']) expect((await json(`2 --input ${input} --groups 2`)).stacks).toHaveLength(12);
});

describe('shown', () => {
  const small = '4 --input 2x2x8 --batch 2';
  it.each([80, 120])('in %i plain columns', async (width) => {
    const { code, out, err } = await depth(`${small} --width ${width} --ascii`);
    expect([code, err]).toEqual([0, '']);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(width);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: everything beyond ASCII is what is looked for
    expect(out).not.toMatch(/[^\x00-\x7f]/);
    expect(out.match(/half of He\b/g)?.length).toBeGreaterThanOrEqual(4);
  });
  it('every curve in a colour of its own, and what meets in none', async () => {
    const { out } = await run(['norms', '--depth', ...small.split(' '), '--color', 'always'], {
      env: { TERM: 'xterm-256color' },
    });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are made of them
    const colours = new Set([...out.matchAll(/\u001b\[38;5;(\d+)m[nblg]\u001b/g)].map(([, colour]) => colour));
    expect(colours.size).toBeGreaterThan(1);
    expect(out).toMatch(/[ │]\*/);
  });
  it.each([
    ['markdown', 'across: layer'],
    ['latex', '\\begin{tikzpicture}'],
  ])('as %s', async (format, says) => {
    expect((await depth(`${small} --format ${format}`)).out).toContain(says);
  });
  it('as a picture', async () => {
    const { code, out, io } = await depth(`${small} --svg depth.svg`);
    const svg = String(io.files.get('depth.svg'));
    expect(code).toBe(0);
    expect(out).toContain('normalisation through 4 layers');
    expect(svg).toMatch(/^<svg [^>]*>\n<title>sizes of outputs and gradients through 4 layers<\/title>/);
    // Two rows of three panels with four curves, all of numbers.
    for (const norm of ['none', 'batch', 'layer', 'group'])
      expect(svg.match(new RegExp(`<title>${norm}</title>`, 'g'))).toHaveLength(6);
    expect(svg).not.toMatch(/NaN|Infinity/);
  });
  it.each([
    ['--depth 1', 'a stack of 1 cannot be followed'],
    ['--depth 201', 'write --depth 2 to --depth 200'],
    ['--depth 100 --input 64', 'are done here'],
    ['--depth 4 --groups 5', '5 groups do not divide 16 channels'],
    ['--depth 4 --input 64x', 'a number stands alone'],
    ['--depth 4 --input 1x1x8 --batch 1', 'one value has no deviation'],
    ['--depth 4 --input 1x1x8 --groups 8', 'one value has no deviation'],
    ['--depth 2 --input 2x2x8 --svg readonly/a.svg', 'readonly/a.svg cannot be written: permission denied'],
  ])('%s is refused', async (argv, says) => {
    const { code, out, err } = await run(['norms', ...argv.split(' ')]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(says);
  });
});
