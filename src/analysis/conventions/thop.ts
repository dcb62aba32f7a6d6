// thop 0.1.1 (43c064a), profile: it asks each module of a class that it knows by name. Functions and derived classes cost nothing.
//
// Source: thop/profile.py, vision/basic_hooks.py and calc_func.py. Quirks: a transposed convolution counts as one over its output, 4 times
// too much at stride 2; batch norm costs 4 per value, group norm nothing; parameters count only in modules that it has a rule for.

import { product, spatial } from '../../core/shape.js';
import { type Convention, each, perInput, perOutput, perValue, type Rules, term, uncounted } from './convention.js';
import { axesOf, type Step } from './step.js';
import { asConvolution } from './windows.js';

/** The mean of a window whose size may be a fraction, and one more for the division; the product is rounded down. */
const adaptive = ({ input, output, m }: Step): number => {
  const [sizes, made] = [spatial(input), spatial(output)];
  return Math.trunc((product(sizes.map((size, axis) => size / (made[axis] ?? 1))) + 1) * m);
};

/** Operations for one value, by how many axes it lies between. */
const resized = (step: Step): number => {
  if (step.mode === 'nearest') return 1;
  if (step.mode === 'cubic') return 259;
  return [0, 5, 11, 31][axesOf(step)] ?? 0;
};

const softmax = (step: Step): number => {
  const classes = product(step.axes.map((axis) => step.input[axis] ?? 1));
  return (step.n / classes) * (3 * classes - 1);
};

const thopRules: Rules = {
  transposed: term('transposed convolutions, at every place of the output', (step) => asConvolution(step) - step.macs),
  'batch norm': perValue('batch norm', 4, 2),
  ...each(['layer norm', 'instance norm'], perValue('layer and instance norm', 4, 2)),
  prelu: perInput('PReLU'),
  softmax: term('softmax, 3 per value and 1 less per row', softmax),
  'average pool': perOutput('average pools'),
  'adaptive average': term('adaptive average pools, input over output and 1, per output value', adaptive),
  resize: term(
    'resizing, 1 per output value by the nearest, 11 bilinear, 259 bicubic',
    (step) => resized(step) * step.m,
  ),
  matmul: uncounted('products of matrices'),
};

/** What it has a rule for; all other parameters it does not see. */
const KNOWN: readonly Step['sort'][] = [
  'convolution',
  'transposed',
  'dense',
  'batch norm',
  'layer norm',
  'instance norm',
  'prelu',
];

export const thop: Convention = {
  name: 'thop',
  tool: 'thop',
  version: '0.1.1',
  quantity: 'macs',
  doc: 'multiply-accumulates, and operations of norms and pools among them',
  base: 'macs',
  rules: thopRules,
  functions: null,
  subclasses: null,
  unmeasured: ['recurrent'],
  params: ({ as, sort, learned }) => (as !== 'subclass' && as !== 'function' && KNOWN.includes(sort) ? learned : 0),
};
