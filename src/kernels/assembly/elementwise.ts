// What costs little beside the convolutions: factors and addends per channel, merges, LRN.

import { apply } from './functions';
import { multiplyAdd } from './arithmetic';
import { Act, Affine, By, Combine, Respond, RUN } from './instructions';

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
    case By.slope: return v128.bitselect(f32x4.mul(a, b), a, f32x4.lt(a, f32x4.splat(0)));
    case By.average: return f32x4.mul(f32x4.add(a, b), f32x4.splat(0.5));
    default: return unreachable();
  }
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
