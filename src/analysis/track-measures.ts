// What is read off a track: sizes, steps, padding, centres. How tracks come about is track.ts.

import type { Ends } from '../core/reach.js';
import { product, type Shape } from '../core/shape.js';
import { type Cell, cellAt, EMPTY, fieldAt, interior, isEmpty, NOWHERE, type Strand, type Track } from './track.js';

/** The layer's axes along which its cells see differently, spatial axes counted from 0; most tracks have one. */
export const axesOf = ({ strands }: Track): readonly number[] => {
  const [[part, ...parts], ...rest] = strands;
  if (parts.length === 0 && rest.length === 0) return ONE[part.axis] ?? [];
  return [...new Set(strands.flatMap((strand) => strand.map(({ axis }) => axis - 1)))]
    .filter((axis) => axis >= 0)
    .sort((a, b) => a - b);
};

/** One axis alone; the channels are none. */
const ONE: readonly (readonly number[])[] = [[], [0], [1], [2]];

/**
 * The cells of one period; all cells of the layer where they have none, or where it is longer than the layer. Where cells see
 * differently along several axes, all of them, the last axis running fastest.
 */
export const phasesOf = (track: Track): readonly Cell[] => {
  const { strands, shape } = track;
  const [[part, ...parts], ...rest] = strands;
  if (rest.length === 0 && parts.length === 0) {
    const length = part.axis === NOWHERE ? 1 : (shape[part.axis] ?? 1);
    const { cells, ends } = part;
    const [first, last] = interior(part, length);
    if (!ends || last - first >= cells.length) return cells.length > length ? cells.slice(0, length) : cells;
    return Array.from({ length }, (_, i) => cellAt(part, i, length));
  }
  const known = listedCells.get(track);
  if (known) return known;
  const axes = axesOf(track);
  const sizes = axes.map((axis) => shape[axis + 1] ?? 1);
  const cells = Array.from({ length: product(sizes) }, (_, i) => fieldAt(track, placeOf(i, axes, sizes, shape)));
  listedCells.set(track, cells);
  return cells;
};

/** Of tracks without a period, which many layers share and every measure asks for. */
const listedCells = new WeakMap<Track, readonly Cell[]>();

const placeOf = (index: number, axes: readonly number[], sizes: readonly number[], shape: Shape): readonly number[] => {
  const at = shape.slice(1).map(() => 0);
  let rest = index;
  for (let i = axes.length - 1; i >= 0; i -= 1) {
    const size = sizes[i] ?? 1;
    at[axes[i] ?? 0] = rest % size;
    rest = Math.floor(rest / size);
  }
  return at;
};

/** The first and the last cells along the axis where they see otherwise than the period says; null where none does. */
export const endsOf = ({ strands, shape }: Track): Ends<Cell> | null => {
  const [strand, ...rest] = strands;
  const [part, ...parts] = strand;
  if (rest.length > 0 || parts.length > 0 || !part.ends) return null;
  const { first, last } = part.ends;
  const length = shape[part.axis] ?? 1;
  // Then all cells are listed as phases.
  if (length - first.length - last.length < part.cells.length) return null;
  return first.length + last.length > 0 ? part.ends : null;
};

export const widthOf = (cell: Cell): number => Math.max(0, cell.hi - cell.lo + 1);

/** The largest and the smallest field of a track's phases, in input cells. */
export const sizeOf = (track: Track): { readonly size: number; readonly sizeMin: number } => {
  const [strand, ...rest] = track.strands;
  if (rest.length === 0 && strand.length > 1) return sizeOfSum(track, strand);
  let size = 0;
  let sizeMin = Number.POSITIVE_INFINITY;
  for (const cell of phasesOf(track)) {
    size = Math.max(size, widthOf(cell));
    sizeMin = Math.min(sizeMin, widthOf(cell));
  }
  return { size, sizeMin };
};

/** Parts vary each along its own axis, so their largest meet in some cell. */
const sizeOfSum = ({ shape }: Track, strand: Strand): { readonly size: number; readonly sizeMin: number } => {
  const sizes = strand.map((part) => sizeOf({ strands: [[part]], shape }));
  if (sizes.some(({ size }) => size === 0)) return { size: 0, sizeMin: 0 };
  const all = (widths: readonly number[]): number => widths.reduce((a, b) => a + b - 1);
  return {
    size: all(sizes.map(({ size }) => size)),
    sizeMin: sizes.some(({ sizeMin }) => sizeMin === 0) ? 0 : all(sizes.map(({ sizeMin }) => sizeMin)),
  };
};

/** The mean step between neighbouring cells along the first axis where they see differently; whole unless something upsamples. */
export const strideOf = (track: Track): number => {
  const { strands, shape } = track;
  const [strand, ...rest] = strands;
  const [axis] = axesOf(track);
  if (axis === undefined) return 0;
  const length = shape[axis + 1] ?? 1;
  const part = strand.length === 1 ? strand[0] : strand.find((each) => each.axis === axis + 1);
  if (part?.axis === axis + 1 && (rest.length === 0 || length === 1)) return part.advance / part.cells.length;
  const at = (cell: number) => fieldAt(track, placeOf(cell, [axis], [length], shape));
  const [first, last] = [at(0), at(length - 1)];
  return (last.lo + last.hi - first.lo - first.hi) / 2 / (length - 1);
};

/** The first cell that sees anything, moved back to where cell 0 would be; at an end, by what the cells inside see. */
const firstCell = (track: Track): Cell => {
  const cells = phasesOf(track);
  const phase = cells.findIndex((cell) => !isEmpty(cell));
  const { lo, hi } = cells[phase] ?? EMPTY;
  const back = phase > 0 ? phase * strideOf(track) : 0;
  return { lo: lo - back, hi: hi - back };
};

/** How far the first cell's field reaches out over the input's edge; negative where it starts inside. */
export const paddingOf = (track: Track): number => 0 - firstCell(track).lo;

/** The middle of the first cell's field. */
export const centerOf = (track: Track): number => {
  const { lo, hi } = firstCell(track);
  return (lo + hi) / 2;
};

/**
 * A mean cell 0, its centre and its last input cell: over one period, each field moved back by its cell's steps. Whole numbers are
 * divided once, so equal centres are equal numbers. Null where there is no period, or a bound, whose middle says nothing.
 */
export const meanCellOf = ({ strands, bound }: Track): { readonly center: number; readonly last: number } | null => {
  const [[{ advance, cells }, ...parts], ...rest] = strands;
  if (rest.length > 0 || parts.length > 0 || bound) return null;
  let [firsts, lasts, seeing] = [0, 0, 0];
  cells.forEach((cell, phase) => {
    if (isEmpty(cell)) return;
    firsts += cell.lo * cells.length - phase * advance;
    lasts += cell.hi * cells.length - phase * advance;
    seeing += 1;
  });
  const count = cells.length * seeing;
  return seeing === 0 ? null : { center: (firsts + lasts) / (2 * count), last: lasts / count };
};
