// The figure of a receptive field: the image, the field of a unit in it, and that of its neighbour. Boxes only, no drawing.

import { type Cell, fieldAt, isEmpty, type Track } from '../../analysis/track.js';
import { sizeOf, widthOf } from '../../analysis/track-measures.js';
import type { View } from '../../analysis/view.js';
import { spatial } from '../../core/shape.js';
import { atMost } from '../cells.js';
import type { Box, Figure } from '../page.js';

type Range = readonly [first: number, last: number];

/** Of a volume, its height and width; a sequence is drawn as a strip. */
export const fieldFigure = ({ node, input, field }: View, at: readonly number[]): Figure => {
  const tracks = field.local === 'global' ? [] : field.local;
  const sizes = spatial(input.facts?.output ?? []);
  const across = tracks.length - 1;
  const strip: Range = [0, Math.max(1, Math.round((sizes[across] ?? 1) / 8)) - 1];
  const range = (cells: readonly Cell[], axis: number): Range => {
    const cell = axis < 0 ? undefined : cells[axis];
    return cell ? [cell.lo, cell.hi] : strip;
  };
  const box = (cells: readonly Cell[], sort: Box['sort'], label: string): readonly Box[] =>
    cells.slice(-2).some(isEmpty) ? [] : [{ x: range(cells, across), y: range(cells, across - 1), sort, label }];

  const unit = tracks.map((track) => fieldAt(track, at));
  const last = at.length - 1;
  const neighbour = at.map((place, axis) => (axis === last ? place + 1 : place));
  const next = tracks.map((track) => fieldAt(track, neighbour));
  const hasNext = last >= 0 && (neighbour[last] ?? 0) < (node.facts?.output.at(-1) ?? 0);
  const image = sizes.map((size) => ({ lo: 0, hi: size - 1 }));
  const shown = tracks.length > 2 ? ' (height and width)' : '';
  const seen = atMost(tracks, unit.map(widthOf).join('x'));
  return {
    type: 'figure',
    title: `${node.name}: what unit ${at.join(', ')} sees of ${input.name}`,
    boxes: [
      ...box(image, 'image', `${input.name}, ${sizes.join('x')}${shown}`),
      ...(hasNext
        ? box(
            next,
            'next',
            `unit ${neighbour.join(', ')}: moved by ${(next[across]?.lo ?? 0) - (unit[across]?.lo ?? 0)}`,
          )
        : []),
      ...box(unit, 'field', `${node.name}, unit ${at.join(', ')}: ${seen}${sizeNote(tracks)}`),
    ],
  };
};

const sizeNote = (tracks: readonly Track[]): string =>
  tracks.some((track) => sizeOf(track).size !== sizeOf(track).sizeMin) ? ' (it depends on the unit)' : '';
