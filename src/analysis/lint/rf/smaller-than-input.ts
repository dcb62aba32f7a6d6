// rf/smaller-than-input: a network that pools over all places while each place has seen little of the input.

import { formatShape, product, spatial } from '../../../core/shape.js';
import { isExact } from '../../receptive-field.js';
import { sizeOf } from '../../track-measures.js';
import { type Layer, next } from '../network.js';
import { eachLayer } from '../rule.js';

/**
 * ## What it does
 *
 * Warns of a global pool at the end of a network whose cells see less than half of the input along every axis. Gates inside the
 * network (squeeze-and-excitation) and dense layers, which put places together, are let pass.
 *
 * ## Why is this bad?
 *
 * After the pool nothing knows where anything was, so whatever the network tells apart must fit into one receptive field. An
 * object that is larger is seen only in parts, as a bag of textures.
 *
 * ## Example
 *
 * ```yaml
 * input: 64x64x3
 * defaults: {conv: {kernel: 3, padding: 1, act: relu}}
 * layers:
 *   - {conv: 32, repeat: 3}                  # => 64x64x32, rf 7
 *   - gap                                    # warning: rf/smaller-than-input
 *   - {fc: 10}
 * ```
 *
 * Use instead:
 *
 * ```yaml
 * input: 64x64x3
 * defaults: {conv: {kernel: 3, padding: 1, act: relu}}
 * layers:
 *   - {conv: 32}
 *   - {maxpool: 2}
 *   - {conv: 64}
 *   - {maxpool: 2}
 *   - {conv: 64, repeat: 3}                  # => 16x16x64, rf 34
 *   - gap
 *   - {fc: 10}                               # => 10
 * ```
 */
export default eachLayer((layer, { analysis, inputs }) => {
  const { node, facts, input } = layer;
  if (node.kind.role !== 'pool' || facts.reach !== 'global' || product(spatial(layer.output)) !== 1) return undefined;
  if (product(spatial(input)) === 1 || !isLast(layer)) return undefined;
  for (const from of inputs) {
    const tracks = analysis.fields.get(from.node.id)?.[layer.reads[0]?.node.id ?? -1]?.local;
    if (!tracks || tracks === 'global') continue;
    const [seen, sizes] = [tracks.map((track) => sizeOf(track).size), spatial(from.output)];
    if (seen.every((size, axis) => 2 * size < (sizes[axis] ?? 0)))
      return {
        message: `${node.name} pools cells that see ${isExact(tracks) ? '' : 'at most '}${seen.join('x')} of the ${formatShape(from.output, analysis.graph.layout)} input each: nothing larger is ever seen as a whole`,
        help: 'put more layers, strides or pools before it',
      };
  }
  return undefined;
});

/** Nothing but layers in a row stand between it and an output: it does not gate or join what is elsewhere. */
const isLast = (pool: Layer): boolean => {
  let at: Layer | undefined = pool;
  while (at && at.readers.length > 0)
    at = at.readers.some(({ node }) => node.kind.role === 'merge') ? undefined : next(at);
  return at !== undefined;
};
