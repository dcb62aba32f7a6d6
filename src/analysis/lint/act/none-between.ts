// act/none-between: two layers with weights and nothing nonlinear between them.

import { isTransposed } from '../../../core/operator.js';
import { channels, elements } from '../../../core/shape.js';
import { back, groupsOf, hasWeights, isActivation, isDense, isDropout, type Layer, type Network } from '../network.js';
import type { Finding } from '../rule.js';

/**
 * ## What it does
 *
 * Warns of a convolution or dense layer that is read by another one with no activation on the way: only batch normalisation,
 * dropout, mean pooling or a reshape. Layers that are factors of a larger one on purpose are let pass: grouped and depthwise
 * convolutions, a 1x7 before a 7x1, and a middle narrower than both ends; and so are two convolutions between which the volume is
 * enlarged or its places move (`pixelshuffle`, `upsample`, `permute`), since no single convolution does the same. In a network without any activation it speaks once.
 *
 * ## Why is this bad?
 *
 * A linear map of a linear map is a linear map: at test time the two layers can do no more than one of them, with a larger
 * kernel, could do. Depth is worth something because of what stands between the layers. Usually the activation was forgotten.
 *
 * ## Example
 *
 * ```yaml
 * input: 32x32x3
 * layers:
 *   - {conv: 32, kernel: 3, padding: 1}               # warning: act/none-between
 *   - {conv: 32, kernel: 3, padding: 1, act: relu}
 *   - {maxpool: 4}
 *   - {fc: 128}                                       # warning: act/none-between
 *   - {fc: 10}
 * ```
 *
 * Use instead:
 *
 * ```yaml
 * input: 32x32x3
 * defaults: {conv: {act: relu}, fc: {act: relu}}
 * layers:
 *   - {conv: 32, kernel: 3, padding: 1}               # => 32x32x32
 *   - {conv: 32, kernel: 3, padding: 1}               # => 32x32x32
 *   - {maxpool: 4}                                    # => 8x8x32
 *   - {fc: 128}                                       # => 128
 *   - {fc: 10, act: none}                             # => 10
 * ```
 */
export default (network: Network): readonly Finding[] => {
  const findings = network.layers.flatMap((second): Finding[] => {
    const first =
      isMap(second) && back(second, (layer) => isLinear(layer) && (isDense(second) || staysConvolution(layer)));
    if (!first || !isMap(first) || areFactors(first, second)) return [];
    const [one, two] = [first.node.name, second.node.name];
    return [
      {
        layer: first,
        message: `${two} reads ${one} with no activation between: at test time the two are one linear map, ${together(first, second)}`,
        help: `write act: relu at ${one}`,
      },
    ];
  });
  return network.layers.some(isActivation) ? findings : findings.slice(0, 1);
};

/** With weights, and nothing but a linear map of what it reads: no recurrent layer, which bends what it keeps. */
const isMap = (layer: Layer): boolean => hasWeights(layer) && layer.node.kind.linear === true;

/** At test time; batch normalisation is then a factor and an addend per channel. */
const isLinear = (layer: Layer): boolean =>
  (layer.node.kind.linear === true && !hasWeights(layer)) ||
  isDropout(layer) ||
  layer.operators.some((operator) => operator.op === 'normalise' && operator.over === 'batch');

/** Between two convolutions: one convolution still does what they do. */
const staysConvolution = ({ facts: { reach }, operators }: Layer): boolean =>
  !operators.some(({ op }) => op === 'reshape' || op === 'permute') &&
  (reach === undefined || reach === 'global' || reach.every(({ taps }) => taps.length === 1));

/** Together they are cheaper than the layer they come to, which they can therefore not always be. */
const areFactors = (first: Layer, second: Layer): boolean => {
  if (isTransposed(first.operators) || isTransposed(second.operators) || groupsOf(first) > 1 || groupsOf(second) > 1)
    return true;
  const size = isDense(second) ? elements : channels;
  if (size(first.output) < Math.min(size(first.input), size(second.output))) return true;
  const [one, two] = [first.axes, second.axes];
  const wide = (axes: typeof one) => axes.some(({ extent }) => extent > 1);
  return wide(one) && wide(two) && one.every(({ extent }, axis) => extent === 1 || two[axis]?.extent === 1);
};

const together = (first: Layer, second: Layer): string => {
  const units = channels(second.output);
  if (isDense(second)) return `a dense layer of ${units} units`;
  const step = first.axes.map(({ window }, axis) => window.stride * ((second.axes[axis]?.extent ?? 1) - 1));
  const direct = first.readers.includes(second);
  const kernel = first.axes.map(({ extent }, axis) => extent + (step[axis] ?? 0));
  return direct && kernel.length > 0
    ? `a convolution of ${units} ${kernel.join('x')} kernels`
    : `a convolution to ${units} channels`;
};
