// Mistakes in the output volume and the padding: depth, rounding, the formula itself, an input that does not fit.

import { replaced } from '../../core/count.js';
import { recompute } from '../../core/graph.js';
import { channels, elements, spatial } from '../../core/shape.js';
import { dropsWindow, extent, slide } from '../../core/window.js';
import { count, type Key } from '../quantities.js';
import { fieldAlong, isTransposedPart, type Part, reslide } from '../world.js';
import { input, isWeighted, type Mistake, resized, shape, sizes, slides } from './mistake.js';

export const SHAPES: readonly Mistake[] = [
  {
    id: 'depth-from-input',
    about: ['out'],
    hint: 'the depth of the output is the number of filters, not that of the input',
    wrong: (part) =>
      isWeighted(part) && part.facts.windows ? [shape([channels(input(part)), ...spatial(part.facts.output)])] : [],
  },
  {
    id: 'padded-depth',
    about: ['out'],
    hint: 'padding goes around height and width; channels are not padded',
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
    about: ['out'],
    hint: 'a volume has a depth besides height and width',
    wrong: ({ facts }) => (facts.output.length > 1 ? [{ form: 'sizes', sizes: spatial(facts.output) }] : []),
  },
  {
    id: 'ceil-for-floor',
    about: ['out'],
    hint: 'a window that hangs over the end is not used here: round the other way',
    wrong: (part) => resized(part, (w) => w, true),
  },
  {
    id: 'window-in-padding',
    about: ['out'],
    hint: 'a last window that would start in the padding is not used',
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
    wrong: (part) => resized(part, (w) => w),
  },
  {
    id: 'forgot-plus-one',
    about: ['out', 'rf'],
    hint: 'the first position counts too: the formula ends with one more',
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
    wrong: (part) => [...resized(part, (w) => ({ ...w, after: 0 })), ...bordered(part)],
  },
  {
    id: 'forgot-padding',
    about: ['out'],
    hint: 'the padding is missing',
    wrong: (part) => resized(part, (w) => ({ ...w, before: 0, after: 0 })),
  },
  {
    id: 'total-padding',
    about: ['padding'],
    hint: 'that is the padding of both sides together; per side it is another number',
    wrong: ({ facts }) => [sizes(facts.windows?.map((w) => w.before + w.after) ?? null)],
  },
  {
    id: 'no-floor',
    about: ['out'],
    hint: 'a position is there or not: what is left over at the end is not used',
    wrong: (part) => {
      const places = slides(part)
        ? part.facts.windows?.map(
            (w, axis) => ((input(part)[axis + 1] ?? 0) + w.before + w.after - extent(w)) / w.stride + 1,
          )
        : undefined;
      return places?.some((n) => !Number.isInteger(n)) ? [shape([channels(part.facts.output), ...places])] : [];
    },
  },
  {
    id: 'same-ignores-stride',
    about: ['out', 'padding'],
    hint: 'padding same keeps the size at a stride of one only; otherwise the size is divided by the stride',
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
    wrong: (part, { quantity }) => {
      if (!isTransposedPart(part)) return [];
      if (quantity === 'out') return [shape([channels(part.facts.output), ...(reslide(part, (w) => w) ?? [])])];
      return [count(replaced(part.facts.macs ?? [], 'input place', spatial(part.facts.output)))];
    },
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
    wrong: (part) => {
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
    wrong: ({ facts }) => (facts.output.length > 1 ? [sizes([elements(facts.output)])] : []),
  },
];

export const INPUTS: readonly Mistake[] = [
  {
    // Krizhevsky, Sutskever, Hinton (2012) say 224; with an 11x11 kernel at stride 4 and no padding that gives 54.25.
    id: 'input-does-not-fit',
    about: ['out', 'in'],
    hint: 'with that input the first kernel and stride do not come out whole: work out the first layer backwards',
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
