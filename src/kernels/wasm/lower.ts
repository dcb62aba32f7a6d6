// One job -> the core's instructions, operator by operator. Families of operators have files of their own.

import { affineOf, isFixed } from '../../core/affine.js';
import { channelsBefore, type OperatorOf } from '../../core/operator.js';
import { convolution } from './convolutions.js';
import { affine, endingOf, fresh, type Lowered, pixelFields, pixelsOf, runs } from './fields.js';
import type { Job } from './fuse.js';
import { type Draft, type Instruction, instruction, type Value } from './instruction.js';
import { combine, glu, prelu } from './merges.js';
import {
  concat,
  embedding,
  pad,
  permute,
  pixelshuffle,
  pixelunshuffle,
  repeated,
  reshape,
  shuffle,
  slice,
  upsample,
} from './moves.js';
import { addends, plain, rows } from './pack.js';
import { adaptivePool, pool, unpool } from './pools.js';
import { matmul } from './products.js';
import { recurrent } from './recurrent.js';
import { normalise, reduce, softmax } from './sets.js';
import { transposed } from './transposed.js';

export const lower = (job: Job, output: Value, draft: Draft): Lowered => {
  const { step } = job;
  const { operator } = step;
  const one = (instruction: Instruction): Lowered => ({ algorithm: 'elementwise', instructions: [instruction] });
  const [input, second] = step.inputs.map(draft.stored) as [Value, Value];
  switch (operator.op) {
    case 'convolution':
      return convolution(job, operator, input, output, draft);
    case 'transposed':
      return transposed(job, operator, input, output, draft);
    case 'dense':
      return dense(job, input, output, draft);
    case 'pool':
      return pool(operator, input, output, draft);
    case 'adaptive-pool':
      return adaptivePool(operator, input, output, draft);
    case 'unpool':
      return unpool(operator, input, second, output);
    case 'pointwise':
      return one(affine(input, output, null, endingOf(operator)));
    case 'prelu':
      return prelu(step, input, output, draft);
    case 'scale':
    case 'affine':
      return one(fixed(job, input, output, draft));
    case 'normalise':
      return isFixed(step) && !draft.options.training
        ? one(fixed(job, input, output, draft))
        : normalise(step, operator, input, output, draft);
    case 'lrn':
      return one(respond(operator, input, output));
    case 'softmax':
      return softmax(operator, input, output, draft);
    case 'reduce':
      return reduce(operator, input, output, draft);
    case 'combine':
      return combine(job, operator, output, draft);
    case 'glu':
      return glu(input, output);
    case 'matmul':
      return matmul(job, operator, output, draft);
    case 'recurrent':
      return recurrent(job, operator, input, output, draft);
    case 'embedding':
      return embedding(step, input, output, draft);
    case 'parameter':
      return repeated(step, output, draft);
    case 'concat':
      return concat(step, operator, output, draft);
    case 'slice':
      return slice(operator, input, output, draft);
    case 'pad':
      return pad(operator, input, output, draft);
    case 'reshape':
      return reshape(input, output, draft);
    case 'permute':
      return permute(operator, input, output, draft);
    case 'shuffle':
      return shuffle(operator, input, output, draft);
    case 'pixelshuffle':
      return pixelshuffle(operator, input, output, draft);
    case 'pixelunshuffle':
      return pixelunshuffle(operator, input, output, draft);
    case 'upsample':
      return upsample(operator, input, output, draft);
  }
};

/** Units of a task: few, since every one reads much. */
const TASK_UNITS = 32;

const dense = (job: Job, input: Value, output: Value, draft: Draft): Lowered => {
  const { step, folded } = job;
  const width = input.C * input.H * input.W;
  const vector = input.H * input.W === 1 && (input.images === 1 || input.stride === input.C);
  const flat = vector ? input : fresh([width], draft);
  const bias = addends(step, folded, output.C);
  const fields = {
    input: flat,
    output,
    weights: draft.place(rows(step, folded, output.C)),
    bias: bias && draft.place(bias),
    images: input.images,
    width,
    units: output.C,
    taskUnits: TASK_UNITS,
    ...endingOf(job.act),
  };
  return {
    algorithm: 'dense',
    instructions: [
      ...(vector ? [] : reshape(input, flat, draft).instructions),
      instruction('dense', fields, Math.ceil(output.C / TASK_UNITS)),
    ],
  };
};

/** A factor and an addend per channel. */
const fixed = ({ step, act }: Job, input: Value, output: Value, { place }: Draft): Instruction => {
  const { scale, shift } = affineOf([step], output.C);
  return affine(input, output, { scale: place(plain(scale)), shift: place(plain(shift)) }, endingOf(act));
};

const respond = ({ size, alpha, beta, k, behind }: OperatorOf<'lrn'>, input: Value, output: Value): Instruction =>
  instruction(
    'respond',
    {
      ...pixelFields(input, output),
      size,
      before: channelsBefore(size, behind),
      alpha,
      beta,
      k,
    },
    runs(pixelsOf(output)),
  );
