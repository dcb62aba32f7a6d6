// Depthwise convolution: each channel with a kernel of its own. Kernels that many networks have slide over a row (sliding.js); others make
// eight channels of four neighbouring outputs at a time.

import { finish } from './activation';
import { Act, Depthwise } from './instructions';
import { multiplyAdd } from './arithmetic';
import { sweep, sweeps, three1, three2, threeByTwo1, threeByTwo2, VECTORS } from './sliding';

/** Bytes of a vector, and of a block of 8 channels of weights. */
const VECTOR: usize = 16;
const BLOCK: usize = 32;

/**
 * One task: one row of one image of the output. input: f32 [images][H][W][inputStride]; output: f32 [images][outH][outW]
 * [outputStride]; weights: f32 [C / 8, rounded up][1 + taps][8], the bias before the taps. scratch: BLOCK bytes, for zeros.
 */
export function depthwise(op: Depthwise, task: i32, scratch: usize): void {
  const n = task / op.outH;
  const outY = task - n * op.outH;
  const y = outY * op.strideH - op.top;
  const output = op.output + (<usize>(task * op.outW) * op.outputStride << 2);
  const limits = op.act == Act.clamp;
  const least: f32 = limits ? op.alpha : -Infinity;
  const most: f32 = limits ? op.beta : Infinity;
  let vectors: usize = <usize>(op.C & ~3) << 2;
  v128.store(scratch, f32x4.splat(0));
  v128.store(scratch, f32x4.splat(0), VECTOR);
  if (slides(op)) slide(op, n, y, output, vectors, scratch, least, most);
  else if (op.dilationW == 1 && sweeps(op.kernelW, op.strideW)) lines(op, n, y, output, vectors, scratch, least, most);
  else vectors = 0;
  if (vectors < <usize>op.C << 2) {
    windows(op, n, y, output, vectors);
    if (limits) finish(output + vectors, op.outputStride << 2, 0, 0, op.outW, op.C - <i32>(vectors >> 2), op.act, op.alpha, op.beta);
  }
  if (!limits && op.act != Act.identity) finish(output, op.outputStride << 2, 0, 0, op.outW, op.C, op.act, op.alpha, op.beta);
}

/** Whether the kernel is 3x3, every column is seen by an output, and no output lies so far in the padding that it sees none. */
// @ts-ignore: decorator
@inline
function slides(op: Depthwise): bool {
  if (op.kernelH != 3 || op.kernelW != 3 || op.dilationW != 1 || op.left < 0) return false;
  if (op.strideW == 1) return op.left <= 2 && op.outW <= op.W + op.left && op.outW >= op.W + op.left - 2;
  return op.strideW == 2 && op.left <= 1 && (op.outW - 1) * 2 - op.left < op.W;
}

/** A row of outputs, channels of `bytes` bytes, from three rows of which those outside the image are zeros. */
function slide(op: Depthwise, n: i32, y: i32, output: usize, bytes: usize, zeros: usize, least: f32, most: f32): void {
  const pixel: usize = op.inputStride << 2;
  const next: usize = op.outputStride << 2;
  const below = y + op.dilationH, last = below + op.dilationH;
  const in0 = y >= 0 && y < op.H, in1 = below >= 0 && below < op.H, in2 = last >= 0 && last < op.H;
  const s0: usize = in0 ? pixel : 0, s1: usize = in1 ? pixel : 0, s2: usize = in2 ? pixel : 0;
  const line: usize = <usize>op.W * pixel;
  const image = op.input + <usize>(n * op.H) * line;
  for (let c: usize = 0; c < bytes; ) {
    const p0 = in0 ? image + <usize>y * line + c : zeros;
    const p1 = in1 ? image + <usize>below * line + c : zeros;
    const p2 = in2 ? image + <usize>last * line + c : zeros;
    const weights = op.weights + (c / BLOCK) * (10 * BLOCK) + c % BLOCK;
    if (VECTORS == 2 && c + BLOCK <= bytes) {
      if (op.strideW == 1) three2(p0, p1, p2, s0, s1, s2, weights, output + c, next, op.W, op.left, op.outW, least, most);
      else threeByTwo2(p0, p1, p2, s0, s1, s2, weights, output + c, next, op.W, op.left, op.outW, least, most);
      c += BLOCK;
    } else {
      if (op.strideW == 1) three1(p0, p1, p2, s0, s1, s2, weights, output + c, next, op.W, op.left, op.outW, least, most);
      else threeByTwo1(p0, p1, p2, s0, s1, s2, weights, output + c, next, op.W, op.left, op.outW, least, most);
      c += VECTOR;
    }
  }
}

/** The same of kernels that go line after line. Lines outside the image are skipped. */
function lines(op: Depthwise, n: i32, y: i32, output: usize, bytes: usize, zeros: usize, least: f32, most: f32): void {
  const pixel: usize = op.inputStride << 2;
  const next: usize = op.outputStride << 2;
  const firstY = firstTap(y, op.dilationH);
  const rows = lastTap(y, op.dilationH, op.kernelH, op.H) - firstY;
  const image = op.input + <usize>((n * op.H + y + firstY * op.dilationH) * op.W) * pixel;
  const line = <usize>(op.dilationH * op.W) * pixel;
  for (let c: usize = 0; c < bytes; ) {
    const paired = VECTORS == 2 && c + BLOCK <= bytes;
    const bias = op.weights + (c / BLOCK) * apart(op) + c % BLOCK;
    const weights = bias + <usize>(1 + firstY * op.kernelW) * BLOCK;
    sweep(
      op.kernelW, op.strideW, paired, image + c, rows, line, pixel, zeros, weights, bias, output + c, next, op.W, op.left, op.outW, least, most,
    );
    c += paired ? BLOCK : VECTOR;
  }
}

