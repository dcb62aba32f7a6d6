// The planes of the explorer's two pictures, worked out once for a layer and an input.

import type { Analysis } from '../../analysis/analysis.js';
import { seenByAny } from '../../analysis/sight.js';
import { spatial } from '../../core/shape.js';
import { type Plane, planeOf } from './plane.js';
import { once, type Shown } from './shown.js';

export const planesOf = (analysis: Analysis, shown: Shown): { readonly input: Plane; readonly map: Plane } => {
  const { input, node } = shown.view;
  return once(analysis, 'planes', `${input.id} ${node.id}`, () => ({
    input: planeOf(spatial(input.facts?.output ?? []), shown.tracks.map(seenByAny)),
    map: planeOf(spatial(node.facts?.output ?? []), null),
  }));
};
