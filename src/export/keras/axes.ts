// Our axes among those of Keras, and values moved from one order to the other, cut and padded. Sizes are in the order of Keras: channels last.

import type { Operator } from '../../core/operator.js';
import { arrange, product, type Shape } from '../../core/shape.js';
import type { StepOf } from '../model.js';
import { call, layer, permuted, reshaped, type Value } from './value.js';

/** What the exporters share: whom the words are for, and what is known of values. */
export interface Context {
  /** `json`: what TensorFlow.js has layers for. */
  readonly target: 'code' | 'json';
  /** Whether no value that a step or an input gives is below 0. */
  readonly neverNegative: (id: number) => boolean;
}

/** Sizes in the order of Keras: [C, H, W] -> [H, W, C]. */
export const lastly = (shape: Shape): Shape => arrange(shape, 'hwc');

/** Which axis of Keras is one of ours, the batch not counted. */
export const placeOf = (axis: number, rank: number): number => (axis === 0 ? rank - 1 : axis - 1);

/** The same, counted with the batch; channels are -1. */
export const axisOf = (axis: number): number => (axis === 0 ? -1 : axis);

/** One of the inputs of a step. */
export const read = (step: StepOf<Operator['op']>, at = 0): Value => ({
  sizes: lastly(step.inputShapes[at] ?? []),
  from: { read: at },
  reads: [],
});

/** With the channels before the places, as values lie here. */
export const channelsFirst = (value: Value): Value => {
  const rank = value.sizes.length;
  return permuted(
    value,
    Array.from({ length: rank }, (_, axis) => (axis === 0 ? rank - 1 : axis - 1)),
  );
};

/** The inverse of {@link channelsFirst}. */
export const channelsLast = (value: Value): Value => {
  const rank = value.sizes.length;
  return permuted(
    value,
    Array.from({ length: rank }, (_, axis) => (axis === rank - 1 ? 0 : axis + 1)),
  );
};

/** As a vector whose values have the order that they have here. */
export const flat = (value: Value): Value => {
  if (value.sizes.length === 1) return value;
  return layer('Flatten', [channelsFirst(value)], [product(value.sizes)]);
};

/** The values as a volume of three axes, the one that is meant in the middle: what is cut or padded along one axis. */
const around = (value: Value, axis: number): Value =>
  reshaped(value, [product(value.sizes.slice(0, axis)), value.sizes[axis] ?? 1, product(value.sizes.slice(axis + 1))]);

/** As many cells along an axis, from `start` on. */
export const cut = (value: Value, axis: number, start: number, length: number, { target }: Context): Value => {
  const size = value.sizes[axis] ?? 1;
  if (start === 0 && length === size) return value;
  const sizes = value.sizes.map((own, at) => (at === axis ? length : own));
  if (target === 'code') return call('[]', [value], sizes, { axis, start, stop: start + length });
  const ends = [start, size - start - length];
  if (value.sizes.length === 3 && axis < 2)
    return layer('Cropping2D', [value], sizes, { cropping: axis === 0 ? [ends, [0, 0]] : [[0, 0], ends] });
  const volume = around(value, axis);
  const [outer = 1, , inner = 1] = volume.sizes;
  return reshaped(layer('Cropping2D', [volume], [outer, length, inner], { cropping: [[0, 0], ends] }), sizes);
};

export type Sides = readonly (readonly [before: number, after: number])[];

const isNone = (sides: Sides): boolean => sides.every(([before, after]) => before === 0 && after === 0);

/** Zeros before and behind the cells of each axis of Keras. */
export const zeroPadded = (value: Value, sides: Sides, { target }: Context): Value => {
  if (isNone(sides)) return value;
  const rank = value.sizes.length;
  const sizes = value.sizes.map((size, axis) => size + (sides[axis]?.[0] ?? 0) + (sides[axis]?.[1] ?? 0));
  const places = sides.slice(0, rank - 1);
  const ofPlaces = isNone(sides.slice(rank - 1));
  if (ofPlaces && (target === 'code' ? rank > 1 && rank < 5 : rank === 3))
    return layer(`ZeroPadding${rank - 1}D`, [value], sizes, { padding: rank === 2 ? (places[0] ?? [0, 0]) : places });
  if (target === 'code') return call('ops.pad', [value], sizes, { pad_width: [[0, 0], ...sides], constant_values: 0 });
  return sides.reduce((padded, own, axis) => {
    if (isNone([own])) return padded;
    const grown = padded.sizes.map((size, at) => (at === axis ? size + own[0] + own[1] : size));
    const volume = around(padded, axis);
    const [outer = 1, , inner = 1] = volume.sizes;
    return reshaped(
      layer('ZeroPadding2D', [volume], [outer, grown[axis] ?? 1, inner], { padding: [[0, 0], own] }),
      grown,
    );
  }, value);
};

/** By layers that only images have: the places stand in a row meanwhile. */
export const onImage = (value: Value, made: (image: Value) => Value): Value =>
  value.sizes.length === 3
    ? made(value)
    : reshaped(made(reshaped(value, [product(value.sizes.slice(0, -1)), 1, value.sizes.at(-1) ?? 1])), value.sizes);
