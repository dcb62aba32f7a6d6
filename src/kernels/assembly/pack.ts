// Weights as the microkernel reads them, from the order that files have: panels, and Winograd's U. Runs once, when a network is
// opened. Four filters side by side are one vector; source and target are both read and written forwards.

import { Pack, Transform } from './instructions';
import { COLUMNS } from './microkernel';

const FLOAT: usize = 4;
const VECTOR: usize = 16;

/**
 * One task: a panel. weights: f32 [groups * filters][depth][taps]; scale, shift: f32 [groups * filters]; output: f32 [panels]
 * [1 + taps * depth][COLUMNS]: the shift, then weights times scale. Columns beyond the filters are left as they are.
 */
export function pack(op: Pack, task: i32, scratch: usize): void {
  const perGroup = (op.filters + COLUMNS - 1) / COLUMNS;
  const group = task / perGroup;
  const column = (task - group * perGroup) * COLUMNS;
  const columns = min(COLUMNS, op.filters - column);
  const first = group * op.filters + column;
  const rowBytes = <usize>COLUMNS * FLOAT;
  const filterBytes = <usize>(op.depth * op.taps) * FLOAT;
  const tapBytes = <usize>op.depth * rowBytes;
  const output = op.output + <usize>task * (<usize>(1 + op.taps * op.depth) * rowBytes);
  const weights = op.weights + <usize>first * filterBytes;
  const scale = op.scale + <usize>first * FLOAT;
  memory.copy(output, op.shift + <usize>first * FLOAT, <usize>columns * FLOAT);
  let j = 0;
  for (; j + 4 <= columns; j += 4) {
    const factor = v128.load(scale + <usize>j * FLOAT);
    let from = weights + <usize>j * filterBytes;
    let row = output + rowBytes + <usize>j * FLOAT;
    let c = 0;
    if (op.taps == 1)
      for (; c + 4 <= op.depth; c += 4) {
        turn(from, filterBytes, row, rowBytes, factor);
        from += VECTOR;
        row += 4 * rowBytes;
      }
    for (; c < op.depth; c++) {
      let to = row;
      for (let tap = 0; tap < op.taps; tap++) {
        v128.store(to, f32x4.mul(four(from, filterBytes), factor));
        from += FLOAT;
        to += tapBytes;
      }
      row += rowBytes;
    }
  }
  for (; j < columns; j++) {
    const factor = load<f32>(scale + <usize>j * FLOAT);
    let from = weights + <usize>j * filterBytes;
    let row = output + rowBytes + <usize>j * FLOAT;
    for (let c = 0; c < op.depth; c++) {
      let to = row;
      for (let tap = 0; tap < op.taps; tap++) {
        store<f32>(to, load<f32>(from) * factor);
        from += FLOAT;
        to += tapBytes;
      }
      row += rowBytes;
    }
  }
}

/**
 * One task: a panel. U = G g Gᵀ times scale (Lavin and Gray, 2016). weights: f32 [filters][C][r][r], filters a multiple of 4;
 * scale: f32 [filters]; output: f32 [n²][panels][1 + C][COLUMNS], the first row of each panel left as it is.
 */
export function transform(op: Transform, task: i32, scratch: usize): void {
  const rowBytes = <usize>COLUMNS * FLOAT;
  const panelBytes = <usize>(1 + op.C) * rowBytes;
  const apart = <usize>((op.filters + COLUMNS - 1) / COLUMNS) * panelBytes;
  const r: usize = op.kernel;
  const n: usize = op.m + op.kernel - 1;
  const taps = op.kernel * op.kernel;
  const filterBytes = <usize>(op.C * taps) * FLOAT;
  const first = task * COLUMNS;
  const columns = min(COLUMNS, op.filters - first);
  for (let c = 0; c < op.C; c++) {
    for (let j = 0; j < columns; j += 4) {
      const filter = <usize>(first + j);
      const from = op.weights + filter * filterBytes + <usize>(c * taps) * FLOAT;
      const factor = v128.load(op.scale + filter * FLOAT);
      const to = op.output + <usize>task * panelBytes + <usize>(1 + c) * rowBytes + <usize>j * FLOAT;
      // Columns of g, then rows of what comes out.
      for (let x: usize = 0; x < r; x++) {
        for (let y: usize = 0; y < r; y++) v128.store(scratch + y * VECTOR, f32x4.mul(four(from + (y * r + x) * FLOAT, filterBytes), factor));
        spread(scratch, <i32>n, <i32>r, scratch + (r + x) * VECTOR, r * VECTOR);
      }
      for (let i: usize = 0; i < n; i++) spread(scratch + (r + i * r) * VECTOR, <i32>n, <i32>r, to + i * n * apart, apart);
    }
  }
}

