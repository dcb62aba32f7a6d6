// The views on the screen: which are drawn when. What is looked at follows at once, the rest while nobody types; what stands there already
// is patched, so that the focus and what is scrolled stay where they are.

import morphdom from 'morphdom';
import { html } from '../html.js';
import { settingsOf } from '../store.js';
import type { Model, View } from '../view.js';

/** One view's place on the screen, and what it shows there. */
interface Place {
  readonly view: View;
  readonly section: HTMLElement;
  readonly body: HTMLElement;
  isSeen: boolean;
  /** What the screen shows of it, and what made that. */
  markup: string;
  drawn: Model | null;
  /** What its last drawing took, in milliseconds. */
  took: number;
}

/** What takes longer waits until nobody types. */
const QUICK = 25;

/** Nobody types for so long, in milliseconds. */
const PAUSE = 60;

export interface Screen {
  /** Shows a model, in the views that it changes; where nobody types any more, in all of them without waiting. */
  readonly show: (model: Model, isQuiet: boolean) => void;
  /** When every view shows it. */
  readonly settled: () => Promise<void>;
}

/** `drew` hears when all views show what there is to show. */
export const screenOf = (views: readonly View[], drew: (model: Model) => void): Screen => {
  let model: Model | null = null;
  const places = views.flatMap((view): Place[] => {
    const section = document.getElementById(view.id);
    const body = section?.querySelector<HTMLElement>(':scope > .body');
    return section && body ? [{ view, section, body, isSeen: true, markup: '', drawn: null, took: 0 }] : [];
  });
  let waiting: { readonly resolve: () => void }[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  const isStale = ({ view, drawn }: Place): boolean =>
    model !== null && (drawn === null || differs(view, drawn, model));

  const draw = async (place: Place): Promise<void> => {
    const own = model;
    if (!own || !isStale(place)) return;
    const { view, body } = place;
    const begun = performance.now();
    let markup: string;
    try {
      const made = view.render(own, settingsOf(own.state, view));
      // A view that answers at once is on the screen in this frame.
      ({ markup } = made instanceof Promise ? await made : made);
    } catch (error) {
      // A bug in one view takes no other with it.
      ({ markup } = html`<p class="alarm">This cannot be shown, which is a bug in cnncalc: ${String(error)}</p>`);
      console.error(error);
    }
    // Somebody was quicker.
    if (own !== model && differs(view, own, model ?? own)) return;
    place.drawn = own;
    if (markup !== place.markup) patch(body, markup);
    place.markup = markup;
    place.took = performance.now() - begun;
  };

  /** The next that is stale, until none is. */
  const goOn = async (): Promise<void> => {
    timer = undefined;
    const next = places.find((place) => place.isSeen && isStale(place)) ?? places.find(isStale);
    if (!next) return finish();
    await draw(next);
    timer ??= setTimeout(goOn, 0);
  };

  const finish = (): void => {
    if (model) drew(model);
    for (const { resolve } of waiting.splice(0)) resolve();
  };

  const later = (pause: number): void => {
    clearTimeout(timer);
    timer = setTimeout(goOn, pause);
  };

  const seen = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const place = places.find(({ section }) => section === target);
        if (!place) continue;
        place.isSeen = isIntersecting;
        if (isIntersecting && isStale(place)) void draw(place);
      }
    },
    { rootMargin: '200px' },
  );
  for (const { section } of places) seen.observe(section);

  return {
    show: (next, isQuiet) => {
      model = next;
      for (const place of places) if (place.isSeen && place.took <= QUICK && isStale(place)) void draw(place);
      later(isQuiet ? 0 : PAUSE);
    },
    settled: () =>
      new Promise((resolve) => {
        if (!places.some(isStale)) return resolve();
        waiting = [...waiting, { resolve }];
        later(0);
      }),
  };
};

/** Whether a view may show something else of another model. Where somebody points matters to views that follow the pointer alone. */
const differs = (view: View, before: Model, now: Model): boolean => {
  const [a, b] = [before.state, now.state];
  return (
    before.analysis !== now.analysis ||
    a.settings[view.id] !== b.settings[view.id] ||
    a.selection.layer !== b.selection.layer ||
    (view.follows === 'pointer' &&
      (a.selection.unit !== b.selection.unit || a.selection.cell !== b.selection.cell || a.picture !== b.picture))
  );
};

/** What somebody is typing in, and what somebody opened, stays as it is. */
const patch = (body: HTMLElement, markup: string): void => {
  morphdom(body, `<div>${markup}</div>`, {
    childrenOnly: true,
    onBeforeElUpdated: (from, to) => {
      if (from.isEqualNode(to)) return false;
      if (from instanceof HTMLDetailsElement && to instanceof HTMLDetailsElement) to.open = from.open;
      if (from === document.activeElement && from instanceof HTMLInputElement && to instanceof HTMLInputElement)
        to.value = from.value;
      return true;
    },
  });
};
