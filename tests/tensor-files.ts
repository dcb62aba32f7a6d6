// Files of tensors made by hand for tests: .safetensors of any type and header, .npy of any type and order. No assertions.

import { readFileSync } from 'node:fs';
import { isProblem } from '../src/core/diagnostic.js';
import type { Tensor } from '../src/core/kernels.js';
import { held } from '../src/files/bytes.js';
import { readNpy } from '../src/files/npy.js';
import { readSafetensors } from '../src/files/safetensors.js';

export const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`fixtures/run/${name}`, import.meta.url)));

/** A header and what stands behind it. `length` is what the file says of the header. */
export const safetensorsOf = (header: unknown, data: Uint8Array, length?: number | bigint): Uint8Array => {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + data.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(length ?? text.length), true);
  file.set(text, 8);
  file.set(data, 8 + text.length);
  return file;
};

export interface Plain {
  readonly dtype?: string;
  readonly shape: readonly number[];
  /** Raw, or numbers for float32. */
  readonly data: Uint8Array | readonly number[];
}

export const safetensors = (tensors: Readonly<Record<string, Plain>>): Uint8Array => {
  const pieces: Uint8Array[] = [];
  let at = 0;
  const header = Object.fromEntries(
    Object.entries(tensors).map(([name, { dtype = 'F32', shape, data }]) => {
      const raw = data instanceof Uint8Array ? data : new Uint8Array(Float32Array.from(data).buffer);
      pieces.push(raw);
      const from = at;
      at += raw.length;
      return [name, { dtype, shape, data_offsets: [from, at] }];
    }),
  );
  return safetensorsOf(header, new Uint8Array(Buffer.concat(pieces)));
};

/** An array as NumPy writes it; `descr` and `order` are told, not made. */
export const npyOf = (
  data: Uint8Array | readonly number[],
  shape: string,
  { descr = '<f4', fortran = false, version = 1 } = {},
): Uint8Array => {
  const raw = data instanceof Uint8Array ? data : new Uint8Array(Float32Array.from(data).buffer);
  const header = new TextEncoder().encode(
    `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${shape}), }\n`,
  );
  const wide = version > 1;
  const start = new Uint8Array([
    0x93,
    ...new TextEncoder().encode('NUMPY'),
    version,
    0,
    ...Array(wide ? 4 : 2).fill(0),
  ]);
  new DataView(start.buffer).setUint16(8, header.length, true);
  return new Uint8Array(Buffer.concat([start, header, raw]));
};

export const arrayIn = (file: string | Uint8Array | null | undefined): Tensor => {
  const tensor = readNpy(held(file as Uint8Array));
  if (isProblem(tensor)) throw new Error(tensor.message);
  return tensor;
};

export const tensorsIn = (file: string | Uint8Array | null | undefined): ReadonlyMap<string, Tensor> => {
  const entries = readSafetensors(held(file as Uint8Array));
  if (isProblem(entries)) throw new Error(entries.message);
  return new Map(
    [...entries].map(([name, { shape, load }]) => [name, { shape, data: load?.() ?? new Float32Array() }]),
  );
};
