// The editor of a spec: CodeMirror with results at the ends of lines, findings where they stand, keys that people expect in lists.
// What results and findings say, and what is done with the text, is for the model and whoever holds it.

import { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, isolateHistory } from '@codemirror/commands';
import {
  ChangeSet,
  EditorSelection,
  EditorState,
  type Extension,
  type StateCommand,
  StateEffect,
  StateField,
} from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  EditorView,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import type { Edit, Place } from '../../core/diagnostic.js';
import { resultsOf } from '../results.js';
import { atBackspace, atEnter, type Typed } from '../typing.js';
import type { Model } from '../view.js';
import { assist } from './assist.js';
import { findings, findingsOn, showingFindings, spoken } from './findings.js';
import { hanging } from './hanging.js';
import { inks } from './inks.js';
import { changesOf, rangeOf } from './places.js';
import { resultAt, results, showingResults } from './results.js';

export interface Editor {
  /** Results and findings of a model; one of a text that has changed since is not shown. */
  readonly show: (model: Model) => void;
  /** Makes edits of the text of the model that was shown last. They can be undone, as all changes can. */
  readonly apply: (edits: readonly Edit[]) => void;
  /** Another text; what it has in common with the one before stays. */
  readonly replace: (text: string) => void;
  /** Brings a place to the middle, and makes its line stand out for a moment. The cursor stays where it is. */
  readonly reveal: (at: Place) => void;
  readonly focus: () => void;
}

export interface EditorEvents {
  /** The text, whoever changed it. Lines end in `\n`, however they ended where they come from. */
  readonly changed: (text: string) => void;
  /**
   * The line, counted from 1, in which somebody put the cursor; and again when somebody changes the text there, for its layer may be
   * another one. What comes from elsewhere moves no selection.
   */
  readonly at: (line: number) => void;
}

export const editorIn = (parent: HTMLElement, text: string, events: EditorEvents): Editor => {
  let current = withPlainEnds(text);
  /** None yet: a click on the first one is told too. */
  let line = 0;
  parent.classList.add('editor');
  const status = statusIn(parent);

  const apply = (edits: readonly Edit[]): void => {
    const changes = ChangeSet.of(changesOf(shown, edits), shown.length).map(since.desc);
    view.dispatch({ changes, annotations: BY_ITSELF, userEvent: 'input.fix' });
  };
  /** The button that was pressed goes away with its finding. */
  const mend = (edits: readonly Edit[]): void => {
    apply(edits);
    view.focus();
  };

  const heard = EditorView.updateListener.of(({ docChanged, selectionSet, changes, state }) => {
    if (docChanged) {
      since = since.compose(changes);
      current = state.doc.toString();
      events.changed(current);
    }
    if (!view.hasFocus || !(docChanged || selectionSet)) return;
    const now = state.doc.lineAt(state.selection.main.head).number;
    const isSame = now === line;
    line = now;
    if (docChanged || !isSame) events.at(now);
    if (isSame) return;
    status.tell(() => {
      const { main } = view.state.selection;
      return [resultAt(view.state, line), ...findingsOn(view.state, main.head).map(spoken)];
    });
  });

  const state = EditorState.create({
    doc: current,
    extensions: [appearance, findings(mend, (text) => status.tell(() => [text])), keys, results, inks, assist, heard],
  });
  const view = new EditorView({ parent, state });
  /** The text of the model that is shown, and what has changed since. */
  let shown = state.doc;
  let since = ChangeSet.empty(shown.length);

  return {
    apply,
    show: (model) => {
      if (withPlainEnds(model.state.text) !== current) return;
      const { state } = view;
      shown = state.doc;
      since = ChangeSet.empty(shown.length);
      const { analysis } = model;
      const chosen = analysis.graph.nodes.find(({ name }) => name === model.state.selection.layer)?.at;
      const effects = [
        showingResults(state, resultsOf(analysis)),
        showingFindings(state, analysis.diagnostics),
        choose.of(chosen ? rangeOf(shown, chosen).from : null),
      ];
      view.dispatch({ effects });
    },
    replace: (other) => {
      const next = withPlainEnds(other);
      const [from, end] = common(current, next);
      const changes = { from, to: current.length - end, insert: next.slice(from, next.length - end) };
      if (next !== current) view.dispatch({ changes, annotations: BY_ITSELF });
    },
    reveal: (at) => {
      const { from } = rangeOf(view.state.doc, at);
      view.dispatch({ effects: [EditorView.scrollIntoView(from, { y: 'center' }), flash.of(from)] });
      setTimeout(() => view.dispatch({ effects: flash.of(null) }), FLASH);
    },
    focus: () => view.focus(),
  };
};

