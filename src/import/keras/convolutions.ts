// The layers of Keras with kernels and matrices: convolutions of all sorts, dense layers, embeddings. Their weights turned to PyTorch's order.

import type { Plain } from '../../core/args.js';
import { permuted, reshaped, type StoredTensor } from '../../core/stored.js';
import { toSides } from '../../core/window.js';
import { isList } from '../json.js';
import { activated } from './activations.js';
import type { Builder, Call } from './call.js';
import { flag, get, numbers, plain, sizes, string } from './config.js';
import { type Flat, unflattened, type Value } from './layout.js';

/** The words of Keras; `valid` is no padding. */
const paddingOf = ({ config }: Call): Plain | undefined => {
  const padding = plain(config, 'padding');
  return padding === 'valid' ? undefined : padding;
};

const windowOf = (call: Call, axes: number): Readonly<Record<string, Plain | undefined>> => {
  const { config, lead } = call;
  return {
    kernel: sizes(config, 'kernel_size', axes, lead),
    stride: sizes(config, 'strides', axes, lead),
    padding: paddingOf(call),
    dilation: sizes(config, 'dilation_rate', axes, lead),
    bias: flag(config, 'use_bias', true),
  };
};

/** Axes of 1 behind the two of the channels, for a kernel that meets several steps one by one. */
const withLead = (tensor: StoredTensor, lead: number): StoredTensor => {
  if (lead === 0) return tensor;
  const { shape } = tensor;
  return reshaped(tensor, [...shape.slice(0, 2), ...new Array<number>(lead).fill(1), ...shape.slice(2)]);
};

/** [k…, in, out] -> [out, in, k…], and of a transposed convolution [k…, out, in] -> [in, out, k…]. */
const kernelOf = (call: Call, name: string): StoredTensor | undefined => {
  const tensor = call.weight(name);
  const rank = tensor?.shape.length ?? 0;
  if (!tensor || rank < 2) return tensor;
  const order = [rank - 1, rank - 2, ...Array.from({ length: rank - 2 }, (_, axis) => axis)];
  return withLead(permuted(tensor, order), call.lead);
};

/** [k…, C, m] -> [C * m, 1, k…]. */
const depthwiseKernelOf = (call: Call, name: string): StoredTensor | undefined => {
  const tensor = call.weight(name);
  const rank = tensor?.shape.length ?? 0;
  if (!tensor || rank < 2) return tensor;
  const turned = permuted(tensor, [rank - 2, rank - 1, ...Array.from({ length: rank - 2 }, (_, axis) => axis)]);
  const [C = 1, multiplier = 1, ...kernel] = turned.shape;
  return withLead(reshaped(turned, [C * multiplier, 1, ...kernel]), call.lead);
};

export const convolution =
  (axes: number): Builder =>
  (call) => {
    const row = call.same('conv', call.image(), {
      options: {
        filters: plain(call.config, 'filters'),
        ...windowOf(call, axes),
        groups: plain(call.config, 'groups'),
      },
      tensors: { weight: kernelOf(call, 'kernel'), bias: call.weight('bias') },
      learns: true,
    });
    return activated(call, row);
  };

export const transposed =
  (axes: number): Builder =>
  (call) => {
    const { config } = call;
    const added = numbers(config, 'output_padding');
    const row = call.same('convtranspose', call.image(), {
      options: {
        filters: plain(config, 'filters'),
        ...windowOf(call, axes),
        ...(added
          ? trimmed(call, axes, added)
          : { padding: string(config, 'padding') === 'same' ? 'same' : undefined }),
        ...(added || string(config, 'padding') === 'same' ? {} : shortKernel(call, axes)),
      },
      tensors: { weight: kernelOf(call, 'kernel'), bias: call.weight('bias') },
      learns: true,
    });
    return activated(call, row);
  };

/** One number per axis. */
const perAxis = (call: Call, key: string, axes: number, otherwise: number): readonly number[] => {
  const list = numbers(call.config, key) ?? [otherwise];
  return [
    ...new Array<number>(call.lead).fill(1),
    ...Array.from({ length: axes }, (_, axis) => list[axis] ?? list[0] ?? otherwise),
  ];
};

const extents = (call: Call, axes: number): readonly number[] => {
  const dilation = perAxis(call, 'dilation_rate', axes, 1);
  return perAxis(call, 'kernel_size', axes, 1).map((kernel, axis) => (kernel - 1) * (dilation[axis] ?? 1) + 1);
};

/** Without padding a cell stands at every step, however small the kernel. */
const shortKernel = (call: Call, axes: number): Readonly<Record<string, Plain>> => {
  const strides = perAxis(call, 'strides', axes, 1);
  const missing = extents(call, axes).map((extent, axis) => Math.max(0, (strides[axis] ?? 1) - extent));
  return missing.some((n) => n > 0) ? { output_padding: missing } : {};
};

