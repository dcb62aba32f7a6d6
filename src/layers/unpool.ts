// unpool: puts values back where the maxima stood that a maxpool took.

import { axes, padding } from '../core/args.js';
import { isProblem, Problem } from '../core/diagnostic.js';
import { layer } from '../core/layer.js';
import { transposedReach } from '../core/reach.js';
import { formatShape, sameShape, spatial } from '../core/shape.js';
import { windowLabel, windowsOver } from '../core/window.js';
import { pool } from './family/pool.js';

export default layer(() => ({
  doc: 'Puts each value where the largest of its window stood when a `maxpool` of the same `kernel`, `stride` and `padding` was computed, and 0 everywhere else (PyTorch’s MaxUnpool). It reads two: `from: [x, before]`, where `before` is what the maxpool read; it comes out as large as that.',
  role: 'shape',
  inputs: 'many',
  main: 'kernel',
  args: {
    kernel: axes('size of the window', { min: 1 }),
    stride: axes('step of the window', { min: 1, from: 'kernel' }),
    padding: padding('cells that the maxpool added', { default: 0, words: 'none' }),
  },
  label: windowLabel,
  analyze(args, inputs) {
    const [input, before, more] = inputs;
    if (!before || more)
      return new Problem(
        'shape/unpool',
        `unpool reads two: the values, and what the maxpool read; here ${inputs.length === 1 ? 'is one' : `are ${inputs.length}`}`,
        'write from: [x, before], where before is the layer that the maxpool read',
      );
    const pooled = pool({ ...args, ceil: false }, before, () => []);
    if (isProblem(pooled)) return pooled;
    const { windows = [], output } = pooled;
    if (!sameShape(input, output))
      return new Problem(
        'shape/unpool',
        (layout) =>
          `a maxpool makes ${formatShape(output, layout)} of ${formatShape(before, layout)}, and the values are ${formatShape(input, layout)}`,
        'write from: [x, before] with the layer that the maxpool read, and give unpool the kernel, stride and padding of the maxpool',
      );
    return {
      output: before,
      reach: transposedReach(windows),
      why: (layout) => [`as large as what the maxpool read, ${formatShape(before, layout)}`],
    };
  },
  execute: (args, { output }) => ({ op: 'unpool', windows: windowsOver(spatial(output), args) }),
  examples: [
    `
input: 29x28x3
layers:
  - {conv: 8, kernel: 3, padding: 1, name: wide} # => 29x28x8
  - {maxpool: 2}                 # => 14x14x8
  - {conv: 8, kernel: 3, padding: 1, name: deep} # => 14x14x8
  - {unpool: 2, from: [deep, wide]} # => 29x28x8, params 0
  - {unpool: 3, from: [deep, wide]} # error: shape/unpool
`,
  ],
}));
