// downsample/too-early: a map made small before a second layer has looked at it.

import { formatShape, product, spatial } from '../../../core/shape.js';
import { hasWeights, type Layer, type Network, next } from '../network.js';
import type { Finding } from '../rule.js';

/**
 * ## What it does
 *
 * Warns when, on the way from an input to the second convolution, strides and pools leave fewer than one in a hundred places,
 * or fewer than one in twelve and no more than 8 along any axis.
 *
 * ## Why is this bad?
 *
 * What the first layer did not find is gone. ResNet's stem of a 7x7 stride 2 and a pool makes 8x8 of a 32x32 image before the
 * first block; on CIFAR the same network with a 3x3 stem is far better. Zeiler and Fergus (2013) found dead filters and
 * aliasing in AlexNet's first layer and halved its stride of 4.
 *
 * ## Example
 *
 * ```yaml
 * input: 32x32x3
 * defaults: {conv: {act: relu}}
 * layers:
 *   - {conv: 64, kernel: 7, stride: 2, padding: 3}
 *   - {maxpool: 3, stride: 2, padding: 1}    # warning: downsample/too-early
 *   - {conv: 64, kernel: 3, padding: 1}
 * ```
 *
 * Use instead:
 *
 * ```yaml
 * input: 32x32x3
 * defaults: {conv: {act: relu}}
 * layers:
 *   - {conv: 64, kernel: 3, padding: 1}      # => 32x32x64
 *   - {conv: 64, kernel: 3, padding: 1}      # => 32x32x64
 *   - {maxpool: 2}                           # => 16x16x64
 * ```
 */
export default (network: Network): readonly Finding[] =>
  network.inputs.flatMap((input): Finding[] => {
    const stem = stemOf(input);
    const small = stem.find((layer) => isSmall(spatial(layer.output), spatial(input.output)));
    const [from, to] = [input.output, small?.output ?? []];
    const last = stem.at(-1);
    // A dense layer reads all places at once and gains from fewer.
    if (!small || !last?.readers.some(({ axes }) => axes.length > 0)) return [];
    return [
      {
        layer: small,
        message: `${small.node.name} leaves ${formatShape(to, network.analysis.graph.layout)} of the ${formatShape(from, network.analysis.graph.layout)} input, 1 in ${Math.round(product(spatial(from)) / product(spatial(to)))} places, before a second layer has looked at it`,
        help: 'stride or pool less here, and more behind further layers',
      },
    ];
  });

/** The layers in a row from the input on that slide windows, up to the second with weights. */
const stemOf = (input: Layer): readonly Layer[] => {
  const stem: Layer[] = [];
  let weighted = 0;
  for (let at = next(input); at; at = next(at)) {
    weighted += hasWeights(at) ? 1 : 0;
    const slides = at.axes.length > 0;
    const keeps = at.output.length > 1 && product(spatial(at.output)) === product(spatial(at.input));
    if (weighted > 1 || !(slides || keeps)) break;
    stem.push(at);
  }
  return stem;
};

const isSmall = (left: readonly number[], all: readonly number[]): boolean => {
  const share = product(left) / product(all);
  return share < 1 / 100 || (share < 1 / 12 && left.every((size) => size <= 8));
};
