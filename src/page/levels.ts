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

/** As deep as there is room for; of who has room for all, all. */
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

/** The field, where there is something to choose; where nobody chose there are as few lines as one reads. */
export const roomyField = ({ analysis }: Model, depth: number, most: number = ROOM.most): Html => {
  const all = levels(analysis);
  const usual = roomy(all, most).length;
  if (all.length < 2 && all[0]?.lines.length === usual) return html``;
  return depthHtml(depth && (atDepth(all, depth)?.depth ?? ROOMY), [
    [ROOMY, FEW + counted(usual)],
    ...all.map(numbered),
  ]);
};

/** The same of what has not as many parts as there are lines. */
export const fewField = ({ analysis }: Model, depth: number): Html => {
  const all = levels(analysis);
  if (all.length < 2) return html``;
  return depthHtml(depth && (atDepth(all, depth)?.depth ?? ROOMY), [[ROOMY, FEW], ...all.map(named)]);
};

/** The same where nobody chose and there is room for all layers; `isFolded` is false where what stands beside them has lines of its own. */
export const allField = ({ analysis }: Model, depth: number, isFolded: boolean): Html => {
  const all = levels(analysis);
  if (all.length < 2) return html``;
  const last = all.at(-1)?.depth;
  const valueAt = (parts?: number) => (parts === last ? ROOMY : (parts ?? ROOMY));
  return depthHtml(
    depth && valueAt(atDepth(all, depth)?.depth),
    all.map(isFolded ? numbered : named).map(([parts, text]) => [valueAt(parts), text]),
  );
};

const FEW = 'few enough to read';

type Choice = readonly [depth: number, text: string];

const counted = (count: number): string => `: ${grouped(count)}`;

const named = ({ depth }: Level, i: number, all: readonly Level[]): Choice => [
  depth,
  i === all.length - 1 ? 'layers' : i === 0 ? 'stages' : `${depth} parts of names`,
];

const numbered = (level: Level, i: number, all: readonly Level[]): Choice => {
  const [depth, name] = named(level, i, all);
  return [depth, name + counted(level.lines.length)];
};

const depthHtml = (chosen: number, choices: readonly Choice[]): Html =>
  live`<label class="live">Depth <select data-do="depth">${choices.map(
    ([depth, text]) => html`<option value="${depth}"${depth === chosen && html` selected=""`}>${text}</option>`,
  )}</select></label>`;

/** What was chosen in the field. */
export const depthChosen = (value: string): number => (/^\d{1,3}$/.test(value) ? Number(value) : ROOMY);

/** What is chosen where somebody chooses it: its first layer. */
export const layerOf = ({ rows: [{ node }] }: Span): string => node.name;

/** The place of the layer that is chosen; -1 where there is none. */
export const chosenIn = ({ state }: Model, spans: readonly Span[]): number => {
  const { layer } = state.selection;
  return layer === null ? -1 : spans.findIndex(({ rows }) => rows.some(({ node }) => node.name === layer));
};
