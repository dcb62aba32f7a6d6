// What a network is fed: arrays and pictures brought to the shape of its input, as many images as there are. No files are opened here.

import { isProblem, Problem } from '../core/diagnostic.js';
import type { Tensor } from '../core/kernels.js';
import { grouped } from '../core/quantity.js';
import { channels, product, type Shape, sameShape, spatial } from '../core/shape.js';
import { reordered } from '../core/stored.js';
import type { Bytes } from '../files/bytes.js';
import { decode, isPicture } from '../files/decode.js';
import { readNpy } from '../files/npy.js';
import { hasColours, type Picture, withChannels, withoutSpare } from '../files/picture.js';
import { covering, resizedMiddle, toTensor, withShorter } from './image.js';

/** How a picture becomes an input. */
export interface Preparation {
  /** Its shorter side before the middle is cut out, or height and width. Absent: as small as covers the input. */
  readonly resize?: number | readonly [height: number, width: number];
  /** Taken away from values of 0 to 1, per channel or for all. */
  readonly mean: readonly number[];
  /** What they are divided by. */
  readonly std: readonly number[];
}

/**
 * One file's images for an input of that shape: [N, ...shape]. Arrays may have their axes in another order, of which axis i here is
 * axis `order[i]`. Throws where reading the file does.
 */
export const readInput = async (
  bytes: Bytes,
  shape: Shape,
  preparation: Preparation,
  order?: readonly number[],
): Promise<Tensor | Problem> => {
  if (!isPicture(bytes.read(0, 4))) {
    const array = readNpy(bytes);
    return isProblem(array) ? array : ((order && inOrder(array, shape, order)) ?? batched(array, shape));
  }
  const picture = await decode(bytes.size, () => bytes.read(0, bytes.size));
  const prepared = isProblem(picture) ? picture : prepare(picture, shape, preparation);
  return isProblem(prepared) ? prepared : { shape: [1, ...shape], data: prepared.data };
};

/** An array as another program takes it; undefined where it is none. */
const inOrder = (array: Tensor, shape: Shape, order: readonly number[]): Tensor | undefined => {
  const theirs = shape.map((_, axis) => shape[order.indexOf(axis)] ?? 1);
  const tensor = batched(array, theirs);
  if (isProblem(tensor)) return undefined;
  const data = reordered(tensor.data, tensor.shape, [0, ...order.map((axis) => axis + 1)]);
  return { shape: [tensor.shape[0] ?? 1, ...shape], data };
};

const list = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/** [C, H, W] is a batch of one. */
const batched = (array: Tensor, shape: Shape): Tensor | Problem => {
  const { shape: own } = array;
  if (sameShape(own, shape)) return { shape: [1, ...shape], data: array.data };
  if (own.length === shape.length + 1 && sameShape(own.slice(1), shape) && own[0] !== 0)
    return { shape: own, data: array.data };
  const last = [...spatial(shape), channels(shape)];
  const isLast = shape.length > 1 && (sameShape(own, last) || sameShape(own.slice(1), last));
  return new Problem(
    'data/shape',
    `the array is ${list(own)}, and the input takes ${list(shape)}, or ${list(shape).replace('[', '[N, ')}`,
    isLast
      ? 'its channels stand last: numpy.moveaxis(array, -1, -3) brings them to the front'
      : '--input gives the network another input',
  );
};

const prepare = (picture: Picture, shape: Shape, { resize, mean, std }: Preparation): Tensor | Problem => {
  const [C = 1, height, width] = shape;
  if (height === undefined || width === undefined || shape.length !== 3 || !hasColours(C))
    return new Problem(
      'data/shape',
      `this is a picture, and the input takes ${list(shape)}`,
      'pictures have two axes and 1, 3 or 4 channels; give an .npy file',
    );
  const apart = [mean, std].find(({ length }) => length !== 1 && length !== C);
  if (apart)
    return new Problem(
      'data/channels',
      `there are ${apart.length} means or deviations, and the input has ${C === 1 ? 'one channel' : `${C} channels`}`,
      'give --mean and --std one number for each channel, or one for all',
    );
  const crop = [height, width] as const;
  const size =
    resize === undefined ? covering(picture, crop) : typeof resize === 'number' ? withShorter(picture, resize) : resize;
  const made = resizedMiddle(withoutSpare(picture, C), size, crop, (part) => withChannels(part, C));
  if (made) return toTensor(made, { mean, std });
  const { width: wide, height: high } = picture;
  return new Problem(
    'data/picture',
    `it takes too long to bring a picture of ${grouped(wide)} x ${grouped(high)} pixels to ${grouped(size[1])} x ${grouped(size[0])}`,
    'cut it to a part that is less long',
  );
};

/** The images of several files as one batch. */
export const together = (tensors: readonly Tensor[]): Tensor => {
  const [first, ...rest] = tensors;
  if (!first || rest.length === 0) return first ?? { shape: [0], data: new Float32Array() };
  const images = tensors.reduce((all, { shape }) => all + (shape[0] ?? 0), 0);
  const shape = [images, ...first.shape.slice(1)];
  const data = new Float32Array(product(shape));
  let at = 0;
  for (const tensor of tensors) {
    data.set(tensor.data, at);
    at += tensor.data.length;
  }
  return { shape, data };
};
