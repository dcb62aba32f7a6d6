// What a normalisation averages: which values of a batch share one mean and one deviation. Nothing runs here.

import type { Operator } from '../core/operator.js';
import { channels, product, type Shape, spatial } from '../core/shape.js';

/** A batch of N volumes cut into sets, each with a mean and a deviation of its own. */
export interface Averaging {
  /** Whether images, channels and places are averaged over: `channels` of them share one mean, 1 = each has its own. */
  readonly batch: boolean;
  readonly channels: number;
  readonly places: boolean;
  /** How many sets there are, and how many values are in each. */
  readonly sets: number;
  readonly values: number;
  /** Which set a value belongs to, by image, channel and place: its position among the images, runs of channels and places. */
  readonly setOf: (n: number, c: number, p: number) => readonly [image: number, run: number, place: number];
}

/** Null for what is no such normalisation: a local response has a window of its own around every value. */
export const averagingOf = (operator: Operator, batch: number, shape: Shape): Averaging | null => {
  if (operator.op !== 'normalise') return null;
  const [all, places] = [channels(shape), product(spatial(shape))];
  switch (operator.over) {
    case 'batch':
      return {
        batch: true,
        channels: 1,
        places: true,
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
  { setOf }: Averaging,
): readonly { readonly mean: number; readonly deviation: number }[] => {
  const [images = 1, all = 1, ...sizes] = shape;
  const places = product(sizes);
  const sums = new Map<string, { count: number; sum: number; squares: number }>();
  const each = (add: (set: { count: number; sum: number; squares: number }, value: number) => void): void => {
    for (let n = 0; n < images; n += 1)
      for (let c = 0; c < all; c += 1)
        for (let p = 0; p < places; p += 1) {
          const key = setOf(n, c, p).join();
          const set = sums.get(key) ?? { count: 0, sum: 0, squares: 0 };
          sums.set(key, set);
          add(set, data[(n * all + c) * places + p] ?? 0);
        }
  };
  each((set, value) => {
    set.count += 1;
    set.sum += value;
  });
  each((set, value) => {
    set.squares += (value - set.sum / set.count) ** 2;
  });
  return [...sums.values()].map(({ count, sum, squares }) => ({
    mean: sum / count,
    deviation: Math.sqrt(squares / count),
  }));
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
