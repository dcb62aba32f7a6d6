// What a box says, line by line, and in which ink: the same in every form of a drawing. Nothing of how wide a line is.

import type { Box, Diagram, Edge, Frame } from './diagram.js';
import type { Ink } from './scene.js';
import { partOf } from './shades.js';

/** An input or an output: one line, its name and the shape. */
export const isEnd = ({ sort }: Box): boolean => sort === 'input' || sort === 'output';

/** Beside its name: the shape of an input or an output; how often a box comes, and its parameters. */
export const besideOf = (box: Box): string =>
  isEnd(box) ? box.shape : [timesOf(box), box.params].filter(Boolean).join('  ');

/** `x3`; nothing of what comes once. */
export const timesOf = ({ times }: Box | Frame): string => (times > 1 ? `x${times}` : '');

/** Below its name: what it is, and what is to be known of it. */
export const belowOf = (box: Box): readonly string[] =>
  isEnd(box) ? [] : [box.label, ...(box.note === undefined ? [] : [box.note])];

/** All of it on lines of plain text; that something goes past others inside is said in words. */
export const textOf = (box: Box): readonly string[] => [
  [box.name, besideOf(box)].filter(Boolean).join('  '),
  ...belowOf(box),
  ...(box.skips ? ['with a skip inside'] : []),
];

/** What a box is filled with. */
export const inkOf = (box: Box, { shade }: Pick<Diagram, 'shade'>): Ink => {
  if (isEnd(box)) return 'paper';
  return shade && box.amount !== null ? { shade: partOf(box.amount, shade.most, shade.name) } : 'box';
};

/**
 * What stands at an edge: the shape, where it is another than all that goes into the box that it comes from. Inputs and outputs tell
 * theirs themselves.
 */
export const labeller = ({ boxes, edges }: Pick<Diagram, 'boxes' | 'edges'>): ((edge: Edge) => string) => {
  const into = new Map<number, Set<string>>();
  for (const { to, shape } of edges) into.set(to, (into.get(to) ?? new Set()).add(shape));
  return ({ from, to, shape }) => {
    const before = into.get(from);
    const isOld = boxes[from]?.sort === 'input' || (before?.size === 1 && before.has(shape));
    return isOld || boxes[to]?.sort === 'output' ? '' : shape;
  };
};
