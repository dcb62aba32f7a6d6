// A network of ours as an ONNX model: what each operator is in ONNX. No encoding (onnx-model.js), nothing that runs.

import { OnnxGraph, real } from './onnx-model.js';
import { POINTWISE } from './onnx-pointwise.js';
import { Unsupported } from './unsupported.js';

const channelsOf = (shape) => shape[0];
const ones = (n) => new Float32Array(n).fill(1);

/** A learned tensor of the step as a constant, or what stands for it where the layer has none. */
const learned = (graph, step, name, fallback) => {
  const tensor = step.weights[name];
  if (tensor) return graph.floats(`${step.id} ${name}`, tensor.data, [...tensor.shape]);
  return fallback && graph.floats(`${step.id} ${name}`, fallback, [fallback.length]);
};

/** A learned vector per channel, shaped so that it spreads over the places of `shape` behind the batch. */
const perChannel = (graph, step, name, shape) => {
  const tensor = step.weights[name];
  if (!tensor) return undefined;
  const dims = tensor.shape.length === 1 ? [...tensor.shape, ...shape.slice(1).map(() => 1)] : [...tensor.shape];
  return graph.floats(`${step.id} ${name}`, tensor.data, dims);
};

/** 0 keeps the batch. */
const reshape = (graph, x, shape) => graph.node('Reshape', [x, graph.integers([0, ...shape])]);

const pads = (windows) => [...windows.map((w) => w.before), ...windows.map((w) => w.after)];

const slid = (windows) => ({
  kernel_shape: windows.map((w) => w.kernel),
  strides: windows.map((w) => w.stride),
  pads: pads(windows),
});

/** Whether a last window hangs over the end, so that the output is larger than rounding down gives. */
const rounding = ({ operator, inputShapes: [input], output }) => {
  const floor = operator.windows.map(
    (w, axis) => Math.floor((input[axis + 1] + w.before + w.after - w.dilation * (w.kernel - 1) - 1) / w.stride) + 1,
  );
  return floor.some((n, axis) => n < output[axis + 1]) ? 1 : 0;
};

const POOL = { max: ['MaxPool', 'GlobalMaxPool'], mean: ['AveragePool', 'GlobalAveragePool'] };
const COMBINE = { add: 'Sum', mul: 'Mul', maximum: 'Max', average: 'Mean' };
const PAD = { zero: 'constant', reflect: 'reflect', replicate: 'edge' };

/** The attributes of a Resize. */
const resize = ({ mode, coordinates, rounding = 'floor', a = -0.75, excludeOutside }) => ({
  mode,
  coordinate_transformation_mode: coordinates,
  ...(mode === 'nearest' && { nearest_mode: rounding }),
  ...(mode === 'cubic' && { cubic_coeff_a: real(a), exclude_outside: excludeOutside ? 1 : 0 }),
});

/** Group and layer normalisation from their definition: ONNX has no operator for them in this opset. */
const normalised = (graph, step, x) => {
  const { over, groups, eps, rms } = step.operator;
  const grouped = over === 'group' ? reshape(graph, x, [groups, -1]) : x;
  const axes = { axes: [over === 'group' ? 2 : 1], keepdims: 1 };
  const centred = rms ? grouped : graph.node('Sub', [grouped, graph.node('ReduceMean', [grouped], axes)]);
  const variance = graph.node('ReduceMean', [graph.node('Mul', [centred, centred])], axes);
  const deviation = graph.node('Sqrt', [graph.node('Add', [variance, graph.scalar(eps)])]);
  const unit = graph.node('Div', [centred, deviation]);
  let result = over === 'group' ? reshape(graph, unit, step.output) : unit;
  for (const [name, operation] of [
    ['weight', 'Mul'],
    ['bias', 'Add'],
  ]) {
    const tensor = perChannel(graph, step, name, step.output);
    if (tensor) result = graph.node(operation, [result, tensor]);
  }
  return result;
};

/** Moves `axes` of a reshaped tensor; the axes behind the batch are counted from 1. */
const rearrange = (graph, x, split, order, output) =>
  reshape(graph, graph.node('Transpose', [reshape(graph, x, split)], { perm: [0, ...order] }), output);

