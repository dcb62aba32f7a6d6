// Images cut, padded and put in another order by the primitives of a library of channels last, its `kit`: what several operators are
// made with. No operator.

import { axisLast, channelsLast } from './channels-last.js';
import { permuted } from './permute.js';

export const product = (sizes) => sizes.reduce((a, b) => a * b, 1);

/** Axis i of a volume is axis `order[i]` of another: as an order of the axes of images. */
export const orderLast = (order) => [0, ...channelsLast(order.map((axis) => axisLast(axis, order)))];

/** Channels first, as we give outputs. */
export const toFirst = (kit, x) => {
  const { length } = kit.shape(x);
  return length < 3 ? x : kit.transpose(x, [0, length - 1, ...Array.from({ length: length - 2 }, (_, i) => i + 1)]);
};

export const toLast = (kit, x) => {
  const { length } = kit.shape(x);
  return length < 3 ? x : kit.transpose(x, [0, ...Array.from({ length: length - 2 }, (_, i) => i + 2), 1]);
};

/** A tensor of ours, [C, …places], as a constant of one image. */
export const constantLast = (kit, { shape, data }) => {
  const last = permuted({ shape, data }, channelsLast([...shape.keys()]));
  return kit.constant([1, ...last.shape], last.data);
};

/** Pads or crops: [before, after] for each axis of an image. */
export const withSides = (kit, x, sides) => {
  const shape = kit.shape(x);
  const begin = sides.map(([before]) => Math.max(-before, 0));
  const size = shape.map((n, axis) => n - begin[axis] - Math.max(-sides[axis][1], 0));
  const cropped = size.every((n, axis) => n === shape[axis]) ? x : kit.slice(x, begin, size);
  const grown = sides.map((side) => side.map((n) => Math.max(n, 0)));
  return grown.flat().some((n) => n > 0) ? kit.pad(cropped, grown) : cropped;
};

const HEADS_FIRST = (length) => [0, length - 2, ...Array.from({ length: length - 3 }, (_, i) => i + 1), length - 1];
const HEADS_LAST = (length) => [0, ...Array.from({ length: length - 3 }, (_, i) => i + 2), 1, length - 1];

/** [1, …places, C] as [1, heads, …places, C / heads], and back. */
export const split = (kit, x, heads) => {
  const shape = kit.shape(x);
  const cut = [...shape.slice(0, -1), heads, shape.at(-1) / heads];
  return kit.transpose(kit.reshape(x, cut), HEADS_FIRST(cut.length));
};
export const joined = (kit, x) => {
  const y = kit.transpose(x, HEADS_LAST(kit.shape(x).length));
  const shape = kit.shape(y);
  return kit.reshape(y, [...shape.slice(0, -2), shape.at(-2) * shape.at(-1)]);
};
