// The text of a spec with one layer per line, for tests that are about the layers.

import { readFileSync } from 'node:fs';

/** `net('8x8x3', 'relu', '{fc: 10}')`; lines of an item after its first are indented below it. */
export const net = (input: string, ...items: readonly string[]): string =>
  `input: ${input}\nlayers:\n${items.map((item) => `  - ${item.replaceAll('\n', '\n    ')}\n`).join('')}`;

/** A network as the examples of mistakes have it: an input and its layers, or the name of a bundled one. */
export const networkText = (network: string | readonly [input: string, ...layers: string[]]): string =>
  typeof network === 'string'
    ? readFileSync(new URL(`../specs/${network}.yaml`, import.meta.url), 'utf8')
    : net(network[0], ...network.slice(1));