/** A row of outputs, channels from byte `c` on, window by window. */
function windows(op: Depthwise, n: i32, y: i32, output: usize, c: usize): void {
  // Taps outside the image are skipped.
  const firstY = firstTap(y, op.dilationH);
  const lastY = lastTap(y, op.dilationH, op.kernelH, op.H);
  for (let outX = 0; outX < op.outW; ) {
    const x = outX * op.strideW - op.left;
    const firstX = firstTap(x, op.dilationW);
    const lastX = lastTap(x, op.dilationW, op.kernelW, op.W);
    const from = op.input + (<usize>((n * op.H + y + firstY * op.dilationH) * op.W + x + firstX * op.dilationW) * op.inputStride << 2);
    const out = output + (<usize>outX * op.outputStride << 2);
    const weights = op.weights + <usize>(1 + firstY * op.kernelW + firstX) * BLOCK;
    const last = x + 3 * op.strideW;
    if (outX + 4 <= op.outW && x >= 0 && last + (op.kernelW - 1) * op.dilationW < op.W) {
      four(op, from, weights, lastY - firstY, out, c);
      outX += 4;
    } else {
      channels(op, from, weights, lastY - firstY, lastX - firstX, out, c);
      outX += 1;
    }
  }
}

/** Bytes from one block of weights to the next. */
// @ts-ignore: decorator
@inline
function apart(op: Depthwise): usize {
  return <usize>(1 + op.kernelH * op.kernelW) * BLOCK;
}

/** Four neighbouring outputs: every weight is read once for the four. `rows` lines of whole kernels from `from` on. */
function four(op: Depthwise, from: usize, weights: usize, rows: i32, out: usize, c: usize): void {
  const cell: usize = op.strideW * op.inputStride << 2;
  const step: usize = op.dilationW * op.inputStride << 2;
  const line: usize = op.dilationH * op.W * op.inputStride << 2;
  const next: usize = op.outputStride << 2;
  const kernel = op.kernelW;
  const bytes: usize = op.C << 2;
  for (; c % BLOCK == 0 && c + BLOCK <= bytes; c += BLOCK) {
    const block = (c / BLOCK) * apart(op);
    let a0 = v128.load(op.weights + block), b0 = v128.load(op.weights + block, 16);
    let a1 = a0, a2 = a0, a3 = a0, b1 = b0, b2 = b0, b3 = b0;
    let row = from + c;
    let w = weights + block;
    for (let i = 0; i < rows; i++) {
      let at = row;
      for (let j = 0; j < kernel; j++) {
        const u = v128.load(w), v = v128.load(w, 16);
        a0 = multiplyAdd(v128.load(at), u, a0);
        b0 = multiplyAdd(v128.load(at, 16), v, b0);
        a1 = multiplyAdd(v128.load(at + cell), u, a1);
        b1 = multiplyAdd(v128.load(at + cell, 16), v, b1);
        a2 = multiplyAdd(v128.load(at + 2 * cell), u, a2);
        b2 = multiplyAdd(v128.load(at + 2 * cell, 16), v, b2);
        a3 = multiplyAdd(v128.load(at + 3 * cell), u, a3);
        b3 = multiplyAdd(v128.load(at + 3 * cell, 16), v, b3);
        at += step;
        w += BLOCK;
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
  if (c < bytes) for (let i: usize = 0; i < 4; i++) channels(op, from + i * cell, weights, rows, kernel, out + i * next, c);
}

/** One output's channels from byte `c` on: `rows` x `columns` taps that lie inside the image. */
function channels(op: Depthwise, from: usize, weights: usize, rows: i32, columns: i32, out: usize, c: usize): void {
  const bytes: usize = op.C << 2;
  const step: usize = op.dilationW * op.inputStride << 2;
  const line: usize = op.dilationH * op.W * op.inputStride << 2;
  const nextRow: usize = <usize>op.kernelW * BLOCK;
  for (; c + VECTOR <= bytes; c += VECTOR) {
    const block = (c / BLOCK) * apart(op) + c % BLOCK;
    let sum = v128.load(op.weights + block);
    let row = from + c;
    let taps = weights + block;
    for (let i = 0; i < rows; i++) {
      let at = row;
      let w = taps;
      for (let j = 0; j < columns; j++) {
        sum = multiplyAdd(v128.load(at), v128.load(w), sum);
        at += step;
        w += BLOCK;
      }
      row += line;
      taps += nextRow;
    }
    v128.store(out + c, sum);
  }
  for (; c < bytes; c += 4) {
    const block = (c / BLOCK) * apart(op) + c % BLOCK;
    let sum = load<f32>(op.weights + block);
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++)
        sum += load<f32>(from + c + <usize>i * line + <usize>j * step) * load<f32>(weights + block + <usize>i * nextRow + <usize>j * BLOCK);
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
