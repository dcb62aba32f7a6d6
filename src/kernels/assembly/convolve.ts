// Convolution as a product of matrices without making one of them: rows are output pixels, reached through pointers to the
// input's pixels (an indirect convolution: Dukhan, 2019). 1x1 convolutions and Winograd's products are the case of one tap.

import { finish } from './activation';
import { Act, Convolve } from './instructions';
import { COLUMNS, microkernel, ROWS } from './microkernel';

/**
 * One task: output pixels [rows] x filters [panels]. input: f32 [images][D][H][W][inputStride]; output: f32 [images * outD * outH * outW]
 * [outputStride]; panels: f32 [groups * panels of a group][1 + taps * depth][COLUMNS], the first row of each the bias;
 * zeros: `depth` floats of 0, which taps in the padding read. scratch: pointers u32 [blocks][taps][ROWS] behind an edge tile.
 */
export function convolve(op: Convolve, task: i32, scratch: usize): void {
  assert(op.rows % ROWS == 0 && op.outputStride >= op.groups * op.filters);
  const pixels = op.images * op.outD * op.outH * op.outW;
  const perGroup = (op.filters + COLUMNS - 1) / COLUMNS;
  const firstRow = (task / op.panelTasks) * op.taskRows;
  const lastRow = min(firstRow + op.taskRows, pixels);
  const firstPanel = (task % op.panelTasks) * op.taskPanels;
  const lastPanel = min(firstPanel + op.taskPanels, op.groups * perGroup);
  const taps = op.kernelD * op.kernelH * op.kernelW;
  const panelBytes: usize = ((1 + taps * op.depth) * COLUMNS) << 2;
  const rowBytes: usize = op.outputStride << 2;
  const tile = scratch;
  const pointers = scratch + ((ROWS * COLUMNS) << 2);
  const blockBytes: usize = (taps * ROWS) << 2;

  for (let row = firstRow; row < lastRow; row += op.rows) {
    const end = min(row + op.rows, lastRow);
    let group = -1;
    for (let panel = firstPanel; panel < lastPanel; panel++) {
      if (panel / perGroup != group) {
        group = panel / perGroup;
        reach(op, row, end, op.input + ((group * op.depth) << 2), pointers);
      }
      const column = (panel - group * perGroup) * COLUMNS;
      const columns = min(COLUMNS, op.filters - column);
      const weights = op.panels + <usize>panel * panelBytes;
      let c = op.output + <usize>row * rowBytes + ((group * op.filters + column) << 2);
      let at = pointers;
      for (let m = row; m < end; m += ROWS) {
        if (m + ROWS <= end && columns == COLUMNS) microkernel(taps, op.depth, at, weights, c, rowBytes);
        else {
          microkernel(taps, op.depth, at, weights, tile, COLUMNS << 2);
          const rows = min(ROWS, end - m);
          for (let i = 0; i < rows; i++)
            memory.copy(c + <usize>i * rowBytes, tile + ((i * COLUMNS) << 2), columns << 2);
        }
        at += blockBytes;
        c += <usize>ROWS * rowBytes;
      }
    }
    if (op.act != Act.identity || op.residual != 0) {
      // The block is still in the cache.
      const first = columnOf(op, firstPanel, perGroup);
      const last = columnOf(op, lastPanel, perGroup);
      finish(
        op.output + <usize>row * rowBytes + (first << 2), rowBytes,
        op.residual == 0 ? 0 : op.residual + (<usize>row * op.residualStride + first << 2), op.residualStride << 2,
        end - row, last - first, op.act, op.alpha, op.beta,
      );
    }
  }
}

/** The first channel of the output that a panel makes. */
function columnOf(op: Convolve, panel: i32, perGroup: i32): i32 {
  const group = panel / perGroup;
  return group * op.filters + min((panel - group * perGroup) * COLUMNS, op.filters);
}

/** Writes the pointers of output pixels [row, end): for each block of ROWS pixels, for each tap, ROWS pointers. */
function reach(op: Convolve, row: i32, end: i32, input: usize, pointers: usize): void {
  const plane = op.outH * op.outW;
  const taps = op.kernelD * op.kernelH * op.kernelW;
  for (let m = row; m < end; m += ROWS) {
    for (let i = 0; i < ROWS; i++) {
      // A block that is not full repeats its last pixel, whose results are thrown away.
      const pixel = min(m + i, end - 1);
      const slice = pixel / plane;
      const n = slice / op.outD;
      const place = pixel - slice * plane;
      const outY = place / op.outW;
      const z = (slice - n * op.outD) * op.strideD - op.front;
      const y = outY * op.strideH - op.top;
      const x = (place - outY * op.outW) * op.strideW - op.left;
      let at = pointers + (i << 2);
      for (let kz = 0; kz < op.kernelD; kz++) {
        const inZ = z + kz * op.dilationD;
        for (let ky = 0; ky < op.kernelH; ky++) {
          const inY = y + ky * op.dilationH;
          const inside = inZ >= 0 && inZ < op.D && inY >= 0 && inY < op.H;
          const line = ((n * op.D + inZ) * op.H + inY) * op.W;
          for (let kx = 0; kx < op.kernelW; kx++) {
            const inX = x + kx * op.dilationW;
            store<u32>(at, <u32>(inside && inX >= 0 && inX < op.W ? input + (<usize>(line + inX) * op.inputStride << 2) : op.zeros));
            at += ROWS << 2;
          }
        }
      }
    }
    pointers += (taps * ROWS) << 2;
  }
}
