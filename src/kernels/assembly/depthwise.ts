// Depthwise convolution: each channel with a kernel of its own. Eight channels of four neighbouring outputs at a time.

import { finish } from './activation';
import { Act, Depthwise } from './instructions';
import { multiplyAdd } from './arithmetic';

/**
 * One task: one row of one image of the output. input: f32 [images][H][W][inputStride]; output: f32 [images][outH][outW]
 * [outputStride]; weights: f32 [1 + taps][C rounded up to 4], the first row the bias.
 */
export function depthwise(op: Depthwise, task: i32, scratch: usize): void {
  const n = task / op.outH;
  const outY = task - n * op.outH;
  const y = outY * op.strideH - op.top;
  // Taps outside the image are skipped.
  const firstY = firstTap(y, op.dilationH);
  const lastY = lastTap(y, op.dilationH, op.kernelH, op.H);
  const output = op.output + (<usize>(task * op.outW) * op.outputStride << 2);
  for (let outX = 0; outX < op.outW; ) {
    const x = outX * op.strideW - op.left;
    const firstX = firstTap(x, op.dilationW);
    const lastX = lastTap(x, op.dilationW, op.kernelW, op.W);
    const from = op.input + (<usize>((n * op.H + y + firstY * op.dilationH) * op.W + x + firstX * op.dilationW) * op.inputStride << 2);
    const out = output + (<usize>outX * op.outputStride << 2);
    const weights = op.weights + (<usize>(1 + firstY * op.kernelW + firstX) * width(op) << 2);
    const last = x + 3 * op.strideW;
    if (outX + 4 <= op.outW && x >= 0 && last + (op.kernelW - 1) * op.dilationW < op.W) {
      four(op, from, weights, lastY - firstY, out);
      outX += 4;
    } else {
      single(op, from, weights, lastY - firstY, lastX - firstX, out);
      outX += 1;
    }
  }
  if (op.act != Act.identity) finish(output, op.outputStride << 2, 0, 0, op.outW, op.C, op.act, op.alpha, op.beta);
}

/** Floats of one tap of all channels. */
// @ts-ignore: decorator
@inline
function width(op: Depthwise): i32 {
  return (op.C + 3) & ~3;
}

/** Four neighbouring outputs: every weight is read once for the four. `rows` lines of whole kernels from `from` on. */
function four(op: Depthwise, from: usize, weights: usize, rows: i32, out: usize): void {
  const tap: usize = width(op) << 2;
  const apart: usize = op.strideW * op.inputStride << 2;
  const step: usize = op.dilationW * op.inputStride << 2;
  const line: usize = op.dilationH * op.W * op.inputStride << 2;
  const next: usize = op.outputStride << 2;
  const kernel = op.kernelW;
  let c: usize = 0;
  const bytes: usize = op.C << 2;
  for (; c + 32 <= bytes; c += 32) {
    let a0 = v128.load(op.weights + c), b0 = v128.load(op.weights + c, 16);
    let a1 = a0, a2 = a0, a3 = a0, b1 = b0, b2 = b0, b3 = b0;
    let row = from + c;
    let w = weights + c;
    for (let i = 0; i < rows; i++) {
      let at = row;
      for (let j = 0; j < kernel; j++) {
        const u = v128.load(w), v = v128.load(w, 16);
        a0 = multiplyAdd(v128.load(at), u, a0);
        b0 = multiplyAdd(v128.load(at, 16), v, b0);
        a1 = multiplyAdd(v128.load(at + apart), u, a1);
        b1 = multiplyAdd(v128.load(at + apart, 16), v, b1);
        a2 = multiplyAdd(v128.load(at + 2 * apart), u, a2);
        b2 = multiplyAdd(v128.load(at + 2 * apart, 16), v, b2);
        a3 = multiplyAdd(v128.load(at + 3 * apart), u, a3);
        b3 = multiplyAdd(v128.load(at + 3 * apart, 16), v, b3);
        at += step;
        w += tap;
      }
      row += line;
    }
    const to = out + c;
    v128.store(to, a0);
    v128.store(to, b0, 16);
    v128.store(to + next, a1);
    v128.store(to + next, b1, 16);
    v128.store(to + 2 * next, a2);
    v128.store(to + 2 * next, b2, 16);
    v128.store(to + 3 * next, a3);
    v128.store(to + 3 * next, b3, 16);
  }
  if (c < bytes)
    for (let i: usize = 0; i < 4; i++) channels(op, from + i * apart, weights, rows, kernel, out + i * next, c, tap, step, line);
}

/** One output, of `rows` x `columns` taps that lie inside the image. */
function single(op: Depthwise, from: usize, weights: usize, rows: i32, columns: i32, out: usize): void {
  const tap: usize = width(op) << 2;
  channels(op, from, weights, rows, columns, out, 0, tap, op.dilationW * op.inputStride << 2, op.dilationH * op.W * op.inputStride << 2);
}

/** One output's channels from byte `c` on. */
function channels(
  op: Depthwise, from: usize, weights: usize, rows: i32, columns: i32, out: usize, c: usize, tap: usize, step: usize, line: usize,
): void {
  const bytes: usize = op.C << 2;
  const nextRow: usize = <usize>op.kernelW * tap;
  for (; c + 16 <= bytes; c += 16) {
    let sum = v128.load(op.weights + c);
    let row = from + c;
    let line_ = weights + c;
    for (let i = 0; i < rows; i++) {
      let at = row;
      let w = line_;
      for (let j = 0; j < columns; j++) {
        sum = multiplyAdd(v128.load(at), v128.load(w), sum);
        at += step;
        w += tap;
      }
      row += line;
      line_ += nextRow;
    }
    v128.store(out + c, sum);
  }
  for (; c < bytes; c += 4) {
    let sum = load<f32>(op.weights + c);
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++)
        sum += load<f32>(from + c + <usize>i * line + <usize>j * step) * load<f32>(weights + c + <usize>i * nextRow + <usize>j * tap);
    store<f32>(out + c, sum);
  }
}

/** The first tap of a window starting at `start` that is not before the image. */
export function firstTap(start: i32, dilation: i32): i32 {
  return start >= 0 ? 0 : (dilation - 1 - start) / dilation;
}

/** The tap behind the last that lies in an image of `size`. */
export function lastTap(start: i32, dilation: i32, kernel: i32, size: i32): i32 {
  return start >= size ? 0 : min(kernel, (size - 1 - start) / dilation + 1);
}
