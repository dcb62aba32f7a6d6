// The known mistakes: what each concerns, the layer worked out under it, and a hint. A hint has no digits, so that nobody
// can turn it into the answer. Finding out which one was made is check.ts.

import { type Count, type Term, term, total } from '../core/count.js';
import { DTYPES } from '../core/graph.js';
import { channels, elements, product, type Shape, spatial, sum } from '../core/shape.js';
import { extent, slide, type Window } from '../core/window.js';
import { count, isBias, type Key, type Surroundings } from './quantities.js';
import { fieldAlong, isTransposed, type Part, recompute, reslide, type Subject } from './world.js';

export interface Mistake {
  readonly id: string;
  /** The quantities it can spoil. */
  readonly about: readonly string[];
  readonly hint: string;
  /** What the layer's figure would be; nothing where the mistake cannot be made. */
  readonly wrong: (
    part: Part,
    around: Surroundings & { readonly quantity: string; readonly subject: Subject },
  ) => readonly (Key | null)[];
}

const shape = (sizes: Shape | null): Key | null => sizes && { form: 'shape', shape: sizes };
const sizes = (numbers: readonly number[] | null): Key | null => numbers && { form: 'sizes', sizes: numbers };
const number = (n: number): Key => ({ form: 'number', number: n });

const weights = ({ facts }: Part): Count => (facts.params ?? []).filter((t) => !isBias(t));
const biases = ({ facts }: Part): Count => (facts.params ?? []).filter(isBias);
const input = ({ inputs }: Part): Shape => inputs[0] ?? [];
const isWeighted = ({ node }: Part): boolean => node.kind.role === 'weights';
const slides = (part: Part): boolean => part.facts.windows !== undefined && !isTransposed(part);

/** Terms with factors changed; undefined takes one out. */
const refactor = (terms: Count, change: (name: string, value: number) => number | undefined): Count =>
  terms.map(
    (t): Term => ({
      ...t,
      factors: Object.fromEntries(
        Object.entries(t.factors).flatMap(([name, value]) => {
          const n = change(name, value);
          return n === undefined ? [] : [[name, n] as const];
        }),
      ),
    }),
  );

/** Factors of that name, in their order, replaced by the given sizes. */
const replaced = (terms: Count, names: RegExp, by: readonly number[]): Count =>
  terms.map((t) => {
    const rest = [...by];
    return {
      ...t,
      factors: Object.fromEntries(
        Object.entries(t.factors).map(([name, value]) => [name, names.test(name) ? (rest.shift() ?? value) : value]),
      ),
    };
  });

const without = (terms: Count, names: RegExp): Count =>
  refactor(terms, (name, value) => (names.test(name) ? undefined : value));
const differs = (a: Count, b: Count): boolean => total(a) !== total(b);

/** Other weights of a layer: alone, with its biases, and with a single one. Multiply-accumulates have the same factors. */
const reweighed = (part: Part, quantity: string, change: (terms: Count) => Count): readonly Key[] => {
  if (quantity === 'macs' || quantity === 'flops') {
    const macs = change(part.facts.macs ?? []);
    return differs(macs, part.facts.macs ?? []) ? [count(macs)] : [];
  }
  const other = change(weights(part));
  if (!differs(other, weights(part))) return [];
  return quantity === 'weights'
    ? [count(other)]
    : [count([...other, ...biases(part)]), count(other), count([...other, term('bias', {})])];
};

/** The output with its windows changed. */
const resized = (part: Part, change: (w: Window) => Window, ceil = false): readonly (Key | null)[] => {
  const places = slides(part) ? reslide(part, change, ceil) : null;
  return places?.every((n) => n > 0) ? [shape([channels(part.facts.output), ...places])] : [];
};

const field = (part: Part, change: (w: Window) => Window): readonly (Key | null)[] => [
  sizes(fieldAlong(part.path(), change)),
];

