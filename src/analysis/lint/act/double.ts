// act/double: two activations in a row.

import { back, isActivation, onlyMoves } from '../network.js';
import { eachLayer } from '../rule.js';

/**
 * ## What it does
 *
 * Warns of an activation that reads an activation, with nothing but dropout or a reshape between.
 *
 * ## Why is this bad?
 *
 * The second has little or nothing to do: a ReLU of a ReLU is the ReLU. A softmax or a sigmoid behind a ReLU gets no negative values, so that
 * its outputs cannot tell "unlikely" from "unknown". It happens when `act` stands in `defaults` and a row adds another.
 *
 * ## Example
 *
 * ```yaml
 * input: 784
 * defaults: {fc: {act: relu}}
 * layers:
 *   - {fc: 128}
 *   - {fc: 10}
 *   - softmax                    # warning: act/double
 * ```
 *
 * Use instead:
 *
 * ```yaml
 * input: 784
 * defaults: {fc: {act: relu}}
 * layers:
 *   - {fc: 128}
 *   - {fc: 10, act: softmax}     # => 10
 * ```
 */
export default eachLayer((layer) => {
  const first = isActivation(layer) && back(layer, onlyMoves);
  if (!first || !isActivation(first)) return undefined;
  const [one, two] = [first.node.kind, layer.node.kind];
  return {
    message: `${layer.node.name} reads ${first.node.name}: ${one === two ? `${two.name} twice` : `${one.name}, then ${two.name}`}, with no layer between`,
    help: `keep one of them; act: none switches off a default`,
  };
});
