// Operators that libraries of channels last lack or have in parts only, made of primitives that each of them has: their `kit`.
// Written once for all of them; what a library has itself stands in its own file. Images are [1, …places, C].

import { activationOf, axisLast, channelsLast, meanCorrection, reaching } from './channels-last.js';
import { sequences, volumes } from './dimensions.js';
import { constantLast, joined, orderLast, product, split, toFirst, toLast, withSides } from './rearranged.js';

const scalar = (kit, value) => kit.constant([1], Float32Array.of(value));

/** Functions of one value that some library lacks; each takes the function's own numbers and returns what computes it. */
const FUNCTIONS = {
  clamp: (kit, { alpha, beta }) => {
    const [least, most] = [scalar(kit, alpha), scalar(kit, beta)];
    return (x) => kit.minimum(kit.maximum(x, least), most);
  },
  silu: (kit) => (x) => kit.mul(x, kit.functions.sigmoid(x)),
  gelu: (kit) => {
    const [root, one, half] = [Math.SQRT1_2, 1, 0.5].map((value) => scalar(kit, value));
    return (x) => kit.mul(kit.mul(x, half), kit.add(kit.erf(kit.mul(x, root)), one));
  },
  hardswish: (kit) => {
    const [three, sixth] = [3, 1 / 6].map((value) => scalar(kit, value));
    return (x) => kit.mul(x, kit.mul(kit.functions.relu6(kit.add(x, three)), sixth));
  },
  hardsigmoid: (kit, { alpha, beta }) => {
    const [slope, shift, zero, one] = [alpha, beta, 0, 1].map((value) => scalar(kit, value));
    return (x) => kit.minimum(kit.maximum(kit.add(kit.mul(x, slope), shift), zero), one);
  },
  softsign: (kit) => {
    const one = scalar(kit, 1);
    return (x) => kit.div(x, kit.add(kit.functions.abs(x), one));
  },
};

/** Whether a size is what its scale makes of the input's: some libraries know the sizes only. */
export const keepsScale = ({ operator: { scale }, inputShapes: [[, ...sizes]], output: [, ...sizesOut] }) =>
  !scale || sizes.every((n, axis) => n * scale[axis] === sizesOut[axis]);

/** Which axes of an image a normalisation averages over, and what shape it has meanwhile: [1, places, groups, channels]. */
const averaged = ({ over, groups = 1 }, [C, ...places]) =>
  over === 'channels'
    ? { shape: [1, ...places, C], axes: [places.length + 1] }
    : { shape: [1, product(places), groups, C / groups], axes: [1, 3] };

