// Several values as one, cell by cell, as the core's instructions; what one of them lacks along an axis is spread over it.

import type { Step } from '../../core/kernels.js';
import type { OperatorOf, Pointwise } from '../../core/operator.js';
import { sameShape } from '../../core/shape.js';
import { CODES } from '../instructions.js';
import { affine, endingOf, fresh, type Lowered, volumeOf } from './fields.js';
import type { Job } from './fuse.js';
import { type Draft, type Instruction, instruction, type Value } from './instruction.js';
import { expanded } from './moves.js';
import { plain } from './pack.js';
import { asIs } from './tables.js';

type By = OperatorOf<'combine'>['by'];

const made = (instructions: readonly Instruction[]): Lowered => ({ algorithm: 'elementwise', instructions });

/** A chain from a value as large as the output on: the first, or where the order does not matter the first of those that are. */
export const combine = ({ step, act }: Job, { by }: OperatorOf<'combine'>, output: Value, draft: Draft): Lowered => {
  const { inputs, inputShapes } = step;
  const isWhole = (i: number): boolean => sameShape(inputShapes[i] ?? [], output.shape);
  const ordered = by === 'sub' || by === 'div';
  const first = ordered ? 0 : Math.max(0, [...inputs.keys()].findIndex(isWhole));
  const values = inputs.map(draft.stored);
  const [start, others] = [values[first] as Value, values.filter((_, i) => i !== first)];
  const [whole, before] = isWhole(first) ? [start, []] : [output, [expanded(start, output, draft)]];
  // A mean of more than two is no chain of means: it is divided at the end.
  const divided = by === 'average' && others.length !== 1;
  const last = others.length - 1;
  const chain = others.flatMap((value, i) => {
    const [b, spread] = spreadable(value, output, draft);
    const a = i === 0 ? whole : output;
    return [...spread, pairwise(a, b, output, divided ? 'add' : by, i === last && !divided ? act : null)];
  });
  if (others.length === 0) return made([...before, affine(whole, output, null, endingOf(act))]);
  const parts = (each: number) => draft.place(plain(new Float32Array(output.C).fill(each)));
  const end = divided
    ? [affine(output, output, { scale: parts(1 / inputs.length), shift: parts(0) }, endingOf(act))]
    : [];
  return made([...before, ...chain, ...end]);
};

/** As rows, columns and channels of the output's number or of one; else it is spread over the output's axes first. */
const spreadable = (value: Value, output: Value, draft: Draft): readonly [Value, readonly Instruction[]] => {
  // An axis that it lacks is one of one cell.
  const shape = [...value.shape, ...Array<number>(output.shape.length - value.shape.length).fill(1)];
  const own = { ...value, ...volumeOf(shape, value.images) };
  const fits = (n: number, all: number): boolean => n === 1 || n === all;
  if (fits(own.H, output.H) && fits(own.W, output.W) && fits(own.C, output.C)) return [own, []];
  const whole = fresh(output.shape, draft);
  return [whole, [expanded(value, whole, draft)]];
};

/** Two values cell by cell; what the second has one of along an axis goes with all of the first. */
const pairwise = (a: Value, b: Value, output: Value, by: By, act: Pointwise | null): Instruction =>
  instruction(
    'combine',
    {
      ...merging(a, output),
      b,
      bStride: b.stride,
      by: CODES.By[by],
      bImage: b.H * b.W,
      bRow: b.H > 1 ? b.W : 0,
      bColumn: b.W > 1 ? 1 : 0,
      bChannel: b.C > 1 ? 1 : 0,
      ...endingOf(act),
    },
    output.images * output.H,
  );

const merging = (a: Value, output: Value) => ({
  a,
  output,
  images: output.images,
  H: output.H,
  W: output.W,
  C: output.C,
  aStride: a.stride,
  outputStride: output.stride,
});

/** Below 0 the slope of the channel, or the one slope of all. */
export const prelu = ({ weights: { weight } }: Step, input: Value, output: Value, { place }: Draft): Lowered => {
  const [slopes = 1] = weight?.shape ?? [];
  const fields = {
    ...merging(input, output),
    b: place(weight ? asIs(weight) : plain([0])),
    bStride: slopes,
    by: CODES.By.slope,
    bImage: 0,
    bRow: 0,
    bColumn: 0,
    bChannel: slopes > 1 ? 1 : 0,
    ...endingOf(null),
  };
  return made([instruction('combine', fields, output.images * output.H)]);
};

const SIGMOID = { op: 'pointwise', function: 'sigmoid' } as const;

/** The second half of the channels through the sigmoid, then the first half times what came of it. */
export const glu = (input: Value, output: Value): Lowered =>
  made([
    affine({ ...input, C: output.C, channel: input.channel + output.C }, output, null, endingOf(SIGMOID)),
    pairwise({ ...input, C: output.C }, output, output, 'mul', null),
  ]);
