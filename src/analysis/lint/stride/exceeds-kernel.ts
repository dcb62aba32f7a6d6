// stride/exceeds-kernel: a step wider than the kernel, so that cells between the windows are never read.

import type { Layer } from '../network.js';
import { eachLayer } from '../rule.js';
import { type Axis, axesOf, kernelText, where } from '../windows.js';

/**
 * ## What it does
 *
 * Warns of a convolution or a pool whose stride is larger than what its kernel covers, where no other layer reads what it skips. A
 * strided 1x1 shortcut beside a body that reads everything is let pass.
 *
 * ## Why is this bad?
 *
 * The cells between the windows are computed for nobody. A 1x1 kernel with stride 2 reads one cell of four. ResNet had such layers in its
 * main path; the version known as v1.5 moved the stride into the 3x3 kernel for this reason and is half a percent better.
 *
 * ## Example
 *
 * ```yaml
 * input: 56x56x256
 * layers:
 *   - {conv: 128, kernel: 1, stride: 2, act: relu}                  # warning: stride/exceeds-kernel
 *   - {conv: 128, kernel: 3, padding: 1, act: relu}
 * ```
 *
 * Use instead:
 *
 * ```yaml
 * input: 56x56x256
 * layers:
 *   - {conv: 128, kernel: 1, act: relu}                             # => 56x56x128
 *   - {conv: 128, kernel: 3, stride: 2, padding: 1, act: relu}      # => 28x28x128
 * ```
 */
export default eachLayer((layer) => {
  const wide = where(axesOf(layer), skips);
  const readers = layer.reads[0]?.readers ?? [];
  // Of several readers that skip the same, one is enough.
  if (!wide || readers[0] !== layer || !readers.every(isSkipping)) return undefined;
  const { window, extent } = wide.axis;
  return {
    message: `${layer.node.name}: a kernel of ${kernelText(wide.axis)} with stride ${window.stride} skips ${window.stride - extent} of every ${window.stride} cells along the ${wide.words}, and nothing else reads them`,
    help: `write stride: ${extent}, or a kernel of ${window.stride} or more`,
  };
});

/** Windows apart from each other; one window alone skips nothing that a larger stride would. */
const skips = ({ window, extent, places }: Axis): boolean => window.stride > extent && places > 1;

const isSkipping = (layer: Layer): boolean => axesOf(layer).some(skips);
