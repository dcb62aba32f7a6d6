// What layers that clip have in common: the lower bound is below the higher. What is clipped is the kind's.

import { Problem } from '../../core/diagnostic.js';

/** Bounds the wrong way round leave nothing between them. */
export const inOrder = (low: number, high: number): Problem | null =>
  low < high
    ? null
    : new Problem('option/value', `low ${low} must be below high ${high}`, 'raise high, or lower low', 'low');
