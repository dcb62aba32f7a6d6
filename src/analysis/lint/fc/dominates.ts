// fc/dominates: one dense layer that reads a flattened volume and holds most of the parameters.

import { total } from '../../../core/count.js';
import { grouped } from '../../../core/quantity.js';
import { formatShape, product, spatial } from '../../../core/shape.js';
import { isDense, type Layer, onlyMoves } from '../network.js';
import { eachLayer } from '../rule.js';

const MANY = 1_000_000;

/**
 * ## What it does
 *
 * Warns of a dense layer on a flattened volume that holds more than half of the network's parameters, and at least a million.
 *
 * ## Why is this bad?
 *
 * Each of its units has a weight for every value of every place. That is most of the memory and of what can be learned by
 * heart, for a small share of the work. The networks after VGG pool over all places first (Lin et al., "Network in Network",
 * 2013). It is also the usual cause of a count that is larger than expected: a pool was forgotten.
 *
 * ## Example
 *
 * ```yaml
 * input: 32x32x3
 * defaults: {conv: {kernel: 3, padding: 1, act: relu}}
 * layers:
 *   - {conv: 64}
 *   - {conv: 64}
 *   - {maxpool: 2}
 *   - {fc: 512, act: relu}                   # warning: fc/dominates
 *   - {fc: 10}
 * ```
 *
 * Use instead:
 *
 * ```yaml
 * input: 32x32x3
 * defaults: {conv: {kernel: 3, padding: 1, act: relu}}
 * layers:
 *   - {conv: 64}
 *   - {conv: 64}
 *   - {maxpool: 2}
 *   - {conv: 128, repeat: 2}
 *   - {maxpool: 2}
 *   - gap
 *   - {fc: 10}                               # => 10
 * ```
 */
export default eachLayer((layer, { analysis }) => {
  const all = analysis.totals.params;
  const own = isDense(layer) && total(layer.facts.params);
  if (!own || all === null || own < MANY || 2 * own <= all) return undefined;
  const volume = flattened(layer);
  if (product(spatial(volume)) === 1) return undefined;
  return {
    message: `${layer.node.name} holds ${grouped(own)} of the ${grouped(all)} parameters (${Math.round((100 * own) / all)}%), because it reads ${formatShape(volume, analysis.graph.layout)} flattened`,
    help: 'put gap or another pool before it, or give it fewer units',
  };
});

/** The volume whose places it reads apart. */
const flattened = (layer: Layer): Layer['output'] => {
  let [at] = layer.reads;
  while (at && at.output.length === 1 && onlyMoves(at)) [at] = at.reads;
  return at?.output ?? layer.input;
};
