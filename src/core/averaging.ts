// What a normalisation averages: which values of a batch share one mean and one deviation, and along which axes. Nothing runs here.

import type { Operator } from './operator.js';
import { axisNames, channels, product, type Shape, spatial } from './shape.js';

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
export const averagingOf = (operator: Operator, batch: number, shape: Shape): Averaging | null => {
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

/** The axes that are averaged over: `N, H, W`; of channels in groups `C/3, H, W`. */
export const axesOf = (averaging: Averaging, input: Shape): readonly string[] => {
  const all = channels(input);
  const places = axisNames(input.length - 1);
  return [
    ...(averaging.batch ? ['N'] : []),
    ...(averaging.channels === 1 && all > 1
      ? []
      : [averaging.channels === all ? 'C' : `C/${all / averaging.channels}`]),
    ...(averaging.places ? places : []),
  ];
};
