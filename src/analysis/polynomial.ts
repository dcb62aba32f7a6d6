// Counts as polynomials in the number of channels C: 27C^2+3C. Read off the factors of the terms; no arithmetic of its own.

import type { Count, Term } from '../core/count.js';

/** Coefficients by power of C. */
export type Polynomial = ReadonlyMap<number, number>;

/** Factors that count channels, by the names that the kinds give them. */
const CHANNELS = /^C(_|$)/;

const channelFactors = (term: Term): readonly number[] =>
  Object.entries(term.factors).flatMap(([name, value]) => (CHANNELS.test(name) ? [value] : []));

/** The one number of channels in all terms; null where there are several, and no C to count in. */
export const commonChannels = (count: Count): number | null => {
  const all = new Set(count.flatMap(channelFactors));
  const [only] = all;
  return all.size === 1 ? (only ?? null) : null;
};

/** The sum of the terms, with C for every factor of channels; twice as many are 2C. */
export const polynomial = (count: Count, channels: number | null): Polynomial => {
  const sum = new Map<number, number>();
  for (const { factors } of count) {
    let [power, coefficient] = [0, 1];
    for (const [name, value] of Object.entries(factors)) {
      const isChannels = channels !== null && CHANNELS.test(name) && value % channels === 0;
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
