// dropout/rate: dropout that leaves next to nothing.

import { isDropout } from '../network.js';
import { eachLayer } from '../rule.js';

const HIGH = 0.8;

/**
 * ## What it does
 *
 * Warns of dropout with a rate of 0.8 or more.
 *
 * ## Why is this bad?
 *
 * The rate is the share that is dropped, not the share that is kept. TensorFlow 1 and many slides give the other one ("keep_prob
 * 0.8"), so a high rate is mostly a mix-up; 0.2 to 0.5 are usual.
 *
 * ## Example
 *
 * ```yaml
 * input: 784
 * layers:
 *   - {fc: 128, act: relu, drop: 0.8}        # warning: dropout/rate
 *   - {fc: 10}
 * ```
 *
 * Use instead:
 *
 * ```yaml
 * input: 784
 * layers:
 *   - {fc: 128, act: relu, drop: 0.2}        # => 128
 *   - {fc: 10}                               # => 10
 * ```
 */
export default eachLayer((layer) => {
  const rate = isDropout(layer) ? layer.node.args?.['rate'] : undefined;
  if (typeof rate !== 'number' || rate < HIGH) return undefined;
  const kept = Number((1 - rate).toFixed(6));
  return {
    message: `${layer.node.name} drops ${rate} of the values and keeps ${kept}`,
    help: kept > 0 ? `if ${rate} is what is to be kept, write ${kept}` : 'write 0.5 or less',
  };
});
