// What is read off the layers of a subject for its cells: terms, values, matrices, windows, batches. Which cells there are is quantities.ts.

import { REMEMBERED } from '../analysis/training/choices.js';
import { averagingOf, axesOf } from '../core/averaging.js';
import { type Count, only, total } from '../core/count.js';
import { activationsOf } from '../core/figures.js';
import { DTYPES, isInput, operatorsOf } from '../core/graph.js';
import { isLinear } from '../core/linear.js';
import { channels, elements, product, spatial, sum } from '../core/shape.js';
import type { Window } from '../core/window.js';
import { type Conventions, USUAL } from './conventions.js';
import { fieldAlong, type Part, type Subject, weights } from './world.js';

/** The terms of all of the subject's layers. */
export const termsOf = (subject: Subject, pick: (part: Part) => Count | undefined): Count =>
  subject.parts.flatMap((part) => pick(part) ?? []);

export const bytesPerValue = ({ analysis: { graph } }: Subject): number => DTYPES[graph.dtype] * graph.batch;

/** Values of a layer's output; of the network, of all that the sheet counts as made. */
export const values = (
  { parts, whole, result, analysis }: Subject,
  { input, inplace }: Conventions = USUAL,
): number => {
  if (!whole) return activationsOf(result.facts);
  const inputs = analysis.graph.nodes.filter(isInput).map(({ facts }) => elements(facts?.output ?? []));
  const made = parts.filter((part) => !inplace || !overwrites(part)).map(({ facts }) => activationsOf(facts));
  return sum(input ? [...inputs, ...made] : made);
};

/** Layers that could write their result where they read it. */
const overwrites = ({ node, inputs: [read = []], facts }: Part): boolean =>
  ['activation', 'regularisation', 'shape'].includes(node.kind.role) && elements(read) === elements(facts.output);

/** Factors of a convolution's weights: one row of the im2col matrix, and the places it is slid to. */
export const matrix = ({ main: { facts } }: Subject): { row: number; places: number; filters: number } | null => {
  const macs = (facts.macs ?? []).slice(0, 1);
  if (macs.length === 0 || !facts.windows) return null;
  return {
    row: total(only(macs, 'kernel', 'input channels')),
    places: total(only(macs, 'output place')),
    filters: channels(facts.output),
  };
};

/** Weights compared with those of one convolution that sees as much, from the same channels to the same channels. */
export const ratio = (subject: Subject): number | null => {
  const [first] = subject.parts;
  const size = fieldAlong([{ ...first, facts: { output: first.inputs[0] ?? [] } }, ...subject.parts]);
  const own = total(termsOf(subject, (part) => (part.node.kind.role === 'weights' ? weights(part) : [])));
  return size && own / (product(size) * channels(first.inputs[0] ?? []) * channels(subject.result.facts.output));
};

/** The window as answers call it; a dense layer over a volume is a convolution whose kernel is the volume. */
export const ofWindows = (subject: Subject, pick: (w: Window) => number | null): readonly number[] | null => {
  const { facts, inputs, node } = subject.main;
  const volume = spatial(inputs[0] ?? []);
  const dense = operatorsOf(node, inputs[0] ?? []).some(({ op }) => op === 'dense')
    ? volume.map((kernel) => ({ kernel, stride: 1, dilation: 1, before: 0, after: 0 }))
    : [];
  const picked = (facts.windows ?? dense).map(pick);
  return picked.includes(null) ? null : picked.filter((n) => n !== null);
};

/** Weight copies kept per parameter: itself, its gradient, and what the optimiser remembers. */
export const COPIES = {
  inference: 1,
  sgd: 2 + REMEMBERED.sgd,
  momentum: 2 + REMEMBERED.momentum,
  adam: 2 + REMEMBERED.adam,
};

/** Parameters once per copy, every activation (and its gradient) once per image. */
export const largestBatch = (subject: Subject, limit: number, copies: number, perActivation: number): number => {
  const size = DTYPES[subject.analysis.graph.dtype];
  const params = total(termsOf(subject, ({ facts }) => facts.params)) * copies;
  return Math.max(0, Math.floor((limit / size - params) / (values(subject) * perActivation)));
};

/** Null for what is no normalisation. */
const averagingIn = ({ node, inputs: [read = []] }: Part) => {
  const [operator] = operatorsOf(node, read);
  return operator ? averagingOf(operator, 1, read) : null;
};

/** The axes along which a normalisation averages; null where one channel is all there are, and it is the same with it or without. */
export const averagedAxes = (part: Part): readonly string[] | null => {
  const [averaging, [read = []]] = [averagingIn(part), part.inputs];
  return averaging && channels(read) > 1 ? axesOf(averaging, read) : null;
};

/** By what a normalisation normalises at test time. */
export const statisticsInTest = (part: Part): readonly ['running' | 'same'] | null => {
  const averaging = averagingIn(part);
  return averaging && [averaging.batch ? 'running' : 'same'];
};

/** Yes where every layer does; null where nobody knows what one computes. */
export const computesLinearly = ({ parts }: Subject): readonly ['yes' | 'no'] | null => {
  const operators = parts.map(({ node, inputs: [read = []] }) => operatorsOf(node, read));
  const linear = operators.some((of) => of.length === 0) ? null : isLinear(operators.flat());
  return linear === null ? null : [linear ? 'yes' : 'no'];
};
