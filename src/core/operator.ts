// What a layer computes, as data: the operators that every backend knows, with sizes and options resolved. No execution.

import type { Window } from './window.js';

/** A function of one value. `alpha` and `beta` are the function's own numbers, as PyTorch names them where it does. */
export interface Pointwise {
  readonly op: 'pointwise';
  readonly function:
    | 'identity'
    | 'relu'
    | 'leakyrelu' // alpha: slope below 0
    | 'elu' // alpha
    | 'celu' // alpha
    | 'selu'
    | 'gelu' // by the error function
    | 'gelu-tanh' // its approximation by tanh
    | 'silu'
    | 'mish'
    | 'sigmoid'
    | 'tanh'
    | 'softplus'
    | 'hardswish'
    | 'hardsigmoid' // alpha x + beta, clipped to 0 … 1
    | 'softsign'
    | 'clamp' // alpha: least, beta: most (relu6, hardtanh, clip)
    | 'abs'
    | 'exp'
    | 'log'
    | 'sqrt'
    | 'pow' // alpha: the exponent
    | 'logsigmoid'
    | 'softshrink' // alpha: what is taken from either side
    | 'hardshrink' // alpha: up to where it is 0
    | 'threshold'; // alpha: up to where it is beta
  readonly alpha?: number;
  readonly beta?: number;
  /** Of `identity`: what training sets to 0 at random; running drops nothing. */
  readonly drops?: { readonly what: 'values' | 'images'; readonly rate: number };
}

/**
 * The point of the input that cell i of a resized axis stands for: i / scale, (i + 1/2) / scale - 1/2, or i (n - 1)/(m - 1) where the
 * corners of n and m cells are the same points.
 */
export type Coordinates = 'asymmetric' | 'half_pixel' | 'align_corners';

/** The cell that is nearest to a point: below it, above it, or the nearer one, of two as near the lower or the upper. */
export type Rounding = 'floor' | 'ceil' | 'round_prefer_floor' | 'round_prefer_ceil';

/** What a recurrent layer keeps from step to step, and how it changes; by their numbers of gates. */
export const GATES = { rnn: 1, gru: 3, lstm: 4 } as const;
export type Recurrence = keyof typeof GATES;

/**
 * What a normalisation takes its mean and variance over, for one image: `batch` each channel over batch and places; `group`
 * each of `groups` runs of channels over its channels and places (1 = layer over C, H, W; C = instance); `channels` each
 * place over its channels (layer norm over C).
 */
export type Statistics = 'batch' | 'group' | 'channels';

/**
 * One operator. Shapes are not in it: they stand in the step (channels first, see {@link Step}). Windows are per spatial axis.
 * Learned tensors come by name with the step: `weight`, `bias`, `running_mean`, `running_var`, in PyTorch's order.
 */
