// What the values of a tensor look like, and which of a vector's are the largest. No execution, no words.

import type { Tensor } from '../core/kernels.js';

/** Of the values of a tensor. */
export interface Statistics {
  /** Over the values that are finite numbers, as the others; NaN where there are none. */
  readonly mean: number;
  /** Over n, not n - 1. */
  readonly deviation: number;
  readonly min: number;
  readonly max: number;
  /** The share of all values that are exactly 0. */
  readonly zeros: number;
  /** How many are no finite numbers. */
  readonly notFinite: number;
}

export const statisticsOf = (data: Float32Array): Statistics => {
  let [sum, min, max, zeros, finite] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (!Number.isFinite(value)) continue;
    finite += 1;
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
    if (value === 0) zeros += 1;
  }
  const mean = sum / finite;
  let squares = 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (Number.isFinite(value)) squares += (value - mean) ** 2;
  }
  const [deviation, notFinite] = [Math.sqrt(squares / finite), data.length - finite];
  if (finite === 0) return { mean, deviation, min: Number.NaN, max: Number.NaN, zeros: 0, notFinite };
  return { mean, deviation, min, max, zeros: zeros / data.length, notFinite };
};

export const allFinite = (data: Float32Array): boolean => {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i] as number)) return false;
  return true;
};

/** A score, where it stands, and its part of the softmax over all scores. */
export interface Ranked {
  readonly index: number;
  readonly value: number;
  readonly share: number;
}

/** The largest scores of every image, where the output is a vector, or one of C channels of one place each. */
export const ranked = ({ shape, data }: Tensor, count: number): readonly (readonly Ranked[])[] => {
  const [images = 0, width = 0, ...places] = shape;
  if (places.some((n) => n !== 1) || width < 2) return [];
  return Array.from({ length: images }, (_, i) => largest(data.subarray(i * width, (i + 1) * width), count));
};

/** The largest first. Scores that are shares already (none negative, 1 together) stay what they are. */
const largest = (scores: Float32Array, count: number): readonly Ranked[] => {
  const sum = scores.reduce((a, b) => a + b, 0);
  const most = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const shares = Math.abs(sum - 1) < 1e-3 && scores.every((score) => score >= 0);
  const exponentials = scores.reduce((all, score) => all + Math.exp(score - most), 0);
  return Array.from(scores, (value, index) => ({
    index,
    value,
    share: shares ? value : Math.exp(value - most) / exponentials,
  }))
    .sort((a, b) => b.value - a.value || a.index - b.index)
    .slice(0, count);
};
