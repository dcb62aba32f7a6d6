// Which cells of an axis a cell of another is made of, where an axis is resized or has a border. For both backends; no values.

import type { Coordinates, OperatorOf, Rounding } from '../core/operator.js';

/** The cell of `size` that a place before, in or behind them shows. */
export const BORDERS: Readonly<Record<OperatorOf<'pad'>['by'], (at: number, size: number) => number>> = {
  zero: (at) => at,
  reflect: (at, size) => (at < 0 ? -at : at < size ? at : 2 * (size - 1) - at),
  replicate: (at, size) => Math.min(Math.max(at, 0), size - 1),
  circular: (at, size) => (at + size) % size,
};

/** A cell of the input, and its part in a cell of the output. */
export interface Tap {
  readonly cell: number;
  readonly weight: number;
}

/** The point of n cells that cell i of m stands for. */
const POINTS: Readonly<Record<Coordinates, (i: number, n: number, m: number, scale: number) => number>> = {
  asymmetric: (i, _n, _m, scale) => i / scale,
  half_pixel: (i, _n, _m, scale) => (i + 0.5) / scale - 0.5,
  align_corners: (i, n, m) => (m > 1 ? (i * (n - 1)) / (m - 1) : 0),
};

const ROUNDINGS: Readonly<Record<Rounding, (point: number) => number>> = {
  floor: Math.floor,
  ceil: Math.ceil,
  round_prefer_floor: (point) => Math.ceil(point - 0.5),
  round_prefer_ceil: (point) => Math.floor(point + 0.5),
};

/** A point that is a whole or a half but for the rounding of doubles is meant to be one: 7 / (14 / 6) is 3. */
const settled = (point: number): number => {
  const near = Math.round(2 * point) / 2;
  return Math.abs(point - near) < 1e-9 * Math.max(1, Math.abs(point)) ? near : point;
};

/** What every cell of every axis of the output is made of. The axes stand at the end of those of `scale`. */
export const tapsOf = (
  operator: OperatorOf<'upsample'>,
  sizes: readonly number[],
  output: readonly number[],
): readonly (readonly (readonly Tap[])[])[] => {
  const { scale = [], coordinates } = operator;
  return sizes.map((n, axis) => {
    const m = output[axis] ?? n;
    const asked = scale[axis - (sizes.length - scale.length)];
    return Array.from({ length: m }, (_, i) => axisTaps(operator, POINTS[coordinates](i, n, m, asked ?? m / n), n));
  });
};

const axisTaps = (
  { mode, rounding = 'floor', a = -0.75, excludeOutside = false }: OperatorOf<'upsample'>,
  point: number,
  n: number,
): Tap[] => {
  const inside = (cell: number): number => Math.min(Math.max(cell, 0), n - 1);
  switch (mode) {
    case 'nearest':
      return [{ cell: inside(ROUNDINGS[rounding](settled(point))), weight: 1 }];
    case 'cubic': {
      const first = Math.floor(point) - 1;
      const taps = [0, 1, 2, 3].map((k) => ({ cell: first + k, weight: cubic(Math.abs(point - first - k), a) }));
      if (!excludeOutside) return taps.map(({ cell, weight }) => ({ cell: inside(cell), weight }));
      const met = taps.filter(({ cell }) => cell === inside(cell));
      const whole = met.reduce((sum, { weight }) => sum + weight, 0);
      return met.map(({ cell, weight }) => ({ cell, weight: weight / whole }));
    }
    case 'linear': {
      const at = Math.max(0, point);
      const cell = inside(Math.floor(at));
      const weight = at - cell;
      return weight === 0
        ? [{ cell, weight: 1 }]
        : [
            { cell, weight: 1 - weight },
            { cell: inside(cell + 1), weight },
          ];
    }
  }
};

/** The weight of a cell at a distance below 2. */
const cubic = (t: number, a: number): number =>
  t <= 1 ? ((a + 2) * t - (a + 3)) * t * t + 1 : ((a * t - 5 * a) * t + 8 * a) * t - 4 * a;
