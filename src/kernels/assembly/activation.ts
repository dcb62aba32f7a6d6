// The functions of one value, four values at a time, and the pass that ends a block of results: residual, then function.

import { multiplyAdd } from './arithmetic';
import { Act } from './instructions';

/** c: f32 [rows][columns], rows `stride` bytes apart; residual, if any, alike. */
export function finish(
  c: usize, stride: usize, residual: usize, residualStride: usize, rows: i32, columns: i32, act: i32, alpha: f32, beta: f32,
): void {
  for (let i = 0; i < rows; i++) {
    if (residual != 0) {
      add(c, residual, columns);
      residual += residualStride;
    }
    if (act != Act.identity) apply(c, c, columns, act, alpha, beta);
    c += stride;
  }
}

/** c[i] += a[i] */
function add(c: usize, a: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) v128.store(c + (i << 2), f32x4.add(v128.load(c + (i << 2)), v128.load(a + (i << 2))));
  for (; i < count; i++) store<f32>(c + (i << 2), load<f32>(c + (i << 2)) + load<f32>(a + (i << 2)));
}

/** output[i] = act(input[i]); both f32 [count]. What is asked for most has a loop of its own, without a choice in it. */
export function apply(input: usize, output: usize, count: i32, act: i32, alpha: f32, beta: f32): void {
  switch (act) {
    case Act.clamp: return each(input, output, count, Act.clamp, alpha, beta);
    case Act.silu: return each(input, output, count, Act.silu, alpha, beta);
    case Act.sigmoid: return each(input, output, count, Act.sigmoid, alpha, beta);
    case Act.tanh: return each(input, output, count, Act.tanh, alpha, beta);
    case Act.gelu: return each(input, output, count, Act.gelu, alpha, beta);
    case Act.hardswish: return each(input, output, count, Act.hardswish, alpha, beta);
    case Act.hardsigmoid: return each(input, output, count, Act.hardsigmoid, alpha, beta);
    case Act.leakyrelu: return each(input, output, count, Act.leakyrelu, alpha, beta);
    default: return one(input, output, count, act, alpha, beta);
  }
}

/** Two vectors at a time, which V8 may join. */
// @ts-ignore: decorator
@inline
function each(input: usize, output: usize, count: i32, act: i32, alpha: f32, beta: f32): void {
  let i = 0;
  for (; i + 8 <= count; i += 8) {
    const a = inlined(v128.load(input + (i << 2)), act, alpha, beta);
    const b = inlined(v128.load(input + (i << 2), 16), act, alpha, beta);
    v128.store(output + (i << 2), a);
    v128.store(output + (i << 2), b, 16);
  }
  one(input + (i << 2), output + (i << 2), count - i, act, alpha, beta);
}

/** One vector at a time. The last is read and written in part. */
function one(input: usize, output: usize, count: i32, act: i32, alpha: f32, beta: f32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) v128.store(output + (i << 2), value(v128.load(input + (i << 2)), act, alpha, beta));
  for (; i < count; i++)
    store<f32>(output + (i << 2), f32x4.extract_lane(value(v128.load_splat<f32>(input + (i << 2)), act, alpha, beta), 0));
}

/** act(x) of four values. */
export function value(x: v128, act: i32, alpha: f32, beta: f32): v128 {
  return inlined(x, act, alpha, beta);
}

