// Learned tensors in the core's memory without being packed: as they come, or channels last. Their values are taken when they are written.

import type { Tensor } from '../../core/kernels.js';
import { product } from '../../core/shape.js';
import type { Written } from './instruction.js';

export const asIs = (tensor: Tensor): Written => ({
  floats: product(tensor.shape),
  write: (to) => to.set(tensor.data),
});

/** [C, places] as [places][C]. */
export const byPlace = (tensor: Tensor, C: number): Written => ({
  floats: product(tensor.shape),
  write: (to) => {
    const { data } = tensor;
    const places = data.length / C;
    for (let c = 0, i = 0; c < C; c++) for (let p = 0; p < places; p++) to[p * C + c] = data[i++] as number;
  },
});
