// What is wrong, in CodeMirror: underlined where it stands, told beside it, mended by a button or a key. Which findings there are is
// for the model; those without a place are shown elsewhere.

import { type EditorState, type Extension, StateEffect, StateField, type Text } from '@codemirror/state';
import {
  activateHover,
  type Command,
  closeHoverTooltips,
  Decoration,
  type DecorationSet,
  type EditorView,
  GutterMarker,
  gutter,
  hasHoverTooltips,
  hoverTooltip,
  keymap,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view';
import type { Diagnostic, Edit, Severity } from '../../core/diagnostic.js';
import { inOrder } from '../../report/caret.js';
import { oneLine } from '../../report/page.js';
import { type Anchored, firstFrom, within } from './anchored.js';
import { rangeOf } from './places.js';

/** A finding where it stands in the text as it is now, on one line. */
interface Mark extends Anchored {
  readonly to: number;
  readonly finding: Diagnostic;
}

/** Makes edits of the text that the findings are about. */
type Mend = (edits: readonly Edit[]) => void;

const setMarks = StateEffect.define<readonly Mark[]>();

const marks = StateField.define<readonly Mark[]>({
  create: () => [],
  update: (before, { effects, docChanged, changes }) => {
    for (const effect of effects) if (effect.is(setMarks)) return effect.value;
    if (!docChanged) return before;
    return before.map((mark) => {
      const at = changes.mapPos(mark.at, 1);
      return { ...mark, at, to: Math.max(at, changes.mapPos(mark.to, -1)) };
    });
  },
});

export const showingFindings = ({ doc }: EditorState, diagnostics: readonly Diagnostic[]): StateEffect<unknown> => {
  const placed = inOrder(diagnostics).flatMap((finding) => (finding.at ? [markOf(doc, finding, finding.at)] : []));
  return setMarks.of(placed.sort((a, b) => a.at - b.at || a.to - b.to));
};

/** Nothing cannot be underlined: of what has no length the letter behind it is, at a line's end the one before. */
const markOf = (doc: Text, finding: Diagnostic, place: NonNullable<Diagnostic['at']>): Mark => {
  const { from, to } = rangeOf(doc, place);
  if (from < to) return { at: from, to, finding };
  const line = doc.lineAt(from);
  return to < line.to ? { at: from, to: to + 1, finding } : { at: Math.max(line.from, from - 1), to, finding };
};

/** The findings on the line of a position. */
export const findingsOn = (state: EditorState, position: number): readonly Diagnostic[] =>
  marksOn(state, position).map(({ finding }) => finding);

const marksOn = (state: EditorState, position: number): readonly Mark[] => {
  const line = state.doc.lineAt(position);
  return within(state.field(marks), line.from, line.to);
};

const marksAt = (state: EditorState, position: number): readonly Mark[] =>
  marksOn(state, position).filter(({ at, to }) => at <= position && position <= to);

// --- in sight ----------------------------------------------------------------------------------------------------

const UNDERLINES: Readonly<Record<Severity, Decoration>> = {
  error: Decoration.mark({ class: 'wrong error' }),
  warning: Decoration.mark({ class: 'wrong warning' }),
  note: Decoration.mark({ class: 'wrong note' }),
};

const underlined = ({ state, visibleRanges }: EditorView): DecorationSet =>
  Decoration.set(
    visibleRanges.flatMap(({ from, to }) =>
      within(state.field(marks), state.doc.lineAt(from).from, to)
        .filter((mark) => mark.at < mark.to)
        .map((mark) => UNDERLINES[mark.finding.severity].range(mark.at, mark.to)),
    ),
    true,
  );

const haveChanged = ({ state, startState }: ViewUpdate): boolean => state.field(marks) !== startState.field(marks);

const underlines = ViewPlugin.define(
  (view) => ({
    decorations: underlined(view),
    update(update: ViewUpdate) {
      if (update.docChanged || update.viewportChanged || haveChanged(update))
        this.decorations = underlined(update.view);
    },
  }),
  { decorations: ({ decorations }) => decorations },
);

class Sign extends GutterMarker {
  constructor(readonly severity: Severity) {
    super();
  }

  override eq(other: Sign): boolean {
    return other.severity === this.severity;
  }

  override toDOM(): HTMLElement {
    return element('span', `sign ${this.severity}`);
  }
}

const SIGNS = [new Sign('error'), new Sign('warning'), new Sign('note')] as const;

/** The worst on a line. */
const signOn = (state: EditorState, position: number): GutterMarker | null => {
  const found = marksOn(state, position);
  return SIGNS.find(({ severity }) => found.some(({ finding }) => finding.severity === severity)) ?? null;
};

/** A click on a sign tells what it stands for: on a touch screen nothing hovers. */
const signs = (tellAt: (view: EditorView, mark: Mark) => void): Extension =>
  gutter({
    class: 'signs',
    lineMarker: ({ state }, { from }) => signOn(state, from),
    lineMarkerChange: haveChanged,
    initialSpacer: () => new Sign('error'),
    domEventHandlers: {
      click: (view, { from }) => {
        const [first] = marksOn(view.state, from);
        if (first) tellAt(view, first);
        return first !== undefined;
      },
    },
  });

// --- in words ----------------------------------------------------------------------------------------------------

const element = (name: string, className: string, ...children: readonly (string | Node)[]): HTMLElement => {
  const made = document.createElement(name);
  if (className !== '') made.className = className;
  made.append(...children);
  return made;
};

/** The finding with its code, what to do, and a button where that can be done as it stands. */
const told = ({ severity, message, code, help, edits, related = [] }: Diagnostic, mend: Mend): HTMLElement => {
  const box = element('div', `finding ${severity}`);
  box.append(element('p', '', element('b', '', severity), ` ${oneLine(message)} `, element('code', '', code)));
  for (const { at, message } of related) box.append(element('p', '', `line ${at.line}: ${oneLine(message)}`));
  if (help === undefined) return box;
  const advice = element('p', 'help', oneLine(help));
  if (edits) {
    const button = element('button', '', 'Apply');
    button.setAttribute('type', 'button');
    button.title = 'Ctrl . or Command . where the cursor stands in it';
    button.addEventListener('click', () => mend(edits));
    advice.append(' ', button);
  }
  box.append(advice);
  return box;
};

/** A finding in a sentence or two, for who hears it. */
export const spoken = ({ severity, message, help }: Diagnostic): string =>
  `${severity}: ${oneLine(message)}${help === undefined ? '' : `. ${oneLine(help)}`}`;

/** Findings underlined and told; `mend` makes the edits of one, `say` tells of one to which somebody went. */
export const findings = (mend: Mend, say: (text: string) => void): Extension => {
  const hover = hoverTooltip(
    ({ state }, position) => {
      const found = marksAt(state, position);
      const [first] = found;
      if (!first) return null;
      const end = Math.max(...found.map(({ to }) => to));
      const create = () => ({ dom: element('div', 'findings', ...found.map(({ finding }) => told(finding, mend))) });
      return { pos: first.at, end, create };
    },
    { hideOn: ({ docChanged }) => docChanged },
  );

  /** Selects it and tells of it, until the cursor leaves it. */
  const tellAt = (view: EditorView, { at, to, finding }: Mark): void => {
    view.focus();
    view.dispatch({ selection: { anchor: at, head: to }, scrollIntoView: true });
    const until: NonNullable<Parameters<typeof activateHover>[3]>['until'] = ({ docChanged, newSelection: { main } }) =>
      docChanged || main.head < at || main.head > to;
    activateHover(view, at, 1, { tooltip: hover, until });
    say(spoken(finding));
  };

  const next =
    (step: 1 | -1): Command =>
    (view) => {
      const all = view.state.field(marks);
      const { from } = view.state.selection.main;
      const i = step > 0 ? firstFrom(all, from + 1) : firstFrom(all, from) - 1;
      const mark = all.at(i) ?? all[0];
      if (mark) tellAt(view, mark);
      return mark !== undefined;
    };

  /** The narrowest at the cursor that can be mended, or else the first on its line. */
  const mendHere: Command = ({ state }) => {
    const { head } = state.selection.main;
    const here = [...marksAt(state, head)].sort((a, b) => a.to - a.at - (b.to - b.at));
    const edits = [...here, ...marksOn(state, head)].find(({ finding }) => finding.edits)?.finding.edits;
    if (edits) mend(edits);
    return edits !== undefined;
  };

  const close: Command = (view) => {
    const isOpen = hasHoverTooltips(view.state);
    if (isOpen) view.dispatch({ effects: closeHoverTooltips });
    return isOpen;
  };

  const keys = keymap.of([
    { key: 'Escape', run: close },
    { key: 'F8', run: next(1), shift: next(-1), preventDefault: true },
    { key: 'Mod-.', run: mendHere, preventDefault: true },
  ]);
  return [marks, underlines, signs(tellAt), hover, keys];
};
