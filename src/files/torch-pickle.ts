// What a pickle of PyTorch's may name: functions that make tensors, storages that lie outside of it, and values that nobody asks for. How
// pickles are read is pickle.ts; where the numbers are is torch.ts.

import { Problem } from '../core/diagnostic.js';
import { type Allowed, broken, Dict, Global, Inert, List, Refused, Tuple } from './pickle-machine.js';

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
export interface Storage {
  readonly key: string;
  readonly dtype: string;
  /** How many numbers of that type. */
  readonly count: number;
}

/** A part of another storage, as the older form has it. */
interface Part extends Storage {
  readonly from: number;
}

export class Stored {
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

/** Each storage that is named goes into `storages`. */
export const allowed = (storages: Map<string, Storage>): Allowed => ({
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
