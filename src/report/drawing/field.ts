// What a unit sees, as a drawing: the cone through the planes between the input and its layer, and below it the image with the field.

import type { Analysis } from '../../analysis/analysis.js';
import { paddingOf, strideOf } from '../../analysis/track-measures.js';
import type { View } from '../../analysis/view.js';
import { grouped } from '../../core/quantity.js';
import { fieldFigure } from '../pages/rf-figure.js';
import { coneScene, planesOf } from './cone.js';
import { figureScene } from './figure.js';
import { below } from './marks.js';
import type { Scene } from './scene.js';

/** Null where the unit sees everything. */
export const fieldScene = (analysis: Analysis, view: View, at: readonly number[]): Scene | null => {
  if (!view.unit) return null;
  const figure = figureScene(fieldFigure(view, at), notesOf(view));
  const cone = coneScene(planesOf(analysis, view, at), figure.title);
  return cone ? below(figure.title, [cone, figure], 8) : figure;
};

/** Where the field lies, and how it goes on from unit to unit. */
const notesOf = ({ unit, field }: View): readonly string[] => {
  if (!unit || field.local === 'global') return [];
  const { unclipped, paddingCells } = unit.seen;
  const names = ['rows', 'columns'].slice(-Math.min(2, unclipped.length));
  const ranges = unclipped
    .slice(-2)
    .map(({ lo, hi }, i) => `${unclipped.length === 1 ? 'cells' : names[i]} ${lo} to ${hi}`);
  const once = (values: readonly number[]) =>
    values.every((value) => value === values[0]) ? `${values[0]}` : values.join('x');
  const strides = field.local.map((track) => Number(strideOf(track).toFixed(2)));
  const paddings = field.local.map((track) => Number((0 - paddingOf(track)).toFixed(2)));
  return [
    `${ranges.join(', ')}${paddingCells > 0 ? `; ${grouped(paddingCells)} cells in the padding` : ''}`,
    `stride ${once(strides)}; the first field starts at ${once(paddings)}`,
  ];
};
