// The messages of an ONNX file that are read here, by the numbers of their fields in onnx.proto (opset 22). Nothing is made of them.

import { PbfReader } from 'pbf';
import { type Bytes, Damaged } from '../../files/bytes.js';
import { LEFT, type Left, withoutNumbers } from './wire.js';

/** A tensor as it is described. Its numbers stand in one of several fields, in the file, or in a file beside it. */
export interface TensorProto {
  name: string;
  dims: number[];
  type: number;
  /** Little-endian, as they lie in memory. */
  raw?: Uint8Array;
  /** Fields of numbers by type: float, int32 (and all smaller ones), int64, double, uint64. */
  numbers: Map<number, number[]>;
  left?: Left;
  /** Where the numbers are, of a file beside it: `location`, `offset`, `length`. */
  external: Map<string, string>;
  isExternal: boolean;
}

export interface Attribute {
  name: string;
  /** Of a function's node: the attribute of its caller whose value it is. */
  from?: string;
  f?: number;
  i?: number;
  s?: string;
  t?: TensorProto;
  g?: GraphProto;
  floats: number[];
  ints: number[];
  strings: string[];
}

export interface NodeProto {
  name: string;
  op: string;
  domain: string;
  inputs: string[];
  outputs: string[];
  attributes: Map<string, Attribute>;
}

/** Sizes; null where one has a name instead or nothing at all. No sizes: nothing is said. */
export interface ValueInfo {
  name: string;
  type: number;
  dims?: (number | null)[];
}

export interface GraphProto {
  name: string;
  nodes: NodeProto[];
  initializers: TensorProto[];
  inputs: ValueInfo[];
  outputs: ValueInfo[];
  values: ValueInfo[];
  /** Tensors in a form that is not read: sparse ones. */
  sparse: number;
}

export interface FunctionProto {
  name: string;
  domain: string;
  inputs: string[];
  outputs: string[];
  nodes: NodeProto[];
  /** Values that its attributes have where a caller says none. */
  defaults: Attribute[];
}

export interface ModelProto {
  ir: number;
  producer: string;
  producerVersion: string;
  /** Versions of the sets of operators by domain; '' is ONNX's own. */
  opsets: Map<string, number>;
  graph?: GraphProto;
  functions: FunctionProto[];
}

type Read<T> = (field: number, into: T, reader: PbfReader) => void;

/** Text may not be UTF-8 in damaged files; the reader replaces what is none. */
const message = <T>(read: Read<T>, empty: () => T, reader: PbfReader): T => reader.readMessage(read, empty());

const plainText = (reader: PbfReader): string => reader.readString();

const readTensor: Read<TensorProto> = (field, into, reader) => {
  if (field === 1) reader.readPackedVarint(into.dims, true);
  else if (field === 2) into.type = reader.readVarint();
  else if (field === 4) into.numbers.set(4, reader.readPackedFloat(into.numbers.get(4)));
  else if (field === 5 || field === 7 || field === 11)
    into.numbers.set(field, reader.readPackedVarint(into.numbers.get(field), field !== 11));
  else if (field === 10) into.numbers.set(10, reader.readPackedDouble(into.numbers.get(10)));
  else if (field === 8) into.name = plainText(reader);
  else if (field === 9) into.raw = reader.readBytes();
  else if (field === 13) {
    const { key, value } = message(readEntry, () => ({ key: '', value: '' }), reader);
    into.external.set(key, value);
  } else if (field === 14) into.isExternal = reader.readVarint() === 1;
  else if (field === LEFT) into.left = readLeft(reader);
};

const readEntry: Read<{ key: string; value: string }> = (field, into, reader) => {
  if (field === 1) into.key = plainText(reader);
  else if (field === 2) into.value = plainText(reader);
};

const readLeft = (reader: PbfReader): Left => {
  const end = reader.readVarint() + reader.pos;
  const left = { field: reader.readVarint(), offset: reader.readVarint(), length: reader.readVarint() };
  reader.pos = end;
  return left;
};

const emptyTensor = (): TensorProto => ({
  name: '',
  dims: [],
  type: 0,
  numbers: new Map(),
  external: new Map(),
  isExternal: false,
});

const readAttribute: Read<Attribute> = (field, into, reader) => {
  if (field === 1) into.name = plainText(reader);
  else if (field === 2) into.f = reader.readFloat();
  else if (field === 3) into.i = reader.readVarint(true);
  else if (field === 4) into.s = plainText(reader);
  else if (field === 5) into.t = message(readTensor, emptyTensor, reader);
  else if (field === 6) into.g = message(readGraph, emptyGraph, reader);
  else if (field === 7) reader.readPackedFloat(into.floats);
  else if (field === 8) reader.readPackedVarint(into.ints, true);
  else if (field === 9) into.strings.push(plainText(reader));
  else if (field === 21) into.from = plainText(reader);
};

