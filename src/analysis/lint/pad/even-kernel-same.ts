// pad/even-kernel-same: `padding: same` around an even kernel, which cannot be centred.

import { eachLayer } from '../rule.js';
import { axesOf, kernelText, where } from '../windows.js';

/**
 * ## What it does
 *
 * Warns of `padding: same` with an even kernel where one side gets a cell more than the other.
 *
 * ## Why is this bad?
 *
 * An even kernel has no middle. `same` puts the odd cell at the bottom and at the right, so every such layer moves the map by half a cell, and
 * branches with odd kernels no longer line up with it. TensorFlow does this in silence; PyTorch warns and copies the input.
 *
 * ## Example
 *
 * ```yaml
 * input: 32x32x3
 * layers:
 *   - {conv: 16, kernel: 4, padding: same, act: relu}       # warning: pad/even-kernel-same
 * ```
 *
 * Use instead:
 *
 * ```yaml
 * input: 32x32x3
 * layers:
 *   - {conv: 16, kernel: 3, padding: same, act: relu}       # => 32x32x16
 *   - {conv: 16, kernel: 4, stride: 2, padding: same, act: relu}   # => 16x16x16
 * ```
 */
export default eachLayer((layer) => {
  if (layer.node.args?.['padding'] !== 'same') return undefined;
  const odd = where(axesOf(layer), ({ extent, window }) => extent % 2 === 0 && window.before !== window.after);
  if (!odd) return undefined;
  const { before, after } = odd.axis.window;
  return {
    message: `${layer.node.name}: padding same around an even kernel of ${kernelText(odd.axis)} adds ${before} before and ${after} after, which moves the map by half a cell`,
    help: `write an odd kernel: ${odd.axis.window.kernel - 1} or ${odd.axis.window.kernel + 1}`,
  };
});
