// The .safetensors format, read and written: a length, a JSON header, raw little-endian numbers. Files arrive as ranges of bytes.

import { Problem } from '../core/diagnostic.js';
import type { Tensor } from '../core/kernels.js';
import { product } from '../core/shape.js';
import type { StoredTensor } from '../core/stored.js';
import { BFLOAT16, type Bytes, type Decoder, FLOAT16, FLOAT32, rawBytes, readNumbers } from './bytes.js';

/** The types of numbers that float32 holds exactly; others are not learned tensors. */
const DECODERS: ReadonlyMap<string, Decoder> = new Map(Object.entries({ F32: FLOAT32, F16: FLOAT16, BF16: BFLOAT16 }));

export const READABLE: readonly string[] = [...DECODERS.keys()];

/** A header longer than this is no header (the format's own limit). */
const MOST_HEADER = 100_000_000;

/** Bytes of a number of the other types. */
const WIDTHS = new Map(
  Object.entries({
    F64: 8,
    I64: 8,
    U64: 8,
    I32: 4,
    U32: 4,
    I16: 2,
    U16: 2,
    I8: 1,
    U8: 1,
    BOOL: 1,
    F8_E4M3: 1,
    F8_E5M2: 1,
  }),
);

/** The tensors by name, or what is wrong with the file. `__metadata__` is left out. */
export const readSafetensors = (bytes: Bytes): ReadonlyMap<string, StoredTensor> | Problem => {
  if (bytes.size < 8) return broken(`it has ${bytes.size} bytes, fewer than the 8 that hold the header's length`);
  const length = Number(new DataView(bytes.read(0, 8).slice().buffer).getBigUint64(0, true));
  if (length > MOST_HEADER || 8 + length > bytes.size)
    return broken(`its header should have ${length} bytes, the file has ${bytes.size}`);
  let header: unknown;
  let twice: string | undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.read(8, length));
    header = JSON.parse(text);
    twice = nameTwice(text);
  } catch {
    return broken('its header is no JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    return broken('its header is no JSON object');
  if (twice !== undefined) return broken(`"${twice}" is there twice`);
  const room = bytes.size - 8 - length;
  const entries = new Map<string, StoredTensor>();
  const places: (Place & { readonly name: string })[] = [];
  for (const [name, described] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const entry = entryOf(name, described, room, 8 + length, bytes);
    if (entry instanceof Problem) return entry;
    entries.set(name, entry);
    if (entry.to > entry.from) places.push({ name, ...entry });
  }
  places.sort((a, b) => a.from - b.from);
  const over = places.findIndex(({ from }, i) => from < (places[i - 1]?.to ?? 0));
  if (over > 0) return broken(`"${places[over - 1]?.name}" and "${places[over]?.name}" lie in the same bytes`);
  const used = places.reduce((sum, { from, to }) => sum + to - from, 0);
  if (used !== room) return broken(`${room - used} of its ${room} bytes of numbers belong to no tensor`);
  return entries;
};

/** Whether a file begins as one: a header of some length, which is a JSON object. */
export const isSafetensors = (beginning: Uint8Array): boolean => beginning.length < 9 || beginning[8] === 0x7b;

/**
 * It can be nothing else: a length below 2^40 and the object behind it. Such a length may begin with the bytes that a pickle does, 0x80 and a
 * version.
 */
export const isSurelySafetensors = (beginning: Uint8Array): boolean =>
  beginning[8] === 0x7b && [5, 6, 7].every((at) => beginning[at] === 0);

/** The first name that an object in a JSON text has a second time: a parser keeps the last without a word. */
const nameTwice = (json: string): string | undefined => {
  // Names by object; lists have none.
  const open: (Set<string> | null)[] = [];
  for (let at = 0; at < json.length; at++) {
    const sign = json[at];
    if (sign === '{') open.push(new Set());
    else if (sign === '[') open.push(null);
    else if (sign === '}' || sign === ']') open.pop();
    else if (sign === '"') {
      const start = at;
      do at += json[at] === '\\' ? 2 : 1;
      while (json[at] !== '"');
      let next = at + 1;
      while (' \t\r\n'.includes(json[next] as string)) next++;
      const names = open.at(-1);
      if (!names || json[next] !== ':') continue;
      const name: string = JSON.parse(json.slice(start, at + 1));
      if (names.has(name)) return name;
      names.add(name);
    }
  }
  return undefined;
};

const broken = (why: string): Problem =>
  new Problem(
    'weights/file',
    `this is no .safetensors file: ${why}`,
    'save it with safetensors.torch.save_file(model.state_dict(), path)',
  );

const isCount = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;

interface Place {
  readonly from: number;
  readonly to: number;
}

const entryOf = (
  name: string,
  described: unknown,
  room: number,
  start: number,
  bytes: Bytes,
): (StoredTensor & Place) | Problem => {
  const { dtype, shape, data_offsets } = (described ?? {}) as Record<string, unknown>;
  if (typeof dtype !== 'string' || !Array.isArray(shape) || !shape.every(isCount) || !Array.isArray(data_offsets))
    return broken(`"${name}" has no dtype, shape and data_offsets`);
  const [from, to, more] = data_offsets as unknown[];
  if (!isCount(from) || !isCount(to) || more !== undefined) return broken(`"${name}" has not two data_offsets`);
  if (from > to || to > room) return broken(`"${name}" lies at ${from} to ${to} of ${room} bytes`);
  const decoder = DECODERS.get(dtype);
  const width = decoder?.width ?? WIDTHS.get(dtype);
  const count = product(shape);
  if (width === undefined) return broken(`"${name}" is of a type "${dtype}" that nobody knows`);
  if (count * width !== to - from)
    return broken(
      `"${name}" of ${shape.join('x') || 'one value'} takes ${count * width} bytes as ${dtype}, not ${to - from}`,
    );
  return {
    dtype,
    shape,
    from,
    to,
    ...(decoder && { load: (into) => readNumbers(bytes, start + from, count, decoder, { into }) }),
  };
};

/** A file of float32 tensors in their order, piece by piece: no more than one tensor is held besides. */
export function* writeSafetensors(tensors: ReadonlyMap<string, Tensor>): Iterable<Uint8Array> {
  let at = 0;
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  for (const [name, { shape }] of tensors) {
    const from = at;
    at += product(shape) * FLOAT32.width;
    header[name] = { dtype: 'F32', shape, data_offsets: [from, at] };
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  // The header is filled up with spaces, so that the numbers start at a multiple of 8.
  const begin = new Uint8Array(8 + Math.ceil(json.length / 8) * 8).fill(0x20);
  new DataView(begin.buffer).setBigUint64(0, BigInt(begin.length - 8), true);
  begin.set(json, 8);
  yield begin;
  for (const { data } of tensors.values()) yield rawBytes(data);
}
