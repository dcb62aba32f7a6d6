// What ONNX has beyond PyTorch. Resize by every point and rounding: against the values that its standard prints, and against
// whole-number arithmetic for the cell that is read and for what the analysis says that is seen. Pools and LRN from their definitions.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tapsOf } from '../src/core/reach.js';
import { analyze, parse } from '../src/index.js';
import { reference } from '../src/kernels/reference.js';
import { networkOf } from '../src/run/network.js';

/** One item, or several in brackets. */
const items = (text: string): string => (text.startsWith('[') ? `  ${text}\n` : `  - ${text}\n`);

/** A layer on an image of one channel, `input` its sizes: what comes out, and its facts. */
const made = async (input: string, item: string, data: readonly number[]) => {
  const analysis = analyze(parse(`input: ${input}x1\nlayers:\n${items(item)}`));
  const { facts } = analysis.graph.nodes.at(-1) ?? {};
  const network = networkOf(analysis, new Map());
  if (!facts || !network) throw new Error(`${item} is not analysed`);
  const options = { batch: 1, threads: 1, precision: 'auto', core: 'auto', training: false } as const;
  const session = await reference(() => 0).open(network, options);
  const [, ...sizes] = facts.output;
  const shape = [1, 1, ...input.split('x').map(Number)];
  const { outputs } = await session.run(new Map([[0, { shape, data: Float32Array.from(data) }]]));
  return { values: Array.from(outputs.get(network.outputs[0] ?? -1)?.data ?? []), sizes, facts };
};

const IMAGE = Array.from({ length: 16 }, (_, i) => i + 1);

// The examples of the standard with a 4x4 image of 1 … 16 (onnx/backend/test/case/node/resize.py): their first rows and last values.
describe('as the standard of ONNX prints', () => {
  it.each([
    [
      '{upsample, size: 8, coordinates: align_corners, rounding: floor}',
      [1, 1, 1, 2, 2, 3, 3, 4],
      [13, 13, 13, 14, 14, 15, 15, 16],
    ],
    [
      '{upsample, size: 8, coordinates: asymmetric, rounding: round_prefer_ceil}',
      [1, 2, 2, 3, 3, 4, 4, 4],
      [13, 14, 14, 15, 15, 16, 16, 16],
    ],
    [
      '{upsample, size: 8, coordinates: half_pixel, rounding: ceil}',
      [1, 2, 2, 3, 3, 4, 4, 4],
      [13, 14, 14, 15, 15, 16, 16, 16],
    ],
    [
      '{upsample: 2, mode: bicubic}',
      [0.47265625, 0.76953125, 1.24609375, 1.875, 2.28125, 2.91015625, 3.38671875, 3.68359375],
      [13.31640625, 13.61328125, 14.08984375, 14.71875, 15.125, 15.75390625, 16.23046875, 16.52734375],
    ],
    [
      '{upsample: 2, mode: bicubic, align_corners: true}',
      [1, 1.34110787, 1.80029155, 2.32944606, 2.67055394, 3.19970845, 3.65889213, 4],
      [13, 13.34110787, 13.80029155, 14.32944606, 14.67055394, 15.19970845, 15.65889213, 16],
    ],
    [
      '{upsample: 2, mode: bicubic, cubic: -0.5, exclude_outside: true}',
      [0.55882353, 0.81494204, 1.35698249, 1.89705882, 2.39705882, 2.93713516, 3.47917561, 3.73529412],
      [13.26470588, 13.52082439, 14.06286484, 14.60294118, 15.10294118, 15.64301751, 16.18505796, 16.44117647],
    ],
    [
      '{upsample: 0.8, mode: bicubic, cubic: -0.5, exclude_outside: true}',
      [1.36812675, 2.6695014, 4.0133367],
      [11.94896657, 13.25034122, 14.59417652],
    ],
    [
      '{upsample: 2, mode: bicubic, coordinates: asymmetric}',
      [1, 1.40625, 2, 2.5, 3, 3.59375, 4, 4.09375],
      [13.375, 13.78125, 14.375, 14.875, 15.375, 15.96875, 16.375, 16.46875],
    ],
    [
      '{upsample, size: 3, mode: bicubic}',
      [1.63078704, 3.00462963, 4.37847222],
      [12.62152778, 13.99537037, 15.36921296],
    ],
  ])('%s', async (item, first, last) => {
    const { values } = await made('4x4', item, IMAGE);
    const row = first.length;
    const close = (a: readonly number[], b: readonly number[]) =>
      Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? Number.NaN))));
    expect(values).toHaveLength(row * row);
    expect(close(values.slice(0, row), first)).toBeLessThan(2e-6);
    expect(close(values.slice(-row), last)).toBeLessThan(2e-6);
  });
});

