// What moves values, and what makes cells of those around a point: copies, tables of offsets, interpolation, rows looked up.

import { multiplyAdd } from './arithmetic';
import { CHANNELS, Copy, Embed, Gather, NONE, Resample, RUN, Scatter } from './instructions';

/**
 * One task: one row of one image of the output. Output place (y, x) is input place (y - top, x - left); outside it is 0.
 * Channels behind the C of the input are set to 0 up to `zero`.
 */
export function copy(op: Copy, task: i32, scratch: usize): void {
  const n = task / op.outH;
  const y = task - n * op.outH - op.top;
  const to = op.output + (<usize>(task * op.outW) * op.outputStride << 2);
  // Pixels without gaps go in one piece.
  if (op.C == op.inputStride && op.C == op.outputStride && op.zero <= op.C) {
    const first = y >= 0 && y < op.H ? max(0, op.left) : op.outW;
    const last = max(first, min(op.outW, op.W + op.left));
    const pixel: usize = op.C << 2;
    memory.fill(to, 0, <usize>min(first, op.outW) * pixel);
    if (last > first)
      memory.copy(to + <usize>first * pixel, op.input + <usize>((n * op.H + y) * op.W + first - op.left) * pixel, <usize>(last - first) * pixel);
    if (last < op.outW) memory.fill(to + <usize>last * pixel, 0, <usize>(op.outW - last) * pixel);
  } else pixels(op, n, y, to);
}

function pixels(op: Copy, n: i32, y: i32, to: usize): void {
  for (let outX = 0; outX < op.outW; outX++) {
    const x = outX - op.left;
    if (y >= 0 && y < op.H && x >= 0 && x < op.W) {
      memory.copy(to, op.input + (<usize>((n * op.H + y) * op.W + x) * op.inputStride << 2), op.C << 2);
      if (op.zero > op.C) memory.fill(to + (op.C << 2), 0, (op.zero - op.C) << 2);
    } else memory.fill(to, 0, max(op.zero, op.C) << 2);
    to += op.outputStride << 2;
  }
}

/**
 * One task: one row of one slice of one image of the input. Input place (z, y, x) goes to output place (front + z stepD,
 * top + y stepH, left + x stepW).
 */
export function scatter(op: Scatter, task: i32, scratch: usize): void {
  const slice = task / op.H;
  const n = slice / op.D;
  const z = op.front + (slice - n * op.D) * op.stepD;
  const y = op.top + (task - slice * op.H) * op.stepH;
  let from = op.input + (<usize>(task * op.W) * op.inputStride << 2);
  assert(z < op.outD && y < op.outH && op.left + (op.W - 1) * op.stepW < op.outW);
  let to = op.output + (<usize>(((n * op.outD + z) * op.outH + y) * op.outW + op.left) * op.outputStride << 2);
  for (let x = 0; x < op.W; x++) {
    memory.copy(to, from, op.C << 2);
    from += op.inputStride << 2;
    to += <usize>op.stepW * op.outputStride << 2;
  }
}

/**
 * One task: RUN pixels of one image, at most CHANNELS of their channels. output[n][p][c] = input[n imageStep + offsets[p] +
 * order[c]], 0 where either is NONE. offsets: u32 [pixels], or `pixelStep` apart; order: u32 [C], or as they lie.
 */
export function gather(op: Gather, task: i32, scratch: usize): void {
  const parts = (op.C + CHANNELS - 1) / CHANNELS;
  const runs = (op.pixels + RUN - 1) / RUN;
  const part = task % parts;
  const run = task / parts;
  const n = run / runs;
  const first = (run - n * runs) * RUN;
  const last = min(first + RUN, op.pixels);
  const firstC = part * CHANNELS;
  const lastC = min(firstC + CHANNELS, op.C);
  const image = op.input + (<usize>n * op.imageStep << 2);
  let to = op.output + (<usize>(n * op.pixels + first) * op.outputStride << 2);
  for (let p = first; p < last; p++) {
    const place = op.offsets != 0 ? load<u32>(op.offsets + (<usize>p << 2)) : <u32>(p * op.pixelStep);
    const from = image + (<usize>place << 2);
    if (place == NONE) memory.fill(to + (firstC << 2), 0, (lastC - firstC) << 2);
    else if (op.order == 0) memory.copy(to + (firstC << 2), from + (firstC << 2), (lastC - firstC) << 2);
    else {
      for (let c = firstC; c < lastC; c++) {
        const at = load<u32>(op.order + (<usize>c << 2));
        store<f32>(to + (c << 2), at == NONE ? 0 : load<f32>(from + (<usize>at << 2)));
      }
    }
    to += op.outputStride << 2;
  }
}

