// Darknet's sections with weights, and the order in which a .weights file has them: biases (with batch normalisation its shift) before the
// weights in a convolution, and in a dense layer the normalisation behind them. Which section is which is sections.ts.

import { type Shape, spatial } from '../../core/shape.js';
import type { StoredTensor } from '../../core/stored.js';
import { type Layer, UNKNOWN } from './layer.js';

type Taken = StoredTensor | undefined;

interface Norm {
  readonly weight: Taken;
  readonly running_mean: Taken;
  readonly running_var: Taken;
}

/** Scale, mean and variance of a batch normalisation; its shift stands elsewhere. */
const takeNorm = ({ weights }: Layer, channels: number): Norm => ({
  weight: weights.take([channels]),
  running_mean: weights.take([channels]),
  running_var: weights.take([channels]),
});

/** What makes a convolution one that no kind here computes. */
const ODD: readonly (readonly [key: string, operation: string])[] = [
  ['xnor', 'XNOR convolution'],
  ['binary', 'binary convolution'],
  ['sway', 'swaying convolution'],
  ['rotate', 'rotating convolution'],
  ['stretch', 'stretching convolution'],
  ['stretch_sway', 'stretching convolution'],
];

export interface Window {
  readonly size: number;
  /** Down, then across. */
  readonly stride: readonly [number, number];
  readonly padding: number;
  readonly dilation: number;
}

export const windowOf = ({ s }: Layer): Window => {
  const size = s.count('size', 1);
  const [x, y] = [s.whole('stride_x', -1), s.whole('stride_y', -1)];
  const both = x > 0 && y > 0 ? 1 : s.count('stride', 1);
  return {
    size,
    stride: [y > 0 ? y : both, x > 0 ? x : both],
    // pad=1 is a switch: half of the kernel, whatever padding= says.
    padding: s.flag('pad') ? Math.floor(size / 2) : s.count('padding', 0, 0),
    dilation: size === 1 ? 1 : s.count('dilation', 1),
  };
};

/** Darknet leaves the dilation out where it counts places, and pads by that much more. */
export const placesOf = (input: Shape, { size, stride, padding }: Window): readonly number[] =>
  spatial(input).map((n, axis) => Math.floor((n + 2 * padding - size) / (stride[axis] ?? 1)) + 1);

const dilatedPlaces = (input: Shape, { size, stride, padding, dilation }: Window): readonly number[] =>
  spatial(input).map(
    (n, axis) => Math.floor((n + 2 * padding * dilation - dilation * (size - 1) - 1) / (stride[axis] ?? 1)) + 1,
  );

export const convolutional = (layer: Layer): number => {
  const { s, network } = layer;
  const before = layer.image;
  const input = layer.shape(before);
  const filters = s.count('filters', 1);
  const antialiasing = s.whole('antialiasing', 0);
  const window = windowOf(layer);
  const host: Window = antialiasing === 0 ? window : { ...window, stride: [1, 1] };
  const groups = s.flag('xnor') ? 1 : Math.max(1, s.whole('groups', 1));
  const norm = s.flag('batch_normalize') || s.flag('cbn');
  const shared = sharedOf(layer);
  const kernel = [filters, (input?.[0] ?? 0) / groups, host.size, host.size];
  const own =
    input && !shared && Number.isInteger(kernel[1]) ? takeConvolution(layer, kernel, filters, norm) : undefined;
  const convolved = convolve(
    layer,
    before,
    input,
    { filters, groups, bias: !norm, window: host },
    own,
    shared?.weights,
  );
  const normed = norm ? normalised(layer, convolved, own, shared?.norm) : undefined;
  network.learned.set(layer.index, { weights: convolved, norm: normed });
  const made = layer.activated(normed ?? convolved, 'logistic');
  return antialiasing === 0 ? made : blurred(layer, made, antialiasing === 2, window.stride);
};

interface TakenConvolution {
  readonly bias: Taken;
  readonly norm: Norm | undefined;
  readonly weight: Taken;
}

const takeConvolution = (
  layer: Layer,
  kernel: readonly number[],
  channels: number,
  norm: boolean,
): TakenConvolution => ({
  bias: layer.weights.take([channels]),
  norm: norm ? takeNorm(layer, channels) : undefined,
  weight: layer.weights.take(kernel, layer.s.flag('flipped')),
});

interface Convolution {
  readonly filters: number;
  readonly groups: number;
  readonly bias: boolean;
  readonly window: Window;
}

