// Tensors that torch.save wrote: state dicts and checkpoints, as the zip of PyTorch 1.6 and later or in the older form. Only tensors come out;
// how pickles are read is pickle.ts, and nothing in them is run.

import { Problem } from '../core/diagnostic.js';
import { product } from '../core/shape.js';
import type { StoredTensor } from '../core/stored.js';
import {
  BFLOAT16,
  type Bytes,
  Damaged,
  type Decoder,
  FLOAT16,
  FLOAT32,
  FLOAT64,
  INT8,
  INT16,
  INT32,
  INT64,
  readNumbers,
  UINT8,
  UINT16,
  UINT32,
  UINT64,
} from './bytes.js';
import {
  type Allowed,
  broken,
  Dict,
  Global,
  Inert,
  isPickle,
  List,
  Reading,
  Refused,
  readPickle,
  Tuple,
} from './pickle.js';
import type { Zip } from './zip.js';

/** How numbers are read, by what their type is called here. Those that float32 does not hold are rounded, as load_state_dict does it. */
const DECODERS: ReadonlyMap<string, Decoder> = new Map(
  Object.entries({
    ...{ F32: FLOAT32, F64: FLOAT64, F16: FLOAT16, BF16: BFLOAT16, BOOL: UINT8 },
    ...{ I8: INT8, I16: INT16, I32: INT32, I64: INT64, U8: UINT8, U16: UINT16, U32: UINT32, U64: UINT64 },
  }),
);

/** Bytes of a number of the types that are not read. */
const WIDTHS: ReadonlyMap<string, number> = new Map(
  Object.entries({ C32: 4, C64: 8, C128: 16, F8_E4M3: 1, F8_E5M2: 1, QI8: 1, QU8: 1, QI32: 4 }),
);

const widthOf = (dtype: string): number => DECODERS.get(dtype)?.width ?? WIDTHS.get(dtype) ?? 1;

/** PyTorch's storages, and the types of what is in them. */
const STORAGES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ FloatStorage: 'F32', DoubleStorage: 'F64', HalfStorage: 'F16', BFloat16Storage: 'BF16' },
    ...{ LongStorage: 'I64', IntStorage: 'I32', ShortStorage: 'I16', CharStorage: 'I8', ByteStorage: 'U8' },
    ...{ BoolStorage: 'BOOL', ComplexFloatStorage: 'C64', ComplexDoubleStorage: 'C128', UntypedStorage: 'U8' },
    ...{ QInt8Storage: 'QI8', QUInt8Storage: 'QU8', QInt32Storage: 'QI32' },
  }),
);

const storageType = (name: string): string | undefined =>
  STORAGES.get(/^torch\.(?:cuda\.|storage\.)?(\w+)$/.exec(name)?.[1] ?? '');

/** PyTorch's types of numbers. */
const DTYPES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ float32: 'F32', float64: 'F64', float16: 'F16', bfloat16: 'BF16', bool: 'BOOL', int8: 'I8', int16: 'I16' },
    ...{ int32: 'I32', int64: 'I64', uint8: 'U8', uint16: 'U16', uint32: 'U32', uint64: 'U64', complex32: 'C32' },
    ...{ complex64: 'C64', complex128: 'C128', float8_e4m3fn: 'F8_E4M3', float8_e5m2: 'F8_E5M2' },
  }),
);

/** Numbers that tensors share, somewhere in the file. */
interface Storage {
  readonly key: string;
  readonly dtype: string;
  /** How many numbers of that type. */
  readonly count: number;
}

/** A part of another storage, as the older form has it. */
interface Part extends Storage {
  readonly from: number;
}

class Stored {
  constructor(
    readonly storage: Part,
    readonly dtype: string,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}
}

const isCount = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;

const counts = (value: unknown): readonly number[] | undefined =>
  value instanceof Tuple && value.items.every(isCount) ? value.items : undefined;

/** PyTorch's tensors have no more axes. */
const MOST_AXES = 64;

const tensor = ([storage, offset, sizes, steps]: readonly unknown[], dtype: string | undefined): Stored => {
  const [shape, strides] = [counts(sizes), counts(steps)];
  if (!isPart(storage) || !isCount(offset) || !shape || strides?.length !== shape.length || shape.length > MOST_AXES)
    throw broken('it has a tensor without a storage, a size and strides');
  return new Stored(storage, dtype ?? storage.dtype, offset, shape, strides);
};

const parts = new WeakSet<object>();

const isPart = (value: unknown): value is Part => typeof value === 'object' && value !== null && parts.has(value);

