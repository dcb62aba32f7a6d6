// The text in the page, as somebody edits it. A plain field for now.

import type { Edit, Place } from '../../core/diagnostic.js';
import type { Model } from '../view.js';

export interface Editor {
  /** What is known of the text that it holds. */
  readonly show: (model: Model) => void;
  readonly apply: (edits: readonly Edit[]) => void;
  readonly replace: (text: string) => void;
  readonly reveal: (at: Place) => void;
  readonly focus: () => void;
}

export const editorIn = (
  parent: HTMLElement,
  text: string,
  events: { readonly changed: (text: string) => void; readonly at: (line: number) => void },
): Editor => {
  const field = document.createElement('textarea');
  field.value = text;
  field.setAttribute('aria-label', 'The spec');
  parent.append(field);
  field.addEventListener('input', () => events.changed(field.value));
  return {
    show: () => {},
    apply: () => {},
    replace: (next) => {
      field.value = next;
      events.changed(next);
    },
    reveal: () => field.focus(),
    focus: () => field.focus(),
  };
};
