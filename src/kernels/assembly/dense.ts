// The dense layer: every weight is read once per image, so that memory is what bounds it. Rows of weights as they come.

import { finish } from './activation';
import { across, multiplyAdd } from './arithmetic';
import { Dense } from './instructions';

/** One task: `taskUnits` units of all images. input: f32 [images][width]; weights: f32 [units][width]; output: f32 [images][units]. */
export function dense(op: Dense, task: i32, scratch: usize): void {
  const first = task * op.taskUnits;
  const last = min(first + op.taskUnits, op.units);
  const bytes: usize = op.width << 2;
  let unit = first;
  for (; unit + 4 <= last; unit += 4) {
    const w = op.weights + <usize>unit * bytes;
    for (let n = 0; n < op.images; n++) four(op.input + <usize>n * bytes, w, bytes, op.output + (<usize>(n * op.units + unit) << 2));
  }
  for (; unit < last; unit++) {
    const w = op.weights + <usize>unit * bytes;
    for (let n = 0; n < op.images; n++)
      store<f32>(op.output + (<usize>(n * op.units + unit) << 2), dot(op.input + <usize>n * bytes, w, op.width));
  }
  for (let n = 0; n < op.images; n++) {
    const out = op.output + (<usize>(n * op.units + first) << 2);
    finish(out, 0, op.bias == 0 ? 0 : op.bias + (first << 2), 0, 1, last - first, op.act, op.alpha, op.beta);
  }
}

/** Four dot products at once: each value of x is read once for four rows of weights. */
function four(x: usize, w: usize, bytes: usize, out: usize): void {
  let s0 = f32x4.splat(0), s1 = f32x4.splat(0), s2 = f32x4.splat(0), s3 = f32x4.splat(0);
  let t0 = f32x4.splat(0), t1 = f32x4.splat(0), t2 = f32x4.splat(0), t3 = f32x4.splat(0);
  const w1 = w + bytes, w2 = w1 + bytes, w3 = w2 + bytes;
  let i: usize = 0;
  for (; i + 32 <= bytes; i += 32) {
    const a = v128.load(x + i), b = v128.load(x + i, 16);
    s0 = multiplyAdd(a, v128.load(w + i), s0);
    s1 = multiplyAdd(a, v128.load(w1 + i), s1);
    s2 = multiplyAdd(a, v128.load(w2 + i), s2);
    s3 = multiplyAdd(a, v128.load(w3 + i), s3);
    t0 = multiplyAdd(b, v128.load(w + i, 16), t0);
    t1 = multiplyAdd(b, v128.load(w1 + i, 16), t1);
    t2 = multiplyAdd(b, v128.load(w2 + i, 16), t2);
    t3 = multiplyAdd(b, v128.load(w3 + i, 16), t3);
  }
  let r0 = across(f32x4.add(s0, t0)), r1 = across(f32x4.add(s1, t1)), r2 = across(f32x4.add(s2, t2)), r3 = across(f32x4.add(s3, t3));
  for (; i < bytes; i += 4) {
    const a = load<f32>(x + i);
    r0 += a * load<f32>(w + i);
    r1 += a * load<f32>(w1 + i);
    r2 += a * load<f32>(w2 + i);
    r3 += a * load<f32>(w3 + i);
  }
  v128.store(out, f32x4(r0, r1, r2, r3));
}

function dot(x: usize, w: usize, width: i32): f32 {
  let sum = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= width; i += 4) sum = multiplyAdd(v128.load(x + (i << 2)), v128.load(w + (i << 2)), sum);
  let rest = across(sum);
  for (; i < width; i++) rest += load<f32>(x + (i << 2)) * load<f32>(w + (i << 2));
  return rest;
}