const convolve = (
  layer: Layer,
  before: number,
  input: Shape | null,
  { filters, groups, bias, window }: Convolution,
  own: TakenConvolution | undefined,
  sharedWith: number | undefined,
): number => {
  const { size, stride, padding, dilation } = window;
  const odd = ODD.find(([key]) => layer.s.flag(key));
  const uneven = input && dilation > 1 && placesOf(input, window).join() !== dilatedPlaces(input, window).join();
  const out = input && [filters, ...placesOf(input, window)];
  if ((odd || uneven) && input && out?.every((n) => Number.isSafeInteger(n) && n > 0)) {
    const weights = filters * ((input[0] ?? 0) / groups) * size ** 2;
    const places = out.slice(1).reduce((a, b) => a * b, 1);
    const why = odd
      ? 'its weights are changed before they are used, which no kind here does'
      : 'with this padding the places that Darknet counts are not those that the dilated kernel has';
    return layer.opaque(
      odd?.[1] ?? 'dilated convolution',
      why,
      { out, params: weights + (bias ? filters : 0), macs: weights * places, rf: dilation * (size - 1) + 1 },
      { reads: [before] },
    );
  }
  return layer.add(
    'conv',
    {
      filters,
      kernel: size,
      stride,
      padding: padding * dilation,
      dilation,
      groups,
      bias,
    },
    { reads: [before], tensors: { weight: own?.weight, bias: bias ? own?.bias : undefined }, sharedWith },
  );
};

const normalised = (
  layer: Layer,
  row: number,
  own: Pick<TakenConvolution, 'bias' | 'norm'> | undefined,
  sharedWith: number | undefined,
): number =>
  layer.add('batchnorm', {}, { reads: [row], part: 'norm', tensors: { ...own?.norm, bias: own?.bias }, sharedWith });

/** The section whose weights this one uses. */
const sharedOf = (layer: Layer) => {
  const { s, network, index } = layer;
  if (!s.has('share_index')) return undefined;
  const given = s.whole('share_index', 0);
  const at = given < 0 ? index + given : given;
  const found = at < index ? network.learned.get(at) : undefined;
  return (
    found ??
    s.fail(`share_index=${given} is no convolution before this one`, s.section.settings.get('share_index')?.place, {
      weights: UNKNOWN,
      norm: undefined,
    })
  );
};

/**
 * The blur behind a convolution or a pool with antialiasing: 1-2-1 both ways, which is a mean of 2x2 cells twice; or one such mean. Its
 * weights are fixed, and no file has them.
 */
export const blurred = (layer: Layer, row: number, small: boolean, stride: readonly number[]): number => {
  const mean = (reads: number, part: string, step: readonly number[]) =>
    layer.add('avgpool', { kernel: 2, stride: step }, { reads: [reads], part });
  if (small) return mean(row, 'blur', stride);
  const padded = layer.add('zeropad', { padding: 1 }, { reads: [row], part: 'blur_pad' });
  return mean(mean(padded, 'blur1', [1, 1]), 'blur2', stride);
};

export const deconvolutional = (layer: Layer): number => {
  const { s } = layer;
  const before = layer.image;
  const input = layer.shape(before);
  const filters = s.count('filters', 1);
  const { size, padding } = windowOf(layer);
  const norm = s.flag('batch_normalize');
  const own = input ? takeConvolution(layer, [input[0] ?? 0, filters, size, size], filters, norm) : undefined;
  const made = layer.add(
    'convtranspose',
    { filters, kernel: size, stride: s.count('stride', 1), padding, bias: !norm },
    { reads: [before], tensors: { weight: own?.weight, bias: norm ? undefined : own?.bias } },
  );
  return layer.activated(norm ? normalised(layer, made, own, undefined) : made, 'logistic');
};

export const connected = (layer: Layer): number => {
  const { s, weights } = layer;
  const before = layer.before;
  const input = layer.shape(before);
  const units = s.count('output', 1);
  const norm = s.flag('batch_normalize');
  const bias = input ? weights.take([units]) : undefined;
  const weight = input ? weights.takeDense([units, input.reduce((a, b) => a * b, 1)]) : undefined;
  const own = input && { bias, norm: norm ? takeNorm(layer, units) : undefined };
  const made = layer.add(
    'fc',
    { units, bias: !norm },
    { reads: [before], tensors: { weight, bias: norm ? undefined : bias } },
  );
  return layer.activated(norm ? normalised(layer, made, own ?? undefined, undefined) : made, 'logistic');
};

export const batchnorm = (layer: Layer): number => {
  const before = layer.before;
  const [channels] = layer.shape(before) ?? [];
  const bias = channels === undefined ? undefined : layer.weights.take([channels]);
  const norm = channels === undefined ? undefined : takeNorm(layer, channels);
  return layer.add('batchnorm', {}, { reads: [before], tensors: { ...norm, bias } });
};
