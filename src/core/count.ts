// Counts as data: sums of named products, so that number, formula text and tensor shape cannot drift apart. No formatting.

import { type Factor, type Factors, factorsOf, type Sort } from './factors.js';
import type { TensorName } from './kernels.js';

/** A product, such as `C_out * C_in/g * k_h * k_w`. */
export interface Term {
  readonly factors: Factors;
}

export type Count<T extends Term = Term> = readonly T[];

export const term = (factors: Factors): Term => ({ factors });

/** The values of one tensor of a layer. Its factors stand in the order of the tensor's axes. */
export interface TensorTerm extends Term {
  /** What people call it: `weights`, `gamma`. */
  readonly label: string;
  /** A normalisation learns a scale and a shift; PyTorch calls them weight and bias, but nobody counts a shift as a bias. */
  readonly tensor: TensorName | 'scale' | 'shift';
  /** The part of the layer it belongs to, where it has several: `depthwise`. */
  readonly part?: string;
  /** What training leaves alone. */
  readonly trainable?: false;
}

export const tensor = (label: string, tensor: TensorTerm['tensor'], factors: Factors): TensorTerm => ({
  label,
  tensor,
  factors,
});

export const isBias = ({ tensor }: TensorTerm): boolean => tensor === 'bias';

/** The product of a term's factors; past 2^53 it is no longer exact, see {@link isExact}. */
export const termValue = ({ factors }: Term): number => {
  let value = 1;
  for (const symbol in factors) value *= factors[symbol as keyof Factors] ?? 1;
  return value;
};

/** The sum over the terms, or over those that `keep` accepts. */
export const total = <T extends Term>(count: Count<T> | undefined, keep?: (term: T) => boolean): number => {
  let value = 0;
  for (const term of count ?? []) if (!keep || keep(term)) value += termValue(term);
  return value;
};

/** Integers above 2^53 would be rounded in silence, so they are refused. */
export const isExact = (value: number): boolean => Number.isSafeInteger(value);

const changed = (count: Count, change: (factor: Factor) => number | undefined): Count =>
  count.map(({ factors }) => {
    const own: Record<string, number> = {};
    for (const factor of factorsOf(factors)) {
      const value = change(factor);
      if (value !== undefined) own[factor.symbol] = value;
    }
    return term(own);
  });

/** The terms with nothing but their factors of those sorts. */
export const only = (count: Count, ...sorts: readonly Sort[]): Count =>
  changed(count, ({ sort, value }) => (sorts.includes(sort) ? value : undefined));

export const without = (count: Count, ...sorts: readonly Sort[]): Count =>
  changed(count, ({ sort, value }) => (sorts.includes(sort) ? undefined : value));

/** The terms with their factors of that sort replaced, in their order. */
export const replaced = (count: Count, sort: Sort, by: readonly number[]): Count =>
  count.flatMap((one) => {
    const rest = [...by];
    return changed([one], (factor) => (factor.sort === sort ? (rest.shift() ?? factor.value) : factor.value));
  });

/** What a layer does besides multiply-accumulates. `flops` counts each as one. */
export const OPERATIONS = ['compare', 'add', 'multiply', 'divide', 'exp'] as const;
export type Operation = (typeof OPERATIONS)[number];
export type Operations = Readonly<Record<Operation, number>>;

/** So many operations of one sort. */
export interface OperationTerm extends Term {
  readonly operation: Operation;
}

export const operation = (operation: Operation, factors: Factors): OperationTerm => ({ operation, factors });

/** The terms of an operation count, summed by sort. */
export const operations = (count: Count<OperationTerm> | undefined): Operations => {
  const sums = { compare: 0, add: 0, multiply: 0, divide: 0, exp: 0 };
  for (const term of count ?? []) sums[term.operation] += termValue(term);
  return sums;
};
