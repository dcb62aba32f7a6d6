// A text with the edits of a diagnostic made in it: what its help says, carried out.

import type { Edit } from '../src/core/diagnostic.js';

export const edited = (text: string, edits: readonly Edit[]): string => {
  const starts = [0];
  for (const line of text.split('\n')) starts.push((starts.at(-1) ?? 0) + line.length + 1);
  const changes = edits
    .map(({ at, text: written }) => {
      const start = (starts[at.line - 1] ?? 0) + at.column - 1;
      return { start, end: start + at.length, written };
    })
    .sort((a, b) => b.start - a.start || b.end - a.end);
  let result = text;
  for (const { start, end, written } of changes) result = result.slice(0, start) + written + result.slice(end);
  return result;
};
