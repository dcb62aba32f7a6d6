// Counts as polynomials in the number of channels C: 27C^2+3C. Read off the factors of the terms; no arithmetic of its own.

import { type Count, type Factor, factorsOf } from '../core/count.js';

/** Coefficients by power of C. */
export type Polynomial = ReadonlyMap<number, number>;

const countsChannels = ({ sort }: Factor): boolean =>
  sort === 'channels' || sort === 'input channels' || sort === 'output channels';

/** The one number of channels in all terms; null where there are several, and no C to count in. */
export const commonChannels = (count: Count): number | null => {
  const factors = count.flatMap(factorsOf);
  const all = new Set(factors.filter(countsChannels).map(({ value }) => value));
  const [only] = all;
  return all.size === 1 ? (only ?? null) : null;
};

/** The sum of the terms, with C for every factor of channels; twice as many are 2C. */
export const polynomial = (count: Count, channels: number | null): Polynomial => {
  const sum = new Map<number, number>();
  for (const term of count) {
    let [power, coefficient] = [0, 1];
    for (const factor of factorsOf(term)) {
      const { value } = factor;
      const isChannels = channels !== null && countsChannels(factor) && value % channels === 0;
      if (isChannels) power += 1;
      coefficient *= isChannels ? value / channels : value;
    }
    sum.set(power, (sum.get(power) ?? 0) + coefficient);
  }
  return sum;
};

export const samePolynomial = (a: Polynomial, b: Polynomial): boolean =>
  [...a.keys(), ...b.keys()].every((power) => (a.get(power) ?? 0) === (b.get(power) ?? 0));

/** `27C^2+3C`, the highest power first. */
export const polynomialText = (sum: Polynomial): string =>
  [...sum]
    .filter(([, coefficient]) => coefficient !== 0)
    .sort(([a], [b]) => b - a)
    .map(([power, coefficient]) =>
      power === 0 ? `${coefficient}` : `${coefficient === 1 ? '' : coefficient}C${power > 1 ? `^${power}` : ''}`,
    )
    .join('+') || '0';
