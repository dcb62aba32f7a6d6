// The planes of the explorer's two pictures, worked out once for a layer and an input.

import type { Analysis } from '../../analysis/analysis.js';
import { seenByAny } from '../../analysis/sight.js';
import { spatial } from '../../core/shape.js';
import { lastOf } from '../once.js';
import { type Plane, planeOf } from './plane.js';
import type { Shown } from './shown.js';

interface Planes {
  readonly input: Plane;
  readonly map: Plane;
}

const planes = lastOf<Analysis, Planes>();

export const planesOf = (analysis: Analysis, shown: Shown): Planes => {
  const { input, node } = shown.view;
  return planes(analysis, `${input.id} ${node.id}`, () => ({
    input: planeOf(spatial(input.facts?.output ?? []), shown.tracks.map(seenByAny)),
    map: planeOf(spatial(node.facts?.output ?? []), null),
  }));
};