const emptyAttribute = (): Attribute => ({ name: '', floats: [], ints: [], strings: [] });

const readNode: Read<NodeProto> = (field, into, reader) => {
  if (field === 1) into.inputs.push(plainText(reader));
  else if (field === 2) into.outputs.push(plainText(reader));
  else if (field === 3) into.name = plainText(reader);
  else if (field === 4) into.op = plainText(reader);
  else if (field === 5) {
    const attribute = message(readAttribute, emptyAttribute, reader);
    into.attributes.set(attribute.name, attribute);
  } else if (field === 7) into.domain = ownDomain(plainText(reader));
};

/** ONNX's own operators have two names for where they come from. */
const ownDomain = (domain: string): string => (domain === 'ai.onnx' ? '' : domain);

const emptyNode = (): NodeProto => ({ name: '', op: '', domain: '', inputs: [], outputs: [], attributes: new Map() });

const readDimension: Read<{ size: number | null }> = (field, into, reader) => {
  if (field === 1) into.size = reader.readVarint(true);
};

const readShape: Read<{ dims: (number | null)[] }> = (field, into, reader) => {
  if (field === 1) into.dims.push(message(readDimension, () => ({ size: null as number | null }), reader).size);
};

const readTensorType: Read<ValueInfo> = (field, into, reader) => {
  if (field === 1) into.type = reader.readVarint();
  else if (field === 2) into.dims = message(readShape, () => ({ dims: [] as (number | null)[] }), reader).dims;
};

const readType: Read<ValueInfo> = (field, into, reader) => {
  if (field === 1) reader.readMessage(readTensorType, into);
};

const readValue: Read<ValueInfo> = (field, into, reader) => {
  if (field === 1) into.name = plainText(reader);
  else if (field === 2) reader.readMessage(readType, into);
};

const emptyValue = (): ValueInfo => ({ name: '', type: 0 });

const readGraph: Read<GraphProto> = (field, into, reader) => {
  if (field === 1) into.nodes.push(message(readNode, emptyNode, reader));
  else if (field === 2) into.name = plainText(reader);
  else if (field === 5) into.initializers.push(message(readTensor, emptyTensor, reader));
  else if (field === 11) into.inputs.push(message(readValue, emptyValue, reader));
  else if (field === 12) into.outputs.push(message(readValue, emptyValue, reader));
  else if (field === 13) into.values.push(message(readValue, emptyValue, reader));
  else if (field === 15) into.sparse += 1;
};

const emptyGraph = (): GraphProto => ({
  name: '',
  nodes: [],
  initializers: [],
  inputs: [],
  outputs: [],
  values: [],
  sparse: 0,
});

const readFunction: Read<FunctionProto> = (field, into, reader) => {
  if (field === 1) into.name = plainText(reader);
  else if (field === 4) into.inputs.push(plainText(reader));
  else if (field === 5) into.outputs.push(plainText(reader));
  else if (field === 7) into.nodes.push(message(readNode, emptyNode, reader));
  else if (field === 11) into.defaults.push(message(readAttribute, emptyAttribute, reader));
  else if (field === 10) into.domain = plainText(reader);
};

const emptyFunction = (): FunctionProto => ({
  name: '',
  domain: '',
  inputs: [],
  outputs: [],
  nodes: [],
  defaults: [],
});

const readOpset: Read<{ domain: string; version: number }> = (field, into, reader) => {
  if (field === 1) into.domain = plainText(reader);
  else if (field === 2) into.version = reader.readVarint(true);
};

const readModelField: Read<ModelProto> = (field, into, reader) => {
  if (field === 1) into.ir = reader.readVarint(true);
  else if (field === 2) into.producer = plainText(reader);
  else if (field === 3) into.producerVersion = plainText(reader);
  else if (field === 7) into.graph = message(readGraph, emptyGraph, reader);
  else if (field === 8) {
    const { domain, version } = message(readOpset, () => ({ domain: '', version: 0 }), reader);
    into.opsets.set(ownDomain(domain), version);
  } else if (field === 25) into.functions.push(message(readFunction, emptyFunction, reader));
};

/** The model in a file, without the numbers of long tensors. Throws {@link Damaged}. */
export const readModel = (file: Bytes): ModelProto => {
  const thin = withoutNumbers(file);
  const empty: ModelProto = { ir: 0, producer: '', producerVersion: '', opsets: new Map(), functions: [] };
  try {
    return new PbfReader(thin).readFields(readModelField, empty);
  } catch (error) {
    throw new Damaged(`one of its fields cannot be read: ${(error as Error).message}`);
  }
};
