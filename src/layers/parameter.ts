// parameter: a learned tensor that reads nothing, for others to add, multiply or put in front.

import { flag, real, shape } from '../core/args.js';
import { shapeFactors, tensor } from '../core/count.js';
import { layer } from '../core/layer.js';

export default layer(() => ({
  doc: 'A learned tensor of a shape, written as inputs are: a class token, positions, one factor. It reads nothing, and the item behind it does not read it unless it names it: `- {parameter: 1x768, name: pos}` and then `- {add: pos}` adds it to what came before. With `fixed` it is not learned: a mask, a table of positions, which stands with the weights all the same and is counted with the running statistics.',
  role: 'scale',
  inputs: 'none',
  main: 'shape',
  args: {
    shape: shape('the sizes, as 197x768; 1 is a single number'),
    init: real('its values before training', { default: 0 }),
    fixed: flag('no training changes it', { default: false }),
  },
  label: (args) => `${args.fixed ? 'fixed' : ''}`,
  analyze: (args) => ({
    output: args.shape,
    [args.fixed ? 'buffers' : 'params']: [tensor('values', 'weight', shapeFactors(args.shape))],
    learned: true,
  }),
  execute: ({ init }) => ({ op: 'parameter', init }),
  examples: [
    `
input: 196x768
layers:
  - {parameter: 196x768, name: pos}        # => 196x768, params 150528
  - {add: pos}                             # => 196x768
  - {parameter: [1, c], name: factor}      # => 1x768, params 768
  - {mul: factor}                          # => 196x768
  - {parameter: 197x1, fixed: true, name: mask}   # => 197x1, params 0, buffers 197
  - {parameter: 8, from: pos}              # error: graph/inputs
`,
  ],
}));
