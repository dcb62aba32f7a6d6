// The types of the package lzma1 as far as the build and its tests use it; its own are its sources, which our options refuse.

export const compress: (bytes: Uint8Array, mode: number) => Uint8Array;
