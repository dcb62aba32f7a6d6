// What every operator keeps for the way back, as PyTorch's does: its input, its output, something of its own. Which of these lie in
// the same memory, and what has a gradient at all, is the graph's: training.ts. A new operator has to say here what it keeps.
//
// Measured with PyTorch 1.13 over saved tensors of nearly a thousand networks; from 2.2 on a mean keeps nothing.

import type { Operator, OperatorOf, Pointwise } from '../../core/operator.js';
import { channels, elements, type Shape, spatial } from '../../core/shape.js';
import type { Torch } from './choices.js';

/** Whose rules: they differ in what a mean keeps. */

/** What an operator keeps besides what it reads and what comes out. */
export interface Own {
  readonly what: string;
  readonly elements: number;
  /** For each image, or once however many there are. */
  readonly each: 'image' | 'batch';
  /** `value`: as large as activations are. */
  readonly size: 'value' | 4 | 8;
}

/** An input by its position, the output, or something of its own. */
export type Keep = number | 'output' | Own;

export interface Keeping {
  readonly keeps: readonly Keep[];
  /** Of the operator: `a convolution keeps its input`. */
  readonly why: string;
}

/** What an operator keeps hangs on this. Shapes are channels first, for one image. */
export interface Around {
  readonly inputs: readonly Shape[];
  readonly output: Shape;
  /** Whether a gradient is needed with respect to each input. */
  readonly gradients: readonly boolean[];
  /** Whether it has learned tensors; and whether training changes any of them. */
  readonly learned: readonly string[];
  readonly trained: boolean;
  readonly frozen: boolean;
  /** It writes its output where its input stood. */
  readonly inPlace: boolean;
  readonly torch: Torch;
}

type Rule<Op extends Operator['op']> = (operator: OperatorOf<Op>, around: Around) => Keeping | null;

const INDEX = 8;
const FLOAT = 4;

const keeping = (why: string, ...keeps: readonly Keep[]): Keeping => ({ keeps, why });
const own = (what: string, elements: number, each: Own['each'], size: Own['size']): Own => ({
  what,
  elements,
  each,
  size,
});
const nothing = (who: string): Keeping => keeping(`${who} keeps nothing`);
const itsInput = (who: string): Keeping => keeping(`${who} keeps its input`, 0);
const itsOutput = (who: string): Keeping => keeping(`${who} keeps its output`, 'output');

const inputOf = ({ inputs }: Around): Shape => inputs[0] ?? [];
const places = (shape: Shape): number => elements(spatial(shape));

/** Of padding that is not the same on both sides the odd cells are written out before the convolution. */
const convolution: Rule<'convolution'> = ({ windows }, around) => {
  const input = inputOf(around);
  const odd = windows.map(({ before, after }) => Math.abs(after - before));
  if (odd.every((cells) => cells === 0)) return itsInput('a convolution');
  const padded = elements([channels(input), ...spatial(input).map((size, axis) => size + (odd[axis] ?? 0))]);
  return keeping(
    'a convolution whose padding is not even keeps a padded copy of its input',
    own('padded copy', padded, 'image', 'value'),
  );
};

/** With respect to its weights alone the input is needed. */
const dense: Rule<'dense'> = (_, { trained }) =>
  trained ? itsInput('a dense layer') : nothing('a dense layer that is frozen');

const maxima = ({ output }: Around, who: string): Keeping =>
  keeping(
    `${who} keeps its input and where each maximum stood, 8 bytes each`,
    0,
    own('indices', elements(output), 'image', INDEX),
  );

const mean = (who: string, { torch }: Around): Keeping =>
  torch === '1.13' ? itsInput(who) : nothing(`${who}, from PyTorch 2.2 on,`);

const floats = (what: string, count: number, each: Own['each']): Own => own(what, count, each, FLOAT);

