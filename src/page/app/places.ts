// Places of the language, lines and columns from 1, as positions in a text of CodeMirror, and edits as its changes.

import type { ChangeSpec, Text } from '@codemirror/state';
import type { Edit, Place } from '../../core/diagnostic.js';

interface Range {
  readonly from: number;
  readonly to: number;
}

/** What points past a line's end points at its end. */
export const rangeOf = (doc: Text, { line, column, length }: Place): Range => {
  const own = doc.line(Math.min(Math.max(line, 1), doc.lines));
  const from = Math.min(own.from + column - 1, own.to);
  return { from, to: Math.min(from + length, own.to) };
};

/** What is put in at a place stands before what is written there instead of something. */
export const changesOf = (doc: Text, edits: readonly Edit[]): readonly ChangeSpec[] =>
  edits.map(({ at, text }) => ({ ...rangeOf(doc, at), insert: text })).sort((a, b) => a.from - b.from || a.to - b.to);
