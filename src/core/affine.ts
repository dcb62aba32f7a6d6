// Steps that multiply and add the same to a channel whatever its values are: batch normalisation at test time, layer scale,
// constants. Who takes them over is kernels/ and run/.

import type { Step } from './kernels.js';

/** A factor and an addend per channel that do not depend on the values. */
export const isFixed = ({ operator }: Step): boolean =>
  operator.op === 'scale' || operator.op === 'affine' || (operator.op === 'normalise' && operator.over === 'batch');

export interface Affine {
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/**
 * y = scale x + shift per channel, of several such steps one behind the other, in float64. Of a batch normalisation:
 * `gamma / sqrt(variance + eps)` and `beta - mean * scale`.
 */
export const affineOf = (steps: readonly Step[], channels: number): Affine => {
  const scale = new Float64Array(channels).fill(1);
  const shift = new Float64Array(channels);
  for (const { operator, weights } of steps) {
    const [gamma, beta, means, variances] = (['weight', 'bias', 'running_mean', 'running_var'] as const).map(
      (name) => weights[name]?.data,
    );
    const fixed = operator.op === 'affine' ? operator : { times: [1], plus: [0] };
    for (let c = 0; c < channels; c++) {
      const deviation = operator.op === 'normalise' ? Math.sqrt((variances?.[c] ?? 1) + operator.eps) : 1;
      const factor = ((gamma?.[c] ?? 1) / deviation) * ofChannel(fixed.times, c);
      scale[c] = (scale[c] as number) * factor;
      shift[c] = ((shift[c] as number) - (means?.[c] ?? 0)) * factor + (beta?.[c] ?? 0) + ofChannel(fixed.plus, c);
    }
  }
  return { scale, shift };
};

/** One number for all channels, or the channel's own. */
const ofChannel = (numbers: readonly number[], channel: number): number =>
  numbers[numbers.length === 1 ? 0 : channel] as number;