/** The functions that a file may name: what makes tensors, and what makes values that nobody asks for. */
const CALLS: ReadonlyMap<string, (args: readonly unknown[]) => unknown> = new Map(
  Object.entries({
    'torch._utils._rebuild_tensor': (args) => tensor(args, undefined),
    'torch._utils._rebuild_tensor_v2': (args) => tensor(args, undefined),
    'torch._utils._rebuild_tensor_v3': (args) => {
      const [dtype] = args.slice(6);
      const known = dtype instanceof Global ? DTYPES.get(dtype.name.replace(/^torch\./, '')) : undefined;
      if (known === undefined) throw broken('it has a tensor of a type that is not known');
      return tensor(args, known);
    },
    // A tensor of a class of its own, or one with attributes.
    'torch._tensor._rebuild_from_type_v2': ([make, , args]) =>
      make instanceof Global && REBUILDS.test(make.name) && args instanceof Tuple
        ? call(make.name, args.items)
        : undefined,
    'torch._utils._rebuild_parameter': ([data]) => data,
    'torch._utils._rebuild_parameter_with_state': ([data]) => data,
    'torch.Size': ([sizes]) => sizes,
    'torch.device': () => new Inert(),
    'collections.OrderedDict': (args) => dictOf(args),
    'collections.defaultdict': () => new Dict(),
    'collections.Counter': () => new Dict(),
    'collections.deque': () => new List(),
    'builtins.set': () => new Inert(),
    'builtins.frozenset': () => new Inert(),
    '__builtin__.set': () => new Inert(),
    'numpy.core.multiarray.scalar': () => new Inert(),
    'numpy._core.multiarray.scalar': () => new Inert(),
    'numpy.core.multiarray._reconstruct': () => new Inert(),
    'numpy._core.multiarray._reconstruct': () => new Inert(),
    'numpy.dtype': () => new Inert(),
    '_codecs.encode': () => new Inert(),
    'pathlib.Path': () => new Inert(),
    'pathlib.PosixPath': () => new Inert(),
    'pathlib.WindowsPath': () => new Inert(),
  } satisfies Record<string, (args: readonly unknown[]) => unknown>),
);

/** The classes of which it may hold objects. */
const CLASSES: ReadonlyMap<string, () => unknown> = new Map(
  Object.entries({
    'collections.OrderedDict': () => new Dict(),
    'argparse.Namespace': () => new Inert(),
  }),
);

/** Old pickles make an ordered dict of a list of pairs. */
const dictOf = ([pairs]: readonly unknown[]): Dict => {
  const dict = new Dict();
  if (!(pairs instanceof List)) return dict;
  for (const pair of pairs.items) {
    const [key, value] = pair instanceof List || pair instanceof Tuple ? pair.items : [];
    dict.entries.set(key, value);
  }
  return dict;
};

/** What makes tensors of PyTorch's own. */
const REBUILDS = /^torch\._utils\._rebuild_\w+$/;

const call = (name: string, args: readonly unknown[]): unknown => {
  const result = CALLS.get(name)?.(args);
  if (result === undefined && (REBUILDS.test(name) || name === 'torch.serialization._get_layout'))
    throw new Refused(
      new Problem(
        'weights/file',
        `this file holds tensors of a sort that is not read: they are sparse or quantised, and made by ${name}`,
        'save them as plain ones: tensor.to_dense() or tensor.dequantize()',
      ),
    );
  return result;
};

const allowed = (storages: Map<string, Storage>): Allowed => ({
  call,
  create: (name) => CLASSES.get(name)?.(),
  persistent: (id) => {
    const [sort, type, key, , count, view] = id instanceof Tuple ? id.items : [];
    // A whole module with the text of its program: what follows is an object of its class.
    if (sort === 'module' && type instanceof Global) return type;
    const dtype = sort === 'storage' && type instanceof Global ? storageType(type.name) : undefined;
    const name = typeof key === 'number' ? String(key) : key;
    if (dtype === undefined || typeof name !== 'string' || !isCount(count))
      throw broken('it names something outside of it that is no storage of numbers');
    const known = storages.get(name);
    if (known && (known.dtype !== dtype || known.count !== count))
      throw broken(`storage ${name} has ${known.count} numbers in one place and ${count} in another`);
    storages.set(name, known ?? { key: name, dtype, count });
    const part = { key: name, dtype, ...partOf(view, count) };
    parts.add(part);
    return part;
  },
});

const partOf = (view: unknown, count: number): { readonly from: number; readonly count: number } => {
  if (!(view instanceof Tuple)) return { from: 0, count };
  const [, from, length] = view.items;
  if (!isCount(from) || !isCount(length) || from + length > count)
    throw broken('it has a part of a storage beyond its end');
  return { from, count: length };
};

