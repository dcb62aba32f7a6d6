// Mistakes in the receptive field, some of which spoil the output volume too: strides and dilation left out.

import { product, sum } from '../../core/shape.js';
import { extent, type Window } from '../../core/window.js';
import { fieldAlong } from '../world.js';
import { field, kernels, type Mistake, resized, sizes } from './mistake.js';

export const FIELDS: readonly Mistake[] = [
  {
    id: 'kernel-product',
    about: ['rf'],
    hint: 'kernels are not multiplied: each layer adds what its kernel reaches beyond one cell',
    wrong: (part) => kernels(part, product),
  },
  {
    id: 'kernel-sum',
    about: ['rf'],
    hint: 'neighbouring windows overlap: each layer adds its kernel less one',
    wrong: (part) => kernels(part, sum),
  },
  {
    id: 'dilation-from-zero',
    about: ['rf', 'out'],
    hint: 'dilation is counted from one here: an ordinary convolution has dilation one, not zero',
    wrong: (part, { quantity }) => {
      const dilated = (w: Window): Window => ({ ...w, dilation: w.dilation > 1 ? w.dilation + 1 : 1 });
      return quantity === 'rf' ? field(part, dilated) : resized(part, dilated);
    },
  },
  {
    id: 'ignored-dilation',
    about: ['rf', 'out'],
    hint: 'the dilation is missing: the taps of the kernel stand apart',
    wrong: (part, { quantity }) => {
      const plain = (w: Window): Window => ({ ...w, dilation: 1 });
      return quantity === 'rf' ? field(part, plain) : resized(part, plain);
    },
  },
  {
    id: 'ignored-stride',
    about: ['rf', 'out'],
    hint: 'a stride is missing: after it, a step is worth several cells of the input',
    wrong: (part, { quantity }) =>
      quantity === 'rf' ? field(part, (w) => ({ ...w, stride: 1 })) : resized(part, (w) => ({ ...w, stride: 1 })),
  },
  {
    id: 'stride-too-early',
    about: ['rf'],
    hint: "a layer's own stride counts for the layers after it, not for itself",
    wrong: (part) => {
      const path = part.path();
      const axes = (path[0]?.facts.output.length ?? 1) - 1;
      const size = new Array<number>(axes).fill(1);
      const step = new Array<number>(axes).fill(1);
      for (const { facts } of path)
        facts.windows?.forEach((w, axis) => {
          step[axis] = (step[axis] ?? 1) * w.stride;
          size[axis] = (size[axis] ?? 1) + w.dilation * (w.kernel - 1) * (step[axis] ?? 1);
        });
      return axes > 0 && fieldAlong(path) ? [sizes(size)] : [];
    },
  },
  {
    id: 'own-kernel-only',
    about: ['rf'],
    hint: 'that is what the layer sees of the layer before; the receptive field is what it sees of the input',
    wrong: ({ facts }) => [sizes(facts.windows?.map(extent) ?? null)],
  },
];
