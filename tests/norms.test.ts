// cnncalc norms: what each normalisation averages, by definition and by execution, and how it is shown.

import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { plain, run } from './fake-io.js';

// Networks are run, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const norms = (argv = '') => run(['norms', ...argv.split(' ').filter((word) => word !== '')]);
const json = async (argv = '') => JSON.parse((await norms(`${argv} --json`)).out);

interface Row {
  readonly name: string;
  readonly means: number | null;
  readonly values: number;
  readonly takesMean: boolean;
  readonly measured: {
    readonly own: { readonly mean: number; readonly deviation: number } | null;
    readonly largestMean: Record<string, number>;
  };
}

it('draws the blocks', async () => {
  const { code, io } = await norms('--svg blocks.svg --batch 2 --input 2x2x6');
  expect(code).toBe(0);
  const drawn = String(io.files.get('blocks.svg'));
  expect(drawn).toMatch(/^<svg [^>]*>\n<title>normalisations/);
  // Seven blocks of 2 images, 4 places and 6 channels, of which one sees the front, the top and the right.
  expect(drawn.match(/<path/g)).toHaveLength(7 * (4 * 6 + 2 * 6 + 2 * 4));
  expect((await norms('--svg readonly/a.svg')).err).toContain('permission denied');
});

describe('what is averaged', () => {
  it('on four images of 8x8x6', async () => {
    const { schema, norms: rows } = await json();
    expect(schema).toBe('cnncalc/norms/1');
    expect(
      rows.map(
        (row: Row & { axes: string[]; params: number; buffers: number; sameInTest: boolean; seesOthers: boolean }) => [
          row.name,
          row.axes.join(' '),
          row.means,
          row.values,
          row.params,
          row.buffers,
          row.sameInTest,
          row.seesOthers,
        ],
      ),
    ).toEqual([
      ['batch', 'N H W', 6, 256, 12, 12, false, true],
      ['layer', 'C H W', 4, 384, 768, 0, true, false],
      ['instance', 'H W', 24, 64, 0, 0, true, false],
      ['group', 'C/3 H W', 12, 128, 12, 0, true, false],
      ['layer-c', 'C', 256, 6, 12, 0, true, false],
      ['rms', 'C', 256, 6, 6, 0, true, false],
      ['lrn', '', null, 5, 0, 0, true, false],
    ]);
  });
  it('one group is layer normalisation, as many as channels are instance normalisation', async () => {
    const by = ({ norms: rows }: { norms: Row[] }, name: string) => {
      const row = rows.find((r) => r.name === name);
      return [row?.means, row?.values];
    };
    const [one, all] = [await json('--groups 1'), await json('--groups 6')];
    expect(by(one, 'group')).toEqual(by(one, 'layer'));
    expect(by(all, 'group')).toEqual(by(all, 'instance'));
  });
  it('on sequences and volumes', async () => {
    expect((await json('--input 16x6')).norms[2].axes).toEqual(['L']);
    expect((await json('--input 2x4x4x6')).norms[0].axes).toEqual(['N', 'D', 'H', 'W']);
  });
});

