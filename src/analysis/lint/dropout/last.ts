// dropout/last: dropout behind the last layer of the network.

import { isDead, isDropout } from '../network.js';
import { eachLayer } from '../rule.js';

/**
 * ## What it does
 *
 * Warns of an output of the network that is a dropout.
 *
 * ## Why is this bad?
 *
 * While training it sets outputs to zero at random, the right answer among them, and the loss then teaches the network about
 * answers it did not give. Dropout belongs before a layer that can make up for what is missing. It happens when `defaults` give
 * every dense layer a `drop`.
 *
 * ## Example
 *
 * ```yaml
 * input: 784
 * defaults: {fc: {drop: 0.5}}
 * layers:
 *   - {fc: 128, act: relu}
 *   - {fc: 10}                   # warning: dropout/last
 * ```
 *
 * Use instead:
 *
 * ```yaml
 * input: 784
 * defaults: {fc: {drop: 0.5}}
 * layers:
 *   - {fc: 128, act: relu}
 *   - {fc: 10, drop: none}       # => 10
 * ```
 */
export default eachLayer((layer, network) =>
  isDropout(layer) && layer.readers.length === 0 && !isDead(layer, network)
    ? {
        message: `the network ends in ${layer.node.name}, which drops its own answers while training`,
        help: 'write drop: none at the last layer, or take the row out',
      }
    : undefined,
);
