// A network of ours on TensorFlow.js' WASM backend as it is fastest there: channels last, batch norm folded, bias and
// activation fused into convolutions and dense layers, weights laid out and uploaded once. Only what the benchmark needs.

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { channelsLast, isDepthwise, preparedLast } from './channels-last.js';
import { keepsScale, operationOf } from './composed.js';
import { permuted } from './permute.js';
import { toFirst } from './rearranged.js';
import { Unsupported } from './unsupported.js';

const HOSTS = new Set(['convolution', 'dense']);

/** Those that the backend's fused operators take. */
const FUSED = new Set(['relu', 'relu6', 'sigmoid']);

/** Whether windows of a transposed convolution do not meet, as squares: it is a convolution of one cell then. */
const standsApart = ({ operator: { windows } }) =>
  windows.every(({ kernel, stride }) => kernel === windows[0].kernel && stride === kernel);

/** A weight as the backend reads it: [h, w, C_in, C_out], depthwise [h, w, C_in, multiplier], dense [inputs, units]. */
const LAYOUTS = {
  convolution: (step, { shape: [filters, ...rest], data }) => {
    if (!isDepthwise(step)) return permuted({ shape: [filters, ...rest], data }, [2, 3, 1, 0]);
    const { groups } = step.operator;
    return permuted({ shape: [groups, filters / groups, ...rest.slice(1)], data }, [2, 3, 0, 1]);
  },
  dense: (_, weight) => permuted(weight, [1, 0]),
  transposed: (step, weight) => {
    if (!standsApart(step)) return permuted(weight, [2, 3, 1, 0]);
    const { shape, data } = permuted(weight, [0, 2, 3, 1]);
    return { shape: [1, 1, shape[0], shape[1] * shape[2] * shape[3]], data };
  },
};

export const prepareTfjs = (network) =>
  preparedLast(network, ({ operator }, activation) => HOSTS.has(operator.op) && FUSED.has(activation), LAYOUTS);

const padding = ([h, w]) => [
  [0, 0],
  [h.before, h.after],
  [w.before, w.after],
  [0, 0],
];

/** A step that hosts a bias and an activation: its tensors and options by the names that fused operators take. */
const fusedOptions = (tf, step, weightName) => {
  const { weights, activation = 'linear' } = step;
  const { shape, data } = weights.weight;
  return {
    [weightName]: tf.tensor(data, shape),
    ...(weights.bias && { bias: tf.tensor(weights.bias.data) }),
    activation,
  };
};

const lacks = (what) => {
  throw new Unsupported(`${what} in TensorFlow.js`);
};

/** A convolution per group, side by side: the backend has none in groups. */
const inGroups = (tf, { operator: { groups } }, { filter, bias, ...options }) => {
  const filters = tf.split(filter, groups, 3);
  const biases = bias ? tf.split(bias, groups) : [];
  return ([x]) => {
    const convolved = tf
      .split(x, groups, 3)
      .map((group, i) => tf.fused.conv2d({ x: group, filter: filters[i], bias: biases[i], ...options }));
    return tf.concat(convolved, 3);
  };
};

/** Each takes the step, uploads its weights, and returns what runs it. */
const operatorsOf = (tf) => ({
  convolution: (step) => {
    const { windows, groups } = step.operator;
    const depthwise = isDepthwise(step);
    const options = {
      ...fusedOptions(tf, step, 'filter'),
      strides: windows.map((w) => w.stride),
      dilations: windows.map((w) => w.dilation),
      pad: padding(windows),
    };
    if (groups > 1 && !depthwise) return inGroups(tf, step, options);
    const run = depthwise ? tf.fused.depthwiseConv2d : tf.fused.conv2d;
    return ([x]) => run({ x, ...options });
  },

  dense: (step) => {
    const options = fusedOptions(tf, step, 'b');
    const rows = step.output.slice(1).reduce((a, b) => a * b, 1);
    const shape = [1, ...channelsLast(step.output)];
    return ([x]) => tf.reshape(tf.fused.matMul({ a: tf.reshape(x, [rows, -1]), ...options }), shape);
  },

  // The backend's own is a plain loop.
  spread: (step) => {
    const { weight, bias } = step.weights;
    const filter = tf.tensor(weight.data, weight.shape);
    const addend = bias && tf.tensor(bias.data);
    const { windows } = step.operator;
    if (standsApart(step)) {
      const by = windows[0].kernel;
      const options = { filter, strides: 1, pad: 'valid', ...(addend && { bias: tf.tile(addend, [by * by]) }) };
      return ([x]) => tf.depthToSpace(tf.fused.conv2d({ x, ...options }), by);
    }
    const strides = windows.map((w) => w.stride);
    return ([x]) => {
      const y = tf.conv2dTranspose(x, filter, [1, ...channelsLast(step.output)], strides, 'valid');
      return addend ? tf.add(y, addend) : y;
    };
  },

  ...Object.fromEntries(
    ['maxPool', 'meanPool'].map((name) => [
      name,
      ({ operator: { windows } }) => {
        const pool = name === 'maxPool' ? tf.maxPool : tf.avgPool;
        const [kernel, strides] = [windows.map((w) => w.kernel), windows.map((w) => w.stride)];
        return ([x]) => pool(x, kernel, strides, padding(windows));
      },
    ]),
  ),

  lrn: ({ operator: { size, alpha, beta, k } }) => {
    if (size % 2 === 0) lacks('a response normalisation over an even number of channels');
    return ([x]) => tf.localResponseNormalization(x, (size - 1) / 2, k, alpha / size, beta);
  },

  upsample: (step) => {
    const { mode, coordinates, rounding = 'floor' } = step.operator;
    const [, ...size] = step.output;
    const isNearest = mode === 'nearest' && coordinates === 'asymmetric' && rounding === 'floor';
    const isLinear = mode === 'linear' && coordinates !== 'asymmetric';
    if (size.length !== 2 || !keepsScale(step) || !(isNearest || isLinear)) lacks('this interpolation');
    if (isNearest) return ([x]) => tf.image.resizeNearestNeighbor(x, size);
    const [corners, centres] = [coordinates === 'align_corners', coordinates === 'half_pixel'];
    return ([x]) => tf.image.resizeBilinear(x, size, corners, centres);
  },
});

