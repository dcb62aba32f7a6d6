// What is computed value by value, as ONNX has it: functions, learned and fixed factors, merges of several tensors.

import type { Pointwise } from '../../core/operator.js';
import { channels, type Shape } from '../../core/shape.js';
import type { StepOf, Words } from '../model.js';
import { type Graph, real, type Value, type Writing } from './graph.js';
import { cells, reshaped } from './sizes.js';

/** A value for each channel, so that it spreads over the places behind. */
export const perChannel = (count: number, shape: Shape): readonly number[] => [count, ...shape.slice(1).map(() => 1)];

type Function = (graph: Graph, x: Value, numbers: { readonly alpha: number; readonly beta: number }) => Value;

const plain =
  (op: string): Function =>
  (graph, x) =>
    graph.like(op, [x]);

/** One whose only number is called as here. */
const byAlpha =
  (op: string): Function =>
  (graph, x, { alpha }) =>
    graph.like(op, [x], { alpha: real(alpha) });

/** x times a number for each value. */
const gated = (graph: Graph, x: Value, gate: Value): Value => graph.like('Mul', [x, gate]);

/** (1 + y) / 2 of what lies between -1 and 1. */
const share = (graph: Graph, y: Value): Value =>
  graph.like('Mul', [graph.like('Add', [y, graph.floats([1])]), graph.floats([0.5])]);

const bound = (graph: Graph, value: number): Value | undefined =>
  Number.isFinite(value) ? graph.floats([value]) : undefined;

const FUNCTIONS: Readonly<Record<Pointwise['function'], Function>> = {
  identity: (_, x) => x,
  relu: plain('Relu'),
  leakyrelu: byAlpha('LeakyRelu'),
  elu: byAlpha('Elu'),
  celu: byAlpha('Celu'),
  selu: plain('Selu'),
  gelu: (graph, x) =>
    gated(graph, x, share(graph, graph.like('Erf', [graph.like('Mul', [x, graph.floats([Math.SQRT1_2])])]))),
  'gelu-tanh': (graph, x) => {
    const cube = graph.like('Mul', [x, graph.like('Mul', [x, x])]);
    const sum = graph.like('Add', [x, graph.like('Mul', [cube, graph.floats([0.044715])])]);
    return gated(
      graph,
      x,
      share(graph, graph.like('Tanh', [graph.like('Mul', [sum, graph.floats([Math.sqrt(2 / Math.PI)])])])),
    );
  },
  silu: (graph, x) => gated(graph, x, graph.like('Sigmoid', [x])),
  mish: (graph, x) => gated(graph, x, graph.like('Tanh', [graph.like('Softplus', [x])])),
  sigmoid: plain('Sigmoid'),
  tanh: plain('Tanh'),
  softplus: plain('Softplus'),
  hardswish: plain('HardSwish'),
  hardsigmoid: (graph, x, { alpha, beta }) => graph.like('HardSigmoid', [x], { alpha: real(alpha), beta: real(beta) }),
  softsign: plain('Softsign'),
  clamp: (graph, x, { alpha, beta }) => graph.like('Clip', [x, bound(graph, alpha), bound(graph, beta)]),
  abs: plain('Abs'),
  exp: plain('Exp'),
  log: plain('Log'),
  sqrt: plain('Sqrt'),
  pow: (graph, x, { alpha }) => graph.like('Pow', [x, graph.floats([alpha])]),
  // Its logarithm of a sigmoid would be of 0 where this is only a number far below it.
  logsigmoid: (graph, x) => graph.like('Neg', [graph.like('Softplus', [graph.like('Neg', [x])])]),
  softshrink: (graph, x, { alpha }) => graph.like('Shrink', [x], { lambd: real(alpha), bias: real(alpha) }),
  hardshrink: (graph, x, { alpha }) => graph.like('Shrink', [x], { lambd: real(alpha), bias: real(0) }),
  threshold: (graph, x, { alpha, beta }) =>
    beta === 0
      ? graph.like('ThresholdedRelu', [x], { alpha: real(alpha) })
      : graph.node(
          'Where',
          [graph.typed('bool', 'Greater', [x, graph.floats([alpha])], x.sizes), x, graph.floats([beta])],
          x.sizes,
        ),
};

