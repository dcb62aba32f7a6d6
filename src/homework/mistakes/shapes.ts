// Mistakes in the output volume and the padding: depth, rounding, the formula itself, an input that does not fit.

import { replaced } from '../../core/count.js';
import { recompute } from '../../core/graph.js';
import { channels, elements, spatial } from '../../core/shape.js';
import { dropsWindow, exactPlaces, extent, slide, spread } from '../../core/window.js';
import { count, type Key } from '../quantities.js';
import { fieldAlong, isTransposedPart, type Part, reslide } from '../world.js';
import { ALEXNET, input, isWeighted, type Mistake, number, resized, shape, sizes, slides } from './mistake.js';

export const SHAPES: readonly Mistake[] = [
  {
    id: 'depth-from-input',
    about: ['out'],
    hint: 'the depth of the output is the number of filters, not that of the input',
    example: {
      network: ALEXNET,
      asks: 'conv1.out',
      answer: '55x55x3',
    },
    wrong: (part) =>
      isWeighted(part) && part.facts.windows ? [shape([channels(input(part)), ...spatial(part.facts.output)])] : [],
  },
  {
    id: 'depth-multiplied',
    about: ['out'],
    hint: 'each filter adds up what it sees in all channels, and makes one channel of it',
    example: { network: ['19x19x3', '{conv: 28, kernel: 5, name: c}'], asks: 'c.out', answer: '15x15x84' },
    wrong: (part) =>
      isWeighted(part) && part.facts.windows
        ? [shape([channels(input(part)) * channels(part.facts.output), ...spatial(part.facts.output)])]
        : [],
  },
  {
    id: 'padded-depth',
    about: ['out'],
    hint: 'padding goes around height and width; channels are not padded',
    example: { network: ['15x15x8', '{zeropad: 2, name: z}'], asks: 'z.out', answer: '19x19x12' },
    wrong: (part) => {
      const { facts } = part;
      const added = facts.windows
        ? facts.windows.map((w) => w.before + w.after)
        : spatial(facts.output).map((n, axis) => n - (spatial(input(part))[axis] ?? n));
      const most = Math.max(0, ...added);
      return most === 0
        ? []
        : [channels(facts.output), channels(input(part))].map((depth) =>
            shape([depth + most, ...spatial(facts.output)]),
          );
    },
  },
  {
    id: 'pool-changes-depth',
    about: ['out'],
    hint: 'a pool takes each channel by itself',
    example: {
      network: ALEXNET,
      asks: 'pool1.out',
      answer: '27x27x47',
    },
    wrong: (part) => {
      const [w] = part.facts.windows ?? [];
      if (part.node.kind.role !== 'pool' || !w) return [];
      const depth = channels(input(part));
      return [slide(depth, w), Math.floor(depth / w.stride), Math.floor(depth / w.kernel), 1].map((n) =>
        shape([n, ...spatial(part.facts.output)]),
      );
    },
  },
  {
    id: 'forgot-depth',
    about: ['out', 'in'],
    hint: 'a volume has a depth besides height and width',
    example: {
      network: ALEXNET,
      asks: 'conv1.out',
      answer: '55x55',
    },
    wrong: (part, { quantity }) => {
      const volume = quantity === 'in' ? input(part) : part.facts.output;
      return volume.length > 1 ? [sizes(spatial(volume))] : [];
    },
  },
  {
    id: 'ceil-for-floor',
    about: ['out'],
    hint: 'a window that hangs over the end is not used here: round the other way',
    example: { network: ['56x56x8', '{maxpool: 3, stride: 2, name: p}'], asks: 'p.out', answer: '28x28x8' },
    wrong: (part) => resized(part, (w) => w, true),
  },
  {
    id: 'window-in-padding',
    about: ['out'],
    hint: 'a last window that would start in the padding is not used',
    example: { network: ['5x5x4', '{maxpool: 2, padding: 1, ceil: true, name: p}'], asks: 'p.out', answer: '4x4x4' },
    wrong: (part) => {
      const windows = (slides(part) && part.facts.windows) || [];
      const own = spatial(part.facts.output);
      const kept = windows.map((w, axis) => {
        const drops = part.node.args?.['ceil'] === true && dropsWindow(input(part)[axis + 1] ?? 0, w);
        return (own[axis] ?? 0) + (drops ? 1 : 0);
      });
      return kept.some((n, axis) => n !== own[axis]) ? [shape([channels(part.facts.output), ...kept])] : [];
    },
  },
  {
    id: 'floor-for-ceil',
    about: ['out'],
    hint: 'this layer lets a last window hang over the end: round the other way',
    example: { network: ['56x56x8', '{maxpool: 3, stride: 2, ceil: true, name: p}'], asks: 'p.out', answer: '27x27x8' },
    wrong: (part) => resized(part, (w) => w),
  },
  {
    id: 'forgot-plus-one',
    about: ['out', 'rf'],
    hint: 'the first position counts too: the formula ends with one more',
    example: {
      network: ALEXNET,
      asks: 'conv1.out',
      answer: '54x54x96',
    },
    wrong: (part, { quantity }) => {
      if (quantity === 'rf') return [sizes(fieldAlong(part.path())?.map((n) => n - 1) ?? null)];
      return slides(part)
        ? [shape([channels(part.facts.output), ...spatial(part.facts.output).map((n) => n - 1)])]
        : [];
    },
  },
  {
    id: 'single-padding',
    about: ['out'],
    hint: 'padding is added on both sides',
    example: { network: ['32x32x3', '{conv: 10, kernel: 5, padding: 2, name: c}'], asks: 'c.out', answer: '30x30x10' },
    wrong: (part) => [...resized(part, (w) => ({ ...w, after: 0 })), ...bordered(part)],
  },
  {
    id: 'forgot-padding',
    about: ['out'],
    hint: 'the padding is missing',
    example: { network: ['32x32x3', '{conv: 10, kernel: 5, padding: 2, name: c}'], asks: 'c.out', answer: '28x28x10' },
    wrong: (part) => resized(part, (w) => ({ ...w, before: 0, after: 0 })),
  },
  {
    id: 'total-padding',
    about: ['padding'],
    hint: 'that is the padding of both sides together; per side it is another number',
    example: { network: ['32x32x3', '{conv: 10, kernel: 5, padding: 2, name: c}'], asks: 'c.padding', answer: '4' },
    wrong: ({ facts }) => [sizes(facts.windows?.map((w) => w.before + w.after) ?? null)],
  },
  {
    id: 'no-floor',
    about: ['out'],
    hint: 'a position is there or not: what is left over at the end is not used',
    example: { network: ['56x56x8', '{maxpool: 3, stride: 2, name: p}'], asks: 'p.out', answer: '27.5x27.5x8' },
    wrong: (part) => {
      const places = slides(part)
        ? part.facts.windows?.map((w, axis) => exactPlaces(input(part)[axis + 1] ?? 0, w))
        : undefined;
      return places?.some((n) => !Number.isInteger(n)) ? [shape([channels(part.facts.output), ...places])] : [];
    },
  },
  {
    id: 'same-ignores-stride',
    about: ['out', 'padding'],
    hint: 'padding same keeps the size at a stride of one only; otherwise the size is divided by the stride',
    transposed: 'padding same keeps the size at a stride of one only; otherwise the size is multiplied by the stride',
    example: {
      network: ['224x224x3', '{conv: 64, kernel: 7, stride: 2, padding: same, name: c}'],
      asks: 'c.out',
      answer: '224x224x64',
    },
    wrong: (part, { quantity }) => {
      if (part.node.args?.['padding'] !== 'same' || !part.facts.windows?.some((w) => w.stride > 1)) return [];
      if (quantity === 'padding') return [sizes(part.facts.windows.map((w) => (extent(w) - 1) / 2))];
      return [shape([channels(part.facts.output), ...spatial(input(part))])];
    },
  },
  {
    id: 'conv-formula-for-transposed',
    about: ['out', 'macs', 'flops'],
    hint: 'a transposed convolution makes the volume larger: its formula is the other way round',
    example: {
      network: ['14x14x8', '{convtranspose: 4, kernel: 2, stride: 2, name: u}'],
      asks: 'u.out',
      answer: '7x7x4',
    },
    wrong: (part, { quantity }) => {
      if (!isTransposedPart(part)) return [];
      if (quantity === 'out') return [shape([channels(part.facts.output), ...(reslide(part, (w) => w) ?? [])])];
      return [count(replaced(part.facts.macs ?? [], 'input place', spatial(part.facts.output)))];
    },
  },
  {
    id: 'transposed-formula-for-conv',
    about: ['out'],
    hint: 'this convolution is no transposed one: its formula is the other way round',
    example: {
      network: ['14x14x8', '{conv: 4, kernel: 4, stride: 2, padding: 1, name: c}'],
      asks: 'c.out',
      answer: '28x28x4',
    },
    wrong: (part) =>
      slides(part) && isWeighted(part)
        ? [
            shape([
              channels(part.facts.output),
              ...(part.facts.windows ?? []).map((w, axis) => spread(input(part)[axis + 1] ?? 0, w)),
            ]),
          ]
        : [],
  },
  {
    id: 'output-for-input',
    about: ['in', 'in_features'],
    hint: 'that is the volume the layer makes; what it reads is asked',
    example: {
      network: ALEXNET,
      asks: 'pool1.in',
      answer: '27x27x96',
    },
    wrong: ({ facts }, { quantity }) => (quantity === 'in' ? [shape(facts.output)] : [number(elements(facts.output))]),
  },
];

