// softmax/not-last: a softmax in the middle of the network.

import { hasWeights, isActivation, type Layer, onlyMoves } from '../network.js';
import { eachLayer } from '../rule.js';

/**
 * ## What it does
 *
 * Warns of a softmax over channels that another layer with weights, a normalisation or an activation reads. Where it weighs
 * something (attention, gates) and at the end of a network it is let pass.
 *
 * ## Why is this bad?
 *
 * Softmax makes the channels compete: they add up to one, and one of them usually takes nearly all. The layers behind get next
 * to no signal and no gradient from the others. As an activation between layers a ReLU is meant.
 *
 * ## Example
 *
 * ```yaml
 * input: 784
 * layers:
 *   - {fc: 128, act: softmax}    # warning: softmax/not-last
 *   - {fc: 10, act: softmax}
 * ```
 *
 * Use instead:
 *
 * ```yaml
 * input: 784
 * layers:
 *   - {fc: 128, act: relu}       # => 128
 *   - {fc: 10, act: softmax}     # => 10
 * ```
 */
export default eachLayer((layer) => {
  if (!layer.operators.some((operator) => operator.op === 'softmax' && operator.axes.includes(0))) return undefined;
  const reader = learner(layer);
  if (!reader) return undefined;
  return {
    message: `${layer.node.name} stands before ${reader.node.name}: its ${layer.output[0]} channels add up to 1, and little of them is left to learn from`,
    help: 'keep the softmax for the end; between layers write act: relu',
  };
});

/** A layer that reads it as data. */
const learner = (softmax: Layer): Layer | undefined => {
  const open = [softmax];
  for (const layer of open)
    for (const reader of layer.readers) {
      if (hasWeights(reader) || isActivation(reader) || reader.node.kind.role === 'norm') return reader;
      if (onlyMoves(reader)) open.push(reader);
    }
  return undefined;
};
