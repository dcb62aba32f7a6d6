// A network of ours for libraries that keep channels last: what is folded, fused or rewritten before a library sees it. No library.

import { withoutBatchNorm } from './library.js';
import { permuted } from './permute.js';

/** Of a volume's axes or sizes, channels first: the channels last. */
export const channelsLast = ([C, ...places]) => [...places, C];

/** Where an axis of a volume, the channels being 0, stands in an image of such volumes, [1, …places, C]. */
export const axisLast = (axis, { length }) => (axis === 0 ? length : axis);

const POINT = { kernel: 1, stride: 1, dilation: 1, before: 0, after: 0 };

const isPoint = ({ kernel, stride, before, after }) => kernel === 1 && stride === 1 && before === 0 && after === 0;

export const isDepthwise = ({ operator, inputShapes: [[C]] }) => operator.groups > 1 && operator.groups === C;

const each = (C, of) => Float32Array.from({ length: C }, (_, c) => of(c));

/** A factor and an addend per channel, of those operators that are no more than that. */
const AFFINE = {
  normalise: ({ operator: { over, eps }, weights: { weight, bias, running_mean: mean, running_var: variance } }, C) => {
    if (over !== 'batch') return undefined;
    const times = each(C, (c) => (weight?.data[c] ?? 1) / Math.sqrt(variance.data[c] + eps));
    return { times, plus: each(C, (c) => (bias?.data[c] ?? 0) - mean.data[c] * times[c]) };
  },
  scale: ({ weights: { weight, bias } }, C) => ({
    times: each(C, (c) => weight?.data[c] ?? 1),
    plus: each(C, (c) => bias?.data[c] ?? 0),
  }),
  affine: ({ operator: { times, plus } }, C) => ({
    times: each(C, (c) => times[c] ?? times[0]),
    plus: each(C, (c) => plus[c] ?? plus[0]),
  }),
};

/** A depthwise convolution of one cell is what XNNPACK computes a factor and an addend per channel by, in one pass. */
const affineAsConvolution = (step) => {
  const [shape] = step.inputShapes;
  const affine = AFFINE[step.operator.op]?.(step, shape[0]);
  if (!affine) return step;
  const { times, plus } = affine;
  if (shape.length !== 3) return { ...step, operator: { op: 'affine', times, plus }, weights: {} };
  return {
    ...step,
    operator: { op: 'convolution', windows: [POINT, POINT], groups: shape[0] },
    weights: { weight: { shape: [shape[0], 1, 1, 1], data: times }, bias: { shape: [shape[0]], data: plus } },
  };
};

/** A convolution of one cell over a sequence is a dense layer at each place. */
const pointsAsDense = (step) => {
  const { op, windows, groups } = step.operator;
  if (op !== 'convolution' || windows.length !== 1 || groups !== 1 || !isPoint(windows[0])) return step;
  const { weight, ...others } = step.weights;
  const [units, C] = weight.shape;
  return {
    ...step,
    operator: { op: 'dense' },
    weights: { ...others, weight: { shape: [units, C], data: weight.data } },
  };
};

/** Adaptive pooling to sizes that divide the input's is pooling. Of one cell it stays: means over whole maps have their own operators. */
const adaptiveAsPool = (step) => {
  const { operator, inputShapes, output } = step;
  const cells = output.slice(1);
  if (operator.op !== 'adaptive-pool' || cells.every((n) => n === 1)) return step;
  const [, ...sizes] = inputShapes[0];
  if (sizes.some((size, axis) => size % cells[axis] !== 0)) return step;
  const windows = sizes.map((size, axis) => ({ ...POINT, kernel: size / cells[axis], stride: size / cells[axis] }));
  return { ...step, operator: { op: 'pool', mode: operator.mode, windows } };
};

/** How many read each step or input; being an output counts as one. */
const countReaders = (network) => {
  const readers = new Map();
  for (const id of [...network.outputs, ...network.steps.flatMap((step) => step.inputs)])
    readers.set(id, (readers.get(id) ?? 0) + 1);
  return readers;
};

/** The name of a pointwise function as fused operators take it, or undefined. */
export const activationOf = ({ op, function: name, alpha, beta }) => {
  if (op !== 'pointwise') return undefined;
  return name === 'clamp' && alpha === 0 && beta === 6 ? 'relu6' : name;
};

/**
 * Hands an activation to the step before it, where nobody else reads that one and the library computes both at once: `fuses` is
 * asked for the step and the activation's name.
 */
