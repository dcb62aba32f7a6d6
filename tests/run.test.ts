// cnncalc run: weights and data from files, what comes out, the report, and everything that can go wrong. Whether operators
// compute what PyTorch does is execution.test.ts.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { main } from '../src/cli.js';
import { type ProgressBar, progressBar, turning, withProgress } from '../src/commands/progress.js';
import type { Backend, Tensor } from '../src/core/kernels.js';
import { analyze, run as library, parse, reference } from '../src/index.js';
import { engine } from '../src/kernels/wasm/engine.js';
import { execute, noise } from '../src/run/execute.js';
import { core, fakeIo, plain, run, type World } from './fake-io.js';
import { difference } from './operators.js';
import { arrayIn, fixture, npyOf, safetensors, safetensorsOf, tensorsIn } from './tensor-files.js';

const NET = `name: Net
input: 6x5x2
layers:
  - {conv: 4, kernel: 3, padding: 1, name: a, norm: bn, act: relu}
  - {maxpool: 2, name: pool}
  - {fc: 3, name: head}
`;

const files = {
  'net.yaml': NET,
  'same.yaml': 'input: 2x3x2\nlayers: [identity]\n',
  'tiny.yaml': fixture('tiny.yaml'),
  'tiny.safetensors': fixture('tiny.safetensors'),
  'tiny.npy': fixture('tiny-input.npy'),
};

/** Lets go of what nobody holds. */
const collect = (): void => {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
};

const cnncalc = (line: string, world: World = {}) =>
  run(['run', ...line.split(' ')], { ...world, files: { ...files, ...world.files } });

/** What --save wrote. */
const saved = async (line: string, world: World = {}): Promise<Tensor> => {
  const { code, err, io } = await cnncalc(`${line} --save y.npy`, world);
  expect(code, err).toBe(0);
  return arrayIn(io.files.get('y.npy'));
};

const json = async (line: string, world: World = {}) => JSON.parse((await cnncalc(`${line} --json`, world)).out);

describe.each(['wasm', 'reference'])('on the %s backend', (backend) => {
  it('a network with the weights of PyTorch gives what PyTorch does', async () => {
    const output = await saved(`tiny.yaml --weights tiny.safetensors --data tiny.npy --backend ${backend}`);
    expect(difference(output, arrayIn(fixture('tiny-output.npy')))).toBeLessThan(2e-6);
  });
  it('image by image it is the same', async () => {
    const line = `tiny.yaml --weights tiny.safetensors --data tiny.npy --backend ${backend} --one-by-one`;
    expect(difference(await saved(line), arrayIn(fixture('tiny-output.npy')))).toBeLessThan(2e-6);
  });
  it('weights of F16 and BF16 are read', async () => {
    const rounded = (dtype: string, raw: (value: number) => number) =>
      safetensors(
        Object.fromEntries(
          [...tensorsIn(fixture('tiny.safetensors'))]
            .filter(([name]) => !name.endsWith('num_batches_tracked'))
            .map(([name, { shape, data }]) => [
              name,
              { dtype, shape, data: new Uint8Array(Uint16Array.from(data, raw).buffer) },
            ]),
        ),
      );
    const bits = (value: number): number => new Uint32Array(Float32Array.of(value).buffer)[0] as number;
    const world = {
      files: {
        'bf16.safetensors': rounded('BF16', (value) => (bits(value) + 0x8000) >>> 16),
        // Rounded to 10 bits of fraction; nothing here is as small as half precision's subnormals, or as large as its infinity.
        'f16.safetensors': rounded('F16', (value) => {
          const all = bits(value) + 0x1000;
          const exponent = ((all >>> 23) & 0xff) - 127 + 15;
          return ((all >>> 16) & 0x8000) | (exponent <= 0 ? 0 : (exponent << 10) | ((all >>> 13) & 0x3ff));
        }),
      },
    };
    const of = (name: string) => saved(`tiny.yaml --weights ${name} --data tiny.npy --backend ${backend}`, world);
    const whole = arrayIn(fixture('tiny-output.npy'));
    expect(difference(await of('f16.safetensors'), whole)).toBeLessThan(2e-3);
    expect(difference(await of('bf16.safetensors'), whole)).toBeLessThan(2e-2);
    expect(difference(await of('bf16.safetensors'), whole)).toBeGreaterThan(1e-4);
  });
  it('every layer is looked at by --stats', async () => {
    const report = await json(`net.yaml --stats --backend ${backend}`);
    const relu = report.layers.find((layer: { name: string }) => layer.name === 'a.act').statistics;
    expect(relu.min).toBe(0);
    expect(relu.zeros).toBeGreaterThan(0.2);
    expect(relu.zeros).toBeLessThan(0.8);
    expect(report.layers.every((layer: { statistics?: object }) => layer.statistics)).toBe(true);
  });
});

