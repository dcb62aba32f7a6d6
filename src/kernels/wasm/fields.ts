// What instructions are made of: their fields from windows and values, the codes of activations, the plainest of them.

import type { Algorithm, Tensor } from '../../core/kernels.js';
import type { Pointwise } from '../../core/operator.js';
import { product, type Shape } from '../../core/shape.js';
import { POINT, type Window } from '../../core/window.js';
import { CODES, RUN } from '../instructions.js';
import { type Draft, type Fields, type Instruction, instruction, type Value } from './instruction.js';
import type { Buffer } from './memory.js';

export interface Lowered {
  readonly algorithm: Algorithm;
  readonly instructions: readonly Instruction[];
  /** Looks at values before they are used; throws what ends the run. */
  readonly before?: (read: (value: Value) => Tensor) => void;
  /** Of a normalisation over the batch: f64 [2][C], where the means and the variances of the channels stand afterwards. */
  readonly moments?: Buffer;
}

type Volume = Pick<Value, 'images' | 'H' | 'W' | 'C' | 'shape'>;

/** Sequences lie in one line; the slices of three dimensions lie under each other; a vector is one pixel. */
export const volumeOf = (shape: Shape, images: number): Volume => {
  const [C = 1, ...sizes] = shape;
  const W = sizes.at(-1) ?? 1;
  return { images, H: product(sizes.slice(0, -1)), W, C, shape };
};

export const floatsOf = ({ images, H, W, C }: Volume): number => product([images, H, W, C]);

/** A value that lives during this job only. */
export const fresh = (shape: Shape, { batch, temporary }: Draft): Value => {
  const volume = volumeOf(shape, batch);
  return { ...volume, stride: volume.C, channel: 0, buffer: temporary(4 * floatsOf(volume)) };
};

export const runs = (pixels: number): number => Math.ceil(pixels / RUN);
export const pixelsOf = ({ images, H, W }: Value): number => images * H * W;

export type Ending = Pick<Fields<'affine'>, 'act' | 'alpha' | 'beta'>;

export const endingOf = (act: Pointwise | null): Ending => {
  if (!act) return { act: CODES.Act.identity, alpha: 0, beta: 0 };
  if (act.function === 'relu') return { act: CODES.Act.clamp, alpha: 0, beta: Number.POSITIVE_INFINITY };
  return { act: CODES.Act[act.function], alpha: act.alpha ?? 1, beta: act.beta ?? 0 };
};

/** Windows along depth, height and width; an image has no depth, a sequence only a length. */
export const three = (windows: readonly Window[]): readonly [Window, Window, Window] => {
  const [d = POINT, h = POINT, w = POINT] = [...Array<Window>(3 - windows.length).fill(POINT), ...windows];
  return [d, h, w];
};

/** How high what lies in so many slices is, which lie under each other. */
export const sliceFields = (input: Value, output: Value, D = slicesOf(input), outD = slicesOf(output)) => ({
  D,
  H: input.H / D,
  outD,
  outH: output.H / outD,
});

/** What volumes have beside the fields of images. */
export const depthFields = (d: Window, input: Value, output: Value) => ({
  ...sliceFields(input, output),
  kernelD: d.kernel,
  strideD: d.stride,
  dilationD: d.dilation,
  front: d.before,
});

/** Slices of three dimensions; an image is one. */
export const slicesOf = ({ shape }: Value): number => (shape.length === 4 ? (shape[1] ?? 1) : 1);

/** Windows along height and width; a sequence has one along its length. */
export const two = (windows: readonly Window[]): readonly [Window, Window] => {
  const [, h, w] = three(windows);
  return [h, w];
};

export const windowFields = ([h, w]: readonly [Window, Window]) => ({
  kernelH: h.kernel,
  kernelW: w.kernel,
  strideH: h.stride,
  strideW: w.stride,
  dilationH: h.dilation,
  dilationW: w.dilation,
  top: h.before,
  left: w.before,
});

export const inputFields = (input: Value) => ({
  input,
  images: input.images,
  H: input.H,
  W: input.W,
  inputStride: input.stride,
});

export const outputFields = (output: Value) => ({
  output,
  outH: output.H,
  outW: output.W,
  outputStride: output.stride,
});

export const pixelFields = (input: Value, output: Value) => ({
  input,
  output,
  pixels: pixelsOf(output),
  C: output.C,
  inputStride: input.stride,
  outputStride: output.stride,
});

export const affine = (
  input: Value,
  output: Value,
  learned: Pick<Fields<'affine'>, 'scale' | 'shift'> | null,
  ending: Ending,
): Instruction =>
  instruction(
    'affine',
    {
      ...pixelFields(input, output),
      scale: learned?.scale ?? null,
      shift: learned?.shift ?? null,
      ...ending,
    },
    runs(pixelsOf(output)),
  );

export const copy = (input: Value, output: Value, top = 0, left = 0, channels = input.C): Instruction =>
  instruction(
    'copy',
    {
      ...inputFields(input),
      ...outputFields(output),
      C: Math.min(input.C, channels),
      top,
      left,
      zero: channels,
    },
    output.images * output.H,
  );
