// Winograd's convolution of r x r kernels at stride 1: tiles of m x m outputs from n x n inputs, n = m + r - 1, by n² products of
// matrices instead of r² m² multiplications an output: for 3x3 4 times fewer with m = 4, 2.25 with m = 2; for 5x5 2.8 times fewer with
// m = 2 (Lavin and Gray, 2016). Those with n = 6 have their points, 0, 1, -1, 2, -2 and infinity, and so Bᵀ, in common.
//
//   V = Bᵀ d B per tile and channel;  M[e] = V[e] U[e] over the channels, for each e of the n²;  y = Aᵀ M A.
//
// U = G g Gᵀ was worked out when the weights were packed.

import { value } from './activation';
import { Act, Winograd } from './instructions';
import { COLUMNS, microkernel } from './microkernel';

const FLOAT: usize = 4;
const VECTOR: usize = 16;

/**
 * One task: a run of tiles x a run of panels. input: f32 [images][H][W][inputStride], C a multiple of 4; panels: f32 [n²]
 * [panels][1 + C][COLUMNS], the first row of each 0; bias: f32 [filters]; output as input. scratch: a tile, pointers u32
 * [n²][tiles], V f32 [n²][tiles][C], M f32 [n²][tiles][panels of a group * COLUMNS], their matrices {@link apart}.
 */
export function winograd(op: Winograd, task: i32, scratch: usize): void {
  assert((sizeOf(op) == 6 || sizeOf(op) == 4) && op.C % 4 == 0 && op.filters % 4 == 0);
  const size = sizeOf(op);
  const positions = size * size;
  const across = (op.outW + op.m - 1) / op.m;
  const down = (op.outH + op.m - 1) / op.m;
  const first = (task / op.panelTasks) * op.tiles;
  const count = min(op.tiles, op.images * down * across - first);
  const allPanels = (op.filters + COLUMNS - 1) / COLUMNS;
  const firstPanel = (task % op.panelTasks) * op.taskPanels;
  const lastPanel = min(firstPanel + op.taskPanels, allPanels);

  const tile = scratch;
  const pointers = tile + <usize>positions * VECTOR;
  const v = pointers + <usize>(positions * op.tiles) * FLOAT;
  const vApart = apart(op.tiles * op.C);
  const m = v + <usize>positions * vApart;

  for (let i = 0; i < count; i++) {
    const place = (first + i) % (down * across);
    readTile(op, (first + i) / (down * across), (place / across) * op.m - op.top, (place % across) * op.m - op.left, v + <usize>(i * op.C) * FLOAT, vApart, tile);
  }
  for (let e = 0; e < positions; e++)
    for (let i = 0; i < count; i++)
      store<u32>(pointers + <usize>(e * op.tiles + i) * FLOAT, <u32>(v + <usize>e * vApart + <usize>(i * op.C) * FLOAT));

  const panelBytes = <usize>((1 + op.C) * COLUMNS) * FLOAT;
  const width = op.groupPanels * COLUMNS;
  const mApart = apart(op.tiles * width);
  for (let group = firstPanel; group < lastPanel; group += op.groupPanels) {
    const last = min(group + op.groupPanels, lastPanel);
    for (let e = 0; e < positions; e++) {
      const rows = pointers + <usize>(e * op.tiles) * FLOAT;
      const products = m + <usize>e * mApart;
      for (let panel = group; panel < last; panel++) {
        const weights = op.panels + <usize>(e * allPanels + panel) * panelBytes;
        const column = <usize>((panel - group) * COLUMNS) * FLOAT;
        microkernel(count, COLUMNS, 1, op.C, rows, weights, products + column, <usize>width * FLOAT, 0, 0, false, 0, 0);
      }
    }
    const channel = group * COLUMNS;
    const channels = min(last * COLUMNS, op.filters) - channel;
    for (let i = 0; i < count; i++) {
      const place = (first + i) % (down * across);
      writeTile(op, (first + i) / (down * across), (place / across) * op.m, (place % across) * op.m, channel, channels, m + <usize>(i * width) * FLOAT, mApart, tile);
    }
  }
}

/** n: the side of a tile of inputs. */
// @ts-ignore: decorator
@inline
function sizeOf(op: Winograd): i32 {
  return op.m + op.kernel - 1;
}

/** Bytes from one matrix of so many floats to the next: an odd number of cache lines, or all would want the same places of the cache. */
// @ts-ignore: decorator
@inline
function apart(floats: i32): usize {
  return ((<usize>floats * FLOAT + 63) & ~63) | 64;
}

