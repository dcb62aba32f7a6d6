// One job -> the core's instructions, or none where the core has none for it. Convolutions are convolutions.ts's.

import { affineOf } from '../../core/affine.js';
import type { Step } from '../../core/kernels.js';
import type { OperatorOf } from '../../core/operator.js';
import { sameShape } from '../../core/shape.js';
import { convolution } from './convolutions.js';
import {
  actOf,
  affine,
  copy,
  type Ending,
  inputFields,
  instruction,
  type Lowered,
  outputFields,
  pixelsOf,
  runs,
  two,
  windowFields,
} from './fields.js';
import type { Job } from './fuse.js';
import { addends, indices, plain, rows } from './pack.js';
import type { Draft, Field, Instruction, Value } from './plan.js';
import { transposed } from './transposed.js';

/**
 * Whether the core has instructions for the step; whatever has none takes nothing in. Slices of three dimensions lie under
 * each other, so that what looks at neighbours would look into the next: only convolutions know of them.
 */
export const hasInstructions = ({ operator, inputs, inputShapes, output }: Step): boolean => {
  const flat = inputShapes.every((shape) => shape.length <= 3) && output.length <= 3;
  switch (operator.op) {
    case 'pool':
    case 'adaptive-pool':
    case 'transposed':
      return flat;
    case 'pad':
      return flat && operator.by === 'zero';
    case 'reshape':
      return output.length === 1;
    case 'softmax':
      return operator.over === 'channels' || output.length === 1;
    case 'combine':
      // A mean of more than two is no chain of means.
      return inputs.length > 1 && (operator.by !== 'average' || inputs.length === 2);
    case 'prelu':
    case 'permute':
    case 'pixelshuffle':
    case 'pixelunshuffle':
    case 'upsample':
      return false;
    default:
      return true;
  }
};

/** Null where the reference must do it. */
export const lower = (job: Job, output: Value, draft: Draft): Lowered | null => {
  const { step, act } = job;
  const { operator } = step;
  if (!hasInstructions(step)) return null;
  const ending = actOf(act);
  const one = (algorithm: string, ...instructions: Instruction[]): Lowered => ({ algorithm, instructions });
  const [input] = step.inputs.map(draft.stored);
  if (!input) return null;
  switch (operator.op) {
    case 'convolution':
      return convolution(job, operator, input, output, draft);
    case 'transposed':
      return transposed(job, operator, input, output, draft);
    case 'dense':
      return dense(job, input, output, draft);
    case 'pool':
      return one(`${operator.mode} pool`, pool(operator, input, output));
    case 'adaptive-pool':
      return one(`${operator.mode} pool`, adaptive(operator, input, output));
    case 'pointwise':
      return one('elementwise', affine(input, output, {}, actOf(operator)));
    case 'scale':
    case 'normalise':
      return normalise(job, operator, input, output, draft, ending);
    case 'combine':
      return combine(step, operator, output, draft, ending);
    case 'concat':
      return one('copy', ...concat(step, output, draft));
    case 'slice':
      return one('copy', copy({ ...input, channel: input.channel + operator.start, C: output.C }, output));
    case 'pad':
      return one('copy', pad(operator, input, output));
    case 'shuffle':
      return one('copy', shuffle(operator, input, output, draft));
    case 'reshape':
      return one('copy', flatten(input, output));
    case 'lrn':
      return one('elementwise', respond(operator, input, output));
    case 'softmax':
      return one('elementwise', softmax(operator, input, output));
    default:
      return null;
  }
};

/** Units of a task: few, since every one reads much. */
const TASK_UNITS = 32;

const dense = (job: Job, input: Value, output: Value, draft: Draft): Lowered => {
  const { step, folded } = job;
  const width = input.C * input.H * input.W;
  const vector = input.H * input.W === 1 && (input.images === 1 || input.stride === input.C);
  const flat: Value = vector
    ? input
    : { ...input, H: 1, W: 1, C: width, stride: width, channel: 0, buffer: draft.temporary(4 * input.images * width) };
  const bias = addends(step, folded, output.C);
  const fields = {
    input: { value: flat },
    output: { value: output },
    weights: { pack: draft.place(rows(step, folded, output.C)) },
    bias: bias ? { pack: draft.place(bias) } : 0,
    images: input.images,
    width,
    units: output.C,
    taskUnits: TASK_UNITS,
    ...actOf(job.act),
  };
  return {
    algorithm: 'dense',
    instructions: [
      ...(vector ? [] : [flatten(input, flat)]),
      instruction('dense', fields, Math.ceil(output.C / TASK_UNITS)),
    ],
  };
};

const pool = (operator: OperatorOf<'pool'>, input: Value, output: Value): Instruction => {
  const window = two(operator.windows);
  const fields = {
    ...inputFields(input),
    ...outputFields(output),
    C: input.C,
    ...windowFields(window),
    bottom: window[0].after,
    right: window[1].after,
    mean: operator.mode === 'mean' ? 1 : 0,
    countPadding: operator.countPadding ? 1 : 0,
    divisor: operator.divisor ?? 0,
  };
  return instruction('pool', fields, output.images * output.H);
};

const adaptive = ({ mode }: OperatorOf<'adaptive-pool'>, input: Value, output: Value): Instruction =>
  instruction(
    'adaptive',
    { ...inputFields(input), ...outputFields(output), C: input.C, mean: mode === 'mean' ? 1 : 0 },
    output.images * output.H,
  );

