// What a target is: a program that networks are written for. The table of them is targets.ts.

import type { Model } from './model.js';

/** What a target makes of a network. */
export interface Exported {
  /** Text, an object for JSON, or bytes piece by piece. */
  readonly content: string | object | Iterable<Uint8Array>;
  /** Values that stand in a file of their own beside it, where they do. */
  readonly beside?: Iterable<Uint8Array>;
}

export interface Weights {
  /** They came with the network, from a file, or from a seed that was asked for; otherwise they are of seed 0. */
  readonly given: boolean;
  /** The name of the file beside that may be written; undefined on standard output. */
  readonly beside: string | undefined;
}

/** Writes a network. Throws Refusals where there are no words for some layers. */
export type Exporter = (model: Model, weights: Weights) => Exported;

export interface Target {
  /** As people call it. */
  readonly what: string;
  /** Whether it can hold the values of weights: `always`, or `given` ones only. */
  readonly weights: 'never' | 'given' | 'always';
  readonly exporter: () => Promise<Exporter>;
}
