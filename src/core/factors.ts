// The factors that counts are products of: the symbols of the field, what each of them counts, and those of shapes. No sums.

import { axisNames, channels, type Shape, spatial } from './shape.js';

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
  number: ['N', 'cells', 'multiplier', 'operations', 'size', 'slopes', 'times'],
} as const;

export type Sort = keyof typeof SYMBOLS;
type FactorName = (typeof SYMBOLS)[Sort][number];

/** The sizes by their symbols: `{C_out: 96, 'C_in/g': 3, k_h: 11, k_w: 11}`. */
export type Factors = Readonly<Partial<Record<FactorName, number>>>;

export interface Factor {
  readonly symbol: FactorName;
  readonly sort: Sort;
  readonly value: number;
}

const SORTS = Object.fromEntries(
  Object.entries(SYMBOLS).flatMap(([sort, symbols]) => symbols.map((symbol) => [symbol, sort])),
) as Record<FactorName, Sort>;

/** The factors one by one, with what each counts. */
export const factorsOf = (factors: Factors): readonly Factor[] =>
  (Object.entries(factors) as [FactorName, number][]).map(([symbol, value]) => ({
    symbol,
    sort: SORTS[symbol],
    value,
  }));

const named = (names: readonly FactorName[], sizes: readonly number[]): Factors => {
  const factors: Partial<Record<FactorName, number>> = {};
  names.forEach((name, i) => {
    factors[name] = sizes[i] ?? 1;
  });
  return factors;
};

/** `H_out`, `W_out`, or `H_in` … : how often each weight is used. */
export const placeFactors = (sizes: readonly number[], suffix: '' | '_out' | '_in'): Factors =>
  named(
    axisNames(sizes.length).map((axis) => `${axis}${suffix}` as const),
    sizes,
  );

/** The values of a volume or a vector: `{C: 96, H: 27, W: 27}`, `{N: 10}`. */
export const shapeFactors = (shape: Shape): Factors =>
  shape.length === 1 ? { N: channels(shape) } : { C: channels(shape), ...placeFactors(spatial(shape), '') };

const KERNELS = [[], ['k'], ['k_h', 'k_w'], ['k_d', 'k_h', 'k_w']] as const;

/** `k_h`, `k_w`: the sizes of a kernel; `k` on sequences. */
export const kernelFactors = (kernel: readonly number[]): Factors => named(KERNELS[kernel.length] ?? [], kernel);
