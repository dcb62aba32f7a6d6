// dropout/before-norm: dropout directly before a batch normalisation.

import { back, isActivation, isDropout, onlyMoves } from '../network.js';
import { eachLayer } from '../rule.js';

/**
 * ## What it does
 *
 * Warns of dropout that a batch normalisation reads, with nothing but activations, pools and reshapes between.
 *
 * ## Why is this bad?
 *
 * Dropout changes the variance while training and not at test time; the normalisation keeps the variance of training as a running statistic
 * and divides by it at test time, where it is wrong (Li et al., "Understanding the Disharmony between Dropout and Batch
 * Normalization", 2018). A layer with weights between softens this and is let pass.
 *
 * ## Example
 *
 * ```yaml
 * input: 784
 * layers:
 *   - {fc: 256, bias: false, drop: 0.5}
 *   - bn                                                           # warning: dropout/before-norm
 *   - relu
 *   - {fc: 10}
 * ```
 *
 * Use instead:
 *
 * ```yaml
 * input: 784
 * layers:
 *   - {fc: 256, bias: false, norm: bn, act: relu, drop: 0.5}       # => 256
 *   - {fc: 10}                                                     # => 10
 * ```
 */
export default eachLayer((layer) => {
  if ((layer.facts.buffers?.length ?? 0) === 0) return undefined;
  const dropping = back(
    layer,
    (at) => !isDropout(at) && (isActivation(at) || onlyMoves(at) || at.node.kind.role === 'pool'),
  );
  if (!dropping || !isDropout(dropping)) return undefined;
  return {
    message: `${layer.node.name} keeps the variance of what ${dropping.node.name} leaves while training, which is another one at test time`,
    help: `put ${dropping.node.name} behind the normalisation and the activation`,
  };
});