/** A border on one side only, of a layer that adds nothing but a border. */
const bordered = (part: Part): readonly Key[] => {
  const read = spatial(input(part));
  const made = spatial(part.facts.output);
  const added = made.map((n, axis) => n - (read[axis] ?? n));
  return part.node.kind.role === 'shape' && added.some((n) => n > 0) && added.every((n) => n % 2 === 0)
    ? [{ form: 'shape', shape: [channels(part.facts.output), ...made.map((n, axis) => n - (added[axis] ?? 0) / 2)] }]
    : [];
};

/** What is left of the volume when an answer is looked at without knowing how it came about: tried last. */
export const FORMULAS: readonly Mistake[] = [
  {
    id: 'forgot-kernel',
    about: ['out'],
    hint: 'the kernel is missing from the formula: each place needs room for a whole window',
    example: { network: ['64x64x3', '{conv: 8, kernel: 5, name: c}'], asks: 'c.out', answer: '64x64x8' },
    last: true,
    wrong: (part) => {
      if (isTransposedPart(part))
        return [
          shape([
            channels(part.facts.output),
            ...(part.facts.windows ?? []).map((w, axis) => (input(part)[axis + 1] ?? 0) * w.stride),
          ]),
        ];
      const steps = slides(part)
        ? part.facts.windows?.map((w, axis) => ({ n: input(part)[axis + 1] ?? 0, w }))
        : undefined;
      if (!steps) return [];
      const padded = steps.map(({ n, w }) => (n + w.before + w.after) / w.stride);
      const bare = steps.map(({ n, w }) => n / w.stride);
      return [bare, padded].flatMap((places) =>
        [places, places.map(Math.floor), places.map(Math.ceil), places.map((n) => Math.floor(n) + 1)].map((sizes) =>
          shape([channels(part.facts.output), ...sizes]),
        ),
      );
    },
  },
  {
    id: 'values-for-volume',
    about: ['out', 'in'],
    hint: 'this is how many values there are; a volume is written as height x width x depth',
    example: {
      network: ALEXNET,
      asks: 'conv1.out',
      answer: '290400',
    },
    last: true,
    wrong: (part, { quantity }) => {
      const volume = quantity === 'in' ? input(part) : part.facts.output;
      return volume.length > 1 ? [sizes([elements(volume)])] : [];
    },
  },
];

