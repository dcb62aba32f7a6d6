// deconv/checkerboard: a transposed convolution whose kernel is no multiple of its stride.

import { isTransposed } from '../../../core/operator.js';
import { axisWord } from '../../../core/shape.js';
import { eachLayer } from '../rule.js';

/**
 * ## What it does
 *
 * Warns of a transposed convolution with a stride above 1 where the kernel, without dilation, is no multiple of the stride.
 *
 * ## Why is this bad?
 *
 * Every input cell paints a kernel's width of the output, a stride apart. If the stride does not divide the kernel, the strokes
 * overlap in some cells and not in others, and the output gets the pattern of a checkerboard, which the network must learn to
 * undo (Odena et al., "Deconvolution and Checkerboard Artifacts", Distill 2016). With a kernel below the stride some cells get
 * nothing but the bias.
 *
 * ## Example
 *
 * ```yaml
 * input: 16x16x64
 * layers:
 *   - {convtranspose: 32, kernel: 3, stride: 2, act: relu}                # warning: deconv/checkerboard
 * ```
 *
 * Use instead:
 *
 * ```yaml
 * input: 16x16x64
 * layers:
 *   - {convtranspose: 32, kernel: 4, stride: 2, padding: 1, act: relu}    # => 32x32x32
 *   - {upsample: 2}                                                       # => 64x64x32
 *   - {conv: 16, kernel: 3, padding: 1, act: relu}                        # => 64x64x16
 * ```
 */
export default eachLayer((layer) => {
  const windows = isTransposed(layer.operators) ? (layer.facts.windows ?? []) : [];
  const axis = windows.findIndex(({ kernel, stride, dilation }) => dilation === 1 && kernel % stride !== 0);
  const window = windows[axis];
  if (!window) return undefined;
  const { kernel, stride } = window;
  const few = Math.floor(kernel / stride);
  const word = axisWord(windows.length, axis);
  return {
    message: `${layer.node.name}: kernels of ${kernel}, ${stride} apart, overlap unevenly: along the ${word} an output cell is made of ${few} or ${few + 1} inputs in turn`,
    help: `write kernel: ${(few + 1) * stride}, or upsample: ${stride} and a convolution`,
  };
});
