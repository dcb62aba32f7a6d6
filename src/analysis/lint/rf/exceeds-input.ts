// rf/exceeds-input: convolutions that read what already sees the whole input.

import { formatShape, spatial } from '../../../core/shape.js';
import type { Tracks } from '../../receptive-field.js';
import { sizeOf } from '../../track.js';
import { hasWeights, type Layer, type Network } from '../network.js';
import type { Finding } from '../rule.js';
import { axesOf } from '../windows.js';

/**
 * ## What it does
 *
 * Warns of the first convolution with a kernel of more than one cell whose input cells have a receptive field larger than the network's input
 * along every axis, and counts those after it. Where branches meet, the smallest field counts: an identity or a 1x1 branch carries
 * small fields on, and a layer is spoken of only when no path brings it anything local.
 *
 * ## Why is this bad?
 *
 * A kernel puts together what its neighbouring cells saw apart. When each of them has seen the whole image there is no new context to find, and the
 * layer mostly looks at padding. Richter et al. ("Should You Go Deeper?", 2021) trained probes behind every layer: those behind this border
 * do not improve the result; they call them unproductive. It happens when a network for 224x224 is given small images.
 *
 * ## Example
 *
 * ```yaml
 * input: 16x16x3
 * defaults: {conv: {kernel: 3, padding: 1, act: relu}}
 * layers:
 *   - {conv: 32}
 *   - {conv: 32}
 *   - {maxpool: 2}                           # => 8x8x32, rf 6
 *   - {conv: 64}
 *   - {conv: 64}
 *   - {conv: 64}                             # => 8x8x64, rf 18
 *   - {conv: 64}                             # warning: rf/exceeds-input
 *   - gap
 *   - {fc: 10}
 * ```
 *
 * Use instead:
 *
 * ```yaml
 * input: 16x16x3
 * defaults: {conv: {kernel: 3, padding: 1, act: relu}}
 * layers:
 *   - {conv: 32}
 *   - {conv: 32}
 *   - {maxpool: 2}
 *   - {conv: 64}
 *   - {conv: 64}
 *   - {conv: 64}                             # => 8x8x64, rf 18
 *   - gap
 *   - {fc: 10}                               # => 10
 * ```
 */
export default (network: Network): readonly Finding[] =>
  network.inputs.flatMap((input): Finding[] => {
    const fields = network.analysis.fields.get(input.node.id);
    const sizesSeen = new Map<Tracks, readonly number[]>();
    const least = (layer: Layer): readonly number[] | null => {
      const tracks = fields?.[layer.reads[0]?.node.id ?? -1]?.least;
      if (!tracks || tracks === 'global') return null;
      const seen = sizesSeen.get(tracks) ?? tracks.map((track) => sizeOf(track).size);
      sizesSeen.set(tracks, seen);
      return seen;
    };
    const sizes = spatial(input.output);
    const unproductive = network.layers.filter(
      (layer) =>
        hasWeights(layer) &&
        axesOf(layer).some(({ extent }) => extent > 1) &&
        least(layer)?.every((size, axis) => size > (sizes[axis] ?? 0)),
    );
    const [first, ...more] = unproductive;
    if (!first) return [];
    const others =
      ['', '; so does 1 more layer after it'][more.length] ?? `; so do ${more.length} more layers after it`;
    return [
      {
        layer: first,
        message: `${first.node.name} puts together cells that each see ${least(first)?.join('x')}, all of the ${formatShape(input.output)} input${others}`,
        help: `leave ${more.length === 0 ? 'it' : 'them'} out, stride or pool later, or give the network a larger input`,
      },
    ];
  });
