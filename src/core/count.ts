// Counts as data: sums of products of named factors, so that number, formula text and tensor shape cannot drift apart. No formatting.

import type { TensorName } from './kernels.js';
import { axisNames, channels, type Shape } from './shape.js';

/** The symbols, by what they count. Whoever must know asks the sort, never the spelling. */
const SYMBOLS = {
  'output place': ['D', 'H', 'W', 'L', 'D_out', 'H_out', 'W_out', 'L_out'],
  'input place': ['D_in', 'H_in', 'W_in', 'L_in'],
  kernel: ['k', 'k_d', 'k_h', 'k_w'],
  /** The same of input and output. */
  channels: ['C'],
  'input channels': ['C_in', 'C_in/g'],
  'output channels': ['C_out', 'C_out/g'],
  /** How many of anything else: the values of a vector, kernels per channel, operations per value. */
  number: [
    'N',
    'cells',
    'columns',
    'gates',
    'inner',
    'matrices',
    'multiplier',
    'operations',
    'rows',
    'size',
    'slopes',
    'state',
    'stated',
    'times',
    'words',
  ],
} as const;

export type Sort = keyof typeof SYMBOLS;
type FactorName = (typeof SYMBOLS)[Sort][number];

/** The sizes by their symbols: `{C_out: 96, 'C_in/g': 3, k_h: 11, k_w: 11}`. */
export type Factors = Readonly<Partial<Record<FactorName, number>>>;

export interface Factor {
  readonly name: FactorName;
  readonly sort: Sort;
  readonly value: number;
}

const SORTS = Object.fromEntries(
  Object.entries(SYMBOLS).flatMap(([sort, symbols]) => symbols.map((symbol) => [symbol, sort])),
) as Record<FactorName, Sort>;

const named = (names: readonly FactorName[], sizes: readonly number[]): Factors => {
  const factors: Partial<Record<FactorName, number>> = {};
  for (let i = 0; i < names.length; i += 1) factors[names[i] as FactorName] = sizes[i] ?? 1;
  return factors;
};

const VOLUMES = [0, 1, 2, 3, 4].map((sizes) => ['C', ...axisNames(sizes - 1)] as const);

const placesWith = <S extends '' | '_out' | '_in'>(suffix: S) =>
  [0, 1, 2, 3].map((axes) => axisNames(axes).map((axis) => `${axis}${suffix}` as const));

/** The places of an output, by its axes. */
const PLACES = { '': placesWith(''), _out: placesWith('_out'), _in: placesWith('_in') } as const;

/** `H_out`, `W_out`, or `H_in` … : how often each weight is used. */
export const placeFactors = (sizes: readonly number[], suffix: '' | '_out' | '_in'): Factors =>
  named(PLACES[suffix][sizes.length] ?? [], sizes);

/** The values of a volume or a vector: `{C: 96, H: 27, W: 27}`, `{N: 10}`. */
export const shapeFactors = (shape: Shape): Factors =>
  shape.length === 1 ? { N: channels(shape) } : named(VOLUMES[shape.length] ?? [], shape);

const KERNELS = [[], ['k'], ['k_h', 'k_w'], ['k_d', 'k_h', 'k_w']] as const;

/** `k_h`, `k_w`: the sizes of a kernel; `k` on sequences. */
export const kernelFactors = (kernel: readonly number[]): Factors => named(KERNELS[kernel.length] ?? [], kernel);

/** A product, such as `C_out * C_in/g * k_h * k_w`. */
export interface Term {
  readonly factors: Factors;
}

export type Count<T extends Term = Term> = readonly T[];

export const term = (factors: Factors): Term => ({ factors });

/** The factors one by one, with what each counts. */
export const factorsOf = ({ factors }: Term): readonly Factor[] =>
  (Object.entries(factors) as [FactorName, number][]).map(([name, value]) => ({ name, sort: SORTS[name], value }));

/**
 * A normalisation learns a scale and a shift; PyTorch calls them weight and bias, but nobody counts a shift as a bias. Weights
 * that are normalised have a magnitude beside them, and are its direction.
 */
export type TensorSort = TensorName | 'scale' | 'shift' | 'magnitude';

/** The values of one tensor of a layer. Its factors stand in the order of the tensor's axes. */
export interface TensorTerm extends Term {
  /** What people call it: `weights`, `gamma`. */
  readonly label: string;
  readonly tensor: TensorSort;
  /** The part of the layer it belongs to, where it has several: `depthwise`. */
  readonly part?: string;
  /** What training leaves alone. */
  readonly trainable?: false;
}

export type TensorCount = Count<TensorTerm>;

export const tensor = (label: string, tensor: TensorSort, factors: Factors): TensorTerm => ({ label, tensor, factors });

export const isBias = ({ tensor }: TensorTerm): boolean => tensor.startsWith('bias');

export const isFrozen = ({ trainable }: TensorTerm): boolean => trainable === false;

/** The product of a term's factors; past 2^53 it is no longer exact, see {@link isExact}. */
export const termValue = ({ factors }: Term): number => {
  let value = 1;
  for (const name in factors) value *= factors[name as FactorName] ?? 1;
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

const product = (factors: readonly Factor[]): Term =>
  term(Object.fromEntries(factors.map(({ name, value }) => [name, value])));

/** The terms with nothing but their factors of those sorts. */
export const only = (count: Count, ...sorts: readonly Sort[]): Count =>
  count.map((term) => product(factorsOf(term).filter(({ sort }) => sorts.includes(sort))));

export const without = (count: Count, ...sorts: readonly Sort[]): Count =>
  count.map((term) => product(factorsOf(term).filter(({ sort }) => !sorts.includes(sort))));

/** The terms with their factors of that sort replaced, in their order. */
export const replaced = (count: Count, sort: Sort, by: readonly number[]): Count =>
  count.map((one) => {
    const own = factorsOf(one).filter((factor) => factor.sort === sort);
    return term({ ...one.factors, ...product(own.map((f, i) => ({ ...f, value: by[i] ?? f.value }))).factors });
  });

/** What a layer does besides multiply-accumulates. `flops` counts each as one. */
export const OPERATIONS = ['compare', 'add', 'multiply', 'divide', 'exp'] as const;
export type Operation = (typeof OPERATIONS)[number];
export type Operations = Readonly<Record<Operation, number>>;

/** So many operations of one sort. */
export interface OperationTerm extends Term {
  readonly operation: Operation;
}

export type OperationCount = Count<OperationTerm>;

export const operation = (operation: Operation, factors: Factors): OperationTerm => ({ operation, factors });

/** The terms of an operation count, summed by sort. */
export const operations = (count: OperationCount | undefined): Operations => {
  const sums = { compare: 0, add: 0, multiply: 0, divide: 0, exp: 0 };
  for (const term of count ?? []) sums[term.operation] += termValue(term);
  return sums;
};
