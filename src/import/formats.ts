// The formats of other programs, told apart by their first bytes and keys: the one table. Each importer is a file of its own, and what is
// known without one stands in known.ts.

import type { Format, Look } from './format.js';
import { KNOWN, OTHERWISE } from './known.js';

/** In the order in which they are tried. */
export const FORMATS: readonly Format[] = [...KNOWN, ...OTHERWISE];

/** What a file is, where it is of a format that is known. */
export const formatOf = (look: Look): Format | undefined => FORMATS.find(({ is }) => is(look));
