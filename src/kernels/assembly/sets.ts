// What is taken over sets of values: sums, means and largest ones, softmax, normalisations. Sums are float64.

import { exp } from './functions';
import { Normalise, Over, Reduce, Reduction, RUN, Softmax } from './instructions';

/**
 * One task: RUN pixels of one image, RUN channels. output[n][p][c] is the sum, mean, largest value or root of the sum of squares of
 * input[n imageStep + firsts[p] + within[k] + c] over all k. firsts: u32 [pixels]; within: u32 [count].
 */
export function reduce(op: Reduce, task: i32, scratch: usize): void {
  const parts = (op.C + RUN - 1) / RUN;
  const runs = (op.pixels + RUN - 1) / RUN;
  const run = task / parts;
  const n = run / runs;
  const first = (run - n * runs) * RUN;
  const last = min(first + RUN, op.pixels);
  const firstC = (task - run * parts) * RUN;
  const lastC = min(firstC + RUN, op.C);
  const image = op.input + (<usize>n * op.imageStep << 2);
  for (let p = first; p < last; p++) {
    const from = image + (<usize>load<u32>(op.firsts + (<usize>p << 2)) << 2);
    const to = op.output + (<usize>(n * op.pixels + p) * op.outputStride << 2);
    let c = firstC;
    for (; c + 4 <= lastC; c += 4) {
      const start = op.by == Reduction.max ? f64x2.splat(-Infinity) : f64x2.splat(0);
      let low = start, high = start;
      for (let k = 0; k < op.count; k++) {
        const x = v128.load(from + (<usize>load<u32>(op.within + (<usize>k << 2)) << 2) + (c << 2));
        low = joined(low, f64x2.promote_low_f32x4(x), op.by);
        high = joined(high, f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 0)), op.by);
      }
      v128.store(to + (c << 2), i64x2.shuffle(
        f32x4.demote_f64x2_zero(ended(low, op.count, op.by)), f32x4.demote_f64x2_zero(ended(high, op.count, op.by)), 0, 2,
      ));
    }
    for (; c < lastC; c++) {
      let all = op.by == Reduction.max ? f64x2.splat(-Infinity) : f64x2.splat(0);
      for (let k = 0; k < op.count; k++)
        all = joined(all, f64x2.splat(<f64>load<f32>(from + (<usize>load<u32>(op.within + (<usize>k << 2)) << 2) + (c << 2))), op.by);
      store<f32>(to + (c << 2), <f32>f64x2.extract_lane(ended(all, op.count, op.by), 0));
    }
  }
}

// @ts-ignore: decorator
@inline
function joined(all: v128, x: v128, by: i32): v128 {
  switch (by) {
    case Reduction.mean:
    case Reduction.sum: return f64x2.add(all, x);
    case Reduction.max: return f64x2.max(all, x);
    case Reduction.l2: return f64x2.add(all, f64x2.mul(x, x));
    default: return unreachable();
  }
}

// @ts-ignore: decorator
@inline
function ended(all: v128, count: i32, by: i32): v128 {
  if (by == Reduction.mean) return f64x2.div(all, f64x2.splat(<f64>count));
  return by == Reduction.l2 ? f64x2.sqrt(all) : all;
}

