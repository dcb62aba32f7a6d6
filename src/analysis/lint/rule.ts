// What a lint rule is: a function from a network to findings. The rules are the files in the folders here, one each.

import type { Layer, Network } from './network.js';

/** Something to warn of: one sentence with the numbers in it, and what to write instead. */
export interface Said {
  readonly message: string;
  readonly help: string;
}

/** Said of a layer; the finding stands where its item does. */
export interface Finding extends Said {
  readonly layer: Layer;
}

/** Its id is its place: `fit/fraction` is fit/fraction.ts. */
export type Rule = (network: Network) => readonly Finding[];

/** A rule that looks at one layer after the other. */
export const eachLayer =
  (look: (layer: Layer, network: Network) => Said | undefined | false): Rule =>
  (network) =>
    network.layers.flatMap((layer) => {
      const said = look(layer, network);
      return said ? [{ layer, ...said }] : [];
    });
