// act/relu-last: a dense layer at the end of the network whose outputs are cut off at zero.

import { channels } from '../../../core/shape.js';
import { back, isDead, isDense, type Layer, next, onlyMoves } from '../network.js';
import { eachLayer } from '../rule.js';

/**
 * ## What it does
 *
 * Warns of an output of the network that is a dense layer behind an activation without negative values (ReLU, ReLU6).
 *
 * ## Why is this bad?
 *
 * The last layer gives scores for a softmax, or a value to predict. With the negative half cut off, classes cannot be told
 * apart that are all unlikely, and where all scores are zero nothing is learned. It happens when `defaults` give every dense
 * layer an activation.
 *
 * ## Example
 *
 * ```yaml
 * input: 784
 * defaults: {fc: {act: relu}}
 * layers:
 *   - {fc: 128}
 *   - {fc: 10}                   # warning: act/relu-last
 * ```
 *
 * Use instead:
 *
 * ```yaml
 * input: 784
 * defaults: {fc: {act: relu}}
 * layers:
 *   - {fc: 128}
 *   - {fc: 10, act: none}        # => 10
 * ```
 */
export default eachLayer((layer, network) => {
  const dense = cuts(layer) && !isDead(layer, network) && isLast(layer) && back(layer, onlyMoves);
  if (!dense || !isDense(dense)) return undefined;
  return {
    message: `the network ends in ${layer.node.name}, which cuts the ${channels(layer.output)} outputs of ${dense.node.name} off at 0`,
    help: `write act: none at ${dense.node.name}, or softmax`,
  };
});

/** Nothing behind it changes its values. */
const isLast = (layer: Layer): boolean => {
  let at: Layer | undefined = layer;
  while (at && at.readers.length > 0) {
    const reader = next(at);
    at = reader && onlyMoves(reader) ? reader : undefined;
  }
  return at !== undefined;
};

/** Lets nothing below zero through. */
const cuts = ({ operators: [operator] }: Layer): boolean =>
  operator?.op === 'pointwise' &&
  (operator.function === 'relu' || (operator.function === 'clamp' && (operator.alpha ?? 0) >= 0));
