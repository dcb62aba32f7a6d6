// Random numbers, where they are wanted: those of core/random.ts, whose k-th depends on nothing but the seed and k, bit for bit as
// run/random.ts makes them in float64. Four at a time.

import { DRAWN, Draw } from './instructions';

const FLOAT: usize = 4;
const VECTOR: usize = 16;

/** What the state of mulberry32 grows by. */
const STEP: i32 = 0x6d2b79f5;

/** One task: `DRAWN` numbers. output: f32 [count]; the bits of `reach`, a float64, in two words. */
export function draw(op: Draw, task: i32, scratch: usize): void {
  const first = task * DRAWN;
  const count = min(DRAWN, op.count - first);
  // (2 z / 2^32 - 1) reach = (z - 2^31) (reach / 2^31), all of it exact but for the last product.
  const reach = f64x2.splat(load<f64>(changetype<usize>(op) + offsetof<Draw>('reachLow')) / 2147483648);
  const start = op.seed + (first + 1) * STEP;
  let state = i32x4(start, start + STEP, start + 2 * STEP, start + 3 * STEP);
  const grown = i32x4.splat(4 * STEP);
  let to = op.output + <usize>first * FLOAT;
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    v128.store(to, four(state, reach));
    state = i32x4.add(state, grown);
    to += VECTOR;
  }
  if (i == count) return;
  let rest = four(state, reach);
  for (; i < count; i++) {
    store<f32>(to, f32x4.extract_lane(rest, 0));
    rest = i32x4.shuffle(rest, rest, 1, 2, 3, 0);
    to += FLOAT;
  }
}

/** The numbers of four states. */
// @ts-ignore: decorator
@inline
function four(state: v128, reach: v128): v128 {
  let z = i32x4.mul(v128.xor(state, i32x4.shr_u(state, 15)), v128.or(state, i32x4.splat(1)));
  z = v128.xor(z, i32x4.add(z, i32x4.mul(v128.xor(z, i32x4.shr_u(z, 7)), v128.or(z, i32x4.splat(61)))));
  z = v128.xor(v128.xor(z, i32x4.shr_u(z, 14)), i32x4.splat(0x80000000));
  const low = f64x2.mul(f64x2.convert_low_i32x4_s(z), reach);
  const high = f64x2.mul(f64x2.convert_low_i32x4_s(i64x2.shuffle(z, z, 1, 0)), reach);
  return i64x2.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}
