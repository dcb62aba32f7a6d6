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
import { stateDictIn } from './checkpoint.js';
import { isPickle, readPickle } from './pickle.js';
import { broken, List, Reading, Refused } from './pickle-machine.js';
import { isDense, spanOf, strided } from './strided.js';
import { allowed, type Storage, type Stored } from './torch-pickle.js';
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

/** Where numbers stand in the file, by the key of their storage; undefined where there are none. */
type Places = (storage: Storage) => { readonly bytes: Bytes; readonly at: number; readonly swap: boolean } | undefined;

const storedTensor = (name: string, stored: Stored, places: Places): StoredTensor => {
  const { storage, dtype, shape, strides } = stored;
  const count = product(shape);
  const [width, unit] = [widthOf(dtype), widthOf(storage.dtype)];
  const offset = stored.offset + (storage.from * unit) / width;
  const span = spanOf(shape, strides);
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
  const read = (from: number, length: number, into?: Float32Array) =>
    readNumbers(bytes, at + (offset + from) * width, length, decoder, { swap, into });
  return {
    shape,
    dtype,
    load: (into) => (span === count && isDense(shape, strides) ? read(0, count, into) : strided(read, shape, strides)),
  };
};

const tensorsIn = (root: unknown, places: Places): ReadonlyMap<string, StoredTensor> | Problem => {
  const found = stateDictIn(root);
  if (found instanceof Problem) return found;
  return new Map([...found].map(([name, stored]) => [name, storedTensor(name, stored, places)]));
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
