// Functions of one value in PyTorch, as an expression and as a module, and values of several tensors together.

import type { Pointwise } from '../../core/operator.js';
import type { Shape } from '../../core/shape.js';
import type { StepOf, Unsaid } from '../model.js';
import { type Call, type Code, call, python, read, slot } from './code.js';
import type { Piece } from './piece.js';

/** The function of torch.nn.functional and the module, with the options of both. */
const both = (name: string, module: string, options: Readonly<Record<string, Code | undefined>> = {}): Piece => ({
  apply: call(`F.${name}`, [read()], options),
  module: call(`nn.${module}`, [], options),
});

const method = (name: string): Piece => ({ apply: python`${read()}.${name}()` });

type Say = (alpha: number, beta: number) => Piece;

const WORDS: Readonly<Record<Exclude<Pointwise['function'], 'identity'>, Say>> = {
  relu: () => both('relu', 'ReLU'),
  leakyrelu: (alpha) => both('leaky_relu', 'LeakyReLU', { negative_slope: slot('negative_slope', alpha, 0.01) }),
  elu: (alpha) => both('elu', 'ELU', { alpha: slot('alpha', alpha, 1) }),
  celu: (alpha) => both('celu', 'CELU', { alpha: slot('alpha', alpha, 1) }),
  selu: () => both('selu', 'SELU'),
  gelu: () => both('gelu', 'GELU'),
  'gelu-tanh': () => both('gelu', 'GELU', { approximate: '"tanh"' }),
  silu: () => both('silu', 'SiLU'),
  mish: () => both('mish', 'Mish'),
  sigmoid: () => ({ apply: call('torch.sigmoid', [read()]), module: call('nn.Sigmoid', []) }),
  tanh: () => ({ apply: call('torch.tanh', [read()]), module: call('nn.Tanh', []) }),
  softplus: () => both('softplus', 'Softplus'),
  hardswish: () => both('hardswish', 'Hardswish'),
  hardsigmoid: (alpha, beta) =>
    Math.abs(alpha - 1 / 6) < 1e-9 && beta === 0.5
      ? both('hardsigmoid', 'Hardsigmoid')
      : { apply: python`torch.clamp(${slot('slope', alpha)} * ${read()} + ${slot('offset', beta)}, 0, 1)` },
  softsign: () => both('softsign', 'Softsign'),
  clamp: (alpha, beta) => (alpha === 0 && beta === 6 ? both('relu6', 'ReLU6') : clamp(alpha, beta)),
  abs: () => method('abs'),
  exp: () => method('exp'),
  log: () => method('log'),
  sqrt: () => method('sqrt'),
  pow: (alpha) => ({ apply: python`${read()} ** ${slot('exponent', alpha)}` }),
  logsigmoid: () => both('logsigmoid', 'LogSigmoid'),
  softshrink: (alpha) => both('softshrink', 'Softshrink', { lambd: slot('lambd', alpha, 0.5) }),
  hardshrink: (alpha) => both('hardshrink', 'Hardshrink', { lambd: slot('lambd', alpha, 0.5) }),
  threshold: (alpha, beta) =>
    both('threshold', 'Threshold', { threshold: slot('threshold', alpha), value: slot('value', beta) }),
};

/** Without a bound that there is not: PyTorch's Hardtanh wants both. */
const clamp = (least: number, most: number): Piece => {
  const bounds = {
    min: Number.isFinite(least) ? slot('min', least) : undefined,
    max: Number.isFinite(most) ? slot('max', most) : undefined,
  };
  const isBoth = bounds.min && bounds.max;
  return {
    apply: call('torch.clamp', [read()], bounds),
    ...(isBoth && { module: call('nn.Hardtanh', [], { min_val: bounds.min, max_val: bounds.max }) }),
  };
};

export const pointwise = ({ operator }: StepOf<'pointwise'>): readonly Piece[] => {
  const { function: name, alpha = 1, beta = 0, drops } = operator;
  if (name !== 'identity') return [{ ...WORDS[name](alpha, beta), valueByValue: true }];
  if (!drops) return [{ apply: read(), module: call('nn.Identity', []) }];
  const rate = slot('p', drops.rate, drops.what === 'values' ? 0.5 : undefined);
  if (drops.what === 'images')
    return [
      {
        apply: call('StochasticDepth.drop', [read()], { p: rate, training: 'self.training' }),
        module: call('StochasticDepth', [], { p: rate }),
        extra: 'StochasticDepth',
      },
    ];
  return [
    {
      apply: call('F.dropout', [read()], { p: rate, training: 'self.training' }),
      module: call('nn.Dropout', [], { p: rate }),
      valueByValue: true,
    },
  ];
};

const SIGNS = { add: ' + ', sub: ' - ', mul: ' * ', div: ' / ' } as const;

/** A vector has a value for each channel of the others, which PyTorch wants in front of places. */
const meeting = (at: number, shape: Shape, rank: number): Code => {
  const missing = rank - shape.length;
  return missing === 0 ? read(at) : python`${read(at)}[:, :${', None'.repeat(missing)}]`;
};

export const combine = (step: StepOf<'combine'>): readonly Piece[] | Unsaid => {
  const { by } = step.operator;
  const rank = step.output.length;
  const values = step.inputShapes.map((shape, at) => meeting(at, shape, rank));
  const [first = read(), ...rest] = values;
  const joined = (sign: string): Code => ({
    type: 'run',
    parts: values.flatMap((value, i) => (i === 0 ? [value] : [sign, value])),
  });
  if (by === 'maximum' || by === 'minimum') {
    const apply = rest.reduce<Code>((all, value): Call => call(`torch.${by}`, [all, value]), first);
    return [{ apply }];
  }
  if (by === 'average') return [{ apply: python`(${joined(' + ')}) / ${values.length}` }];
  return [{ apply: joined(SIGNS[by]) }];
};
