// A table looked up: whole numbers in, rows of learned values out.

import { Refusal, type Step } from '../../core/kernels.js';
import { type Values, volume, zeros } from './values.js';

/** y[n, c, p] = weight[x[n, p], c]. */
export const embedding = (step: Step, x: Values, shape: readonly number[]): Values => {
  const y = zeros(shape);
  const { N, C, cells } = volume(y);
  const table = step.weights.weight?.data ?? new Float32Array();
  for (let n = 0; n < N; n++) {
    for (let p = 0; p < cells; p++) {
      const word = rowAt(step, x.data[n * cells + p] as number);
      for (let c = 0; c < C; c++) y.data[(n * C + c) * cells + p] = table[word * C + c] as number;
    }
  }
  return y;
};

/** The value as the number of a row. Throws a Refusal where it is none. */
export const rowAt = ({ name, weights: { weight } }: Step, word: number): number => {
  const [words = 0] = weight?.shape ?? [];
  if (Number.isInteger(word) && word >= 0 && word < words) return word;
  throw new Refusal(
    'data/index',
    `${name} looks up row ${word}, and has rows 0 to ${words - 1}`,
    'give whole numbers in that range as data, or more words',
  );
};
