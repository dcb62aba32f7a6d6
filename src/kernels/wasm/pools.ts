// Pools as the core's instructions. Of three dimensions every slice is pooled by itself, and then the slices are: the largest value,
// the cells of a window and those of its padding go apart by axes.

import type { OperatorOf } from '../../core/operator.js';
import { POINT, type Window } from '../../core/window.js';
import { CODES, RUN } from '../instructions.js';
import {
  depthFields,
  fresh,
  inputFields,
  type Lowered,
  outputFields,
  slicesOf,
  three,
  two,
  windowFields,
} from './fields.js';
import { type Draft, type Instruction, instruction, type Value } from './instruction.js';

type Pooling = (from: Value, to: Value) => Instruction;

export const pool = (operator: OperatorOf<'pool'>, input: Value, output: Value, draft: Draft): Lowered => {
  const [d, h, w] = three(operator.windows);
  // A fixed divisor is that of the whole window.
  const sums = operator.divisor === undefined ? operator : { ...operator, divisor: 1 };
  const instructions = isVolume(output)
    ? bySlices(input, output, draft, slide(sums, [h, w]), slide(operator, [d, POINT]))
    : [slide(operator, [h, w])(input, output)];
  return { algorithm: `${operator.mode} pool`, instructions };
};

export const adaptivePool = (
  operator: OperatorOf<'adaptive-pool'>,
  input: Value,
  output: Value,
  draft: Draft,
): Lowered => {
  const one = adaptive(operator);
  const instructions =
    isVolume(input) || isVolume(output) ? bySlices(input, output, draft, one, one) : [one(input, output)];
  return { algorithm: `${operator.mode} pool`, instructions };
};

const isVolume = ({ shape }: Value): boolean => shape.length === 4;

const bySlices = (input: Value, output: Value, draft: Draft, within: Pooling, across: Pooling): Instruction[] => {
  const middle = fresh([input.C, slicesOf(input), output.H / slicesOf(output), output.W], draft);
  return [within(asImages(input), asImages(middle)), across(asRows(middle), asRows(output))];
};

/** Every slice as an image. */
const asImages = (value: Value): Value => {
  const slices = slicesOf(value);
  return { ...value, images: value.images * slices, H: value.H / slices };
};

/** Every slice as a row. */
const asRows = (value: Value): Value => {
  const slices = slicesOf(value);
  return { ...value, H: slices, W: (value.H / slices) * value.W };
};

const slide =
  ({ mode, countPadding, divisor }: OperatorOf<'pool'>, window: readonly [Window, Window]): Pooling =>
  (input, output) => {
    const fields = {
      ...inputFields(input),
      ...outputFields(output),
      C: input.C,
      ...windowFields(window),
      bottom: window[0].after,
      right: window[1].after,
      mode: CODES.Mode[mode],
      countPadding: countPadding ? 1 : 0,
      divisor: divisor ?? 0,
    };
    return instruction('pool', fields, output.images * output.H);
  };

const adaptive =
  ({ mode }: OperatorOf<'adaptive-pool'>): Pooling =>
  (input, output) =>
    instruction(
      'adaptive',
      { ...inputFields(input), ...outputFields(output), C: input.C, mode: CODES.Mode[mode] },
      output.images * output.H,
    );

export const unpool = ({ windows }: OperatorOf<'unpool'>, input: Value, of: Value, output: Value): Lowered => {
  const [d] = three(windows);
  const fields = {
    ...inputFields(input),
    of,
    ofStride: of.stride,
    ...outputFields(output),
    C: input.C,
    ...windowFields(two(windows)),
    ...depthFields(d, input, output),
  };
  return {
    algorithm: 'max unpool',
    instructions: [instruction('unpool', fields, input.images * Math.ceil(input.C / RUN))],
  };
};
