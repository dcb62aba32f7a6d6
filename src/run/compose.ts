// Linear convolutions one behind the other are one convolution: its kernel, worked out from theirs. Nothing runs here.
//
// Cell o of the second reads cells o*s2 + d2*t2 of the first, which read o*s2*s1 + (d2*t2)*s1 + d1*t1 of the input: taps add
// up to d1*t1 + s1*d2*t2, strides multiply, and channels are summed over as in a product of matrices.

import { affineOf, isFixed } from '../core/affine.js';
import type { Step } from '../core/kernels.js';
import { channels, choices, product } from '../core/shape.js';

/** A convolution of one group and dilation 1, without padding: weight [C_out, C_in, ...kernel], in float64. */
export interface Composed {
  readonly filters: number;
  readonly channels: number;
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly weight: Float64Array;
  readonly bias: Float64Array;
}

/** A step as one such convolution; null where it is none. Its padding is left out. */
export const asConvolution = (step: Step): Composed | null => {
  const { operator, weights, inputShapes, output } = step;
  const inputs = channels(inputShapes[0] ?? []);
  const filters = channels(output);
  const axes = output.length - 1;
  const ones = new Array<number>(axes).fill(1);
  const spread = (
    taps: readonly number[],
    dilation: readonly number[],
    stride: readonly number[],
    value: (o: number, i: number, tap: number) => number,
    bias: Float32Array | Float64Array | undefined,
  ): Composed => {
    const kernel = taps.map((k, axis) => (dilation[axis] ?? 1) * (k - 1) + 1);
    const weight = new Float64Array(filters * inputs * product(kernel));
    const places = placesIn(taps).map((place) =>
      flat(
        kernel,
        place.map((t, axis) => t * (dilation[axis] ?? 1)),
      ),
    );
    for (let o = 0; o < filters; o += 1)
      for (let i = 0; i < inputs; i += 1)
        places.forEach((at, tap) => {
          weight[(o * inputs + i) * product(kernel) + at] = value(o, i, tap);
        });
    const biases = Float64Array.from({ length: filters }, (_, o) => bias?.[o] ?? 0);
    return { filters, channels: inputs, kernel, stride, weight, bias: biases };
  };
  switch (operator.op) {
    case 'convolution': {
      const { windows, groups } = operator;
      const [taps, dilation, stride] = [
        windows.map((w) => w.kernel),
        windows.map((w) => w.dilation),
        windows.map((w) => w.stride),
      ];
      const [ownChannels, ownFilters, count] = [inputs / groups, filters / groups, product(taps)];
      const data = weights.weight?.data ?? new Float32Array();
      const value = (o: number, i: number, tap: number): number =>
        Math.floor(o / ownFilters) === Math.floor(i / ownChannels)
          ? (data[(o * ownChannels + (i % ownChannels)) * count + tap] ?? 0)
          : 0;
      return spread(taps, dilation, stride, value, weights.bias?.data);
    }
    case 'pool': {
      if (operator.mode !== 'mean') return null;
      const taps = operator.windows.map((w) => w.kernel);
      const [dilation, stride] = [operator.windows.map((w) => w.dilation), operator.windows.map((w) => w.stride)];
      const share = 1 / (operator.divisor ?? product(taps));
      return spread(taps, dilation, stride, (o, i) => (o === i ? share : 0), undefined);
    }
    case 'pointwise':
      return operator.function === 'identity' ? spread(ones, ones, ones, (o, i) => (o === i ? 1 : 0), undefined) : null;
    case 'scale':
    case 'affine':
    case 'normalise': {
      if (!isFixed(step)) return null;
      const { scale, shift } = affineOf([step], filters);
      return spread(ones, ones, ones, (o, i) => (o === i ? (scale[o] as number) : 0), shift);
    }
    default:
      return null;
  }
};

/** How many products {@link compose} takes. */
export const productsOf = (first: Composed, second: Composed): number =>
  second.weight.length * first.channels * product(first.kernel);

/** The two one behind the other. */
export const compose = (first: Composed, second: Composed): Composed => {
  const kernel = first.kernel.map((k, axis) => k + (first.stride[axis] ?? 1) * ((second.kernel[axis] ?? 1) - 1));
  const count = product(kernel);
  const weight = new Float64Array(second.filters * first.channels * count);
  const [firstPlaces, secondPlaces] = [placesIn(first.kernel), placesIn(second.kernel)];
  const at = secondPlaces.map((t2) =>
    firstPlaces.map((t1) =>
      flat(
        kernel,
        t1.map((t, axis) => t + (first.stride[axis] ?? 1) * (t2[axis] ?? 0)),
      ),
    ),
  );
  const bias = second.bias.slice();
  for (let o = 0; o < second.filters; o += 1)
    for (let m = 0; m < first.filters; m += 1)
      secondPlaces.forEach((_, t2) => {
        const outer = second.weight[(o * second.channels + m) * secondPlaces.length + t2] ?? 0;
        if (outer === 0) return;
        bias[o] = (bias[o] ?? 0) + outer * (first.bias[m] ?? 0);
        const places = at[t2] ?? [];
        for (let i = 0; i < first.channels; i += 1) {
          const [to, from] = [(o * first.channels + i) * count, (m * first.channels + i) * firstPlaces.length];
          for (let t1 = 0; t1 < places.length; t1 += 1) {
            const into = to + (places[t1] as number);
            weight[into] = (weight[into] as number) + outer * (first.weight[from + t1] as number);
          }
        }
      });
  return {
    filters: second.filters,
    channels: first.channels,
    kernel,
    stride: first.stride.map((s, axis) => s * (second.stride[axis] ?? 1)),
    weight,
    bias,
  };
};

/** All places of a kernel in the order of its numbers. */
const placesIn = (kernel: readonly number[]): readonly (readonly number[])[] => [
  ...choices(kernel.map((k) => Array.from({ length: k }, (_, t) => t))),
];

const flat = (kernel: readonly number[], place: readonly number[]): number =>
  kernel.reduce((index, k, axis) => index * k + (place[axis] ?? 0), 0);
