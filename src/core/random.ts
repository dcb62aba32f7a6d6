// Reproducible randomness: numbers from a seed, the same on every machine. No clock, no Math.random; not for secrets.

/** Numbers in [0, 1) from a seed: mulberry32 (Tommy Ettinger, 2017, public domain), 32 bits of state. */
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
  for (const letter of name) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash;
};
