// Files of weights other than safetensors: what PyTorch and NumPy wrote comes in value by value, whatever else stands in them is refused
// by its name, and no file makes the program throw, hang or take more than it has to.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, it, vi } from 'vitest';
import { main } from '../src/cli.js';
import { isProblem, type Problem } from '../src/core/diagnostic.js';
import type { StoredTensor } from '../src/core/stored.js';
import { type Bytes, Damaged, held } from '../src/files/bytes.js';
import { readWeights } from '../src/files/weights.js';
import { zipOf } from '../src/files/zip.js';
import { fakeIo, run } from './fake-io.js';
import { onnxOf } from './onnx-files.js';
import { expectSame } from './same.js';
import { arrayIn, npyOf, fixture as runFixture, safetensors, safetensorsOf } from './tensor-files.js';

// Networks are run, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`fixtures/import/weights/${name}`, import.meta.url)));

const tensors = (bytes: Uint8Array): ReadonlyMap<string, StoredTensor> => {
  const read = readWeights(held(bytes));
  if (isProblem(read)) throw new Error(read.message);
  return read;
};

const values = (tensor: StoredTensor | undefined): readonly number[] => [...(tensor?.load?.() ?? [])];

const problem = (bytes: Uint8Array): Problem => {
  const read = readWeights(held(bytes));
  if (!isProblem(read)) throw new Error('it was read');
  expect(read.message).not.toMatch(/undefined|NaN|Infinity|\[object/);
  return read;
};

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

describe('state dicts', () => {
  const expected: Readonly<Record<string, { shape: number[]; values: number[] }>> = JSON.parse(
    new TextDecoder().decode(fixture('expected.json')),
  );
  it.each(['kinds.pth', 'kinds-old.pth'])('every value of %s is as PyTorch has it', (name) => {
    const found = tensors(fixture(name));
    expect([...found.keys()]).toEqual([...Object.keys(expected), 'complex']);
    for (const [tensor, { shape, values: whole }] of Object.entries(expected)) {
      expect(found.get(tensor)?.shape, tensor).toEqual(shape);
      expect(values(found.get(tensor)), tensor).toEqual(whole.map(Math.fround));
    }
    expect(found.get('complex')).toEqual({ shape: [1], dtype: 'C64' });
  });

  it.each(['checkpoint.pth', 'checkpoint-old.pth', 'protocol4.pth'])('%s holds those of a network', (name) => {
    expect([...tensors(fixture(name))].map(([key, { shape, dtype }]) => `${key} ${dtype} ${shape.join('x')}`)).toEqual([
      '0.weight F32 2x3',
      '0.bias F32 2',
      '1.weight F32 2',
      '1.bias F32 2',
      '1.running_mean F32 2',
      '1.running_var F32 2',
      '1.num_batches_tracked I64 ',
    ]);
  });

  it.each(['tiny.pth', 'tiny-old.pth'])(
    'a network runs with %s as with the same weights in .safetensors',
    async (name) => {
      const files = {
        'tiny.yaml': runFixture('tiny.yaml'),
        'x.npy': runFixture('tiny-input.npy'),
        [name]: fixture(name),
        'tiny.safetensors': runFixture('tiny.safetensors'),
      };
      const output = async (weights: string) => {
        const argv = `run tiny.yaml --weights ${weights} --data x.npy --save y.npy -q`.split(' ');
        const { code, err, io } = await run(argv, { files });
        expect(err).toBe('');
        expect(code).toBe(0);
        return [...arrayIn(io.files.get('y.npy')).data];
      };
      expect(await output(name)).toEqual(await output('tiny.safetensors'));
    },
  );

  it.each<readonly [string, string, string]>([
    [
      'module.pth',
      'holds an object of the class torch.nn.modules.container.Sequential',
      'torch.save(model.state_dict()',
    ],
    ['runs.pth', 'this file wants to run posix.system, which is no tensor', 'nothing was run'],
    ['two.pth', 'holds tensors in 2 places: model, ema.module', 'torch.save(torch.load(path)["model"], new_path)'],
    ['list.pth', 'holds no dict of tensors by their names', 'torch.save(model.state_dict(), path)'],
    ['number.pth', 'holds no dict of tensors', 'torch.save(model.state_dict(), path)'],
    ['scripted.pt', 'this is a network of TorchScript', 'torch.jit.load(path).state_dict()'],
  ])('%s: %s', (name, message, help) => {
    const found = problem(fixture(name));
    expect(found.message).toContain(message);
    expect(found.help).toContain(help);
  });
});

describe('arrays of NumPy', () => {
  it.each(['arrays.npz', 'packed.npz'])('%s comes in under its names', (name) => {
    const found = tensors(fixture(name));
    expect([...found].map(([key, { shape, dtype }]) => `${key} ${dtype} ${shape.join('x')}`)).toEqual([
      'conv.weight F32 2x3x2x2',
      'columns F64 2x3',
      'whole I64 3',
      `large F64 ${name === 'packed.npz' ? 300_000 : 8}`,
      'words U2 2',
    ]);
    expect(values(found.get('conv.weight'))).toEqual(Array.from({ length: 24 }, (_, i) => i));
    expect(values(found.get('columns'))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(values(found.get('whole'))).toEqual([1, 0, -1]);
    const large = values(found.get('large'));
    expect(large.every((value, i) => value === i % 7)).toBe(true);
    // Read anew, from the beginning.
    expect(values(found.get('large'))).toEqual(large);
    expect(found.get('words')?.load).toBeUndefined();
  });

  it('one array alone has no name', () => {
    expect(problem(npyOf([1, 2], '2')).message).toBe('this is one array of NumPy, which has no name');
  });
});

// A zip is written by fflate here; what is wrong with it is put in afterwards.
describe('zips', () => {
  const packed = (level: 0 | 9, size = 5000) =>
    zipSync({ 'a.bin': [new Uint8Array(size).fill(7), { level }], 'b/c.bin': [Uint8Array.of(1, 2, 3), { level: 0 }] });
  const central = (zip: Uint8Array) => Buffer.from(zip).indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  const changed = (zip: Uint8Array, at: number, ...bytes: number[]): Uint8Array => {
    const copy = zip.slice();
    copy.set(bytes, at);
    return copy;
  };

  it.each([0, 9] as const)('members packed at level %s are files of their own', (level) => {
    const zip = zipOf(held(packed(level)));
    expect(zip?.names).toEqual(['a.bin', 'b/c.bin']);
    expect(zip?.member('__proto__')).toBeNull();
    const member = zip?.member('a.bin');
    expect(member?.size).toBe(5000);
    expect(member?.read(0, 1e9)).toEqual(new Uint8Array(5000).fill(7));
    expect(member?.read(4990, 100)).toEqual(new Uint8Array(10).fill(7));
    expect(member?.read(5000, 1)).toHaveLength(0);
    expect(member?.read(3, 2)).toEqual(Uint8Array.of(7, 7));
  });

  it('any stretch of a packed member is that of the whole, in any order', () => {
    const content = Uint8Array.from({ length: 200_000 }, (_, i) => (i * i) >> 7);
    const member = zipOf(held(zipSync({ a: [content, { level: 6 }] })))?.member('a');
    const stretch = fc.tuple(fc.nat(200_010), fc.nat(30_000));
    fc.assert(
      fc.property(fc.array(stretch, { maxLength: 6 }), (stretches) => {
        for (const [from, length] of stretches)
          expectSame(member?.read(from, length), content.slice(from, from + length));
      }),
      { numRuns: 30 },
    );
  });

  const whole = packed(9);
  const entry = central(whole);
  it.each<readonly [string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['cut off', whole.subarray(0, whole.length - 1)],
    ['cut off in front', whole.subarray(8)],
    ['with an entry that claims more than there is', changed(whole, entry + 20, 255, 255, 255, 0)],
    ['with an entry beyond the end', changed(whole, entry + 42, 255, 255, 255, 0)],
    ['with members over each other', changed(whole, entry + 42, 20)],
    ['of more entries than there are', changed(whole, whole.length - 12, 255, 0)],
    ['with a table of contents beyond the end', changed(whole, whole.length - 10, 255, 255, 255, 127)],
    ['in several files', changed(whole, whole.length - 18, 1)],
    ['with a name that is longer than its table', changed(whole, entry + 28, 255, 255)],
  ])('%s: it is none', (_, bytes) => expect(zipOf(held(bytes))).toBeNull());

  it.each<readonly [string, number, readonly number[]]>([
    ['is encrypted', 8, [1]],
    ['is packed by another method', 10, [93]],
    ['claims to be larger than deflate can make it', 24, [255, 255, 255, 63]],
  ])('a member that %s is not read', (_, offset, bytes) => {
    expect(zipOf(held(changed(whole, entry + offset, ...bytes)))?.member('a.bin')).toBeNull();
  });

  it('a member that is shorter or longer than it says', () => {
    const more = zipOf(held(changed(whole, entry + 24, 0xff, 0x13)))?.member('a.bin');
    expect(() => more?.read(0, 1e6)).toThrow(Damaged);
    expect(
      zipOf(held(changed(whole, entry + 24, 10, 0)))
        ?.member('a.bin')
        ?.read(0, 1e6),
    ).toHaveLength(10);
  });

  it('a bomb takes no more than its beginning', () => {
    const bomb = zipSync({ 'a.npy': [new Uint8Array(20_000_000), { level: 9 }] });
    const member = zipOf(held(bomb))?.member('a.npy');
    expect(member?.read(0, 12)).toEqual(new Uint8Array(12));
    expect(problem(bomb).message).toContain('in "a": this is no .npy file');
  });

  it('of zip64', () => {
    const stored = zipSync({ a: [Uint8Array.of(5, 6, 7), { level: 0 }] });
    const at = central(stored);
    const end = stored.length - 22;
    const extra = new Uint8Array(28);
    const view = new DataView(extra.buffer);
    view.setUint16(0, 1, true);
    view.setUint16(2, 24, true);
    view.setBigUint64(4, 3n, true);
    view.setBigUint64(12, 3n, true);
    const table = changed(stored.slice(at, end), 20, ...Array(8).fill(255));
    table.set([28, 0], 30);
    table.set(Array(4).fill(255), 42);
    const large = new Uint8Array(56);
    const whole64 = new DataView(large.buffer);
    whole64.setUint32(0, 0x06064b50, true);
    whole64.setBigUint64(32, 1n, true);
    whole64.setBigUint64(40, BigInt(table.length + 28), true);
    whole64.setBigUint64(48, BigInt(at), true);
    const locator = new Uint8Array(20);
    new DataView(locator.buffer).setUint32(0, 0x07064b50, true);
    new DataView(locator.buffer).setBigUint64(8, BigInt(at + table.length + 28), true);
    const last = changed(stored.slice(end), 8, ...Array(12).fill(255));
    const zip = zipOf(held(new Uint8Array(Buffer.concat([stored.slice(0, at), table, extra, large, locator, last]))));
    expect(zip?.member('a')?.read(0, 9)).toEqual(Uint8Array.of(5, 6, 7));
  });
});

describe('pickles by hand', () => {
  const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
    new Uint8Array(
      Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part)))),
    );
  const archive = (pickle: Uint8Array, data: Uint8Array = new Uint8Array(16)): Uint8Array =>
    zipSync({ 'm/data.pkl': pickle, 'm/data/0': data }, { level: 0 });
  const long = (n: number): readonly number[] => [0x4a, ...new Uint8Array(Int32Array.of(n).buffer)];
  /** `{'a': tensor}` of float32, of a storage that claims `count` numbers. */
  const tensor = (count: number, offset: number, shape: readonly number[], strides: readonly number[], key = '0') =>
    bytes(
      [0x80, 2],
      '}U\x01a',
      'ctorch._utils\n_rebuild_tensor_v2\n(',
      '(U\x07storagectorch\nFloatStorage\n',
      `U${String.fromCharCode(key.length)}${key}U\x03cpu`,
      long(count),
      'tQ',
      long(offset),
      '(',
      ...shape.map(long),
      't(',
      ...strides.map(long),
      't\x89}tRs.',
    );
  const many = (count: number, sign: string) => bytes(`\x80\x02${sign.repeat(count)}`);

  it('a tensor that is as it says', () => {
    const data = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);
    const found = tensors(archive(tensor(4, 1, [2], [2]), data)).get('a');
    expect(values(found)).toEqual([2, 4]);
  });

  /** `{'a': …}` of what a function makes of a storage and more. */
  const made = (name: string, storage: string, count: number, ...more: readonly (string | readonly number[])[]) =>
    bytes(
      [0x80, 2],
      `}U\x01ac${name}\n(`,
      `(U\x07storagectorch\n${storage}\nU\x010U\x03cpu`,
      long(count),
      'tQ',
      ...more,
      'tRs.',
    );
  const floats = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);
  const two = [long(1), '(', long(2), 't(', long(2), 't\x89}'] as const;

  it('of a large storage no more is read than it takes', () => {
    const storage = new Uint8Array(4 * 3_000_000);
    new Float32Array(storage.buffer).forEach((_, i, all) => {
      all[i] = i % 1000;
    });
    const { file, asked } = counted(archive(tensor(3_000_000, 5, [2, 3], [2_000_000, 7]), storage));
    const found = (readWeights(file) as ReadonlyMap<string, StoredTensor>).get('a');
    asked.bytes = 0;
    expect(values(found)).toEqual([5, 12, 19, 5, 12, 19]);
    expect(asked.bytes).toBeLessThan(200);
  });

  it('of numbers in the other order of bytes', () => {
    const pickle = made('torch._utils\n_rebuild_tensor_v2', 'FloatStorage', 4, ...two);
    const swapped = Uint8Array.from(floats, (_, i) => floats[(i & ~3) + 3 - (i & 3)] as number);
    const file = zipSync({ 'm/data.pkl': pickle, 'm/data/0': swapped, 'm/byteorder': bytes('big') }, { level: 0 });
    expect(values(tensors(file).get('a'))).toEqual([2, 4]);
  });

  it('of a storage without a type', () => {
    const pickle = made('torch._utils\n_rebuild_tensor_v3', 'UntypedStorage', 16, ...two, 'ctorch\nfloat32\n');
    expect(values(tensors(archive(pickle, floats)).get('a'))).toEqual([2, 4]);
    const eight = made('torch._utils\n_rebuild_tensor_v3', 'UntypedStorage', 16, ...two, 'ctorch\nfloat8_e5m2\n');
    expect(tensors(archive(eight, floats)).get('a')).toEqual({ shape: [2], dtype: 'F8_E5M2' });
  });

  it('of a class of its own', () => {
    const wrapped = (name: string) =>
      bytes(
        [0x80, 2],
        `}U\x01actorch._tensor\n_rebuild_from_type_v2\n(c${name}\nca.b\nMine\n(`,
        '(U\x07storagectorch\nFloatStorage\nU\x010U\x03cpu',
        long(4),
        'tQ',
        ...two,
        't}tRs.',
      );
    expect(values(tensors(archive(wrapped('torch._utils\n_rebuild_tensor_v2'), floats)).get('a'))).toEqual([2, 4]);
    expect(problem(archive(wrapped('os\nsystem'), floats)).message).toContain('which is no tensor');
  });

  it.each<readonly [string, Uint8Array, string]>([
    ['a stop and nothing else', bytes('.'), 'it takes a value where there is none'],
    ['no stop', bytes('\x80\x02N'), 'it is cut off'],
    ['an unknown instruction', bytes('\x80\x02\x99.'), 'it has an instruction 153'],
    ['a mark that is missing', bytes('t.'), 'it goes back to a mark'],
    ['a value from below a mark', bytes('N(0.'), 'it takes a value where there is none'],
    ['a value that was not kept', bytes('h\x05.'), 'it names value 5'],
    ['a text of 4 GB', bytes('X\xff\xff\xff\xffa.'), 'a value of it has 4294967295 bytes'],
    [
      'a text of 2^64 bytes',
      bytes('\x8d\xff\xff\xff\xff\xff\xff\xff\xff.'),
      'a value of it has 18446744073709552000 bytes',
    ],
    ['a number of a megabyte', bytes('\x8b\x00\x00\x10\x00'), 'a number of it has 1048576 bytes'],
    ['a name of 2,000 letters', bytes(`c${'a'.repeat(2000)}\n`), 'a line of it has more than 1000 characters'],
    ['a call of what is no function', bytes('N)R.'), 'it calls what is no function'],
    ['a million dicts', many(1_100_000, '}'), 'it has more than 1000000 values'],
    ['a million marks', many(1_100_000, '('), 'it has more than 1000000 values'],
    ['a function by its registered code', bytes('\x82\x01.'), 'it has an instruction 130'],
    ['eval', bytes('cbuiltins\neval\n(U\x011tR.'), 'this file wants to run builtins.eval, which is no tensor'],
    [
      '__import__ in two halves',
      bytes('\x8c\x08builtins\x8c\x0a__import__\x93)R.'),
      'wants to run builtins.__import__',
    ],
    ['an object of old', bytes('(ios\nsystem\n.'), 'an object of the class os.system'],
    [
      'an object by copyreg',
      bytes('ccopy_reg\n_reconstructor\n(ca.b\nC\nc__builtin__\nobject\nNtR.'),
      'of the class a.b.C',
    ],
    [
      'a sparse tensor',
      bytes('ctorch._utils\n_rebuild_sparse_tensor\n)R.'),
      'a sort that is not read: they are sparse or quantised',
    ],
    ['a list that is set', bytes(']NNs.'), 'it sets keys of what is no dict'],
    ['a dict that is appended to', bytes('}Na.'), 'it appends to what is no list'],
    ['a tensor beyond its storage', tensor(4, 1, [4], [1]), '"a" of 4 goes beyond the 4 numbers of its storage'],
    ['a storage beyond its file', tensor(5, 0, [5], [1]), 'the 5 numbers that "a" is of are not in the file'],
    ['a storage that is not there', tensor(4, 0, [4], [1], '__proto__'), 'are not in the file'],
    [
      'a tensor of more numbers than there are',
      tensor(4, 0, [2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1], [0, 0, 0]),
      'goes beyond',
    ],
    ['a tensor that goes backwards', tensor(4, 3, [4], [-1]), 'a tensor without a storage, a size and strides'],
    ['a tensor with a stride too many', tensor(4, 0, [4], [1, 1]), 'a tensor without a storage'],
  ])('%s', (_, pickle, message) => expect(problem(archive(pickle)).message).toContain(message));

  it('a dict that holds itself ends', () => {
    expect(problem(archive(bytes('}q\x00U\x01ah\x00s.'))).message).toContain('holds no dict of tensors');
  });

  it('__proto__ and constructor are names', () => {
    const pickle = bytes(
      Buffer.from(tensor(4, 0, [4], [1]))
        .toString('latin1')
        .replace('U\x01a', 'U\x09__proto__'),
    );
    expect([...tensors(archive(pickle)).keys()]).toEqual(['__proto__']);
  });

  it('what is repeated is not read before it fits', () => {
    const found = tensors(archive(tensor(1, 0, [100_000, 100_000], [0, 0]))).get('a');
    expect(found?.shape).toEqual([100_000, 100_000]);
  });
});

