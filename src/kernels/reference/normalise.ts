// Normalisations as plain loops: by batch, group or channels, LRN, softmax. Means and variances are taken in two passes.

import type { Running, Step, Tensor } from '../../core/kernels.js';
import { channelsBefore, type OperatorOf } from '../../core/operator.js';
import { product, spatial } from '../../core/shape.js';
import { along, type Values, volume, zeros } from './values.js';

/** Of the values of each channel in a batch. */
export interface Moments {
  readonly means: ArrayLike<number>;
  readonly variances: ArrayLike<number>;
}

/** The indices whose values share one mean, set by set. `batch` takes them over all images. */
export function* sets(operator: Pick<OperatorOf<'normalise'>, 'over' | 'groups'>, x: Values): Iterable<Uint32Array> {
  const { N, C, cells } = volume(x);
  const images = Array.from({ length: N }, (_, n) => n * C * cells);
  switch (operator.over) {
    case 'batch':
      for (let c = 0; c < C; c++)
        yield runs(
          images.map((first) => first + c * cells),
          cells,
        );
      break;
    case 'group': {
      const length = (C / (operator.groups ?? 1)) * cells;
      for (const first of images)
        for (let g = 0; g < (operator.groups ?? 1); g++) yield runs([first + g * length], length);
      break;
    }
    case 'channels':
      for (const first of images) for (let p = 0; p < cells; p++) yield runs([first + p], C, cells);
      break;
    default:
      operator.over satisfies never;
  }
}

/** `length` indices from each start on, `step` apart. */
const runs = (starts: readonly number[], length: number, step = 1): Uint32Array =>
  Uint32Array.from({ length: starts.length * length }, (_, i) => {
    const run = Math.floor(i / length);
    return (starts[run] as number) + (i - run * length) * step;
  });

/** What is taken away from the values of a set, and what they are divided by; the variance is that of the set. */
export const momentsIn = (
  set: Uint32Array,
  { rms, eps }: Pick<OperatorOf<'normalise'>, 'rms' | 'eps'>,
  x: Values,
): { readonly mean: number; readonly variance: number; readonly deviation: number } => {
  const sum = (of: (value: number) => number): number => set.reduce((all, i) => all + of(x.data[i] as number), 0);
  const mean = rms ? 0 : sum((v) => v) / set.length;
  const variance = sum((v) => (v - mean) ** 2) / set.length;
  return { mean, variance, deviation: Math.sqrt(variance + eps) };
};

/** Which element of weight and bias belongs to the value at an index. */
export const learnedAt = (
  { elementwise }: Pick<OperatorOf<'normalise'>, 'elementwise'>,
  x: Values,
): ((i: number) => number) => {
  const { C, cells } = volume(x);
  return (i) => (elementwise ? i % (C * cells) : Math.floor(i / cells) % C);
};

/**
 * y = (x - mean) / sqrt(variance + eps) * weight + bias, with the biased variance; `rms`: x / sqrt(mean(x²) + eps) * weight. Over a
 * batch that is training: at test time there is nothing to average (core/affine.ts).
 */
export const normalise = (
  operator: OperatorOf<'normalise'>,
  x: Values,
  weights: Step['weights'],
  kept?: (moments: Moments) => void,
): Values => {
  const y = zeros(x.shape);
  const learned = learnedAt(operator, x);
  const [means, variances]: [number[], number[]] = [[], []];
  const [scale, shift] = [weights.weight?.data, weights.bias?.data];
  for (const set of sets(operator, x)) {
    const { mean, variance, deviation } = momentsIn(set, operator, x);
    for (const i of set) {
      const at = learned(i);
      y.data[i] = (((x.data[i] as number) - mean) / deviation) * (scale?.[at] ?? 1) + (shift?.[at] ?? 0);
    }
    means.push(mean);
    variances.push(variance);
  }
  if (operator.over === 'batch') kept?.({ means, variances });
  return y;
};

/** The running statistics after a batch with those moments. */
export const keptOf = (
  { operator, weights, output }: Step,
  batch: number,
  { means, variances }: Moments,
  { running_mean, running_var }: Partial<Running> = weights,
): Running => {
  const { momentum = 0.1 } = operator as OperatorOf<'normalise'>;
  const count = batch * product(spatial(output));
  const mixed = (old: Tensor | undefined, first: number, news: ArrayLike<number>): Tensor => {
    const before = old?.data;
    const data = Float32Array.from(news, (value, c) => (1 - momentum) * (before?.[c] ?? first) + momentum * value);
    return { shape: [data.length], data };
  };
  return {
    running_mean: mixed(running_mean, 0, means),
    // The update takes the unbiased variance (PyTorch, BatchNorm2d); of a single value there is none.
    running_var: mixed(
      running_var,
      1,
      Array.from(variances, (v) => (v * count) / (count - 1)),
    ),
  };
};

/**
 * y[c] = x[c] / (k + alpha/size * sum of x² over channels c - floor(size/2) … c + floor((size - 1)/2))^beta; with `behind` over
 * c - floor((size - 1)/2) … c + floor(size/2).
 */
export const lrn = ({ size, alpha, beta, k, behind }: OperatorOf<'lrn'>, x: Values): Values => {
  const y = zeros(x.shape);
  const { N, C, cells } = volume(x);
  const before = channelsBefore(size, behind);
  for (let n = 0; n < N; n++) {
    for (let c = 0; c < C; c++) {
      for (let p = 0; p < cells; p++) {
        let squares = 0;
        const last = Math.min(C - 1, c - before + size - 1);
        for (let other = Math.max(0, c - before); other <= last; other++)
          squares += (x.data[(n * C + other) * cells + p] as number) ** 2;
        const at = (n * C + c) * cells + p;
        y.data[at] = (x.data[at] as number) / (k + (alpha / size) * squares) ** beta;
      }
    }
  }
  return y;
};

/** exp(x - largest) over the sum of them, or its logarithm; the largest is taken away so that nothing overflows. */
export const softmax = ({ log, axes }: OperatorOf<'softmax'>, x: Values): Values => {
  const y = zeros(x.shape);
  for (const set of along(axes, x)) {
    const largest = set.reduce((most, i) => Math.max(most, x.data[i] as number), Number.NEGATIVE_INFINITY);
    const total = set.reduce((sum, i) => sum + Math.exp((x.data[i] as number) - largest), 0);
    for (const i of set) {
      const above = (x.data[i] as number) - largest;
      y.data[i] = log ? above - Math.log(total) : Math.exp(above) / total;
    }
  }
  return y;
};
