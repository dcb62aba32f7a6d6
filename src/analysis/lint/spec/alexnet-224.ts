// spec/alexnet-224: AlexNet's first layer on an input of 224, where the paper means 227.

import { eachLayer } from '../rule.js';
import { axesOf } from '../windows.js';

/**
 * ## What it does
 *
 * Warns of an 11x11 kernel with stride 4 on an input of 224 that does not give 55.
 *
 * ## Why is this bad?
 *
 * The paper (Krizhevsky et al., 2012) says 224x224 and 55x55, which do not go together: without padding 224 gives 54, and 55 takes an input
 * of 227 (as Caffe and cs231n have it) or a padding of 2 (as torchvision has it). From 54 on every shape is another one, and the 9216 inputs of the
 * first dense layer come out differently.
 *
 * ## Example
 *
 * ```yaml
 * input: 224x224x3
 * layers:
 *   - {conv: 96, kernel: 11, stride: 4, act: relu, lint: {ignore: fit/fraction}}   # warning: spec/alexnet-224
 * ```
 *
 * Use instead:
 *
 * ```yaml
 * input: 227x227x3
 * layers:
 *   - {conv: 96, kernel: 11, stride: 4, act: relu}                                # => 55x55x96
 * ```
 */
export default eachLayer((layer) => {
  const [axis] = axesOf(layer);
  const reads224 = layer.reads.some(({ node }) => node.kind.role === 'input') && axis?.size === 224;
  if (!axis || !reads224 || axis.window.kernel !== 11 || axis.window.stride !== 4 || axis.places === 55)
    return undefined;
  return {
    message: `${layer.node.name}: AlexNet's 11x11 kernel with stride 4 makes ${axis.places} of 224, not the paper's 55`,
    help: 'write input: 227x227x3 as the lectures do, or padding: 2 as torchvision does',
  };
});
