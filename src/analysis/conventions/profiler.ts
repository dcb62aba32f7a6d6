// What calflops and DeepSpeed's profiler have in common: one was made of the other. Both replace the functions of PyTorch.
//
// Source: deepspeed/profiling/flops_profiler/profiler.py, calflops/pytorch_ops.py. Quirks: a transposed convolution divides by its groups
// once too often (0 where it is depthwise) and adds its bias at the places of a convolution; a dense layer has no bias; ReLU6, sigmoid,
// tanh and hardswish cost nothing; where "same" pads one side more, places are lost.

import {
  type Convention,
  type Difference,
  each,
  paddedSquares,
  perInput,
  perOutput,
  perValue,
  type Rules,
  term,
} from './convention.js';
import type { Step } from './step.js';
import { placesOf, placesPaddedAlike } from './windows.js';

const padded = (step: Step): number => (step.macs / placesOf(step)) * placesPaddedAlike(step);

const filters = ({ output: [channels = 1], groups }: Step): number => Math.floor(channels / groups / groups);

/** Kernels of filters over groups, and over groups again. */
const transposed = (step: Step): number => (step.macs / ((step.output[0] ?? 1) / step.groups)) * filters(step);

const conv = (times: number): readonly Difference[] =>
  term('convolutions padded more on one side, of which it loses places', (step) =>
    step.linear ? 0 : times * (padded(step) - step.macs),
  );

const spreadWrong = (times: number): readonly Difference[] =>
  term(
    'transposed convolutions in groups, divided by the groups once more',
    (step) => times * (transposed(step) - step.macs),
  );

const ACTIVATIONS = ['relu', 'prelu', 'elu', 'leakyrelu', 'silu', 'gelu', 'softmax'] as const;

const POOLS = ['max pool', 'average pool', 'adaptive max', 'adaptive average'] as const;

/** FLOPs; the two resize differently. */
const flops = (resized: (step: Step) => number): Rules => ({
  convolution: [
    ...conv(2),
    // A dense layer has no bias, nor has one that runs at every place.
    ...term('biases of convolutions, 1 per output value', (step) =>
      step.linear || step.biases === 0 ? 0 : (step.output[0] ?? 1) * placesPaddedAlike(step),
    ),
  ],
  transposed: [
    ...spreadWrong(2),
    ...term('biases of transposed convolutions, at the places of a convolution', (step) =>
      step.biases > 0 ? Math.floor((step.output[0] ?? 1) / step.groups) * placesPaddedAlike(step) : 0,
    ),
  ],
  'batch norm': perValue('batch norm', 2, 1),
  ...each(['layer norm', 'group norm', 'instance norm'], perValue('other norms', 5, 4)),
  ...each(ACTIVATIONS, perInput('activations')),
  ...each(POOLS, perInput('pools')),
  lrn: term('LRN, 3 per value and its padded copy', paddedSquares),
  resize: term('resizing', resized),
});

const functionsOf = (rules: Rules): Rules => ({
  ...rules,
  relu6: perInput('activations'),
  resize: term('resizing, the places of the output', (step) => placesOf(step)),
  join: perOutput('torch.add and torch.mul'),
});

type Tool = Pick<Convention, 'name' | 'tool' | 'version' | 'params'>;

/** Its two figures. */
export const profiler = (
  tool: Tool,
  resized: (step: Step) => number,
): readonly [flops: Convention, macs: Convention] => {
  const rules = flops(resized);
  const common = { ...tool, base: 'macs', unmeasured: ['recurrent'] } as const;
  return [
    {
      ...common,
      quantity: 'flops',
      doc: 'a multiplication and an addition are two; norms, activations and pools besides',
      twice: true,
      rules,
      functions: functionsOf(rules),
    },
    {
      ...common,
      quantity: 'macs',
      doc: 'multiply-accumulates of convolutions and dense layers',
      rules: { convolution: conv(1), transposed: spreadWrong(1) },
    },
  ];
};
