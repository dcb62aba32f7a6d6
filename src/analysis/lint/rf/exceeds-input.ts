// rf/exceeds-input: convolutions that read cells each of which already sees the whole input.

import { choices, formatShape, type Shape, spatial } from '../../../core/shape.js';
import type { Tracks } from '../../receptive-field.js';
import { fieldAt, type Track } from '../../track.js';
import { sizeOf } from '../../track-measures.js';
import { hasWeights, type Layer, type Network } from '../network.js';
import type { Finding } from '../rule.js';

/**
 * ## What it does
 *
 * Warns of the first convolution with a kernel of more than one cell that reads cells each of which sees the whole input, those
 * in the corners too, and counts those after it. Where branches meet, the smallest field counts: an identity or a 1x1 branch
 * carries small fields on, and a layer is spoken of only when no path brings it anything local.
 *
 * ## Why is this bad?
 *
 * A kernel puts together what neighbouring cells saw apart. When each of them has seen the whole image there is no new context
 * to find, and the layer mostly looks at padding. Richter et al. ("Should You Go Deeper?", 2021) trained probes behind every
 * layer: those whose input has a field larger than the image do not improve the result; they call them unproductive. That
 * border is where the cell in the middle sees everything. MobileNet, EfficientNet and YOLO cross it by a tenth, so the border
 * here is where every cell does, at about twice the image. It happens when a network for 224x224 is given small images.
 *
 * ## Example
 *
 * ```yaml
 * input: 16x16x3
 * defaults: {conv: {kernel: 3, padding: 1, act: relu}}
 * layers:
 *   - {conv: 32, repeat: 2}
 *   - {maxpool: 2}                           # => 8x8x32, rf 6
 *   - {conv: 64, repeat: 2}
 *   - {maxpool: 2}                           # => 4x4x64, rf 16
 *   - {conv: 128, repeat: 2}                 # => 4x4x128, rf 32
 *   - {conv: 128}                            # warning: rf/exceeds-input
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
 *   - {conv: 32, repeat: 2}
 *   - {maxpool: 2}
 *   - {conv: 64, repeat: 2}
 *   - {maxpool: 2}
 *   - {conv: 128, repeat: 2}                 # => 4x4x128, rf 32
 *   - gap
 *   - {fc: 10}                               # => 10
 * ```
 */
export default (network: Network): readonly Finding[] =>
  network.inputs.flatMap((input): Finding[] => {
    const fields = network.analysis.fields.get(input.node.id);
    const sizes = spatial(input.output);
    const read = (layer: Layer): Tracks | undefined => fields?.[layer.reads[0]?.node.id ?? -1]?.least;
    const seesAll = (tracks: Tracks | undefined): tracks is readonly Track[] =>
      tracks !== undefined &&
      tracks !== 'global' &&
      tracks.every((track, axis) => fromEveryCell(track, sizes[axis] ?? 0));
    const unproductive = network.layers.filter(
      (layer) => hasWeights(layer) && layer.axes.some(({ extent }) => extent > 1) && seesAll(read(layer)),
    );
    const [first, ...more] = unproductive;
    const tracks = first && read(first);
    if (!first || !seesAll(tracks)) return [];
    const size = tracks.map((track) => sizeOf(track).size).join('x');
    const others =
      ['', '; so does 1 more layer after it'][more.length] ?? `; so do ${more.length} more layers after it`;
    return [
      {
        layer: first,
        message: `${first.node.name} puts together cells that each see all of the ${formatShape(input.output, network.analysis.graph.layout)} input, with fields of ${size}${others}`,
        help: `leave ${more.length === 0 ? 'it' : 'them'} out, stride or pool later, or give the network a larger input`,
      },
    ];
  });

/** Whether the cells in the corners see the axis from end to end, and with them those between. A bound says nothing of that. */
const fromEveryCell = (track: Track, size: number): boolean =>
  // The first corner tells of most layers that they see less.
  !track.bound && sees(track, [], size) && cornersOf(track.shape).every((corner) => sees(track, corner, size));

/** Whether the cell at that place sees the axis from end to end; places that are left out are the first. */
const sees = (track: Track, place: readonly number[], size: number): boolean => {
  const { lo, hi } = fieldAt(track, place);
  return lo <= 0 && hi >= size - 1;
};

/** The places in the corners. Copies of a layer share their shape, and with it these. */
const cornersOf = (shape: Shape): readonly (readonly number[])[] => {
  let known = corners.get(shape);
  if (!known) {
    known = [...choices(spatial(shape).map((length) => [0, length - 1]))];
    corners.set(shape, known);
  }
  return known;
};

const corners = new WeakMap<Shape, readonly (readonly number[])[]>();
