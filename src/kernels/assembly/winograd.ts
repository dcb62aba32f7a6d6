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
import { in4, in6, out4, out6, out6by2, WIDTH } from './transforms';

const FLOAT: usize = 4;

/**
 * One task: a run of tiles x a run of panels. input: f32 [images][H][W][inputStride], C and filters multiples of 8; panels: f32 [n²]
 * [panels][1 + C][COLUMNS], the first row of each 0; bias: f32 [filters]; output as input. scratch: a tile, pointers u32
 * [n²][tiles], V f32 [n²][tiles][C], M f32 [n²][tiles][panels of a group * COLUMNS], their matrices {@link apart}.
 */
export function winograd(op: Winograd, task: i32, scratch: usize): void {
  assert((sizeOf(op) == 6 || sizeOf(op) == 4) && op.C % 8 == 0 && op.filters % 8 == 0);
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
  const pointers = tile + <usize>positions * WIDTH;
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
  for (let c: usize = 0; c < <usize>op.C * FLOAT; c += WIDTH) {
    // Columns of the input, then rows of what comes out.
    if (size == 6) {
      if (inside) for (let j: usize = 0; j < 6; j++) in6(corner + c + j * pixel, line, tile + j * WIDTH, 6 * WIDTH);
      else {
        gather(op, n, y, x, c, tile);
        for (let j: usize = 0; j < 6; j++) in6(tile + j * WIDTH, 6 * WIDTH, tile + j * WIDTH, 6 * WIDTH);
      }
      for (let i: usize = 0; i < 6; i++) in6(tile + i * 6 * WIDTH, WIDTH, v + i * 6 * next + c, next);
    } else {
      if (inside) for (let j: usize = 0; j < 4; j++) in4(corner + c + j * pixel, line, tile + j * WIDTH, 4 * WIDTH);
      else {
        gather(op, n, y, x, c, tile);
        for (let j: usize = 0; j < 4; j++) in4(tile + j * WIDTH, 4 * WIDTH, tile + j * WIDTH, 4 * WIDTH);
      }
      for (let i: usize = 0; i < 4; i++) in4(tile + i * 4 * WIDTH, WIDTH, v + i * 4 * next + c, next);
    }
  }
}

/** WIDTH bytes of channels of the n² input cells of a tile at the edge. */
function gather(op: Winograd, n: i32, y: i32, x: i32, c: usize, tile: usize): void {
  const size = sizeOf(op);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const inside = y + i >= 0 && y + i < op.H && x + j >= 0 && x + j < op.W;
      const cell = op.input + <usize>((n * op.H + y + i) * op.W + x + j) * (<usize>op.inputStride * FLOAT) + c;
      for (let k: usize = 0; k < WIDTH; k += 16) v128.store(tile + <usize>(i * size + j) * WIDTH + k, inside ? v128.load(cell + k) : f32x4.splat(0));
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
  for (let c: usize = 0; c < <usize>channels * FLOAT; c += WIDTH) {
    if (op.m == 4) {
      for (let j: usize = 0; j < 6; j++) out6(m + c + j * next, 6 * next, tile + j * WIDTH, 6 * WIDTH);
      for (let i: usize = 0; i < 4; i++) out6(tile + i * 6 * WIDTH, WIDTH, tile + i * 6 * WIDTH, WIDTH);
    } else if (size == 6) {
      for (let j: usize = 0; j < 6; j++) out6by2(m + c + j * next, 6 * next, tile + j * WIDTH, 6 * WIDTH);
      for (let i: usize = 0; i < 2; i++) out6by2(tile + i * 6 * WIDTH, WIDTH, tile + i * 6 * WIDTH, WIDTH);
    } else {
      for (let j: usize = 0; j < 4; j++) out4(m + c + j * next, 4 * next, tile + j * WIDTH, 4 * WIDTH);
      for (let i: usize = 0; i < 2; i++) out4(tile + i * 4 * WIDTH, WIDTH, tile + i * 4 * WIDTH, WIDTH);
    }
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const at = <usize>(i * op.outW + j);
        const from = tile + <usize>(i * size + j) * WIDTH;
        const to = output + at * op.outputStride * FLOAT + c;
        const bias = op.bias + <usize>channel * FLOAT + c;
        const other = residual == 0 ? 0 : residual + at * op.residualStride * FLOAT + c;
        let a = f32x4.add(v128.load(from), v128.load(bias));
        let b = a;
        if (WIDTH == 32) b = f32x4.add(v128.load(from, 16), v128.load(bias, 16));
        if (residual != 0) {
          a = f32x4.add(a, v128.load(other));
          if (WIDTH == 32) b = f32x4.add(b, v128.load(other, 16));
        }
        if (clamps) {
          a = f32x4.pmin(f32x4.pmax(a, least), most);
          if (WIDTH == 32) b = f32x4.pmin(f32x4.pmax(b, least), most);
        } else if (op.act != Act.identity) {
          a = value(a, op.act, op.alpha, op.beta);
          if (WIDTH == 32) b = value(b, op.act, op.alpha, op.beta);
        }
        v128.store(to, a);
        if (WIDTH == 32) v128.store(to, b, 16);
      }
    }
  }
}
