// What the reference computes with: float64 values of a batch, and loops over three axes whatever the rank. No operators.

import { product } from '../../core/shape.js';
import { POINT, type Window } from '../../core/window.js';

/** float64 values in PyTorch's order, the batch first: [N, C, ...spatial] or [N, features]. */
export interface Values {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export const zeros = (shape: readonly number[]): Values => ({
  shape,
  data: new Float64Array(shape.reduce((a, b) => a * b, 1)),
});

/** A volume as depth x height x width, of which axes that it lacks are 1: so one set of loops serves 1-D, 2-D and 3-D. */
export interface Volume {
  readonly N: number;
  readonly C: number;
  readonly D: number;
  readonly H: number;
  readonly W: number;
  /** Cells of one channel. */
  readonly cells: number;
  readonly data: Float64Array;
}

export const volume = ({ shape, data }: Values): Volume => {
  const [N = 1, C = 1, ...sizes] = shape;
  const [D = 1, H = 1, W = 1] = [...Array<number>(3 - sizes.length).fill(1), ...sizes];
  return { N, C, D, H, W, cells: D * H * W, data };
};

/** Windows along depth, height and width. */
export const windows3 = (windows: readonly Window[]): readonly [Window, Window, Window] => {
  const [d = POINT, h = POINT, w = POINT] = [...Array<Window>(3 - windows.length).fill(POINT), ...windows];
  return [d, h, w];
};

/** Calls back for every cell of an output: its place, and its index in one channel. */
export const eachCell = ({ D, H, W }: Volume, visit: (d: number, h: number, w: number, cell: number) => void): void => {
  let cell = 0;
  for (let d = 0; d < D; d++) for (let h = 0; h < H; h++) for (let w = 0; w < W; w++) visit(d, h, w, cell++);
};

/** Calls back for the taps of a window at output place (d, h, w) that lie inside the input: tap's index, input cell's index. */
export const eachTap = (
  input: Volume,
  [wd, wh, ww]: readonly [Window, Window, Window],
  [d, h, w]: readonly [number, number, number],
  visit: (tap: number, cell: number) => void,
): void => {
  for (let kd = 0; kd < wd.kernel; kd++) {
    const z = d * wd.stride - wd.before + kd * wd.dilation;
    if (z < 0 || z >= input.D) continue;
    for (let kh = 0; kh < wh.kernel; kh++) {
      const y = h * wh.stride - wh.before + kh * wh.dilation;
      if (y < 0 || y >= input.H) continue;
      for (let kw = 0; kw < ww.kernel; kw++) {
        const x = w * ww.stride - ww.before + kw * ww.dilation;
        if (x < 0 || x >= input.W) continue;
        visit((kd * wh.kernel + kh) * ww.kernel + kw, (z * input.H + y) * input.W + x);
      }
    }
  }
};

/** The indices of the values that differ only along those axes (the channels being 0), a list for each place along the others, in order. */
export function* along(axes: readonly number[], { shape }: Values): Iterable<Uint32Array> {
  const steps = shape.map((_, axis) => product(shape.slice(axis + 1)));
  const own = (axis: number): boolean => axes.includes(axis - 1);
  const indices = (wanted: boolean): readonly number[] =>
    shape.reduce<readonly number[]>(
      (all, size, axis) =>
        own(axis) === wanted
          ? all.flatMap((index) => Array.from({ length: size }, (_, i) => index + i * (steps[axis] as number)))
          : all,
      [0],
    );
  const within = Uint32Array.from(indices(true));
  for (const first of indices(false)) yield within.map((index) => first + index);
}
