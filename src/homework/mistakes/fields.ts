// Mistakes in the receptive field, some of which spoil the output volume too: strides and dilation left out.

import { product, sum } from '../../core/shape.js';
import { extent, type Window } from '../../core/window.js';
import { quantityNamed } from '../quantities.js';
import { fieldAlong } from '../world.js';
import { field, kernels, keyOfPart, type Mistake, resized, sizes } from './mistake.js';

export const FIELDS: readonly Mistake[] = [
  {
    id: 'kernel-product',
    about: ['rf'],
    hint: 'kernels are not multiplied: each layer adds what its kernel reaches beyond one cell',
    example: {
      network: ['32x32x64', '{conv: 64, kernel: 3}', '{conv: 64, kernel: 3}', '{conv: 64, kernel: 3, name: c}'],
      asks: 'c.rf',
      answer: '27',
    },
    wrong: (part) => kernels(part, product),
  },
  {
    id: 'kernel-sum',
    about: ['rf'],
    hint: 'neighbouring windows overlap: each layer adds its kernel less one',
    example: {
      network: ['32x32x64', '{conv: 64, kernel: 3}', '{conv: 64, kernel: 3}', '{conv: 64, kernel: 3, name: c}'],
      asks: 'c.rf',
      answer: '9',
    },
    wrong: (part) => kernels(part, sum),
  },
  {
    id: 'dilation-from-zero',
    about: ['rf', 'out'],
    hint: 'dilation is counted from one here: an ordinary convolution has dilation one, not zero',
    example: {
      network: ['64x64x3', '{conv: 8, kernel: 5, dilation: 2}', '{maxpool: 2}', '{conv: 8, kernel: 5, name: c}'],
      asks: 'c.rf',
      answer: '22',
    },
    wrong: (part, { quantity }) => {
      const dilated = (w: Window): Window => ({ ...w, dilation: w.dilation > 1 ? w.dilation + 1 : 1 });
      return quantity === 'rf' ? field(part, dilated) : resized(part, dilated);
    },
  },
  {
    id: 'ignored-dilation',
    about: ['rf', 'out'],
    hint: 'the dilation is missing: the taps of the kernel stand apart',
    example: {
      network: ['64x64x3', '{conv: 8, kernel: 5, dilation: 2}', '{maxpool: 2}', '{conv: 8, kernel: 5, name: c}'],
      asks: 'c.rf',
      answer: '14',
    },
    wrong: (part, { quantity }) => {
      const plain = (w: Window): Window => ({ ...w, dilation: 1 });
      return quantity === 'rf' ? field(part, plain) : resized(part, plain);
    },
  },
  {
    id: 'ignored-stride',
    about: ['rf', 'out'],
    hint: 'a stride is missing: after it, a step is worth several cells of the input',
    example: {
      network: [
        '64x64x1',
        '{conv: 4, kernel: 3, stride: 2}',
        '{conv: 4, kernel: 3, stride: 2}',
        '{conv: 4, kernel: 3, name: c}',
      ],
      asks: 'c.rf',
      answer: '7',
    },
    wrong: (part, { quantity }) =>
      quantity === 'rf' ? field(part, (w) => ({ ...w, stride: 1 })) : resized(part, (w) => ({ ...w, stride: 1 })),
  },
  {
    id: 'stride-too-early',
    about: ['rf'],
    hint: "a layer's own stride counts for the layers after it, not for itself",
    example: {
      network: [
        '64x64x1',
        '{conv: 4, kernel: 3, stride: 2}',
        '{conv: 4, kernel: 3, stride: 2}',
        '{conv: 4, kernel: 3, name: c}',
      ],
      asks: 'c.rf',
      answer: '21',
    },
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
    example: {
      network: [
        '64x64x1',
        '{conv: 4, kernel: 3, stride: 2}',
        '{conv: 4, kernel: 3, stride: 2}',
        '{conv: 4, kernel: 3, name: c}',
      ],
      asks: 'c.rf',
      answer: '3',
    },
    wrong: ({ facts }) => [sizes(facts.windows?.map(extent) ?? null)],
  },
  {
    id: 'area-for-side',
    about: ['rf', 'kernel'],
    hint: 'that is an area; the length of a side is asked',
    example: {
      network: ['227x227x3', '{conv: 96, kernel: 11, stride: 4, name: conv1}'],
      asks: 'conv1.rf',
      answer: '121',
    },
    wrong: (part, around) => {
      const asked = quantityNamed(around.quantity);
      const key = asked && keyOfPart(asked, around.subject, part, around);
      return key?.form === 'sizes' && key.sizes.length > 1 ? [sizes([product(key.sizes)])] : [];
    },
  },
  {
    id: 'left-out-of-field',
    about: ['rf'],
    hint: 'a layer on the way from the input is missing',
    example: {
      network: [
        '32x32x3',
        '{conv: 8, kernel: 3}',
        '{conv: 8, kernel: 3}',
        '{conv: 8, kernel: 3}',
        '{conv: 8, kernel: 3}',
        '{conv: 8, kernel: 3, name: last}',
      ],
      asks: 'last.rf',
      answer: '9',
    },
    last: true,
    wrong: (part) => {
      const path = part.path();
      const reaching = path.filter(({ facts }) => facts.windows?.some((w) => w.kernel > 1 || w.stride > 1));
      const pools = reaching.filter(({ node }) => node.kind.role === 'pool');
      if (reaching.length < 2 || !fieldAlong(path)) return [];
      const each = reaching.slice(-MOST_LEFT_OUT).map((one) => [one]);
      return [...each, pools].map((out) => sizes(fieldAlong(path.filter((one) => !out.includes(one)))));
    },
  },
];

/** Of long networks, the layers nearest to the one that is asked are left out one by one: work stays in bounds. */
const MOST_LEFT_OUT = 64;
