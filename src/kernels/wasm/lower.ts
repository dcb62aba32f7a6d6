// One job -> the core's instructions, or none where the core has none for it. Convolutions are convolutions.ts's.

import { affineOf } from '../../core/affine.js';
import type { Algorithm, Step } from '../../core/kernels.js';
import { channelsBefore, type OperatorOf, type Pointwise } from '../../core/operator.js';
import { product, type Shape, sameShape } from '../../core/shape.js';
import { CODES } from '../instructions.js';
import { convolution } from './convolutions.js';
import {
  affine,
  copy,
  endingOf,
  inputFields,
  type Lowered,
  outputFields,
  pixelFields,
  pixelsOf,
  runs,
  two,
  windowFields,
} from './fields.js';
import type { Job } from './fuse.js';
import { type Draft, type Instruction, instruction, type Value } from './instruction.js';
import { addends, indices, plain, rows } from './pack.js';
import { matmul } from './products.js';
import { supported } from './supported.js';
import { transposed } from './transposed.js';

/** Null where the reference must do it. */
export const lower = (job: Job, output: Value, draft: Draft): Lowered | null => {
  const { step } = job;
  if (!supported(step, draft.options.training === true)) return null;
  const { operator } = step;
  const one = (algorithm: Algorithm, ...instructions: Instruction[]): Lowered => ({ algorithm, instructions });
  const input = draft.stored(step.inputs[0] as number);
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
      return one('elementwise', affine(input, output, null, endingOf(operator)));
    case 'scale':
    case 'affine':
      return one('elementwise', fixed(job, input, output, draft));
    case 'normalise': {
      const { over } = operator;
      const made =
        over === 'batch' ? fixed(job, input, output, draft) : normalise(step, operator, over, input, output, draft);
      return one('elementwise', made);
    }
    case 'combine':
      return one('elementwise', ...combine(job, operator, output, draft));
    case 'glu':
      return one('elementwise', ...gated(input, output));
    case 'concat':
      return one('copy', ...concat(step, operator, output, draft));
    case 'slice':
      return one('copy', slice(operator, input, output));
    case 'matmul':
      return matmul(job, operator, output, draft);
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
    mode: CODES.Mode[operator.mode],
    countPadding: operator.countPadding ? 1 : 0,
    divisor: operator.divisor ?? 0,
  };
  return instruction('pool', fields, output.images * output.H);
};

const adaptive = ({ mode }: OperatorOf<'adaptive-pool'>, input: Value, output: Value): Instruction =>
  instruction(
    'adaptive',
    { ...inputFields(input), ...outputFields(output), C: input.C, mode: CODES.Mode[mode] },
    output.images * output.H,
  );

/** A factor and an addend per channel. */
const fixed = ({ step, act }: Job, input: Value, output: Value, { place }: Draft): Instruction => {
  const { scale, shift } = affineOf([step], output.C);
  return affine(input, output, { scale: place(plain(scale)), shift: place(plain(shift)) }, endingOf(act));
};

const normalise = (
  { weights: { weight, bias } }: Step,
  { groups = 1, rms, elementwise, eps }: OperatorOf<'normalise'>,
  over: keyof typeof CODES.Over,
  input: Value,
  output: Value,
  { place }: Draft,
): Instruction =>
  instruction(
    'normalise',
    {
      input,
      output,
      scale: weight ? place(plain(weight.data)) : null,
      shift: bias ? place(plain(bias.data)) : null,
      images: input.images,
      places: input.H * input.W,
      C: input.C,
      inputStride: input.stride,
      outputStride: output.stride,
      groups,
      over: CODES.Over[over],
      rms: rms ? 1 : 0,
      elementwise: elementwise ? 1 : 0,
      eps,
    },
    input.images,
  );