/** G: the r values from `from` on to n, `apart` bytes apart. */
// @ts-ignore: decorator
@inline
function spread(from: usize, n: i32, r: i32, to: usize, apart: usize): void {
  const a = v128.load(from), b = v128.load(from, 16), d = v128.load(from, 32);
  if (r == 5) spread6of5(a, b, d, v128.load(from, 48), v128.load(from, 64), to, apart);
  else if (n == 6) spread6(a, b, d, to, apart);
  else spread4(a, b, d, to, apart);
}

/** Four values of four filters, turned: values of a filter stand one behind the other, and come to lie `rowBytes` apart. */
// @ts-ignore: decorator
@inline
export function turn(from: usize, filterBytes: usize, to: usize, rowBytes: usize, factor: v128): void {
  const a = v128.load(from), b = v128.load(from + filterBytes);
  const c = v128.load(from + 2 * filterBytes), d = v128.load(from + 3 * filterBytes);
  const ab = i32x4.shuffle(a, b, 0, 4, 1, 5), cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const more = i32x4.shuffle(a, b, 2, 6, 3, 7), rest = i32x4.shuffle(c, d, 2, 6, 3, 7);
  v128.store(to, f32x4.mul(i64x2.shuffle(ab, cd, 0, 2), factor));
  v128.store(to + rowBytes, f32x4.mul(i64x2.shuffle(ab, cd, 1, 3), factor));
  v128.store(to + 2 * rowBytes, f32x4.mul(i64x2.shuffle(more, rest, 0, 2), factor));
  v128.store(to + 3 * rowBytes, f32x4.mul(i64x2.shuffle(more, rest, 1, 3), factor));
}

/** One value of four filters. */
// @ts-ignore: decorator
@inline
export function four(from: usize, apart: usize): v128 {
  let v = v128.load32_zero(from);
  v = v128.load_lane<f32>(from + apart, v, 1);
  v = v128.load_lane<f32>(from + 2 * apart, v, 2);
  return v128.load_lane<f32>(from + 3 * apart, v, 3);
}

/** G of F(4x4, 3x3): three values to six. */
// @ts-ignore: decorator
@inline
function spread6(a: v128, b: v128, d: v128, to: usize, apart: usize): void {
  const sixth = f32x4.splat(1 / 6);
  const sum = f32x4.mul(f32x4.add(a, d), f32x4.splat(-1 / 6));
  const middle = f32x4.mul(b, sixth);
  const outer = f32x4.add(f32x4.mul(a, f32x4.splat(1 / 24)), f32x4.mul(d, sixth));
  const inner = f32x4.mul(b, f32x4.splat(1 / 12));
  v128.store(to, f32x4.mul(a, f32x4.splat(0.25)));
  v128.store(to + apart, f32x4.sub(sum, middle));
  v128.store(to + 2 * apart, f32x4.add(sum, middle));
  v128.store(to + 3 * apart, f32x4.add(outer, inner));
  v128.store(to + 4 * apart, f32x4.sub(outer, inner));
  v128.store(to + 5 * apart, d);
}

/** G of F(2x2, 5x5): five values to six. */
// @ts-ignore: decorator
@inline
function spread6of5(a: v128, b: v128, d: v128, e: v128, f: v128, to: usize, apart: usize): void {
  const even = f32x4.add(f32x4.add(a, d), f), odd = f32x4.add(b, e);
  const outer = f32x4.add(f32x4.add(a, f32x4.mul(d, f32x4.splat(4))), f32x4.mul(f, f32x4.splat(16)));
  const inner = f32x4.add(f32x4.mul(b, f32x4.splat(2)), f32x4.mul(e, f32x4.splat(8)));
  const sixth = f32x4.splat(-1 / 6), least = f32x4.splat(1 / 24);
  v128.store(to, f32x4.mul(a, f32x4.splat(0.25)));
  v128.store(to + apart, f32x4.mul(f32x4.add(even, odd), sixth));
  v128.store(to + 2 * apart, f32x4.mul(f32x4.sub(even, odd), sixth));
  v128.store(to + 3 * apart, f32x4.mul(f32x4.add(outer, inner), least));
  v128.store(to + 4 * apart, f32x4.mul(f32x4.sub(outer, inner), least));
  v128.store(to + 5 * apart, f);
}

/** G of F(2x2, 3x3): three values to four. */
// @ts-ignore: decorator
@inline
function spread4(a: v128, b: v128, d: v128, to: usize, apart: usize): void {
  const half = f32x4.splat(0.5);
  const sum = f32x4.mul(f32x4.add(a, d), half);
  const middle = f32x4.mul(b, half);
  v128.store(to, a);
  v128.store(to + apart, f32x4.add(sum, middle));
  v128.store(to + 2 * apart, f32x4.sub(sum, middle));
  v128.store(to + 3 * apart, d);
}
