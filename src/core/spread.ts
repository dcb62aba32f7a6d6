// How far numbers lie apart, and whether what tells them apart is their difference or their factor. No axis, no marks.

/** What is known of numbers that arrive one by one. */
export interface Spread {
  readonly least: number;
  readonly most: number;
  /** Infinity where none is more than 0. */
  readonly leastPositive: number;
}

/** Of no numbers. */
export const NO_SPREAD: Spread = {
  least: Number.POSITIVE_INFINITY,
  most: Number.NEGATIVE_INFINITY,
  leastPositive: Number.POSITIVE_INFINITY,
};

/** The same object where nothing has changed. */
export const spreadWith = (spread: Spread, value: number): Spread => {
  const { least, most, leastPositive } = spread;
  if (value >= least && value <= most && (value <= 0 || value >= leastPositive)) return spread;
  return {
    least: Math.min(least, value),
    most: Math.max(most, value),
    leastPositive: value > 0 ? Math.min(leastPositive, value) : leastPositive,
  };
};

/** From a larger factor on a scale of differences would have most of what is small in one place. */
const FACTOR = 20;
export const FEWEST_OCTAVES = Math.log2(FACTOR);

/** Between the positive ones. */
export const octavesOf = ({ most, leastPositive }: Spread): number => Math.log2(most) - Math.log2(leastPositive);

/** Whether a scale of powers tells them apart; 0 is no power, and stands beside them. */
export const spansPowers = (spread: Spread): boolean =>
  spread.least >= 0 && spread.most > 0 && octavesOf(spread) > FEWEST_OCTAVES;