describe('weights from a seed', () => {
  const weights = async (line: string) => {
    const { io } = await cnncalc(`${line} --save-weights w.safetensors -q`);
    return tensorsIn(io.files.get('w.safetensors'));
  };
  it('are the same for the same seed, and 0 is the default', async () => {
    const [first, again, other] = [
      await weights('net.yaml'),
      await weights('net.yaml --seed 0'),
      await weights('net.yaml --seed 1'),
    ];
    expect(again).toEqual(first);
    expect(other.get('a.weight')).not.toEqual(first.get('a.weight'));
    // Stays so: a seed is worth something only as long as it gives the same.
    expect([...(first.get('head.weight')?.data.subarray(0, 3) ?? [])]).toMatchInlineSnapshot(`
      [
        -0.08573402464389801,
        0.12596340477466583,
        -0.43164804577827454,
      ]
    `);
  });
  it('have the names and shapes of PyTorch, and the variance of He', async () => {
    const found = await weights('resnet18');
    const { data, shape } = found.get('layer2.0.conv2.weight') as Tensor;
    expect(shape).toEqual([128, 128, 3, 3]);
    const squares = data.reduce((sum, value) => sum + value ** 2, 0) / data.length;
    expect(squares / (2 / (128 * 9))).toBeCloseTo(1, 1);
    expect(Math.abs(data.reduce((sum, value) => sum + value, 0) / data.length)).toBeLessThan(1e-3);
    expect(new Set(found.get('bn1.weight')?.data)).toEqual(new Set([1]));
    expect(new Set(found.get('bn1.running_var')?.data)).toEqual(new Set([1]));
    expect(new Set(found.get('bn1.running_mean')?.data)).toEqual(new Set([0]));
    expect(new Set(found.get('fc.bias')?.data)).toEqual(new Set([0]));
  });
  it('can be saved and read again', async () => {
    const { io } = await cnncalc('net.yaml --seed 7 --save-weights w.safetensors');
    const world = { files: { 'w.safetensors': io.files.get('w.safetensors') as Uint8Array } };
    const report = await json('net.yaml --seed 7 --weights w.safetensors', world);
    expect(report.outputs).toEqual((await json('net.yaml --seed 7')).outputs);
  });
  it('do not depend on what stands around a layer', async () => {
    const world = { files: { 'more.yaml': NET.replace('  - {maxpool', '  - {conv: 4, kernel: 1}\n  - {maxpool') } };
    const { io } = await cnncalc('more.yaml --save-weights w.safetensors', world);
    const more = tensorsIn(io.files.get('w.safetensors'));
    expect(more.get('a.weight')).toEqual((await weights('net.yaml')).get('a.weight'));
  });
});

describe('a file of weights', () => {
  const right = {
    'a.weight': { shape: [4, 2, 3, 3], data: Array(72).fill(0.5) },
    'a.bias': { shape: [4], data: [1, 2, 3, 4] },
    'a.norm.weight': { shape: [4], data: [1, 1, 1, 1] },
    'a.norm.bias': { shape: [4], data: [0, 0, 0, 0] },
    'a.norm.running_mean': { shape: [4], data: [0, 0, 0, 0] },
    'a.norm.running_var': { shape: [4], data: [1, 1, 1, 1] },
    'a.norm.num_batches_tracked': { dtype: 'I64', shape: [], data: new Uint8Array(8) },
    'head.weight': { shape: [3, 24], data: Array(72).fill(0.25) },
    'head.bias': { shape: [3], data: [0, 0, 0] },
  };
  const withFile = (weights: Uint8Array | string | null, line = 'net.yaml') =>
    cnncalc(`${line} --weights w.safetensors`, { files: { 'w.safetensors': weights } });

  it('fits by names; num_batches_tracked is nothing to compute with', async () => {
    expect((await withFile(safetensors(right))).code).toBe(0);
  });

  it('names all that is missing, too much or of another shape, both shapes, and runs nothing', async () => {
    const { 'a.bias': _, ...rest } = right;
    const { code, err, out } = await withFile(
      safetensors({
        ...rest,
        'head.weight': { shape: [5, 24], data: Array(120).fill(0) },
        'head.scale': { shape: [3], data: [1, 1, 1] },
      }),
    );
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain('head.weight is [5, 24] in the file, and [3, 24] here [weights/shape]');
    expect(err).toContain('a.bias of [4] is not in the file [weights/missing]');
    expect(err).toContain('head.scale of [3] in the file belongs to no layer [weights/extra]');
    expect(err).toContain('nothing was run');
  });

  it('with --json tells the same in a report without layers', async () => {
    const { 'a.bias': _, ...rest } = right;
    const { code, out } = await withFile(safetensors(rest), 'net.yaml --json');
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      schema: 'cnncalc/run/1',
      layers: [],
      diagnostics: [{ code: 'weights/missing' }],
    });
  });

  it('may have its sizes of 1 elsewhere, and [out, in] for a kernel as large as its input', async () => {
    const world = {
      files: {
        'head.yaml':
          'input: 2x2x3\nlayers:\n  - {layerscale, name: s}\n  - {conv: 5, kernel: 2, name: a}\n  - {conv: 4, kernel: 1, name: b}\n',
        'w.safetensors': safetensors({
          s: { shape: [3, 1, 1], data: [1, 2, 3] },
          'a.weight': { shape: [5, 12], data: Array(60).fill(1) },
          'a.bias': { shape: [5], data: Array(5).fill(0) },
          'b.weight': { shape: [4, 5], data: Array(20).fill(1) },
          'b.bias': { shape: [4], data: Array(4).fill(0) },
        }),
        'x.npy': npyOf(Array(12).fill(1), '3, 2, 2'),
      },
    };
    const { data } = await saved('head.yaml --weights w.safetensors --data x.npy', world);
    expect([...data]).toEqual([120, 120, 120, 120]);
  });

  it.each([
    ['a name nearly right', { 'head.bais': right['head.bias'] }, 'head.bias', 'did you mean head.bais?'],
    ['nothing like it', {}, 'head.bias', 'nothing left over would fit there'],
  ])('%s', async (_, more, without, help) => {
    const rest = Object.fromEntries(Object.entries(right).filter(([name]) => name !== without));
    expect((await withFile(safetensors({ ...rest, ...more }))).err).toContain(help);
  });

  it('says what all its names begin with', async () => {
    const wrapped = Object.fromEntries(Object.entries(right).map(([name, tensor]) => [`module.${name}`, tensor]));
    expect((await withFile(safetensors(wrapped))).err).toContain('all names in the file begin with "module."');
  });

  const entry = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
  const bytes = new Uint8Array(16);
  it.each<readonly [string, Uint8Array | string | null, string]>([
    ['shorter than a length', new Uint8Array(5), 'it has 5 bytes'],
    ['a header longer than the file', safetensorsOf({}, bytes, 1000), 'its header should have 1000 bytes'],
    ['a length of 2^63', safetensorsOf({}, bytes, 2n ** 63n), 'its header should have 9223372036854776000 bytes'],
    ['a header that is no JSON', safetensorsOf('{"a": ', bytes), 'its header is no JSON'],
    ['a header that is a list', safetensorsOf('[1, 2]', bytes), 'its header is no JSON object'],
    ['no shape', safetensorsOf({ a: { dtype: 'F32', data_offsets: [0, 8] } }, bytes), '"a" has no dtype, shape'],
    ['null', safetensorsOf({ a: null }, bytes), '"a" has no dtype, shape'],
    ['a negative size', safetensorsOf({ a: { ...entry, shape: [-2] } }, bytes), '"a" has no dtype, shape'],
    ['beyond the end', safetensorsOf({ a: { ...entry, data_offsets: [12, 20] } }, bytes), '"a" lies at 12 to 20 of 16'],
    ['backwards', safetensorsOf({ a: { ...entry, data_offsets: [8, 0] } }, bytes), '"a" lies at 8 to 0'],
    ['too few bytes', safetensorsOf({ a: { ...entry, data_offsets: [0, 4] } }, bytes), 'takes 8 bytes as F32, not 4'],
    ['a huge shape', safetensorsOf({ a: { ...entry, shape: [1e15, 1e15] } }, bytes), 'takes 4e+30 bytes'],
    ['an unknown type', safetensorsOf({ a: { ...entry, dtype: 'F7' } }, bytes), 'a type "F7" that nobody knows'],
    [
      'overlapping tensors',
      safetensorsOf({ a: entry, b: { ...entry, data_offsets: [4, 12] } }, bytes),
      '"a" and "b" lie in the same bytes',
    ],
    ['a text', 'these are no weights at all', 'this is no .safetensors file'],
    ['a directory', null, 'w.safetensors is a directory'],
  ])('%s', async (_, file, message) => {
    const { code, err } = await withFile(file);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err.trim().split('\n').length).toBeLessThanOrEqual(2);
  });

  it('of whole numbers is no file of weights', async () => {
    const { err } = await withFile(
      safetensors({ ...right, 'a.bias': { dtype: 'I32', shape: [4], data: new Uint8Array(16) } }),
    );
    expect(err).toContain('a.bias holds I32; F32, F16, BF16 are read [weights/dtype]');
  });

  it('moves no terminal by its names', async () => {
    const { err } = await withFile(safetensors({ ...right, '\u001b[2J': { shape: [1], data: [0] } }));
    expect(err).toContain('weights/extra');
    expect(err).not.toContain('\u001b');
  });

  it('is told where it is not', async () => {
    expect((await cnncalc('net.yaml --weights nowhere.safetensors')).err).toContain(
      'there is no file "nowhere.safetensors"',
    );
  });
});

