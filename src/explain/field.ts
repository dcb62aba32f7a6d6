// The receptive field of a layer step by step, where the two lines of the lectures hold. The field itself is analysis/'s.

import type { Analysis, Row } from '../analysis/analysis.js';
import type { Track } from '../analysis/track.js';
import { axesOf, sizeOf, strideOf } from '../analysis/track-measures.js';
import { sourcesOf } from '../core/graph.js';
import { listed } from '../core/quantity.js';
import { axisWord } from '../core/shape.js';
import type { Window } from '../core/window.js';
import { NOTHING, type Unnamed } from './step.js';

export const fieldSteps = ({ graph, fields }: Analysis, { node, field }: Row): Unnamed[] => {
  if (!field) return [];
  if (field.local === 'global' || field.local.length === 0) {
    return [{ ...NOTHING, quantity: 'rf', title: 'receptive field', value: 'global', shown: 'the whole input' }];
  }
  const fieldOf = (id: number) => [...fields.values()].map((of) => of[id]).find((f) => f)?.local;
  const sources = sourcesOf(node);
  const before = fieldOf(sources[0] ?? -1);
  const tracks = field.local;
  const axes = tracks.length;
  const each = tracks.map((track, axis) => {
    const from = before && before !== 'global' ? before[axis] : undefined;
    // The axis of the layer itself, which is another one after the axes were put in another order.
    const [own, ...others] = axesOf(track);
    const window = others.length === 0 ? graph.nodes[node.id]?.facts?.windows?.[own ?? -1] : undefined;
    if (sources.length === 1) return axisField(track, from, window);
    const branches = sources.map((id) => branchField(fieldOf(id), axis));
    return axisField(track, undefined, window).map((sum) => ({
      ...sum,
      convention: `${sum.convention}; its branches see ${listed(branches)}`,
    }));
  });
  const [first] = each;
  const once =
    first !== undefined &&
    each.every((sums) =>
      sums.every((sum, i) => sum.substituted === first[i]?.substituted && sum.value === first[i]?.value),
    );
  return (once ? [first] : each).flatMap((sums, axis) =>
    sums.map((sum) => (once ? sum : { ...sum, title: `${sum.title}, ${axisWord(axes, axis)}` })),
  );
};

const branchField = (local: NonNullable<Row['field']>['local'] | undefined, axis: number): string => {
  const track = local && local !== 'global' ? local[axis] : undefined;
  return track ? `${sizeOf(track).size}` : local === 'global' ? 'all of it' : 'nothing of it';
};

const axisField = (track: Track, from: Track | undefined, w: Window | undefined): Unnamed[] => {
  const { size } = sizeOf(track);
  if (track.bound)
    return [
      {
        ...NOTHING,
        quantity: 'rf',
        title: 'receptive field',
        value: size,
        shown: `at most ${size}`,
        convention: 'a bound: it cannot be told which places reach a cell',
      },
    ];
  const step = strideOf(track);
  const field = {
    quantity: 'rf',
    title: 'receptive field',
    value: size,
    shown: `${size}`,
    convention: 'in cells of the input',
  };
  const jump = {
    quantity: 'stride',
    title: 'effective stride',
    value: step,
    shown: `${Number(step.toFixed(4))}`,
    convention: 'input cells between neighbouring fields',
  };
  if (!from) return [{ ...NOTHING, ...field }];
  const r = sizeOf(from).size;
  const j = strideOf(from);
  if (!w)
    return r === size && j === step
      ? [{ ...NOTHING, ...field, convention: 'that of the layer before' }]
      : [{ ...NOTHING, ...field }];
  // Where fields have phases (after upsampling) the two lines of the lectures do not hold, and are not printed.
  if (r + w.dilation * (w.kernel - 1) * j !== size || j * w.stride !== step)
    return [
      { ...NOTHING, ...field },
      { ...NOTHING, ...jump },
    ];
  const dilated = w.dilation === 1 ? ['', ''] : ['d*', `${w.dilation}*`];
  return [
    { ...field, formula: `r + ${dilated[0]}(k - 1)*j`, substituted: `${r} + ${dilated[1]}(${w.kernel} - 1)*${j}` },
    { ...jump, formula: 'j*s', substituted: `${j}*${w.stride}` },
  ];
};
