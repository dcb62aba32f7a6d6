// The text of a spec with one layer per line, for tests that are about the layers.

/** `net('8x8x3', 'relu', '{fc: 10}')`; lines of an item after its first are indented below it. */
export const net = (input: string, ...items: readonly string[]): string =>
  `input: ${input}\nlayers:\n${items.map((item) => `  - ${item.replaceAll('\n', '\n    ')}\n`).join('')}`;
