// permute: the axes in another order.

import { integers } from '../core/args.js';
import { Problem, write } from '../core/diagnostic.js';
import { layer } from '../core/layer.js';

export default layer(() => ({
  doc: 'The axes in another order, counted from 0 with the channels first: [0, 2, 1] swaps height and width.',
  role: 'shape',
  linear: true,
  main: 'order',
  args: { order: integers('the axes, as [0, 2, 1]', { min: 0 }) },
  label: (args) => args.order.join(', '),

  analyze({ order }, [input]) {
    const wanted = input.map((_, axis) => axis);
    if ([...order].sort((a, b) => a - b).join() !== wanted.join()) {
      return new Problem(
        'shape/permute',
        `[${order.join(', ')}] is no order of the axes ${wanted.join(', ')}`,
        write(`[${wanted.join(', ')}]`, ', each axis once in the order you want, channels first'),
        'order',
      );
    }
    return { output: order.map((axis) => input[axis] ?? 1), moves: { split: input, order } };
  },

  execute: ({ order }) => ({ op: 'permute', order }),
  examples: [
    `
input: 32x100x64
layers:
  - {permute: [0, 2, 1]}         # => 100x32x64, params 0
  - {permute: [0, 1]}            # error: shape/permute
`,
  ],
}));
