// What may be written where the cursor is, and what a word means, in CodeMirror: both are asked of the language.

import { autocompletion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import type { Extension, Text } from '@codemirror/state';
import { hoverTooltip } from '@codemirror/view';
import { type Completion, completionsAt } from '../../lang/completion.js';
import { hoverAt } from '../../lang/hover.js';
import { layers } from '../../layers/index.js';
import { oneLine } from '../../report/page.js';

/** In longer texts nobody is told anything while typing: each letter would read all of it. */
const LONGEST = 200_000;

const textOf = (doc: Text): string | null => (doc.length > LONGEST ? null : doc.toString());

const paragraph = (text: string): HTMLElement =>
  Object.assign(document.createElement('p'), { textContent: oneLine(text) });

/** The language has chosen and ordered them by what is written already. */
const complete = ({ state, pos, explicit }: CompletionContext): CompletionResult | null => {
  const text = textOf(state.doc);
  const found = text === null ? null : completionsAt(text, pos, layers);
  if (!found || found.items.length === 0) return null;
  // Unasked, words are offered once one is begun, and not where it stands there already: Enter would choose it, and go nowhere.
  const written = state.sliceDoc(found.from, pos);
  if (!explicit && (written === '' || found.items.some(({ insert }) => insert === written))) return null;
  return {
    from: found.from,
    to: found.to,
    filter: false,
    options: found.items.map(({ label, insert, sort, detail, doc }: Completion) => ({
      label: oneLine(label),
      apply: insert,
      type: sort,
      detail: oneLine(detail),
      ...(doc !== '' && { info: () => paragraph(doc) }),
    })),
  };
};

const hover = hoverTooltip(({ state }, position) => {
  const text = textOf(state.doc);
  const found = text === null ? null : hoverAt(text, position, layers);
  if (!found) return null;
  const create = () => {
    const dom = document.createElement('div');
    dom.className = 'meaning';
    const title = document.createElement('b');
    title.textContent = oneLine(found.title);
    dom.append(title, ...found.lines.map(paragraph));
    return { dom };
  };
  return { pos: found.from, end: found.to, create };
});

export const assist: Extension = [autocompletion({ override: [complete], icons: false }), hover];