const normalise: Rule<'normalise'> = ({ over, groups = 1, rms, instance }, around) => {
  const input = inputOf(around);
  const C = channels(input);
  if (over === 'batch')
    return around.frozen
      ? itsInput('a frozen batch norm')
      : keeping('batch norm keeps its input and 2C floats', 0, floats('mean and deviation', 2 * C, 'batch'));
  if (rms)
    return keeping(
      'RMS norm keeps its input and a float per row',
      0,
      floats('root mean square', over === 'channels' ? places(input) : groups, 'image'),
    );
  if (over === 'channels')
    return keeping(
      'layer norm keeps its input and two floats per row',
      0,
      floats('mean and deviation', 2 * places(input), 'image'),
    );
  if (!instance)
    return keeping('it keeps its input and two floats per group', 0, floats('mean and deviation', 2 * groups, 'image'));
  return around.learned.includes('weight')
    ? keeping(
        'instance norm keeps its input, 2C floats per image and its scale once per image',
        0,
        floats('mean, deviation and scale', 3 * C, 'image'),
      )
    : keeping('instance norm keeps its input and 2C floats per image', 0, floats('mean and deviation', 2 * C, 'image'));
};

/** The squares, padded with channels; what is raised to a power, and that; and two numbers. */
const lrn: Rule<'lrn'> = ({ size }, around) => {
  const input = inputOf(around);
  return keeping(
    'local response norm keeps its input, a copy padded by size - 1 channels, two more and 8 bytes',
    0,
    own('padded squares', (channels(input) + size - 1) * places(input), 'image', 'value'),
    own('sums and their powers', 2 * elements(input), 'image', 'value'),
    own('numbers', 1, 'batch', INDEX),
  );
};

type Curve = 'output' | 'input' | 'input, in place its output' | 'input, in place a copy' | 'input and one more';

const CURVES: Readonly<Record<Exclude<Pointwise['function'], 'identity'>, Curve>> = {
  relu: 'output',
  sigmoid: 'output',
  tanh: 'output',
  exp: 'output',
  sqrt: 'output',
  leakyrelu: 'input, in place its output',
  elu: 'input, in place its output',
  celu: 'input, in place its output',
  selu: 'input, in place its output',
  clamp: 'input, in place a copy',
  hardswish: 'input, in place a copy',
  hardsigmoid: 'input, in place a copy',
  silu: 'input, in place a copy',
  mish: 'input, in place a copy',
  gelu: 'input',
  'gelu-tanh': 'input',
  softplus: 'input',
  abs: 'input',
  log: 'input',
  pow: 'input',
  softshrink: 'input',
  hardshrink: 'input',
  threshold: 'input',
  softsign: 'input and one more',
  logsigmoid: 'input and one more',
};

const pointwise: Rule<'pointwise'> = (operator, around) => {
  const { function: name, drops } = operator;
  const size = elements(around.output);
  if (name === 'identity') return dropped(drops, size);
  switch (CURVES[name]) {
    case 'output':
      return itsOutput(name);
    case 'input':
      return itsInput(name);
    case 'input and one more':
      return keeping(`${name} keeps its input and as much again`, 0, own('intermediate', size, 'image', 'value'));
    case 'input, in place its output':
      return around.inPlace ? itsOutput(`${name} in place`) : itsInput(name);
    default:
      return around.inPlace
        ? keeping(`${name} in place keeps a copy of its input`, own('copy of the input', size, 'image', 'value'))
        : itsInput(name);
  }
};

const dropped = (drops: Pointwise['drops'], size: number): Keeping =>
  !drops || drops.rate === 0
    ? nothing('what changes nothing')
    : drops.what === 'values'
      ? keeping('dropout keeps its mask, a number for each value', own('mask', size, 'image', 'value'))
      : keeping('dropping of images keeps a number for each', own('mask', 1, 'image', 'value'));

/** In turn: what there is so far with the next. */
const products: Rule<'combine'> = ({ by }, { gradients, output }) => {
  const keeps: Keep[] = [];
  let soFar: Keep = 0;
  let hasGradient = gradients[0] === true;
  gradients.slice(1).forEach((other, i) => {
    const both = by === 'maximum' || by === 'minimum';
    if (both || other) keeps.push(soFar);
    if (both || hasGradient || (by === 'div' && other)) keeps.push(i + 1);
    hasGradient ||= other;
    soFar = own('product so far', elements(output), 'image', 'value');
  });
  const why = {
    mul: 'a product keeps each factor that the gradient of another needs',
    div: 'a quotient keeps what the gradients of its parts need',
    maximum: 'a maximum keeps what it compares',
    minimum: 'a minimum keeps what it compares',
  };
  return keeping(why[by as keyof typeof why], ...keeps);
};

