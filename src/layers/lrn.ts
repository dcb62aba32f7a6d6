// lrn: AlexNet's local response normalisation, across neighbouring channels.

import { integer, real, word } from '../core/args.js';
import { operation, shapeFactors } from '../core/count.js';
import { layer } from '../core/layer.js';
import { channelsBefore } from '../core/operator.js';

export default layer(() => ({
  doc: 'Divides each value by a power of the mean square over `size` neighbouring channels (Krizhevsky et al., 2012). Learns nothing.',
  role: 'norm',
  main: 'size',
  args: {
    size: integer('neighbouring channels, itself among them', { min: 1, default: 5 }),
    alpha: real('weight of the squares', { default: 1e-4 }),
    beta: real('the power', { default: 0.75 }),
    k: real('added to the mean square', { default: 1 }),
    lean: word(
      'where the odd neighbour of an even size stands: before the channel (PyTorch) or behind it (ONNX)',
      ['before', 'behind'],
      { default: 'before' },
    ),
  },
  label: (args) => `${args.size}`,
  // Per value: size squares and additions, one power, one division.
  analyze({ size, lean }, [input]) {
    const each = shapeFactors(input);
    return {
      output: input,
      channels: { advance: 1, taps: [{ start: -channelsBefore(size, lean === 'behind'), step: 1, count: size }] },
      ops: [
        operation('multiply', { size, ...each }),
        operation('add', { size, ...each }),
        operation('exp', each),
        operation('divide', each),
      ],
    };
  },
  execute: ({ size, alpha, beta, k, lean }) => ({
    op: 'lrn',
    size,
    alpha,
    beta,
    k,
    ...(lean === 'behind' && { behind: true }),
  }),
  examples: [
    `
input: 27x27x96
layers:
  - lrn                          # => 27x27x96, params 0
  - {lrn: 5, alpha: 1e-4, beta: 0.75}
  - {lrn: 4, lean: behind}       # => 27x27x96
`,
  ],
}));
