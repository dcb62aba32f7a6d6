// Counts as data: sums of named products, so that number, formula text and tensor shape cannot drift apart. No formatting.

/** A named product, such as `weights = C_out * C_in/g * k_h * k_w`. `trainable: false` marks what training leaves alone. */
export interface Term {
  readonly label: string;
  readonly factors: Readonly<Record<string, number>>;
  readonly trainable?: false;
}

export type Count = readonly Term[];

export const term = (label: string, factors: Readonly<Record<string, number>>): Term => ({ label, factors });

/** The product of a term's factors; past 2^53 it is no longer exact, see {@link isExact}. */
export const termValue = (term: Term): number => {
  let value = 1;
  for (const name in term.factors) value *= term.factors[name] ?? 1;
  return value;
};

/** The sum over the terms, or over those that `keep` accepts. */
export const total = (count: Count | undefined, keep?: (term: Term) => boolean): number => {
  let value = 0;
  for (const term of count ?? []) if (!keep || keep(term)) value += termValue(term);
  return value;
};

/** Integers above 2^53 would be rounded in silence, so they are refused. */
export const isExact = (value: number): boolean => Number.isSafeInteger(value);

/** What a layer does besides multiply-accumulates. `flops` counts each as one. */
export const OPERATIONS = ['compare', 'add', 'multiply', 'divide', 'exp'] as const;
export type Operation = (typeof OPERATIONS)[number];
export type Operations = Readonly<Record<Operation, number>>;

/** The terms of an operation count, summed by sort; a term's label is its sort. */
export const operations = (count: Count | undefined): Operations => {
  const sums = { compare: 0, add: 0, multiply: 0, divide: 0, exp: 0 };
  for (const term of count ?? []) sums[term.label as Operation] += termValue(term);
  return sums;
};
