// What translates a node: its operator's row in one of the tables of this folder.

import type { Call, Value } from '../call.js';

/** The values of a node's outputs, in order; one alone for the first. Throws {@link Unsaid} where there is no exact word. */
export type Translation = (call: Call) => Value | readonly Value[];
