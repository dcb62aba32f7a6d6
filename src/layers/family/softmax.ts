// What softmax and its logarithm share: over what they normalise, and what that means for the field.

import { word } from '../../core/args.js';
import { type Factors, type OperationCount, shapeFactors } from '../../core/count.js';
import { type LayerKind, layer } from '../../core/layer.js';

interface Softmax {
  readonly doc: string;
  /** Operations from the factors of one value each. */
  readonly ops: (each: Factors) => OperationCount;
  readonly log: boolean;
  readonly examples: readonly string[];
}

export const softmaxKind = ({ doc, ops, log, examples }: Softmax): Omit<LayerKind, 'name'> =>
  layer({
    doc,
    role: 'activation',
    args: { over: word('channels, or all places of a channel', ['c', 'hw'], { default: 'c' }) },
    label: (args) => (args.over === 'c' ? '' : 'over places'),
    analyze: ({ over }, [input]) => ({
      output: input,
      ops: ops(shapeFactors(input)),
      ...(over === 'c' && { channels: 'all' as const }),
      ...(over === 'hw' && input.length > 1 && { reach: 'global' as const }),
    }),
    execute: ({ over }) => ({ op: 'softmax', log, over: over === 'c' ? 'channels' : 'places' }),
    examples,
  });
