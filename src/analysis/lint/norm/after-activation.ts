// norm/after-activation: a normalisation that stands behind an activation, not before it.

import { back, centres, isActivation, isDropout } from '../network.js';
import { eachLayer } from '../rule.js';

/**
 * ## What it does
 *
 * Warns of a normalisation that takes means away (batch, layer, instance, group) and reads an activation directly.
 *
 * ## Why is this bad?
 *
 * The usual order is layer, normalisation, activation (Ioffe and Szegedy, 2015): the normalisation centres what the activation is to bend, so that
 * about half of it lies on either side of zero. Behind a ReLU it normalises values of which many are zero, and what the next layer reads
 * is not that of a ReLU. Some networks do so on purpose (ConvMixer); a slip is more common.
 *
 * ## Example
 *
 * ```yaml
 * input: 32x32x3
 * layers:
 *   - {conv: 16, kernel: 3, bias: false}
 *   - relu
 *   - bn                                                        # warning: norm/after-activation
 * ```
 *
 * Use instead:
 *
 * ```yaml
 * input: 32x32x3
 * layers:
 *   - {conv: 16, kernel: 3, bias: false, norm: bn, act: relu}   # => 30x30x16
 * ```
 */
export default eachLayer((layer) => {
  const bent = centres(layer) && back(layer, isDropout);
  if (!bent || !isActivation(bent)) return undefined;
  return {
    message: `${layer.node.name} normalises what ${bent.node.name} has bent; the usual order is layer, normalisation, activation`,
    help: `put it before ${bent.node.name}, or write norm and act beside the layer`,
  };
});
