// The one window arithmetic, per axis, behind convolution, pooling, transposed convolution and the receptive field.
// No layers, no volumes: one axis at a time.

import { Problem, write } from './diagnostic.js';

/** A window sliding along one axis. Padding in cells, dilation from 1 (a plain convolution). */
export interface Window {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
}

/** A window of one cell: what a 1x1 convolution has along each axis, and any layer along an axis that it lacks. */
export const POINT: Window = { kernel: 1, stride: 1, dilation: 1, before: 0, after: 0 };

/**
 * `[before, after]` per axis, or a word: `same` is TensorFlow's SAME, output = ceil(input / stride); `causal` is as large, with all
 * of it before the first cell (Keras).
 */
export type Padding = 'same' | 'causal' | readonly (readonly [before: number, after: number])[];

/** The cells a window covers from its first to its last tap: `d(k-1) + 1`. */
export const extent = (w: Pick<Window, 'kernel' | 'dilation'>): number => w.dilation * (w.kernel - 1) + 1;

/**
 * The number of places a window fits: `floor((n + before + after - extent) / stride) + 1`; below 1 when it does not fit.
 * Under `ceil` a last window may hang over the end, unless it would start in the padding there (PyTorch's rule).
 */
export const slide = (size: number, w: Window, ceil = false): number => {
  const steps = room(size, w) / w.stride;
  if (!ceil) return Math.floor(steps) + 1;
  const places = Math.ceil(steps) + 1;
  return startsInPadding(size, w, places) ? places - 1 : places;
};

/** What is left of a padded axis beside one window: how far it can move. */
const room = (size: number, w: Window): number => size + w.before + w.after - extent(w);

/** The places that fit, with a fraction where they do not come out whole; {@link slide} is its floor. */
export const exactPlaces = (size: number, w: Window): number => room(size, w) / w.stride + 1;

/** Whether the last of so many windows would begin behind the input. */
const startsInPadding = (size: number, w: Window, places: number): boolean =>
  (places - 1) * w.stride >= size + w.before;

/** Whether under `ceil` a window is dropped that hangs over the end: it would lie in the padding alone. */
export const dropsWindow = (size: number, w: Window): boolean =>
  startsInPadding(size, w, Math.ceil(room(size, w) / w.stride) + 1);

/** The size a transposed convolution makes: `(n - 1) stride - before - after + extent + extra`. */
export const spread = (size: number, w: Window, extra = 0): number =>
  (size - 1) * w.stride - w.before - w.after + extent(w) + extra;

/**
 * TensorFlow's SAME padding: as much as makes the output ceil(size / stride), the odd cell at the end (bottom, right).
 * Source: tensorflow.org/api_docs/python/tf/nn, "Notes on padding". For stride 1 it does not depend on the size.
 */
const samePadding = (size: number, w: Pick<Window, 'kernel' | 'stride' | 'dilation'>): readonly [number, number] => {
  const all = Math.max((Math.ceil(size / w.stride) - 1) * w.stride + extent(w) - size, 0);
  return [Math.floor(all / 2), all - Math.floor(all / 2)];
};

/** A number, or the letter in its place. */
type Sign = number | string;

/** What a windowed layer takes per axis, before padding is known in cells. */
export interface Sliding {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation?: readonly number[];
  readonly padding: Padding;
}

/** One window per axis over the given sizes, with `same` worked out. */
export const windowsOver = (sizes: readonly number[], args: Sliding): Window[] =>
  sizes.map((size, axis) => {
    const kernel = args.kernel[axis] ?? 1;
    const stride = args.stride[axis] ?? 1;
    const dilation = args.dilation?.[axis] ?? 1;
    const [before, after] =
      args.padding === 'same'
        ? samePadding(size, { kernel, stride, dilation })
        : args.padding === 'causal'
          ? [extent({ kernel, dilation }) - 1, 0]
          : (args.padding[axis] ?? UNPADDED);
    return { kernel, stride, dilation, before, after };
  });

const UNPADDED = [0, 0] as const;

/** What {@link slide} divides, in numbers or in letters: `(n - k + 2p)/s`; null leaves the padding out. */
export const slideQuotient = (size: Sign, kernel: Sign, padding: Sign | null, stride: Sign): string =>
  `(${size} - ${kernel}${padding === null ? '' : ` + ${padding}`})/${stride}`;

/** Arithmetic to read: in letters, the same with numbers, and what it comes to. */
export interface Sum {
  /** The letter of the axis it gives the size of; absent where the place in a list says it, or for the whole. */
  readonly axis?: string;
  readonly formula?: string;
  readonly substituted: string;
  readonly value: number;
  readonly convention?: string;
}

/**
 * The arithmetic of {@link slide}: `(227 - 11 + 2*0)/4 + 1`. `unpadded` leaves out a padding of none, as the courses do
 * for pools.
 */