/** Kernels on the way from the input, per axis. */
const kernels = (part: Part, fold: (kernels: readonly number[]) => number): readonly (Key | null)[] => {
  const windowed = part.path().flatMap(({ facts }) => (facts.windows ? [facts.windows] : []));
  const axes = windowed[0]?.length ?? 0;
  return windowed.length < 2
    ? []
    : [sizes(Array.from({ length: axes }, (_, axis) => fold(windowed.map((w) => w[axis]?.kernel ?? 1))))];
};

const placeOf = /^[HWDL]_out$/;
const WEIGHTED = ['params', 'weights', 'trainable'] as const;

const CONVOLUTIONS: readonly Mistake[] = [
  {
    id: 'forgot-bias',
    about: ['params', 'trainable'],
    hint: 'these are the weights alone; this sheet counts biases too',
    wrong: (part, { conventions }) => (conventions.bias && biases(part).length > 0 ? [count(weights(part))] : []),
  },
  {
    id: 'one-bias',
    about: ['params', 'trainable', 'biases'],
    hint: 'a single bias for the whole layer; how many filters or units have one of their own?',
    wrong: (part, { quantity }) =>
      biases(part).length === 0 ? [] : [count([...(quantity === 'biases' ? [] : weights(part)), term('bias', {})])],
  },
  {
    id: 'bias-per-weight',
    about: ['params', 'trainable', 'biases'],
    hint: 'a bias belongs to a filter or unit, not to each of its weights',
    wrong: (part, { quantity }) =>
      biases(part).length === 0
        ? []
        : [count(quantity === 'biases' ? weights(part) : [...weights(part), ...weights(part)])],
  },
  {
    id: 'forgot-channels',
    about: [...WEIGHTED, 'macs', 'flops'],
    hint: 'a filter reaches through all channels of its input',
    wrong: (part, { quantity }) =>
      isWeighted(part) && part.facts.windows ? reweighed(part, quantity, (terms) => without(terms, /^C_in/)) : [],
  },
  {
    id: 'forgot-filters',
    about: [...WEIGHTED, 'macs', 'flops'],
    hint: 'this is a single filter; how many are there?',
    wrong: (part, { quantity }) =>
      isWeighted(part) && part.facts.windows ? reweighed(part, quantity, (terms) => without(terms, /^C_out/)) : [],
  },
  {
    id: 'groups-ignored',
    about: [...WEIGHTED, 'macs', 'flops'],
    hint: 'the filters do not see all channels of the input: they work in groups',
    wrong: (part, { quantity }) => {
      const { facts } = part;
      if (!isWeighted(part) || !facts.windows) return [];
      const full = { C_out: channels(facts.output), C_in: channels(input(part)) };
      return reweighed(part, quantity, ([first]) =>
        first ? [{ ...first, factors: { ...without([first], /^(C_|multiplier)/)[0]?.factors, ...full } }] : [],
      );
    },
  },
  {
    id: 'forgot-pointwise',
    about: [...WEIGHTED, 'macs', 'flops'],
    hint: 'a part of this layer is missing: it has more than one set of weights',
    wrong: (part, { quantity }) =>
      weights(part).length < 2 || !isWeighted(part)
        ? []
        : weights(part).flatMap((_, i) => reweighed(part, quantity, (terms) => terms.filter((_, j) => i !== j))),
  },
  {
    id: 'fc-forgot-channels',
    about: [...WEIGHTED, 'macs', 'flops', 'in_features'],
    hint: 'the flattened volume has channels too',
    wrong: (part, { quantity }) => denseOver(part, quantity, product(spatial(input(part)))),
  },
  {
    id: 'fc-forgot-places',
    about: [...WEIGHTED, 'macs', 'flops', 'in_features'],
    hint: 'the flattened volume has height and width too, not channels alone',
    wrong: (part, { quantity }) => denseOver(part, quantity, channels(input(part))),
  },
];

