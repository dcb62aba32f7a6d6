// Recurrent layers, one direction of one layer: the products with the input are there, those with the state are made step by step.

import { value } from './activation';
import { Act, Bend, Cell, Recur } from './instructions';
import { COLUMNS, microkernel, ROWS } from './microkernel';

/**
 * One task: ROWS images. input: f32 [images][steps][inputStride], W_ih x + b_ih of all gates; panels: W_hh and b_hh as the microkernel
 * reads them; output: f32 [images][steps][outputStride], the states, or of `last` [images][outputStride]. Gates in PyTorch's order.
 * scratch: pointers u32 [ROWS], then f32 [ROWS][units up to 4] h and c, [ROWS][gates * units up to COLUMNS] sums, and a vector. Behind
 * the input there is one, too.
 */
export function recur(op: Recur, task: i32, scratch: usize): void {
  const first = task * ROWS;
  const images = min(ROWS, op.images - first);
  const panels = (gates(op.cell) * op.units + COLUMNS - 1) / COLUMNS;
  const panelBytes: usize = ((1 + op.units) * COLUMNS) << 2;
  const width: usize = ((op.units + 3) & ~3) << 2;
  const sumBytes: usize = (panels * COLUMNS) << 2;
  const h = scratch + (ROWS << 2);
  const c = h + <usize>ROWS * width;
  const sums = c + <usize>ROWS * width;
  memory.fill(h, 0, 2 * <usize>ROWS * width);
  for (let i = 0; i < ROWS; i++) store<u32>(scratch + (i << 2), <u32>(h + <usize>i * width));
  for (let t = 0; t < op.steps; t++) {
    for (let panel = 0; panel < panels; panel++)
      microkernel(images, COLUMNS, 1, op.units, scratch, op.panels + <usize>panel * panelBytes, sums + ((panel * COLUMNS) << 2), sumBytes, 0, 0, false, 0, 0);
    const step = op.backwards != 0 ? op.steps - 1 - t : t;
    for (let i = 0; i < images; i++) {
      const pixel = (first + i) * op.steps + step;
      const state = h + <usize>i * width;
      next(op, op.input + (<usize>(pixel * op.inputStride) << 2), sums + <usize>i * sumBytes, state, c + <usize>i * width);
      if (op.last == 0) memory.copy(op.output + (<usize>(pixel * op.outputStride) << 2), state, op.units << 2);
      else if (t == op.steps - 1) memory.copy(op.output + (<usize>((first + i) * op.outputStride) << 2), state, op.units << 2);
    }
  }
}

function gates(cell: i32): i32 {
  switch (cell) {
    case Cell.rnn: return 1;
    case Cell.gru: return 3;
    case Cell.lstm: return 4;
    default: return unreachable();
  }
}

/** The next state of one image, from the sums of the input and of the state. The last vector of each is read and written whole. */
function next(op: Recur, x: usize, s: usize, h: usize, c: usize): void {
  const gate: usize = op.units << 2;
  for (let u: usize = 0; u < gate; u += 16) {
    switch (op.cell) {
      case Cell.rnn:
        v128.store(h + u, bent(f32x4.add(v128.load(x + u), v128.load(s + u)), op.bend));
        break;
      case Cell.gru: {
        const reset = sigmoid(f32x4.add(v128.load(x + u), v128.load(s + u)));
        const update = sigmoid(f32x4.add(v128.load(x + gate + u), v128.load(s + gate + u)));
        const fresh = tanh(f32x4.add(v128.load(x + 2 * gate + u), f32x4.mul(reset, v128.load(s + 2 * gate + u))));
        v128.store(h + u, f32x4.add(f32x4.mul(f32x4.sub(f32x4.splat(1), update), fresh), f32x4.mul(update, v128.load(h + u))));
        break;
      }
      default: {
        const take = sigmoid(f32x4.add(v128.load(x + u), v128.load(s + u)));
        const forget = sigmoid(f32x4.add(v128.load(x + gate + u), v128.load(s + gate + u)));
        const fresh = tanh(f32x4.add(v128.load(x + 2 * gate + u), v128.load(s + 2 * gate + u)));
        const show = sigmoid(f32x4.add(v128.load(x + 3 * gate + u), v128.load(s + 3 * gate + u)));
        const cell = f32x4.add(f32x4.mul(forget, v128.load(c + u)), f32x4.mul(take, fresh));
        v128.store(c + u, cell);
        v128.store(h + u, f32x4.mul(show, tanh(cell)));
      }
    }
  }
}

function bent(x: v128, bend: i32): v128 {
  switch (bend) {
    case Bend.tanh: return tanh(x);
    case Bend.relu: return f32x4.max(f32x4.splat(0), x);
    default: return unreachable();
  }
}

// @ts-ignore: decorator
@inline
function sigmoid(x: v128): v128 {
  return value(x, Act.sigmoid, 0, 0);
}

// @ts-ignore: decorator
@inline
function tanh(x: v128): v128 {
  return value(x, Act.tanh, 0, 0);
}