export const slideSum = (size: number, w: Window, { ceil = false, unpadded = false } = {}): Sum => {
  const plain = w.dilation === 1;
  const bare = unpadded && w.before + w.after === 0;
  const even = w.before === w.after;
  const whole = (size + w.before + w.after - extent(w)) % w.stride === 0;
  const dropped = ceil && dropsWindow(size, w);
  const places = (quotient: string) =>
    `${whole ? quotient : `${ceil ? 'ceil' : 'floor'}(${quotient})`} + 1${dropped ? ' - 1' : ''}`;
  const kernel = plain ? w.kernel : `(${w.dilation}*(${w.kernel} - 1) + 1)`;
  const padding = even ? `2*${w.before}` : `${w.before} + ${w.after}`;
  const hangs = ceil
    ? dropped
      ? 'a last window may hang over the end, but this one would start in the padding and is dropped'
      : 'a last window may hang over the end'
    : 'it does not come out whole: frameworks round down, some courses call it invalid';
  return {
    formula: places(
      slideQuotient('n', plain ? 'k' : '(d*(k - 1) + 1)', bare ? null : even ? '2p' : 'p_before + p_after', 's'),
    ),
    substituted: places(slideQuotient(size, kernel, bare ? null : padding, w.stride)),
    value: slide(size, w, ceil),
    convention: whole && !dropped ? '' : hangs,
  };
};

/** The arithmetic of {@link spread}: `(14 - 1)*2 - 2*0 + 2 + 0`. */
export const spreadSum = (size: number, w: Window, extra = 0): Sum => {
  const plain = w.dilation === 1;
  const even = w.before === w.after;
  const kernel = plain ? w.kernel : `${w.dilation}*(${w.kernel} - 1) + 1`;
  const padding = even ? `2*${w.before}` : `(${w.before} + ${w.after})`;
  return {
    formula: `(n - 1)*s - ${even ? '2p' : '(p_before + p_after)'} + ${plain ? 'k' : 'd*(k - 1) + 1'}${extra ? ' + output padding' : ''}`,
    substituted: `(${size} - 1)*${w.stride} - ${padding} + ${kernel}${extra ? ` + ${extra}` : ''}`,
    value: spread(size, w, extra),
    convention: 'transposed: the convolution formula the other way round',
  };
};

/** The refusal every windowed layer gives when its kernel does not fit into the padded input. */
export const kernelTooLarge = (size: number, w: Window, axis: string): Problem => {
  const padded = size + w.before + w.after;
  const dilated = w.dilation === 1 ? '' : ` (${w.kernel} taps, dilation ${w.dilation})`;
  const padding = w.before + w.after ? ` with padding ${w.before} + ${w.after}` : '';
  return new Problem(
    'shape/kernel-too-large',
    `a kernel of ${extent(w)}${dilated} does not fit into a ${axis} of ${padded === size ? size : `${padded} (${size}${padding})`}`,
    write(String(Math.max(1, Math.floor((padded - 1) / w.dilation) + 1)), ' or less, or more padding'),
    'kernel',
  );
};

/** Padding per side in the order people write it: `[l, r]`, `[t, r, b, l]` (clockwise, as in CSS), `[front, back, t, b, l, r]`. */
export const toSides = (padding: readonly (readonly [number, number])[]): readonly number[] => {
  const [rows, columns] = padding;
  return padding.length === 2 && rows && columns ? [rows[0], columns[1], rows[1], columns[0]] : padding.flat();
};

/** The inverse of {@link toSides}. */
export const fromSides = (sides: readonly number[]): readonly (readonly [number, number])[] => {
  const at = (i: number) => sides[i] ?? 0;
  if (sides.length === 4)
    return [
      [at(0), at(2)],
      [at(3), at(1)],
    ];
  return Array.from({ length: sides.length / 2 }, (_, i) => [at(2 * i), at(2 * i + 1)] as const);
};

/** `11x11 / 4, pad 2, dilation 2`: a window in a table cell. Equal axes of stride, padding and dilation are written once. */
export const windowLabel = (args: Sliding): string => {
  const parts = [args.kernel.join('x')];
  const once = (values: readonly number[]) =>
    values.every((v) => v === values[0]) ? `${values[0]}` : values.join('x');
  if (args.stride.some((s) => s !== 1)) parts.push(` / ${once(args.stride)}`);
  if (typeof args.padding === 'string') parts.push(`, pad ${args.padding}`);
  else if (args.padding.some(([b, a]) => b || a)) {
    const symmetric = args.padding.every(([b, a]) => b === a);
    parts.push(`, pad ${once(symmetric ? args.padding.map(([b]) => b) : toSides(args.padding))}`);
  }
  if (args.dilation?.some((d) => d !== 1)) parts.push(`, dilation ${once(args.dilation)}`);
  return parts.join('');
};