/**
 * With an output padding Keras says how large the output is, and TensorFlow takes what is over away on both sides, the odd cell at
 * the end.
 */
const trimmed = (call: Call, axes: number, given: readonly number[]): Readonly<Record<string, Plain>> => {
  const same = string(call.config, 'padding') === 'same';
  const over = extents(call, axes).map((k, axis) => {
    const added = axis < call.lead ? 0 : (given[axis - call.lead] ?? given[0] ?? 0);
    return (same ? 2 * Math.floor(k / 2) : 0) - added;
  });
  const before = over.map((n) => Math.floor(Math.max(0, n) / 2));
  const sides = over.map((n, axis) => [before[axis] ?? 0, Math.max(0, n) - (before[axis] ?? 0)] as const);
  return { padding: toSides(sides), output_padding: over.map((n) => Math.max(0, -n)) };
};

export const depthwise =
  (axes: number): Builder =>
  (call) =>
    activated(
      call,
      call.same('depthwise', call.image(), {
        options: { ...windowOf(call, axes), multiplier: plain(call.config, 'depth_multiplier') },
        tensors: { weight: depthwiseKernelOf(call, 'depthwise_kernel'), bias: call.weight('bias') },
        learns: true,
      }),
    );

export const separable =
  (axes: number): Builder =>
  (call) =>
    activated(
      call,
      call.same('separable', call.image(), {
        options: {
          filters: plain(call.config, 'filters'),
          ...windowOf(call, axes),
          multiplier: plain(call.config, 'depth_multiplier'),
        },
        tensors: {
          'depthwise.weight': depthwiseKernelOf(call, 'depthwise_kernel'),
          'pointwise.weight': kernelOf(call, 'pointwise_kernel'),
          bias: call.weight('bias'),
        },
        learns: true,
      }),
    );

/** [in, out] -> [out, in], the inputs in the order that they have here. */
export const matrix = (tensor: StoredTensor | undefined, flat?: Flat): StoredTensor | undefined =>
  tensor?.shape.length === 2 ? permuted(unflattened(tensor, 0, flat), [1, 0]) : tensor;

export const dense: Builder = (call) => {
  const { config } = call;
  const read = call.last();
  const { flat, ...value } = read;
  const row = call.same('fc', value, {
    options: {
      units: plain(config, 'units'),
      bias: flag(config, 'use_bias', true),
      ...(value.order.length > 1 && { per: 'place' }),
    },
    tensors: { weight: matrix(call.weight('kernel'), flat), bias: call.weight('bias') },
    learns: true,
  });
  return activated(call, row);
};

export const embedding: Builder = (call) => {
  const { config } = call;
  const read = call.settled(call.input);
  const places = call.sizes(read);
  // Each number is to be alone at its place.
  const alone = places && places.length > 1 ? call.reshaped(read, [...places, 1], 'numbers') : read;
  const row = call.row('embedding', [call.last(alone).row], {
    options: { dim: plain(config, 'output_dim'), words: plain(config, 'input_dim') },
    tensors: { weight: call.weight('embeddings') },
    learns: true,
  });
  const rank = (places?.length ?? 1) + 1;
  const order = [...Array.from({ length: rank - 1 }, (_, axis) => axis + 1), 0];
  return { row, order, masked: flag(config, 'mask_zero', false) };
};

/** Multiply-accumulates are unknown of what is not computed here; parameters may be. */
export const einsum: Builder = (call) => {
  const stated = get(call.config, 'output_shape');
  const units = isList(stated) ? stated.at(-1) : stated;
  const equation = string(call.config, 'equation')?.replace(/\s+/g, '') ?? '';
  const value = call.last();
  // abc,cd->abd is a dense layer of each place.
  const [, read, weights, made] = /^(?:\.\.\.)?([a-z]+),([a-z]{2})->(?:\.\.\.)?([a-z]+)$/.exec(equation) ?? [];
  const [inner, outer] = [weights?.[0] ?? '', weights?.[1] ?? ''];
  const plainly = read?.at(-1) === inner && made === read.slice(0, -1) + outer && inner !== outer;
  const bias = string(call.config, 'bias_axes');
  if (!plainly || typeof units !== 'number' || (bias !== undefined && bias !== outer))
    return call.opaque(`the product "${equation}" is not known here`);
  const row = call.same('fc', value, {
    options: { units, bias: bias !== undefined, ...(value.order.length > 1 && { per: 'place' }) },
    tensors: { weight: matrix(call.weight('kernel'), value.flat), bias: call.weight('bias') },
    learns: true,
  });
  return activated(call, withoutFlat(row));
};

const withoutFlat = ({ flat: _, ...value }: Value): Value => value;
