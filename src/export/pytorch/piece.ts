// What one operator is in PyTorch: pieces that are done one behind the other. Which operator is which is words.ts.

import type { NamedStep } from '../../run/network.js';
import type { Call, Code } from './code.js';

/** One expression. It reads the values of the step, or, behind another piece, what that one made. */
export interface Piece {
  /** What it computes; where it has a module of its own that stands there as SELF. */
  readonly apply: Code;
  /** Makes the module whose weights it uses. */
  readonly make?: Call;
  /** The same as a module: what stands in an nn.Sequential. Of what has weights, `make` does. */
  readonly module?: Call;
  /** Of a new module: what no argument says. */
  readonly after?: readonly Code[];
  /** It computes each value from that value alone. */
  readonly valueByValue?: true;
  /** A class that PyTorch has not got, by its name in extras.ts. */
  readonly extra?: ExtraName;
}

export type ExtraName = 'Scale' | 'Learned' | 'Fixed' | 'RMSNorm' | 'StochasticDepth' | 'mean_of_cells';

/** The step's shapes without the batch; axis 0 is the channels. */
export const shapesOf = ({ inputShapes, output }: NamedStep) => ({ input: inputShapes[0] ?? [], output });

/** The step's tensor of that name, where it learns one. */
export const has = ({ learned }: NamedStep, name: string): boolean => learned.some(({ tensor }) => tensor === name);