/** Where numbers stand in the file, by the key of their storage; undefined where there are none. */
type Places = (storage: Storage) => { readonly bytes: Bytes; readonly at: number; readonly swap: boolean } | undefined;

const storedTensor = (name: string, stored: Stored, places: Places): StoredTensor => {
  const { storage, dtype, shape, strides } = stored;
  const count = product(shape);
  const [width, unit] = [widthOf(dtype), widthOf(storage.dtype)];
  const offset = stored.offset + (storage.from * unit) / width;
  const span = count === 0 ? 0 : 1 + shape.reduce((sum, size, axis) => sum + (size - 1) * (strides[axis] ?? 0), 0);
  if (!Number.isSafeInteger(count) || (stored.offset + span) * width > storage.count * unit)
    throw broken(
      `"${name}" of ${shape.join('x') || 'one value'} goes beyond the ${storage.count} numbers of its storage`,
    );
  const whole = { key: storage.key, dtype: storage.dtype, count: storage.from + storage.count };
  const place = places(whole);
  if (!place || place.bytes.size < place.at + whole.count * unit)
    throw broken(`the ${whole.count} numbers that "${name}" is of are not in the file`);
  const decoder = DECODERS.get(dtype);
  if (!decoder) return { shape, dtype };
  const { bytes, at, swap } = place;
  const numbers = (): Float32Array => readNumbers(bytes, at + offset * width, span, decoder, swap);
  return {
    shape,
    dtype,
    load: span === count && isDense(shape, strides) ? numbers : () => gathered(numbers(), shape, strides),
  };
};

/** Whether the values lie one after another. */
const isDense = (shape: readonly number[], strides: readonly number[]): boolean =>
  shape.every((size, axis) => size === 1 || strides[axis] === product(shape.slice(axis + 1)));

/** The values in the order of their indices, the last fastest. */
const gathered = (from: Float32Array, shape: readonly number[], strides: readonly number[]): Float32Array => {
  const into = new Float32Array(product(shape));
  const at = new Array<number>(shape.length).fill(0);
  let place = 0;
  for (let to = 0; to < into.length; to++) {
    into[to] = from[place] as number;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const [count, size, step] = [(at[axis] ?? 0) + 1, shape[axis] ?? 1, strides[axis] ?? 0];
      place += step;
      at[axis] = count;
      if (count < size) break;
      place -= size * step;
      at[axis] = 0;
    }
  }
  return into;
};

interface Found {
  /** By which keys one gets there. */
  readonly path: readonly string[];
  readonly tensors: ReadonlyMap<string, Stored>;
}

/** Dicts in dicts are looked into so deep. */
const MOST_DEPTH = 8;

/** The dicts that hold tensors by their names. A single number (the best loss so far) makes none, and an optimizer has its own. */
const dictsOfTensors = (root: unknown): readonly Found[] => {
  const found: Found[] = [];
  const seen = new Set<unknown>();
  const look = (value: unknown, path: readonly string[]): void => {
    if (!(value instanceof Dict) || seen.has(value) || path.length > MOST_DEPTH) return;
    seen.add(value);
    const { entries } = value;
    if (entries.has('state') && entries.has('param_groups')) return;
    const tensors = new Map<string, Stored>();
    for (const [key, one] of entries) if (typeof key === 'string' && one instanceof Stored) tensors.set(key, one);
    if ([...tensors.values()].some(({ shape }) => shape.length > 0)) found.push({ path, tensors });
    for (const [key, one] of entries) if (typeof key === 'string') look(one, [...path, key]);
  };
  look(root, []);
  return found;
};

const pathText = (path: readonly string[]): string => path.map((key) => `["${key}"]`).join('');

const MOST_NAMED = 4;

const tensorsIn = (root: unknown, places: Places): ReadonlyMap<string, StoredTensor> | Problem => {
  const [first, ...more] = dictsOfTensors(root);
  if (!first)
    return new Problem(
      'weights/file',
      root instanceof Stored
        ? 'this file holds one tensor without a name'
        : 'this file of PyTorch holds no dict of tensors by their names',
      'save what names the tensors: torch.save(model.state_dict(), path)',
    );
  if (more.length > 0) {
    const paths = [first, ...more].map(({ path }) => (path.length > 0 ? path.join('.') : 'its outermost dict'));
    const named = paths.slice(0, MOST_NAMED).join(', ');
    const rest = paths.length > MOST_NAMED ? ` and ${paths.length - MOST_NAMED} more` : '';
    return new Problem(
      'weights/file',
      `this checkpoint holds tensors in ${paths.length} places: ${named}${rest}`,
      `save one of them: torch.save(torch.load(path)${pathText(first.path.length > 0 ? first.path : (more[0]?.path ?? []))}, new_path)`,
    );
  }
  return new Map([...first.tensors].map(([name, stored]) => [name, storedTensor(name, stored, places)]));
};

