// The normalisations on one tensor: which values share a mean (core/averaging.ts), counts, the moments of sets. Nothing runs here.

import { type Averaging, averagingOf } from '../core/averaging.js';
import type { Operator } from '../core/operator.js';
import { product, type Shape } from '../core/shape.js';

/** The mean and the deviation (biased, as normalisations take it) of every set of a batch [N, C, ...spatial]. */
export const momentsOf = (
  data: ArrayLike<number>,
  shape: readonly number[],
  { setOf, cuts: [, runs, cuts], sets, values }: Averaging,
): readonly { readonly mean: number; readonly deviation: number }[] => {
  const [images = 1, all = 1, ...sizes] = shape;
  const places = product(sizes);
  const sum = (of: (value: number, set: number) => number): Float64Array => {
    const sums = new Float64Array(sets);
    for (let n = 0; n < images; n += 1)
      for (let c = 0; c < all; c += 1)
        for (let p = 0; p < places; p += 1) {
          const [image, run, place] = setOf(n, c, p);
          const set = (image * runs + run) * cuts + place;
          sums[set] = (sums[set] ?? 0) + of(data[(n * all + c) * places + p] ?? 0, set);
        }
    return sums;
  };
  const means = sum((value) => value).map((total) => total / values);
  const squares = sum((value, set) => (value - (means[set] ?? 0)) ** 2);
  return Array.from(means, (mean, set) => ({ mean, deviation: Math.sqrt((squares[set] ?? 0) / values) }));
};

/** One normalisation on the tensor that all are shown on. */
export interface Normalisation {
  readonly name: string;
  readonly params: number;
  /** Elements of running statistics. */
  readonly buffers: number;
  /** Null where every value has a window of its own, `window` channels wide. */
  readonly averaging: Averaging | null;
  readonly window: number | null;
  /** Only divides by the root of the mean square: no mean is taken away. */
  readonly rms: boolean;
}

export const normalisationOf = (
  name: string,
  operator: Operator,
  batch: number,
  shape: Shape,
  counts: { readonly params: number; readonly buffers: number },
): Normalisation => ({
  name,
  ...counts,
  averaging: averagingOf(operator, batch, shape),
  window: operator.op === 'lrn' ? operator.size : null,
  rms: operator.op === 'normalise' && operator.rms === true,
});
