// Products of matrices that were computed, many of the same sizes at once: the second ones are put into panels, then the
// microkernel multiplies them.

import { finish } from './activation';
import { Act, Multiply, Panel } from './instructions';
import { settle } from './convolve';
import { COLUMNS, microkernel } from './microkernel';
import { four, turn } from './pack';

const FLOAT: usize = 4;
const VECTOR: usize = 16;

/**
 * One task: a panel of one of `count` matrices. Value k of filter j lies at input[corner + j * filterStep + k * depthStep], one of
 * the steps being 1. corners: u32 [count]; output: f32 [count][panels][1 + depth][COLUMNS]: 0, then the values times `factor`.
 */
export function panel(op: Panel, task: i32, scratch: usize): void {
  const rowBytes = <usize>COLUMNS * FLOAT;
  const panels = (op.filters + COLUMNS - 1) / COLUMNS;
  const matrix = task / panels;
  const first = (task - matrix * panels) * COLUMNS;
  const columns = min(COLUMNS, op.filters - first);
  const output = op.output + <usize>task * <usize>(1 + op.depth) * rowBytes;
  memory.fill(output, 0, rowBytes);
  const filterBytes = <usize>op.filterStep * FLOAT;
  const depthBytes = <usize>op.depthStep * FLOAT;
  const factor = f32x4.splat(op.factor);
  const input = op.input + <usize>load<u32>(op.corners + <usize>matrix * FLOAT) * FLOAT + <usize>first * filterBytes;
  let j = 0;
  for (; j + 4 <= columns; j += 4) {
    let from = input + <usize>j * filterBytes;
    let to = output + rowBytes + <usize>j * FLOAT;
    let k = 0;
    if (op.depthStep == 1) {
      for (; k + 4 <= op.depth; k += 4) {
        turn(from, filterBytes, to, rowBytes, factor);
        from += VECTOR;
        to += 4 * rowBytes;
      }
    }
    for (; k < op.depth; k++) {
      const values = op.filterStep == 1 ? v128.load(from) : four(from, filterBytes);
      v128.store(to, f32x4.mul(values, factor));
      from += depthBytes;
      to += rowBytes;
    }
  }
  for (; j < columns; j++) {
    let from = input + <usize>j * filterBytes;
    let to = output + rowBytes + <usize>j * FLOAT;
    for (let k = 0; k < op.depth; k++) {
      store<f32>(to, load<f32>(from) * op.factor);
      from += depthBytes;
      to += rowBytes;
    }
  }
}

/**
 * One task: `taskRows` rows of one of `count` products. input: rows of `depth` floats, inputStride apart; output: rows of `filters`
 * floats; corners: u32 [count][3]: the first float of the input's matrix, which matrix of the panels, the first float of the output's.
 * scratch: f32 [taskRows][COLUMNS] for panels that are not full, then pointers u32 [taskRows].
 */
export function multiply(op: Multiply, task: i32, scratch: usize): void {
  const rowTasks = (op.rows + op.taskRows - 1) / op.taskRows;
  const matrix = task / rowTasks;
  const first = (task - matrix * rowTasks) * op.taskRows;
  const last = min(first + op.taskRows, op.rows);
  const corner = op.corners + <usize>matrix * 3 * FLOAT;
  const input = op.input + <usize>load<u32>(corner) * FLOAT;
  const output = op.output + (<usize>load<u32>(corner, 8) + <usize>(first * op.outputStride)) * FLOAT;
  const panels = (op.filters + COLUMNS - 1) / COLUMNS;
  const panelBytes = <usize>((1 + op.depth) * COLUMNS) * FLOAT;
  const weights = op.panels + <usize>load<u32>(corner, 4) * <usize>panels * panelBytes;
  const rowBytes = <usize>op.outputStride * FLOAT;
  const rows = last - first;
  const pointers = scratch + <usize>(op.taskRows * COLUMNS) * FLOAT;
  for (let i = 0; i < rows; i++) store<u32>(pointers + <usize>i * FLOAT, <u32>(input + <usize>((first + i) * op.inputStride) * FLOAT));
  for (let panel = 0; panel < panels; panel++) {
    const column = panel * COLUMNS;
    const columns = min(COLUMNS, op.filters - column);
    const c = output + <usize>column * FLOAT;
    const from = weights + <usize>panel * panelBytes;
    // Of one tap a block's pointers stand one behind the other, whatever its height.
    if (columns == COLUMNS) microkernel(rows, columns, 1, op.depth, pointers, from, c, rowBytes, 0, 0, false, 0, 0);
    else {
      microkernel(rows, columns, 1, op.depth, pointers, from, scratch, <usize>COLUMNS * FLOAT, 0, 0, false, 0, 0);
      settle(scratch, c, rowBytes, 0, 0, rows, columns, -Infinity, Infinity);
    }
  }
  if (op.act != Act.identity) finish(output, rowBytes, 0, 0, last - first, op.filters, op.act, op.alpha, op.beta);
}
