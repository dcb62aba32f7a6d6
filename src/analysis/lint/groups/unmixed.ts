// groups/unmixed: grouped convolutions in a row whose groups never meet.

import { channels } from '../../../core/shape.js';
import { back, groupsOf, hasWeights, isActivation, isDropout, type Layer, onlyMoves } from '../network.js';
import { eachLayer } from '../rule.js';

/**
 * ## What it does
 *
 * Warns of a grouped convolution that reads another one with the same number of groups, with nothing between that mixes
 * channels: no convolution without groups, no shuffle, no concat.
 *
 * ## Why is this bad?
 *
 * Each group is then a network of its own that sees its share of the channels. A depthwise convolution behind a depthwise
 * convolution never learns anything about two channels together. Put a 1x1 convolution between (MobileNet) or shuffle the
 * channels (ShuffleNet).
 *
 * ## Example
 *
 * ```yaml
 * input: 28x28x64
 * layers:
 *   - {depthwise: 3, padding: 1, act: relu}                 # => 28x28x64
 *   - {depthwise: 3, padding: 1, act: relu}                 # warning: groups/unmixed
 * ```
 *
 * Use instead:
 *
 * ```yaml
 * input: 28x28x64
 * layers:
 *   - {depthwise: 3, padding: 1, act: relu}                 # => 28x28x64
 *   - {conv: 64, kernel: 1, act: relu}                      # => 28x28x64
 *   - {depthwise: 3, padding: 1, act: relu}                 # => 28x28x64
 * ```
 */
export default eachLayer((layer) => {
  const groups = hasWeights(layer) ? groupsOf(layer) : 1;
  const first = groups > 1 && layer.operators.length === 1 && back(layer, keepsApart);
  if (!first || !hasWeights(first) || first.operators.length > 1 || groupsOf(first) !== groups) return undefined;
  return {
    message: `${layer.node.name} and ${first.node.name} before it have the same ${groups} groups of channels, which never meet`,
    help: 'put a 1x1 convolution without groups between them, or shuffle',
  };
});

/** Works on each channel alone, and leaves the channels in their order. */
const keepsApart = (layer: Layer): boolean =>
  isActivation(layer) ||
  isDropout(layer) ||
  (onlyMoves(layer) && !reordersChannels(layer)) ||
  ['norm', 'pool', 'scale'].includes(layer.node.kind.role);

/** As a channel shuffle does that is written as reshapes. */
const reordersChannels = ({ operators, input, output }: Layer): boolean =>
  channels(input) !== channels(output) ||
  operators.some((operator) => operator.op === 'permute' && operator.order[0] !== 0);
