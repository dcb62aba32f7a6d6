// A network of ours on TensorFlow.js' WASM backend as it is fastest there: channels last, batch norm folded, bias and
// activation fused into convolutions and dense layers, weights laid out and uploaded once. Only what the benchmark needs.

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { withoutBatchNorm } from './library.js';
import { permuted } from './permute.js';
import { Unsupported } from './unsupported.js';

/** Of a volume's axes or sizes, channels first: the channels last. */
const channelsLast = ([C, ...places]) => [...places, C];

const hosts = new Set(['convolution', 'dense']);

/** The name of a pointwise function as fused operators take it, or undefined. */
const fusable = ({ op, function: name, alpha, beta }) => {
  if (op !== 'pointwise') return undefined;
  if (name === 'relu') return 'relu';
  return name === 'clamp' && alpha === 0 && beta === 6 ? 'relu6' : undefined;
};

/** How many read each step or input; being an output counts as one. */
const countReaders = (network) => {
  const readers = new Map();
  for (const id of [...network.outputs, ...network.steps.flatMap((step) => step.inputs)])
    readers.set(id, (readers.get(id) ?? 0) + 1);
  return readers;
};

/** Hands an activation to the convolution or dense layer before it, where nobody else reads that one. */
const fuseActivations = (network) => {
  const readers = countReaders(network);
  const steps = new Map();
  for (const step of network.steps) {
    const host = steps.get(step.inputs[0]);
    const activation = fusable(step.operator);
    const fuses = activation && hosts.has(host?.operator.op) && !host.activation && readers.get(host.id) === 1;
    if (fuses) steps.delete(host.id);
    steps.set(step.id, fuses ? { ...host, id: step.id, activation } : step);
  }
  return { ...network, steps: [...steps.values()] };
};

const isDepthwise = ({ operator, inputShapes: [[C]] }) => operator.groups > 1 && operator.groups === C;

/** A weight as the backend reads it: [h, w, C_in, C_out], depthwise [h, w, C_in, multiplier], dense [inputs, units]. */
const LAYOUTS = {
  convolution: (step, { shape: [filters, ...rest], data }) => {
    if (!isDepthwise(step)) return permuted({ shape: [filters, ...rest], data }, [2, 3, 1, 0]);
    const { groups } = step.operator;
    return permuted({ shape: [groups, filters / groups, ...rest.slice(1)], data }, [2, 3, 0, 1]);
  },
  // Rows in the order of a flattened volume here, channels last.
  dense: ({ inputShapes: [input] }, { shape: [units, features], data }) => {
    const axes = [...input.keys()].map((axis) => axis + 1);
    const { data: arranged } = permuted({ shape: [units, ...input], data }, [...channelsLast(axes), 0]);
    return { shape: [features, units], data: arranged };
  },
};

export const prepareTfjs = (network) => {
  const fused = fuseActivations(withoutBatchNorm(network));
  const steps = fused.steps.map((step) => {
    const layout = LAYOUTS[step.operator.op];
    return layout ? { ...step, weights: { ...step.weights, weight: layout(step, step.weights.weight) } } : step;
  });
  return { ...fused, steps };
};

const padding = ([h, w]) => [
  [0, 0],
  [h.before, h.after],
  [w.before, w.after],
  [0, 0],
];

/** A step that hosts a bias and an activation: its tensors and options by the names that fused operators take. */
const fusedOptions = (tf, { weights, activation = 'linear' }, weightName) => ({
  [weightName]: tf.tensor(weights.weight.data, weights.weight.shape),
  ...(weights.bias && { bias: tf.tensor(weights.bias.data) }),
  activation,
});

const unsupported = (what) => {
  throw new Unsupported(`${what} in TensorFlow.js`);
};

/** Each takes the step, uploads its weights, and returns what runs it. */
const OPERATORS = {
  convolution: (tf, step) => {
    const { windows, groups } = step.operator;
    const depthwise = isDepthwise(step);
    if (windows.length !== 2 || (groups > 1 && !depthwise)) unsupported('this convolution');
    const options = {
      ...fusedOptions(tf, step, 'filter'),
      strides: windows.map((w) => w.stride),
      dilations: windows.map((w) => w.dilation),
      pad: padding(windows),
    };
    const run = depthwise ? tf.fused.depthwiseConv2d : tf.fused.conv2d;
    return ([x]) => run({ x, ...options });
  },

  dense: (tf, step) => {
    const options = fusedOptions(tf, step, 'b');
    return ([x]) => tf.fused.matMul({ a: tf.reshape(x, [x.shape[0], -1]), ...options });
  },

  pool: (tf, { operator: { mode, windows }, inputShapes: [input], output }) => {
    // At the end as much padding as the output needs: a last window may hang over.
    const reaching = windows.map((w, axis) => {
      const after = (output[axis + 1] - 1) * w.stride + w.kernel - input[axis + 1] - w.before;
      return { ...w, after: Math.max(after, 0) };
    });
    const pad = padding(reaching);
    if (windows.some((w) => w.dilation > 1)) unsupported('dilated pooling');
    if (mode === 'mean' && pad.flat().some((n) => n > 0)) unsupported('padded mean pooling');
    const kernel = windows.map((w) => w.kernel);
    const strides = windows.map((w) => w.stride);
    return ([x]) => (mode === 'max' ? tf.maxPool : tf.avgPool)(x, kernel, strides, pad);
  },

  'adaptive-pool': (tf, { operator, output }) => {
    if (operator.mode !== 'mean' || output.slice(1).some((n) => n !== 1)) unsupported('adaptive pooling');
    return ([x]) => tf.mean(x, [1, 2], output.length > 1);
  },

  pointwise: (tf, { operator }) => {
    if (operator.function === 'identity') return ([x]) => tf.clone(x);
    const name = fusable(operator) ?? unsupported(operator.function);
    return ([x]) => tf[name](x);
  },

  lrn:
    (tf, { operator: { size, alpha, beta, k } }) =>
    ([x]) =>
      tf.localResponseNormalization(x, (size - 1) / 2, k, alpha / size, beta),

  combine: (tf, { operator }) => {
    if (operator.by !== 'add') unsupported(operator.by);
    return (inputs) => inputs.reduce((a, b) => tf.add(a, b));
  },

  concat: (tf) => (inputs) => tf.concat(inputs, -1),

  reshape: (tf, { output }) => {
    const toFirst = (x) => (x.rank === 4 ? tf.transpose(x, [0, 3, 1, 2]) : x);
    const toLast = (y) => (y.rank === 4 ? tf.transpose(y, [0, 2, 3, 1]) : y);
    return ([x]) => toLast(tf.reshape(toFirst(x), [x.shape[0], ...output]));
  },
};

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

  const operations = network.steps.map(
    (step) => OPERATORS[step.operator.op]?.(tf, step) ?? unsupported(step.operator.op),
  );
  const dead = deaths(network);
  const [input] = network.inputs;
  const [output] = network.outputs;

  const forward = (x) => {
    const values = new Map([[input.id, x]]);
    network.steps.forEach((step, i) => {
      values.set(step.id, operations[i](step.inputs.map((id) => values.get(id))));
      for (const id of dead[i]) values.get(id).dispose();
    });
    const y = values.get(output);
    return y.rank === 4 ? tf.transpose(y, [0, 3, 1, 2]) : y;
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