const combine: Rule<'combine'> = (operator, around) =>
  operator.by === 'add' || operator.by === 'sub' || operator.by === 'average'
    ? nothing('a sum')
    : products(operator, around);

const RULES: { readonly [Op in Operator['op']]: Rule<Op> } = {
  convolution,
  transposed: () => itsInput('a transposed convolution'),
  dense,
  pool: ({ mode }, around) => (mode === 'max' ? maxima(around, 'a max pool') : itsInput('an average pool')),
  // One place for all of the input is PyTorch's mean.
  'adaptive-pool': ({ mode }, around) =>
    mode === 'max'
      ? maxima(around, 'an adaptive max pool')
      : places(around.output) === 1
        ? mean('a mean over all places', around)
        : itsInput('an adaptive average pool'),
  normalise,
  lrn,
  pointwise,
  prelu: () => itsInput('prelu'),
  softmax: () => itsOutput('softmax'),
  combine,
  concat: () => nothing('a concatenation'),
  reduce: ({ by }, around) =>
    by === 'mean'
      ? mean('a mean', around)
      : by === 'sum'
        ? nothing('a sum')
        : keeping('it keeps its input and its output', 0, 'output'),
  matmul: (_, { gradients }) =>
    keeping(
      'a product of matrices keeps each that the gradient of the other needs',
      ...(gradients[1] ? [0] : []),
      ...(gradients[0] ? [1] : []),
    ),
  scale: (_, { learned, trained }) =>
    trained && learned.includes('weight') ? itsInput('a learned scale') : nothing('it'),
  affine: ({ times }) =>
    times.length === 1 && Math.abs(times[0] ?? 1) !== 1
      ? keeping('a product with a number keeps the number', own('number', 1, 'batch', INDEX))
      : nothing('it'),
  glu: () => itsInput('glu'),
  unpool: () => nothing('what puts values back where a pool found them, which that pool keeps,'),
  // Step by step, in as many ways as there are libraries.
  recurrent: () => null,
  embedding: (_, around) =>
    keeping('an embedding keeps its indices, 8 bytes each', own('indices', elements(inputOf(around)), 'image', INDEX)),
  parameter: () => nothing('a learned tensor lies with the parameters and'),
  reshape: () => nothing('another shape of the same values'),
  permute: () => nothing('another order of the axes'),
  pad: ({ by }) => (by === 'reflect' || by === 'replicate' ? itsInput(`padding by ${by}`) : nothing('padding')),
  slice: () => nothing('a part of the same values'),
  shuffle: () => nothing('what only moves values'),
  pixelshuffle: () => nothing('what only moves values'),
  pixelunshuffle: () => nothing('what only moves values'),
  upsample: () => nothing('what makes it larger'),
};

/** What an operator keeps for the way back, where a gradient goes through it; null where nobody can say. */
export const keptBy = (operator: Operator, around: Around): Keeping | null =>
  (RULES[operator.op] as Rule<Operator['op']>)(operator as never, around);

/** Where its input is needed as it was, nothing is written over it. */
const mayBeInPlace = (curve: Curve): boolean => curve === 'output' || curve.includes('in place');

/** Whether what comes out lies in the memory of what was read: another view of it, or written over it. */
export const isView = (operator: Operator, { inPlace }: Pick<Around, 'inPlace'>): boolean => {
  switch (operator.op) {
    case 'reshape':
    case 'permute':
    case 'slice':
      return true;
    case 'pointwise':
      return operator.function === 'identity'
        ? !operator.drops || operator.drops.rate === 0
        : inPlace && mayBeInPlace(CURVES[operator.function]);
    default:
      return false;
  }
};