/** Each takes the kit and the step, makes its constants, and returns what makes the output of the inputs. */
const COMPOSED = {
  affine: (kit, { operator: { times, plus } }) => {
    const [factor, addend] = [times, plus].map((data) => kit.constant([data.length], data));
    return ([x]) => kit.add(kit.mul(x, factor), addend);
  },

  pool: (kit, step) => {
    const { mode, windows } = step.operator;
    if (windows.some((w) => w.dilation > 1)) kit.lacks('dilated pooling');
    const padded = { ...step, operator: { ...step.operator, windows: reaching(step) } };
    if (mode === 'max') return kit.operators.maxPool(padded);
    const factors = meanCorrection(step);
    const correction = factors && kit.constant([1, ...step.output.slice(1), 1], factors);
    const sides = [[0, 0], ...padded.operator.windows.map(({ before, after }) => [before, after]), [0, 0]];
    const mean = kit.operators.meanPool({
      ...padded,
      operator: { ...padded.operator, windows: windows.map((w) => ({ ...w, before: 0, after: 0 })) },
    });
    return ([x]) => {
      const y = mean([withSides(kit, x, sides)]);
      return correction ? kit.mul(y, correction) : y;
    };
  },

  'adaptive-pool': (kit, { operator: { mode }, inputShapes: [[, ...sizes]], output }) => {
    if (output.slice(1).some((n) => n !== 1)) kit.lacks('adaptive pooling');
    const axes = sizes.map((_, axis) => axis + 1);
    return ([x]) => kit[mode](x, axes, output.length > 1);
  },

  normalise: (kit, { operator, inputShapes: [shape], weights: { weight, bias } }) => {
    const { eps, rms, elementwise } = operator;
    const { shape: cut, axes } = averaged(operator, shape);
    const least = scalar(kit, eps);
    const [factor, addend] = [weight, bias].map(
      (tensor) =>
        tensor &&
        (elementwise ? constantLast(kit, { shape, data: tensor.data }) : kit.constant(tensor.shape, tensor.data)),
    );
    return ([x]) => {
      const values = kit.reshape(x, cut);
      const centred = rms ? values : kit.sub(values, kit.mean(values, axes, true));
      const variance = kit.mean(kit.mul(centred, centred), axes, true);
      const normal = kit.mul(centred, kit.functions.rsqrt(kit.add(variance, least)));
      const y = kit.reshape(normal, [1, ...channelsLast(shape)]);
      const scaled = factor ? kit.mul(y, factor) : y;
      return addend ? kit.add(scaled, addend) : scaled;
    };
  },

  pointwise: (kit, { operator }) => {
    const name = activationOf(operator);
    const of = kit.functions[name] ?? FUNCTIONS[name]?.(kit, operator) ?? kit.lacks(name);
    return ([x]) => of(x, operator);
  },

  prelu: (kit, { weights: { weight } }) => {
    const slope = kit.constant(weight.shape, weight.data);
    return ([x]) => kit.prelu(x, slope);
  },

  softmax: (kit, { operator: { log, axes } }) => {
    if (axes.length !== 1 || axes[0] !== 0) kit.lacks('softmax over places');
    return ([x]) => (log ? kit.logSoftmax : kit.softmax)(x);
  },

  combine: (kit, { operator: { by }, inputs: { length }, activation }) => {
    const last = length - 1;
    if (by !== 'average')
      return (inputs) => inputs.reduce((a, b, i) => kit[by](a, b, i === last ? activation : undefined));
    const share = scalar(kit, 1 / length);
    return (inputs) =>
      kit.mul(
        inputs.reduce((a, b) => kit.add(a, b)),
        share,
        activation,
      );
  },

  concat:
    (kit, { operator: { axis }, output }) =>
    (inputs) =>
      kit.concat(inputs, axisLast(axis, output)),

  reduce: (kit, { operator: { by, axes }, inputShapes: [shape], output }) => {
    const over = axes.map((axis) => axisLast(axis, shape));
    const result = [1, ...channelsLast(output)];
    return ([x]) => {
      if (by === 'l2') return kit.reshape(kit.functions.sqrt(kit.sum(kit.mul(x, x), over, true)), result);
      return kit.reshape(kit[by](x, over, true), result);
    };
  },

  // A factor goes to the queries: they are fewer than the products.
  matmul: (kit, { operator: { transpose, heads, factor } }) => {
    const times = factor === 1 ? null : scalar(kit, factor);
    return ([a, b]) => {
      const scaled = times ? kit.mul(a, times) : a;
      if (heads === 1) return kit.matMul(scaled, b, transpose);
      const right = split(kit, b, heads);
      return transpose
        ? kit.matMul(split(kit, scaled, heads), right, true)
        : joined(kit, kit.matMul(scaled, right, false));
    };
  },

  parameter: (kit, { output, weights: { weight } }) => {
    const value = constantLast(kit, { shape: output, data: weight.data });
    return () => kit.identity(value);
  },

  reshape: (kit, { inputShapes: [shape], output }) => {
    const keepsChannels = shape[0] === output[0];
    const result = [1, ...channelsLast(output)];
    return ([x]) =>
      keepsChannels ? kit.reshape(x, result) : toLast(kit, kit.reshape(toFirst(kit, x), [1, ...output]));
  },

  permute:
    (kit, { operator: { order } }) =>
    ([x]) =>
      kit.transpose(x, orderLast(order)),

  pad: (kit, { operator: { sides, by, channels = 0 } }) => {
    const all = [[0, 0], ...sides, [0, channels]];
    if (by === 'zero') return ([x]) => withSides(kit, x, all);
    if (by === 'reflect' && sides.flat().every((n) => n >= 0)) return ([x]) => kit.mirrorPad(x, all);
    return kit.lacks(`${by} padding`);
  },

  slice: (kit, { operator: { axis, start }, inputShapes: [shape], output }) => {
    const size = output.length === shape.length ? output[axis] : 1;
    const begin = axisLast(axis, shape);
    return ([x]) => {
      const whole = kit.shape(x);
      const cut = kit.slice(
        x,
        whole.map((_, i) => (i === begin ? start : 0)),
        whole.map((n, i) => (i === begin ? size : n)),
      );
      return output.length === shape.length ? cut : kit.reshape(cut, whole.toSpliced(begin, 1));
    };
  },

  shuffle: (kit, { operator: { groups } }) => {
    return ([x]) => {
      const shape = kit.shape(x);
      const cut = kit.reshape(x, [...shape.slice(0, -1), groups, shape.at(-1) / groups]);
      const axes = [...shape.keys()];
      return kit.reshape(kit.transpose(cut, [...axes.slice(0, -1), axes.length, axes.length - 1]), shape);
    };
  },

  // The whole spread first, then what of it is wanted: padding of a transposed convolution crops.
  transposed: (kit, step) => {
    const { windows, groups } = step.operator;
    const [[, ...sizes]] = step.inputShapes;
    const [filters, ...sizesOut] = step.output;
    if (windows.length !== 2 || groups > 1 || windows.some((w) => w.dilation > 1))
      kit.lacks('this transposed convolution');
    const spread = windows.map((w, axis) => (sizes[axis] - 1) * w.stride + w.kernel);
    const sides = windows.map((w, axis) => [-w.before, w.before + sizesOut[axis] - spread[axis]]);
    if (sides.some(([, after]) => after > 0)) kit.lacks('output padding beyond the windows');
    const of = kit.operators.spread({ ...step, output: [filters, ...spread] });
    return ([x]) => withSides(kit, of([x]), [[0, 0], ...sides, [0, 0]]);
  },
};

const SLIDING = new Set(['convolution', 'pool']);

/** What makes a step's output of its inputs, by the library's own operator or of several. Throws {@link Unsupported}. */
export const operationOf = (kit, step) => {
  const { op, windows } = step.operator;
  const made = COMPOSED[op] ?? (() => kit.lacks(op));
  const of = kit.operators[op] ?? ((one) => made(kit, one));
  if (!SLIDING.has(op) || windows.length === 2) return of(step);
  if (windows.length === 1) return sequences(of, kit, step);
  return op === 'convolution' ? volumes(kit, step) : kit.lacks('pooling of volumes');
};
