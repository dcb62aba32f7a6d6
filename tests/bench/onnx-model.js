// An ONNX model in the making: nodes, constants, attributes, and its bytes by the schema of `onnx-proto`. No operator's meaning.

import onnxProto from 'onnx-proto';

const { AttributeProto, ModelProto, TensorProto } = onnxProto.onnx;

// What `onnx-proto` knows (IR 8) and the newest operators that all runtimes of the benchmark have in it.
const IR_VERSION = 8;
const OPSET = 17;

const { FLOAT, INT64 } = TensorProto.DataType;

/** A number that the schema wants as a float, though it may be whole. */
export const real = (value) => ({ real: value });

const attribute = (name, value) => {
  const { AttributeType } = AttributeProto;
  if (typeof value === 'string') return { name, type: AttributeType.STRING, s: Buffer.from(value) };
  if (Array.isArray(value)) return { name, type: AttributeType.INTS, ints: value };
  if (typeof value === 'object') return { name, type: AttributeType.FLOAT, f: value.real };
  return { name, type: AttributeType.INT, i: value };
};

const bytes = ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength);

const valueInfo = (name, shape) => ({
  name,
  type: { tensorType: { elemType: FLOAT, shape: { dim: shape.map((dimValue) => ({ dimValue })) } } },
});

/** A graph that grows: `node`, `floats`, `scalar` and `integers` return the name of the value that they make. */
export class OnnxGraph {
  #nodes = [];
  #constants = new Map();
  #inputs = [];
  #outputs = [];

  input(name, shape) {
    this.#inputs.push(valueInfo(name, shape));
    return name;
  }

  /** Marks a value as wanted, under its own name. */
  output(name, shape) {
    this.#outputs.push(valueInfo(name, shape));
  }

  /** Attributes: whole numbers, lists of them, strings, {@link real} numbers. Undefined inputs at the end are left away. */
  node(opType, inputs, attributes = {}) {
    const name = `${opType}_${this.#nodes.length}`;
    this.#nodes.push({
      name,
      opType,
      input: inputs.filter((input) => input !== undefined),
      output: [name],
      attribute: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
    });
    return name;
  }

  /** A constant tensor of float32. The same name is stored once. */
  floats(name, data, shape) {
    this.#constants.set(name, { name, dataType: FLOAT, dims: shape, rawData: bytes(data) });
    return name;
  }

  scalar(value) {
    return this.floats(`float ${value}`, Float32Array.of(value), []);
  }

  /** A constant vector of int64: shapes, axes, pads. */
  integers(values) {
    const name = `int64 ${values.join(' ')}`;
    const rawData = bytes(BigInt64Array.from(values, BigInt));
    this.#constants.set(name, { name, dataType: INT64, dims: [values.length], rawData });
    return name;
  }

  encode() {
    return ModelProto.encode({
      irVersion: IR_VERSION,
      opsetImport: [{ domain: '', version: OPSET }],
      graph: {
        name: 'network',
        node: this.#nodes,
        initializer: [...this.#constants.values()],
        input: this.#inputs,
        output: this.#outputs,
      },
    }).finish();
  }
}