describe('arrays', () => {
  const values = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
  const of = (file: Uint8Array, line = 'same.yaml') => saved(`${line} --data x.npy`, { files: { 'x.npy': file } });
  const raw = (typed: ArrayBufferView) => new Uint8Array(typed.buffer);
  const swapped = (typed: ArrayBufferView, width: number) => {
    const bytes = raw(typed);
    for (let i = 0; i < bytes.length; i += width) bytes.subarray(i, i + width).reverse();
    return bytes;
  };
  it.each<readonly [string, Uint8Array]>([
    ['<f4', raw(Float32Array.from(values))],
    ['>f4', swapped(Float32Array.from(values), 4)],
    ['<f8', raw(Float64Array.from(values))],
    ['|i1', raw(Int8Array.from(values))],
    ['|u1', raw(Uint8Array.from(values))],
    ['<i2', raw(Int16Array.from(values))],
    ['>u2', swapped(Uint16Array.from(values), 2)],
    ['<i4', raw(Int32Array.from(values))],
    ['<u4', raw(Uint32Array.from(values))],
    ['<i8', raw(BigInt64Array.from(values, BigInt))],
    ['>u8', swapped(BigUint64Array.from(values, BigInt), 8)],
  ])('of %s', async (descr, data) => {
    const { shape, data: read } = await of(npyOf(data, '2, 2, 3', { descr }));
    expect(shape).toEqual([1, 2, 2, 3]);
    expect([...read]).toEqual(values);
  });
  it('of half precision', async () => {
    const { data } = await of(
      npyOf(raw(Uint16Array.from([0x3c00, 0xc000, 0x3555, 0x0001, 0x8000, 0x7bff, 0, 0, 0, 0, 0, 0])), '2, 2, 3', {
        descr: '<f2',
      }),
    );
    expect([...data.subarray(0, 6)]).toEqual([1, -2, 0.333251953125, 2 ** -24, -0, 65504]);
  });
  it.each([2, 3])('of version %i', async (version) => {
    expect([...(await of(npyOf(values, '1, 2, 2, 3', { version }))).data]).toEqual(values);
  });
  it('in Fortran order', async () => {
    const { data } = await of(npyOf(values, '2, 2, 3', { fortran: true }));
    expect([...data]).toEqual([0, 4, 8, 2, 6, 10, 1, 5, 9, 3, 7, 11]);
  });
  it('from standard input, and to standard output alone', async () => {
    const { out, code, io } = await cnncalc('same.yaml --data - --save -', { stdin: npyOf(values, '2, 2, 3') });
    expect(code).toBe(0);
    expect(out.startsWith('\u0093NUMPY')).toBe(true);
    expect(io.files.has('-')).toBe(false);
  });
  it('several are a batch', async () => {
    const { shape, data } = await saved('same.yaml --data a.npy --data b.npy', {
      files: { 'a.npy': npyOf(values, '2, 2, 3'), 'b.npy': npyOf([...values, ...values], '2, 2, 2, 3') },
    });
    expect(shape).toEqual([3, 2, 2, 3]);
    expect([...data]).toEqual([...values, ...values, ...values]);
  });
  it.each<readonly [string, Uint8Array | string, string]>([
    ['something else', 'this is a text', 'it does not begin with \\x93NUMPY'],
    ['version 9', npyOf(values, '2, 2, 3', { version: 9 }), 'it is of version 9'],
    ['a cut header', npyOf(values, '2, 2, 3').slice(0, 20), 'it ends in the header'],
    ['cut numbers', npyOf(values, '2, 2, 3').slice(0, -4), '2 x 2 x 3 of f4 take 48 bytes, and 44 are there'],
    ['complex numbers', npyOf(values, '2, 2, 3', { descr: '<c8' }), 'numbers of the kind "c8" are not read'],
    ['objects', npyOf(values, '2, 2, 3', { descr: '|O' }), 'numbers of the kind "O" are not read'],
    ['a hostile shape', npyOf(values, '99999999, 99999999, 99999999'), 'bytes, and 48 are there'],
    ['another shape', npyOf(values, '3, 4'), 'the array is [3, 4], and the input takes [2, 2, 3], or [N, 2, 2, 3]'],
    ['channels last', npyOf(values, '2, 3, 2'), 'numpy.moveaxis'],
    ['no images', npyOf([], '0, 2, 2, 3'), 'the array is [0, 2, 2, 3]'],
  ])('%s', async (_, file, message) => {
    const { code, err } = await cnncalc('same.yaml --data x.npy', { files: { 'x.npy': file } });
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

describe('pictures', () => {
  const world = (source: string): World => ({
    files: {
      'square.yaml': 'input: 24x24x3\nlayers: [identity]\n',
      'grey.yaml': 'input: 37x53x1\nlayers: [identity]\n',
      'p.x': fixture(source),
    },
  });
  // What the transforms of torchvision make of them: Resize, CenterCrop(24), ToTensor, Normalize.
  it.each([
    ['smaller', 'picture.png', '--resize 28'],
    ['larger', 'picture.png', '--resize 61'],
    ['stretched', 'picture.png', '--resize 26x25'],
    ['cropped', 'picture.png', '--resize 37'],
    ['palette', 'palette.png', '--resize 37'],
    ['bits', 'bits.png', '--resize 37'],
  ])('%s', async (name, source, how) => {
    const made = await saved(`square.yaml --data p.x ${how} --imagenet`, world(source));
    const wanted = arrayIn(fixture(`picture-${name}.npy`));
    expect(difference(made, { ...wanted, shape: [1, ...wanted.shape] })).toBeLessThan(1e-6);
  });
  it('of JPEG, whose decoders round apart', async () => {
    const made = await saved('square.yaml --data p.x --resize 37 --imagenet', world('picture.jpg'));
    const wanted = arrayIn(fixture('picture-jpeg.npy'));
    // Three of 255 steps, divided by the deviation.
    expect(difference(made, { ...wanted, shape: [1, ...wanted.shape] }) * 2.3).toBeLessThan(3 / 255 / 0.224);
  });
  it('cover the input by themselves, with values from 0 to 1', async () => {
    const { shape, data } = await saved('square.yaml --data p.x', world('picture.png'));
    expect(shape).toEqual([1, 3, 24, 24]);
    expect(Math.min(...data)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...data)).toBeLessThanOrEqual(1);
  });
  it('are weighed to grey for one channel', async () => {
    const [grey, colours] = [await saved('grey.yaml --data p.x', world('picture.png')), fixture('picture-cropped.npy')];
    const cropped = arrayIn(colours);
    const of = (c: number, mean: number, std: number) => (cropped.data[c * 576] as number) * std + mean;
    // The crop begins at row 6, column 14: torchvision rounds 6.5 and 14.5 to the even number.
    expect(grey.data[6 * 53 + 14]).toBeCloseTo(
      0.299 * of(0, 0.485, 0.229) + 0.587 * of(1, 0.456, 0.224) + 0.114 * of(2, 0.406, 0.225),
      2,
    );
  });
  it('--mean and --std are those of each channel, or of all', async () => {
    const plainly = await saved('square.yaml --data p.x', world('picture.png'));
    const shifted = await saved('square.yaml --data p.x --mean 0.5 --std 0.25,0.5,1', world('picture.png'));
    expect(shifted.data[600]).toBeCloseTo(((plainly.data[600] as number) - 0.5) / 0.5, 6);
  });
  it.each([
    ['cut off', fixture('picture.png').slice(0, 500), 'cannot be decoded'],
    ['of too many pixels', hugePng(), 'at most 40,000,000 are read'],
    ['a broken JPEG', fixture('picture.jpg').slice(0, 300), 'cannot be decoded'],
  ])('%s', async (_, file, message) => {
    const { code, err } = await cnncalc('square.yaml --data p.x', {
      files: { ...world('bits.png').files, 'p.x': file },
    });
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
  it('are no input of a sequence', async () => {
    const { err } = await cnncalc('seq.yaml --data p.x', {
      files: { ...world('picture.png').files, 'seq.yaml': 'input: 50x4\nlayers: [relu]\n' },
    });
    expect(err).toContain('this is a picture, and the input takes [4, 50]');
  });
});

/** A PNG whose header promises 2^31 - 1 pixels a side. */
function hugePng(): Uint8Array {
  const file = fixture('picture.png').slice();
  new DataView(file.buffer).setUint32(16, 0x7fffffff);
  new DataView(file.buffer).setUint32(20, 0x7fffffff);
  return file;
}

describe('the report', () => {
  it('has shape, time, speed and algorithm of every layer', async () => {
    const { code, out } = await cnncalc('net.yaml --backend reference');
    expect(code).toBe(0);
    expect(out).toMatch(/^Net {2}input 6x5x2, weights: seed 0, data: noise\n/);
    expect(out).toMatch(/\na +conv 4 3x3, pad 1 +6x5x4 +[\d.]+ .*0\.0\d+ {2}reference\n/);
    expect(out).toMatch(/\ncore +reference, one thread\n/);
    expect(out.replace(/\s+/g, ' ')).toMatch(
      / memory .* at most \(.*predicted: 668 B of weights, 960 B of activations/,
    );
    expect(out).toMatch(/\noutput +head \[1, 3\]/);
  });
  it('in JSON has what the contract says', async () => {
    const report = await json('net.yaml');
    expect(report).toMatchObject({
      schema: 'cnncalc/run/1',
      layers: [
        {
          name: 'a',
          outputShape: [6, 5, 4],
          shapeMatches: true,
          ms: expect.any(Number),
          algorithm: expect.any(String),
        },
        { name: 'a.norm' },
        { name: 'a.act' },
        { name: 'pool', outputShape: [3, 2, 4], gflops: null },
        { name: 'head', outputShape: [3] },
      ],
      outputs: [
        {
          name: 'head',
          shape: [3],
          dataShape: [1, 3],
          data: [expect.any(Number), expect.any(Number), expect.any(Number)],
        },
      ],
      totals: { ms: expect.any(Number), gflops: expect.any(Number), peakBytes: expect.any(Number) },
      core: { backend: 'wasm', simd: true, relaxed: expect.any(Boolean), threads: 1 },
      diagnostics: [],
    });
  });
  it('has shapes channels first under --layout chw', async () => {
    expect((await json('net.yaml --layout chw')).layers[0].outputShape).toEqual([4, 6, 5]);
  });
  it('has the median of several runs', async () => {
    expect((await cnncalc('net.yaml --repeat 5')).out).toContain('median of 5 runs');
  });
  it('leaves large outputs to --save', async () => {
    const { outputs } = await json('big.yaml', { files: { 'big.yaml': 'input: 400x400x1\nlayers: [relu]\n' } });
    expect(outputs[0].data).toBeUndefined();
  });
  it.each(['markdown', 'latex'])('as %s', async (format) => {
    expect((await cnncalc(`net.yaml --format ${format}`)).out).toContain('maxpool 2');
  });
  it('--get gives one value, --only and --depth fewer lines', async () => {
    expect((await cnncalc('net.yaml --get layers.pool.outputShape')).out).toBe('[3,2,4]\n');
    expect((await cnncalc('net.yaml --only pool')).out).not.toContain('conv 4');
    expect((await cnncalc('net.yaml --depth 1')).out).toMatch(/\na +conv 4 3x3, pad 1 \+ bn \+ relu +6x5x4 .* lines\n/);
  });
  it('--profile has the slowest first, and their sum', async () => {
    const { out } = await cnncalc('net.yaml --profile --backend reference');
    const sums = [...plain(out).matchAll(/ (\d+)% /g)].map(([, percent]) => Number(percent));
    expect(sums.at(-1)).toBe(100);
    expect(sums).toEqual([...sums].sort((a, b) => a - b));
  });
  it('--stats has a line for every layer', async () => {
    expect((await cnncalc('net.yaml --stats')).out).toMatch(/\na\.act( +[\d.]+){4} +\d+%\n/);
  });
  it('--top has the largest outputs, by their labels', async () => {
    const world = { files: { 'labels.txt': 'cat\ndog\nbird\n' } };
    const { out } = await cnncalc('net.yaml --labels labels.txt', world);
    expect(out).toMatch(/\n +1 +\d +(cat|dog|bird) +-?[\d.]+ +[\d.]+%\n/);
    const { outputs } = await json('net.yaml --top 2 --labels labels.txt', world);
    const [{ top, data }] = outputs;
    expect(top[0]).toHaveLength(2);
    expect(top[0][0].value).toBe(Math.max(...data));
    expect(top[0][0].label).toBe(['cat', 'dog', 'bird'][data.indexOf(Math.max(...data))]);
    const exponentials = data.map(Math.exp);
    expect(top[0][0].share).toBeCloseTo(
      Math.max(...exponentials) / exponentials.reduce((a: number, b: number) => a + b),
      6,
    );
  });
  it('--top of what is no vector says so', async () => {
    expect((await cnncalc('same.yaml --top 3')).out).toContain('No output is a vector of scores');
  });
});

describe('several inputs and outputs', () => {
  const world: World = {
    files: {
      'two.yaml':
        'inputs: {left: 2x3x2, right: 2x3x2}\nlayers:\n  - {add: [left, right], name: sum}\n  - {relu, from: left, name: bent}\n',
      'x.npy': npyOf(Array(12).fill(-2), '2, 2, 3'),
      'two.npy': npyOf(Array(24).fill(1), '2, 2, 2, 3'),
    },
  };
  it('have names in --data and --save', async () => {
    const { code, io, err } = await cnncalc('two.yaml --data left=x.npy --data right=x.npy --save y.npy', world);
    expect(code).toBe(0);
    expect(new Set(arrayIn(io.files.get('y.sum.npy')).data)).toEqual(new Set([-4]));
    expect(new Set(arrayIn(io.files.get('y.bent.npy')).data)).toEqual(new Set([0]));
    expect(err).toContain('wrote y.sum.npy');
  });
  it('files of outputs are called what files may be called, each apart, folded or not', async () => {
    const named = (name: string) =>
      `  - {conv: 2, kernel: 1, bias: false, from: input}\n  - {bn, name: ${JSON.stringify(name)}}\n`;
    const files = {
      'names.yaml': `input: 2x2x2\nlayers:\n${['a/b', 'a_b', 'A_B', '..\\x', 'a\u202eb', 'two words'].map(named).join('')}`,
    };
    for (const more of ['', ' --fold']) {
      const { io, code } = await cnncalc(`names.yaml --save out/y.npy${more}`, { files });
      expect(code).toBe(0);
      const names = [...io.files.keys()].filter((file) => file.startsWith('out/'));
      expect(names).toEqual(['a_b', 'a_b-2', 'A_B-3', '.._x', 'a_b-4', 'two_words'].map((name) => `out/y.${name}.npy`));
    }
  });
  it.each(['wasm', 'reference'])('outputs may be read on, and what is none is forgotten: %s', async (backend) => {
    const layers = [
      '{leakyrelu: 0.5, name: a}',
      '{conv: 8, kernel: 3, padding: 1, name: dead}',
      '{conv: 2, kernel: 1, from: a, name: b}',
      '{concat: [a, b], name: c}',
      '{flatten, name: f}',
      '{fc: 10, name: g}',
    ];
    const text = `outputs: [c, a, f]\ninput: 2x3x2\nlayers:\n${layers.map((layer) => `  - ${layer}\n`).join('')}`;
    const files = { 'stated.yaml': text, 'x.npy': npyOf(Array(12).fill(-2), '2, 2, 3') };
    const { out, code } = await cnncalc(`stated.yaml --data x.npy --backend ${backend} --json`, { files });
    expect(code).toBe(0);
    const { outputs } = JSON.parse(out);
    expect(outputs.map(({ name }: { name: string }) => name)).toEqual(['c', 'a', 'f']);
    const [c, a, f] = outputs.map(({ data }: { data: number[] }) => data);
    expect(a).toEqual(Array(12).fill(-1));
    expect(c.slice(0, 12)).toEqual(a);
    expect(f).toEqual(c);
  });
  it('those without data read noise', async () => {
    expect((await cnncalc('two.yaml --data right=x.npy', world)).code).toBe(0);
  });
  it.each([
    ['two.yaml --data x.npy', 'does not say for which input'],
    ['two.yaml --data left=x.npy --data right=two.npy', 'the data are of 1 and of 2 images'],
    ['two.yaml --data left=two.npy --batch 3', 'the data or --batch are of 2 and of 3 images'],
    ['two.yaml --save -', 'standard output takes one array'],
  ])('%s', async (line, message) => {
    const { code, err } = await cnncalc(line, world);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

describe('training', () => {
  it('normalises by the batch and writes the running statistics after it', async () => {
    const world = {
      files: {
        'bn.yaml': 'input: 2x3x2\nlayers:\n  - {bn, momentum: 0.5, name: a}\n',
        'x.npy': npyOf([0, 1, 2, 3, 4, 5, 10, 10, 10, 10, 10, 22], '2, 2, 3'),
      },
    };
    const { io, code } = await cnncalc(
      'bn.yaml --data x.npy --training --save y.npy --save-stats s.safetensors',
      world,
    );
    expect(code).toBe(0);
    const kept = tensorsIn(io.files.get('s.safetensors'));
    expect([...(kept.get('a.running_mean')?.data ?? [])]).toEqual([1.25, 6]);
    // Half of 1, and half of the unbiased variances 3.5 and 24.
    expect([...(kept.get('a.running_var')?.data ?? [])]).toEqual([2.25, 12.5]);
    const { data } = arrayIn(io.files.get('y.npy'));
    expect(data.subarray(0, 6).reduce((a, b) => a + b)).toBeCloseTo(0, 5);
    expect(data[11]).toBeCloseTo(10 / Math.sqrt(20), 4);
  });
  it('of one value per channel is refused', async () => {
    const { code, err } = await cnncalc('one.yaml --training', {
      files: { 'one.yaml': 'input: 1x1x3\nlayers: [bn]\n' },
    });
    expect(code).toBe(2);
    expect(err).toContain('run/one-value');
  });
  it('--save-stats without it means nothing', async () => {
    expect(await cnncalc('net.yaml --save-stats s.safetensors')).toMatchObject({ code: 2, err: /--training/ });
  });
});

describe('what goes wrong', () => {
  it('a spec that cannot be analysed is not run', async () => {
    const world = { files: { 'broken.yaml': 'input: 8x8x1\nlayers:\n  - {conv: 1, kernel: 30}\n' } };
    const { code, err, out } = await cnncalc('broken.yaml', world);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain('shape/kernel-too-large');
    expect(err).toContain('nothing was run');
    expect(await json('broken.yaml', world)).toMatchObject({
      layers: [],
      diagnostics: [{ code: 'shape/kernel-too-large' }],
    });
  });

  it('numbers that are none are told with the first layer that they come from', async () => {
    const world = {
      files: {
        'nan.yaml':
          'input: 2x3x2\nlayers:\n  - {relu, name: a}\n  - {layerscale, init: 1e15, name: b}\n  - {layerscale, init: 1e15, name: c}\n  - {softmax, name: d}\n',
        'x.npy': npyOf(Array(12).fill(3e38), '2, 2, 3'),
        'nan.npy': npyOf([Number.NaN, ...Array(11).fill(1)], '2, 2, 3'),
      },
    };
    for (const more of ['', ' --stats']) {
      const { code, err } = await cnncalc(`nan.yaml --data x.npy --backend wasm${more}`, world);
      expect(code).toBe(1);
      expect(err).toContain('the first of them come from b [run/not-finite]');
    }
    expect((await cnncalc('nan.yaml --data nan.npy', world)).err).toContain('are in the input input [run/not-finite]');
  });

  it('what does not fit in memory is refused, with the numbers', async () => {
    const { code, err } = await cnncalc('net.yaml --batch 1000', { memory: 100_000 });
    expect(code).toBe(2);
    expect(err).toMatch(
      /error: this takes \d+ B for weights and 938 KiB for activations, and there are 97\.7 KiB \[run\/out-of-memory\]/,
    );
  });

  it('Ctrl-C in a long layer ends it at once', async () => {
    const { code, err, out } = await cnncalc('net.yaml --backend reference', { interruptedAt: 2 });
    expect(code).toBe(130);
    expect(out).toBe('');
    expect(err).toBe('interrupted; nothing was written\n');
  });

  it.each([
    ['before the weights are packed', 1, 'interrupted;'],
    ['before the input is made', 2, 'interrupted;'],
    ['before the first layer', 3, 'interrupted after 0 of 3 layers;'],
  ])('Ctrl-C in between ends it, too: %s', async (_, pieces, sentence) => {
    const io = fakeIo({ files });
    let done = 0;
    const interruptible = <T>(work: () => T): T => {
      const made = work();
      done += 1;
      if (done === pieces) io.interrupt();
      return made;
    };
    expect(await main(['run', 'net.yaml', '--save', 'y.npy'], { ...io, interruptible })).toBe(130);
    expect(io.err()).toBe(`${sentence} nothing was written\n`);
    expect(io.files.has('y.npy')).toBe(false);
  });

  it('a thread that has ended is a sentence, and exit code 2', async () => {
    const spawn = () => ({ ready: Promise.resolve(), isAlive: () => false, end: () => {} });
    const io = fakeIo({ files });
    expect(await main(['run', 'net.yaml', '--threads', '2'], { ...io, core: { ...core, spawn } })).toBe(2);
    expect(io.out()).toBe('');
    expect(io.err()).toMatch(/^error: a thread of the core has ended .* \[run\/thread\]\n {2}help: --threads 1 .*\n$/);
  });

  it('a layer called reference is no algorithm, nor what is fused into it', async () => {
    const files = {
      'named.yaml': 'input: 6x6x2\nlayers:\n  - {conv: 4, kernel: 3, name: reference}\n  - {relu, name: a}\n',
    };
    const { out } = await cnncalc('named.yaml', { files });
    expect(out).toMatch(/\na +relu.* in reference\n/);
    const { layers } = await json('named.yaml', { files });
    expect(layers).toMatchObject([
      { name: 'reference' },
      { name: 'a', algorithm: 'in reference', fusedInto: 'reference' },
    ]);
    expect(layers[0]).not.toHaveProperty('fusedInto');
  });

  it('noise is not made for a batch that is refused', async () => {
    const made = vi.spyOn(Math, 'log');
    await cnncalc('net.yaml --batch 10000000');
    expect(made).not.toHaveBeenCalled();
    made.mockRestore();
  });

  it('more threads than processors are not started', async () => {
    const { err, out } = await cnncalc('net.yaml --threads 1000 --get core.threads');
    expect(out).toBe('2\n');
    expect(err).toContain('--threads 1000: there are 2 processors, and as many threads run');
    expect((await cnncalc('net.yaml --threads 2')).err).toBe('');
  });

  it('labels of more than 4 MiB are refused before anything runs', async () => {
    const { code, err } = await cnncalc('net.yaml --labels l.txt --save y.npy', {
      files: { 'l.txt': 'x'.repeat(4 * 2 ** 20 + 1) },
    });
    expect(code).toBe(2);
    expect(err).toContain('l.txt has more than 4,194,304 bytes');
  });

  it('a core that gets no memory leaves it to the reference, unless it was asked for', async () => {
    const none = vi.spyOn(engine, 'Memory').mockImplementation(function none() {
      throw new RangeError('could not allocate memory');
    });
    try {
      const { code, err, out } = await cnncalc('net.yaml --get core.backend');
      expect({ code, out }).toEqual({ code: 0, out: 'reference\n' });
      expect(err).toContain('the system reserves no memory for the core: the reference runs instead');
      for (const asked of ['--backend wasm', '--core relaxed'])
        expect(await cnncalc(`net.yaml ${asked}`)).toMatchObject({ code: 2, err: /run\/no-memory/ });
    } finally {
      none.mockRestore();
    }
  });

  it('of many repeats the outputs of one are kept', async () => {
    const analysis = analyze(parse('input: 4x4x2\nlayers: [relu]\n'));
    const kept: WeakRef<Float32Array>[] = [];
    const backend: Backend = {
      name: 'reference',
      open: async (network, options) => {
        const session = await reference(() => 0).open(network, options);
        return {
          ...session,
          run: async (given, onlooker) => {
            const outcome = await session.run(given, onlooker);
            for (const { data } of outcome.outputs.values()) kept.push(new WeakRef(data));
            // A reference lives until the program pauses.
            await new Promise((resolve) => setImmediate(resolve));
            if (kept.length === 50) collect();
            return outcome;
          },
        };
      },
    };
    const setting = { batch: 1, threads: 1, precision: 'auto', core: 'auto', now: () => 0 } as const;
    await execute(analysis, new Map(), noise(analysis, 1, 0), backend, { ...setting, repeat: 50 });
    expect(kept.filter((one) => one.deref()).length).toBeLessThan(5);
  });

  it('files that cannot be written', async () => {
    expect(await cnncalc('net.yaml --save readonly/y.npy')).toMatchObject({ code: 2, err: /permission denied/ });
  });

  it.each([
    ['- --data -', 'standard input is either the spec or the data'],
    ['net.yaml --data nowhere.npy', 'there is no file "nowhere.npy"'],
    ['net.yaml --labels nowhere.txt', 'there is no file "nowhere.txt"'],
    ['net.yaml --seed -1', 'whole number'],
    ['net.yaml --resize 0', 'a size such as 256'],
    ['net.yaml --mean a,b', 'numbers such as'],
    ['net.yaml --backend gpu', 'Allowed choices'],
    ['net.yaml --format csv', 'Allowed choices'],
    ['net.yaml --repeat 9007199254740991', 'at most 10000'],
    ['net.yaml --std 0', 'numbers above 0'],
    ['net.yaml --std 1,-1', 'numbers above 0'],
    ['net.yaml --batch 9007199254740991', 'nothing was run'],
    ['net.yaml --batch 1000000000', 'for activations, and there are 8.0 GiB [run/out-of-memory]'],
    ['net.yaml --batch 1000000000 --one-by-one', 'the inputs and outputs of 1000000000 images take 235 GiB'],
  ])('%s', async (line, message) => {
    const { code, err } = await cnncalc(line);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

describe('progress', () => {
  const drawn = (isTTY: boolean, times: readonly number[], wanted = true) => {
    const left = [...times];
    let text = '';
    const stderr = { isTTY, write: (more: string | Uint8Array) => (text += more) };
    const bar = progressBar({ stderr, now: () => left.shift() ?? 0 }, wanted);
    for (let done = 1; done < times.length; done++) bar.draw(done, times.length - 1);
    bar.clear();
    return text;
  };
  it('is drawn on a terminal after a second, ten times a second at most, and taken away', () => {
    expect(drawn(true, [0, 500, 999, 1000, 1050, 1100])).toBe(
      `\r${'#'.repeat(14)}${'-'.repeat(10)} 60%\r${'#'.repeat(24)} 100%\r\u001b[K`,
    );
  });
  it('is a sign that turns where nobody knows how much there is to do, with what goes on', async () => {
    const times = [0, 1000, 1050, 1100, 1200, 1300, 1400, 1500];
    let text = '';
    const stderr = { isTTY: true, write: (more: string | Uint8Array) => (text += more) };
    const work = async (bar: ProgressBar) => {
      for (let i = 1; i < 8; i++) await turning(bar)(async () => {});
      throw new Error('in the middle');
    };
    await expect(withProgress('solving', {}, { stderr, now: () => times.shift() ?? 0 }, work)).rejects.toThrow(
      'middle',
    );
    expect(text).toBe(`${['|', '/', '-', '\\', '|', '/'].map((sign) => `\rsolving ${sign}`).join('')}\r\u001b[K`);
  });
  it.each([
    ['solve', ['solve', 'INPUT 28x28x6; CONV-_-34', '--expect', 'out=28x28x34'], 'solving'],
    ['check', ['check', 'sheet.yaml'], 'grading'],
    ['zoo --why', ['zoo', 'lenet5', '--why'], 'analysing'],
    ['equiv --find', ['equiv', '5x5', '--find'], 'measuring'],
    ['norms', ['norms'], 'normalising'],
    ['norms --depth', ['norms', '--depth', '2', '--input', '2x2x8'], 'normalising'],
    ['rf --measure', ['rf', 'net.yaml', '--measure'], 'measuring'],
    ['compare', ['compare', 'lenet5', 'lenet5'], 'comparing'],
  ])('%s says so on a terminal when it is slow, and nothing when it is quick', async (_, argv, doing) => {
    const files = { 'net.yaml': NET, 'sheet.yaml': 'spec: lenet5\nanswers: {total: {params: 61706}}\n' };
    const told = async (step: number, isTTY: boolean) => {
      let clock = 0;
      const io = fakeIo({ files, ...(isTTY && { tty: { stderr: 80 } }) });
      await main(argv, { ...io, now: () => (clock += step) });
      return io.err();
    };
    expect(await told(1000, true)).toMatch(new RegExp(`\\r${doing} .*\\r\\u001b\\[K`));
    expect(await told(0, true)).not.toContain('\r');
    expect(await told(1000, false)).not.toContain('\r');
  });
  it.each([
    ['of what is quick', drawn(true, [0, 300, 600, 900])],
    ['where stderr is no terminal', drawn(false, [0, 1500, 3000])],
    ['under --quiet', drawn(true, [0, 1500, 3000], false)],
  ])('is not drawn %s', (_, text) => expect(text).toBe(''));
});

describe('the library', () => {
  const analysis = analyze(parse(NET));
  it('runs what the command does', async () => {
    const { outputs, layers } = await library(analysis, { seed: 3, statistics: true });
    const [output] = [...outputs.values()];
    const report = await json('net.yaml --seed 3 --backend reference');
    expect([...(output?.data ?? [])]).toEqual(report.outputs[0].data);
    expect(layers.map(({ statistics }) => statistics?.notFinite)).toEqual([0, 0, 0, 0, 0]);
  });
  it('takes weights and inputs', async () => {
    const tiny = analyze(parse(new TextDecoder().decode(fixture('tiny.yaml'))));
    const inputs = { input: arrayIn(fixture('tiny-input.npy')) };
    const { outputs } = await library(tiny, { weights: fixture('tiny.safetensors'), inputs });
    expect(difference([...outputs.values()][0] as Tensor, arrayIn(fixture('tiny-output.npy')))).toBeLessThan(2e-6);
  });
  it.each([
    [
      'weights of something else',
      { weights: fixture('tiny.safetensors') },
      'a.weight of [4, 2, 3, 3] is not in the file',
    ],
    ['no weights', { weights: new Uint8Array(3) }, 'it has 3 bytes'],
    [
      'another shape',
      { inputs: { input: { shape: [1, 1], data: new Float32Array(1) } } },
      'the network takes [1, 2, 6, 5]',
    ],
  ])('rejects %s', async (_, options, message) => {
    await expect(library(analysis, options)).rejects.toThrow(message);
  });
});
