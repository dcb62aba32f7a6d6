// norm/bias-before: a bias that the normalisation behind it takes away again.

import { isBias, total } from '../../../core/count.js';
import { grouped } from '../../../core/quantity.js';
import { centres, hasWeights, next } from '../network.js';
import { eachLayer } from '../rule.js';

/**
 * ## What it does
 *
 * Warns of a layer that learns a bias and is read by nothing but a normalisation that subtracts each channel's mean: batch or
 * instance normalisation.
 *
 * ## Why is this bad?
 *
 * The same number added to every value of a channel is in its mean, and the mean is taken away: the bias has no effect and no
 * gradient. The normalisation's own shift (beta) does what the bias was for. It costs parameters and memory, and a count by
 * hand is off by it.
 *
 * ## Example
 *
 * ```yaml
 * input: 32x32x3
 * layers:
 *   - {conv: 16, kernel: 3, norm: bn, act: relu}                # warning: norm/bias-before
 * ```
 *
 * Use instead:
 *
 * ```yaml
 * input: 32x32x3
 * layers:
 *   - {conv: 16, kernel: 3, bias: false, norm: bn, act: relu}   # => 30x30x16, params 464
 * ```
 */
export default eachLayer((layer) => {
  const norm = hasWeights(layer) && layer.node.kind.linear && next(layer);
  if (!norm || centres(norm) !== 'channel') return undefined;
  const biases = total(layer.facts.params, isBias);
  if (biases === 0) return undefined;
  return {
    message: `${layer.node.name} learns ${biases === 1 ? 'a bias' : `${grouped(biases)} biases`}, and ${norm.node.name} takes ${biases === 1 ? 'it' : 'them'} away with the mean of each channel`,
    help: 'write bias: false',
  };
});