/** Each takes the graph, the step and the names of what it reads, and returns the name of what it makes. */
const OPERATORS = {
  convolution: (graph, step, [x]) =>
    graph.node('Conv', [x, learned(graph, step, 'weight'), learned(graph, step, 'bias')], {
      ...slid(step.operator.windows),
      dilations: step.operator.windows.map((w) => w.dilation),
      group: step.operator.groups,
    }),

  transposed: (graph, step, [x]) => {
    const { windows, groups } = step.operator;
    const [input] = step.inputShapes;
    const extra = windows.map(
      (w, axis) =>
        step.output[axis + 1] -
        ((input[axis + 1] - 1) * w.stride - w.before - w.after + w.dilation * (w.kernel - 1) + 1),
    );
    return graph.node('ConvTranspose', [x, learned(graph, step, 'weight'), learned(graph, step, 'bias')], {
      ...slid(windows),
      dilations: windows.map((w) => w.dilation),
      group: groups,
      output_padding: extra,
    });
  },

  dense: (graph, step, [x]) => {
    const flat = step.inputShapes[0].length > 1 ? graph.node('Flatten', [x]) : x;
    return graph.node('Gemm', [flat, learned(graph, step, 'weight'), learned(graph, step, 'bias')], { transB: 1 });
  },

  pool: (graph, step, [x]) => {
    const { mode, windows, countPadding, divisor } = step.operator;
    const ceil_mode = rounding(step);
    if (mode === 'mean' && windows.some((w) => w.dilation > 1))
      throw new Unsupported('dilated means in this opset of ONNX');
    const pooled = graph.node(POOL[mode][0], [x], {
      ...slid(windows),
      ceil_mode,
      ...(mode === 'max' && { dilations: windows.map((w) => w.dilation) }),
      ...(mode === 'mean' && { count_include_pad: countPadding || divisor ? 1 : 0 }),
    });
    if (!divisor) return pooled;
    if (ceil_mode) throw new Unsupported('divisor of windows that hang over the end in ONNX');
    const cells = windows.reduce((product, w) => product * w.kernel, 1);
    return graph.node('Mul', [pooled, graph.scalar(cells / divisor)]);
  },

  'adaptive-pool': (graph, step, [x]) => {
    const sizes = step.output.slice(1);
    const input = step.inputShapes[0].slice(1);
    if (sizes.every((n) => n === 1)) {
      const pooled = graph.node(POOL[step.operator.mode][1], [x]);
      return step.output.length === 1 ? graph.node('Flatten', [pooled]) : pooled;
    }
    if (sizes.some((n, axis) => input[axis] % n !== 0)) throw new Unsupported('adaptive pooling in ONNX');
    const windows = sizes.map((n, axis) => input[axis] / n);
    return graph.node(POOL[step.operator.mode][0], [x], { kernel_shape: windows, strides: windows });
  },

  normalise: (graph, step, [x]) => {
    if (step.operator.over !== 'batch') return normalised(graph, step, x);
    const C = channelsOf(step.output);
    const vectors = [
      learned(graph, step, 'weight', ones(C)),
      learned(graph, step, 'bias', new Float32Array(C)),
      learned(graph, step, 'running_mean'),
      learned(graph, step, 'running_var'),
    ];
    return graph.node('BatchNormalization', [x, ...vectors], { epsilon: real(step.operator.eps) });
  },

  lrn: (graph, { operator: { size, alpha, beta, k } }, [x]) => {
    // ONNX centres an even number otherwise, as `behind` does; ONNX Runtime takes none.
    if (size % 2 === 0) throw new Unsupported('an even number of channels in ONNX Runtime');
    return graph.node('LRN', [x], { size, alpha: real(alpha), beta: real(beta), bias: real(k) });
  },

  pointwise: (graph, { operator }, [x]) => POINTWISE[operator.function](graph, x, operator),

  prelu: (graph, step, [x]) => graph.node('PRelu', [x, perChannel(graph, step, 'weight', step.output)]),

  softmax: (graph, { operator: { log, over }, output }, [x]) => {
    const name = log ? 'LogSoftmax' : 'Softmax';
    if (over === 'channels') return graph.node(name, [x], { axis: 1 });
    const places = graph.node(name, [reshape(graph, x, [channelsOf(output), -1])], { axis: 2 });
    return reshape(graph, places, output);
  },

  combine: (graph, { operator, inputShapes, output }, inputs) => {
    const spread = inputs.map((x, i) =>
      inputShapes[i].length < output.length ? reshape(graph, x, [output[0], ...output.slice(1).map(() => 1)]) : x,
    );
    if (operator.by !== 'mul') return graph.node(COMBINE[operator.by], spread);
    return spread.reduce((product, x) => graph.node('Mul', [product, x]));
  },

  concat: (graph, _step, inputs) => graph.node('Concat', inputs, { axis: 1 }),

  scale: (graph, step, [x]) => graph.node('Mul', [x, perChannel(graph, step, 'weight', step.output)]),

  reshape: (graph, { output }, [x]) => reshape(graph, x, output),

  permute: (graph, { operator }, [x]) =>
    graph.node('Transpose', [x], { perm: [0, ...operator.order.map((axis) => axis + 1)] }),

  pad: (graph, { operator: { sides, by, channels = 0 } }, [x]) => {
    if (!PAD[by]) throw new Unsupported(`${by} padding in this opset of ONNX`);
    const before = [0, 0, ...sides.map(([n]) => n)];
    const after = [0, channels, ...sides.map(([, n]) => n)];
    return graph.node('Pad', [x, graph.integers([...before, ...after])], { mode: PAD[by] });
  },

  slice: (graph, { operator: { start }, output }, [x]) =>
    graph.node('Slice', [
      x,
      graph.integers([start]),
      graph.integers([start + channelsOf(output)]),
      graph.integers([1]),
    ]),

  shuffle: (graph, { operator: { groups }, output }, [x]) =>
    rearrange(graph, x, [groups, channelsOf(output) / groups, -1], [2, 1, 3], output),

  pixelshuffle: (graph, { operator: { by } }, [x]) => graph.node('DepthToSpace', [x], { blocksize: by, mode: 'CRD' }),

  pixelunshuffle: (graph, { operator: { by }, output: [C, H, W] }, [x]) =>
    rearrange(graph, x, [C / by ** 2, H, by, W, by], [1, 3, 5, 2, 4], [C, H, W]),

  upsample: (graph, { operator, output }, [x]) => {
    const { scale } = operator;
    const none = graph.floats('none', new Float32Array(0), [0]);
    const target = scale
      ? [graph.floats(`scales ${scale}`, Float32Array.of(1, 1, ...scale), [scale.length + 2])]
      : [none, graph.node('Concat', [graph.node('Shape', [x], { end: 1 }), graph.integers(output)], { axis: 0 })];
    return graph.node('Resize', [x, none, ...target], resize(operator));
  },
};

/**
 * The bytes of an ONNX model for `batch` images, channels first, and the names of its inputs and outputs in the network's
 * order. Throws where ONNX has no operator that does the same.
 */
export const onnxModel = (network, batch = 1) => {
  const graph = new OnnxGraph();
  const values = new Map(network.inputs.map(({ id, shape }) => [id, graph.input(`input ${id}`, [batch, ...shape])]));
  const shapes = new Map();
  for (const step of network.steps) {
    values.set(
      step.id,
      OPERATORS[step.operator.op](
        graph,
        step,
        step.inputs.map((id) => values.get(id)),
      ),
    );
    shapes.set(step.id, step.output);
  }
  const outputNames = network.outputs.map((id) => {
    // A name of its own: a value may be the same as an input's or another output's.
    const name = graph.node('Identity', [values.get(id)]);
    graph.output(name, [batch, ...shapes.get(id)]);
    return name;
  });
  return { bytes: graph.encode(), inputNames: network.inputs.map(({ id }) => values.get(id)), outputNames };
};
