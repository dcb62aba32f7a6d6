// Mistakes in the receptive field, some of which spoil the output volume too: strides and dilation left out.

import { product, sum } from '../../core/shape.js';
import { extent, type Window } from '../../core/window.js';
import { type Key, quantityNamed } from '../quantities.js';
import { fieldAlong } from '../world.js';
import { ALEXNET, field, kernels, keyOfPart, type Mistake, resized, sizes } from './mistake.js';

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
    wrong: (part) => [sizes(fieldAlong(part.path(), (w) => w, 'own'))],
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
      network: ALEXNET,
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
      const whole = fieldAlong(path);
      if (reaching.length < 2 || !whole) return [];
      return [
        ...withoutEach(
          reaching.map(({ facts }) => facts.windows ?? []),
          whole,
        ),
        sizes(fieldAlong(path.filter((one) => !pools.includes(one)))),
      ];
    },
  },
];

/** The field without each of the layers, by what it adds and what those behind it would add without its stride. */
const withoutEach = (layers: readonly (readonly Window[])[], whole: readonly number[]): readonly (Key | null)[] => {
  const [seen, step] = [whole.map(() => 1), whole.map(() => 1)];
  return layers.map((windows) =>
    sizes(
      whole.map((size, axis) => {
        const { kernel, stride, dilation } = windows[axis] ?? { kernel: 1, stride: 1, dilation: 1 };
        const before = seen[axis] ?? 1;
        const after = before + dilation * (kernel - 1) * (step[axis] ?? 1);
        seen[axis] = after;
        step[axis] = (step[axis] ?? 1) * stride;
        return before + (size - after) / stride;
      }),
    ),
  );
};
