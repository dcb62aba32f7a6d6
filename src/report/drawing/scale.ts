// Scales for lengths and for places: from a number to how far up it is, and the round numbers beside an axis. No marks.

import { grouped, human, humanBytes, parseQuantity } from '../../core/quantity.js';
import { octavesOf, type Spread, spansPowers } from '../../core/spread.js';

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

/** What a scale of powers leaves between 0, which is none, and the least. */
const APART = 0.07;
/** A scale that would leave less than that empty begins with 0. */
const EMPTY = 1 / 4;

/** From the least of all numbers to the most: by differences, or by powers where they span many. One number is in the middle. */
export const covering = (spread: Spread, unit: Unit, isWhole: boolean): Scale => {
  const { least, most } = spread;
  if (least > most) return { up: () => 0.5, ticks: [] };
  if (least === most) return { up: () => 0.5, ticks: [least] };
  if (spansPowers(spread)) return byPowers(spread, unit);
  const low = least > 0 && least <= most * EMPTY ? 0 : least;
  const step = roundStep((most - low) / PARTS, unit, isWhole);
  const first = Math.ceil(low / step);
  return {
    up: (value) => (value - low) / (most - low),
    ticks: Array.from({ length: Math.floor(most / step) - first + 1 }, (_, i) => exact((first + i) * step)),
  };
};

/** Without what is lost in multiples of a tenth. */
const exact = (value: number): number => Number(value.toPrecision(12));

/** The first round number that is no less. */
const roundStep = (least: number, unit: Unit, isWhole: boolean): number => {
  const base = unit === 'bytes' ? 1024 : 1000;
  let whole = 1;
  while (!isWhole && whole > least) whole /= 1000;
  while (whole * 500 < least) whole *= base;
  return whole * (ROUND.find((part) => whole * part >= least) ?? base);
};

const byPowers = (spread: Spread, unit: Unit): Scale => {
  const { least, most, leastPositive } = spread;
  const apart = least === 0 ? APART : 0;
  const from = Math.log2(leastPositive);
  const octaves = octavesOf(spread);
  return {
    up: (value) => (value > 0 ? apart + (1 - apart) * ((Math.log2(value) - from) / octaves) : 0),
    ticks: [...(least === 0 ? [0] : []), ...powersWithin(leastPositive, most, unit)],
  };
};

/** What is marked of each power of ten, where that is not too many. */
const MOST_POWERS = 8;
const IN_TEN = [[1, 2, 5], [1, 3], [1]] as const;

const powersWithin = (low: number, high: number, unit: Unit): readonly number[] => {
  const isWithin = (value: number): boolean => value >= low && value <= high;
  const base = unit === 'bytes' ? 2 : 10;
  const [first, last] = [low, high].map((end) => Math.floor(Math.log2(end) / Math.log2(base))) as [number, number];
  const powers = Array.from({ length: last - first + 2 }, (_, i) => first + i);
  if (unit === 'count')
    for (const parts of IN_TEN) {
      const ticks = powers.flatMap((power) => parts.map((part) => Number(`${part}e${power}`))).filter(isWithin);
      if (ticks.length <= MOST_POWERS) return ticks;
    }
  const within = powers.filter((power) => isWithin(base ** power));
  const each = Math.ceil(within.length / MOST_POWERS);
  return within.filter((power) => power % each === 0).map((power) => base ** power);
};

/** Beside an axis: as short as all of them still say which number they are. */
export const tickTexts = (ticks: readonly number[], unit: Unit): readonly string[] => {
  const short = ticks.map((tick) => tickText(tick, unit));
  if (short.every((text, i) => isSaying(text, ticks[i] ?? 0))) return short;
  return ticks.map((tick) => {
    const digits = Number.isInteger(tick) ? grouped(tick) : String(Number(tick.toPrecision(9)));
    return unit === 'bytes' ? `${digits} B` : digits;
  });
};

const isSaying = (text: string, value: number): boolean => {
  const said = parseQuantity(text);
  return said !== null && Math.abs((said.low + said.high) / 2 - value) <= Math.abs(value) * 1e-9;
};