export type Operator =
  /** weight [C_out, C_in/g, ...k], bias [C_out]. */
  | { readonly op: 'convolution'; readonly windows: readonly Window[]; readonly groups: number }
  /** weight [C_in, C_out/g, ...k], bias [C_out]. What is left at the end of the output beyond the windows is output padding. */
  | { readonly op: 'transposed'; readonly windows: readonly Window[]; readonly groups: number }
  /** weight [units, N], bias [units]; a volume is read flattened, channels first. */
  | { readonly op: 'dense' }
  /** `countPadding`: the mean divides by the window clipped to input + padding (PyTorch), not by the cells it meets; or by `divisor`. */
  | {
      readonly op: 'pool';
      readonly mode: 'max' | 'mean';
      readonly windows: readonly Window[];
      readonly countPadding?: boolean;
      readonly divisor?: number;
      /** A last window may hang over the end (PyTorch's ceil mode): the step's output has it. */
      readonly ceil?: boolean;
    }
  /** Cell i of n sees input cells floor(i*size/n) … ceil((i+1)*size/n) - 1. Global pooling is the case n = 1. */
  | { readonly op: 'adaptive-pool'; readonly mode: 'max' | 'mean' }
  /** weight, bias: [C], or the whole shape under `elementwise`; running_mean, running_var [C] for `batch`. Biased variance. */
  | {
      readonly op: 'normalise';
      readonly over: Statistics;
      readonly groups?: number;
      readonly eps: number;
      /** Root mean square only: no mean is taken away. */
      readonly rms?: boolean;
      /** Of `group`: it is instance norm, whose scale PyTorch repeats for every image. */
      readonly instance?: true;
      /** weight and bias have a value per element, not per channel. */
      readonly elementwise?: boolean;
      /** Of `batch`: weight of the newest batch in the running statistics. */
      readonly momentum?: number;
    }
  /**
   * x / (k + alpha/size * sum of squares over `size` neighbouring channels)^beta, as PyTorch divides. Of an even size the odd
   * neighbour stands before the channel (PyTorch), or `behind` it (ONNX): {@link channelsBefore}.
   */
  | {
      readonly op: 'lrn';
      readonly size: number;
      readonly alpha: number;
      readonly beta: number;
      readonly k: number;
      readonly behind?: boolean;
    }
  | Pointwise
  /** weight [1] or [C]: the slope below 0, `init` before training. */
  | { readonly op: 'prelu'; readonly init: number }
  /** Over those axes together, the channels being 0. */
  | { readonly op: 'softmax'; readonly log: boolean; readonly axes: readonly number[] }
  /** In the order of the inputs. What has one channel or one place along an axis goes with all; a vector is one of channels. */
  | {
      readonly op: 'combine';
      readonly by: 'add' | 'sub' | 'mul' | 'div' | 'maximum' | 'minimum' | 'average';
    }
  /** One behind the other along that axis, the channels being 0. */
  | { readonly op: 'concat'; readonly axis: number }
  /** One value from those along the axes; `l2`: the root of the sum of squares. */
  | { readonly op: 'reduce'; readonly by: 'mean' | 'max' | 'sum' | 'l2'; readonly axes: readonly number[] }
  /** Products of matrices, times `factor`; how they lie in the tensors is told by core/matrices.ts. */
  | { readonly op: 'matmul'; readonly transpose: boolean; readonly heads: number; readonly factor: number }
  /** weight [C], `init` before training, and bias [C]; either may be absent. */
  | { readonly op: 'scale'; readonly init: number }
  /** Fixed: x times a factor, plus an addend; each is one number for all channels, or one for each. */
  | { readonly op: 'affine'; readonly times: readonly number[]; readonly plus: readonly number[] }
  /** The first half of the channels times the sigmoid of the second. */
  | { readonly op: 'glu' }
  /**
   * Of two inputs: each value of the first goes to where the largest of its window in the second stands, all else is 0. Windows
   * that share a cell write it in turn, the last one stays.
   */
  | { readonly op: 'unpool'; readonly windows: readonly Window[] }
  /**
   * A sequence [C, steps], step by step. For each of `layers` one above the other and each direction weight_ih_l0 [gates*units, C],
   * weight_hh_l0 [gates*units, units], bias_ih_l0 and bias_hh_l0 [gates*units], and `_reverse`; gates in PyTorch's order. The
   * states of both directions stand one behind the other; `last` is the state of each after its last step.
   */
  | {
      readonly op: 'recurrent';
      readonly cell: Recurrence;
      readonly layers: number;
      readonly bidirectional: boolean;
      readonly last: boolean;
      /** Of `rnn` without gates: what bends the sum. */
      readonly bend: 'tanh' | 'relu';
    }
  /** weight [words, C]: a row for each whole number of a vector or of one channel, from 0; what is none of them is refused. */
  | { readonly op: 'embedding' }
  /** Reads nothing. weight of the output's shape, channels first: the same for every image; `init` before training. */
  | { readonly op: 'parameter'; readonly init: number }
  /** Reads the same values under another shape, channels first. */
  | { readonly op: 'reshape' }
  /** Output axis i is input axis `order[i]`. */
  | { readonly op: 'permute'; readonly order: readonly number[] }
  /** Per spatial axis [before, after]; negative crops. `channels` zeros are put behind. */
  | {
      readonly op: 'pad';
      readonly sides: readonly (readonly [before: number, after: number])[];
      readonly by: 'zero' | 'reflect' | 'replicate' | 'circular';
      readonly channels?: number;
    }
  /** Cells along that axis (the channels being 0) from `start` on, as many as the output has; it may lack the axis, of one cell. */
  | { readonly op: 'slice'; readonly axis: number; readonly start: number }
  /** [g, C/g] channels read as [C/g, g]. */
  | { readonly op: 'shuffle'; readonly groups: number }
  /** Channels to places, PyTorch's order; `by` per axis. */
  | { readonly op: 'pixelshuffle'; readonly by: number }
  | { readonly op: 'pixelunshuffle'; readonly by: number }
  /**
   * Cell i along an axis is made of what stands around a point of the input (ONNX's Resize): the nearest cell, the two around it, or
   * four. `scale`: output over input per axis as it was asked for, where that is not the ratio of the sizes (PyTorch keeps it).
   */
  | {
      readonly op: 'upsample';
      readonly mode: 'nearest' | 'linear' | 'cubic';
      readonly coordinates: Coordinates;
      /** Of `nearest`; floor where it is absent. */
      readonly rounding?: Rounding;
      /** Of `cubic`: Keys' a; -0.75 where it is absent. */
      readonly a?: number;
      /** Of `cubic`: cells beyond the edge are left out, and the others weigh 1 together; else edge cells stand there. */
      readonly excludeOutside?: boolean;
      readonly scale?: readonly number[];
    };

/** The operator of that name. */
export type OperatorOf<Op extends Operator['op']> = Extract<Operator, { op: Op }>;

/** How many of the `size` neighbours of a response normalisation stand before the channel itself. */
export const channelsBefore = (size: number, behind = false): number => Math.floor((behind ? size - 1 : size) / 2);

/** Whether windows are spread over the output instead of slid over the input. */
export const isTransposed = (operators: readonly Operator[]): boolean =>
  operators.some(({ op }) => op === 'transposed');
