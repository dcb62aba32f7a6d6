// Tensors from files and to files: .npy, pictures, .safetensors. What they hold is run/'s; here they are found, opened, decoded.

import { isProblem, type Problem } from '../core/diagnostic.js';
import type { Tensor } from '../core/kernels.js';
import { formatShape, product, type Shape, sameShape } from '../core/shape.js';
import { type Io, reason } from '../io.js';
import { IMAGENET, type Picture, type Preparation, prepare } from '../run/image.js';
import { readNpy, writeNpy } from '../run/npy.js';
import { type Entry, readSafetensors } from '../run/safetensors.js';
import { UsageError } from './output.js';

/** More than this is read of no input. */
const MOST_BYTES = 2 ** 31;

export interface DataOptions {
  readonly data?: string;
  readonly resize?: number;
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
  /** The usual mean and deviation of ImageNet. */
  readonly imagenet?: boolean;
}

const told = (problem: Problem, file: string): UsageError =>
  new UsageError(`${file}: ${problem.message} [${problem.code}]`, problem.help);

const bytesOf = (file: string, io: Io): Uint8Array => {
  if (file === '-') return io.readStdin(MOST_BYTES);
  const found = io.stat(file);
  if (!found) throw new UsageError(`there is no file "${file}"`);
  if (found.isDirectory) throw new UsageError(`${file} is a directory`, 'name a .npy, .png or .jpg file in it');
  try {
    return io.readFile(file, MOST_BYTES);
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${reason(error)}`);
  }
};

/** The input tensor [N, ...shape] that --data names: an array of NumPy's, or a picture. */
export const inputFrom = async (file: string, shape: Shape, options: DataOptions, io: Io): Promise<Tensor> => {
  const bytes = bytesOf(file, io);
  const picture = await decoded(bytes, file);
  if (picture) {
    if (shape.length !== 3)
      throw new UsageError(`${file} is a picture, and the input ${formatShape(shape)} is no image`, 'give a .npy file');
    return prepare(picture, shape, preparation(options));
  }
  const tensor = readNpy(bytes);
  if (isProblem(tensor)) throw told(tensor, file);
  const one = sameShape(tensor.shape, shape);
  if (one || sameShape(tensor.shape.slice(1), shape)) return one ? { ...tensor, shape: [1, ...shape] } : tensor;
  const last = sameShape([tensor.shape.at(-1) ?? 0, ...tensor.shape.slice(-shape.length, -1)], shape);
  throw new UsageError(
    `${file} has the shape [${tensor.shape.join(', ')}], and the input takes [${shape.join(', ')}], or [N, ${shape.join(', ')}]`,
    last
      ? 'its channels stand last: array.transpose(2, 0, 1) brings them to the front'
      : '--input gives the network another input',
  );
};

const preparation = ({ resize, mean, std, imagenet }: DataOptions): Preparation => ({
  ...(resize !== undefined && { resize }),
  mean: mean ?? (imagenet ? IMAGENET.mean : [0]),
  deviation: std ?? (imagenet ? IMAGENET.deviation : [1]),
});

const starts = (bytes: Uint8Array, ...magic: number[]): boolean => magic.every((byte, i) => bytes[i] === byte);

/** Null for what is neither PNG nor JPEG. The decoders are loaded for whom they decode. */
const decoded = async (bytes: Uint8Array, file: string): Promise<Picture | null> => {
  try {
    if (starts(bytes, 0x89, 0x50, 0x4e, 0x47)) {
      const { decode } = await import('fast-png');
      const { width, height, channels, depth, data, palette } = decode(bytes);
      if (!palette) return { width, height, channels, depth: 2 ** depth - 1, data };
      const colours = Array.from(data).flatMap((index) => (palette[index] ?? [0, 0, 0]).slice(0, 3));
      return { width, height, channels: 3, depth: 255, data: colours };
    }
    if (starts(bytes, 0xff, 0xd8)) {
      const { decode } = await import('jpeg-js');
      const { width, height, data } = decode(bytes, { useTArray: true, formatAsRGBA: false });
      return { width, height, channels: 3, depth: 255, data };
    }
  } catch (error) {
    throw new UsageError(`${file} cannot be decoded: ${error instanceof Error ? error.message : String(error)}`);
  }
  return null;
};

/** The tensors in a file of weights, none of them read yet. */
export const weightsIn = (file: string, io: Io): ReadonlyMap<string, Entry> => {
  const found = io.stat(file);
  if (!found) throw new UsageError(`there is no file "${file}"`);
  if (found.isDirectory) throw new UsageError(`${file} is a directory`, 'name a .safetensors file in it');
  try {
    const entries = readSafetensors({ size: found.size, read: (offset, length) => io.readAt(file, offset, length) });
    if (isProblem(entries)) throw told(entries, file);
    return entries;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${file} cannot be read: ${reason(error)}`);
  }
};

export const saveNpy = (file: string, tensor: Tensor, io: Io): void => save(file, writeNpy(tensor), io);

export const save = (file: string, bytes: Uint8Array, io: Io): void => {
  if (file === '-') {
    io.stdout.write(bytes);
    return;
  }
  try {
    io.writeFile(file, bytes);
  } catch (error) {
    throw new UsageError(`${file} cannot be written: ${reason(error)}`);
  }
};

/** The names of classes, one a line. */
export const labelsIn = (file: string, io: Io): readonly string[] =>
  new TextDecoder()
    .decode(bytesOf(file, io))
    .replace(/\r?\n$/, '')
    .split(/\r?\n/);

/** How many images a tensor of that shape holds. */
export const imagesIn = ({ data }: Tensor, shape: Shape): number => data.length / product(shape);