/** A dense layer (or flatten) that reads another number of values. */
function denseOver(part: Part, quantity: string, features: number): readonly Key[] {
  if (part.facts.windows || input(part).length < 2 || features === elements(input(part))) return [];
  if (quantity === 'in_features') return [number(features)];
  return isWeighted(part)
    ? reweighed(part, quantity, (terms) => refactor(terms, (name, value) => (name === 'C_in' ? features : value)))
    : [];
}

const SHAPES: readonly Mistake[] = [
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
    wrong: (part) => resized(part, (w) => ({ ...w, after: 0 })),
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
      if (!isTransposed(part)) return [];
      if (quantity === 'out') return [shape([channels(part.facts.output), ...(reslide(part, (w) => w) ?? [])])];
      return [count(replaced(part.facts.macs ?? [], /^[HWDL]_in$/, spatial(part.facts.output)))];
    },
  },
];

const FIELDS: readonly Mistake[] = [
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

const PARAMETERLESS: readonly Mistake[] = [
  {
    id: 'pool-has-weights',
    about: [...WEIGHTED, 'macs'],
    hint: 'a pool computes a maximum or a mean; what is there to learn?',
    wrong: ({ node, facts, inputs: [read = []] }) => {
      if (node.kind.role !== 'pool' || !facts.windows) return [];
      const cells = product(facts.windows.map((w) => w.kernel));
      const C = channels(read);
      return [cells, cells + 1, cells * C, cells * C + 1, (cells + 1) * C, cells * C * C, (cells * C + 1) * C].map(
        number,
      );
    },
  },
  {
    id: 'bn-four-per-channel',
    about: ['params', 'trainable'],
    hint: 'the running statistics are kept, not learned: this sheet counts what is learned',
    wrong: ({ facts }, { conventions, quantity }) =>
      facts.buffers && (conventions.batchnorm === 2 || quantity === 'trainable')
        ? [count([...(facts.params ?? []), ...facts.buffers])]
        : [],
  },
  {
    id: 'bn-two-missing',
    about: ['params', 'trainable', 'nontrainable'],
    hint: 'something per channel is missing: what is learned, and what is kept while training?',
    wrong: ({ facts }, { conventions, quantity }) => {
      if (!facts.buffers || facts.buffers.length === 0) return [];
      const half = quantity === 'nontrainable' ? facts.buffers : (facts.params ?? []);
      return [
        ...(conventions.batchnorm === 4 && quantity === 'params' ? [count(facts.params ?? [])] : []),
        count(half.slice(0, 1)),
      ];
    },
  },
  {
    id: 'bn-per-pixel',
    about: ['params', 'trainable', 'nontrainable'],
    hint: 'batch norm has its numbers per channel, not per place',
    wrong: ({ facts }) => {
      if (!facts.buffers || facts.buffers.length === 0) return [];
      const places = product(spatial(facts.output));
      const C = channels(facts.output);
      return [C * places, places].flatMap((n) => [number(2 * n), number(4 * n)]);
    },
  },
  {
    id: 'ln-per-channel',
    about: ['params', 'trainable'],
    hint: 'this layer norm has a scale and a shift for every value, not for every channel',
    wrong: ({ node, facts: { params = [], buffers } }) =>
      node.kind.role === 'norm' &&
      !buffers &&
      params.some(({ factors }) => Object.keys(factors).some((name) => /^[HWDL]$/.test(name)))
        ? [count(without(params, /^[HWDL]$/))]
        : [],
  },
  {
    id: 'norm-per-value',
    about: ['params', 'trainable'],
    hint: 'this normalisation has a scale and a shift per channel, not for every value',
    wrong: ({ node, facts: { params = [], buffers, output } }) => {
      const perChannel =
        params.length > 0 && params.every(({ factors }) => Object.keys(factors).every((name) => name === 'C'));
      return node.kind.role === 'norm' && !buffers && perChannel ? [number(params.length * elements(output))] : [];
    },
  },
];

const COSTS: readonly Mistake[] = [
  {
    id: 'input-size-for-macs',
    about: ['macs', 'flops'],
    hint: 'a filter is applied once per place of the output, not of the input',
    wrong: (part, { quantity }) => {
      const moved = replaced(part.facts.macs ?? [], placeOf, spatial(input(part)));
      return reweighed(part, quantity, () => moved).flatMap((key) => [key, ...twice(key)]);
    },
  },
  {
    id: 'bias-in-macs',
    about: ['macs', 'flops'],
    hint: 'adding a bias is no multiplication: leave the biases out',
    wrong: (part) => {
      const macs = part.facts.macs ?? [];
      if (macs.length === 0 || biases(part).length === 0) return [];
      const places = Object.fromEntries(Object.entries(macs[0]?.factors ?? {}).filter(([name]) => placeOf.test(name)));
      return [
        count([...macs, ...biases(part).map((t) => term('bias', { ...t.factors, ...places }))]),
        count([...macs, ...biases(part)]),
      ];
    },
  },
  {
    id: 'flops-for-macs',
    about: ['macs'],
    hint: 'a multiplication and its addition are one multiply-accumulate',
    wrong: ({ facts: { macs = [] } }, { conventions }) => (conventions.count === 'macs' ? twice(count(macs)) : []),
  },
  {
    id: 'macs-for-flops',
    about: ['flops', 'macs'],
    hint: 'each multiply-accumulate is a multiplication and an addition',
    wrong: ({ facts: { macs = [] } }, { conventions, quantity }) =>
      quantity === 'flops' || conventions.count === 'flops' ? [count(macs)] : [],
  },
  {
    id: 'forgot-places',
    about: ['macs', 'flops'],
    hint: 'the filters are applied at every place of the output',
    wrong: (part) =>
      part.facts.windows
        ? [count(without(part.facts.macs ?? [], /^[HWDL]_(in|out)$/)), count(part.facts.params ?? [])]
        : [],
  },
  {
    id: 'elements-for-bytes',
    about: ['memory', 'activation_memory'],
    hint: 'these are values; how many bytes is each?',
    wrong: ({ facts }, { subject, conventions }) =>
      conventions.memory === 'elements' ? [] : [number(subject.whole ? total(facts.params) : elements(facts.output))],
  },
  {
    id: 'input-for-output',
    about: ['memory', 'activations'],
    hint: 'that is the volume the layer reads; what it makes is asked',
    wrong: (part, { quantity, subject }) =>
      part.inputs.length === 0 || subject.whole
        ? []
        : [
            number(
              elements(input(part)) *
                (quantity === 'memory' ? DTYPES[subject.analysis.graph.dtype] * subject.analysis.graph.batch : 1),
            ),
          ],
  },
  {
    id: 'forgot-depth-of-values',
    about: ['memory', 'activations'],
    hint: 'every channel has its values, not one of them',
    wrong: ({ facts }, { quantity, subject }) =>
      facts.output.length < 2 || subject.whole
        ? []
        : [number(product(spatial(facts.output)) * (quantity === 'memory' ? DTYPES[subject.analysis.graph.dtype] : 1))],
  },
];

const twice = (key: Key): readonly Key[] =>
  key.form === 'count' ? [count(key.count.map((t) => ({ ...t, factors: { ...t.factors, operations: 2 } })))] : [];

const INPUTS: readonly Mistake[] = [
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

/** In the order in which they are tried: of several that explain an answer, the one that a layer must be special for goes first. */
export const MISTAKES: readonly Mistake[] = [
  ...CONVOLUTIONS,
  ...PARAMETERLESS,
  ...SHAPES,
  ...FIELDS,
  ...COSTS,
  ...INPUTS,
];

/** Mistakes about a written unit or a sum, which no layer is recomputed for. */
export const OTHER_HINTS = {
  'mb-for-mib': 'the number is right for the other kind of kilobyte',
  'missed-a-layer': 'one layer is missing from the sum',
  'forgot-gradients': 'while training, gradients and what the optimiser remembers take memory too',
} as const;
