// What costs little beside the convolutions: factors and addends per channel, merges, copies, LRN, softmax, normalisations.

import { apply, exp } from './activation';
import { multiplyAdd } from './arithmetic';
import { Act, Affine, By, Combine, Copy, Flatten, Gather, Normalise, Over, Respond, RUN, Scatter, Softmax } from './instructions';

/** One task: RUN pixels. output[p][c] = act(input[p][c] * scale[c] + shift[c]); without `scale` only the function. */
export function affine(op: Affine, task: i32, scratch: usize): void {
  const last = min((task + 1) * RUN, op.pixels);
  for (let p = task * RUN; p < last; p++) {
    const from = op.input + (<usize>p * op.inputStride << 2);
    const to = op.output + (<usize>p * op.outputStride << 2);
    if (op.scale != 0) {
      let c = 0;
      for (; c + 4 <= op.C; c += 4)
        v128.store(to + (c << 2), multiplyAdd(v128.load(from + (c << 2)), v128.load(op.scale + (c << 2)), v128.load(op.shift + (c << 2))));
      for (; c < op.C; c++)
        store<f32>(to + (c << 2), load<f32>(from + (c << 2)) * load<f32>(op.scale + (c << 2)) + load<f32>(op.shift + (c << 2)));
      if (op.act != Act.identity) apply(to, to, op.C, op.act, op.alpha, op.beta);
    } else apply(from, to, op.C, op.act, op.alpha, op.beta);
  }
}

/**
 * One task: a row of one image. Pixel (n, y, x) of b is its pixel `n bImage + y bRow + x bColumn`, so that a step of 0 spreads it
 * over an axis; `bChannel` 0: its one channel goes with all.
 */
export function combine(op: Combine, task: i32, scratch: usize): void {
  const n = task / op.H;
  const y = task - n * op.H;
  const first = task * op.W;
  for (let x = 0; x < op.W; x++) {
    const a = op.a + (<usize>(first + x) * op.aStride << 2);
    const b = op.b + (<usize>(n * op.bImage + y * op.bRow + x * op.bColumn) * op.bStride << 2);
    const to = op.output + (<usize>(first + x) * op.outputStride << 2);
    let c = 0;
    if (op.bChannel == 0) {
      const one = v128.load_splat<f32>(b);
      for (; c + 4 <= op.C; c += 4) v128.store(to + (c << 2), both(v128.load(a + (c << 2)), one, op.by));
      for (; c < op.C; c++) store<f32>(to + (c << 2), f32x4.extract_lane(both(v128.load_splat<f32>(a + (c << 2)), one, op.by), 0));
    }
    for (; c + 4 <= op.C; c += 4) v128.store(to + (c << 2), both(v128.load(a + (c << 2)), v128.load(b + (c << 2)), op.by));
    for (; c < op.C; c++)
      store<f32>(to + (c << 2), f32x4.extract_lane(both(v128.load_splat<f32>(a + (c << 2)), v128.load_splat<f32>(b + (c << 2)), op.by), 0));
    if (op.act != Act.identity) apply(to, to, op.C, op.act, op.alpha, op.beta);
  }
}

// @ts-ignore: decorator
@inline
function both(a: v128, b: v128, by: i32): v128 {
  switch (by) {
    case By.add: return f32x4.add(a, b);
    case By.mul: return f32x4.mul(a, b);
    case By.sub: return f32x4.sub(a, b);
    case By.div: return f32x4.div(a, b);
    case By.maximum: return f32x4.max(a, b);
    case By.minimum: return f32x4.min(a, b);
    case By.average: return f32x4.mul(f32x4.add(a, b), f32x4.splat(0.5));
    default: return unreachable();
  }
}

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
    const pixel = op.C << 2;
    memory.fill(to, 0, min(first, op.outW) * pixel);
    if (last > first)
      memory.copy(to + first * pixel, op.input + <usize>((n * op.H + y) * op.W + first - op.left) * pixel, (last - first) * pixel);
    if (last < op.outW) memory.fill(to + last * pixel, 0, (op.outW - last) * pixel);
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

/** One task: one row of one image of the input. Input place (y, x) goes to output place (top + y stepH, left + x stepW). */
export function scatter(op: Scatter, task: i32, scratch: usize): void {
  const n = task / op.H;
  const y = op.top + (task - n * op.H) * op.stepH;
  let from = op.input + (<usize>(task * op.W) * op.inputStride << 2);
  assert(y < op.outH && op.left + (op.W - 1) * op.stepW < op.outW);
  let to = op.output + (<usize>((n * op.outH + y) * op.outW + op.left) * op.outputStride << 2);
  for (let x = 0; x < op.W; x++) {
    memory.copy(to, from, op.C << 2);
    from += op.inputStride << 2;
    to += <usize>op.stepW * op.outputStride << 2;
  }
}

/** One task: RUN pixels. output[p][c] = input[p][order[c]], order: u32 [C]. */
export function gather(op: Gather, task: i32, scratch: usize): void {
  const last = min((task + 1) * RUN, op.pixels);
  for (let p = task * RUN; p < last; p++) {
    const from = op.input + (<usize>p * op.inputStride << 2);
    const to = op.output + (<usize>p * op.outputStride << 2);
    for (let c = 0; c < op.C; c++) store<f32>(to + (c << 2), load<f32>(from + (<usize>load<u32>(op.order + (c << 2)) << 2)));
  }
}

