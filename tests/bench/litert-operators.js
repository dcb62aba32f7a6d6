// A network of ours as a graph of TFLite's operators: channels last, activations fused, padding where the runtime wants it. The file
// format is tflite.js.

import { channelsLast, isDepthwise, preparedLast } from './channels-last.js';
import { keepsScale, operationOf } from './composed.js';
import { permuted } from './permute.js';
import { toFirst } from './rearranged.js';
import { tflite } from './tflite.js';
import { FUSED, growing, ints, padded } from './tflite-graph.js';
import { Unsupported } from './unsupported.js';

const lacks = (what) => {
  throw new Unsupported(`${what} in LiteRT`);
};

const product = (sizes) => sizes.reduce((a, b) => a * b, 1);

const HOSTS = new Set(['convolution', 'dense', 'combine']);

/** A weight as TFLite has it: [C_out, h, w, C_in], depthwise [1, h, w, C_out]. */
const LAYOUTS = {
  convolution: (step, weight) => permuted(weight, isDepthwise(step) ? [1, 2, 3, 0] : [0, 2, 3, 1]),
  transposed: (_, weight) => permuted(weight, [1, 2, 3, 0]),
};

/** Of two shapes that go together, the last axes beside each other. */
const broadcast = (a, b) => {
  const length = Math.max(a.length, b.length);
  const [some, others] = [a, b].map((shape) => [...Array(length - shape.length).fill(1), ...shape]);
  return some.map((n, i) => Math.max(n, others[i]));
};

const hasShape = ({ shape }, wanted) => shape.length === wanted.length && shape.every((n, i) => n === wanted[i]);

/** TFLite's SAME: ceil(size / stride) places, the odd cell of padding at the end. */
const fitsSame = ({ before, stride, kernel, dilation }, size, places) => {
  const all = Math.max((places - 1) * stride + dilation * (kernel - 1) + 1 - size, 0);
  return places === Math.ceil(size / stride) && before === all >> 1;
};

const reach = ({ stride, kernel, dilation }, places) => (places - 1) * stride + dilation * (kernel - 1) + 1;

/** The most negative number: never the largest of a window that sees the image. */
const LEAST = -3.4028234663852886e38;

/** The image that windows slide over and the word for their padding: what neither SAME nor VALID is, is put around first. */
const underWindows = (g, x, windows, places, value) => {
  const sizes = x.shape.slice(1, -1);
  if (windows.every((w, i) => w.before === 0 && reach(w, places[i]) <= sizes[i])) return { x, padding: 'valid' };
  if (windows.every((w, i) => fitsSame(w, sizes[i], places[i]))) return { x, padding: 'same' };
  const sides = windows.map((w, i) => [w.before, Math.max(reach(w, places[i]) - sizes[i] - w.before, 0)]);
  return { x: padded(g, x, [[0, 0], ...sides, [0, 0]], value), padding: 'valid' };
};

const strides = ([h, w]) => ({ strideH: h.stride, strideW: w.stride });
const dilations = ([h, w]) => ({ dilationH: h.dilation, dilationW: w.dilation });

const biasOf = (g, { weights: { bias }, output: [filters] }) =>
  g.constant([filters], bias?.data ?? new Float32Array(filters));

const convolution = (g, step) => {
  const { operator, weights, output, activation = 'linear' } = step;
  const { windows, groups } = operator;
  const depthwise = isDepthwise(step);
  const { shape, data } = weights.weight;
  const [weight, bias] = [g.constant(shape, data), biasOf(g, step)];
  return ([image]) => {
    const { x, padding } = underWindows(g, image, windows, output.slice(1));
    const options = { padding, ...strides(windows), ...dilations(windows), activation };
    const result = [image.shape[0], ...channelsLast(output)];
    if (!depthwise) return g.apply('CONV_2D', [x, weight, bias], result, options);
    return g.apply('DEPTHWISE_CONV_2D', [x, weight, bias], result, { ...options, multiplier: output[0] / groups });
  };
};