describe('files at random', () => {
  const files = ['kinds.pth', 'kinds-old.pth', 'checkpoint.pth', 'arrays.npz', 'packed.npz', 'scripted.pt'].map(
    fixture,
  );
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
  it('are weights, or a sentence says why not', () => {
    fc.assert(
      fc.property(fc.constantFrom(...files), fc.array(damage, { minLength: 1, maxLength: 4 }), (whole, damages) => {
        const { file, asked } = counted(broken(whole, damages));
        const entries = readWeights(file);
        expect(asked.bytes).toBeLessThan(40 * file.size + 1e6);
        if (isProblem(entries)) return;
        for (const { shape, load } of entries.values()) {
          if (shape.reduce((a, b) => a * b, 1) > 1e6) continue;
          try {
            load?.();
          } catch (error) {
            expect(error).toBeInstanceOf(Damaged);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a model with its weights, for a network of the same names', () => {
  const weight = Array.from({ length: 54 }, (_, i) => Math.sin(i));
  const model = (inputs: readonly (number | string)[], dims: readonly number[] = [2, 3, 3, 3]): Uint8Array =>
    onnxOf({
      nodes: [{ op: 'Conv', in: ['x', 'conv1.weight', 'conv1.bias'], out: ['y'] }],
      inputs: { x: inputs },
      outputs: { y: null },
      initializers: { 'conv1.weight': { dims, data: weight }, 'conv1.bias': { dims: [2], data: [1, 2] } },
    });
  const spec = 'input: 5x6x3\nlayers:\n  - {conv: 2, kernel: 3, name: conv1}\n';
  const files = {
    'net.yaml': spec,
    'net.safetensors': safetensors({
      'conv1.weight': { shape: [2, 3, 3, 3], data: weight },
      'conv1.bias': { shape: [2], data: [1, 2] },
    }),
  };

  it.each([
    ['of a fixed size', model([1, 3, 9, 9])],
    ['of an open size', model(['N', 3, 'H', 'W'])],
  ])('%s', async (_, onnx) => {
    const saved = async (weights: string) => {
      const io = fakeIo({ files: { ...files, 'model.onnx': onnx } });
      expect(await main(['run', 'net.yaml', '--weights', weights, '--save', 'y.npy'], io)).toBe(0);
      return io.files.get('y.npy');
    };
    expect(await saved('model.onnx')).toEqual(await saved('net.safetensors'));
  });

  it('whose tensors do not fit is told of', async () => {
    const { code, err } = await run(['run', 'net.yaml', '--weights', 'model.onnx'], {
      files: { ...files, 'model.onnx': model([1, 6, 9, 9], [1, 6, 3, 3]) },
    });
    expect(code).toBe(2);
    expect(err).toContain('conv1.weight is [1, 6, 3, 3] in the file, and [2, 3, 3, 3] here');
  });
});

// A header of 0x0280 bytes begins with those two: so does a pickle of version 2.
it.each([0x0280, 0x0380, 0x0480, 0x0580, 0x10280])(
  'a .safetensors whose header has %i bytes is no pickle',
  (length) => {
    const header = JSON.stringify({ a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } });
    const read = readWeights(held(safetensorsOf(header.padEnd(length), new Uint8Array(4))));
    expect(isProblem(read) ? read.message : [...read.keys()]).toEqual(['a']);
  },
);