/** V of one tile, for all channels: [n²] rows `next` bytes apart. What lies outside the image is 0. */
function readTile(op: Winograd, n: i32, y: i32, x: i32, v: usize, next: usize, tile: usize): void {
  const size = sizeOf(op);
  const pixel = <usize>op.inputStride * FLOAT;
  const line = <usize>op.W * pixel;
  const inside = y >= 0 && x >= 0 && y + size <= op.H && x + size <= op.W;
  const corner = op.input + <usize>((n * op.H + y) * op.W + x) * pixel;
  for (let c: usize = 0; c < <usize>op.C * FLOAT; c += VECTOR) {
    // Columns of the input, then rows of what comes out.
    if (size == 6) {
      if (inside) for (let j: usize = 0; j < 6; j++) in6(corner + c + j * pixel, line, tile + j * VECTOR, 6 * VECTOR);
      else {
        gather(op, n, y, x, c, tile);
        for (let j: usize = 0; j < 6; j++) in6(tile + j * VECTOR, 6 * VECTOR, tile + j * VECTOR, 6 * VECTOR);
      }
      for (let i: usize = 0; i < 6; i++) in6(tile + i * 6 * VECTOR, VECTOR, v + i * 6 * next + c, next);
    } else {
      if (inside) for (let j: usize = 0; j < 4; j++) in4(corner + c + j * pixel, line, tile + j * VECTOR, 4 * VECTOR);
      else {
        gather(op, n, y, x, c, tile);
        for (let j: usize = 0; j < 4; j++) in4(tile + j * VECTOR, 4 * VECTOR, tile + j * VECTOR, 4 * VECTOR);
      }
      for (let i: usize = 0; i < 4; i++) in4(tile + i * 4 * VECTOR, VECTOR, v + i * 4 * next + c, next);
    }
  }
}

/** Four channels of the n² input cells of a tile at the edge. */
function gather(op: Winograd, n: i32, y: i32, x: i32, c: usize, tile: usize): void {
  const size = sizeOf(op);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const inside = y + i >= 0 && y + i < op.H && x + j >= 0 && x + j < op.W;
      const cell = op.input + <usize>((n * op.H + y + i) * op.W + x + j) * (<usize>op.inputStride * FLOAT) + c;
      v128.store(tile + <usize>(i * size + j) * VECTOR, inside ? v128.load(cell) : f32x4.splat(0));
    }
  }
}

/** The m x m outputs of a tile, for `channels` channels from `channel` on; M has rows `next` bytes apart. */
function writeTile(op: Winograd, n: i32, y: i32, x: i32, channel: i32, channels: i32, m: usize, next: usize, tile: usize): void {
  const size = sizeOf(op);
  const rows = min(op.m, op.outH - y);
  const columns = min(op.m, op.outW - x);
  const pixel = (n * op.outH + y) * op.outW + x;
  const output = op.output + (<usize>pixel * op.outputStride + channel) * FLOAT;
  const residual = op.residual == 0 ? 0 : op.residual + (<usize>pixel * op.residualStride + channel) * FLOAT;
  const clamps = op.act == Act.clamp;
  const least = f32x4.splat(op.alpha);
  const most = f32x4.splat(op.beta);
  for (let c: usize = 0; c < <usize>channels * FLOAT; c += VECTOR) {
    if (op.m == 4) {
      for (let j: usize = 0; j < 6; j++) out6(m + c + j * next, 6 * next, tile + j * VECTOR, 6 * VECTOR);
      for (let i: usize = 0; i < 4; i++) out6(tile + i * 6 * VECTOR, VECTOR, tile + i * 6 * VECTOR, VECTOR);
    } else if (size == 6) {
      for (let j: usize = 0; j < 6; j++) out6by2(m + c + j * next, 6 * next, tile + j * VECTOR, 6 * VECTOR);
      for (let i: usize = 0; i < 2; i++) out6by2(tile + i * 6 * VECTOR, VECTOR, tile + i * 6 * VECTOR, VECTOR);
    } else {
      for (let j: usize = 0; j < 4; j++) out4(m + c + j * next, 4 * next, tile + j * VECTOR, 4 * VECTOR);
      for (let i: usize = 0; i < 2; i++) out4(tile + i * 4 * VECTOR, VECTOR, tile + i * 4 * VECTOR, VECTOR);
    }
    const bias = v128.load(op.bias + <usize>channel * FLOAT + c);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        let result = f32x4.add(v128.load(tile + <usize>(i * size + j) * VECTOR), bias);
        const at = <usize>(i * op.outW + j);
        if (residual != 0) result = f32x4.add(result, v128.load(residual + at * op.residualStride * FLOAT + c));
        if (clamps) result = f32x4.pmin(f32x4.pmax(result, least), most);
        else if (op.act != Act.identity) result = value(result, op.act, op.alpha, op.beta);
        v128.store(output + at * op.outputStride * FLOAT + c, result);
      }
    }
  }
}

