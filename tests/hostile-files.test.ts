// No file makes the program throw, hang or take more than it has to: pictures, arrays and weights whose headers claim what is not
// there, and broken ones at random. What they hold when they are right is run.test.ts.

import fc from 'fast-check';
import * as fastPng from 'fast-png';
import jpegJs from 'jpeg-js';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { isProblem, type Problem } from '../src/core/diagnostic.js';
import type { Tensor } from '../src/core/kernels.js';
import { type Bytes, held } from '../src/files/bytes.js';
import { decode } from '../src/files/decode.js';
import { readNpy } from '../src/files/npy.js';
import type { Picture } from '../src/files/picture.js';
import { readSafetensors } from '../src/files/safetensors.js';
import { analyze, parse } from '../src/index.js';
import { resizedMiddle } from '../src/run/image.js';
import { type Preparation, readInput } from '../src/run/input.js';
import { fromFile } from '../src/run/weights.js';
import { chunk, comment, type Jpeg, jpegOf, type Png, pngOf, profile } from './picture-files.js';
import { fixture, npyOf, safetensors, safetensorsOf } from './tensor-files.js';

vi.mock('fast-png', { spy: true });
vi.mock('jpeg-js', { spy: true });

/** How often a decoder was handed something. */
const decoded = () => vi.mocked(fastPng.decode).mock.calls.length + vi.mocked(jpegJs.decode).mock.calls.length;
beforeEach(() => void vi.clearAllMocks());

const PLAIN: Preparation = { mean: [0], std: [1] };

/** How many bytes were asked for, beside the bytes. */
const counted = (bytes: Uint8Array) => {
  const asked = { bytes: 0 };
  const file: Bytes = {
    size: bytes.length,
    read: (offset, length) => {
      asked.bytes += length;
      return held(bytes).read(offset, length);
    },
  };
  return { asked, file };
};

