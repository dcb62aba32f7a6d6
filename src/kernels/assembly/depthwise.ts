// Depthwise convolution: each channel with a kernel of its own. Four channels at a time, nothing is shared between channels.

import { finish } from './activation';
import { Depthwise } from './instructions';
import { multiplyAdd } from './arithmetic';

/**
 * One task: one row of one image of the output. input: f32 [images][H][W][inputStride]; output: f32 [images][outH][outW]
 * [outputStride]; weights: f32 [1 + taps][C rounded up to 4], the first row the bias.
 */
export function depthwise(op: Depthwise, task: i32, scratch: usize): void {
  const n = task / op.outH;
  const outY = task - n * op.outH;
  const y = outY * op.strideH - op.top;
  const width: usize = ((op.C + 3) & ~3) << 2;
  const pixel: usize = op.inputStride << 2;
  // Taps outside the image are skipped.
  const firstY = firstTap(y, op.dilationH);
  const lastY = lastTap(y, op.dilationH, op.kernelH, op.H);
  const step: usize = op.dilationW * op.inputStride << 2;
  const output = op.output + (<usize>(task * op.outW) * op.outputStride << 2);
  for (let outX = 0; outX < op.outW; outX++) {
    const x = outX * op.strideW - op.left;
    const firstX = firstTap(x, op.dilationW);
    const lastX = lastTap(x, op.dilationW, op.kernelW, op.W);
    const out = output + (<usize>outX * op.outputStride << 2);
    const taps = lastX - firstX;
    const from = op.input + <usize>((n * op.H + y + firstY * op.dilationH) * op.W + x + firstX * op.dilationW) * pixel;
    const line: usize = <usize>(op.dilationH * op.W) * pixel;
    const whole = taps == 3 && op.kernelW == 3 && lastY - firstY == 3 && op.kernelH == 3;
    let c = 0;
    if (whole) {
      const second = from + line;
      const third = second + line;
      for (; c + 4 <= op.C; c += 4) {
        const at: usize = c << 2;
        const w = op.weights + at;
        let sum = v128.load(w);
        sum = multiplyAdd(v128.load(from + at), v128.load(w + width), sum);
        sum = multiplyAdd(v128.load(from + at + step), v128.load(w + 2 * width), sum);
        sum = multiplyAdd(v128.load(from + at + 2 * step), v128.load(w + 3 * width), sum);
        sum = multiplyAdd(v128.load(second + at), v128.load(w + 4 * width), sum);
        sum = multiplyAdd(v128.load(second + at + step), v128.load(w + 5 * width), sum);
        sum = multiplyAdd(v128.load(second + at + 2 * step), v128.load(w + 6 * width), sum);
        sum = multiplyAdd(v128.load(third + at), v128.load(w + 7 * width), sum);
        sum = multiplyAdd(v128.load(third + at + step), v128.load(w + 8 * width), sum);
        sum = multiplyAdd(v128.load(third + at + 2 * step), v128.load(w + 9 * width), sum);
        v128.store(out + at, sum);
      }
    } else {
      for (; c + 4 <= op.C; c += 4) {
        let sum = v128.load(op.weights + (c << 2));
        let row = from + (c << 2);
        for (let ky = firstY; ky < lastY; ky++) {
          let w = op.weights + <usize>(1 + ky * op.kernelW + firstX) * width + (c << 2);
          let at = row;
          for (let kx = 0; kx < taps; kx++) {
            sum = multiplyAdd(v128.load(at), v128.load(w), sum);
            at += step;
            w += width;
          }
          row += line;
        }
        v128.store(out + (c << 2), sum);
      }
    }
    for (; c < op.C; c++) {
      let sum = load<f32>(op.weights + (c << 2));
      let row = from + (c << 2);
      for (let ky = firstY; ky < lastY; ky++) {
        for (let kx = 0; kx < taps; kx++)
          sum += load<f32>(row + <usize>kx * step) * load<f32>(op.weights + <usize>(1 + ky * op.kernelW + firstX + kx) * width + (c << 2));
        row += line;
      }
      store<f32>(out + (c << 2), sum);
    }
  }
  if (op.act != 0) finish(output, op.outputStride << 2, 0, 0, op.outW, op.C, op.act, op.alpha, op.beta);
}

/** The first tap of a window starting at `start` that is not before the image. */
export function firstTap(start: i32, dilation: i32): i32 {
  return start >= 0 ? 0 : (dilation - 1 - start) / dilation;
}

/** The tap behind the last that lies in an image of `size`. */
export function lastTap(start: i32, dilation: i32, kernel: i32, size: i32): i32 {
  return start >= size ? 0 : min(kernel, (size - 1 - start) / dilation + 1);
}