/** One task: RUN pixels. Over the channels of each pixel; the largest is taken away so that nothing overflows. */
export function softmax(op: Softmax, task: i32, scratch: usize): void {
  const last = min((task + 1) * RUN, op.pixels);
  for (let p = task * RUN; p < last; p++) {
    const from = op.input + (<usize>p * op.inputStride << 2);
    const to = op.output + (<usize>p * op.outputStride << 2);
    let c = 0;
    let most = f32x4.splat(-Infinity);
    for (; c + 4 <= op.C; c += 4) most = f32x4.max(most, v128.load(from + (c << 2)));
    let largest = max<f32>(
      max<f32>(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
      max<f32>(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
    );
    for (; c < op.C; c++) largest = max<f32>(largest, load<f32>(from + (c << 2)));
    // Four sums of their own, in float64: two values to a vector.
    let low = f64x2.splat(0), high = f64x2.splat(0);
    const shift = f32x4.splat(largest);
    for (c = 0; c + 4 <= op.C; c += 4) {
      const e = exp(f32x4.sub(v128.load(from + (c << 2)), shift));
      low = f64x2.add(low, f64x2.promote_low_f32x4(e));
      high = f64x2.add(high, f64x2.promote_low_f32x4(i64x2.shuffle(e, e, 1, 0)));
      if (op.log == 0) v128.store(to + (c << 2), e);
    }
    const both = f64x2.add(low, high);
    let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
    for (; c < op.C; c++) {
      const e = f32x4.extract_lane(exp(f32x4.splat(load<f32>(from + (c << 2)) - largest)), 0);
      sum += <f64>e;
      if (op.log == 0) store<f32>(to + (c << 2), e);
    }
    const logarithm = f32x4.splat(largest + <f32>Math.log(sum));
    const share = f32x4.splat(<f32>(1 / sum));
    for (c = 0; c + 4 <= op.C; c += 4) {
      const y = op.log != 0 ? f32x4.sub(v128.load(from + (c << 2)), logarithm) : f32x4.mul(v128.load(to + (c << 2)), share);
      v128.store(to + (c << 2), y);
    }
    for (; c < op.C; c++) {
      const y = op.log != 0
        ? load<f32>(from + (c << 2)) - f32x4.extract_lane(logarithm, 0)
        : load<f32>(to + (c << 2)) * f32x4.extract_lane(share, 0);
      store<f32>(to + (c << 2), y);
    }
  }
}

/**
 * Means and variances in two passes. `channels`: one task is RUN places, each by itself over its channels. `group`: one task is
 * `taskGroups` runs of C/groups channels of one image, each over all places. scale and shift: f32 [C], or [places][C] if
 * `elementwise`, or none. statistics: f64 [2][C], the mean and the variance of each channel's group, or not wanted.
 */
export function normalise(op: Normalise, task: i32, scratch: usize): void {
  switch (op.over) {
    case Over.channels: return byPlace(op, task);
    case Over.group: return byGroup(op, task, scratch);
    default: unreachable();
  }
}

function byPlace(op: Normalise, task: i32): void {
  const last = min((task + 1) * RUN, op.images * op.places);
  const bytes: usize = op.C << 2;
  for (let p = task * RUN; p < last; p++) {
    const from = op.input + (<usize>p * op.inputStride << 2);
    const to = op.output + (<usize>p * op.outputStride << 2);
    const mean = op.rms != 0 ? 0 : sumOf(from, bytes, 0, false) / <f64>op.C;
    const factor = 1 / Math.sqrt(sumOf(from, bytes, mean, true) / <f64>op.C + <f64>op.eps);
    const means = f64x2.splat(mean), factors = f64x2.splat(factor);
    const learned: usize = op.elementwise != 0 ? <usize>(p % op.places) * bytes : 0;
    let c: usize = 0;
    for (; c + 16 <= bytes; c += 16) v128.store(to + c, ended4(op, standard(v128.load(from + c), means, means, factors, factors), learned + c));
    for (; c < bytes; c += 4) store<f32>(to + c, ended1(op, <f32>((<f64>load<f32>(from + c) - mean) * factor), learned + c));
  }
}

/** The sum of x - mean, or of its square, over a run of values. */
function sumOf(from: usize, bytes: usize, mean: f64, squared: bool): f64 {
  let low = f64x2.splat(0), high = f64x2.splat(0);
  const means = f64x2.splat(mean);
  let c: usize = 0;
  for (; c + 16 <= bytes; c += 16) {
    const x = v128.load(from + c);
    const a = f64x2.sub(f64x2.promote_low_f32x4(x), means), b = f64x2.sub(f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 0)), means);
    low = f64x2.add(low, squared ? f64x2.mul(a, a) : a);
    high = f64x2.add(high, squared ? f64x2.mul(b, b) : b);
  }
  const both = f64x2.add(low, high);
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  for (; c < bytes; c += 4) {
    const off = <f64>load<f32>(from + c) - mean;
    sum += squared ? off * off : off;
  }
  return sum;
}