const fuseActivations = (network, fuses) => {
  const readers = countReaders(network);
  const steps = new Map();
  for (const step of network.steps) {
    const host = steps.get(step.inputs[0]);
    const activation = activationOf(step.operator);
    const joins = activation && host && !host.activation && readers.get(host.id) === 1 && fuses(host, activation);
    if (joins) steps.delete(host.id);
    steps.set(step.id, joins ? { ...host, id: step.id, activation } : step);
  }
  return { ...network, steps: [...steps.values()] };
};

/** The rows of a dense layer in the order of a flattened volume here. One that stands at each place reads no volume. */
const flattenedLast = (step) => {
  const { operator, inputShapes, output, weights } = step;
  if (operator.op !== 'dense' || output.length > 1) return step;
  const [input] = inputShapes;
  const [units, features] = weights.weight.shape;
  const axes = [...input.keys()].map((axis) => axis + 1);
  const { data } = permuted({ shape: [units, ...input], data: weights.weight.data }, [0, ...channelsLast(axes)]);
  return { ...step, weights: { ...weights, weight: { shape: [units, features], data } } };
};

/** A convolution's weight as one over maps: of a sequence in one row, of volumes with the frames of the window behind the channels. */
const overMaps = (step) => {
  const { operator, weights } = step;
  if (operator.op !== 'convolution' || operator.windows.length === 2) return step;
  const { shape, data } = weights.weight;
  if (operator.windows.length === 1) {
    const [filters, C, kernel] = shape;
    return { ...step, weights: { ...weights, weight: { shape: [filters, C, 1, kernel], data } } };
  }
  const [filters, C, frames, ...kernel] = shape;
  const arranged = permuted({ shape, data }, [0, 2, 1, 3, 4]);
  return { ...step, weights: { ...weights, weight: { shape: [filters, frames * C, ...kernel], data: arranged.data } } };
};

/**
 * The network with everything folded that can be, `fuses` asked about the rest, and weights as `layouts` make them: by operator, of the
 * step and the weight of a convolution [filters, channels, h, w], a transposed one [channels, filters, h, w] or a dense layer.
 */
export const preparedLast = (network, fuses, layouts) => {
  const steps = withoutBatchNorm(network).steps.map((step) => {
    const ready = overMaps(flattenedLast(adaptiveAsPool(pointsAsDense(affineAsConvolution(step)))));
    const { operator, weights } = ready;
    const isLaid = [2, 4].includes(weights.weight?.shape.length);
    const layout = isLaid && layouts[operator.op];
    return layout ? { ...ready, weights: { ...weights, weight: layout(ready, weights.weight) } } : ready;
  });
  return fuseActivations({ ...network, steps }, fuses);
};

/** A step over a sequence as one over a map of one row. */
export const asMap = (step) => {
  const { operator, inputShapes, output } = step;
  const [[C, length]] = inputShapes;
  return {
    ...step,
    operator: { ...operator, windows: [POINT, ...operator.windows] },
    inputShapes: [[C, 1, length]],
    output: [output[0], 1, output[1]],
  };
};

const extent = ({ kernel, dilation }) => dilation * (kernel - 1) + 1;

/** The windows with as much padding behind as the output needs, be it less than there is or more: a last window may hang over. */
export const reaching = ({ operator: { windows }, inputShapes: [[, ...sizes]], output }) =>
  windows.map((w, axis) => {
    const after = (output[axis + 1] - 1) * w.stride + extent(w) - sizes[axis] - w.before;
    return { ...w, after: Math.max(after, 0) };
  });

/** Per place of a mean pool's output: by how much the mean over a whole window of padded cells is to be multiplied; null for 1. */
export const meanCorrection = ({
  operator: { windows, countPadding, divisor },
  inputShapes: [[, ...sizes]],
  output,
}) => {
  const cells = windows.map((w, axis) =>
    Array.from({ length: output[axis + 1] }, (_, i) => {
      const start = i * w.stride - w.before;
      const [first, last] = countPadding ? [-w.before, sizes[axis] + w.after] : [0, sizes[axis]];
      return Math.min(start + w.kernel, last) - Math.max(start, first);
    }),
  );
  const whole = windows.reduce((product, { kernel }) => product * kernel, 1);
  const counts = cells.reduce((all, axis) => all.flatMap((n) => axis.map((m) => n * m)), [1]);
  const factors = Float32Array.from(counts, (n) => whole / (divisor ?? n));
  return factors.every((factor) => factor === 1) ? null : factors;
};
