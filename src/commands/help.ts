// The texts of the help that are not made of a command's own words.

import type { Command } from './command.js';
import { COMMANDS } from './commands.js';

export const ABOUT = 'cnncalc: what a convolutional network does, layer by layer.';

export const CLOSING = `
Where a terminal is too narrow, the table leaves out, in this order: shares, notes, rounded numbers, the middles of long
names, the layer, MACs, rf. Numbers are never cut, and piped output has everything. --columns keeps what it names.

Exit codes: 0 fine; 1 the answer is no (a broken expect, a budget exceeded, a warning under --strict);
2 usage, or a spec that cannot be analysed in full; 3 a bug in cnncalc.`;

export const examplesOf = ({ examples }: Command): string =>
  `Examples:\n${examples.map((line) => `  cnncalc ${line.replace(/ # /, ' ')}`).join('\n')}`;

/** What is printed where nothing was asked. */
export const SHORT_HELP = `${ABOUT}\n\n${examplesOf(COMMANDS.summary)}\n\nUsage: cnncalc SPEC [options]; cnncalc --help says more.\n`;