/** What `read` gives, or what is wrong with the file. */
const refusing = <T>(read: () => T): T | Problem => {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refused) return error.problem;
    if (error instanceof Damaged) return broken(error.message).problem;
    throw error;
  }
};

/** What a zip of PyTorch's is, by the names in it. */
export const torchArchive = (names: readonly string[]): 'state dict' | 'TorchScript' | 'torch.export' | undefined => {
  const has = (pattern: RegExp): boolean => names.some((name) => pattern.test(name));
  if (has(/(?:^|\/)constants\.pkl$/) && has(/(?:^|\/)code\//)) return 'TorchScript';
  if (has(/(?:^|\/)(?:archive_format|serialized_exported_program\.json|models\/model\.json)$/)) return 'torch.export';
  return has(/(?:^|\/)data\.pkl$/) ? 'state dict' : undefined;
};

/** The tensors in a zip of PyTorch 1.6 and later. */
export const readTorchZip = (zip: Zip): ReadonlyMap<string, StoredTensor> | Problem =>
  refusing(() => {
    const own = zip.names.find((name) => /(?:^|\/)data\.pkl$/.test(name)) ?? '';
    const folder = own.slice(0, -'data.pkl'.length);
    const pickle = zip.member(own);
    if (!pickle) throw broken('its data.pkl is packed in a way that is not read');
    const order = zip.member(`${folder}byteorder`);
    const swap = order ? new TextDecoder().decode(order.read(0, 16)).trim() === 'big' : false;
    const root = readPickle(new Reading(pickle, 0), allowed(new Map()));
    const members = new Map<string, Bytes | null>();
    return tensorsIn(root, ({ key }) => {
      if (!members.has(key)) members.set(key, zip.member(`${folder}data/${key}`));
      const bytes = members.get(key);
      return bytes ? { bytes, at: 0, swap } : undefined;
    });
  });

/** The number that files of PyTorch before 1.6 begin with, as a pickle of its own. */
const MAGIC = 0x1950a86a20f9469cfc6cn;

/** Whether a file begins as one of PyTorch before 1.6. */
export const isOldTorch = (beginning: Uint8Array): boolean =>
  isPickle(beginning) && beginning[2] === 0x8a && beginning[3] === 10 && beginning[4] === 0x6c && beginning[5] === 0xfc;

/** The tensors in a file of PyTorch before 1.6: pickles, and behind them the storages one by one. */
export const readOldTorch = (bytes: Bytes): ReadonlyMap<string, StoredTensor> | Problem =>
  refusing(() => {
    const file = new Reading(bytes, 0);
    const storages = new Map<string, Storage>();
    const all = allowed(storages);
    const next = (): unknown => readPickle(file, all);
    if (next() !== MAGIC) throw broken('it does not begin as a file of PyTorch');
    // The protocol, and the system: numbers are little-endian on all of them.
    next();
    next();
    const root = next();
    const keys = next();
    const places = placesIn(bytes, file.at, keys instanceof List ? keys.items : [], storages);
    return tensorsIn(root, ({ key }) => {
      const at = places.get(key);
      return at === undefined ? undefined : { bytes, at, swap: false };
    });
  });

/** Where each storage begins, behind how many numbers it has. */
const placesIn = (
  bytes: Bytes,
  from: number,
  keys: readonly unknown[],
  storages: ReadonlyMap<string, Storage>,
): ReadonlyMap<string, number> => {
  const places = new Map<string, number>();
  let at = from;
  for (const key of keys) {
    const storage = storages.get(String(key));
    if (!storage || places.has(storage.key)) throw broken('it lists storages that no tensor has');
    const length = bytes.read(at, 8);
    if (length.length < 8) throw broken('it is cut off');
    const count = Number(new DataView(length.buffer, length.byteOffset, 8).getBigInt64(0, true));
    if (count !== storage.count)
      throw broken(`storage ${storage.key} has ${count} numbers, and its tensors are of ${storage.count}`);
    places.set(storage.key, at + 8);
    at += 8 + count * widthOf(storage.dtype);
  }
  if (at > bytes.size) throw broken(`it is cut off: its tensors end at byte ${at}, and it has ${bytes.size}`);
  return places;
};
