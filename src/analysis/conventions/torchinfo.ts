// torchinfo, head (5c4164f) and 1.8.0: "mult-adds" are a module's parameters, biases too, times the places of its output.
//
// Source: torchinfo/layer_info.py, calculate_macs. Quirks: norms and PReLU count their parameters once an image; 1.8.0 forgets that a dense
// layer may run at every place; what has no parameters costs nothing.

import { type Convention, each, type Rules, term, uncounted } from './convention.js';
import type { Step } from './step.js';
import { asConvolution, placesOf } from './windows.js';

const biased = (step: Step): number => step.biases * placesOf(step);

const rules: Rules = {
  convolution: term('biases, at every place of the output', biased),
  transposed: [
    ...term('transposed convolutions, at every place of the output', (step) => asConvolution(step) - step.macs),
    ...term('biases, at every place of the output', biased),
  ],
  dense: term('biases, at every place of the output', ({ biases }) => biases),
  ...each(
    ['batch norm', 'layer norm', 'group norm', 'instance norm', 'prelu', 'embedding'],
    term('parameters of norms and activations, once', ({ learned }) => learned),
  ),
  recurrent: term('recurrent layers, each parameter once', ({ learned, macs }) => learned - macs),
  matmul: uncounted('products of matrices'),
};

export const torchinfo: Convention = {
  name: 'torchinfo',
  tool: 'torchinfo',
  version: '1.8.0+ (5c4164f)',
  quantity: 'mult-adds',
  doc: 'parameters times the places that they are used at',
  base: 'macs',
  rules,
  functions: { ...rules, prelu: [] },
};

/** Each weight once, wherever it runs. */
const once = term('dense layers at every place, whose weights it counts once', ({ linear, macs, learned }) =>
  linear ? learned - macs : 0,
);

export const torchinfo18: Convention = {
  ...torchinfo,
  name: 'torchinfo-1.8',
  version: '1.8.0',
  rules: {
    ...rules,
    convolution: [...term('biases, at every place of the output', (step) => (step.linear ? 0 : biased(step))), ...once],
  },
};