/**
 * One task: one row of one slice of one image of the output. Each cell is the sum of input cells by their weights; along an axis
 * cell i is made of `cells` [i taps … i taps + taps - 1] by `weights`, those of depth first, then rows, then columns. What weighs
 * nothing is not read. scratch: u32 pointers, then f32 weights, of all taps of a cell.
 */
export function resample(op: Resample, task: i32, scratch: usize): void {
  const slice = task / op.outH;
  const n = slice / op.outD;
  const ofDepth = (slice - n * op.outD) * op.tapsD;
  const ofRow = op.outD * op.tapsD + (task - slice * op.outH) * op.tapsH;
  const columns = op.outD * op.tapsD + op.outH * op.tapsH;
  const pixel: usize = op.inputStride << 2;
  const pointers = scratch;
  const weights = scratch + (<usize>(op.tapsD * op.tapsH * op.tapsW) << 2);
  let to = op.output + (<usize>(task * op.outW) * op.outputStride << 2);
  for (let outX = 0; outX < op.outW; outX++) {
    let count: usize = 0;
    for (let i = ofDepth; i < ofDepth + op.tapsD; i++) {
      for (let j = ofRow; j < ofRow + op.tapsH; j++) {
        const line = ((n * op.D + cell(op, i)) * op.H + cell(op, j)) * op.W;
        const share = weight(op, i) * weight(op, j);
        for (let k = columns + outX * op.tapsW; k < columns + (outX + 1) * op.tapsW; k++) {
          const all = share * weight(op, k);
          if (all == 0) continue;
          store<u32>(pointers + (count << 2), <u32>(op.input + <usize>(line + cell(op, k)) * pixel));
          store<f32>(weights + (count << 2), all);
          count += 1;
        }
      }
    }
    if (count == 1 && load<f32>(weights) == 1) memory.copy(to, load<u32>(pointers), op.C << 2);
    else weigh(pointers, weights, count, to, op.C);
    to += op.outputStride << 2;
  }
}

// @ts-ignore: decorator
@inline
function cell(op: Resample, tap: i32): i32 {
  return load<i32>(op.cells + (<usize>tap << 2));
}

// @ts-ignore: decorator
@inline
function weight(op: Resample, tap: i32): f32 {
  return load<f32>(op.weights + (<usize>tap << 2));
}

/** The sum of `count` runs of C values, each times its weight. */
function weigh(pointers: usize, weights: usize, count: usize, to: usize, C: i32): void {
  const bytes: usize = C << 2;
  let c: usize = 0;
  for (; c + 32 <= bytes; c += 32) {
    let a = f32x4.splat(0), b = f32x4.splat(0);
    for (let i: usize = 0; i < count; i++) {
      const from: usize = load<u32>(pointers + (i << 2)) + c;
      const w = v128.load_splat<f32>(weights + (i << 2));
      a = multiplyAdd(v128.load(from), w, a);
      b = multiplyAdd(v128.load(from, 16), w, b);
    }
    v128.store(to + c, a);
    v128.store(to + c, b, 16);
  }
  for (; c + 16 <= bytes; c += 16) {
    let a = f32x4.splat(0);
    for (let i: usize = 0; i < count; i++)
      a = multiplyAdd(v128.load(load<u32>(pointers + (i << 2)) + c), v128.load_splat<f32>(weights + (i << 2)), a);
    v128.store(to + c, a);
  }
  for (; c < bytes; c += 4) {
    let sum: f32 = 0;
    for (let i: usize = 0; i < count; i++)
      sum += load<f32>(load<u32>(pointers + (i << 2)) + c) * load<f32>(weights + (i << 2));
    store<f32>(to + c, sum);
  }
}

/** One task: RUN pixels of one image. Row input[n imageStep + p pixelStep] of the table, f32 [words][C]: a whole number in range. */
export function embed(op: Embed, task: i32, scratch: usize): void {
  const runs = (op.pixels + RUN - 1) / RUN;
  const n = task / runs;
  const first = (task - n * runs) * RUN;
  const last = min(first + RUN, op.pixels);
  for (let p = first; p < last; p++) {
    const word = <i32>load<f32>(op.input + (<usize>(n * op.imageStep + p * op.pixelStep) << 2));
    assert(word >= 0 && word < op.words);
    memory.copy(op.output + (<usize>(n * op.pixels + p) * op.outputStride << 2), op.table + (<usize>word * op.C << 2), op.C << 2);
  }
}
