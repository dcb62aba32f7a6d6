// Scales for lengths: from a number to how far up it is, and the round numbers beside an axis. No marks.

import { human, humanBytes } from '../../core/quantity.js';

export type Unit = 'count' | 'bytes';

export interface Scale {
  /** From 0 to 1; what is 0 is 0 on every scale. */
  readonly up: (value: number) => number;
  readonly ticks: readonly number[];
}

const ROUND = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] as const;
/** More than so many parts would be too many. */
const PARTS = 5;
const LABELS = 5;

/** From 0 to the first round number that is no less than `most`. */
export const linear = (most: number, unit: Unit): Scale => {
  const base = unit === 'bytes' ? 1024 : 1000;
  let whole = 1;
  while (most / whole >= base) whole *= base;
  const step = whole * (ROUND.find((part) => most / whole <= part * PARTS) ?? base);
  const parts = Math.max(1, Math.ceil(most / step));
  return {
    up: (value) => value / (parts * step),
    ticks: Array.from({ length: parts + 1 }, (_, i) => i * step),
  };
};

/** From a power below the least to one no less than the most; null where nothing is more than 0. */
export const logarithmic = (values: readonly number[], unit: Unit): Scale | null => {
  const base = unit === 'bytes' ? 32 : 10;
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (const value of values) {
    if (value > 0) least = Math.min(least, value);
    most = Math.max(most, value);
  }
  if (most === 0) return null;
  const power = (value: number): number => Math.log(value) / Math.log(base);
  const low = Math.ceil(power(least) - 1e-9) - 1;
  const high = Math.max(low + 1, Math.ceil(power(most) - 1e-9));
  const each = Math.ceil((high - low) / (LABELS - 1));
  return {
    up: (value) => (value > 0 ? (power(value) - low) / (high - low) : 0),
    // Nothing is counted in parts of one.
    ticks: Array.from({ length: Math.floor((high - low) / each) + 1 }, (_, i) => base ** (low + i * each)).filter(
      (tick) => tick >= 1,
    ),
  };
};

/** Beside an axis: `20M`, `5 MiB`. */
export const tickText = (value: number, unit: Unit): string =>
  (unit === 'bytes' ? humanBytes(value) : human(value)).replace(/\.0(?!\d)/, '');
