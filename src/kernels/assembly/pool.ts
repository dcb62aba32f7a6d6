// Pools: the largest value or the mean of windows that slide, and of windows that follow from the size of the output. And the way
// back from where the largest stood.

import { firstTap, lastTap } from './depthwise';
import { Adaptive, Mode, Pool, RUN, Unpool } from './instructions';

/**
 * One task: one row of one image of the output; both f32 [images][H][W][stride]. The padding is not read; a mean divides by
 * the cells met, by the window clipped to input and padding (`countPadding`), or by `divisor`.
 */
export function pool(op: Pool, task: i32, scratch: usize): void {
  const n = task / op.outH;
  const y = (task - n * op.outH) * op.strideH - op.top;
  const firstY = firstTap(y, op.dilationH);
  const lastY = lastTap(y, op.dilationH, op.kernelH, op.H);
  const clippedY = min(op.kernelH, (op.H + op.bottom - 1 - y) / op.dilationH + 1);
  let out = op.output + (<usize>(task * op.outW) * op.outputStride << 2);
  for (let outX = 0; outX < op.outW; outX++) {
    const x = outX * op.strideW - op.left;
    const firstX = firstTap(x, op.dilationW);
    const lastX = lastTap(x, op.dilationW, op.kernelW, op.W);
    const clippedX = min(op.kernelW, (op.W + op.right - 1 - x) / op.dilationW + 1);
    const met = max(0, lastY - firstY) * max(0, lastX - firstX);
    const divisor = op.divisor > 0 ? op.divisor : op.countPadding != 0 ? clippedY * clippedX : met;
    summarise(
      op.input + (<usize>((n * op.H + y + firstY * op.dilationH) * op.W + x + firstX * op.dilationW) * op.inputStride << 2),
      max(0, lastY - firstY), <usize>(op.dilationH * op.W) * op.inputStride << 2,
      max(0, lastX - firstX), <usize>op.dilationW * op.inputStride << 2,
      out, op.C, isMean(op.mode), <f32>divisor,
    );
    out += op.outputStride << 2;
  }
}

/** One task: one row of one image. Output cell i of m reads cells floor(i n / m) to ceil((i + 1) n / m) - 1 of n (PyTorch). */
export function adaptive(op: Adaptive, task: i32, scratch: usize): void {
  const n = task / op.outH;
  const i = task - n * op.outH;
  const firstY = (i * op.H) / op.outH;
  const lastY = ((i + 1) * op.H + op.outH - 1) / op.outH;
  let out = op.output + (<usize>(task * op.outW) * op.outputStride << 2);
  for (let j = 0; j < op.outW; j++) {
    const firstX = (j * op.W) / op.outW;
    const lastX = ((j + 1) * op.W + op.outW - 1) / op.outW;
    summarise(
      op.input + (<usize>((n * op.H + firstY) * op.W + firstX) * op.inputStride << 2),
      lastY - firstY, <usize>op.W * op.inputStride << 2, lastX - firstX, <usize>op.inputStride << 2,
      out, op.C, isMean(op.mode), <f32>((lastY - firstY) * (lastX - firstX)),
    );
    out += op.outputStride << 2;
  }
}

function isMean(mode: i32): bool {
  switch (mode) {
    case Mode.max: return false;
    case Mode.mean: return true;
    default: return unreachable();
  }
}

/** C channels of `rows` x `columns` cells, `line` and `cell` bytes apart, to one value each. */
function summarise(
  from: usize, rows: i32, line: usize, columns: i32, cell: usize, out: usize, C: i32, mean: bool, divisor: f32,
): void {
  if (mean) summed(from, rows, line, columns, cell, out, C, divisor);
  else largest(from, rows, line, columns, cell, out, C);
}

function summed(from: usize, rows: i32, line: usize, columns: i32, cell: usize, out: usize, C: i32, divisor: f32): void {
  const by = f32x4.splat(divisor);
  let c = 0;
  // Four vectors at a time: most of the work of a small window is the way around it.
  for (; c + 16 <= C; c += 16) {
    let s0 = f32x4.splat(0);
    let s1 = s0, s2 = s0, s3 = s0;
    let row = from + (c << 2);
    for (let i = 0; i < rows; i++) {
      let at = row;
      for (let j = 0; j < columns; j++) {
        s0 = f32x4.add(s0, v128.load(at));
        s1 = f32x4.add(s1, v128.load(at, 16));
        s2 = f32x4.add(s2, v128.load(at, 32));
        s3 = f32x4.add(s3, v128.load(at, 48));
        at += cell;
      }
      row += line;
    }
    const to = out + (c << 2);
    v128.store(to, f32x4.div(s0, by));
    v128.store(to, f32x4.div(s1, by), 16);
    v128.store(to, f32x4.div(s2, by), 32);
    v128.store(to, f32x4.div(s3, by), 48);
  }
  for (; c < C; c += 4) {
    let sum = f32x4.splat(0);
    let row = from + (c << 2);
    for (let i = 0; i < rows; i++) {
      let at = row;
      for (let j = 0; j < columns; j++) {
        sum = f32x4.add(sum, part(at, C - c));
        at += cell;
      }
      row += line;
    }
    keep(out + (c << 2), f32x4.div(sum, by), C - c);
  }
}

