// A table looked up: whole numbers in, rows of learned values out.

import { Refusal, type Step } from '../../core/kernels.js';
import { type Values, volume, zeros } from './values.js';

/** y[n, c, p] = weight[x[n, p], c]. Throws a Refusal at the first value that is no row's number. */
export const embedding = ({ name, weights: { weight } }: Step, x: Values, shape: readonly number[]): Values => {
  const y = zeros(shape);
  const { N, C, cells } = volume(y);
  const [words = 0] = weight?.shape ?? [];
  const table = weight?.data ?? new Float32Array();
  for (let n = 0; n < N; n++) {
    for (let p = 0; p < cells; p++) {
      const word = x.data[n * cells + p] as number;
      if (!Number.isInteger(word) || word < 0 || word >= words)
        throw new Refusal(
          'data/index',
          `${name} looks up row ${word}, and has rows 0 to ${words - 1}`,
          'give whole numbers in that range as data, or more words',
        );
      for (let c = 0; c < C; c++) y.data[(n * C + c) * cells + p] = table[word * C + c] as number;
    }
  }
  return y;
};
