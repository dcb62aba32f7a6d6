// fit/fraction: windows that do not fit a whole number of times, so that the last cells of the input are never read.

import { spatial } from '../../../core/shape.js';
import type { Layer } from '../network.js';
import { eachLayer } from '../rule.js';
import { type Axis, axesOf, unread, where } from '../windows.js';

/**
 * ## What it does
 *
 * Warns of a convolution or a pool whose last window ends before the input does: the size left over is cut off, and those rows and
 * columns never count. Cells of padding that are cut off are no loss and are let pass, and so is `ceil: true`.
 *
 * ## Why is this bad?
 *
 * The lectures call such a layer invalid: `(n - k + 2p)/s + 1` is no whole number. Frameworks round down in silence. The network
 * then does not see the right and the lower edge, and a shape is one less than expected: an 11x11 kernel with stride 4 fits 54.25 times
 * into 224, which gives 54 and not AlexNet's 55.
 *
 * ## Example
 *
 * ```yaml
 * input: 224x224x3
 * layers:
 *   - {conv: 96, kernel: 9, stride: 4, act: relu}               # warning: fit/fraction
 *   - {maxpool: 2}                                              # => 27x27x96
 *   - {maxpool: 2}                                              # warning: fit/fraction
 * ```
 *
 * Use instead:
 *
 * ```yaml
 * input: 224x224x3
 * layers:
 *   - {conv: 96, kernel: 9, stride: 4, padding: 3, act: relu}   # => 56x56x96
 *   - {maxpool: 2}                                              # => 28x28x96
 *   - {maxpool: 2}                                              # => 14x14x96
 * ```
 */
export default eachLayer((layer) => {
  const axes = axesOf(layer);
  const cut = where(axes, (axis) => unread(axis) > 0);
  if (!cut) return undefined;
  const { axis, words } = cut;
  return {
    message: `${layer.node.name}: ${windowsThatFit(axis)} windows of ${axis.extent} fit into the ${words} of ${axis.size}, so the last ${cells(unread(axis), words)} never read`,
    help: remedies(layer, axes).join(', or '),
  };
});

const windowsThatFit = ({ size, extent, window: { before, after, stride } }: Axis): number =>
  Number(((size + before + after - extent) / stride + 1).toFixed(2));

const CELLS: Readonly<Record<string, string>> = { height: 'row', width: 'column', length: 'cell', depth: 'slice' };

const cells = (n: number, words: string): string => {
  const names = words.split(' and ').map((word) => `${CELLS[word] ?? word}${n === 1 ? '' : 's'}`);
  return `${n === 1 ? '' : `${n} `}${names.join(' and ')} ${n === 1 && names.length === 1 ? 'is' : 'are'}`;
};

const remedies = (layer: Layer, axes: readonly Axis[]): readonly string[] => {
  const padding = axes.map(enoughPadding);
  const amounts = new Set(padding);
  const [first] = padding;
  return [
    ...('ceil' in (layer.node.args ?? {})
      ? ['write ceil: true']
      : padding.every((n) => n !== undefined)
        ? [`write padding: ${amounts.size === 1 ? first : `[${padding.join(', ')}]`}`]
        : []),
    ...(layer.reads.some(({ node }) => node.kind.role === 'input')
      ? [`an input that fits: ${fitting(layer, axes)}`]
      : ['sizes before it that fit']),
  ];
};

const MOST_PADDING = 100;

/** The least padding on both sides that leaves nothing unread; none where it would be more than half of the kernel. */
const enoughPadding = (axis: Axis): number | undefined => {
  const { window, extent, size } = axis;
  if (unread(axis) === 0 && window.before === window.after) return window.before;
  const most = Math.min(extent / 2, MOST_PADDING);
  for (let padding = Math.max(window.before, window.after); padding <= most; padding += 1)
    if ((size + 2 * padding - extent) % window.stride <= padding) return padding;
  return undefined;
};

/** The next smaller and the next larger input. */
const fitting = (layer: Layer, axes: readonly Axis[]): string => {
  const over = ({ size, extent, window: { before, after, stride } }: Axis) => (size + before + after - extent) % stride;
  const sized = (sizes: readonly number[]) => sizes.join('x');
  const smaller = spatial(layer.input).map((size, i) => size - (axes[i] ? over(axes[i]) : 0));
  const larger = smaller.map((size, i) => size + (axes[i] && over(axes[i]) > 0 ? axes[i].window.stride : 0));
  return `${sized(smaller)} or ${sized(larger)}`;
};
