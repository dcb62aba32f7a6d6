// How deep names are folded, as a setting of views: the lines that are shown, and the field in which it is chosen. No view.

import type { Line } from '../analysis/outline.js';
import { type Level, levelsOf, type Span, spansOf } from '../analysis/spans.js';
import { grouped } from '../core/quantity.js';
import { type Html, html, live } from './html.js';
import { once } from './once.js';
import type { Model } from './view.js';

/** Of an analysis; every view folds it alike. */
const levels = once(levelsOf);

/** More would be thinner than what can be pointed at. */
const MOST = 300;

/** Of lines, by how many there is room for. */
const joined = once((_: readonly Line[]) => new Map<number, readonly Span[]>());

/** As deep as there is room for. */
export const ROOMY = 0;

/** Of lines: where there are too few, nothing is to be seen; a page is read without script too, and stays small. */
const ROOM = { enough: 6, few: 16, most: 40 } as const;

/** The lines at a depth; neighbours are joined where they are still too many, more than `most` where nobody chose a depth. */
export const spansAt = ({ analysis }: Model, depth: number, most: number = ROOM.most): readonly Span[] => {
  const all = levels(analysis);
  if (depth === ROOMY) return roomy(all, most);
  const lines = atDepth(all, depth)?.lines ?? [];
  return spansWithin(lines, MOST);
};

const roomy = (all: readonly Level[], most: number): readonly Span[] => {
  const within = (count: number) => all.findLast(({ lines }) => lines.length <= count)?.lines;
  const few = within(ROOM.few);
  const lines = few && few.length >= ROOM.enough ? few : (within(ROOM.most) ?? all[0]?.lines ?? []);
  return spansWithin(lines, lines.length <= ROOM.most ? most : ROOM.few);
};

const spansWithin = (lines: readonly Line[], most: number): readonly Span[] => {
  const before = joined(lines).get(most);
  if (before) return before;
  const spans = spansOf(lines, most);
  joined(lines).set(most, spans);
  return spans;
};

const atDepth = (all: readonly Level[], depth: number): Level | undefined =>
  all.findLast((level) => level.depth <= depth) ?? all[0];

/** The field, where there is something to choose. */
export const depthField = ({ analysis }: Model, label: string, depth: number, most: number = ROOM.most): Html => {
  const all = levels(analysis);
  const usual = roomy(all, most).length;
  if (all.length < 2 && all[0]?.lines.length === usual) return html``;
  const chosen = depth === ROOMY ? ROOMY : atDepth(all, depth)?.depth;
  const option = (value: number, text: string): Html =>
    html`<option value="${value}"${value === chosen && html` selected=""`}>${text}</option>`;
  return live`<label class="live">${label} <select data-do="depth">${option(ROOMY, `few enough to read: ${grouped(usual)}`)}${all.map(
    (level, i) =>
      option(
        level.depth,
        `${i === all.length - 1 ? 'layers' : i === 0 ? 'stages' : `${level.depth} parts of names`}: ${grouped(level.lines.length)}`,
      ),
  )}</select></label>`;
};

/** What was chosen in the field. */
export const depthChosen = (value: string): number => (/^\d{1,3}$/.test(value) ? Number(value) : ROOMY);

/** What is chosen where somebody chooses it: its first layer. */
export const layerOf = ({ rows: [{ node }] }: Span): string => node.name;

/** The place of the layer that is chosen; -1 where there is none. */
export const chosenIn = ({ state }: Model, spans: readonly Span[]): number => {
  const { layer } = state.selection;
  return layer === null ? -1 : spans.findIndex(({ rows }) => rows.some(({ node }) => node.name === layer));
};