/** The primitives that composed.js takes. */
const kitOf = (tf) => ({
  lacks,
  shape: (x) => x.shape,
  constant: (shape, data) => tf.tensor(data, shape),
  identity: tf.clone,
  reshape: tf.reshape,
  transpose: tf.transpose,
  slice: tf.slice,
  pad: tf.pad,
  mirrorPad: (x, sides) => tf.mirrorPad(x, sides, 'reflect'),
  concat: tf.concat,
  add: tf.add,
  sub: tf.sub,
  mul: tf.mul,
  div: tf.div,
  maximum: tf.maximum,
  minimum: tf.minimum,
  mean: tf.mean,
  max: tf.max,
  sum: tf.sum,
  erf: tf.erf,
  prelu: tf.prelu,
  softmax: tf.softmax,
  logSoftmax: tf.logSoftmax,
  matMul: (a, b, transposes) => tf.matMul(a, b, false, transposes),
  functions: {
    identity: tf.clone,
    relu: tf.relu,
    relu6: tf.relu6,
    leakyrelu: (x, { alpha }) => tf.leakyRelu(x, alpha),
    elu: (x, { alpha }) => (alpha === 1 ? tf.elu(x) : lacks('elu with another slope')),
    selu: tf.selu,
    sigmoid: tf.sigmoid,
    tanh: tf.tanh,
    softplus: tf.softplus,
    abs: tf.abs,
    exp: tf.exp,
    log: tf.log,
    sqrt: tf.sqrt,
    rsqrt: tf.rsqrt,
  },
  operators: operatorsOf(tf),
});

/** Values to let go of after each step, as the library's own graph executor does: those read there for the last time. */
const deaths = ({ steps, inputs, outputs }) => {
  const last = new Map();
  steps.forEach((step, i) => {
    for (const id of step.inputs) last.set(id, i);
  });
  for (const id of [...outputs, ...inputs.map(({ id }) => id)]) last.delete(id);
  return steps.map((_, i) => [...last].filter(([, at]) => at === i).map(([id]) => id));
};

/** One thread: the backend's threads do not start under Node. */
export const openTfjs = async (network) => {
  const tf = await import('@tensorflow/tfjs-core');
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(join(dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')), '/'));
  await tf.setBackend('wasm');
  await tf.ready();
  if (!tf.env().get('WASM_HAS_SIMD_SUPPORT')) throw new Error('TensorFlow.js runs without SIMD');

  const kit = kitOf(tf);
  const operations = network.steps.map((step) => operationOf(kit, step));
  const dead = deaths(network);
  const [input] = network.inputs;
  const [output] = network.outputs;

  const forward = (x) => {
    const values = new Map([[input.id, x]]);
    network.steps.forEach((step, i) => {
      const inputs = step.inputs.map((id) => values.get(id));
      values.set(
        step.id,
        tf.tidy(() => operations[i](inputs)),
      );
      for (const id of dead[i]) values.get(id).dispose();
    });
    return toFirst(kit, values.get(output));
  };

  return {
    /** Laid out as the library's own images are. */
    input: ({ shape, data }) => {
      const order = [0, ...channelsLast([...shape.keys()].slice(1))];
      const image = permuted({ shape, data }, order);
      return tf.tensor(image.data, image.shape);
    },
    run: async (x) => {
      const y = tf.tidy(() => forward(x));
      const data = await y.data();
      y.dispose();
      return data;
    },
    close: () => tf.disposeVariables(),
  };
};
