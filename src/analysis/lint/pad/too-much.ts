// pad/too-much: more padding than the kernel can use, so that the map grows or windows lie in the padding.

import { eachLayer } from '../rule.js';
import { type Axis, where } from '../windows.js';

/**
 * ## What it does
 *
 * Warns of a convolution that is padded by more than keeps the size: by as much as its kernel on one side, or so much that the
 * map grows.
 *
 * ## Why is this bad?
 *
 * A window that lies in the padding sees zeros only, so its output is the bias, the same for every image. A 1x1 kernel needs no
 * padding; a 3x3 kernel keeps the size with 1, a 5x5 with 2. Pools that are padded by more than half of their window are an
 * error, `shape/pool-padding`, unless they are `wide`.
 *
 * ## Example
 *
 * ```yaml
 * input: 32x32x3
 * layers:
 *   - {conv: 16, kernel: 3, padding: 2, act: relu}          # warning: pad/too-much
 *   - {conv: 32, kernel: 1, padding: 1, act: relu}          # warning: pad/too-much
 * ```
 *
 * Use instead:
 *
 * ```yaml
 * input: 32x32x3
 * layers:
 *   - {conv: 16, kernel: 3, padding: 1, act: relu}          # => 32x32x16
 *   - {conv: 32, kernel: 1, act: relu}                      # => 32x32x32
 * ```
 */
export default eachLayer((layer) => {
  const much = where(layer.axes, (axis) => isBlind(axis) || grows(axis));
  if (!much) return undefined;
  const { axis, words } = much;
  const { before, after } = axis.window;
  const amount = before === after ? `${before}` : `${before} + ${after}`;
  const outcome = isBlind(axis)
    ? 'the windows at the edge see nothing but padding'
    : `a ${words} of ${axis.size} becomes ${axis.places}, with windows that are mostly padding`;
  return {
    message: `${layer.node.name}: padding ${amount} around a kernel of ${axis.extent}: ${outcome}`,
    help: `write padding: ${Math.floor((axis.extent - 1) / 2)}`,
  };
});

/** The first or the last window has no cell of the input in it. */
const isBlind = ({ extent, size, places, window }: Axis): boolean =>
  window.before >= extent || (places - 1) * window.stride - window.before >= size;

const grows = ({ extent, window: { before, after, stride } }: Axis): boolean =>
  before + after > extent || (before + after === extent && stride === 1);
