// Specs as values that were read before, when the program was built: reading YAML takes longer than all that follows.

import type { Read } from './file.js';

/** What is kept of a text that was read, with the text itself; null where something was wrong with it. */
export const keep = (text: string, { value, diagnostics }: Read): string | null =>
  value && diagnostics.length === 0 ? JSON.stringify({ text, value }) : null;

/** The values of a text from what was kept; null where that is of another text. */
export const keptValues = (kept: string, text: string): Read | null => {
  const { text: own, value } = JSON.parse(kept);
  return own === text ? { value, diagnostics: [] } : null;
};