/** A chain from the first input of the output's shape on; the others are spread over it along the axes that they lack. */
const combine = (
  { step, act }: Job,
  { by }: OperatorOf<'combine'>,
  output: Value,
  { stored }: Draft,
): Instruction[] => {
  const whole = step.inputShapes.map((shape) => sameShape(shape, output.shape));
  const first = whole.indexOf(true);
  const others = [...step.inputs.keys()].filter((i) => i !== first);
  return others.map((i, at) => {
    const [a, b] = [at === 0 ? stored(step.inputs[first] as number) : output, stored(step.inputs[i] as number)];
    return pairwise(a, b, output, by, at === others.length - 1 ? act : null);
  });
};

/** Two values cell by cell; what the second has one of along an axis goes with all of the first. */
const pairwise = (
  a: Value,
  b: Value,
  output: Value,
  by: OperatorOf<'combine'>['by'],
  act: Pointwise | null = null,
): Instruction =>
  instruction(
    'combine',
    {
      a,
      b,
      output,
      images: output.images,
      H: output.H,
      W: output.W,
      C: output.C,
      aStride: a.stride,
      bStride: b.stride,
      outputStride: output.stride,
      by: CODES.By[by],
      bImage: b.H * b.W,
      bRow: b.H > 1 ? b.W : 0,
      bColumn: b.W > 1 ? 1 : 0,
      bChannel: b.C > 1 ? 1 : 0,
      ...endingOf(act),
    },
    output.images * output.H,
  );

/** The second half of the channels through the sigmoid, then the first half times what came of it. */
const gated = (input: Value, output: Value): Instruction[] => [
  affine({ ...input, C: output.C, channel: input.channel + output.C }, output, null, endingOf(SIGMOID)),
  pairwise({ ...input, C: output.C }, output, output, 'mul'),
];

const SIGMOID = { op: 'pointwise', function: 'sigmoid' } as const;

/** Cells along an axis from `start` on. */
const slice = ({ axis, start }: OperatorOf<'slice'>, input: Value, output: Value): Instruction => {
  if (axis === 0) return copy({ ...input, channel: input.channel + start, C: output.C }, output);
  const [top, left] = offset(axis, input.shape, start);
  return copy(input, output, -top, -left);
};

/** So many cells along an axis as rows and columns: the rows of a slice lie under those of the one before it. */
const offset = (axis: number, shape: Shape, cells: number): readonly [rows: number, columns: number] =>
  axis === shape.length - 1 ? [0, cells] : [cells * product(shape.slice(axis + 1, -1)), 0];

/** Copies what does not lie where it belongs. */
const concat = (step: Step, { axis }: OperatorOf<'concat'>, output: Value, draft: Draft): Instruction[] => {
  if (axis > 0) return behind(step, axis, output, draft);
  let channel = output.channel;
  return step.inputs.flatMap((id) => {
    const value = draft.stored(id);
    const part: Value = { ...output, C: value.C, channel };
    channel += value.C;
    const inPlace = value.buffer === output.buffer && value.channel === part.channel;
    return inPlace ? [] : [copy(value, part)];
  });
};

/** Each input in its rows or columns of the output. */
const behind = (step: Step, axis: number, output: Value, { stored }: Draft): Instruction[] => {
  let cells = 0;
  return step.inputs.map((id) => {
    const value = stored(id);
    const [top, left] = offset(axis, output.shape, cells);
    cells += value.shape[axis] ?? 1;
    const fields = { ...inputFields(value), ...outputFields(output), C: value.C, stepH: 1, stepW: 1, top, left };
    return instruction('scatter', fields, value.images * value.H);
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
      ...pixelFields(input, output),
      order: draft.place(indices(order)),
    },
    runs(pixelsOf(output)),
  );
};

const flatten = (input: Value, output: Value): Instruction =>
  instruction(
    'flatten',
    {
      input,
      output,
      images: input.images,
      places: input.H * input.W,
      C: input.C,
      inputStride: input.stride,
    },
    input.images,
  );

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

const softmax = ({ log }: OperatorOf<'softmax'>, input: Value, output: Value): Instruction =>
  instruction(
    'softmax',
    {
      ...pixelFields(input, output),
      log: log ? 1 : 0,
    },
    runs(pixelsOf(output)),
  );