/** The point of cell i as a quotient of whole numbers: n cells become m, or `up` for `down` of them. */
const point = (
  coordinates: string,
  i: number,
  [n, m]: readonly [number, number],
  [up, down]: readonly [number, number],
) =>
  coordinates === 'asymmetric'
    ? [i * down, up]
    : coordinates === 'half_pixel'
      ? [(2 * i + 1) * down - up, 2 * up]
      : m === 1
        ? [0, 1]
        : [i * (n - 1), m - 1];

/** By counting cells up from far below. */
const nearest = (rounding: string, [above = 0, below = 1]: readonly number[]): number => {
  let cell = -100;
  const isBelow = (twice: number): boolean => twice * below <= 2 * above;
  // The last cell at or below the point.
  while (isBelow(2 * (cell + 1))) cell += 1;
  if (cell * below === above || rounding === 'floor') return cell;
  if (rounding === 'ceil') return cell + 1;
  const half = 2 * above - (2 * cell + 1) * below;
  return half > 0 || (half === 0 && rounding === 'round_prefer_ceil') ? cell + 1 : cell;
};

const resized = fc.record({
  coordinates: fc.constantFrom('asymmetric', 'half_pixel', 'align_corners'),
  rounding: fc.constantFrom('floor', 'ceil', 'round_prefer_floor', 'round_prefer_ceil'),
  n: fc.integer({ min: 1, max: 20 }),
  up: fc.integer({ min: 1, max: 20 }),
  down: fc.integer({ min: 1, max: 6 }),
  bySize: fc.boolean(),
});

describe('the nearest cell', () => {
  it('is the one that is read, and the one that is seen', () =>
    fc.assert(
      fc.asyncProperty(resized, async ({ coordinates, rounding, n, up, down, bySize }) => {
        const m = bySize ? up : Math.floor((n * up) / down);
        fc.pre(m > 0);
        const by = bySize ? `size: ${m}` : `factor: ${up}/${down}`;
        const item = `{upsample, ${by}, coordinates: ${coordinates}, rounding: ${rounding}}`;
        const { values, sizes, facts } = await made(
          `${n}`,
          item,
          Array.from({ length: n }, (_, i) => i),
        );
        const ratio = bySize ? ([m, n] as const) : ([up, down] as const);
        const wanted = Array.from({ length: m }, (_, i) =>
          Math.min(Math.max(nearest(rounding, point(coordinates, i, [n, m], ratio)), 0), n - 1),
        );
        expect(sizes).toEqual([m]);
        expect(values).toEqual(wanted);
        const reach = facts.reach?.[0];
        expect(reach).toBeTypeOf('object');
        const seen = wanted.map((_, i) => typeof reach === 'object' && tapsOf(reach, i, m));
        expect(seen).toEqual(wanted.map((start) => ({ start, step: 1, count: 1 })));
      }),
      { numRuns: 1500 },
    ));
  it.each([
    ['nearest', 'asymmetric', 'floor'],
    ['nearest-exact', 'half_pixel', 'round_prefer_ceil'],
  ])('%s is %s, %s', async (mode, coordinates, rounding) => {
    const image = Array.from({ length: 13 }, (_, i) => i);
    for (const by of ['2', '0.7', '4/3', '1.5']) {
      const { values } = await made('13', `{upsample: ${by}, mode: ${mode}}`, image);
      const said = await made('13', `{upsample: ${by}, coordinates: ${coordinates}, rounding: ${rounding}}`, image);
      expect(values).toEqual(said.values);
    }
  });
});

const pooled = fc.record({
  mode: fc.constantFrom('max', 'avg'),
  n: fc.integer({ min: 1, max: 12 }),
  kernel: fc.integer({ min: 1, max: 4 }),
  stride: fc.integer({ min: 1, max: 3 }),
  dilation: fc.integer({ min: 1, max: 4 }),
  before: fc.nat(8),
  after: fc.nat(8),
  counted: fc.boolean(),
});