/** Undone by itself, whatever was typed just before. */
const BY_ITSELF = isolateHistory.of('full');

/** CodeMirror has its own ends of lines; so that places and texts agree, everybody has them. */
const withPlainEnds = (text: string): string => (text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text);

/** How many characters two texts have in common at their beginning, and behind that at their end. */
const common = (a: string, b: string): readonly [start: number, end: number] => {
  const most = Math.min(a.length, b.length);
  let start = 0;
  while (start < most && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < most - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  return [start, end];
};

// --- keys --------------------------------------------------------------------------------------------------------

/** Types what is worked out from the line around each cursor. */
const typing =
  (typed: (before: string, after: string) => Typed | null, event: string): StateCommand =>
  ({ state, dispatch }) => {
    if (state.readOnly) return false;
    const one = state.selection.ranges.map((range) => {
      const [first, last] = [state.doc.lineAt(range.from), state.doc.lineAt(range.to)];
      return typed(state.sliceDoc(first.from, range.from), state.sliceDoc(range.to, last.to));
    });
    if (one.some((each) => each === null)) return false;
    let i = 0;
    const changed = state.changeByRange(({ from, to }) => {
      const { back, insert } = one[i++] ?? { back: 0, insert: '' };
      return {
        changes: { from: from - back, to, insert },
        range: EditorSelection.cursor(from - back + insert.length),
      };
    });
    // Behind a long line the beginning of the next comes back into sight.
    const inSight = EditorView.scrollIntoView(changed.selection.main, { xMargin: 160 });
    dispatch(state.update({ ...changed, effects: inSight, userEvent: event }));
    return true;
  };

/** Backspace takes away what is selected, whatever stands around it. */
const backspace: StateCommand = (target) =>
  target.state.selection.ranges.every(({ empty }) => empty) && typing(atBackspace, 'delete.backward')(target);

const HELP =
  'Tab leaves the editor. Control or Command with ] and [ indents. Control Space completes. F8 goes to the next finding, and Control or Command with the full stop mends the one at the cursor.';

/** Tab has no meaning here, so that it goes on to what comes next. */
const keys: Extension = [
  history(),
  closeBrackets(),
  keymap.of([
    ...closeBracketsKeymap,
    { key: 'Enter', run: typing(atEnter, 'input') },
    { key: 'Backspace', run: backspace },
    ...historyKeymap,
    ...defaultKeymap,
  ]),
  EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': 'The network as text', 'aria-description': HELP }),
];

// --- what stands out ---------------------------------------------------------------------------------------------

/** Milliseconds. */
const FLASH = 1600;

const flash = StateEffect.define<number | null>();
const choose = StateEffect.define<number | null>();

/** A line that an effect chose, by a position in it. */
const lineOf = (effect: typeof flash, className: string): Extension => {
  const marked = Decoration.line({ class: className });
  return StateField.define<DecorationSet>({
    create: () => Decoration.none,
    update: (before, { effects, changes, state }) => {
      for (const { value } of effects.filter((one) => one.is(effect)))
        return value === null ? Decoration.none : Decoration.set(marked.range(state.doc.lineAt(value).from));
      return before.map(changes);
    },
    provide: (field) => EditorView.decorations.from(field),
  });
};

const appearance: Extension = [
  lineNumbers(),
  highlightSpecialChars(),
  highlightActiveLine(),
  hanging,
  lineOf(choose, 'chosen'),
  lineOf(flash, 'flash'),
];

/** Tells who does not see the ends of lines what stands there, once the cursor rests. */
const statusIn = (parent: HTMLElement): { readonly tell: (parts: () => readonly (string | null)[]) => void } => {
  const box = document.createElement('div');
  box.className = 'unseen';
  box.role = 'status';
  parent.append(box);
  let waiting: ReturnType<typeof setTimeout> | undefined;
  return {
    tell: (parts) => {
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        box.textContent = parts()
          .filter((part) => part !== null)
          .join('. ');
      }, 300);
    },
  };
};
