// torch-scan 0.2 (its formulas), MACs: it asks modules, derived classes too. Functions cost nothing.
//
// Source: torchscan/modules/macs.py. Quirks: a transposed convolution counts as one over its output, and 4 more for each axis; a pool whose
// kernel is written as one number has a window of k cells, not of k times k; layer, group and instance norm cost nothing.

import { product, spatial } from '../../core/shape.js';
import { type Convention, perValue, type Rules, term, uncounted } from './convention.js';
import { axesOf, type Step } from './step.js';
import { asConvolution } from './windows.js';

/** A square window is written as one number. */
const cells = ({ windows }: Step): number => {
  const kernels = windows.map(({ kernel }) => kernel);
  return kernels.every((kernel) => kernel === kernels[0]) ? (kernels[0] ?? 1) : product(kernels);
};

/** Of sizes that do not divide, what is left over and one. */
const adaptiveCells = ({ input, output }: Step): number => {
  const made = spatial(output);
  return product(
    spatial(input).map((size, axis) => {
      const [to, over] = [made[axis] ?? 1, size % (made[axis] ?? 1)];
      return over === 0 ? size / to : over + 1;
    }),
  );
};

const rules: Rules = {
  transposed: term(
    'transposed convolutions, at every place of the output, and 4 for each axis',
    (step) => asConvolution(step) - step.macs + 4 * axesOf(step),
  ),
  'batch norm': perValue('batch norm', 2, 1),
  'max pool': term('max pools, k-1 per output value', (step) => step.m * (cells(step) - 1)),
  'average pool': term(
    'average pools, k-1 and the axes per output value',
    (step) => step.m * (cells(step) - 1 + axesOf(step)),
  ),
  'adaptive max': term('adaptive max pools, k-1 per output value', (step) => step.m * (adaptiveCells(step) - 1)),
  'adaptive average': term(
    'adaptive average pools, k-1 and the axes per output value',
    (step) => step.m * (adaptiveCells(step) - 1 + axesOf(step)),
  ),
  matmul: uncounted('products of matrices'),
};

export const torchscan: Convention = {
  name: 'torchscan',
  tool: 'torch-scan',
  version: '0.2',
  quantity: 'macs',
  doc: 'multiply-accumulates, and operations of norms and pools among them',
  base: 'macs',
  rules,
  functions: null,
  unmeasured: ['recurrent'],
};
