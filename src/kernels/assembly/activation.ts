// The pass that ends a block of results: residual, then function. The functions themselves are written by functions.js.

import { apply } from './functions';
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
