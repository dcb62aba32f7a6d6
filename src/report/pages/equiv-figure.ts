// The figure of two stacks: the planes of each from the input to the output, and what one cell of the output sees in them.

import type { Equivalence, Side } from '../../analysis/equivalence.js';
import { polynomialText } from '../../analysis/polynomial.js';
import { sizeOf, strideOf } from '../../analysis/track-measures.js';
import { grouped } from '../../core/quantity.js';
import type { Planes } from '../page.js';
import { fieldText } from './equiv.js';

/** Null where there is no height and width to draw. */
export const equivFigure = ({ a, b }: Equivalence): Planes | null => {
  if ([a, b].some((side) => planesOf(side).length === 0)) return null;
  return {
    title: `${a.name} against ${b.name}: the sizes from layer to layer, and the cells that one cell of the output sees`,
    chains: [a, b].map((side) => ({ title: side.name, planes: planesOf(side), notes: [noteOf(side)] })),
  };
};

type Plane = Planes['chains'][number]['planes'][number];

const planesOf = ({ trace, growth, field }: Side): readonly Plane[] => {
  // At stride 1, of a field of R cells a layer whose own field has r gives R - r + 1.
  const whole = field === 'global' ? [] : field;
  const steps = whole.length > 0 && whole.every((track) => strideOf(track) === 1);
  return trace.flatMap((sizes, i): readonly Plane[] => {
    // Vectors at the end of a network, sequences and volumes in time are no planes.
    const [height, width] = sizes;
    if (height === undefined || width === undefined || sizes.length !== 2) return [];
    const own = i === 0 ? [1, 1] : growth[i - 1];
    const seen = whole.map((track, axis) => sizeOf(track).size - (own?.[axis] ?? 1) + 1);
    return [{ size: [height, width], window: steps && own ? [seen[0] ?? 1, seen[1] ?? 1] : null }];
  });
};

const noteOf = ({ field, weights, channels, nonlinearities }: Side): string => {
  const counted = channels === null ? grouped(weights.number) : polynomialText(weights.inChannels);
  return `sees ${fieldText(field)}; ${counted} weights; nonlinearities: ${nonlinearities}`;
};
