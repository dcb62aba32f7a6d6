// What softmax and its logarithm share: over which axes they normalise, and what that means for the field.

import { type Factors, type OperationCount, shapeFactors } from '../../core/count.js';
import { isProblem } from '../../core/diagnostic.js';
import { type Definition, layer } from '../../core/layer.js';
import { axesArg, axesIn, axesOf } from './axes.js';

interface Softmax {
  readonly doc: string;
  /** Operations from the factors of one value each. */
  readonly ops: (each: Factors) => OperationCount;
  readonly log: boolean;
  readonly examples: readonly string[];
}

export const softmaxKind = (describe: () => Softmax): Definition =>
  layer(() => {
    const { doc, ops, log, examples } = describe();
    return {
      doc,
      role: 'activation',
      args: { over: axesArg('the axes, as c, w or hw', 'c') },
      label: (args) => (args.over === 'c' ? '' : `over ${args.over}`),
      analyze({ over }, [input]) {
        const axes = axesOf(over, input, 'over');
        if (isProblem(axes)) return axes;
        const [all, some] = [axes.length === input.length - 1 && !axes.includes(0), axes.some((axis) => axis > 0)];
        return {
          output: input,
          ops: ops(shapeFactors(input)),
          ...(over === 'c' && { channels: 'all' as const }),
          ...(all && { reach: 'global' as const }),
          ...(some && !all && { reads: [input.map((_, axis) => (axes.includes(axis) ? ('all' as const) : axis))] }),
        };
      },
      execute: ({ over }, _, input) => ({ op: 'softmax', log, axes: axesIn(over, input) }),
      examples,
    };
  });
