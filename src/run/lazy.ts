// Tensors whose values are made or read when somebody asks for them. What they are is the others'.

import type { Drawn, Tensor } from '../core/kernels.js';

/** Larger tensors are not kept beside what a backend makes of them: they are read or made again for who asks again. */
const KEPT = 1 << 20;

/**
 * A tensor whose values come when they are asked for: for those of a large one ask once, and not for each of them. `make` may put
 * them into the array that it is given.
 */
export const lazily = (
  shape: readonly number[],
  make: (into?: Float32Array) => Float32Array,
  drawn?: Drawn,
): Tensor => {
  let kept: Float32Array | undefined;
  return {
    shape,
    get data() {
      if (kept) return kept;
      const data = make();
      if (data.length <= KEPT) kept = data;
      return data;
    },
    write(into) {
      const made = kept ?? make(into);
      if (made !== into) into.set(made);
    },
    ...(drawn && { drawn }),
  };
};
