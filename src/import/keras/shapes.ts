// The layers of Keras that lay values out anew, and those that do nothing once a network is trained. No images: those are pools.ts.

import { product } from '../../core/shape.js';
import { isList, type Json } from '../json.js';
import type { Builder } from './call.js';
import { get, number, numbers, plain, string } from './config.js';
import { inverse } from './layout.js';

/** What Keras flattens as height, width, channels is flattened here channels first; whoever reads the vector is told. */
export const flatten: Builder = (call) => {
  const value = call.input;
  const sizes = call.sizes(value);
  const rank = value.order.length;
  if (call.lead > 0) {
    const [steps, ...rest] = sizes ?? [];
    return steps === undefined ? call.same('flatten', value) : call.reshaped(value, [steps, product(rest)]);
  }
  const row = call.row('flatten', [value.row]);
  if (rank === 1 || !sizes) return { row, order: [0], flat: rank === 1 ? value.flat : undefined };
  // Channels first, Keras puts them last before it flattens.
  const turned = string(call.config, 'data_format') === 'channels_first' && rank > 2;
  const axes = turned ? [...sizes.keys()].slice(1).concat(0) : [...sizes.keys()];
  const flat = {
    order: axes.map((axis) => value.order[axis] ?? axis),
    sizes: axes.map((axis) => sizes[axis] ?? 1),
  };
  return { row, order: [0], flat };
};

export const reshape: Builder = (call) => {
  const before = call.sizes(call.input);
  const target = sizesIn(get(call.config, 'target_shape'));
  if (!before || target.length === 0) return call.reshaped(call.input, target.length > 0 ? target : [0]);
  const known = product(target.filter((size) => size !== -1));
  const left = product(before) / known;
  return call.reshaped(
    call.input,
    target.map((size) => (size === -1 && Number.isInteger(left) ? left : size)),
  );
};

/** One size may be open: -1, or null of TensorFlow.js. */
const sizesIn = (shape: Json | undefined): readonly number[] =>
  (isList(shape) ? shape : []).map((size) => (typeof size === 'number' ? size : -1));

/** Counted from 1, the batch being 0. */
export const permute: Builder = (call) => {
  const value = call.settled(call.input);
  const dims = numbers(call.config, 'dims') ?? [];
  const rank = value.order.length;
  if ([...dims].sort((a, b) => a - b).join() !== [...value.order.keys()].map((axis) => axis + 1).join())
    return call.same('permute', value, { options: { order: dims.map((axis) => axis - 1) } });
  const order = dims.map((axis) => value.order[axis - 1] ?? 0);
  const usual = call.usualOrder(rank);
  const turn = inverse(usual).map((axis) => order[axis] ?? axis);
  return { row: call.row('permute', [value.row], { options: { order: turn } }), order: usual };
};

export const dropout: Builder = (call) =>
  call.same('dropout', call.input, { options: { rate: plain(call.config, 'rate') } });

export const identity: Builder = (call) => call.same('identity', call.input);

export const masking: Builder = (call) =>
  (number(call.config, 'mask_value') ?? 0) === 0
    ? { ...call.same('identity', call.input), masked: true }
    : call.opaque('a mask of other values than 0 is not known here', { params: 0, rf: 1 });

/** The code of a Lambda layer is Python's; its output is as large as what it reads, unless the file says otherwise. */
export const lambda: Builder = (call) => {
  const stated = numbers(call.config, 'output_shape');
  const known = stated?.every((size) => Number.isSafeInteger(size) && size > 0) ? stated : undefined;
  return call.opaque('what it computes is written in Python', { params: 0, sizes: known });
};
