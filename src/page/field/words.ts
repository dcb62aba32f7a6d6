// What the explorer of fields says in sentences and numbers: of a unit, a cell, two pins. No pictures.

import type { BranchSeen } from '../../analysis/branches.js';
import type { Region } from '../../analysis/cone.js';
import { isExact } from '../../analysis/receptive-field.js';
import { cellsIn, sharedBy, type Units } from '../../analysis/sight.js';
import { isEmpty } from '../../analysis/track.js';
import { axesOf, paddingOf, widthOf } from '../../analysis/track-measures.js';
import { grouped, listed } from '../../core/quantity.js';
import { formatShape, product, spatial } from '../../core/shape.js';
import type { Fact } from '../../report/page.js';
import { fieldFacts, placesText, unitFacts } from '../../report/pages/rf.js';
import type { Shown } from './shown.js';

/** Of pins, in their order. */
export const LETTERS = ['A', 'B'] as const;

export const unitSentence = ({ view, tracks }: Shown): string => {
  const { at, seen } = view.unit;
  const most = isExact(tracks) ? '' : 'at most ';
  const who = `Unit ${at.join(', ')} of ${view.node.name}`;
  if (seen.unclipped.some(isEmpty)) return `${who} sees nothing of ${view.input.name}.`;
  const all = `${who} sees ${most}${sizeText(seen.unclipped)} cells of ${view.input.name}: ${placesText(seen.unclipped)}`;
  if (seen.paddingCells === 0) return `${all}, all within it.`;
  if (seen.clipped.some(isEmpty)) return `${all}, all of them padding.`;
  const padding = `${grouped(seen.paddingCells)} of ${grouped(cellsIn(seen.unclipped))} cells are padding`;
  return `${all}; ${padding}, and within it lie ${placesText(seen.clipped)}, ${sizeText(seen.clipped)}.`;
};

export const cellSentence = ({ view, tracks }: Shown, cell: readonly number[], units: Units | null): string => {
  const what = `Cell ${cell.join(', ')} of ${view.input.name}`;
  if (!units) return `${what}: the units that see it are too many to be told one by one.`;
  if (units.count === 0) return `${what} is seen by no unit of ${view.node.name}.`;
  const all = grouped(product(spatial(view.node.facts?.output ?? [])));
  const most = isExact(tracks) ? '' : 'at most ';
  const within = units.boxes.length > 1 ? 'within ' : '';
  const how = units.count === 1 ? 'unit' : 'units';
  return `${what} is seen by ${most}${grouped(units.count)} ${how} of ${all} of ${view.node.name}: ${within}${placesText(hullOf(units.boxes))}.`;
};

const hullOf = ([first = [], ...more]: readonly Region[]): Region =>
  first.map((cell, axis) => ({
    lo: Math.min(cell.lo, ...more.map((box) => box[axis]?.lo ?? cell.lo)),
    hi: Math.max(cell.hi, ...more.map((box) => box[axis]?.hi ?? cell.hi)),
  }));

/** What both pinned units see in the image; null where there are not two, or they share nothing. */
export const overlapOf = ({ pins: [a, b] }: Shown): Region | null => {
  const shared = a && b ? sharedBy(a.seen.clipped, b.seen.clipped) : null;
  return shared?.some(isEmpty) ? null : shared;
};

/** Empty where nothing is pinned. */
export const pinsSentence = (shown: Shown): string => {
  const { pins, tracks } = shown;
  if (pins.length === 0) return '';
  const names = `${listed(pins.map(({ at }, i) => `${LETTERS[i]} is unit ${at.join(', ')}`))}.`;
  if (pins.length < LETTERS.length) return `${names} Another one that is pinned is compared with it.`;
  const shared = overlapOf(shown);
  if (!shared) return `${names} They share no cell of the image.`;
  const cells = cellsIn(shared);
  const parts = pins.map(({ seen }, i) => `${percent(cells / cellsIn(seen.clipped))} of what ${LETTERS[i]} sees of it`);
  const most = isExact(tracks) ? '' : 'at most ';
  return `${names} In the image they share ${most}${sizeText(shared)} cells, ${placesText(shared)}: ${listed(parts)}.`;
};

const percent = (share: number): string => (share < 0.005 ? 'less than 1%' : `${Math.round(100 * share)}%`);

export const branchText = ({ names, cells }: BranchSeen): string => {
  const [name = '', ...others] = names;
  const who = others.length > 0 ? `${name} and ${others.length} more` : name;
  return `${who}: ${cells ? sizeText(cells) : 'all of the input'}`;
};

export const sizeText = (region: Region): string => (region.some(isEmpty) ? 'nothing' : region.map(widthOf).join('x'));

/** The numbers of a layer's field and of a unit: those of `rf LAYER --unit`. */
export const factsOf = ({ view, tracks }: Shown, constant: readonly Fact[]): readonly Fact[] => [
  ...constant,
  ...unitFacts(view.unit, isExact(tracks)),
];

/** Those that are alike for all units. */
export const layerFacts = ({ view, tracks }: Shown): readonly Fact[] => {
  const starts = tracks.map((track) => Number((0 - paddingOf(track)).toFixed(2)));
  const start = starts.every((place) => place === starts[0]) ? `${starts[0]}` : starts.join(', ');
  // Where the axes are not those of the input, unit 0 need not be the first.
  const told = isExact(tracks) && tracks.every((track, axis) => axesOf(track).join() === `${axis}`);
  return [
    ...fieldFacts(view),
    ...(told ? [{ label: 'first field', text: `starts at ${start}`, dim: '(cells below 0 are padding)' }] : []),
  ];
};

export const shapesText = ({ view }: Shown): readonly [input: string, layer: string] => [
  formatShape(view.input.facts?.output ?? []),
  formatShape(view.node.facts?.output ?? []),
];

/** Which slice of a volume is drawn, for there is one of them; empty elsewhere. */
export const sliceText = (sizes: readonly number[], slice: number): string =>
  sizes.length > 2 ? `slice ${slice} of 0 to ${(sizes[0] ?? 1) - 1}` : '';