/** The same where it is called; of an `act` that is known only that function is left. */
// @ts-ignore: decorator
@inline
function inlined(x: v128, act: i32, alpha: f32, beta: f32): v128 {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  switch (act) {
    case Act.clamp: return f32x4.pmin(f32x4.pmax(x, f32x4.splat(alpha)), f32x4.splat(beta));
    case Act.leakyrelu: return v128.bitselect(f32x4.mul(x, f32x4.splat(alpha)), x, f32x4.lt(x, zero));
    case Act.elu: return v128.bitselect(x, f32x4.mul(f32x4.splat(alpha), expm1(x)), f32x4.gt(x, zero));
    case Act.celu:
      return f32x4.add(f32x4.max(zero, x), f32x4.min(zero, f32x4.mul(f32x4.splat(alpha), expm1(f32x4.div(x, f32x4.splat(alpha))))));
    case Act.selu:
      return f32x4.mul(f32x4.splat(1.0507009873554805), v128.bitselect(x, f32x4.mul(f32x4.splat(1.6732632423543772), expm1(x)), f32x4.gt(x, zero)));
    case Act.gelu:
      return f32x4.mul(f32x4.mul(x, f32x4.splat(0.5)), f32x4.add(one, erf(f32x4.mul(x, f32x4.splat(0.7071067811865476)))));
    case Act.geluTanh: {
      const inner = f32x4.mul(f32x4.splat(0.7978845608028654), f32x4.add(x, f32x4.mul(f32x4.splat(0.044715), f32x4.mul(x, f32x4.mul(x, x)))));
      return f32x4.mul(f32x4.mul(x, f32x4.splat(0.5)), f32x4.add(one, tanh(inner)));
    }
    case Act.silu: return f32x4.div(x, f32x4.add(one, exp(f32x4.neg(x))));
    case Act.mish: {
      // tanh(log(1 + e)) = (e² + 2e) / (e² + 2e + 2) for e = exp(x).
      const e = exp(f32x4.min(x, f32x4.splat(20)));
      const w = f32x4.mul(e, f32x4.add(e, f32x4.splat(2)));
      return f32x4.mul(x, f32x4.div(w, f32x4.add(w, f32x4.splat(2))));
    }
    case Act.sigmoid: return sigmoid(x);
    case Act.tanh: return tanh(x);
    case Act.softplus: return lanes(x, act, alpha);
    case Act.hardswish: return f32x4.mul(x, hardSigmoid(x));
    case Act.hardsigmoid:
      return f32x4.pmin(f32x4.pmax(f32x4.add(f32x4.mul(x, f32x4.splat(alpha)), f32x4.splat(beta)), zero), one);
    case Act.abs: return f32x4.abs(x);
    case Act.exp: return wholeExp(x);
    case Act.log: return lanes(x, act, alpha);
    case Act.sqrt: return f32x4.sqrt(x);
    case Act.pow: return alpha == 2 ? f32x4.mul(x, x) : lanes(x, act, alpha);
    case Act.logsigmoid: return lanes(x, act, alpha);
    case Act.softshrink: return f32x4.sub(x, f32x4.min(f32x4.splat(alpha), f32x4.max(f32x4.splat(-alpha), x)));
    case Act.hardshrink: return v128.bitselect(zero, x, f32x4.le(f32x4.abs(x), f32x4.splat(alpha)));
    case Act.threshold: return v128.bitselect(f32x4.splat(beta), x, f32x4.le(x, f32x4.splat(alpha)));
    case Act.softsign: return f32x4.div(x, f32x4.add(one, f32x4.abs(x)));
    case Act.identity: return x;
    default: return unreachable();
  }
}

// @ts-ignore: decorator
@inline
function hardSigmoid(x: v128): v128 {
  return f32x4.div(f32x4.pmin(f32x4.pmax(f32x4.add(x, f32x4.splat(3)), f32x4.splat(0)), f32x4.splat(6)), f32x4.splat(6));
}

// @ts-ignore: decorator
@inline
function sigmoid(x: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exp(f32x4.neg(x))));
}

/** t / (t + 2) for t = expm1(2x), which is exact near 0. */
// @ts-ignore: decorator
@inline
function tanh(x: v128): v128 {
  const t = expm1(f32x4.mul(f32x4.splat(2), f32x4.pmin(f32x4.pmax(x, f32x4.splat(-15)), f32x4.splat(15))));
  return f32x4.div(t, f32x4.add(t, f32x4.splat(2)));
}

/** Lane by lane, what nobody puts where it has to be fast. */
function lanes(x: v128, act: i32, alpha: f32): v128 {
  return f32x4(
    lane(f32x4.extract_lane(x, 0), act, alpha), lane(f32x4.extract_lane(x, 1), act, alpha),
    lane(f32x4.extract_lane(x, 2), act, alpha), lane(f32x4.extract_lane(x, 3), act, alpha),
  );
}

