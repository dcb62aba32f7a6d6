// hardswish: x * relu6(x + 3) / 6.

import { activation } from './family/activation.js';

export default activation(() => ({
  doc: 'x relu6(x + 3) / 6, the piecewise linear swish of MobileNetV3.',
  cost: { add: 1, compare: 2, multiply: 1, divide: 1 },
  compute: () => ({ function: 'hardswish' }),
  args: {},
  examples: [
    `
input: 8x8x4
layers:
  - hardswish                    # => 8x8x4, params 0
`,
  ],
}));
