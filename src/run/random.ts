// Tensors full of random numbers from a seed. The numbers themselves are core/random.ts's.

import { generator } from '../core/random.js';

/** Numbers between -1 and 1, each as likely as any other, times `reach`; see `Drawn`, of whose numbers the core knows how to make them. */
export const uniform = (
  length: number,
  reach: number,
  seed: number,
  into: Float32Array = new Float32Array(length),
): Float32Array => {
  const next = generator(seed);
  for (let i = 0; i < length; i++) into[i] = (2 * next() - 1) * reach;
  return into;
};

/** Numbers of mean 0 and deviation 1 (Box and Muller, 1958). */
export const normal = (length: number, seed: number): Float32Array => {
  const next = generator(seed);
  const data = new Float32Array(length);
  for (let i = 0; i < length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    const angle = 2 * Math.PI * next();
    data[i] = radius * Math.cos(angle);
    if (i + 1 < length) data[i + 1] = radius * Math.sin(angle);
  }
  return data;
};
