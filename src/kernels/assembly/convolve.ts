// Convolution as a product of matrices without making one of them: rows are output pixels, reached through pointers to the
// input's pixels (an indirect convolution: Dukhan, 2019). 1x1 convolutions and Winograd's products are the case of one tap.

import { finish } from './activation';
import { Act, Convolve } from './instructions';
import { COLUMNS, microkernel, mostRows, rowsOf } from './microkernel';

/**
 * One task: output pixels [rows] x filters [panels]. input: f32 [images][D][H][W][inputStride]; output: f32 [images * outD * outH * outW]
 * [outputStride]; panels: f32 [groups * panels of a group][1 + taps * depth][COLUMNS], the first row of each the bias;
 * zeros: as many floats of 0 as all groups
 * have channels, which taps in the padding read. scratch: f32 [rows][COLUMNS] for panels that are not full,
 * then pointers u32 [taps][rows] block by block.
 */
export function convolve(op: Convolve, task: i32, scratch: usize): void {
  assert(op.outputStride >= op.groups * op.filters);
  const pixels = op.images * op.outD * op.outH * op.outW;
  const perGroup = (op.filters + COLUMNS - 1) / COLUMNS;
  const firstRow = (task / op.panelTasks) * op.taskRows;
  const lastRow = min(firstRow + op.taskRows, pixels);
  const firstPanel = (task % op.panelTasks) * op.taskPanels;
  const lastPanel = min(firstPanel + op.taskPanels, op.groups * perGroup);
  const taps = op.kernelD * op.kernelH * op.kernelW;
  const panelBytes: usize = ((1 + taps * op.depth) * COLUMNS) << 2;
  const rowBytes: usize = op.outputStride << 2;
  const residualBytes: usize = op.residualStride << 2;
  const pointers = scratch + <usize>(op.rows * COLUMNS << 2);
  // Limits are set while the results are still near; other functions have a pass of their own.
  const limits = op.act == Act.clamp;
  const adds = op.residual != 0 && (limits || op.act == Act.identity);
  const least: f32 = limits ? op.alpha : -Infinity;
  const most: f32 = limits ? op.beta : Infinity;

  for (let row = firstRow; row < lastRow; row += op.rows) {
    const rows = min(op.rows, lastRow - row);
    let group = -1;
    let high = 0;
    for (let panel = firstPanel; panel < lastPanel; panel++) {
      const before = group;
      group = panel / perGroup;
      const column = (panel - group * perGroup) * COLUMNS;
      const columns = min(COLUMNS, op.filters - column);
      if (mostRows(columns) != high) {
        high = mostRows(columns);
        reach(op, row, row + rows, high, op.input + ((group * op.depth) << 2), pointers);
      } else if (group != before) shift(pointers, taps * rows, ((group - before) * op.depth) << 2);
      const weights = op.panels + <usize>panel * panelBytes;
      const channel: usize = (group * op.filters + column) << 2;
      const c = op.output + <usize>row * rowBytes + channel;
      const residual = adds ? op.residual + <usize>row * residualBytes + channel : 0;
      if (columns == COLUMNS) microkernel(rows, columns, taps, op.depth, pointers, weights, c, rowBytes, residual, residualBytes, limits, least, most);
      else {
        microkernel(rows, columns, taps, op.depth, pointers, weights, scratch, COLUMNS << 2, 0, 0, false, 0, 0);
        settle(scratch, c, rowBytes, residual, residualBytes, rows, columns, least, most);
      }
    }
    if (!limits && !adds && op.act != Act.identity) {
      // The block is still in the cache.
      const first = columnOf(op, firstPanel, perGroup);
      const last = columnOf(op, lastPanel, perGroup);
      finish(
        op.output + <usize>row * rowBytes + (first << 2), rowBytes,
        op.residual == 0 ? 0 : op.residual + (<usize>row * op.residualStride + first << 2), residualBytes,
        rows, last - first, op.act, op.alpha, op.beta,
      );
    }
  }
}

