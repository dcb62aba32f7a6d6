// norm/one-value: a normalisation over single values, each of which is its own mean.

import { channels, elements } from '../../../core/shape.js';
import { eachLayer } from '../rule.js';

/**
 * ## What it does
 *
 * Warns of a normalisation with statistics of its own (layer, instance, group) where they are taken over one value each. Batch normalisation
 * also has the other images of the batch and is let pass.
 *
 * ## Why is this bad?
 *
 * One value minus its mean is zero. What comes out does not depend on the image at all. It happens to instance normalisation on a 1x1 map, and
 * to group normalisation with as many groups as channels there.
 *
 * ## Example
 *
 * ```yaml
 * input: 8x8x64
 * layers:
 *   - {conv: 128, kernel: 8, norm: instancenorm, act: relu, bias: false}   # warning: norm/one-value
 * ```
 *
 * Use instead:
 *
 * ```yaml
 * input: 8x8x64
 * layers:
 *   - {conv: 128, kernel: 8, norm: {groupnorm: 32}, act: relu}             # => 1x1x128
 * ```
 */
export default eachLayer(({ node, input, operators: [operator] }) => {
  if (operator?.op !== 'normalise' || operator.over === 'batch') return undefined;
  const values = operator.over === 'group' ? elements(input) / (operator.groups ?? 1) : channels(input);
  if (values !== 1) return undefined;
  return {
    message: `${node.name} takes its statistics over one value each: a value less its own mean is 0, whatever the input is`,
    help: 'normalise over several channels (groupnorm with fewer groups, layernorm), or not here',
  };
});
