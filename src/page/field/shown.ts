// What the explorer of fields shows: of which layer and input, which unit, which are pinned. From a model and settings; no markup.

import type { Analysis } from '../../analysis/analysis.js';
import { isEmpty, type Track } from '../../analysis/track.js';
import { fieldIn, type Seen, seenBy } from '../../analysis/unit.js';
import { inputFields, middleOf, type View, viewsOf } from '../../analysis/view.js';
import { isInput, type Node } from '../../core/graph.js';
import { spatial } from '../../core/shape.js';
import { lastOf } from '../once.js';
import type { Model } from '../view.js';

export type FieldSettings = {
  /** The name of the input that is looked at; of the others' only where it is there and reaches the layer. */
  readonly input: string;
  /** `conv5 0,0 3,4`: units of a layer, the last one pinned at the end. */
  readonly pins: string;
  readonly effective: boolean;
};

export interface Unit {
  readonly at: readonly number[];
  readonly seen: Omit<Seen, 'reached'>;
}

export interface Shown {
  /** With the unit that is pointed at, the middle one where none is. */
  readonly view: View & { readonly unit: NonNullable<View['unit']> };
  /** Per axis of the input. */
  readonly tracks: readonly Track[];
  /** The one pinned last, or else the middle one: what takes longer is worked out for it alone. */
  readonly held: readonly number[];
  readonly pins: readonly Unit[];
  readonly cell: readonly number[] | null;
  /** The inputs of which the layer sees a part. */
  readonly inputs: readonly Node[];
  /** Why this is not the layer, or the input, that was chosen; empty where it is. */
  readonly remark: string;
}

/** The cell that is pointed at; where none is, the middle one, of a volume in the middle of the slices that the unit sees. */
export const here = ({ view, cell }: Shown): readonly number[] => {
  if (cell) return cell;
  const middle = middleOf(view.input);
  const [slices] = view.unit.seen.clipped;
  if (middle.length < 3 || !slices || isEmpty(slices)) return middle;
  return [Math.floor((slices.lo + slices.hi) / 2), ...middle.slice(1)];
};

/** Why there is nothing to show. */
export type Nothing = string;

export const shownOf = ({ state: { selection }, analysis }: Model, settings: FieldSettings): Shown | Nothing => {
  const chosen = layerOf(analysis, selection.layer);
  if (typeof chosen === 'string') return chosen;
  const { node } = chosen;
  const views = localViews(analysis, node);
  const wanted = settings.input === '' ? undefined : views.find(({ input }) => input.name === settings.input);
  const view = wanted ?? views[0];
  if (!view?.unit || view.field.local === 'global') return NOTHING_KNOWN;
  const tracks = view.field.local;
  const isOwn = selection.layer === node.name;
  const at = isOwn ? placeIn(node, selection.unit) : null;
  const pins = pinsOf(settings.pins, node).map((pin): Unit => ({ at: pin, seen: fieldIn(view.input, tracks, pin) }));
  const held = pins.at(-1)?.at ?? middleOf(node);
  const unit = at ?? held;
  const missed =
    settings.input !== '' &&
    !wanted &&
    analysis.graph.nodes.some((other) => isInput(other) && other.name === settings.input);
  return {
    view: { ...view, unit: { at: unit, seen: seenOf(analysis, view, tracks, unit, held) } },
    tracks,
    held,
    pins,
    cell: placeIn(view.input, selection.cell),
    inputs: views.map(({ input }) => input),
    remark: [chosen.remark, missed ? `It sees no part of ${settings.input}.` : '']
      .filter((text) => text !== '')
      .join(' '),
  };
};

const NO_LAYER = 'There is no layer yet.';
const NOTHING_KNOWN =
  'No layer of this network has a receptive field that is a part of the input: its units see all of it, or it is not known what they see.';

interface Chosen {
  readonly node: Node;
  readonly remark: string;
}

