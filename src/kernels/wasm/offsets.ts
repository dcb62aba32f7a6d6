// Values read in another order: for each axis of what is made, how far its cells lie apart in what is read. Tables of the sums.

import { product } from '../../core/shape.js';
import { CHANNELS, NONE, RUN } from '../instructions.js';
import { fresh } from './fields.js';
import { type Draft, type Instruction, instruction, type Value, type Written } from './instruction.js';

/** Along one axis: the floats from the first cell read to each, or NONE. */
export type Offsets = readonly number[];

/** `size` cells, `step` apart, by `at` other ones. */
export const offsets = (size: number, step: number, at = (i: number): number => i): Offsets =>
  Array.from({ length: size }, (_, i) => {
    const cell = at(i);
    return cell === NONE ? NONE : cell * step;
  });

/** Floats between neighbours along each axis of a value, the channels first. */
export const stepsOf = ({ shape, stride }: Pick<Value, 'shape' | 'stride'>): readonly number[] =>
  shape.map((_, axis) => (axis === 0 ? 1 : stride * product(shape.slice(axis + 1))));

/** The cells of a value, axis by axis. */
export const cellsOf = (value: Pick<Value, 'shape' | 'stride'>): readonly Offsets[] => {
  const steps = stepsOf(value);
  return value.shape.map((size, axis) => offsets(size, steps[axis] ?? 0));
};

/** Every sum of one offset of each axis, the last axis running fastest. */
export const sums = (axes: readonly Offsets[]): Written => ({
  floats: product(axes.map(({ length }) => length)),
  write: (to) => {
    const whole = axes.reduce<ArrayLike<number>>(
      (outer, axis) => {
        const next = new Uint32Array(outer.length * axis.length);
        for (let i = 0, at = 0; i < outer.length; i++)
          for (const offset of axis) {
            const first = outer[i] as number;
            next[at++] = first === NONE || offset === NONE ? NONE : first + offset;
          }
        return next;
      },
      [0],
    );
    new Uint32Array(to.buffer, to.byteOffset, to.length).set(whole);
  },
});

interface Order {
  /** Axes whose sums lead to the pixels of the output, or how far these lie apart. */
  readonly pixels: readonly Offsets[] | number;
  /** Axes whose sums lead to its channels; absent where those lie beside each other. */
  readonly channels?: readonly Offsets[];
  /** Floats from one image to the next; 0 where there is one for all. */
  readonly imageStep?: number;
}

export const gather = (
  input: Value | { readonly offset: number },
  output: Value,
  { pixels, channels, imageStep }: Order,
  { place }: Draft,
): Instruction => {
  const count = output.H * output.W;
  const fields = {
    input,
    output,
    offsets: typeof pixels === 'number' ? null : place(sums(pixels)),
    order: channels ? place(sums(channels)) : null,
    images: output.images,
    pixels: count,
    C: output.C,
    outputStride: output.stride,
    imageStep: imageStep ?? ('buffer' in input ? input.H * input.W * input.stride : 0),
    pixelStep: typeof pixels === 'number' ? pixels : 0,
  };
  const tasks = output.images * Math.ceil(count / RUN) * Math.ceil(output.C / CHANNELS);
  return instruction('gather', fields, tasks);
};

/** A value of its own with some axes as channels, in that order, and the others as places. */
export const turned = (
  input: Value,
  axes: readonly number[],
  draft: Draft,
): { readonly value: Value; readonly there: Instruction; readonly back: (output: Value) => Instruction } => {
  const cells = cellsOf(input);
  const others = input.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const [inner, outer] = [axes, others].map((list) => list.map((axis) => input.shape[axis] ?? 1)) as [
    number[],
    number[],
  ];
  const value = fresh([product(inner), product(outer)], draft);
  const pick = (list: readonly number[]): Offsets[] => list.map((axis) => cells[axis] ?? []);
  const stepIn = (axis: number): number => {
    const at = axes.indexOf(axis);
    return at < 0 ? value.stride * product(outer.slice(others.indexOf(axis) + 1)) : product(inner.slice(at + 1));
  };
  const [channels = [], ...places] = input.shape.map((size, axis) => offsets(size, stepIn(axis)));
  return {
    value,
    there: gather(input, value, { pixels: pick(others), channels: pick(axes) }, draft),
    back: (output) => gather(value, output, { pixels: places, channels: [channels] }, draft),
  };
};