const messageOf = (result: object): string => {
  if (!isProblem(result)) expect.fail('it was read');
  const { message } = result as Problem;
  expect(message).not.toMatch(/undefined|NaN|Infinity|\[object/);
  return message;
};

describe('pictures', () => {
  const read = (bytes: Uint8Array, shape = [3, 8, 8], preparation = PLAIN) =>
    readInput(held(bytes), shape, preparation);
  const png = (name: string, it: Png, message: string) => [`PNG ${name}`, pngOf(it), message] as const;
  const jpeg = (name: string, it: Jpeg, message: string) => [`JPEG ${name}`, jpegOf(it), message] as const;
  const small = { width: 16, height: 16 };

  it.each<readonly [string, Uint8Array, string]>([
    png('of width 0', { width: 0, height: 10, pixels: new Uint8Array(10) }, 'it is 0 pixels wide and 10 high'),
    png('of height 0', { width: 10, height: 0 }, 'it is 10 pixels wide and 0 high'),
    png('of nothing', { width: 0, height: 0 }, 'it is 0 pixels wide and 0 high'),
    png(
      'of too many pixels',
      { width: 0x7fffffff, height: 0x7fffffff, pixels: new Uint8Array(9) },
      'it has 2,147,483,647 x 2,147,483,647 pixels; at most 40,000,000 are read',
    ),
    png(
      'of few, and too many bytes',
      { width: 6400, height: 6000, depth: 16, type: 6, pixels: new Uint8Array(9) },
      'unpacked it takes 307,206,000 bytes; at most 200,000,000 are read',
    ),
    png(
      'with more in it than pixels',
      { ...small, pixels: new Uint8Array(1e7) },
      'take 784 bytes, and more are packed',
    ),
    png('with less', { ...small, pixels: new Uint8Array(700) }, 'its pixels take 784 bytes, and 700 are packed in it'),
    png('interlaced, with less', { ...small, interlaced: true }, 'its pixels take 798 bytes, and 784 are packed in it'),
    png(
      'interlaced, of two colours',
      { ...small, depth: 1, type: 0, interlaced: true },
      'of 1 bits a value are not read',
    ),
    png('of no colours', { ...small, type: 5 }, 'no picture has 8 bits a value in colours of type 5'),
    png('of no depth', { ...small, depth: 3, type: 0 }, 'no picture has 3 bits a value'),
    png(
      'of a million colours',
      { ...small, type: 3, more: [chunk('PLTE', new Uint8Array(3e6))] },
      'its PLTE has more than 768 bytes',
    ),
    ['PNG without pixels', pngOf(small).subarray(0, 33), 'it is cut off'],
    ['PNG without a header', pngOf(small).subarray(0, 20), 'it does not begin with a header'],
    ['PNG with a part that is too long', pngOf({ ...small, more: [new Uint8Array(12).fill(0xff)] }), 'it is cut off'],
    ['PNG of noise', pngOf(small).fill(7, 43, 50), 'its pixels cannot be unpacked'],
    jpeg('of width 0', { width: 0, height: 10 }, 'it is 0 pixels wide and 10 high'),
    jpeg('of height 0', { width: 10, height: 0 }, 'it is 10 pixels wide and 0 high'),
    jpeg(
      'of too many pixels',
      { width: 65_535, height: 65_535, coded: new Uint8Array(9) },
      'at most 40,000,000 are read',
    ),
    jpeg(
      'whose blocks take too much',
      {
        width: 6000,
        height: 6000,
        components: [
          [1, 0x11],
          [2, 0x11],
          [3, 0x11],
        ],
        coded: new Uint8Array(9),
      },
      'unpacked it takes 648,000,000 bytes; at most 400,000,000 are read',
    ),
    jpeg(
      'that is narrow, and has wide units',
      {
        width: 1,
        height: 65_535,
        components: [
          [1, 0x14],
          [2, 0x41],
          [3, 0x44],
        ],
        coded: new Uint8Array(9),
      },
      // Still few blocks: it reaches the decoder, which finds no pixels.
      'marker',
    ),
    jpeg(
      'of two colours',
      {
        ...small,
        components: [
          [1, 0x11],
          [2, 0x11],
        ],
      },
      'it has 2 colours, of which 1, 3 or 4 are read',
    ),
    jpeg(
      'of one colour three times',
      {
        ...small,
        components: [
          [1, 0x11],
          [1, 0x11],
          [1, 0x11],
        ],
      },
      'it has 3 colours',
    ),
    jpeg('of no sampling', { ...small, components: [[1, 0x01]] }, 'no sampling of its colours'),
    jpeg('of 12 bits', { ...small, precision: 12 }, 'pictures of 12 bits a value are not read'),
    jpeg('of two pictures', { ...small, frames: 2 }, 'it holds several pictures'),
    jpeg('drawn over and over', { width: 6400, height: 6000, progressive: true, finer: 60 }, 'it has too many scans'),
    ['JPEG without a picture', Uint8Array.of(0xff, 0xd8, 0xff, 0xd9), 'it says no size'],
    ['JPEG that ends in a part', jpegOf({ ...small, more: [comment(500)] }).subarray(0, 100), 'it is cut off'],
  ])('%s', async (name, bytes, message) => {
    expect(messageOf(await read(bytes))).toContain(message);
    if (!name.includes('narrow')) expect(decoded()).toBe(0);
  });

  it('a large file is not read at all', async () => {
    const result = await decode(2 ** 31, () => expect.fail('it was read'));
    expect(messageOf(result)).toContain('it has 2,147,483,648 bytes; at most 200,000,000 are read');
  });

  it('profiles and comments are not unpacked', async () => {
    const [plain, more] = [pngOf(small), pngOf({ ...small, more: [profile(5e7), profile(5e7)] })];
    expect(await read(more)).toEqual(await read(plain));
    for (const [bytes] of vi.mocked(fastPng.decode).mock.calls) expect((bytes as Uint8Array).length).toBeLessThan(200);
    const [still, talking] = [
      jpegOf(small),
      jpegOf({ ...small, more: Array.from({ length: 50 }, () => comment(60_000)) }),
    ];
    expect(await read(talking)).toEqual(await read(still));
  });

  it('pixels in many parts are those in one', async () => {
    const pixels = Uint8Array.from({ length: 784 }, (_, i) => (i % 49 === 0 ? 0 : (i * 89) % 251));
    expect(await read(pngOf({ ...small, pixels, parts: 600 }))).toEqual(await read(pngOf({ ...small, pixels })));
  });

  it('colours that are only suggested change none', async () => {
    const more = [chunk('PLTE', Uint8Array.of(1, 2, 3))];
    expect(await read(pngOf({ ...small, more }))).toEqual(await read(pngOf(small)));
  });

  it('progressive ones with as many scans as people make are read', async () => {
    expect(isProblem(await read(jpegOf({ width: 800, height: 600, progressive: true, finer: 9 })))).toBe(false);
  });

  it.each([
    ['1 x 2000', { width: 1, height: 2000 }],
    ['2000 x 1', { width: 2000, height: 1 }],
    ['1 x 1', { width: 1, height: 1 }],
  ])('of %s become an input of 512 x 512, and no more', async (_, size) => {
    const made = await read(pngOf(size), [3, 512, 512]);
    expect((made as Tensor).shape).toEqual([1, 3, 512, 512]);
  });

  it('that would take too long to be resized are refused', async () => {
    const thin = pngOf({ width: 1, height: 4_000_000, type: 0 });
    expect(isProblem(await read(thin, [3, 64, 64]))).toBe(false);
    expect(messageOf(await read(thin, [3, 512, 512], { ...PLAIN, resize: [512, 512] }))).toBe(
      'it takes too long to bring a picture of 1 x 4,000,000 pixels to 512 x 512',
    );
  });

  it('what is cut out is what would be there if all were resized', () => {
    const size = fc.integer({ min: 1, max: 12 });
    const sides = fc.tuple(size, size);
    fc.assert(
      fc.property(sides, sides, sides, fc.constantFrom(1, 3), ([height, width], to, crop, channels) => {
        const data = Uint8Array.from({ length: height * width * channels }, (_, i) => (i * 71) % 256);
        const picture = { width, height, channels, data };
        const same = (one: Picture): Picture => one;
        const whole = resizedMiddle(picture, to, to, same) as Picture;
        const part = resizedMiddle(picture, to, crop, same) as Picture;
        // Without resizing the middle is only cut out, which the fixtures of run.test.ts show to be right.
        expect(part).toEqual(resizedMiddle(whole, to, crop, same));
      }),
    );
  });

  it('one number for each channel, or one for all', async () => {
    const apart = await read(pngOf(small), [3, 8, 8], { mean: [1, 2], std: [1] });
    expect(apart).toMatchObject({ code: 'data/channels', message: expect.stringContaining('there are 2 means') });
    expect(await read(pngOf(small), [1, 8, 8], { mean: [0], std: [1, 2, 3] })).toMatchObject({ code: 'data/channels' });
    expect(isProblem(await read(pngOf(small), [3, 8, 8], { mean: [0, 0, 0], std: [2] }))).toBe(false);
  });
});

describe('arrays', () => {
  const read = (bytes: Uint8Array) => {
    const { asked, file } = counted(bytes);
    const result = readNpy(file);
    // Numbers are not read before somebody asks.
    expect(asked.bytes).toBeLessThan(11_000);
    return result;
  };
  const ones = (count: number): string => Array<number>(count).fill(1).join(', ');
  it.each<readonly [string, Uint8Array, string]>([
    ['larger than the file', npyOf([1, 2], '1000000000000, 3'), 'take 12000000000000 bytes, and 8 are there'],
    ['larger than any', npyOf([1, 2], '99999999999999999999, 9999999999999'), 'bytes, and 8 are there'],
    ['smaller than the file', npyOf([1, 2, 3], '2'), 'take 8 bytes, and 12 are there'],
    ['of nothing, with something behind', npyOf([1], '0, 5'), 'take 0 bytes, and 4 are there'],
    ['of no numbers', npyOf([1, 2], '1 2,'), 'its header says no shape'],
    ['of a hundred axes', npyOf([1], ones(100)), 'it has 100 axes; at most 64 are read'],
    ['with a long header', npyOf([1], ones(5000)), 'its header has 15'],
    ['with a header beyond the end', npyOf([1], '1').subarray(0, 40), 'it ends in the header'],
    ['without one', npyOf([1], '1').subarray(0, 8), 'it ends in the header'],
  ])('%s', (_, bytes, message) => expect(messageOf(read(bytes))).toContain(message));

  it('of many axes in Fortran order are turned in one pass', () => {
    const values = Array.from({ length: 6 }, (_, i) => i);
    const { data } = readNpy(held(npyOf(values, `2, 3, ${ones(62)}`, { fortran: true }))) as Tensor;
    expect([...data]).toEqual([0, 2, 4, 1, 3, 5]);
  });
});

describe('weights', () => {
  const of = (header: unknown, length = 8) =>
    readSafetensors(counted(safetensorsOf(header, new Uint8Array(length))).file);
  const entry = (from: number, to: number) => ({ dtype: 'F32', shape: [(to - from) / 4], data_offsets: [from, to] });
  const twice = (inside: string) => `{"a": ${JSON.stringify(entry(0, 4))}, ${inside}}`;
  it.each<readonly [string, object | Problem, string]>([
    ['with bytes behind', of({ a: entry(0, 4) }), '4 of its 8 bytes of numbers belong to no tensor'],
    ['with bytes between', of({ a: entry(0, 4), b: entry(8, 12) }, 12), '4 of its 12 bytes'],
    ['with three offsets', of({ a: { ...entry(0, 8), data_offsets: [0, 8, 8] } }), '"a" has not two data_offsets'],
    ['with one', of({ a: { ...entry(0, 8), data_offsets: [0] } }), '"a" has not two data_offsets'],
    ['with offsets of lists', of({ a: { ...entry(0, 8), data_offsets: [[[0]], 8] } }), 'has not two data_offsets'],
    ['with a name twice', of(twice(`"a": ${JSON.stringify(entry(4, 8))}`)), '"a" is there twice'],
    ['with a name twice, spelled apart', of(twice(`"\\u0061" : ${JSON.stringify(entry(4, 8))}`)), '"a" is there twice'],
    [
      'with a shape twice',
      of('{"a": {"dtype": "F32", "shape": [1], "shape": [2], "data_offsets": [0, 8]}}'),
      '"shape" is there twice',
    ],
    ['with a million brackets', of('['.repeat(1e6) + ']'.repeat(1e6)), 'its header is no JSON'],
    [
      'with brackets in an entry',
      of(`{"a": {"dtype": "F32", "shape": ${'['.repeat(1e5)}${']'.repeat(1e5)}, "data_offsets": [0, 8]}}`),
      '"a" has no dtype',
    ],
    [
      'with a shape beyond all numbers',
      of({ a: { ...entry(0, 8), shape: [2 ** 52, 2 ** 52] } }),
      'bytes as F32, not 8',
    ],
    ['with names of signs', of({ 'a"b\\': entry(0, 4) }), '4 of its 8 bytes'],
  ])('%s', (_, result, message) => expect(messageOf(result)).toContain(message));

  it('__proto__ and constructor are names', () => {
    const file = of(`{"__proto__": ${JSON.stringify(entry(0, 4))}, "constructor": ${JSON.stringify(entry(4, 8))}}`);
    expect([...(file as ReadonlyMap<string, object>).keys()]).toEqual(['__proto__', 'constructor']);
  });

  it('that fit nowhere are compared with few others', () => {
    const analysis = analyze(parse('input: 4x4x4\nlayers: [{conv: 4, kernel: 1, repeat: 2000}]'));
    const all = Array.from(
      { length: 20_000 },
      (_, i) => [`tensor${i}`, { dtype: 'F32', shape: [4], load: () => new Float32Array(4) }] as const,
    );
    const problems = fromFile(analysis, new Map(all)) as readonly Problem[];
    expect(problems).toHaveLength(24_000);
    expect(problems[1]?.help).toContain('of that shape are left over');
  });
});

describe('files at random', () => {
  const files = [
    fixture('bits.png'),
    fixture('palette.png'),
    fixture('picture.png').subarray(0, 4000),
    fixture('picture.jpg'),
    pngOf({ width: 9, height: 9, interlaced: true }),
    jpegOf({ width: 40, height: 40, progressive: true, finer: 3 }),
    npyOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], '3, 2, 2', { fortran: true }),
  ];
  const damage = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }), fc.constantFrom('set', 'cut', 'double'));
  const broken = (bytes: Uint8Array, damages: readonly (readonly [number, number, string])[]): Uint8Array => {
    let file = bytes.slice();
    for (const [at, value, how] of damages) {
      const place = at % file.length;
      if (how === 'set') file[place] = value;
      else if (how === 'cut' && value < 20) file = file.slice(0, Math.max(8, place));
      else if (how === 'double')
        file = new Uint8Array(Buffer.concat([file.subarray(0, place), file.subarray(Math.max(0, place - value))]));
    }
    return file;
  };
  it('are an input, or a sentence says why not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.array(damage, { minLength: 1, maxLength: 4 }),
        async (file, damages) => {
          const result = await readInput(held(broken(file, damages)), [3, 2, 2], PLAIN);
          if (!isProblem(result)) expect(result.data).toHaveLength(result.shape.reduce((a, b) => a * b, 1));
        },
      ),
      { numRuns: 400 },
    );
  });
  it('are weights, or a sentence says why not', () => {
    const whole = safetensors({ 'a.weight': { shape: [2, 2], data: [1, 2, 3, 4] }, b: { shape: [1], data: [5] } });
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), (damages) => {
        const { file, asked } = counted(broken(whole, damages));
        const entries = readSafetensors(file);
        if (!isProblem(entries)) for (const { load } of entries.values()) load?.();
        expect(asked.bytes).toBeLessThanOrEqual(2 * file.size + 16);
      }),
      { numRuns: 1000 },
    );
  });
});