const layerOf = (analysis: Analysis, name: string | null): Chosen | Nothing => {
  const { graph, rows } = analysis;
  if (rows.length === 0) return NO_LAYER;
  const node = name === null ? undefined : graph.nodes.find((other) => other.name === name);
  if (node && seesPart(analysis, node)) return { node, remark: '' };
  const last = rows.findLast((row) => seesPart(analysis, row.node))?.node;
  const why = name === null ? 'No layer is selected.' : node ? whyNot(analysis, node) : `There is no layer ${name}.`;
  if (!last) return name === null ? NOTHING_KNOWN : `${why} ${NOTHING_KNOWN}`;
  return { node: last, remark: `${why} Shown is ${last.name}, the last whose units see a part of the input.` };
};

const whyNot = (analysis: Analysis, node: Node): string => {
  switch (sightOf(analysis, node)) {
    case 'all':
      return `Every unit of ${node.name} sees all of the input.`;
    case 'part':
      return '';
    case 'unknown':
      return node.facts
        ? `It is not known what ${node.name} sees of the input, or it sees none of it.`
        : `It is not known what ${node.name} is, and so not what it sees.`;
  }
};

export type Sight = 'part' | 'all' | 'unknown';

/** How much the units of a layer see of the inputs; `unknown` also where that is nothing. */
export const sightOf = (analysis: Analysis, node: Node): Sight => {
  if (seesPart(analysis, node)) return 'part';
  return inputFields(analysis).some(({ fields }) => fields[node.id]) ? 'all' : 'unknown';
};

const seesPart = (analysis: Analysis, node: Node): boolean => {
  for (const [, fields] of analysis.fields) {
    const local = fields[node.id]?.local;
    if (local && local !== 'global' && local.length > 0) return true;
  }
  return false;
};

/** A place that the layer has; null for any other. */
const placeIn = (node: Node, at: readonly number[] | null): readonly number[] | null => {
  const sizes = spatial(node.facts?.output ?? []);
  const isIn =
    at?.length === sizes.length &&
    at.every((place, axis) => Number.isInteger(place) && place >= 0 && place < (sizes[axis] ?? 0));
  return isIn ? at : null;
};

/** Pins are of one layer; more than two are not compared. */
const MOST_PINS = 2;

const pinsOf = (text: string, node: Node): readonly (readonly number[])[] => {
  const [name, ...places] = text.split(' ');
  if (name !== node.name) return [];
  return places
    .flatMap((place) => [placeIn(node, place.split(',').map(Number)) ?? []].filter((at) => at.length > 0))
    .slice(-MOST_PINS);
};

/** The pins with one more, or without it where it is one: the oldest goes where there are too many. */
export const toggled = ({ view, pins }: Shown, at: readonly number[]): string => {
  const places = pins.map((pin) => pin.at.join());
  const key = at.join();
  const left = places.includes(key) ? places.filter((place) => place !== key) : [...places, key].slice(-MOST_PINS);
  return left.length === 0 ? '' : [view.node.name, ...left].join(' ');
};

// --- what is worked out once -------------------------------------------------------------------------------------------

const views = lastOf<Analysis, readonly View[]>();

const localViews = (analysis: Analysis, node: Node): readonly View[] =>
  views(analysis, String(node.id), () =>
    viewsOf(analysis, node).filter(({ field, unit }) => unit && field.local !== 'global' && field.local.length > 0),
  );

const seen = lastOf<Analysis, Seen | null>();

/** What the unit sees; what really reaches it takes a walk back, and is found out for the unit that is held. */
const seenOf = (
  analysis: Analysis,
  view: View,
  tracks: readonly Track[],
  at: readonly number[],
  held: readonly number[],
): Seen => {
  if (at.join() !== held.join()) return { ...fieldIn(view.input, tracks, at), reached: null };
  if (view.unit && at.join() === view.unit.at.join()) return view.unit.seen;
  const { graph, fields } = analysis;
  const walk = (): Seen | null => seenBy(graph, fields.get(view.input.id) ?? [], view.input, view.node, at);
  return (
    seen(analysis, `${view.input.id} ${view.node.id} ${at.join()}`, walk) ?? {
      ...fieldIn(view.input, tracks, at),
      reached: null,
    }
  );
};

/** The first unit, the last one, and the middle one. */
export const cornersOf = (node: Node): readonly (readonly number[])[] => {
  const sizes = spatial(node.facts?.output ?? []);
  return [sizes.map(() => 0), sizes.map((size) => size - 1), middleOf(node)];
};