/** One task: one image. [places][C] to [C][places], as PyTorch flattens. */
export function flatten(op: Flatten, task: i32, scratch: usize): void {
  const from = op.input + (<usize>(task * op.places) * op.inputStride << 2);
  const to = op.output + (<usize>(task * op.places) * op.C << 2);
  for (let p = 0; p < op.places; p++)
    for (let c = 0; c < op.C; c++)
      store<f32>(to + (<usize>(c * op.places + p) << 2), load<f32>(from + (<usize>(p * op.inputStride + c) << 2)));
}

/** One task: RUN pixels. y[c] = x[c] / (k + alpha/size * sum of x² over channels c - before … c - before + size - 1)^beta. */
export function respond(op: Respond, task: i32, scratch: usize): void {
  const last = min((task + 1) * RUN, op.pixels);
  const before = op.before;
  const after = op.size - 1 - before;
  for (let p = task * RUN; p < last; p++) {
    const from = op.input + (<usize>p * op.inputStride << 2);
    const to = op.output + (<usize>p * op.outputStride << 2);
    let c = 0;
    // Away from both ends four neighbouring windows are four vectors of neighbours.
    for (; c < op.C; ) {
      if (c >= before && c + 4 + after <= op.C) {
        let squares = f32x4.splat(0);
        for (let i = -before; i <= after; i++) {
          const x = v128.load(from + ((c + i) << 2));
          squares = multiplyAdd(x, x, squares);
        }
        const base = multiplyAdd(squares, f32x4.splat(op.alpha / <f32>op.size), f32x4.splat(op.k));
        v128.store(to + (c << 2), f32x4.mul(v128.load(from + (c << 2)), power(base, op.beta)));
        c += 4;
      } else {
        let squares: f32 = 0;
        for (let i = max(0, c - before); i <= min(op.C - 1, c + after); i++) {
          const x = load<f32>(from + (i << 2));
          squares += x * x;
        }
        store<f32>(to + (c << 2), load<f32>(from + (c << 2)) * Mathf.pow(op.k + (op.alpha / <f32>op.size) * squares, -op.beta));
        c += 1;
      }
    }
  }
}

/** base^-beta: by square roots for the usual 3/4, else lane by lane. */
function power(base: v128, beta: f32): v128 {
  if (beta == 0.75) {
    const root = f32x4.sqrt(base);
    return f32x4.div(f32x4.splat(1), f32x4.mul(root, f32x4.sqrt(root)));
  }
  return f32x4(
    Mathf.pow(f32x4.extract_lane(base, 0), -beta), Mathf.pow(f32x4.extract_lane(base, 1), -beta),
    Mathf.pow(f32x4.extract_lane(base, 2), -beta), Mathf.pow(f32x4.extract_lane(base, 3), -beta),
  );
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
 * One task: one image. Means and variances of runs of C/groups channels over all places, or of every place by itself
 * (over channels), in float64 and two passes; scale and shift: f32 [C], or [C][places] if `elementwise`, or none.
 */
export function normalise(op: Normalise, task: i32, scratch: usize): void {
  assert(op.C % op.groups == 0);
  const width = op.C / op.groups;
  const image = task * op.places;
  const apart = isApart(op.over);
  const sets = apart ? op.places : op.groups;
  for (let set = 0; set < sets; set++) {
    const firstPlace = apart ? set : 0;
    const lastPlace = apart ? set + 1 : op.places;
    const firstChannel = apart ? 0 : set * width;
    const lastChannel = apart ? op.C : firstChannel + width;
    const count = <f64>((lastPlace - firstPlace) * (lastChannel - firstChannel));
    let mean: f64 = 0;
    if (op.rms == 0) {
      for (let p = firstPlace; p < lastPlace; p++)
        for (let c = firstChannel; c < lastChannel; c++) mean += <f64>load<f32>(at(op.input, image + p, op.inputStride, c));
      mean /= count;
    }
    let squares: f64 = 0;
    for (let p = firstPlace; p < lastPlace; p++) {
      for (let c = firstChannel; c < lastChannel; c++) {
        const off = <f64>load<f32>(at(op.input, image + p, op.inputStride, c)) - mean;
        squares += off * off;
      }
    }
    const deviation = Math.sqrt(squares / count + <f64>op.eps);
    for (let p = firstPlace; p < lastPlace; p++) {
      for (let c = firstChannel; c < lastChannel; c++) {
        const learned: usize = (op.elementwise != 0 ? c * op.places + p : c) << 2;
        let y = <f32>((<f64>load<f32>(at(op.input, image + p, op.inputStride, c)) - mean) / deviation);
        if (op.scale != 0) y *= load<f32>(op.scale + learned);
        if (op.shift != 0) y += load<f32>(op.shift + learned);
        store<f32>(at(op.output, image + p, op.outputStride, c), y);
      }
    }
  }
}

function isApart(over: i32): bool {
  switch (over) {
    case Over.group: return false;
    case Over.channels: return true;
    default: return unreachable();
  }
}

// @ts-ignore: decorator
@inline
function at(base: usize, pixel: i32, stride: i32, c: i32): usize {
  return base + (<usize>(pixel * stride + c) << 2);
}
