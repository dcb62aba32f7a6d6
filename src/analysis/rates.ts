// Two numbers of a device from networks that were timed on it: how fast it multiplies and how fast it moves values. And how far
// such a fit is off where it has not looked. No devices here, nothing that is timed.

import { median } from '../core/median.js';

/** What one image asks of a device. */
export interface Load {
  readonly macs: number;
  /** Outputs of whatever multiplies: convolutions, dense layers, products of matrices. */
  readonly outputs: number;
}

export interface Timed extends Load {
  /** Of one image. */
  readonly seconds: number;
}

/** What a device does in a second. */
export interface Rates {
  /** Floating point operations, two for each multiply-accumulate. */
  readonly flops: number;
  readonly outputs: number;
}

/** How far estimates are from what was measured. */
export interface Off {
  /** The median of |estimate / measured - 1|. */
  readonly median: number;
  /** The share that is within a factor of {@link FACTOR}. */
  readonly within: number;
}

/** What counts as near. */
export const FACTOR = 1.5;

export const secondsOf = ({ macs, outputs }: Load, rates: Rates): number =>
  (2 * macs) / rates.flops + outputs / rates.outputs;

/** Operations that take as long as one output, as powers of ten: from a hundredth of an operation to a thousand million. */
const [LEAST, MOST] = [-2, 9];

/**
 * The rates under which the sum of |log(estimate / measured)| is least: twice as long counts as half as long, and a few networks
 * that are far off move nothing. Of a ratio of the two rates the best scale is a median; the ratio is looked for on a grid, then on
 * a finer one, so that the same rows always give the same numbers.
 */
export const fitRates = (rows: readonly Timed[]): Rates => {
  const at = (power: number) => {
    const ratio = 10 ** power;
    const logs = rows.map(({ macs, outputs, seconds }) => Math.log(seconds / (2 * macs + ratio * outputs)));
    const scale = median(logs);
    return { power, scale, off: logs.reduce((sum, log) => sum + Math.abs(log - scale), 0) };
  };
  const best = (from: number, to: number, steps: number) =>
    Array.from({ length: steps + 1 }, (_, i) => at(from + ((to - from) * i) / steps)).reduce((a, b) =>
      b.off < a.off ? b : a,
    );
  const rough = best(LEAST, MOST, 110);
  const { power, scale } = best(rough.power - 0.1, rough.power + 0.1, 50);
  const flops = Math.exp(-scale);
  return { flops, outputs: flops / 10 ** power };
};

const offBy = (ratios: readonly number[]): Off => ({
  median: median(ratios.map((ratio) => Math.abs(ratio - 1))),
  within: ratios.filter((ratio) => ratio <= FACTOR && ratio >= 1 / FACTOR).length / ratios.length,
});

const ratiosOf = (rows: readonly Timed[], rates: Rates): readonly number[] =>
  rows.map((row) => secondsOf(row, rates) / row.seconds);

export const errorOf = (rows: readonly Timed[], rates: Rates): Off => offBy(ratiosOf(rows, rates));

/** Of rows that the fit had not seen: it is made of all folds but one, and compared with that one, fold by fold. */
export const heldOut = <T extends Timed>(rows: readonly T[], foldOf: (row: T, at: number) => number): Off => {
  const folds = rows.map(foldOf);
  const inFold = (fold: number, is: boolean) => rows.filter((_, at) => (folds[at] === fold) === is);
  return offBy([...new Set(folds)].flatMap((fold) => ratiosOf(inFold(fold, true), fitRates(inFold(fold, false)))));
};