/** Bᵀ of n = 6: six values, `step` bytes apart, to six values. */
// @ts-ignore: decorator
@inline
function in6(from: usize, step: usize, to: usize, apart: usize): void {
  const d0 = v128.load(from), d1 = v128.load(from + step), d2 = v128.load(from + 2 * step);
  const d3 = v128.load(from + 3 * step), d4 = v128.load(from + 4 * step), d5 = v128.load(from + 5 * step);
  const four = f32x4.splat(4), two = f32x4.splat(2), five = f32x4.splat(5);
  const a = f32x4.sub(d4, f32x4.mul(four, d2));
  const b = f32x4.sub(d3, f32x4.mul(four, d1));
  const c = f32x4.sub(d4, d2);
  const d = f32x4.mul(two, f32x4.sub(d3, d1));
  v128.store(to, f32x4.add(f32x4.sub(f32x4.mul(four, d0), f32x4.mul(five, d2)), d4));
  v128.store(to + apart, f32x4.add(a, b));
  v128.store(to + 2 * apart, f32x4.sub(a, b));
  v128.store(to + 3 * apart, f32x4.add(c, d));
  v128.store(to + 4 * apart, f32x4.sub(c, d));
  v128.store(to + 5 * apart, f32x4.add(f32x4.sub(f32x4.mul(four, d1), f32x4.mul(five, d3)), d5));
}

/** Aᵀ of n = 6: six values to four. */
// @ts-ignore: decorator
@inline
function out6(from: usize, step: usize, to: usize, apart: usize): void {
  const m0 = v128.load(from), m1 = v128.load(from + step), m2 = v128.load(from + 2 * step);
  const m3 = v128.load(from + 3 * step), m4 = v128.load(from + 4 * step), m5 = v128.load(from + 5 * step);
  const a = f32x4.add(m1, m2), b = f32x4.sub(m1, m2), c = f32x4.add(m3, m4), d = f32x4.sub(m3, m4);
  v128.store(to, f32x4.add(f32x4.add(m0, a), c));
  v128.store(to + apart, f32x4.add(b, f32x4.mul(f32x4.splat(2), d)));
  v128.store(to + 2 * apart, f32x4.add(a, f32x4.mul(f32x4.splat(4), c)));
  v128.store(to + 3 * apart, f32x4.add(f32x4.add(b, f32x4.mul(f32x4.splat(8), d)), m5));
}

/** Aᵀ of n = 6: six values to two. */
// @ts-ignore: decorator
@inline
function out6by2(from: usize, step: usize, to: usize, apart: usize): void {
  const m0 = v128.load(from), m1 = v128.load(from + step), m2 = v128.load(from + 2 * step);
  const m3 = v128.load(from + 3 * step), m4 = v128.load(from + 4 * step), m5 = v128.load(from + 5 * step);
  const a = f32x4.add(m1, m2), b = f32x4.sub(m1, m2), c = f32x4.add(m3, m4), d = f32x4.sub(m3, m4);
  v128.store(to, f32x4.add(f32x4.add(m0, a), c));
  v128.store(to + apart, f32x4.add(f32x4.add(b, f32x4.mul(f32x4.splat(2), d)), m5));
}

/** Bᵀ of n = 4: four values to four. */
// @ts-ignore: decorator
@inline
function in4(from: usize, step: usize, to: usize, apart: usize): void {
  const d0 = v128.load(from), d1 = v128.load(from + step), d2 = v128.load(from + 2 * step), d3 = v128.load(from + 3 * step);
  v128.store(to, f32x4.sub(d0, d2));
  v128.store(to + apart, f32x4.add(d1, d2));
  v128.store(to + 2 * apart, f32x4.sub(d2, d1));
  v128.store(to + 3 * apart, f32x4.sub(d1, d3));
}

/** Aᵀ of n = 4: four values to two. */
// @ts-ignore: decorator
@inline
function out4(from: usize, step: usize, to: usize, apart: usize): void {
  const m0 = v128.load(from), m1 = v128.load(from + step), m2 = v128.load(from + 2 * step), m3 = v128.load(from + 3 * step);
  v128.store(to, f32x4.add(f32x4.add(m0, m1), m2));
  v128.store(to + apart, f32x4.sub(f32x4.sub(m1, m2), m3));
}