describe('executed', () => {
  it('every set has mean 0 and deviation 1, over exactly those axes', async () => {
    const shape = fc.record({
      height: fc.integer({ min: 5, max: 7 }),
      width: fc.integer({ min: 5, max: 7 }),
      batch: fc.integer({ min: 2, max: 4 }),
      groups: fc.integer({ min: 2, max: 3 }),
      per: fc.integer({ min: 2, max: 3 }),
      seed: fc.nat(1000),
    });
    await fc.assert(
      fc.asyncProperty(shape, async ({ height, width, batch, groups, per, seed }) => {
        const { norms: rows }: { norms: Row[] } = await json(
          `--input ${height}x${width}x${groups * per} --batch ${batch} --groups ${groups} --seed ${seed}`,
        );
        const WHOLE: Readonly<Record<string, readonly string[]>> = {
          batch: ['batch'],
          layer: ['layer'],
          instance: ['batch', 'layer', 'instance', 'group'],
          group: ['layer', 'group'],
          'layer-c': ['layer', 'layer-c', 'rms'],
          rms: [],
        };
        for (const { name, takesMean, measured } of rows) {
          if (!measured.own) continue;
          if (takesMean) expect(measured.own.mean, name).toBeLessThan(1e-6);
          expect(measured.own.deviation, name).toBeLessThan(0.02);
          const zero = Object.entries(measured.largestMean).flatMap(([set, mean]) => (mean < 1e-6 ? [set] : []));
          expect(zero, name).toEqual(WHOLE[name]);
        }
      }),
      { numRuns: 12 },
    );
  });

  it('running statistics follow the batches with the momentum', async () => {
    const { batch } = await json();
    expect(batch).toMatchObject({ momentum: 0.1, drawn: { mean: 3, variance: 4 } });
    const [first, second] = batch.moments;
    expect(first.running.mean).toBeCloseTo(0.1 * first.batch.mean, 5);
    expect(first.running.variance).toBeCloseTo(0.9 + 0.1 * batch.unbiased, 5);
    expect(second.running.mean).toBeCloseTo(0.9 * first.running.mean + 0.1 * second.batch.mean, 5);
    expect(batch.unbiased / batch.biased).toBeCloseTo(256 / 255, 8);
    const last = batch.moments.at(-1);
    expect(last.batches).toBe(50);
    expect(Math.abs(last.running.mean - 3)).toBeLessThan(0.2);
    expect(Math.abs(last.running.variance - 4)).toBeLessThan(0.5);
    expect(batch.test.mean).toBeGreaterThan(1e-3);
    expect(batch.test.mean).toBeLessThan(0.5);
  });

  it('gamma is the deviation afterwards, beta the mean', async () => {
    const { affine } = await json();
    expect(affine.mean).toBeCloseTo(affine.beta, 4);
    expect(affine.deviation).toBeCloseTo(affine.gamma, 3);
  });
});

describe('shown', () => {
  it.each([80, 100])('in %i plain columns', async (width) => {
    const { code, out, err } = await norms(`--width ${width} --ascii`);
    expect([code, err]).toEqual([0, '']);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(width);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: everything beyond ASCII is what is looked for
    expect(out).not.toMatch(/[^\x00-\x7f]/);
    expect(out.replace(/\s+/g, ' ')).toContain(
      'Averaged over C, H and W of each image it would be layer normalisation',
    );
  });
  it('with what is not drawn in words', async () => {
    const { out } = await norms('--input 8x8x64 --batch 8 --groups 32');
    expect(out).toContain('across: 8 of 64 channels (C); down: 4 of 64 places');
  });
  it('with a colour for each set that touches, and characters where there are none', async () => {
    const colours = async (env: Record<string, string>) => {
      const { out } = await run(['norms', '--color', 'always', '--width', '80'], { env });
      expect(plain(out)).not.toMatch(/[░▒▓]/);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are made of them
      return new Set([...out.matchAll(/\u001b\[([\d;]+)m█/g)].map(([, colour]) => colour));
    };
    expect(await colours({ TERM: 'xterm-256color' })).toEqual(new Set(['38;5;25', '38;5;214', '38;5;36', '38;5;168']));
    expect(await colours({})).toEqual(new Set(['34', '33', '36', '35']));
    for (const shade of '░▒▓█') expect((await norms()).out).toContain(shade);
    expect(plain((await run(['norms', '--color', 'always', '--ascii'])).out)).toMatch(/::\*\*/);
  });
  it.each(['markdown', 'latex'])('as %s', async (format) => {
    expect((await norms(`--format ${format}`)).out).toContain('256');
  });
  it('a number alone is the side of a square', async () => {
    expect((await norms('--input 5 --get settings.input')).out).toBe(
      (await norms('--input 5x5x6 --get settings.input')).out,
    );
  });
  it('one value', async () => {
    expect((await norms('--get norms.2.means')).out).toBe('24\n');
  });
  it.each([
    ['--groups 4', '4 groups do not divide 6 channels'],
    ['--input eight', 'no value called'],
    ['--input 1x1x6 --batch 1', 'has no deviation'],
    ['--input 999x999x6', 'at most 262144'],
    ['--format csv', 'csv'],
  ])('%s is refused', async (argv, says) => {
    const { code, err } = await norms(argv);
    expect(code).toBe(2);
    expect(err).toContain(says);
  });
});
