// What the core has instructions for, operator by operator, and what those do besides. All else is the reference's.

import { isFixed } from '../../core/affine.js';
import type { Step } from '../../core/kernels.js';
import type { Operator } from '../../core/operator.js';
import { type Shape, sameShape, spatial } from '../../core/shape.js';

type StepOf<Op extends Operator['op']> = Step & { readonly operator: Extract<Operator, { op: Op }> };

/** Done to results before they are stored: fixed factors and addends per channel, a value added, a function. */
type Extra = 'affine' | 'residual' | 'act';

interface Ability<Op extends Operator['op']> {
  /** Absent: always. */
  readonly when?: (step: StepOf<Op>, training: boolean) => boolean;
  /** Absent: nothing. */
  readonly takes?: (step: StepOf<Op>) => readonly Extra[];
}

/** Slices of three dimensions lie under each other: what looks at neighbours would look into the next. Convolutions know of them. */
const flat = ({ inputShapes, output }: Step): boolean => [...inputShapes, output].every((shape) => shape.length <= 3);

/** A chain starts from an input of the output's shape: the first, where the order matters. */
const hasOrder = (by: string, inputs: readonly Shape[], output: Shape): boolean => {
  const ordered = by === 'sub' || by === 'div';
  return (ordered ? inputs.slice(0, 1) : inputs).some((shape) => sameShape(shape, output));
};

/** Along all axes of places together. */
const isWholeOrOne = (shape: Shape, output: Shape): boolean =>
  sameShape(spatial(shape), spatial(output)) || spatial(shape).every((n) => n === 1);

const ABILITIES = {
  convolution: { takes: () => ['affine', 'residual', 'act'] },
  transposed: { when: flat, takes: () => ['affine', 'act'] },
  dense: { takes: () => ['affine', 'act'] },
  pool: { when: flat },
  'adaptive-pool': { when: flat },
  normalise: {
    // The statistics of the batch are the reference's.
    when: ({ operator }, training) => operator.over !== 'batch' || !training,
    takes: (step) => (isFixed(step) ? ['act'] : []),
  },
  lrn: {},
  pointwise: {},
  // Copied once a run, and never large beside what is computed with it.
  parameter: null,
  prelu: null,
  recurrent: null,
  embedding: null,
  // Over the channels alone: the values of a pixel lie beside each other.
  softmax: { when: ({ operator: { axes } }) => axes.length === 1 && axes[0] === 0 },
  combine: {
    // A mean of more than two is no chain of means.
    when: ({ operator, inputs, inputShapes, output }) =>
      inputs.length > 1 &&
      (operator.by !== 'average' || inputs.length === 2) &&
      hasOrder(operator.by, inputShapes, output) &&
      inputShapes.every((shape) => output.length < 4 || isWholeOrOne(shape, output)),
    takes: () => ['act'],
  },
  // What stands behind each other in places is dealt out row by row.
  concat: { when: (step) => step.operator.axis < 2 || flat(step) },
  reduce: null,
  matmul: { takes: () => ['act'] },
  scale: { takes: () => ['act'] },
  affine: { takes: () => ['act'] },
  glu: {},
  unpool: null,
  reshape: { when: ({ output }) => output.length === 1 },
  permute: null,
  pad: { when: (step) => flat(step) && step.operator.by === 'zero' },
  slice: {
    // An axis that goes is the first of places, so that rows and columns stay what they are.
    when: (step) => step.operator.axis < 2 || (flat(step) && step.output.length === step.inputShapes[0]?.length),
  },
  shuffle: {},
  pixelshuffle: null,
  pixelunshuffle: null,
  upsample: null,
} as const satisfies { readonly [Op in Operator['op']]: Ability<Op> | null };

type Abilities = typeof ABILITIES;

/** A step that the core can do. */
export interface SupportedStep extends Step {
  readonly operator: Extract<
    Operator,
    { op: { [Op in keyof Abilities]: Abilities[Op] extends null ? never : Op }[keyof Abilities] }
  >;
}

const abilityOf = ({ operator }: Step) => ABILITIES[operator.op] as Ability<Operator['op']> | null;

export const supported = (step: Step, training: boolean): step is SupportedStep => {
  const ability = abilityOf(step);
  return ability !== null && (ability.when?.(step, training) ?? true);
};

/** Whether the core does that to the step's results where it makes them, at test time. */
export const takes = (step: Step, extra: Extra): boolean =>
  supported(step, false) && (abilityOf(step)?.takes?.(step).includes(extra) ?? false);