/** scratch: f64 [3][channels of the task]: sums, then means; squares; factors. */
function byGroup(op: Normalise, task: i32, scratch: usize): void {
  assert(op.C % op.groups == 0 && (op.statistics == 0 || op.images == 1));
  const width = op.C / op.groups;
  const tasks = (op.groups + op.taskGroups - 1) / op.taskGroups;
  const n = task / tasks;
  const firstGroup = (task - n * tasks) * op.taskGroups;
  const groups = min(op.taskGroups, op.groups - firstGroup);
  const channels = groups * width;
  const first = firstGroup * width;
  const means = scratch;
  const squares = means + (<usize>channels << 3);
  const factors = squares + (<usize>channels << 3);
  const count = <f64>width * <f64>op.places;
  memory.fill(means, 0, <usize>channels << 4);
  const input = op.input + (<usize>n * op.places * op.inputStride + first << 2);
  if (op.rms == 0) {
    accumulate(input, op.inputStride << 2, op.places, channels, means, 0);
    for (let g = 0; g < groups; g++) spread(means, g, width, total(means, g, width) / count);
  }
  accumulate(input, op.inputStride << 2, op.places, channels, squares, means);
  for (let g = 0; g < groups; g++) {
    const variance = total(squares, g, width) / count;
    spread(factors, g, width, 1 / Math.sqrt(variance + <f64>op.eps));
    if (op.statistics != 0) spread(op.statistics + (<usize>(op.C + first) << 3), g, width, variance);
  }
  if (op.statistics != 0) memory.copy(op.statistics + (<usize>first << 3), means, <usize>channels << 3);
  let from = input;
  let to = op.output + (<usize>n * op.places * op.outputStride + first << 2);
  for (let p = 0; p < op.places; p++) {
    const learned: usize = (op.elementwise != 0 ? p * op.C + first : first) << 2;
    let c: usize = 0;
    for (; c + 4 <= <usize>channels; c += 4) {
      const m = means + (c << 3), f = factors + (c << 3);
      const y = standard(v128.load(from + (c << 2)), v128.load(m), v128.load(m, 16), v128.load(f), v128.load(f, 16));
      v128.store(to + (c << 2), ended4(op, y, learned + (c << 2)));
    }
    for (; c < <usize>channels; c++) {
      const y = <f32>((<f64>load<f32>(from + (c << 2)) - load<f64>(means + (c << 3))) * load<f64>(factors + (c << 3)));
      store<f32>(to + (c << 2), ended1(op, y, learned + (c << 2)));
    }
    from += op.inputStride << 2;
    to += op.outputStride << 2;
  }
}

/** sums[c] += x[p][c] over all places, or (x - means[c])² where means are given. */
function accumulate(from: usize, stride: usize, places: i32, channels: i32, sums: usize, means: usize): void {
  for (let p = 0; p < places; p++) {
    let c: usize = 0;
    for (; c + 4 <= <usize>channels; c += 4) {
      const x = v128.load(from + (c << 2));
      const s = sums + (c << 3);
      let a = f64x2.promote_low_f32x4(x), b = f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 0));
      if (means != 0) {
        const m = means + (c << 3);
        a = f64x2.sub(a, v128.load(m));
        b = f64x2.sub(b, v128.load(m, 16));
        a = f64x2.mul(a, a);
        b = f64x2.mul(b, b);
      }
      v128.store(s, f64x2.add(v128.load(s), a));
      v128.store(s, f64x2.add(v128.load(s, 16), b), 16);
    }
    for (; c < <usize>channels; c++) {
      const x = <f64>load<f32>(from + (c << 2));
      const off = means != 0 ? x - load<f64>(means + (c << 3)) : x;
      const s = sums + (c << 3);
      store<f64>(s, load<f64>(s) + (means != 0 ? off * off : off));
    }
    from += stride;
  }
}

function total(sums: usize, group: i32, width: i32): f64 {
  let all: f64 = 0;
  for (let c = group * width; c < (group + 1) * width; c++) all += load<f64>(sums + (<usize>c << 3));
  return all;
}

function spread(to: usize, group: i32, width: i32, value: f64): void {
  for (let c = group * width; c < (group + 1) * width; c++) store<f64>(to + (<usize>c << 3), value);
}

/** (x - mean) factor of four values, in float64. */
// @ts-ignore: decorator
@inline
function standard(x: v128, lowMeans: v128, highMeans: v128, lowFactors: v128, highFactors: v128): v128 {
  const a = f64x2.mul(f64x2.sub(f64x2.promote_low_f32x4(x), lowMeans), lowFactors);
  const b = f64x2.mul(f64x2.sub(f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 0)), highMeans), highFactors);
  return i64x2.shuffle(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 2);
}

// @ts-ignore: decorator
@inline
function ended4(op: Normalise, y: v128, at: usize): v128 {
  const scaled = op.scale != 0 ? f32x4.mul(y, v128.load(op.scale + at)) : y;
  return op.shift != 0 ? f32x4.add(scaled, v128.load(op.shift + at)) : scaled;
}

// @ts-ignore: decorator
@inline
function ended1(op: Normalise, y: f32, at: usize): f32 {
  const scaled = op.scale != 0 ? y * load<f32>(op.scale + at) : y;
  return op.shift != 0 ? scaled + load<f32>(op.shift + at) : scaled;
}
