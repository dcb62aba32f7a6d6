// Where pointing and keys lead in the pictures of the explorer: the next unit, cell, pins. No markup.

import { spatial } from '../../core/shape.js';
import type { Selection } from '../state.js';
import type { Change, Deed, Model } from '../view.js';
import { cellUnder, placeOf } from './plane.js';
import { planesOf } from './planes.js';
import { type FieldSettings, here, type Shown, toggled } from './shown.js';

/** On the map of the layer. */
export const atUnit = (model: Model, shown: Shown, { at, pressed, key }: Deed): Change<FieldSettings> | null => {
  const { view } = shown;
  const now = view.unit.at;
  const select = (unit: readonly number[]): Partial<Selection> => ({
    layer: view.node.name,
    unit,
    cell: null,
  });
  if (key === 'Enter' || key === ' ') return { settings: { pins: toggled(shown, now) }, selection: select(now) };
  if (key === 'Escape') return { settings: { pins: '' }, selection: { cell: null } };
  const under = at && cellUnder(planesOf(model.analysis, shown).map, at);
  const next = key ? walked(spatial(view.node.facts?.output ?? []), now, key) : under && placeOf(now, ...under);
  if (!next) return null;
  if (pressed) return { settings: { pins: toggled(shown, next) }, selection: select(next) };
  const { layer, unit, cell } = model.state.selection;
  const isThere = layer === view.node.name && unit?.join() === next.join() && cell === null;
  return isThere ? null : { selection: select(next) };
};

/** On the input. */
export const atCell = (model: Model, shown: Shown, { at, key }: Deed): Change<FieldSettings> | null => {
  const { input, node, unit } = shown.view;
  if (key === 'Escape') return { selection: { cell: null } };
  const now = here(shown);
  const under = at && cellUnder(planesOf(model.analysis, shown).input, at);
  const next = key ? walked(spatial(input.facts?.output ?? []), now, key) : under && placeOf(now, ...under);
  if (!next || shown.cell?.join() === next.join()) return null;
  return { selection: { layer: node.name, unit: unit.at, cell: next } };
};

/** Which axis counted from the last one, and how far. */
const STEPS: ReadonlyMap<string, readonly [axis: number, step: number]> = new Map(
  Object.entries({
    ArrowLeft: [1, -1],
    ArrowRight: [1, 1],
    ArrowUp: [2, -1],
    ArrowDown: [2, 1],
    PageUp: [3, -1],
    PageDown: [3, 1],
  } as const),
);

/** The place a key leads to, which stays within the sizes; null for a key that leads nowhere. */
const walked = (sizes: readonly number[], at: readonly number[], key: string): readonly number[] | null => {
  if (key === 'Home') return sizes.map(() => 0);
  if (key === 'End') return sizes.map((size) => size - 1);
  const [back, step] = STEPS.get(key) ?? [0, 0];
  const axis = sizes.length - back;
  if (step === 0 || axis < 0) return null;
  return at.map((place, i) => (i === axis ? Math.min(Math.max(place + step, 0), (sizes[i] ?? 1) - 1) : place));
};
