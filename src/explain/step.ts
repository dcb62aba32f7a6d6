// One step of an explanation. Nothing else.

export interface Step {
  readonly layer: string;
  /** `out`, `params`, `buffers`, `macs`, `ops`, `param_memory`, `memory`, `rf`, `stride`, `bias`: the names that answers use too. */
  readonly quantity: string;
  /** What a reader calls it: `height and width`. */
  readonly title: string;
  /** In letters; empty where there is nothing to compute. */
  readonly formula: string;
  /** The same with this layer's numbers. */
  readonly substituted: string;
  readonly value: number | string | readonly number[];
  /** The value as a person reads it: `34,944, about 35K`. */
  readonly shown: string;
  readonly convention: string;
}

/** A step before its layer is said. */
export type Unnamed = Omit<Step, 'layer'>;

export const NOTHING = { formula: '', substituted: '', convention: '' };
