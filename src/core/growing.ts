// A network that grows row by row from another program's file: what an importer says of each, and hears of its shape. No file, no kinds.

import type { Plain } from './args.js';
import type { Place } from './diagnostic.js';
import type { Shape } from './shape.js';
import type { StoredTensor } from './stored.js';

export interface GrowingInput {
  readonly name: string;
  /** Channels first, without the batch; null = any size, which has to be said from outside. */
  readonly sizes: readonly (number | null)[];
  /** Where arrays of the other program's have their axes in another order, without the batch: axis i here is axis `order[i]` there. */
  readonly order?: readonly number[];
  readonly at?: Place | undefined;
}

/** A row to be, in the words of this language. */
export interface GrowingRow {
  readonly kind: string;
  /** As the file has it. What cannot be written in a spec is left out of it, and a name that is taken gets a number. */
  readonly name: string;
  /** By name, the main one too; shapes are channels first. */
  readonly options?: Readonly<Record<string, Plain>>;
  /** What it reads, by the numbers that `inputs` and `add` gave; -1 for what a mistake left unknown, which is told of already. */
  readonly reads: readonly number[];
  /** What it learned, by what it is: `weight`, `bias`, `running_mean`; in PyTorch's order. */
  readonly tensors?: Readonly<Record<string, StoredTensor>>;
  /** The row whose weights it uses. */
  readonly sharedWith?: number;
  /** Training leaves its weights alone. */
  readonly frozen?: boolean;
  /** Where the text says so; a file without lines has none, and what is wrong is told of the name. */
  readonly at?: Place | undefined;
}

export interface Growing {
  /** All inputs, once, before any row. */
  readonly inputs: (inputs: readonly GrowingInput[]) => readonly number[];
  /** Adds a row and gives its number. What is wrong with it is told, and it stands there without figures. */
  readonly add: (row: GrowingRow) => number;
  /** Adds a row of which nothing is known but what the file calls it: neither its figures nor what comes out of it. */
  readonly unknown: (row: Pick<GrowingRow, 'name' | 'kind' | 'at'>) => number;
  /** What comes out of a row, channels first; null where a mistake leaves it unknown. */
  readonly shape: (row: number) => Shape | null;
  /** What a row is called. */
  readonly name: (row: number) => string;
}

/** What is known once all rows are there. */
export interface Grown {
  readonly name: string;
  /** Rows, in the order of the file. */
  readonly outputs: readonly number[];
  /** The program and version that wrote it: `ONNX, opset 17, from pytorch 2.1.0`. */
  readonly origin: string;
  /** What whoever reads the table should know. */
  readonly notes?: readonly string[];
}
