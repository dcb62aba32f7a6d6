// Which matrices a product of tensors multiplies, and how they lie in the tensors: rows are places, columns are channels. No values.

import { channels, product, type Shape, spatial } from './shape.js';

/** Where a matrix begins in a tensor. Its rows are the places from there on, its columns the channels. */
export interface Corner {
  readonly channel: number;
  /** Counted over all axes of places. */
  readonly place: number;
}

/** Products `out = a b` of the same sizes: a is rows x inner, b is inner x columns, or columns x inner where it is transposed. */
export interface Matrices {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly count: number;
  /** Where the i-th begins: there may be too many to list. */
  readonly corners: (i: number) => { readonly a: Corner; readonly b: Corner; readonly out: Corner };
}

export interface Product {
  readonly transpose: boolean;
  readonly heads: number;
}

/**
 * Without heads a tensor is a matrix of its last axis of places by its channels, one for each place along the axes before; b may have
 * one for all of them. With heads, queries by keys (transposed) is a matrix per head of the columns of both, which lie one above the
 * other along an axis before all others; and those by values is a run of columns per head.
 */
export const matricesOf = ({ transpose, heads }: Product, [a, b]: readonly [Shape, Shape]): Matrices => {
  const [rows, places] = [a.at(-1) ?? 1, b.at(-1) ?? 1];
  const ofHeads = heads > 1 && !transpose ? 2 : 1;
  const each = product(a.slice(ofHeads, -1));
  const shared = spatial(b)
    .slice(0, -1)
    .every((n) => n === 1);
  const run = heads > 1 ? channels(transpose ? a : b) / heads : 0;
  const corners: Matrices['corners'] = (i) => {
    const [channel, one] = [Math.floor(i / each) * run, i % each];
    const ofB = { channel, place: shared ? 0 : one * places };
    const [ofRun, ofHead] = [
      { channel, place: one * rows },
      { channel: 0, place: i * rows },
    ];
    return transpose ? { a: ofRun, b: ofB, out: ofHead } : { a: ofHead, b: ofB, out: ofRun };
  };
  const count = heads * each;
  if (heads > 1)
    return { rows, inner: transpose ? run : channels(a), columns: transpose ? places : run, count, corners };
  return { rows, inner: channels(a), columns: transpose ? places : channels(b), count, corners };
};
