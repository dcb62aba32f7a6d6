// What a normalisation averages: which values of a batch share one mean and one deviation. Nothing runs here.

import type { Operator } from '../core/operator.js';
import { channels, product, type Shape, spatial } from '../core/shape.js';

/** A batch of N volumes cut into sets, each with a mean and a deviation of its own. */
export interface Averaging {
  /** Whether images, channels and places are averaged over: `channels` of them share one mean, 1 = each has its own. */
  readonly batch: boolean;
  readonly channels: number;
  readonly places: boolean;
  /** How many sets there are along images, runs of channels and places; how many in all; how many values are in each. */
  readonly cuts: readonly [images: number, runs: number, places: number];
  readonly sets: number;
  readonly values: number;
  /** Which set the value of an image, a channel and a place belongs to, by its position along each of the cuts. */
  readonly setOf: (n: number, c: number, p: number) => readonly [image: number, run: number, place: number];
}

/** Null for what is no such normalisation: a local response has a window of its own around every value. */
const averagingOf = (operator: Operator, batch: number, shape: Shape): Averaging | null => {
  if (operator.op !== 'normalise') return null;
  const [all, places] = [channels(shape), product(spatial(shape))];
  switch (operator.over) {
    case 'batch':
      return {
        batch: true,
        channels: 1,
        places: true,
        cuts: [1, all, 1],
        sets: all,
        values: batch * places,
        setOf: (_, c) => [0, c, 0],
      };
    case 'group': {
      const groups = operator.groups ?? 1;
      const run = all / groups;
      return {
        batch: false,
        channels: run,
        places: true,
        cuts: [batch, groups, 1],
        sets: batch * groups,
        values: run * places,
        setOf: (n, c) => [n, Math.floor(c / run), 0],
      };
    }
    case 'channels':
      return {
        batch: false,
        channels: all,
        places: false,
        cuts: [batch, 1, places],
        sets: batch * places,
        values: all,
        setOf: (n, _, p) => [n, 0, p],
      };
  }
};

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
