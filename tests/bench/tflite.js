// The .tflite format as far as the benchmark writes it: tables of operators with their codes and options, tensors and buffers, from
// tensorflow/lite/schema/schema.fbs. What a network is made of is litert-operators.js.

import { Builder } from 'flatbuffers';

const PADDING = { same: 0, valid: 1 };
const ACTIVATIONS = { linear: 0, relu: 1, relu6: 3 };
const MIRROR = { reflect: 0, symmetric: 1 };
const TYPES = new Map([
  [Float32Array, 0],
  [Int32Array, 2],
]);

/** A field of an option table: how its value is found, and how it is written. */
const INT = { of: (value) => value, write: 'addFieldInt32' };
const FLOAT = { of: (value) => value, write: 'addFieldFloat32' };
const FLAG = { of: Number, write: 'addFieldInt8' };
const oneOf = (names) => ({ of: (name) => names[name], write: 'addFieldInt8' });
const ACTIVATION = oneOf(ACTIVATIONS);
const UNUSED = null;

const WINDOW = { padding: oneOf(PADDING), strideW: INT, strideH: INT };
const POOL = { ...WINDOW, kernelW: INT, kernelH: INT, activation: ACTIVATION };

/** BuiltinOperator's code, and, where it has options, their type in the union BuiltinOptions and their fields in order. */
const OPERATORS = {
  ADD: { code: 0, options: 11, fields: { activation: ACTIVATION } },
  AVERAGE_POOL_2D: { code: 1, options: 5, fields: POOL },
  CONCATENATION: { code: 2, options: 10, fields: { axis: INT, activation: ACTIVATION } },
  CONV_2D: {
    code: 3,
    options: 1,
    fields: { ...WINDOW, activation: ACTIVATION, dilationW: INT, dilationH: INT },
  },
  DEPTHWISE_CONV_2D: {
    code: 4,
    options: 2,
    fields: { ...WINDOW, multiplier: INT, activation: ACTIVATION, dilationW: INT, dilationH: INT },
  },
  FULLY_CONNECTED: { code: 9, options: 8, fields: { activation: ACTIVATION, format: UNUSED, keepsAxes: FLAG } },
  LOCAL_RESPONSE_NORMALIZATION: {
    code: 13,
    options: 13,
    fields: { radius: INT, bias: FLOAT, alpha: FLOAT, beta: FLOAT },
  },
  LOGISTIC: { code: 14 },
  MAX_POOL_2D: { code: 17, options: 5, fields: POOL },
  MUL: { code: 18, options: 21, fields: { activation: ACTIVATION } },
  RELU: { code: 19 },
  RELU6: { code: 21 },
  RESHAPE: { code: 22, options: 17, fields: {} },
  RESIZE_BILINEAR: { code: 23, options: 15, fields: { height: UNUSED, width: UNUSED, corners: FLAG, centres: FLAG } },
  SOFTMAX: { code: 25, options: 9, fields: { beta: FLOAT } },
  TANH: { code: 28 },
  PAD: { code: 34, options: 22, fields: {} },
  TRANSPOSE: { code: 39, options: 26, fields: {} },
  MEAN: { code: 40, options: 27, fields: { keepsAxes: FLAG } },
  SUB: { code: 41, options: 28, fields: { activation: ACTIVATION } },
  DIV: { code: 42, options: 29, fields: { activation: ACTIVATION } },
  EXP: { code: 47, options: 33, fields: {} },
  LOG_SOFTMAX: { code: 50, options: 36, fields: {} },
  PRELU: { code: 54 },
  MAXIMUM: { code: 55, options: 39, fields: {} },
  MINIMUM: { code: 57, options: 39, fields: {} },
  PADV2: { code: 60, options: 43, fields: {} },
  SLICE: { code: 65, options: 48, fields: {} },
  TRANSPOSE_CONV: { code: 67, options: 49, fields: WINDOW },
  LOG: { code: 73 },
  SUM: { code: 74, options: 27, fields: { keepsAxes: FLAG } },
  SQRT: { code: 75 },
  RSQRT: { code: 76 },
  REDUCE_MAX: { code: 82, options: 27, fields: { keepsAxes: FLAG } },
  RESIZE_NEAREST_NEIGHBOR: { code: 97, options: 74, fields: { corners: FLAG, centres: FLAG } },
  LEAKY_RELU: { code: 98, options: 75, fields: { alpha: FLOAT } },
  MIRROR_PAD: { code: 100, options: 77, fields: { mode: oneOf(MIRROR) } },
  ABS: { code: 101, options: 78, fields: {} },
  ELU: { code: 111 },
  HARD_SWISH: { code: 117, options: 91, fields: {} },
  BATCH_MATMUL: { code: 126, options: 101, fields: { transposeA: FLAG, transposeB: FLAG } },
  GELU: { code: 150, options: 116, fields: { approximate: FLAG } },
};

