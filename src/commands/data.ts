// Tensors from files and to files: .npy, pictures, files of weights. What they hold is run/'s; here they are found, opened, decoded.

import type { Analysis } from '../analysis/analysis.js';
import { isProblem, type Problem } from '../core/diagnostic.js';
import { isInput, type Node } from '../core/graph.js';
import type { Tensor } from '../core/kernels.js';
import { grouped } from '../core/quantity.js';
import type { Shape } from '../core/shape.js';
import type { StoredTensor } from '../core/stored.js';
import { type Bytes, held } from '../files/bytes.js';
import { isPicture } from '../files/decode.js';
import { isNpy, writeNpy } from '../files/npy.js';
import { isWeights, readWeights } from '../files/weights.js';
import { type Io, reason } from '../io.js';
import { LIMITS } from '../lang/limits.js';
import { oneLine, visible } from '../report/page.js';
import { noise } from '../run/execute.js';
import { IMAGENET } from '../run/image.js';
import { type Preparation, readInput, together } from '../run/input.js';
import type { OptionsOf } from './command.js';
import type { DATA, SPEC, WEIGHTS } from './options.js';
import { UsageError, writeFile } from './output.js';
import { decode, Unreadable } from './text.js';

/** More than this is read of no pipe or device, which may have no end. */
export const MOST_BYTES = 2 ** 30;

type DataOptions = OptionsOf<[typeof SPEC, typeof WEIGHTS, typeof DATA]>;

const wrong = (problem: Problem, file: string): UsageError =>
  new UsageError(`${file}: ${oneLine(problem.message)} [${problem.code}]`, problem.help);

/** What is wanted of a file. */
interface Wanted {
  /** As advice names it. */
  readonly kind: string;
  /** Whether that may be it. */
  readonly begins: (beginning: Uint8Array) => boolean;
  /** Bytes; absent = files, of which parts are read, may be of any size. */
  readonly most?: number;
}

const ARRAY: Wanted = { kind: '.npy, .png or .jpg', begins: (bytes) => isNpy(bytes) || isPicture(bytes) };
const WEIGHTS_FILE: Wanted = { kind: '.safetensors, .pth or .npz', begins: isWeights };
const LABELS: Wanted = { kind: 'text', begins: () => true, most: LIMITS.bytes };

/** A file by its parts, or standard input. */
export const opened = (file: string, { kind, begins, most }: Wanted, io: Io): Bytes => {
  const limit = most ?? MOST_BYTES;
  const small = (length: number, pipes: string): void => {
    if (length > limit)
      throw new UsageError(`${file} has more than ${grouped(limit)} bytes, which is the most that is read${pipes}`);
  };
  const whole = (bytes: Uint8Array): Bytes => {
    small(bytes.length, most === undefined ? ' of what has no size' : '');
    return held(bytes);
  };
  if (file === '-') return whole(reading(file, () => io.readStdin(limit, begins)));
  const found = io.stat(file);
  if (!found) throw new UsageError(`there is no file "${file}"`);
  if (found.isDirectory) throw new UsageError(`${file} is a directory`, `name a ${kind} file in it`);
  // Pipes have no size, and no parts.
  if (found.size === 0) return whole(reading(file, () => io.readFile(file, limit, begins)));
  if (most !== undefined) small(found.size, '');
  return { size: found.size, read: (offset, length) => reading(file, () => io.readAt(file, offset, length)) };
};

/** What reading failed with, told of the file. */
const unreadable = (file: string, error: unknown): Error =>
  error instanceof UsageError || error instanceof Unreadable
    ? error
    : new UsageError(`${file} cannot be read: ${reason(error)}`);

const reading = <T>(file: string, read: () => T): T => {
  try {
    return read();
  } catch (error) {
    throw unreadable(file, error);
  }
};

/** The input tensor [N, ...shape] that a file holds: an array of NumPy's, or a picture. */
const inputFrom = async (
  file: string,
  shape: Shape,
  options: DataOptions,
  io: Io,
  order: readonly number[] | undefined,
): Promise<Tensor> => {
  try {
    const tensor = await readInput(opened(file, ARRAY, io), shape, preparation(options), order);
    if (isProblem(tensor)) throw wrong(tensor, file);
    return tensor;
  } catch (error) {
    throw unreadable(file, error);
  }
};

