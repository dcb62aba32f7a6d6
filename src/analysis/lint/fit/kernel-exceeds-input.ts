// fit/kernel-exceeds-input: a window larger than the map it slides over, which fits only because of the padding.

import { product } from '../../../core/shape.js';
import { hasWeights } from '../network.js';
import { eachLayer } from '../rule.js';
import { type Axis, axesOf, kernelText, where } from '../windows.js';

/**
 * ## What it does
 *
 * Warns of a convolution or a pool whose window covers more cells than the input has, and says how many of a kernel's weights ever
 * meet a value.
 *
 * ## Why is this bad?
 *
 * A 3x3 kernel on a 1x1 map is a 1x1 kernel: eight of its nine weights meet zeros only and never learn. It happens at the end of
 * networks that were made for larger images. A kernel that does not even fit into the padded input is an error, `shape/kernel-too-large`.
 *
 * ## Example
 *
 * ```yaml
 * input: 8x8x64
 * layers:
 *   - {maxpool: 4, stride: 4}                               # => 2x2x64
 *   - {conv: 128, kernel: 5, padding: 2, act: relu}         # warning: fit/kernel-exceeds-input
 * ```
 *
 * Use instead:
 *
 * ```yaml
 * input: 8x8x64
 * layers:
 *   - {maxpool: 2}                                          # => 4x4x64
 *   - {conv: 128, kernel: 3, padding: 1, act: relu}         # => 4x4x128
 * ```
 */
export default eachLayer((layer) => {
  const axes = axesOf(layer);
  const larger = where(axes, ({ extent, size }) => extent > size);
  if (!larger) return undefined;
  const [taps, live] = [product(axes.map(({ window }) => window.kernel)), product(axes.map(liveTaps))];
  const dead = hasWeights(layer) && live < taps ? `, and only ${live} of its ${taps} places ever meet a value` : '';
  return {
    message: `${layer.node.name}: a window of ${kernelText(larger.axis)} is larger than the ${larger.words} of ${larger.axis.size}; it fits only because of the padding${dead}`,
    help: `write a kernel of at most ${larger.axis.size}, or less stride before it`,
  };
});

/** More taps than anybody means are not looked at one by one. */
const MOST_TAPS = 1000;

/** Taps that lie over a cell of the input in some window. */
const liveTaps = ({ window, size, places }: Axis): number => {
  if (window.kernel > MOST_TAPS) return window.kernel;
  let live = 0;
  for (let tap = 0; tap < window.kernel; tap += 1) {
    const first = tap * window.dilation - window.before;
    const later = Math.max(0, Math.ceil(-first / window.stride));
    if (later < places && first + later * window.stride < size) live += 1;
  }
  return live;
};