const pool = (g, name) => {
  const value = name === 'MAX_POOL_2D' ? LEAST : 0;
  return ({ operator: { windows }, output }) => {
    const [h, w] = windows;
    return ([image]) => {
      const { x, padding } = underWindows(g, image, windows, output.slice(1), image.notNegative ? 0 : value);
      const options = { padding, ...strides(windows), kernelH: h.kernel, kernelW: w.kernel, activation: 'linear' };
      return g.apply(name, [x], [1, ...channelsLast(output)], options);
    };
  };
};

/** TFLite's own operators that are more than a primitive. Each takes the step, adds its constants, and returns what adds the rest. */
const operatorsOf = (g, kit) => ({
  convolution: (step) => convolution(g, step),

  dense: (step) => {
    const { weights, output, activation = 'linear' } = step;
    const { shape, data } = weights.weight;
    const [weight, bias] = [g.constant(shape, data), biasOf(g, step)];
    const places = output.slice(1);
    return ([x]) => {
      const rows = kit.reshape(x, [1, ...places, product(x.shape) / product(places)]);
      const options = { activation, keepsAxes: places.length > 0 };
      return g.apply('FULLY_CONNECTED', [rows, weight, bias], [1, ...channelsLast(output)], options);
    };
  },

  spread: (step) => {
    const { operator, weights, output } = step;
    const { shape, data } = weights.weight;
    const result = [1, ...channelsLast(output)];
    const [size, weight, bias] = [ints(g, result), g.constant(shape, data), biasOf(g, step)];
    const options = { padding: 'valid', ...strides(operator.windows) };
    return ([x]) => g.apply('TRANSPOSE_CONV', [size, weight, x, bias], result, options);
  },

  maxPool: pool(g, 'MAX_POOL_2D'),
  meanPool: pool(g, 'AVERAGE_POOL_2D'),

  lrn: ({ operator: { size, alpha, beta, k } }) => {
    if (size % 2 === 0) lacks('a response normalisation over an even number of channels');
    const options = { radius: (size - 1) / 2, bias: k, alpha: alpha / size, beta };
    return ([x]) => g.apply('LOCAL_RESPONSE_NORMALIZATION', [x], x.shape, options);
  },

  upsample: (step) => {
    const { mode, coordinates, rounding = 'floor' } = step.operator;
    const { output } = step;
    const isNearest = mode === 'nearest' && coordinates === 'asymmetric' && rounding === 'floor';
    const isLinear = mode === 'linear';
    if (output.length !== 3 || !keepsScale(step) || !(isNearest || isLinear)) lacks('this interpolation');
    const options = { corners: coordinates === 'align_corners', centres: coordinates === 'half_pixel' };
    const size = ints(g, output.slice(1));
    const name = isNearest ? 'RESIZE_NEAREST_NEIGHBOR' : 'RESIZE_BILINEAR';
    return ([x]) => g.apply(name, [x, size], [1, ...channelsLast(output)], options);
  },
});

/** Functions of one value by TFLite's names. */
const FUNCTIONS = {
  relu: ['RELU'],
  relu6: ['RELU6'],
  leakyrelu: ['LEAKY_RELU', ({ alpha }) => ({ alpha })],
  elu: ['ELU', ({ alpha }) => (alpha === 1 ? {} : lacks('elu with another slope'))],
  sigmoid: ['LOGISTIC'],
  tanh: ['TANH'],
  hardswish: ['HARD_SWISH'],
  gelu: ['GELU', () => ({ approximate: false })],
  'gelu-tanh': ['GELU', () => ({ approximate: true })],
  abs: ['ABS'],
  exp: ['EXP'],
  log: ['LOG'],
  sqrt: ['SQRT'],
  rsqrt: ['RSQRT'],
};