describe('a wide pool', () => {
  const extentOf = ({ kernel, dilation }: { readonly kernel: number; readonly dilation: number }) =>
    dilation * (kernel - 1) + 1;
  it('pools what its windows meet, and every window meets something', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(pooled, async (drawn) => {
        const { mode, n, kernel, stride, dilation, before, after, counted } = drawn;
        const options = `stride: ${stride}, dilation: ${dilation}, padding: [${before}, ${after}], wide: true`;
        const item = `{${mode}pool: ${kernel}, ${options}${mode === 'avg' ? `, count_include_pad: ${counted}` : ''}}`;
        const data = Array.from({ length: n }, (_, i) => ((i * 7) % 11) - 5);
        const padded = n + before + after;
        const starts: number[] = [];
        for (let at = 0; at + extentOf(drawn) <= padded; at += stride) starts.push(at - before);
        const met = starts.map((start) =>
          Array.from({ length: kernel }, (_, tap) => data[start + tap * dilation]).filter(
            (value) => value !== undefined,
          ),
        );
        const { diagnostics } = parse(`input: ${n}x1\nlayers:\n  - ${item}\n`);
        if (diagnostics.some(({ severity }) => severity === 'error')) {
          const most = Math.max(before, after);
          const fits = most < extentOf(drawn) && starts.length > 0 && (dilation <= n || before === 0);
          expect(fits, item).toBe(false);
          return;
        }
        run += 1;
        const { values } = await made(`${n}`, item, data);
        const wanted = met.map((cells) =>
          mode === 'max' ? Math.max(...cells) : cells.reduce((a, b) => a + b, 0) / (counted ? kernel : cells.length),
        );
        expect(met.every((cells) => cells.length > 0)).toBe(true);
        expect(values).toEqual(Array.from(Float32Array.from(wanted)));
      }),
      { numRuns: 1500 },
    );
    expect(run).toBeGreaterThan(100);
  });
  it.each([
    ['{maxpool: 3, padding: 2}', 'write 1 or less'],
    ['{maxpool: 3, padding: 3, wide: true}', 'write 2 or less'],
    [
      '{avgpool: 2, dilation: 9, padding: 5, wide: true}',
      'write dilation: 8 or less, or no padding before the first cell',
    ],
  ])('%s is refused', (item, help) => {
    const { diagnostics } = parse(`input: 8x8x4\nlayers:\n  - ${item}\n`);
    expect(diagnostics).toMatchObject([{ code: 'shape/pool-padding', help }]);
  });
});

describe('lrn', () => {
  it.each([1, 2, 3, 4, 5].flatMap((size) => ['before', 'behind'].map((lean) => [size, lean] as const)))(
    'of %i channels, %s',
    async (size, lean) => {
      const data = [1, -2, 3, 0.5, 4, -1, 2];
      const { values } = await made('7', `[{permute: [1, 0]}, {lrn: ${size}, alpha: 2, beta: 1, lean: ${lean}}]`, data);
      const [odd, other] = [Math.ceil((size - 1) / 2), Math.floor((size - 1) / 2)];
      const [before, behind] = lean === 'before' ? [odd, other] : [other, odd];
      const wanted = data.map((value, c) => {
        const squares = data.reduce((sum, x, i) => (i >= c - before && i <= c + behind ? sum + x * x : sum), 0);
        return value / (1 + (2 / size) * squares);
      });
      expect(Math.max(...values.map((value, i) => Math.abs(value - (wanted[i] ?? Number.NaN))))).toBeLessThan(1e-6);
    },
  );
});

describe('options that say nothing', () => {
  it.each([
    ['mode: bilinear, rounding: ceil', 'leave rounding out, or write mode: nearest'],
    ['mode: bilinear, cubic: -0.5', 'leave cubic out, or write mode: bicubic'],
    ['exclude_outside: true', 'leave exclude_outside out, or write mode: bicubic'],
    ['mode: area, coordinates: half_pixel', 'leave coordinates out, or write mode: bilinear'],
    ['mode: bilinear, align_corners: true, coordinates: asymmetric', 'write one of both'],
  ])('%s', (options, help) => {
    const { diagnostics } = parse(`input: 8x8x4\nlayers:\n  - {upsample: 2, ${options}}\n`);
    expect(diagnostics).toMatchObject([{ code: 'option/choice', help }]);
  });
});
