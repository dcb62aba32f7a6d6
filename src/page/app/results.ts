// Results at the ends of lines, in CodeMirror: they move with their lines until new ones come. What they say is page/results.ts.

import { type EditorState, type Extension, RangeSetBuilder, StateEffect, StateField } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  type EditorView,
  ViewPlugin,
  type ViewUpdate,
  WidgetType,
} from '@codemirror/view';
import type { Result } from '../results.js';
import { type Anchored, within } from './anchored.js';

/** A result at the beginning of its line: what is typed at the line's end stands before it, and a new line takes it nowhere. */
interface Told extends Anchored {
  readonly text: string;
}

const setResults = StateEffect.define<readonly Told[]>();

const anchored = StateField.define<readonly Told[]>({
  create: () => [],
  update: (before, transaction) => {
    for (const effect of transaction.effects) if (effect.is(setResults)) return effect.value;
    if (!transaction.docChanged) return before;
    return before.map(({ at, text }) => ({ at: transaction.changes.mapPos(at, 1), text }));
  },
});

export const showingResults = ({ doc }: EditorState, results: readonly Result[]): StateEffect<unknown> =>
  setResults.of(results.flatMap(({ line, text }) => (line <= doc.lines ? [{ at: doc.line(line).from, text }] : [])));

export const resultAt = (state: EditorState, line: number): string | null => {
  const { from, to } = state.doc.line(line);
  return within(state.field(anchored), from, to)[0]?.text ?? null;
};

class ResultWidget extends WidgetType {
  constructor(readonly text: string) {
    super();
  }

  override eq(other: ResultWidget): boolean {
    return other.text === this.text;
  }

  override toDOM(): HTMLElement {
    const span = document.createElement('span');
    span.className = 'result';
    // Within a field of text it would be read as part of the text; it is told by the status when the cursor comes to its line.
    span.ariaHidden = 'true';
    for (const part of this.text.split(/(\?)/)) {
      if (part !== '?') span.append(part);
      else span.append(Object.assign(document.createElement('b'), { textContent: part }));
    }
    return span;
  }

  override ignoreEvent(): boolean {
    return false;
  }
}

/** Of the lines that are seen. */
const decorated = ({ state, visibleRanges }: EditorView): DecorationSet => {
  const builder = new RangeSetBuilder<Decoration>();
  let end = -1;
  for (const { from, to } of visibleRanges)
    for (const { at, text } of within(state.field(anchored), state.doc.lineAt(from).from, to)) {
      const line = state.doc.lineAt(at);
      // Where lines became one, the first result stands for it.
      if (line.to <= end) continue;
      end = line.to;
      builder.add(end, end, Decoration.widget({ widget: new ResultWidget(text), side: 1 }));
    }
  return builder.finish();
};

export const results: Extension = [
  anchored,
  ViewPlugin.define(
    (view) => ({
      decorations: decorated(view),
      update({ view, docChanged, viewportChanged, state, startState }: ViewUpdate) {
        if (docChanged || viewportChanged || state.field(anchored) !== startState.field(anchored))
          this.decorations = decorated(view);
      },
    }),
    { decorations: ({ decorations }) => decorations },
  ),
];