/** Of a schema's enumeration before it had more than 127 operators: stands for all those behind. */
const PLACEHOLDER = 127;

/** A vector of 32-bit numbers or offsets. */
const vector = (builder, add, values) => {
  builder.startVector(4, values.length, 4);
  for (const value of values.toReversed()) builder[add](value);
  return builder.endVector();
};
const numbers = (builder, values) => vector(builder, 'addInt32', [...values]);
const offsets = (builder, values) => vector(builder, 'addOffset', values);

/** A table: fields by their position, each a method of the builder and a value. What equals the default is written, too. */
const table = (builder, length, fields) => {
  builder.startObject(length);
  for (const [at, add, value] of fields) builder[add](at, value, add === 'addFieldOffset' ? 0 : Number.NaN);
  return builder.endObject();
};

/** Values start at multiples of 16 bytes of the file. */
const buffer = (builder, data) => {
  if (!data) return table(builder, 3, []);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  builder.startVector(1, bytes.length, 16);
  builder.space -= bytes.length;
  builder.bb.bytes().set(bytes, builder.space);
  return table(builder, 3, [[0, 'addFieldOffset', builder.endVector()]]);
};

const tensor = (builder, { shape, data }, i, at) => {
  const [dimensions, name] = [numbers(builder, shape), builder.createString(`t${i}`)];
  return table(builder, 8, [
    [0, 'addFieldOffset', dimensions],
    [1, 'addFieldInt8', data ? TYPES.get(data.constructor) : TYPES.get(Float32Array)],
    [2, 'addFieldInt32', at],
    [3, 'addFieldOffset', name],
  ]);
};

const operatorCode = (builder, name) => {
  const { code } = OPERATORS[name];
  return table(builder, 4, [
    [0, 'addFieldInt8', Math.min(code, PLACEHOLDER)],
    [2, 'addFieldInt32', 1],
    [3, 'addFieldInt32', code],
  ]);
};

const optionsOf = (builder, { fields }, options) => {
  const all = Object.entries(fields);
  const written = all.flatMap(([name, field], at) =>
    field && options[name] !== undefined ? [[at, field.write, field.of(options[name])]] : [],
  );
  return table(builder, Math.max(all.length, 1), written);
};

const operator = (builder, { name, inputs, outputs, options }, codes) => {
  const { options: type, fields } = OPERATORS[name];
  const given = fields && optionsOf(builder, { fields }, options);
  const [from, to] = [numbers(builder, inputs), numbers(builder, outputs)];
  return table(builder, 9, [
    [0, 'addFieldInt32', codes.indexOf(name)],
    [1, 'addFieldOffset', from],
    [2, 'addFieldOffset', to],
    ...(fields
      ? [
          [3, 'addFieldInt8', type],
          [4, 'addFieldOffset', given],
        ]
      : []),
  ]);
};

/**
 * The bytes of a model. `tensors`: { shape, data? } in the order of their numbers, data of constants; `operators`: { name, inputs,
 * outputs, options } in the order of execution, tensors by number; `inputs` and `outputs` likewise.
 */
export const tflite = ({ tensors, operators, inputs, outputs }) => {
  const builder = new Builder(1 << 20);
  // The first buffer is that of all tensors without values.
  const constants = tensors.filter(({ data }) => data);
  const buffers = [undefined, ...constants.map(({ data }) => data)].map((data) => buffer(builder, data));
  const places = new Map(constants.map((each, i) => [each, i + 1]));
  const names = [...new Set(operators.map(({ name }) => name))];
  const codes = names.map((name) => operatorCode(builder, name));
  const allTensors = tensors.map((each, i) => tensor(builder, each, i, places.get(each) ?? 0));
  const allOperators = operators.map((each) => operator(builder, each, names));
  const parts = [
    offsets(builder, allTensors),
    numbers(builder, inputs),
    numbers(builder, outputs),
    offsets(builder, allOperators),
    builder.createString('main'),
  ];
  const graph = table(
    builder,
    5,
    parts.map((part, at) => [at, 'addFieldOffset', part]),
  );
  const model = [
    offsets(builder, codes),
    offsets(builder, [graph]),
    builder.createString('benchmark'),
    offsets(builder, buffers),
  ];
  const root = table(builder, 8, [
    [0, 'addFieldInt32', 3],
    ...model.map((part, at) => [at + 1, 'addFieldOffset', part]),
  ]);
  builder.finish(root, 'TFL3');
  return builder.asUint8Array().slice();
};
