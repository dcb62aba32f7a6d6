// The effective receptive field of a unit: the map, and how much of the field it fills. Blocks only, no drawing.

import { EFFECTIVE, type Effective, effectiveCells, halfSide } from '../../analysis/effective.js';
import { isEmpty } from '../../analysis/track.js';
import { widthOf } from '../../analysis/track-measures.js';
import type { View } from '../../analysis/view.js';
import { grouped } from '../../core/quantity.js';
import { formatShape, type Layout, product, spatial } from '../../core/shape.js';
import type { Block, Heat, Page } from '../page.js';

type Range = readonly [first: number, last: number];

export const effectivePage = (view: View, at: readonly number[], effective: Effective | null, layout: Layout): Page => {
  const { node, input } = view;
  const shape = formatShape(node.facts?.output ?? [], layout);
  const heading: Block = {
    type: 'heading',
    text: `${node.name}, effective field`,
    dim: `${shape}, of ${input.name} ${formatShape(input.facts?.output ?? [], layout)}`,
  };
  if (!effective)
    return [heading, { type: 'text', text: `It is not known how strongly ${input.name} moves this unit.` }];
  const [rows, columns] = seenPlane(view, effective);
  const field = product([rows, columns].map(([first, last]) => last - first + 1));
  const cells = effectiveCells(effective);
  const side = Math.round(Math.sqrt(cells));
  const half = halfSide(effective);
  return [
    heading,
    {
      type: 'text',
      text: `How strongly each cell moves ${unitText(at)}: the gradient, root mean square over networks with random weights (Luo et al., 2016). No network is drawn: the variance of the weights is followed back from the unit, layer by layer.`,
    },
    effectiveHeat(view, at, effective),
    {
      type: 'facts',
      entries: [
        { label: 'field in the image', text: `${rows[1] - rows[0] + 1}x${columns[1] - columns[0] + 1}` },
        {
          label: 'effective',
          text: `${grouped(cells)} of ${grouped(field)} cells`,
          dim: `(above ${(100 * EFFECTIVE).toFixed(2)}% of the strongest; as many as ${side}x${side} has)`,
        },
        {
          label: 'half of it',
          text: `within ${Math.min(half, effective.height)}x${Math.min(half, effective.width)}`,
          dim: '(of the squares, around the strongest cell)',
        },
      ],
    },
  ];
};

const unitText = (at: readonly number[]): string => (at.length === 0 ? 'a unit' : `unit ${at.join(', ')}`);

/** The rows and columns of the field that lie in the image. */
export const seenPlane = ({ unit }: View, { height, width }: Effective): readonly [Range, Range] => {
  const clipped = unit?.seen.clipped ?? [];
  const range = (axis: number, size: number): Range => {
    const cell = clipped.at(axis);
    return clipped.length >= -axis && cell && !isEmpty(cell) ? [cell.lo, cell.lo + widthOf(cell) - 1] : [0, size - 1];
  };
  return [range(-2, height), range(-1, width)];
};

export const effectiveHeat = (view: View, at: readonly number[], effective: Effective): Heat => {
  const [[top, bottom], [left, right]] = seenPlane(view, effective);
  const { width, values } = effective;
  return {
    type: 'heat',
    title: `${view.node.name}: how strongly each cell of ${view.input.name} moves ${unitText(at)}`,
    rows: Array.from({ length: bottom - top + 1 }, (_, y) => [
      ...values.subarray((top + y) * width + left, (top + y) * width + right + 1),
    ]),
    legend: [
      `the frame is the field: rows ${top} to ${bottom} and columns ${left} to ${right} of ${spatial(view.input.facts?.output ?? []).join('x')}`,
    ],
  };
};
