// What is taken over sets of values, as the core's instructions: reductions, softmax, normalisations.

import type { Step } from '../../core/kernels.js';
import type { OperatorOf } from '../../core/operator.js';
import { CODES, RUN } from '../instructions.js';
import { type Lowered, pixelFields, pixelsOf, runs } from './fields.js';
import { type Draft, type Instruction, instruction, type Value } from './instruction.js';
import { cellsOf, type Offsets, sums, turned } from './offsets.js';
import { asIs, byPlace } from './tables.js';

export const reduce = ({ by, axes }: OperatorOf<'reduce'>, input: Value, output: Value, { place }: Draft): Lowered => {
  const cells = cellsOf(input);
  // Channels that stay are vectors.
  const [own, others]: [Offsets[], Offsets[]] = [[], []];
  for (const [axis, along] of cells.entries())
    if (axes.includes(axis)) own.push(along);
    else if (axis > 0) others.push(along);
  const pixels = output.H * output.W;
  const within = sums(own);
  const fields = {
    input,
    output,
    firsts: place(sums(others)),
    within: place(within),
    images: output.images,
    pixels,
    C: output.C,
    count: within.floats,
    outputStride: output.stride,
    imageStep: input.H * input.W * input.stride,
    by: CODES.Reduction[by],
  };
  const tasks = output.images * runs(pixels) * runs(output.C);
  return { algorithm: 'reduction', instructions: [instruction('reduce', fields, tasks)] };
};

/** Over other axes than the channels' these become the channels for the while. */
export const softmax = ({ log, axes }: OperatorOf<'softmax'>, input: Value, output: Value, draft: Draft): Lowered => {
  const one = (from: Value, to: Value): Instruction =>
    instruction('softmax', { ...pixelFields(from, to), log: log ? 1 : 0 }, runs(pixelsOf(to)));
  if (axes.length === 1 && axes[0] === 0) return { algorithm: 'elementwise', instructions: [one(input, output)] };
  const { value, there, back } = turned(input, axes, draft);
  return { algorithm: 'elementwise', instructions: [there, one(value, value), back(output)] };
};

export const normalise = (
  { weights: { weight, bias } }: Step,
  { over, groups = 1, rms, elementwise, eps }: OperatorOf<'normalise'>,
  input: Value,
  output: Value,
  { place, temporary }: Draft,
): Lowered => {
  const places = input.H * input.W;
  const learned = (tensor: typeof weight) =>
    tensor ? place(elementwise ? byPlace(tensor, input.C) : asIs(tensor)) : null;
  // Over the batch every channel is a group of its own, and all images are one.
  const whole = over === 'batch';
  const moments = whole ? temporary(16 * input.C) : null;
  const sets = whole ? input.C : groups;
  const [images, each] = whole ? [1, input.images * places] : [input.images, places];
  const width = input.C / sets;
  const taskGroups = Math.min(sets, Math.max(1, Math.floor(RUN / width)));
  const fields = {
    input,
    output,
    scale: learned(weight),
    shift: learned(bias),
    statistics: moments && { buffer: moments, channel: 0 },
    images,
    places: each,
    C: input.C,
    inputStride: input.stride,
    outputStride: output.stride,
    groups: sets,
    taskGroups,
    over: CODES.Over[over === 'channels' ? 'channels' : 'group'],
    rms: rms ? 1 : 0,
    elementwise: elementwise ? 1 : 0,
    eps,
  };
  const made =
    over === 'channels'
      ? instruction('normalise', fields, runs(images * each))
      : instruction('normalise', fields, images * Math.ceil(sets / taskGroups), 24 * width * taskGroups);
  return { algorithm: 'elementwise', instructions: [made], ...(moments && { moments }) };
};
