// Recurrent layers as the core's instructions: the products with the input of all steps and both directions are one, then each
// direction goes step by step.

import type { Direction, Step, Tensor } from '../../core/kernels.js';
import { GATES, type OperatorOf } from '../../core/operator.js';
import { POINT } from '../../core/window.js';
import { CODES } from '../instructions.js';
import { convolve } from './convolutions.js';
import { floatsOf, fresh, type Lowered, volumeOf } from './fields.js';
import type { Job } from './fuse.js';
import { type Draft, type Instruction, instruction, type Value } from './instruction.js';
import { panels } from './pack.js';

export const recurrent = (
  job: Job,
  operator: OperatorOf<'recurrent'>,
  input: Value,
  output: Value,
  draft: Draft,
): Lowered => {
  const { layers, bidirectional, last } = operator;
  const steps = input.H * input.W;
  let value = input;
  const instructions: Instruction[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const end = layer === layers - 1;
    const made = end ? output : fresh([output.C, steps], draft);
    const ways: readonly Direction[] = bidirectional ? [`l${layer}`, `l${layer}_reverse`] : [`l${layer}`];
    instructions.push(...layerOf(job, operator, ways, value, made, end && last, draft));
    value = made;
  }
  return { algorithm: 'recurrent', instructions };
};

/** A vector is read behind the last sum. */
const BEHIND = 4;

const layerOf = (
  job: Job,
  { cell, bend }: OperatorOf<'recurrent'>,
  ways: readonly Direction[],
  input: Value,
  output: Value,
  last: boolean,
  draft: Draft,
): Instruction[] => {
  const { weights } = job.step;
  const steps = input.H * input.W;
  const { rows, columns } = draft.block;
  const units = output.C / ways.length;
  const gates = GATES[cell] * units;
  const volume = volumeOf([ways.length * gates, steps], input.images);
  const buffer = draft.temporary(4 * (floatsOf(volume) + BEHIND));
  const sums: Value = { ...volume, stride: volume.C, channel: 0, buffer };
  const ofInput = { groups: 1, filters: sums.C, taps: 1, depth: input.C };
  const learned = withWeights(job.step, {
    weight: stacked(ways.map((way) => weights[`weight_ih_${way}`])),
    bias: stacked(ways.map((way) => weights[`bias_ih_${way}`])),
  });
  const packed = draft.place(panels(learned, [], { ...ofInput, columns }));
  const products = convolve(job, [POINT, POINT], input, sums, { ...ofInput, panels: packed }, draft);
  const floats = rows * (1 + 2 * (units + BEHIND) + Math.ceil(gates / columns) * columns) + BEHIND;
  const directions = ways.map((way, i) => {
    const ofState = withWeights(job.step, { weight: weights[`weight_hh_${way}`], bias: weights[`bias_hh_${way}`] });
    const fields = {
      input: { ...sums, channel: i * gates },
      output: { ...output, channel: output.channel + i * units },
      panels: draft.place(panels(ofState, [], { groups: 1, filters: gates, taps: 1, depth: units, columns })),
      images: input.images,
      steps,
      units,
      inputStride: sums.stride,
      outputStride: output.stride,
      cell: CODES.Cell[cell],
      bend: CODES.Bend[bend],
      backwards: i,
      last: last ? 1 : 0,
    };
    return instruction('recur', fields, Math.ceil(input.images / rows), 4 * floats);
  });
  return [products, ...directions];
};

const withWeights = (
  step: Step,
  { weight, bias }: { readonly weight: Tensor | undefined; readonly bias: Tensor | undefined },
): Step => ({ ...step, weights: { ...(weight && { weight }), ...(bias && { bias }) } });

/** One below the other. Their values are taken when they are asked for. */
const stacked = (tensors: readonly (Tensor | undefined)[]): Tensor | undefined => {
  const [first, ...others] = tensors.flatMap((tensor) => tensor ?? []);
  if (!first || others.length === 0) return first;
  const all = [first, ...others];
  const [, ...sizes] = first.shape;
  return {
    shape: [all.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0), ...sizes],
    get data() {
      return Float32Array.from(all.flatMap(({ data }) => [...data]));
    },
  };
};
