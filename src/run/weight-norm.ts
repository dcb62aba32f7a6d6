// Weights that are learned as a direction and a magnitude (Salimans and Kingma, 2016), slice by slice along their first axis as
// PyTorch's weight_norm takes them: g v / |v|. No files, no names.

import type { Tensor } from '../core/kernels.js';
import { lazily } from './lazy.js';

/** The lengths of the slices. */
export const magnitudesOf = ({ shape: [slices = 1], data }: Tensor): Float32Array => {
  const length = data.length / slices;
  return Float32Array.from({ length: slices }, (_, i) =>
    Math.sqrt(data.subarray(i * length, (i + 1) * length).reduce((sum, value) => sum + value ** 2, 0)),
  );
};

/** The weight of a direction and the magnitude of each slice. */
export const withMagnitudes = (direction: Tensor, magnitude: Tensor): Tensor =>
  lazily(direction.shape, () => {
    const [values, wanted] = [direction.data, magnitude.data];
    const lengths = magnitudesOf({ shape: direction.shape, data: values });
    const length = values.length / lengths.length;
    return values.map((value, i) => {
      const slice = Math.floor(i / length);
      return (value * (wanted[slice] as number)) / (lengths[slice] as number);
    });
  });
