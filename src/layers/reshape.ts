// reshape: the same values under another shape.

import { integers } from '../core/args.js';
import { Problem } from '../core/diagnostic.js';
import { layer } from '../core/layer.js';
import { elements, formatShape, product, type Shape } from '../core/shape.js';

export default layer(() => ({
  doc: 'The same values under another shape, written as inputs are: height x width x channels. One size may be -1: whatever is left.',
  role: 'shape',
  linear: true,
  main: 'to',
  args: { to: integers('the new shape, as 7x7x128', { min: -1 }) },
  label: (args) => args.to.join('x'),

  analyze({ to }, [input]) {
    const total = elements(input);
    const open = to.filter((n) => n === -1).length;
    const rest = product(to.filter((n) => n !== -1));
    const sizes = to.map((n) => (n === -1 ? total / rest : n));
    if (
      open > 1 ||
      to.length === 0 ||
      to.length > 4 ||
      sizes.some((n) => !Number.isInteger(n) || n < 1) ||
      product(sizes) !== total
    ) {
      return new Problem(
        'shape/reshape',
        (layout) =>
          `${formatShape(input, layout)} has ${total} values, and ${to.join('x')} ${open ? 'cannot have as many' : `has ${rest}`}`,
        'write sizes with the same product, one of them -1 if you like',
        'to',
      );
    }
    const output: Shape = sizes.length === 1 ? sizes : [sizes.at(-1) ?? 1, ...sizes.slice(0, -1)];
    return { output, moves: { split: output, order: output.map((_, axis) => axis) } };
  },

  execute: () => ({ op: 'reshape' }),
  examples: [
    `
input: 6272
layers:
  - {reshape: 7x7x128}           # => 7x7x128, params 0
  - {reshape: [49, -1]}          # => 49x128
  - {reshape: 10x10}             # error: shape/reshape
`,
  ],
}));