/**
 * The largest of every channel; what is no number counts as the largest. WebAssembly's own maximum takes nine operations for that;
 * comparing, and remembering where all were numbers, takes three.
 */
function largest(from: usize, rows: i32, line: usize, columns: i32, cell: usize, out: usize, C: i32): void {
  const none = f32x4.splat(NaN);
  let c = 0;
  for (; c + 16 <= C; c += 16) {
    let s0 = f32x4.splat(-Infinity);
    let s1 = s0, s2 = s0, s3 = s0;
    let n0 = i32x4.splat(-1);
    let n1 = n0, n2 = n0, n3 = n0;
    let row = from + (c << 2);
    for (let i = 0; i < rows; i++) {
      let at = row;
      for (let j = 0; j < columns; j++) {
        const x0 = v128.load(at), x1 = v128.load(at, 16), x2 = v128.load(at, 32), x3 = v128.load(at, 48);
        s0 = f32x4.pmax(s0, x0);
        s1 = f32x4.pmax(s1, x1);
        s2 = f32x4.pmax(s2, x2);
        s3 = f32x4.pmax(s3, x3);
        n0 = v128.and(n0, f32x4.eq(x0, x0));
        n1 = v128.and(n1, f32x4.eq(x1, x1));
        n2 = v128.and(n2, f32x4.eq(x2, x2));
        n3 = v128.and(n3, f32x4.eq(x3, x3));
        at += cell;
      }
      row += line;
    }
    const to = out + (c << 2);
    s0 = v128.bitselect(s0, none, n0);
    s1 = v128.bitselect(s1, none, n1);
    s2 = v128.bitselect(s2, none, n2);
    s3 = v128.bitselect(s3, none, n3);
    v128.store(to, s0);
    v128.store(to, s1, 16);
    v128.store(to, s2, 32);
    v128.store(to, s3, 48);
  }
  for (; c < C; c += 4) {
    let most = f32x4.splat(-Infinity);
    let numbers = i32x4.splat(-1);
    let row = from + (c << 2);
    for (let i = 0; i < rows; i++) {
      let at = row;
      for (let j = 0; j < columns; j++) {
        const x = part(at, C - c);
        most = f32x4.pmax(most, x);
        numbers = v128.and(numbers, f32x4.eq(x, x));
        at += cell;
      }
      row += line;
    }
    keep(out + (c << 2), v128.bitselect(most, none, numbers), C - c);
  }
}

/** A vector of which there may be fewer values than four: the first of them for all. */
// @ts-ignore: decorator
@inline
function part(at: usize, count: i32): v128 {
  if (count >= 4) return v128.load(at);
  let v = v128.load_splat<f32>(at);
  if (count > 1) v = v128.load_lane<f32>(at, v, 1, 4);
  if (count > 2) v = v128.load_lane<f32>(at, v, 2, 8);
  return v;
}

// @ts-ignore: decorator
@inline
function keep(at: usize, v: v128, count: i32): void {
  if (count >= 4) return v128.store(at, v);
  v128.store_lane<f32>(at, v, 0);
  if (count > 1) v128.store_lane<f32>(at, v, 1, 4);
  if (count > 2) v128.store_lane<f32>(at, v, 2, 8);
}

/**
 * One task: RUN channels of one image. Each value of the input [D][H][W] goes to the cell of the output [outD][outH][outW] where
 * `of`, as large, has the largest value of the window, the first of equals; of windows that share it the last one. All else is 0.
 */
export function unpool(op: Unpool, task: i32, scratch: usize): void {
  const parts = (op.C + RUN - 1) / RUN;
  const n = task / parts;
  const first = (task - n * parts) * RUN;
  const last = min(first + RUN, op.C);
  const places = op.outD * op.outH * op.outW;
  const output = op.output + (<usize>(n * places) * op.outputStride << 2);
  for (let p = 0; p < places; p++) memory.fill(output + (<usize>(p * op.outputStride + first) << 2), 0, (last - first) << 2);
  for (let place = 0; place < op.D * op.H * op.W; place++) {
    const line = place / op.W;
    const slice = line / op.H;
    const z = slice * op.strideD - op.front;
    const y = (line - slice * op.H) * op.strideH - op.top;
    const x = (place - line * op.W) * op.strideW - op.left;
    const from = op.input + (<usize>((n * op.D * op.H * op.W + place) * op.inputStride) << 2);
    for (let c = first; c < last; c++) {
      let best = -1;
      let most: f32 = 0;
      for (let kz = firstTap(z, op.dilationD); kz < lastTap(z, op.dilationD, op.kernelD, op.outD); kz++) {
        for (let ky = firstTap(y, op.dilationH); ky < lastTap(y, op.dilationH, op.kernelH, op.outH); ky++) {
          for (let kx = firstTap(x, op.dilationW); kx < lastTap(x, op.dilationW, op.kernelW, op.outW); kx++) {
            const at = ((z + kz * op.dilationD) * op.outH + y + ky * op.dilationH) * op.outW + x + kx * op.dilationW;
            const value = load<f32>(op.of + (<usize>((n * places + at) * op.ofStride + c) << 2));
            // What is no number stays the largest.
            if (best < 0 || value > most || value != value) {
              best = at;
              most = value;
            }
          }
        }
      }
      if (best >= 0) store<f32>(output + (<usize>(best * op.outputStride + c) << 2), load<f32>(from + (<usize>c << 2)));
    }
  }
}
