// take: one place of an axis, which is gone then: the last step of a sequence, the class token in front of it.

import { integer } from '../core/args.js';
import { isProblem, Problem, write } from '../core/diagnostic.js';
import { type Facts, layer } from '../core/layer.js';
import { axesIn, axesOf, axisArg } from './family/axes.js';

export default layer(() => ({
  doc: 'Takes the cells at one place of an axis, counted from 0, or from the end (-1 is the last), and leaves the axis out; of the channels one is kept.',
  role: 'shape',
  linear: true,
  main: 'index',
  args: { index: integer('the place, from 0 on; -1 is the last'), axis: axisArg('the axis: c, d, h or w') },
  label: (args) => `${args.index} of ${args.axis}`,
  analyze({ index, axis }, [input]): Facts | Problem {
    const found = axesOf(axis, input, 'axis');
    if (isProblem(found)) return found;
    const [at = 0] = found;
    const size = input[at] ?? 1;
    if (index >= size || index < -size)
      return new Problem(
        'shape/slice',
        `there is no place ${index} along ${axis}, which has ${size} (0 to ${size - 1})`,
        write(index < 0 ? '0' : '-1', `, or a number from ${-size} to ${size - 1}`),
        'index',
      );
    const one = { at: placeOf(index, size) };
    const rest = [...input.keys()].filter((i) => i !== at || i === 0);
    return {
      output: at === 0 ? [1, ...input.slice(1)] : rest.map((i) => input[i] ?? 1),
      reads: [input.map((_, i) => (i === at ? one : rest.indexOf(i)))],
    };
  },
  execute({ index, axis }, _, input) {
    const [at = 0] = axesIn(axis, input);
    return { op: 'slice', axis: at, start: placeOf(index, input[at] ?? 1) };
  },
  examples: [
    `
input: 100x64
layers:
  - {take: -1, axis: w}                    # => 64, params 0
  - {take: 100, axis: w, from: input}      # error: shape/slice
`,
  ],
}));

const placeOf = (index: number, size: number): number => (index < 0 ? size + index : index);
