// What the convolutions share: their options, their checks, their counts. No kind of its own.

import { type Args, axes, flag, integer, optional, padding } from '../../core/args.js';
import { type Factors, kernelFactors, type TensorCount, tensor } from '../../core/count.js';
import { Problem, write } from '../../core/diagnostic.js';
import type { Facts } from '../../core/layer.js';
import type { Operator } from '../../core/operator.js';
import { type AxisReach, gcd, groupReach, windowReach } from '../../core/reach.js';
import { axisWord, channels, formatShape, type Shape, spatial } from '../../core/shape.js';
import { kernelTooLarge, type Sliding, slide, slideSum, windowsOver } from '../../core/window.js';

/** The options of every convolution but its main number. */
export const sliding = {
  kernel: axes('size of the kernel', { min: 1 }),
  stride: axes('step of the kernel', { min: 1, default: 1 }),
  padding: padding('cells added around the input', { default: 0, words: 'causal' }),
  dilation: axes('distance between taps, from 1', { min: 1, default: 1 }),
} satisfies Args;

export const filters = integer('number of filters, the channels of the output', { min: 1 });
export const groups = integer('groups of channels convolved apart', { min: 1, default: 1 });
/** Absent where it is not written: few layers have it, and it would stand among the options of all in the JSON. */
export const weight_norm = optional(flag('learn a magnitude per filter beside the direction of its weights'), 'false');
export const bias = flag('learn one bias per filter', { default: true });

export const multiplier = integer('kernels per channel', { min: 1, default: 1 });

interface PerChannel {
  readonly multiplier: number;
}

export const multiplierLabel = ({ multiplier }: PerChannel): string =>
  multiplier > 1 ? `, multiplier ${multiplier}` : '';

/** The weights of kernels that each read one channel. */
export const depthwiseFactors = (
  { multiplier, kernel }: PerChannel & { readonly kernel: readonly number[] },
  input: Shape,
): Factors => ({ C_in: channels(input), ...(multiplier > 1 && { multiplier }), ...kernelFactors(kernel) });

/** A vector has no axes to slide, pad or pool along. */
export const needsVolume = (shape: Shape): Problem | null =>
  shape.length > 1
    ? null
    : new Problem(
        'shape/needs-volume',
        `this layer needs a volume, but gets a vector of ${formatShape(shape)}`,
        'put this layer before the first fc, flatten or gap',
      );

export const groupsLabel = ({ groups }: { readonly groups: number }): string =>
  groups > 1 ? `, groups ${groups}` : '';

/** Groups must divide the channels on both sides. */
export const groupsDivide = (groups: number, input: Shape, filters: number): Problem | null => {
  for (const [count, what] of [
    [channels(input), 'input channels'],
    [filters, 'filters'],
  ] as const) {
    if (count % groups !== 0) {
      return new Problem(
        'shape/groups',
        `${groups} groups do not divide ${count} ${what}`,
        write(
          String(gcd(groups, gcd(channels(input), filters))),
          `, or another divisor of both ${channels(input)} and ${filters}`,
        ),
        'groups',
      );
    }
  }
  return null;
};

/** What sliding a kernel over a volume comes to: the sizes, and the facts that follow from the windows alone. */
export interface Slid {
  readonly out: readonly number[];
  readonly facts: Required<Pick<Facts, 'reach' | 'windows' | 'why'>>;
}

/** Slides the kernel over the input, or says why it cannot. */
export const slideOver = (input: Shape, args: Sliding): Slid | Problem => {
  const refused = needsVolume(input);
  if (refused) return refused;
  const sizes = spatial(input);
  const windows = windowsOver(sizes, args);
  const out = windows.map((w, axis) => slide(sizes[axis] ?? 0, w));
  const bad = out.findIndex((n) => n < 1);
  const window = windows[bad];
  if (window) return kernelTooLarge(sizes[bad] ?? 0, window, axisWord(windows.length, bad));
  const why = () => windows.map((w, axis) => slideSum(sizes[axis] ?? 0, w));
  return { out, facts: { reach: windowReach(windows), windows, why } };
};

/** Which channels each filter reads: those of its group. */
export const grouped = (groups: number, input: Shape, filters: number): { readonly channels: 'all' | AxisReach } => ({
  channels: groups === 1 ? 'all' : groupReach(channels(input) / groups, filters / groups),
});

/** The operator of a convolution with its own windows. */
export const convolution = ({ windows = [] }: Facts, groups: number): Operator => ({
  op: 'convolution',
  windows,
  groups,
});

interface Learned {
  readonly bias: boolean;
  readonly weight_norm: boolean | undefined;
}

/** Weights with their factors, a magnitude per filter if they are normalised, a bias per filter if there is one. */
export const weightsAndBias = (
  weights: Factors,
  { bias, weight_norm }: Learned,
  filters: number,
  magnitudes: Factors = { C_out: filters },
): TensorCount => [
  tensor('weights', 'weight', weights),
  ...(weight_norm ? [tensor('magnitudes', 'magnitude', magnitudes)] : []),
  ...biases(bias, filters),
];

export const weightNormLabel = ({ weight_norm }: Learned): string => (weight_norm ? ', weight norm' : '');

export const biases = (bias: boolean, filters: number): TensorCount =>
  bias ? [tensor('bias', 'bias', { C_out: filters })] : [];
