// norm/double: two normalisations in a row.

import { back, onlyMoves } from '../network.js';
import { eachLayer } from '../rule.js';

/**
 * ## What it does
 *
 * Warns of a normalisation that reads a normalisation.
 *
 * ## Why is this bad?
 *
 * What the first one has scaled and shifted, the second scales and shifts again; its learned parameters are there for nothing. It
 * happens when `defaults` add a norm to every convolution and a row adds another.
 *
 * ## Example
 *
 * ```yaml
 * input: 32x32x3
 * defaults: {conv: {bias: false, norm: bn}}
 * layers:
 *   - {conv: 16, kernel: 3}
 *   - bn                                     # warning: norm/double
 *   - relu
 * ```
 *
 * Use instead:
 *
 * ```yaml
 * input: 32x32x3
 * defaults: {conv: {bias: false, norm: bn}}
 * layers:
 *   - {conv: 16, kernel: 3, act: relu}       # => 30x30x16
 * ```
 */
export default eachLayer((layer) => {
  const first = layer.node.kind.role === 'norm' ? back(layer, onlyMoves) : undefined;
  if (first?.node.kind.role !== 'norm') return undefined;
  return {
    message: `${layer.node.name} normalises what ${first.node.name} has just normalised`,
    help: 'keep one of them; norm: none switches off a default',
  };
});
