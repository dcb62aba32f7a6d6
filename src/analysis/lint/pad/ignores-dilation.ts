// pad/ignores-dilation: padding that would keep the size of the map if the kernel were not dilated.

import { hasWeights } from '../network.js';
import { eachLayer } from '../rule.js';
import { type Axis, axesOf, where } from '../windows.js';

/**
 * ## What it does
 *
 * Warns of a dilated convolution with stride 1 whose padding is that of the same kernel without dilation.
 *
 * ## Why is this bad?
 *
 * A kernel of k taps, d cells apart, covers d(k - 1) + 1 cells, so keeping the size takes d(k - 1)/2 cells of padding on each side, not (k - 1)/2.
 * With too little the map shrinks at every layer, and what it was to be added to no longer fits.
 *
 * ## Example
 *
 * ```yaml
 * input: 32x32x64
 * layers:
 *   - {conv: 64, kernel: 3, dilation: 4, padding: 1, act: relu}   # warning: pad/ignores-dilation
 * ```
 *
 * Use instead:
 *
 * ```yaml
 * input: 32x32x64
 * layers:
 *   - {conv: 64, kernel: 3, dilation: 4, padding: 4, act: relu}   # => 32x32x64
 * ```
 */
export default eachLayer((layer) => {
  const short = hasWeights(layer) && where(axesOf(layer), forgets);
  if (!short) return undefined;
  const { window, size, places, extent } = short.axis;
  return {
    message: `${layer.node.name}: padding ${window.before} keeps the size for a kernel of ${window.kernel}, but with dilation ${window.dilation} it covers ${extent} cells, and the ${short.words} goes from ${size} to ${places}`,
    help: `write padding: ${(extent - 1) / 2} or padding: same to keep it`,
  };
});

const forgets = ({ window: { kernel, dilation, stride, before, after } }: Axis): boolean =>
  dilation > 1 && stride === 1 && kernel > 1 && 2 * before === kernel - 1 && before === after;
