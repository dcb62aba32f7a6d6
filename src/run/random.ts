// Reproducible randomness: numbers from a seed, the same on every machine. No clock, no Math.random.

/** Numbers in [0, 1) from a seed: mulberry32 (Tommy Ettinger, 2017), 32 bits of state. */
export const generator = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 4294967296;
  };
};

/** A seed of its own for every name, so that a tensor does not depend on those before it (FNV-1a, mixed with the seed). */
export const seedOf = (seed: number, name: string): number => {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
};

/** Numbers between -1 and 1, each as likely as any other, times `reach`. */
export const uniform = (length: number, reach: number, seed: number): Float32Array => {
  const next = generator(seed);
  const data = new Float32Array(length);
  for (let i = 0; i < length; i++) data[i] = (2 * next() - 1) * reach;
  return data;
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
