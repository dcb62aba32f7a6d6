// A graph of TFLite's operators that grows, and what is put into it in several places. Which operators a network needs is
// litert-operators.js, how they are written is tflite.js.

/** Activations that TFLite's operators compute with what they make. */
export const FUSED = new Set(['relu', 'relu6']);

/** What cannot be below 0, where all that it is made of cannot. */
const KEEPS_SIGN = new Set([
  'CONCATENATION',
  'MAX_POOL_2D',
  'AVERAGE_POOL_2D',
  'SLICE',
  'RESHAPE',
  'TRANSPOSE',
  'PAD',
  'MEAN',
]);
const NEVER_BELOW = new Set(['RELU', 'RELU6', 'LOGISTIC', 'SOFTMAX']);

/** A graph that grows: tensors by number, and the operators that make them. */
export const growing = () => {
  const [tensors, operators] = [[], []];
  const added = (tensor) => {
    tensors.push(tensor);
    return { ...tensor, number: tensors.length - 1 };
  };
  return {
    tensors,
    operators,
    input: (shape) => added({ shape }),
    constant: (shape, data) => added({ shape, data }),
    apply: (name, inputs, shape, options = {}) => {
      const notNegative =
        NEVER_BELOW.has(name) ||
        FUSED.has(options.activation) ||
        (KEEPS_SIGN.has(name) && inputs.every((x) => x.notNegative || x.data instanceof Int32Array));
      const made = added({ shape, notNegative });
      const numbers = (list) => list.map(({ number }) => number);
      operators.push({ name, inputs: numbers(inputs), outputs: numbers([made]), options });
      return made;
    },
  };
};

export const ints = (g, values, shape = [values.length]) => g.constant(shape, Int32Array.from(values.flat()));

/** Around an image, [before, after] for each axis. */
export const padded = (g, x, sides, value = 0) => {
  const shape = x.shape.map((n, axis) => n + sides[axis][0] + sides[axis][1]);
  const amounts = ints(g, sides, [sides.length, 2]);
  return value === 0
    ? g.apply('PAD', [x, amounts], shape)
    : g.apply('PADV2', [x, amounts, g.constant([1], Float32Array.of(value))], shape);
};