function lane(x: f32, act: i32, alpha: f32): f32 {
  switch (act) {
    case Act.softplus: return x > 20 ? x : Mathf.log1p(Mathf.exp(x));
    case Act.logsigmoid: return min<f32>(0, x) - Mathf.log1p(Mathf.exp(-abs<f32>(x)));
    case Act.log: return Mathf.log(x);
    case Act.pow: return Mathf.pow(x, alpha);
    default: return unreachable();
  }
}

/** exp(x) where it is wanted for itself: infinite beyond what a float holds, 0 below. */
function wholeExp(x: v128): v128 {
  const large = v128.bitselect(f32x4.splat(Infinity), exp(x), f32x4.gt(x, f32x4.splat(88.72283935546875)));
  return v128.bitselect(f32x4.splat(0), large, f32x4.lt(x, f32x4.splat(-87.3365478515625)));
}

/**
 * exp(x) to a relative 2e-7: 2^n times a polynomial in what is left (Cephes, expf). Beyond ±87 it is what it is there; what is no
 * number stays none. n is what stands in the lowest bits once 1.5 * 2^23 is added.
 */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  const inside = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-87.3365478515625)), f32x4.splat(88.3762626647949));
  const whole = f32x4.splat(12582912);
  const shifted = multiplyAdd(inside, f32x4.splat(1.4426950408889634), whole);
  const n = f32x4.sub(shifted, whole);
  let r = multiplyAdd(n, f32x4.splat(-0.693359375), inside);
  r = multiplyAdd(n, f32x4.splat(2.12194440e-4), r);
  let p = f32x4.splat(1.9875691500e-4);
  p = multiplyAdd(p, r, f32x4.splat(1.3981999507e-3));
  p = multiplyAdd(p, r, f32x4.splat(8.3334519073e-3));
  p = multiplyAdd(p, r, f32x4.splat(4.1665795894e-2));
  p = multiplyAdd(p, r, f32x4.splat(1.6666665459e-1));
  p = multiplyAdd(p, r, f32x4.splat(5.0000001201e-1));
  const y = f32x4.add(multiplyAdd(p, f32x4.mul(r, r), r), f32x4.splat(1));
  const power = i32x4.add(i32x4.shl(shifted, 23), i32x4.splat(0x3f800000));
  return f32x4.mul(y, power);
}

/** exp(x) - 1, near 0 by its series, where the difference would lose digits. */
// @ts-ignore: decorator
@inline
function expm1(x: v128): v128 {
  let p = f32x4.splat(1.0 / 5040.0);
  p = f32x4.add(f32x4.mul(p, x), f32x4.splat(1.0 / 720.0));
  p = f32x4.add(f32x4.mul(p, x), f32x4.splat(1.0 / 120.0));
  p = f32x4.add(f32x4.mul(p, x), f32x4.splat(1.0 / 24.0));
  p = f32x4.add(f32x4.mul(p, x), f32x4.splat(1.0 / 6.0));
  p = f32x4.add(f32x4.mul(p, x), f32x4.splat(0.5));
  p = f32x4.add(f32x4.mul(p, x), f32x4.splat(1));
  const near = f32x4.lt(f32x4.abs(x), f32x4.splat(0.4));
  return v128.bitselect(f32x4.mul(p, x), f32x4.sub(exp(x), f32x4.splat(1)), near);
}

/** The error function to 2e-7 of its largest value (Abramowitz and Stegun, 7.1.26). */
// @ts-ignore: decorator
@inline
function erf(x: v128): v128 {
  const z = f32x4.abs(x);
  const t = f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), f32x4.mul(f32x4.splat(0.3275911), z)));
  let p = f32x4.splat(1.061405429);
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(-1.453152027));
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(1.421413741));
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(-0.284496736));
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(0.254829592));
  const y = f32x4.sub(f32x4.splat(1), f32x4.mul(f32x4.mul(p, t), exp(f32x4.neg(f32x4.mul(z, z)))));
  // The sign of x.
  return v128.bitselect(x, y, i32x4.splat(0x80000000));
}
