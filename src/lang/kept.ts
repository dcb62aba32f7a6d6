// Specs as values that were read before, when the program was built: reading YAML takes longer than all that follows.

import type { Read } from './file.js';

/** Changes with any character of a text (FNV-1a over UTF-16 units). */
const sumOf = (text: string): number => {
  let sum = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193);
  return sum;
};

/** What is kept of a text that was read; null where something was wrong with it. */
export const keep = (text: string, { value, diagnostics }: Read): string | null =>
  value && diagnostics.length === 0 ? JSON.stringify({ sum: sumOf(text), value }) : null;

/** The values of a text from what was kept; null where that is of another text. */
export const keptValues = (kept: string, text: string): Read | null => {
  const { sum, value } = JSON.parse(kept);
  return sum === sumOf(text) ? { value, diagnostics: [] } : null;
};