export interface Inputs {
  /** By node id, [batch, ...shape] each. */
  readonly inputs: ReadonlyMap<number, Tensor>;
  readonly batch: number;
}

/**
 * What --data names for each input, several files as one batch; seeded noise for inputs without data. `orders` are those of arrays, where
 * a network of another program takes them otherwise than here.
 */
export const inputsFor = async (
  analysis: Analysis,
  options: DataOptions,
  io: Io,
  orders?: ReadonlyMap<string, readonly number[]>,
): Promise<Inputs> => {
  const nodes = analysis.graph.nodes.filter(isInput);
  const given = new Map<number, Tensor>();
  for (const [node, files] of filesByInput(options.data ?? [], nodes)) {
    const tensors: Tensor[] = [];
    for (const file of files)
      tensors.push(await inputFrom(file, node.facts?.output ?? [], options, io, orders?.get(node.name)));
    given.set(node.id, together(tensors));
  }
  const counts = new Set([...given.values()].map(({ shape }) => shape[0] ?? 0));
  const [images = analysis.graph.batch, other] = options.batch !== undefined ? counts.add(options.batch) : counts;
  if (other !== undefined) {
    const asked = options.batch === undefined ? '' : ' or --batch';
    throw new UsageError(
      `the data${asked} are of ${[...counts].join(' and of ')} images`,
      'give every input as many images',
    );
  }
  return { inputs: new Map([...noise(analysis, images, options.seed ?? 0), ...given]), batch: images };
};

/** `left=a.npy` is for the input called left; a file alone is for the only input. */
const filesByInput = (data: readonly string[], nodes: readonly Node[]): ReadonlyMap<Node, readonly string[]> => {
  const found = new Map<Node, string[]>();
  for (const text of data) {
    const named = nodes.find(({ name }) => text.startsWith(`${name}=`));
    const [first, second] = nodes;
    const node = named ?? (second ? undefined : first);
    if (!node)
      throw new UsageError(
        `--data ${text} does not say for which input it is`,
        `write --data ${first?.name}=${text}; inputs: ${nodes.map(({ name }) => name).join(', ')}`,
      );
    found.set(node, [...(found.get(node) ?? []), named ? text.slice(named.name.length + 1) : text]);
  }
  return found;
};

const preparation = ({ resize, mean, std, imagenet }: DataOptions): Preparation => ({
  ...(resize !== undefined && { resize }),
  mean: mean ?? (imagenet ? IMAGENET.mean : [0]),
  std: std ?? (imagenet ? IMAGENET.std : [1]),
});

/** The tensors in a file of weights, none of them read yet. */
export const weightsIn = (file: string, io: Io): ReadonlyMap<string, StoredTensor> =>
  reading(file, () => {
    const entries = readWeights(opened(file, WEIGHTS_FILE, io));
    if (isProblem(entries)) throw wrong(entries, file);
    return entries;
  });

/** What file systems refuse in a name, or take for something else. */
const REFUSED = /[/\\<>:"|?*\s]/g;

/** Longer ones are refused, too. */
const LONGEST = 100;

/** `out.npy` -> `out.aux1.npy` for each of the names, and no file twice, also where capitals are not told apart. */
export const besides = (file: string, names: readonly string[]): readonly string[] => {
  const used = new Set<string>();
  return names.map((name) => {
    const plain = visible(name).slice(0, LONGEST).replace(REFUSED, '_');
    let own = plain;
    for (let n = 2; used.has(own.toLowerCase()); n++) own = `${plain}-${n}`;
    used.add(own.toLowerCase());
    return file.replace(/(\.npy)?$/, (ending) => `.${own}${ending}`);
  });
};

export const saveNpy = (file: string, tensor: Tensor, io: Io): void => save(file, writeNpy(tensor), io);

/** Bytes to a file, or to standard output. */
export const save = (file: string, content: Uint8Array | Iterable<Uint8Array>, io: Io): void => {
  const pieces = content instanceof Uint8Array ? [content] : content;
  if (file === '-') {
    for (const piece of pieces) io.stdout.write(piece);
    return;
  }
  writeFile(file, pieces, io);
};

/** The names of classes, one a line. */
export const labelsIn = (file: string, io: Io): readonly string[] =>
  reading(file, () => {
    const bytes = opened(file, LABELS, io);
    return decode(bytes.read(0, bytes.size), file)
      .replace(/\r?\n$/, '')
      .split(/\r?\n/);
  });
