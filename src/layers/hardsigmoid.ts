// hardsigmoid: a straight line, clipped to 0 and 1.

import { real } from '../core/args.js';
import { activation } from './family/activation.js';

export default activation(() => ({
  doc: 'alpha x + beta, clipped to the range from 0 to 1; relu6(x + 3) / 6 by default, as in PyTorch. ONNX and the older Keras have alpha 0.2.',
  cost: { add: 1, compare: 2, divide: 1 },
  compute: ({ alpha, beta }) => ({ function: 'hardsigmoid', alpha, beta }),
  args: {
    alpha: real('slope between the bounds', { default: 1 / 6 }),
    beta: real('the value at 0', { default: 0.5 }),
  },
  examples: [
    `
input: 8x8x4
layers:
  - hardsigmoid                  # => 8x8x4, params 0
  - {hardsigmoid, alpha: 0.2}    # => 8x8x4, params 0
`,
  ],
}));