export const INPUTS: readonly Mistake[] = [
  {
    // Krizhevsky, Sutskever, Hinton (2012) say 224; with an 11x11 kernel at stride 4 and no padding that gives 54.25.
    id: 'input-does-not-fit',
    about: ['out', 'in'],
    hint: 'with that input the first kernel and stride do not come out whole: work out the first layer backwards',
    example: {
      network: ALEXNET,
      asks: 'input.out',
      answer: '224x224x3',
    },
    wrong: (part, { subject }) => {
      const first = subject.analysis.graph.nodes.find((node) => node.inputs.length > 0);
      const own = part.node.inputs.length === 0 ? part.facts.output : part.path().length === 2 ? input(part) : [];
      const fits = first && recompute(first, [own])?.windows;
      if (own.length < 2 || !fits) return [];
      // Sizes near it, where the first layer leaves cells over.
      return Array.from({ length: 16 }, (_, i) => i - 8).flatMap((by) => {
        const near = [channels(own), ...spatial(own).map((n) => n + by)];
        const windows = recompute(first, [near])?.windows ?? [];
        return windows.some((w, axis) => ((near[axis + 1] ?? 0) + w.before + w.after - extent(w)) % w.stride !== 0)
          ? [shape(near)]
          : [];
      });
    },
  },
];