const normalise = (
  { step, act }: Job,
  operator: OperatorOf<'normalise'> | OperatorOf<'scale'>,
  input: Value,
  output: Value,
  draft: Draft,
  ending: Ending,
): Lowered | null => {
  if (operator.op === 'scale' || operator.over === 'batch') {
    // The statistics of the batch are the reference's.
    if (operator.op === 'normalise' && draft.options.training) return null;
    const { scale, shift } = affineOf([step], output.C);
    const learned = { scale: { pack: draft.place(plain(scale)) }, shift: { pack: draft.place(plain(shift)) } };
    return { algorithm: 'elementwise', instructions: [affine(input, output, learned, ending)] };
  }
  const learned = (name: 'weight' | 'bias'): Field => {
    const data = step.weights[name]?.data;
    return data ? { pack: draft.place(plain(data)) } : 0;
  };
  const fields = {
    input: { value: input },
    output: { value: output },
    scale: learned('weight'),
    shift: learned('bias'),
    images: input.images,
    places: input.H * input.W,
    C: input.C,
    inputStride: input.stride,
    outputStride: output.stride,
    groups: operator.groups ?? 1,
    apart: operator.over === 'channels' ? 1 : 0,
    rms: operator.rms ? 1 : 0,
    elementwise: operator.elementwise ? 1 : 0,
    eps: operator.eps,
  };
  const instructions = [instruction('normalise', fields, input.images)];
  return {
    algorithm: 'elementwise',
    instructions: act ? [...instructions, affine(output, output, {}, ending)] : instructions,
  };
};

const BY = { add: 0, mul: 1, maximum: 2, average: 3 } as const;

const combine = (
  step: Step,
  { by }: OperatorOf<'combine'>,
  output: Value,
  draft: Draft,
  ending: Ending,
): Lowered | null => {
  const [first, ...others] = step.inputs.map((id, i) => ({ value: draft.stored(id), whole: isWhole(step, i) }));
  if (!first || others.length === 0) return null;
  const volumeFirst = first.whole ? [first, ...others] : [...others, first];
  const [start, ...rest] = volumeFirst;
  if (!start?.whole) return null;
  const none = { act: 0, alpha: 0, beta: 0 };
  return {
    algorithm: 'elementwise',
    instructions: rest.map(({ value, whole }, i) =>
      instruction(
        'combine',
        {
          a: { value: i === 0 ? start.value : output },
          b: { value },
          output: { value: output },
          images: output.images,
          places: output.H * output.W,
          C: output.C,
          aStride: i === 0 ? start.value.stride : output.stride,
          bStride: value.stride,
          outputStride: output.stride,
          by: BY[by],
          spread: whole ? 0 : 1,
          ...(i === rest.length - 1 ? ending : none),
        },
        runs(pixelsOf(output)),
      ),
    ),
  };
};

/** Whether the input has the output's shape; else it is one value per channel. */
const isWhole = ({ inputShapes, output }: Step, i: number): boolean => sameShape(inputShapes[i] ?? [], output);

/** Copies what does not lie where it belongs. */
const concat = (step: Step, output: Value, draft: Draft): Instruction[] => {
  let channel = output.channel;
  return step.inputs.flatMap((id) => {
    const value = draft.stored(id);
    const part: Value = { ...output, C: value.C, channel };
    channel += value.C;
    const inPlace = value.buffer === output.buffer && value.channel === part.channel;
    return inPlace ? [] : [copy(value, part)];
  });
};

const pad = ({ sides }: OperatorOf<'pad'>, input: Value, output: Value): Instruction => {
  const [[top] = [0], [left] = [0]] = sides.length === 1 ? [[0] as const, ...sides] : sides;
  return copy(input, output, top, left, output.C);
};

const shuffle = ({ groups }: OperatorOf<'shuffle'>, input: Value, output: Value, draft: Draft): Instruction => {
  const width = input.C / groups;
  const order = Array.from({ length: input.C }, (_, c) => (c % groups) * width + Math.floor(c / groups));
  return instruction(
    'gather',
    {
      input: { value: input },
      output: { value: output },
      order: { pack: draft.place(indices(order)) },
      pixels: pixelsOf(output),
      C: output.C,
      inputStride: input.stride,
      outputStride: output.stride,
    },
    runs(pixelsOf(output)),
  );
};

const flatten = (input: Value, output: Value): Instruction =>
  instruction(
    'flatten',
    {
      input: { value: input },
      output: { value: output },
      images: input.images,
      places: input.H * input.W,
      C: input.C,
      inputStride: input.stride,
    },
    input.images,
  );

const respond = ({ size, alpha, beta, k }: OperatorOf<'lrn'>, input: Value, output: Value): Instruction =>
  instruction(
    'respond',
    {
      input: { value: input },
      output: { value: output },
      pixels: pixelsOf(output),
      C: output.C,
      inputStride: input.stride,
      outputStride: output.stride,
      size,
      alpha,
      beta,
      k,
    },
    runs(pixelsOf(output)),
  );

const softmax = ({ log }: OperatorOf<'softmax'>, input: Value, output: Value): Instruction =>
  instruction(
    'softmax',
    {
      input: { value: input },
      output: { value: output },
      pixels: pixelsOf(output),
      C: output.C,
      inputStride: input.stride,
      outputStride: output.stride,
      log: log ? 1 : 0,
    },
    runs(pixelsOf(output)),
  );