/** The first `columns` of COLUMNS results of every row to where they belong: plus the residual, if any, within limits. Strides in bytes. */
export function settle(
  from: usize, to: usize, stride: usize, residual: usize, residualStride: usize, rows: i32, columns: i32, least: f32, most: f32,
): void {
  const low = f32x4.splat(least);
  const high = f32x4.splat(most);
  const bytes: usize = columns << 2;
  for (; rows > 0; rows--) {
    let j: usize = 0;
    for (; j + 16 <= bytes; j += 16) {
      let a = v128.load(from + j);
      if (residual != 0) a = f32x4.add(a, v128.load(residual + j));
      v128.store(to + j, f32x4.pmin(f32x4.pmax(a, low), high));
    }
    for (; j < bytes; j += 4) {
      let a = v128.load32_zero(from + j);
      if (residual != 0) a = f32x4.add(a, v128.load32_zero(residual + j));
      v128.store_lane<f32>(to + j, f32x4.pmin(f32x4.pmax(a, low), high), 0);
    }
    from += COLUMNS << 2;
    to += stride;
    if (residual != 0) residual += residualStride;
  }
}

/** The first channel of the output that a panel makes. */
function columnOf(op: Convolve, panel: i32, perGroup: i32): i32 {
  const group = panel / perGroup;
  return group * op.filters + min((panel - group * perGroup) * COLUMNS, op.filters);
}

/** Moves `count` pointers by so many bytes: from the channels of one group to those of another. */
function shift(pointers: usize, count: i32, bytes: i32): void {
  const by = i32x4.splat(bytes);
  for (; count >= 4; count -= 4) {
    v128.store(pointers, i32x4.add(v128.load(pointers), by));
    pointers += 16;
  }
  for (; count > 0; count--) {
    store<i32>(pointers, load<i32>(pointers) + bytes);
    pointers += 4;
  }
}

/**
 * Writes the pointers of output pixels [row, end): block by block of at most `high` pixels, for each tap one for each of the block's.
 */
function reach(op: Convolve, row: i32, end: i32, high: i32, input: usize, pointers: usize): void {
  const taps = op.kernelD * op.kernelH * op.kernelW;
  const pixelBytes: usize = op.inputStride << 2;
  if (taps == 1 && op.strideD * op.strideH * op.strideW == 1 && (op.front | op.top | op.left) == 0 && op.D * op.H * op.W == op.outD * op.outH * op.outW) {
    let from = input + <usize>row * pixelBytes;
    for (let m = row; m < end; m++) {
      store<u32>(pointers, <u32>from);
      from += pixelBytes;
      pointers += 4;
    }
    return;
  }
  const plane = op.outH * op.outW;
  let slice = row / plane;
  let outY = (row - slice * plane) / op.outW;
  let outX = row - slice * plane - outY * op.outW;
  for (let m = row; m < end; ) {
    const rows = rowsOf(end - m, high);
    const tapBytes: usize = rows << 2;
    for (let i = 0; i < rows; i++) {
      const n = slice / op.outD;
      const z = (slice - n * op.outD) * op.strideD - op.front;
      const y = outY * op.strideH - op.top;
      const x = outX * op.strideW - op.left;
      let at = pointers + (i << 2);
      for (let kz = 0; kz < op.kernelD; kz++) {
        const inZ = z + kz * op.dilationD;
        for (let ky = 0; ky < op.kernelH; ky++) {
          const inY = y + ky * op.dilationH;
          const inside = inZ >= 0 && inZ < op.D && inY >= 0 && inY < op.H;
          const line = input + <usize>(((n * op.D + inZ) * op.H + inY) * op.W) * pixelBytes;
          for (let kx = 0; kx < op.kernelW; kx++) {
            const inX = x + kx * op.dilationW;
            store<u32>(at, <u32>(inside && inX >= 0 && inX < op.W ? line + <usize>inX * pixelBytes : op.zeros));
            at += tapBytes;
          }
        }
      }
      if (++outX == op.outW) {
        outX = 0;
        if (++outY == op.outH) {
          outY = 0;
          slice++;
        }
      }
    }
    pointers += <usize>taps * tapBytes;
    m += rows;
  }
}
