// How tensors of different shapes meet cell by cell: as NumPy has it, over channels and places. What is done with the values is not here.

import { Problem } from './diagnostic.js';
import { channels, formatShape, type Shape, sameShape, spatial } from './shape.js';

/** The shape several inputs are merged into cell by cell, or why they cannot be. A vector has a value per channel. */
export const commonShape = (inputs: readonly Shape[]): Shape | Problem => {
  const largest: number[] = [];
  for (const shape of inputs)
    for (const [axis, size] of shape.entries()) largest[axis] = Math.max(largest[axis] ?? 1, size);
  const odd = inputs.find((shape) => !spreads(shape, largest));
  if (!odd) return largest;
  return disagreement(inputs.find((shape) => shape !== odd && !meet(shape, odd)) ?? largest, odd);
};

/** Two shapes that cannot be merged cell by cell, and what to do about it. */
export const disagreement = (a: Shape, b: Shape): Problem =>
  new Problem(
    'shape/mismatch',
    (layout) => `${formatShape(a, layout)} and ${formatShape(b, layout)} do not agree`,
    helpFor(a, b),
  );

/** Along every axis as many cells, or one for all of them. */
const spreads = (shape: Shape, over: Shape): boolean =>
  (shape.length === 1 || shape.length === over.length) && shape.every((n, axis) => n === 1 || n === over[axis]);

const meet = (a: Shape, b: Shape): boolean =>
  (a.length === b.length || a.length === 1 || b.length === 1) &&
  a.every((n, axis) => n === 1 || n === b[axis] || (b[axis] ?? 1) === 1);

const helpFor = (a: Shape, b: Shape): string => {
  if (a.length > 1 && b.length > 1 && a.length !== b.length)
    return 'bring both to as many axes: reshape, flatten or gap';
  const gate = [a, b].some((shape) => spatial(shape).every((n) => n === 1)) && !sameShape(spatial(a), spatial(b));
  if (gate) {
    const [one, many] = spatial(a).every((n) => n === 1) ? [a, b] : [b, a];
    return `a gate has 1 channel or as many as it meets: ${channels(many)}, not ${channels(one)}`;
  }
  if (channels(a) !== channels(b))
    return sameShape(spatial(a), spatial(b))
      ? 'give both the same number of filters, or one of them 1, or use concat'
      : 'give both the same number of filters, and the same height and width';
  return 'bring both to the same height and width: padding, stride or upsample; or let one have 1 of it';
};
