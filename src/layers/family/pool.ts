// What sliding pools share: options, checks, output size and reach. What a window computes is the kind's.

import { type Args, axes, flag, padding } from '../../core/args.js';
import { type Factors, kernelFactors, type OperationCount, placeFactors } from '../../core/count.js';
import { Problem, write } from '../../core/diagnostic.js';
import type { Facts } from '../../core/layer.js';
import { windowReach } from '../../core/reach.js';
import { axisWord, channels, product, type Shape, spatial } from '../../core/shape.js';
import {
  extent,
  kernelTooLarge,
  type Sliding,
  slide,
  slideSum,
  type Window,
  windowLabel,
  windowsOver,
} from '../../core/window.js';
import { needsVolume } from './convolution.js';

export const pooling = {
  kernel: axes('size of the window', { min: 1 }),
  stride: axes('step of the window', { min: 1, from: 'kernel' }),
  dilation: axes('distance between taps, from 1', { min: 1, default: 1 }),
  padding: padding('cells added around the input, never read as values', { default: 0 }),
  ceil: flag('let a last window hang over the end', { default: false }),
  wide: flag(
    'take padding of more than half the window, up to one cell less than it covers (ONNX; PyTorch refuses it)',
    {
      default: false,
    },
  ),
} satisfies Args;

interface Pooling extends Sliding {
  readonly ceil: boolean;
  readonly wide?: boolean;
}

export const poolLabel = (args: Pooling): string => `${windowLabel(args)}${args.ceil ? ', ceil' : ''}`;

/** A pool's facts; `ops` tells what the windows cost from the factors `C, H_out, W_out, k_h, k_w`. */
export const pool = (
  args: Pooling,
  input: Shape,
  ops: (each: Factors, output: Factors) => OperationCount,
): Facts | Problem => {
  const refused = needsVolume(input);
  if (refused) return refused;
  const sizes = spatial(input);
  const windows = windowsOver(sizes, args);
  const out = windows.map((w, axis) => slide(sizes[axis] ?? 0, w, args.ceil));
  for (const [axis, w] of windows.entries()) {
    const tooMuch = typeof args.padding === 'string' ? null : padsTooMuch(w, sizes[axis] ?? 0, args.wide);
    if (tooMuch) return tooMuch;
    if ((out[axis] ?? 0) < 1) return kernelTooLarge(sizes[axis] ?? 0, w, axisWord(sizes.length, axis));
  }
  const output = { C: channels(input), ...placeFactors(out, '_out') };
  return {
    output: [channels(input), ...out],
    ops: ops({ ...output, ...kernelFactors(args.kernel) }, output),
    ...(product(windows.map((w) => w.kernel * w.stride)) > 1 && { reach: windowReach(windows) }),
    windows,
    why: () => windows.map((w, axis) => slideSum(sizes[axis] ?? 0, w, { ceil: args.ceil, unpadded: true })),
  };
};

/**
 * A window that could lie in the padding alone would pool nothing. PyTorch draws the line at half the kernel; a `wide` pool pads up to
 * where every window still meets the input, as long as its taps cannot step over it.
 */
const padsTooMuch = (w: Window, size: number, wide = false): Problem | null => {
  const pad = Math.max(w.before, w.after);
  const most = wide ? extent(w) - 1 : Math.floor(w.kernel / 2);
  if (pad > most)
    return new Problem(
      'shape/pool-padding',
      wide
        ? `padding ${pad} is as much as the ${extent(w)} cells that the window covers: some windows would lie in the padding`
        : `padding ${pad} is more than half of the window's ${w.kernel}: some windows would lie in the padding`,
      write(String(most), ' or less'),
      'padding',
    );
  if (!wide || w.before === 0 || w.dilation <= size) return null;
  return new Problem(
    'shape/pool-padding',
    `taps ${w.dilation} cells apart can step over the ${size} of the input: some windows would lie in the padding`,
    `write dilation: ${size} or less, or no padding before the first cell`,
    'dilation',
  );
};