/** The primitives that composed.js takes. */
const kitOf = (g) => {
  const binary =
    (name) =>
    (a, b, activation = 'linear') =>
      g.apply(name, [a, b], broadcast(a.shape, b.shape), { activation });
  const reduced = (name) => (x, axes, keepsAxes) => {
    const shape = x.shape.flatMap((n, axis) => (axes.includes(axis) ? (keepsAxes ? [1] : []) : [n]));
    return g.apply(name, [x, ints(g, axes)], shape, { keepsAxes });
  };
  const functions = Object.entries(FUNCTIONS).map(([name, [theirs, options]]) => [
    name,
    (x, operator = {}) => g.apply(theirs, [x], x.shape, options?.(operator)),
  ]);
  const kit = {
    lacks,
    shape: (x) => x.shape,
    constant: g.constant,
    identity: (x) => x,
    reshape: (x, shape) => (hasShape(x, shape) ? x : g.apply('RESHAPE', [x, ints(g, shape)], shape)),
    transpose: (x, order) => {
      const shape = order.map((axis) => x.shape[axis]);
      return g.apply('TRANSPOSE', [x, ints(g, order)], shape);
    },
    slice: (x, begin, size) => g.apply('SLICE', [x, ints(g, begin), ints(g, size)], size),
    pad: (x, sides) => padded(g, x, sides),
    mirrorPad: (x, sides) => {
      const shape = x.shape.map((n, axis) => n + sides[axis][0] + sides[axis][1]);
      return g.apply('MIRROR_PAD', [x, ints(g, sides, [sides.length, 2])], shape, { mode: 'reflect' });
    },
    concat: (all, axis) => {
      const length = all.reduce((sum, { shape }) => sum + shape[axis], 0);
      const shape = all[0].shape.map((n, i) => (i === axis ? length : n));
      return g.apply('CONCATENATION', all, shape, { axis, activation: 'linear' });
    },
    add: binary('ADD'),
    sub: binary('SUB'),
    mul: binary('MUL'),
    div: binary('DIV'),
    maximum: binary('MAXIMUM'),
    minimum: binary('MINIMUM'),
    mean: reduced('MEAN'),
    max: reduced('REDUCE_MAX'),
    sum: reduced('SUM'),
    prelu: (x, slope) => g.apply('PRELU', [x, slope], x.shape),
    softmax: (x) => g.apply('SOFTMAX', [x], x.shape, { beta: 1 }),
    logSoftmax: (x) => g.apply('LOG_SOFTMAX', [x], x.shape),
    matMul: (a, b, transposeB) => {
      const [rows, columns] = [a.shape.at(-2), b.shape.at(transposeB ? -2 : -1)];
      const shape = [...broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)), rows, columns];
      return g.apply('BATCH_MATMUL', [a, b], shape, { transposeA: false, transposeB });
    },
    functions: { identity: (x) => x, ...Object.fromEntries(functions) },
  };
  return { ...kit, operators: operatorsOf(g, kit) };
};

/** The model as a file, the shape of its image, and the network's own inputs. */
export const prepareLitert = (network) => {
  const { steps, inputs, outputs } = preparedLast(
    network,
    ({ operator }, activation) => HOSTS.has(operator.op) && FUSED.has(activation),
    LAYOUTS,
  );
  const g = growing();
  const kit = kitOf(g);
  const [{ id, shape }] = inputs;
  const image = g.input([1, ...channelsLast(shape)]);
  const values = new Map([[id, image]]);
  for (const step of steps) {
    const read = step.inputs.map((each) => values.get(each));
    values.set(step.id, operationOf(kit, step)(read));
  }
  const output = toFirst(kit, values.get(outputs[0]));
  const bytes = tflite({
    tensors: g.tensors,
    operators: g.operators,
    inputs: [image.number],
    outputs: [output.number],
  });
  return { inputs: network.inputs, bytes, shape: image.shape };
};
