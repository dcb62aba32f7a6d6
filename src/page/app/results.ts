// Results at the ends of lines, in CodeMirror: they move with their lines until new ones come. What they say is page/results.ts.

import {
  type EditorState,
  type Extension,
  type Line,
  RangeSetBuilder,
  StateEffect,
  StateField,
} from '@codemirror/state';
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
import { indentOf } from './hanging.js';

/** A result at the beginning of its line: what is typed at the line's end stands before it, and a new line takes it nowhere. */
interface Told extends Anchored {
  readonly texts: Result['texts'];
}

const setResults = StateEffect.define<readonly Told[]>();

const anchored = StateField.define<readonly Told[]>({
  create: () => [],
  update: (before, transaction) => {
    for (const effect of transaction.effects) if (effect.is(setResults)) return effect.value;
    if (!transaction.docChanged) return before;
    return before.map(({ at, texts }) => ({ at: transaction.changes.mapPos(at, 1), texts }));
  },
});

export const showingResults = ({ doc }: EditorState, results: readonly Result[]): StateEffect<unknown> =>
  setResults.of(results.flatMap(({ line, texts }) => (line <= doc.lines ? [{ at: doc.line(line).from, texts }] : [])));

export const resultAt = (state: EditorState, line: number): string | null => {
  const { from, to } = state.doc.line(line);
  return within(state.field(anchored), from, to)[0]?.texts()[0] ?? null;
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

/** How many letters of the text a line of the column has. */
const setColumns = StateEffect.define<number>();

const columns = StateField.define<number>({
  create: () => 80,
  update: (before, { effects }) => effects.find((effect) => effect.is(setColumns))?.value ?? before,
});

const columnsOf = ({ scrollDOM, defaultCharacterWidth }: EditorView): number => {
  const beside = scrollDOM.querySelector<HTMLElement>('.cm-gutters')?.offsetWidth ?? 0;
  return Math.max(1, Math.floor((scrollDOM.clientWidth - beside) / defaultCharacterWidth));
};

/** Behind a long line that many may stand over its end; of a shape there is always room. */
const OVER = 0.42;

/** The most that fits behind a line; where lines are broken there is one for it. */
const fitting = ({ state, lineWrapping }: EditorView, { length, text }: Line, texts: readonly string[]): string => {
  const all = state.field(columns);
  const room = lineWrapping ? (all - indentOf(text) - 1) / SMALLER : Math.max(all - length - GAP, all * OVER) / SMALL;
  return texts.find((text) => text.length <= room) ?? texts.at(-1) ?? '';
};

/** Letters of results are so much smaller than those of the text, in narrow columns even more; see editor.css. */
const SMALL = 0.93;
const SMALLER = 0.86;

/** Letters between a line and its result. */
const GAP = 4;

/** Of the lines that are seen. */
const decorated = (view: EditorView): DecorationSet => {
  const { state, visibleRanges } = view;
  const builder = new RangeSetBuilder<Decoration>();
  let end = -1;
  for (const { from, to } of visibleRanges)
    for (const { at, texts } of within(state.field(anchored), state.doc.lineAt(from).from, to)) {
      const line = state.doc.lineAt(at);
      // Where lines became one, the first result stands for it.
      if (line.to <= end) continue;
      end = line.to;
      const text = fitting(view, line, texts());
      builder.add(end, end, Decoration.widget({ widget: new ResultWidget(text), side: 1 }));
    }
  return builder.finish();
};

const drawn = ViewPlugin.define(
  (view) => {
    const resized = new ResizeObserver(() => {
      const now = columnsOf(view);
      if (now !== view.state.field(columns)) view.dispatch({ effects: setColumns.of(now) });
    });
    resized.observe(view.scrollDOM);
    return {
      decorations: decorated(view),
      update({ view, docChanged, viewportChanged, state, startState }: ViewUpdate) {
        const isNew = ([anchored, columns] as readonly StateField<unknown>[]).some(
          (field) => state.field(field) !== startState.field(field),
        );
        if (docChanged || viewportChanged || isNew) this.decorations = decorated(view);
      },
      destroy: () => resized.disconnect(),
    };
  },
  { decorations: ({ decorations }) => decorations },
);

export const results: Extension = [anchored, columns, drawn];
