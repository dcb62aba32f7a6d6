// Shapes: channels first, no batch. [C, H, W], [C, L], [C, D, H, W], or [N] for a vector. No parsing of what users write.

/** Channels first, without the batch: `[C, ...spatial]`; a vector of N features is `[N]`. */
export type Shape = readonly number[];

export const LAYOUTS = ['hwc', 'chw'] as const;
export type Layout = (typeof LAYOUTS)[number];

export const channels = (shape: Shape): number => shape[0] ?? 0;

export const spatial = (shape: Shape): readonly number[] => shape.slice(1);

export const elements = (shape: Shape): number => product(shape);

export const product = (numbers: readonly number[]): number => numbers.reduce((a, b) => a * b, 1);

export const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((n, i) => n === b[i]);

/** Every choice of one element from each list, the last list running fastest: all places of a volume, of ranges of indices. */
export function* choices<T>(lists: readonly Iterable<T>[]): Iterable<readonly T[]> {
  const [first, ...rest] = lists;
  if (!first) yield [];
  else for (const one of first) for (const others of choices(rest)) yield [one, ...others];
}

/** The sizes in the order that a layout names them: `hwc` moves the channels to the end. */
export const arrange = (shape: Shape, layout: Layout): readonly number[] =>
  layout === 'chw' || shape.length < 2 ? shape : [...shape.slice(1), channels(shape)];

/** Sizes as a layout writes them, to channels first. */
export const fromLayout = (sizes: readonly number[], layout: Layout): Shape =>
  layout === 'chw' || sizes.length < 2 ? sizes : [sizes.at(-1) ?? 0, ...sizes.slice(0, -1)];

/** `55x55x96` (or `96x55x55` under `chw`). */
export const formatShape = (shape: Shape, layout: Layout = 'hwc'): string => arrange(shape, layout).join('x');

/** A sentence; one with shapes in it is told in the layout of whoever reads it. */
export type Sentence = string | ((layout: Layout) => string);

export const told = (sentence: Sentence, layout: Layout): string =>
  typeof sentence === 'string' ? sentence : sentence(layout);

const AXES = [[], ['L'], ['H', 'W'], ['D', 'H', 'W']] as const;
type Axis = (typeof AXES)[number][number];

/** The axes' letters as formulas write them, `['H', 'W']` for images. Sequences have `['L']`. */
export const axisNames = (axes: number): readonly Axis[] => AXES[axes] ?? [];

/** Where in a volume something goes wrong, for sentences: `height`, `width`. */
export const axisWord = (axes: number, axis: number): string =>
  (axes === 1 ? ['length'] : axes === 2 ? ['height', 'width'] : ['depth', 'height', 'width'])[axis] ??
  `axis ${axis + 1}`;
