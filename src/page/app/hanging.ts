// How far the lines of a text are indented, so that in narrow columns what is broken off a line hangs below its beginning. The style
// sheet says whether lines are broken at all.

import { type Extension, RangeSetBuilder } from '@codemirror/state';
import { Decoration, type DecorationSet, type EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view';

/** Deeper lines would have no room left. */
const DEEPEST = 16;

/** Up to where a line says something: dashes of lists belong to its indent. */
export const indentOf = (line: string): number => Math.min(line.search(/[^\s-]|-(?!\s)|$/), DEEPEST);

const BY_INDENT = Array.from({ length: DEEPEST + 1 }, (_, indent) =>
  Decoration.line({ attributes: { style: `--indent:${indent}ch` } }),
);

const indented = ({ state: { doc }, visibleRanges }: EditorView): DecorationSet => {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to } of visibleRanges)
    for (let at = from; at <= to; ) {
      const line = doc.lineAt(at);
      const indent = indentOf(line.text);
      const decoration = BY_INDENT[indent];
      if (decoration && indent > 0) builder.add(line.from, line.from, decoration);
      at = line.to + 1;
    }
  return builder.finish();
};

export const hanging: Extension = ViewPlugin.define(
  (view) => ({
    decorations: indented(view),
    update({ view, docChanged, viewportChanged }: ViewUpdate) {
      if (docChanged || viewportChanged) this.decorations = indented(view);
    },
  }),
  { decorations: ({ decorations }) => decorations },
);
