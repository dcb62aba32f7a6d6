// reduce: one value from those along some of the axes, which are kept with one place.

import { word } from '../core/args.js';
import { type Factors, operation, shapeFactors } from '../core/count.js';
import { isProblem } from '../core/diagnostic.js';
import { layer } from '../core/layer.js';
import { axesArg, axesIn, axesOf } from './family/axes.js';

export default layer(() => ({
  doc: 'The mean, the largest, the sum or the length (`l2`, the root of the sum of squares) of the values along the axes `over`, of which one place is kept: what then meets the input again is spread along them.',
  role: 'pool',
  main: 'by',
  args: {
    by: word('what is made of the values', ['mean', 'max', 'sum', 'l2']),
    over: axesArg('the axes, as w or hw'),
  },
  label: (args) => `${args.by} over ${args.over}`,
  analyze({ by, over }, [input]) {
    const axes = axesOf(over, input, 'over');
    if (isProblem(axes)) return axes;
    const output = input.map((size, axis) => (axes.includes(axis) ? 1 : size));
    const each = shapeFactors(input);
    const made: Factors = shapeFactors(output);
    const places = input.length - 1;
    const all = places > 0 && axes.filter((axis) => axis > 0).length === places;
    return {
      output,
      ops: [
        operation(by === 'max' ? 'compare' : 'add', each),
        ...(by === 'l2' ? [operation('multiply', each)] : []),
        // A root counts as a division does.
        ...(by === 'mean' || by === 'l2' ? [operation('divide', made)] : []),
      ],
      ...(all
        ? { reach: 'global' as const, ...(axes.includes(0) && { channels: 'all' as const }) }
        : { reads: [input.map((_, axis) => (axes.includes(axis) ? ('all' as const) : axis))] }),
    };
  },
  execute: ({ by, over }, _, input) => ({ op: 'reduce', by, axes: axesIn(over, input) }),
  examples: [
    `
input: 32x48x64
layers:
  - {reduce: mean, over: w, name: rows}    # => 32x1x64, params 0
  - {reduce: max, over: c, from: input}    # => 32x48x1
  - {reduce: sum, over: [h, w], from: input} # => 1x1x64
  - {reduce: l2, over: d, from: input}     # error: shape/axis
`,
  ],
}));
