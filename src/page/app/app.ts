// The page as a workbench: the state, the editor, the screen, what people do. Each of them is elsewhere; here they meet.

import { isLayer, outline } from '../../analysis/outline.js';
import { headHtml, windowTitle } from '../document.js';
import { modelOf } from '../model.js';
import { layerOn } from '../results.js';
import { hashOf, LONGEST_LINK, stateIn } from '../share.js';
import { type State, stateOf } from '../state.js';
import { changed, readState, settingsOf } from '../store.js';
import type { Change, Deed, Model } from '../view.js';
import { VIEWS } from '../views.js';
import { ACTS, copied, download } from './acts.js';
import { hearDeeds } from './deeds.js';
import { type Editor, editorIn } from './editor.js';
import { byId, tell } from './elements.js';
import { screenOf } from './screen.js';

const ownState = (): State =>
  readState({ text: byId('text').textContent, ...JSON.parse(byId('state').textContent ?? '') }, VIEWS) ??
  stateOf('net.yaml', '');

/** The address follows what is on the screen, this long after. */
const ADDRESS_AFTER = 800;

/** What takes longer to work out waits until nobody has typed for so long: letters are on the screen at once. In milliseconds. */
const QUICK = 20;
const PAUSE = 120;

const start = async (): Promise<void> => {
  const own = ownState();
  const shared = await stateIn(location.hash, VIEWS);
  if (shared === 'broken')
    tell(
      'The link cannot be read: it is cut or damaged. This is the network that the page was saved with.',
      'for good',
    );
  let state = typeof shared === 'string' ? own : shared;
  let model = modelOf(state);

  document.documentElement.classList.add('works');
  const spec = byId('spec');
  spec.parentElement?.prepend(spec);

  let addressed: ReturnType<typeof setTimeout> | undefined;
  const remember = (): void => {
    clearTimeout(addressed);
    addressed = setTimeout(async () => {
      const hash = await hashOf(state);
      if (hash.length <= LONGEST_LINK) history.replaceState(null, '', hash);
    }, ADDRESS_AFTER);
  };

  const screen = screenOf(VIEWS, (shown) => {
    byId('text').textContent = shown.state.text;
    document.documentElement.dataset['shown'] = String(revision);
  });

  /** How often the text was changed, and what it took to work it out, in milliseconds. */
  let revision = 0;
  let took = 0;
  const become = (next: State, isQuiet = false): void => {
    if (next === state) return;
    const before = model;
    const isOther = next.text !== state.text || next.said !== state.said;
    state = next;
    const begun = performance.now();
    model = modelOf(state, before);
    if (isOther) {
      took = performance.now() - begun;
      revision += 1;
      byId('head').innerHTML = headHtml(model).markup;
      document.title = windowTitle(model);
    }
    if (isOther || next.selection.layer !== before.state.selection.layer) editor.show(model);
    screen.show(model, isQuiet);
    remember();
  };

  /** What is typed and not yet worked out, and the line in which it is. */
  let typed: string | null = null;
  let line: number | null = null;
  let following: ReturnType<typeof setTimeout> | undefined;
  const follow = (isQuiet = false): void => {
    clearTimeout(following);
    if (typed === null) return;
    const text = typed;
    typed = null;
    become({ ...state, text }, isQuiet);
    if (line !== null) selectAt(line, isQuiet);
    line = null;
  };

  const selectAt = (line: number, isQuiet: boolean): void => {
    const layer = layerOn(model.analysis, line, state.selection.layer);
    if (layer !== null && layer !== state.selection.layer) select(layer, isQuiet);
  };

  const editor: Editor = editorIn(byId('editor'), state.text, {
    changed: (text) => {
      typed = text;
      clearTimeout(following);
      if (took <= QUICK) follow();
      else following = setTimeout(follow, PAUSE, true);
    },
    at: (now) => {
      if (typed === null) selectAt(now, false);
      else line = now;
    },
  });

  const select = (layer: string, isQuiet = false): void =>
    become({ ...state, selection: { ...state.selection, layer, unit: null, cell: null } }, isQuiet);

  const carryOut = async (view: (typeof VIEWS)[number], change: Change): Promise<void> => {
    const { edits, reveal, copy, save } = change;
    become(changed(state, view, change));
    if (edits) editor.apply(edits);
    if (reveal) editor.reveal(reveal);
    if (copy !== undefined) tell((await copied(copy)) ? 'Copied.' : 'The browser does not let the page copy.');
    if (save) download(save);
  };

  hearDeeds(document.body, (section, name, deed: Deed) => {
    follow();
    const view = VIEWS.find(({ id }) => id === section);
    const made = view?.deeds?.[name]?.(model, settingsOf(state, view), deed);
    if (view && made) void Promise.resolve(made).then((change) => carryOut(view, change));
  });

  document.addEventListener('keydown', (event) => {
    const element = event.target as HTMLElement;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0 || event.ctrlKey || event.metaKey || event.altKey || !element.closest('[data-walk]')) return;
    const next = neighbour(model, step);
    if (next === null) return;
    event.preventDefault();
    select(next);
  });

  document.addEventListener('click', async (event) => {
    follow();
    const target = event.target as Element;
    // The address is for the network: a link within the page takes nothing out of it.
    const within = target.closest('a[href^="#"]')?.getAttribute('href');
    if (within) {
      event.preventDefault();
      byId(within.slice(1)).scrollIntoView();
      byId(within.slice(1)).querySelector<HTMLElement>('h2')?.focus();
    }
    const act = target.closest<HTMLElement>('[data-act]')?.dataset['act'];
    if (act === undefined || !Object.hasOwn(ACTS, act)) return;
    await screen.settled();
    tell((await ACTS[act as keyof typeof ACTS](model)) ?? '');
  });

  editor.show(model);
  screen.show(model, true);
};

/** The layer before or behind the selected one, in the order of the table. */
const neighbour = ({ analysis, state }: Model, step: number): string | null => {
  const names = outline(analysis, { sugar: 'folded' })
    .filter(isLayer)
    .map(({ name }) => name);
  const at = names.indexOf(state.selection.layer ?? '');
  if (at < 0) return names[step > 0 ? 0 : names.length - 1] ?? null;
  return names[at + step] ?? null;
};

void start();
