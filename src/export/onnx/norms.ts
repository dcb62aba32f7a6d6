// Normalisations and softmax as ONNX has them; what it has no operator for is written by its definition, in the form that everybody's
// readers know.

import { channelsBefore } from '../../core/operator.js';
import { channels, product, type Shape, spatial } from '../../core/shape.js';
import type { StepOf, Words } from '../model.js';
import { type Graph, images, real, type Value, type Writing } from './graph.js';
import { reshaped, transposed } from './sizes.js';
import { perChannel, scaled } from './values.js';

type Normalise = StepOf<'normalise'>;

const filled = (count: number, value: number): Float32Array => new Float32Array(count).fill(value);

/** What is learned of those sizes, or a constant that does nothing where the operator wants one. */
const learnedOr = (
  graph: Graph,
  step: Normalise,
  name: 'weight' | 'bias' | 'running_mean' | 'running_var',
  dims: Shape,
): Value =>
  graph.learned(step, name) ??
  graph.floats(filled(product(dims), name === 'weight' || name === 'running_var' ? 1 : 0), dims);

/** ONNX's momentum is the share of the old statistics, PyTorch's and ours that of the new ones. */
const byBatch = (graph: Graph, step: Normalise, x: Value): Value => {
  const { eps, momentum = 0.1 } = step.operator;
  const learned = (['weight', 'bias', 'running_mean', 'running_var'] as const).map((name) =>
    learnedOr(graph, step, name, [channels(step.output)]),
  );
  return graph.like('BatchNormalization', [x, ...learned], { epsilon: real(eps), momentum: real(1 - momentum) });
};

/** What is learned is multiplied and added behind: in the tensor's own shape, or for each channel. */
const affined = (graph: Graph, step: Normalise, y: Value): Value =>
  scaled(graph, step, y, (count) => (step.operator.elementwise ? step.output : perChannel(count, step.output)));

/** Root mean square along an axis. */
const byRootMeanSquare = (graph: Graph, x: Value, axis: number, eps: number): Value => {
  const mean = graph.node('ReduceMean', [graph.like('Mul', [x, x])], x.sizes.with(axis, 1), {
    axes: [axis],
    keepdims: 1,
  });
  return graph.like('Div', [x, graph.like('Sqrt', [graph.like('Add', [mean, graph.floats([eps])])])]);
};

/** Each of `groups` runs of channels by itself, with all places. */
const byGroup = (graph: Graph, step: Normalise, x: Value): Value => {
  const { operator: { groups = 1, eps, rms = false, elementwise = false }, output } = step; // biome-ignore format: on one line
  const count = channels(output);
  if (elementwise && groups === 1 && !rms && step.weights.weight) {
    const inputs = [x, graph.learned(step, 'weight'), graph.learned(step, 'bias')] as const;
    return graph.like('LayerNormalization', inputs, { axis: 1, epsilon: real(eps) });
  }
  const ones = (): Value => graph.floats(filled(groups, 1), [groups]);
  const zeros = (): Value => graph.floats(filled(groups, 0), [groups]);
  if (groups === count && output.length > 1 && !rms && !elementwise) {
    const [scale, shift] = [learnedOr(graph, step, 'weight', [count]), learnedOr(graph, step, 'bias', [count])];
    return graph.like('InstanceNormalization', [x, scale, shift], { epsilon: real(eps) });
  }
  const runs = graph.node('Reshape', [x, graph.integers([0, groups, -1])], ['batch', groups, product(output) / groups]);
  const normed = rms
    ? byRootMeanSquare(graph, runs, 2, eps)
    : graph.like('InstanceNormalization', [runs, ones(), zeros()], { epsilon: real(eps) });
  const back = graph.node('Reshape', [normed, graph.integers([0, ...output])], images(output));
  return affined(graph, step, back);
};

/** Each place over its channels, which ONNX wants behind. */
const byPlace = (graph: Graph, step: Normalise, x: Value): Value => {
  const { eps, rms = false, elementwise = false } = step.operator;
  if (rms) return affined(graph, step, byRootMeanSquare(graph, x, 1, eps));
  const count = channels(step.output);
  const places = spatial(step.output).map((_, axis) => axis + 2);
  const behind = transposed(graph, x, [0, ...places, 1]);
  const own = elementwise
    ? [graph.floats(filled(count, 1), [count])]
    : [learnedOr(graph, step, 'weight', [count]), graph.learned(step, 'bias')];
  const normed = graph.like('LayerNormalization', [behind, ...own], { axis: -1, epsilon: real(eps) });
  const back = transposed(graph, normed, [0, places.length + 1, ...places.map((axis) => axis - 1)]);
  return elementwise ? affined(graph, step, back) : back;
};

/**
 * Of an odd size ONNX's own. Of an even one runtimes take none: the mean over neighbours is a pool along an axis of channels then, as
 * PyTorch computes it.
 */
const lrn = ({ operator, output }: StepOf<'lrn'>, { graph, reads }: Writing): Value => {
  const { size, alpha, beta, k, behind } = operator;
  const [x] = reads as [Value];
  if (size % 2 === 1 && output.length === 3)
    return graph.like('LRN', [x], { size, alpha: real(alpha), beta: real(beta), bias: real(k) });
  const before = channelsBefore(size, behind);
  const flat = reshaped(graph, graph.like('Mul', [x, x]), [1, channels(output), product(spatial(output))]);
  const mean = graph.like('AveragePool', [flat], {
    kernel_shape: [size, 1],
    strides: [1, 1],
    pads: [before, 0, size - 1 - before, 0],
    count_include_pad: 1,
  });
  const sum = graph.like('Mul', [reshaped(graph, mean, output), graph.floats([alpha])]);
  const power = graph.like('Pow', [graph.like('Add', [sum, graph.floats([k])]), graph.floats([beta])]);
  return graph.like('Div', [x, power]);
};

/** ONNX has it along one axis: several are laid side by side and joined. */
const softmax = ({ operator: { log, axes }, output }: StepOf<'softmax'>, { graph, reads }: Writing): Value => {
  const [x] = reads as [Value];
  const op = log ? 'LogSoftmax' : 'Softmax';
  const real = axes.filter((axis) => output[axis] !== 1);
  const [axis = axes[0] ?? 0, another] = real;
  if (another === undefined) return graph.like(op, [x], { axis: axis + 1 });
  const all = [...output.keys()];
  const isRun = real.every((one, i) => one === axis + i);
  const order = isRun ? all : [...all.filter((one) => !real.includes(one)), ...real];
  const laid = transposed(graph, x, [0, ...order.map((one) => one + 1)]);
  const sizes = order.map((one) => output[one] ?? 1);
  const at = order.indexOf(axis);
  const run = product(sizes.slice(at, at + real.length));
  const joined = reshaped(graph, laid, [...sizes.slice(0, at), run, ...sizes.slice(at + real.length)]);
  const made = reshaped(graph, graph.like(op, [joined], { axis: at + 1 }), sizes);
  return transposed(graph, made, [0, ...all.map((one) => order.indexOf(one) + 1)]);
};

type Norms = 'normalise' | 'lrn' | 'softmax';

export const NORMS: Pick<Words<Writing, Value>, Norms> = {
  normalise: (step, { graph, reads: [x] }) => {
    const by = { batch: byBatch, group: byGroup, channels: byPlace }[step.operator.over];
    return by(graph, step, x as Value);
  },
  lrn,
  softmax,
};
