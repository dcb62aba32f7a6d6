// What a network is fed: arrays and pictures brought to the shape of its input, as many images as there are. No files are opened here.

import { isProblem, Problem } from '../core/diagnostic.js';
import type { Tensor } from '../core/kernels.js';
import { channels, product, type Shape, sameShape, spatial } from '../core/shape.js';
import type { Bytes } from '../files/bytes.js';
import { readNpy } from '../files/npy.js';
import { decode, isPicture, type Picture, withChannels } from '../files/picture.js';
import { cropCentre, resize, resizeShorter, toTensor } from './image.js';

/** How a picture becomes an input. */
export interface Preparation {
  /** Its shorter side before the middle is cut out, or height and width. Absent: as small as covers the input. */
  readonly resize?: number | readonly [height: number, width: number];
  /** Taken away from values of 0 to 1, per channel or for all. */
  readonly mean: readonly number[];
  /** What they are divided by. */
  readonly std: readonly number[];
}

/** One file's images for an input of that shape: [N, ...shape]. Throws where reading the file does. */
export const readInput = async (bytes: Bytes, shape: Shape, preparation: Preparation): Promise<Tensor | Problem> => {
  if (!isPicture(bytes.read(0, 4))) {
    const array = readNpy(bytes);
    return isProblem(array) ? array : batched(array, shape);
  }
  const picture = await decode(bytes.read(0, bytes.size));
  const prepared = isProblem(picture) ? picture : prepare(picture, shape, preparation);
  return isProblem(prepared) ? prepared : { shape: [1, ...shape], data: prepared.data };
};

const list = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/** [C, H, W] is a batch of one. */
const batched = ({ shape: own, data }: Tensor, shape: Shape): Tensor | Problem => {
  if (sameShape(own, shape)) return { shape: [1, ...shape], data };
  if (own.length === shape.length + 1 && sameShape(own.slice(1), shape) && data.length > 0) return { shape: own, data };
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

const prepare = (picture: Picture, shape: Shape, { resize: size, mean, std }: Preparation) => {
  const [C = 1, height, width] = shape;
  const colours = height === undefined || width === undefined || shape.length !== 3 ? null : withChannels(picture, C);
  if (!colours || height === undefined || width === undefined)
    return new Problem(
      'data/shape',
      `this is a picture, and the input takes ${list(shape)}`,
      'pictures have two axes and 1, 3 or 4 channels; give an .npy file',
    );
  const resized =
    size === undefined
      ? covering(colours, height, width)
      : typeof size === 'number'
        ? resizeShorter(colours, size)
        : resize(colours, ...size);
  return toTensor(cropCentre(resized, height, width), { mean, std });
};

/** As small as has that height and width in it, its sides in proportion. */
const covering = (picture: Picture, height: number, width: number): Picture => {
  const scale = Math.max(height / picture.height, width / picture.width);
  return resize(
    picture,
    Math.max(height, Math.round(picture.height * scale)),
    Math.max(width, Math.round(picture.width * scale)),
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
