// graph/dead: a layer whose result goes nowhere.

import { isDead } from '../network.js';
import { eachLayer } from '../rule.js';

/**
 * ## What it does
 *
 * Warns of a layer that nobody reads, where `outputs:` says what the outputs are and it is none of them.
 *
 * ## Why is this bad?
 *
 * It is computed and counted, and changes nothing that comes out. It is what a slip in a `from:` leaves behind. Without `outputs:`
 * such a layer is an output of the network.
 *
 * ## Example
 *
 * ```yaml
 * input: 32x32x3
 * outputs: [head]
 * layers:
 *   - {conv: 16, kernel: 3, padding: 1, act: relu, name: a}
 *   - {conv: 16, kernel: 3, padding: 1, name: b}       # warning: graph/dead
 *   - {conv: 10, kernel: 1, from: a, name: head}
 * ```
 *
 * Use instead:
 *
 * ```yaml
 * input: 32x32x3
 * outputs: [head]
 * layers:
 *   - {conv: 16, kernel: 3, padding: 1, act: relu, name: a}
 *   - {conv: 16, kernel: 3, padding: 1, act: relu, name: b}
 *   - {conv: 10, kernel: 1, from: b, name: head}       # => 32x32x10
 * ```
 */
export default eachLayer((layer, network) =>
  isDead(layer, network)
    ? {
        message: `nobody reads ${layer.node.name}, and it is no output`,
        help: `read it by from: ${layer.node.name}, list it below outputs:, or leave it out`,
      }
    : undefined,
);
