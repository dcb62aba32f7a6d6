// What a known mistake is, and the words they are written in: a layer's weights, windows and fields, changed. No mistakes here.
// A hint has no digits and no signs of comparison, so that nobody can turn it into the answer.

import { type Count, term, total } from '../../core/count.js';
import { channels, type Shape } from '../../core/shape.js';
import type { Window } from '../../core/window.js';
import type { Rules } from '../answers.js';
import type { Conventions } from '../conventions.js';
import type { Given } from '../given.js';
import {
  type Asked,
  count,
  doubled,
  type Form,
  type Key,
  type QuantityName,
  type Surroundings,
} from '../quantities.js';
import { biases, fieldAlong, isTransposedPart, type Part, reslide, respread, type Subject, weights } from '../world.js';

/** A wrong answer that shows the mistake; docs/mistakes.md prints it, and tests grade it. */
export interface Example {
  /** The input and the layers below it, or the name of a bundled network. */
  readonly network: string | readonly [input: string, ...layers: string[]];
  /** `conv1.params` */
  readonly asks: string;
  readonly answer: string;
  /** What else the sheet says. */
  readonly sheet?: string;
}

/** How AlexNet begins: the network of many examples. */
export const ALEXNET: Example['network'] = [
  '227x227x3',
  '{conv: 96, kernel: 11, stride: 4, name: conv1}',
  '{maxpool: 3, stride: 2, name: pool1}',
];

interface Known {
  readonly id: string;
  /** The quantities it can spoil. */
  readonly about: readonly QuantityName[];
  readonly hint: string;
  /** The hint where the layer is a transposed convolution, if that is another. */
  readonly transposed?: string;
  readonly example: Example;
}

export type Around = Surroundings & { readonly quantity: QuantityName; readonly subject: Subject };

/** A mistake made in one layer; of a sum, in every layer where it can be made. */
export interface Mistake extends Known {
  /** What the layer's figure would be; nothing where the mistake cannot be made. */
  readonly wrong: (part: Part, around: Around) => readonly (Key | null)[];
  /** Explains so much that it is tried only where nothing else explains the answer. */
  readonly last?: true;
}

/** A wrong answer, with what it is compared with. */
export interface Suspect {
  readonly asked: Asked;
  readonly subject: Subject;
  readonly given: Given;
  readonly around: Surroundings;
  readonly rules: Rules;
  /** Whether the answer, as it was written, fits a key. */
  readonly fits: (key: Key, conventions?: Conventions) => boolean;
}

/** A mistake in a sum, a unit or the writing, which no layer is recomputed for. */
export interface SheetMistake extends Known {
  readonly found: (suspect: Suspect) => boolean;
}

/** What is asked, of one of the subject's layers alone. */
export const keyOfPart = (asked: Asked, subject: Subject, part: Part, around: Surroundings): Key | null =>
  asked.key({ ...subject, parts: [part], result: part, main: part, whole: false }, around);

/** Whether the figure is the sum of those of the subject's layers. */
export const isSum = ({ adds, form }: Asked, { parts, whole }: Subject): boolean =>
  parts.length > 1 && (adds === true || (whole && !OF_THE_RESULT.includes(form)));

/** Forms of what the network has as a whole, and not layer by layer. */
const OF_THE_RESULT: readonly Form[] = ['shape', 'sizes', 'ratio', 'axes', 'statistics', 'whether'];

export const shape = (sizes: Shape | null): Key | null => sizes && { form: 'shape', shape: sizes };
export const sizes = (numbers: readonly number[] | null): Key | null => numbers && { form: 'sizes', sizes: numbers };
export const number = (n: number): Key => ({ form: 'number', number: n });

export const input = ({ inputs }: Part): Shape => inputs[0] ?? [];
export const isWeighted = ({ node }: Part): boolean => node.kind.role === 'weights';
export const slides = (part: Part): boolean => part.facts.windows !== undefined && !isTransposedPart(part);

/** One for the whole layer. */
export const ONE = term({});

const differs = (a: Count, b: Count): boolean => total(a) !== total(b);

/** Other weights of a layer: alone, with its biases, and with a single one. Multiply-accumulates have the same factors. */
export const reweighed = (part: Part, quantity: string, change: (terms: Count) => Count): readonly Key[] => {
  if (quantity === 'macs' || quantity === 'flops') {
    const macs = change(part.facts.macs ?? []);
    return differs(macs, part.facts.macs ?? []) ? [count(macs)] : [];
  }
  const other = change(weights(part));
  if (!differs(other, weights(part))) return [];
  return quantity === 'weights'
    ? [count(other)]
    : [count([...other, ...biases(part)]), count(other), count([...other, ONE])];
};

/** The output with its windows changed. */
export const resized = (part: Part, change: (w: Window) => Window, ceil = false): readonly (Key | null)[] => {
  const places = slides(part) ? reslide(part, change, ceil) : respread(part, change);
  return places?.every((n) => n > 0) ? [shape([channels(part.facts.output), ...places])] : [];
};

export const field = (part: Part, change: (w: Window) => Window): readonly (Key | null)[] => [
  sizes(fieldAlong(part.path(), change)),
];

/** Kernels on the way from the input, per axis. */
export const kernels = (part: Part, fold: (kernels: readonly number[]) => number): readonly (Key | null)[] => {
  const windowed = part.path().flatMap(({ facts }) => (facts.windows ? [facts.windows] : []));
  const axes = windowed[0]?.length ?? 0;
  return windowed.length < 2
    ? []
    : [sizes(Array.from({ length: axes }, (_, axis) => fold(windowed.map((w) => w[axis]?.kernel ?? 1))))];
};

export const WEIGHTED = ['params', 'weights', 'trainable'] as const;

export const twice = (key: Key): readonly Key[] => (key.form === 'count' ? [count(doubled(key.count))] : []);