const COMBINE = {
  add: 'Sum',
  maximum: 'Max',
  minimum: 'Min',
  average: 'Mean',
  sub: 'Sub',
  mul: 'Mul',
  div: 'Div',
} as const;

/** Those that take as many inputs as there are; of others each goes with what came of those before. */
const VARIADIC: readonly string[] = ['Sum', 'Max', 'Min', 'Mean'];

const combine = ({ operator, output }: StepOf<'combine'>, { graph, reads }: Writing): Value => {
  const sizes = ['batch', ...output] as const;
  const spread = reads.map((x) => {
    const [count = 1, more] = x.sizes.slice(1) as number[];
    return more === undefined ? reshaped(graph, x, perChannel(count, output)) : x;
  });
  const [first, second, ...others] = spread as [Value, ...Value[]];
  if (!second) return first;
  const op = operator.by === 'add' && others.length === 0 ? 'Add' : COMBINE[operator.by];
  if (VARIADIC.includes(op)) return graph.node(op, spread, sizes);
  return others.reduce(
    (made, x) => graph.node(op, [made, x], spreadSizes(made, x)),
    graph.node(op, [first, second], spreadSizes(first, second)),
  );
};

/** As NumPy has it; both have as many axes. */
const spreadSizes = (a: Value, b: Value): Value['sizes'] =>
  a.sizes.map((size, axis) => (size === 1 ? (b.sizes[axis] ?? 1) : size));

/** One number for all, or one for each channel, that nobody learned. */
const fixed = (graph: Graph, numbers: readonly number[], shape: Shape): Value =>
  numbers.every((n) => n === numbers[0])
    ? graph.floats(numbers.slice(0, 1))
    : graph.floats(numbers, perChannel(numbers.length, shape));

/** Each value times what is learned for it, plus what is: for each channel, or in a tensor's own shape. */
export const scaled = (
  graph: Graph,
  step: StepOf<'scale' | 'normalise'>,
  x: Value,
  dims: (count: number) => readonly number[],
): Value => {
  const [weight, bias] = (['weight', 'bias'] as const).map((name) => {
    const tensor = step.weights[name];
    return tensor && graph.learned(step, name, dims(tensor.shape.reduce((a, b) => a * b, 1)));
  });
  const times = weight ? graph.like('Mul', [x, weight]) : x;
  return bias ? graph.like('Add', [times, bias]) : times;
};

type Values = 'pointwise' | 'prelu' | 'scale' | 'affine' | 'glu' | 'combine';

export const VALUES: Pick<Words<Writing, Value>, Values> = {
  pointwise: ({ operator: { function: name, alpha = 1, beta = 0 } }, { graph, reads: [x] }) =>
    FUNCTIONS[name](graph, x as Value, { alpha, beta }),

  prelu: (step, { graph, reads: [x] }) => {
    const count = step.weights.weight?.shape.reduce((a, b) => a * b, 1) ?? 1;
    const slopes = graph.learned(step, 'weight', count === 1 ? [1] : perChannel(count, step.output));
    return graph.like('PRelu', [x as Value, slopes]);
  },

  scale: (step, { graph, reads: [x] }) => scaled(graph, step, x as Value, (count) => perChannel(count, step.output)),

  affine: ({ operator: { times, plus }, output }, { graph, reads: [x] }) => {
    const product = times.every((n) => n === 1)
      ? (x as Value)
      : graph.like('Mul', [x as Value, fixed(graph, times, output)]);
    return plus.every((n) => n === 0) ? product : graph.like('Add', [product, fixed(graph, plus, output)]);
  },

  glu: ({ output }, { graph, reads: [x] }) => {
    const half = channels(output);
    const [values, gates] = [0, half].map((start) => cells(graph, x as Value, 0, start, half)) as [Value, Value];
    return gated(graph, values, graph.like('Sigmoid', [gates]));
  },

  combine,
};
