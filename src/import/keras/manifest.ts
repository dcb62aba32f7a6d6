// The weights of a TensorFlow.js model: a list of tensors in its JSON, their numbers in files beside it. Read when they are asked for.

import { product } from '../../core/shape.js';
import { mapped, type StoredTensor } from '../../core/stored.js';
import {
  type Bytes,
  type Decoder,
  FLOAT16,
  FLOAT32,
  INT32,
  readNumbers,
  Shortened,
  UINT8,
  UINT16,
} from '../../files/bytes.js';
import { isList, isObject, type Json, type JsonObject } from '../json.js';
import type { Weights } from './call.js';
import { get, number, numbers, object, string } from './config.js';

const DECODERS: ReadonlyMap<string, Decoder> = new Map([
  ['float32', FLOAT32],
  ['float16', FLOAT16],
  ['int32', INT32],
  ['uint16', UINT16],
  ['uint8', UINT8],
  ['bool', UINT8],
]);

/** Nobody divides a model into more files. */
const MOST_FILES = 10_000;
/** No model has more tensors, and none stands in more models. */
const MOST_TENSORS = 200_000;
const MOST_SCOPES = 12;

/** The files of one group as one. */
const joined = (parts: readonly Bytes[]): Bytes => {
  const starts: number[] = [];
  let size = 0;
  for (const part of parts) {
    starts.push(size);
    size += part.size;
  }
  return {
    size,
    read: (offset, length) => {
      const into = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
      for (const [i, part] of parts.entries()) {
        const start = starts[i] ?? 0;
        const from = Math.max(offset, start);
        const to = Math.min(offset + into.length, start + part.size);
        if (from >= to) continue;
        const read = part.read(from - start, to - from);
        if (read.length !== to - from) throw new Shortened('the file became shorter while it was read');
        into.set(read, from - offset);
      }
      return into;
    },
  };
};

/** A tensor of the list, and how many bytes it takes; undefined where nobody can say. */
const described = (
  entry: JsonObject,
  at: number,
  bytes: Bytes | undefined,
): { readonly tensor: StoredTensor; readonly length: number } | undefined => {
  const shape = isList(get(entry, 'shape')) ? (numbers(entry, 'shape') ?? undefined) : undefined;
  if (!shape?.every((size) => Number.isSafeInteger(size) && size >= 0)) return undefined;
  const quantization = object(entry, 'quantization');
  const dtype = (quantization && string(quantization, 'dtype')) ?? string(entry, 'dtype') ?? '';
  const decoder = DECODERS.get(dtype);
  const count = product(shape);
  if (!decoder || !Number.isSafeInteger(count * decoder.width)) return undefined;
  const length = count * decoder.width;
  if (!bytes || at + length > bytes.size) return { tensor: { shape, dtype }, length };
  const stored: StoredTensor = {
    shape,
    dtype: 'F32',
    load: (into) => readNumbers(bytes, at, count, decoder, { into }),
  };
  return { tensor: quantization ? spread(stored, quantization) : stored, length };
};

/** Whole numbers that stand for a range: value = number * scale + min. */
const spread = (stored: StoredTensor, quantization: JsonObject): StoredTensor => {
  const [scale, min] = [number(quantization, 'scale'), number(quantization, 'min')];
  if (scale === undefined || min === undefined) return stored;
  return mapped(stored, (values) => values.map((value) => Math.fround(value * scale + min)));
};

export interface Manifest extends Weights {
  /** Files that it names and that are not there, or end too early. */
  readonly missing: readonly string[];
  readonly files: number;
  /** Names of several tensors: nobody knows whose is which, and TensorFlow.js refuses such a file. */
  readonly twice: readonly string[];
}

const withoutValues = ({ shape = [], dtype = '' }: Partial<StoredTensor> = {}): StoredTensor => ({ shape, dtype });

/** What a list of weights says. */
export const readManifest = (manifest: Json | undefined, beside: (path: string) => Bytes | null): Manifest => {
  const tensors = new Map<string, StoredTensor>();
  const missing: string[] = [];
  const twice = new Set<string>();
  let files = 0;
  for (const group of isList(manifest) ? manifest.filter(isObject) : []) {
    const paths = get(group, 'paths');
    const names = isList(paths) ? paths.filter((path) => typeof path === 'string').slice(0, MOST_FILES) : [];
    const parts = names.map((path) => (files < MOST_FILES ? beside(path) : null));
    files += names.length;
    for (const [i, name] of names.entries()) if (!parts[i]) missing.push(name);
    const bytes = parts.every((part) => part !== null) && parts.length > 0 ? joined(parts) : undefined;
    const list = get(group, 'weights');
    let at = 0;
    for (const entry of isList(list) ? list.filter(isObject) : []) {
      const found = described(entry, at, bytes);
      // Where one ends nobody knows where the next begins.
      if (!found || tensors.size >= MOST_TENSORS) break;
      const name = string(entry, 'name');
      const own = name?.replace(/:\d+$/, '');
      if (own !== undefined && tensors.has(own)) twice.add(own);
      if (own !== undefined) tensors.set(own, found.tensor);
      at += found.length;
    }
    if (bytes && at > bytes.size) missing.push(`${at - bytes.size} bytes of ${names.at(-1)}`);
  }
  for (const name of twice) tensors.set(name, withoutValues(tensors.get(name)));
  return { ...finder(tensors), missing, files, twice: [...twice] };
};

/** Tensors by the scopes of their names: `dense/kernel`, `outer/dense/kernel`, `lstm/lstm_cell/kernel`. */
const finder = (tensors: ReadonlyMap<string, StoredTensor>): Weights => {
  const under = new Map<string, (readonly [scopes: readonly string[], tensor: StoredTensor])[]>();
  for (const [name, tensor] of tensors) {
    const scopes = name.split('/', MOST_SCOPES + 1);
    if (scopes.length > MOST_SCOPES) continue;
    for (let depth = 1; depth < scopes.length; depth += 1) {
      const scope = scopes.slice(0, depth).join('/');
      const all = under.get(scope) ?? [];
      all.push([scopes.slice(depth), tensor]);
      under.set(scope, all);
    }
  }
  // The models around a layer are named in some files, in others the layer alone.
  const scopesOf = (path: readonly string[]) => path.map((_, from) => path.slice(from).join('/'));
  return {
    find: (path, weight, part) => {
      for (const scope of scopesOf(path)) {
        const found = under
          .get(scope)
          ?.find(
            ([rest]) =>
              rest.at(-1) === weight && (part === undefined || rest.slice(0, -1).some((one) => one.startsWith(part))),
          );
        if (found) return found[1];
      }
      return undefined;
    },
    count: (path) => {
      for (const scope of scopesOf(path)) {
        const all = under.get(scope);
        if (all) return all.reduce((sum, [, { shape }]) => sum + product(shape), 0);
      }
      return undefined;
    },
  };
};

/** Where a file has none. */
export const NO_WEIGHTS: Weights = { find: () => undefined, count: () => undefined };
