// ONNX files made by hand for tests: a graph as data -> bytes, every field as the format has it. No assertions.

import { PbfWriter } from 'pbf';

/** A tensor: floats unless its type says otherwise, in `raw_data` unless `field` names another. */
export interface TensorData {
  readonly dims: readonly number[];
  readonly data?: readonly number[];
  /** ONNX's number of the type: 1 float, 7 int64, 10 float16, 11 double, 16 bfloat16. */
  readonly type?: number;
  /** The list that the numbers stand in instead: 4 float, 5 int32, 7 int64, 10 double. */
  readonly field?: number;
  readonly raw?: Uint8Array;
  readonly external?: Readonly<Record<string, string>>;
}

type AttributeData =
  | { readonly f: number }
  | { readonly i: number }
  | { readonly s: string }
  | { readonly floats: readonly number[] }
  | { readonly ints: readonly number[] }
  | { readonly t: TensorData }
  | { readonly g: GraphData };

export interface NodeData {
  readonly op: string;
  readonly in: readonly string[];
  readonly out: readonly string[];
  readonly name?: string;
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, AttributeData>>;
}

export interface GraphData {
  readonly nodes: readonly NodeData[];
  readonly name?: string;
  readonly inputs?: Readonly<Record<string, readonly (number | string)[]>>;
  readonly outputs: Readonly<Record<string, readonly (number | string)[] | null>>;
  readonly initializers?: Readonly<Record<string, TensorData>>;
}

export interface ModelData extends GraphData {
  readonly opset?: number;
  readonly producer?: string;
}

const SIZES: Readonly<Record<number, number>> = { 1: 4, 7: 8, 10: 2, 11: 8, 16: 2, 6: 4, 9: 1 };

/** Numbers as they lie in memory. */
const rawOf = (data: readonly number[], type: number): Uint8Array => {
  const view = new DataView(new ArrayBuffer(data.length * (SIZES[type] ?? 4)));
  for (const [i, value] of data.entries())
    if (type === 7) view.setBigInt64(i * 8, BigInt(value), true);
    else if (type === 11) view.setFloat64(i * 8, value, true);
    else if (type === 6) view.setInt32(i * 4, value, true);
    else if (type === 9) view.setUint8(i, value);
    else if (type === 10 || type === 16) view.setUint16(i * 2, value, true);
    else view.setFloat32(i * 4, value, true);
  return new Uint8Array(view.buffer);
};

const tensor = (name: string, { dims, data, type = 1, field, raw, external }: TensorData, pbf: PbfWriter): void => {
  for (const size of dims) pbf.writeVarintField(1, size);
  pbf.writeVarintField(2, type);
  pbf.writeStringField(8, name);
  for (const [key, value] of Object.entries(external ?? {}))
    pbf.writeMessage(
      13,
      (_, entry) => {
        entry.writeStringField(1, key);
        entry.writeStringField(2, value);
      },
      null,
    );
  if (external) pbf.writeVarintField(14, 1);
  if (raw) pbf.writeBytesField(9, raw);
  else if (data && field === 4) pbf.writePackedFloat(4, [...data]);
  else if (data && field === 10) pbf.writePackedDouble(10, [...data]);
  else if (data && field !== undefined) pbf.writePackedVarint(field, [...data]);
  else if (data) pbf.writeBytesField(9, rawOf(data, type));
};

const attribute = ([name, value]: readonly [string, AttributeData], pbf: PbfWriter): void => {
  pbf.writeStringField(1, name);
  if ('f' in value) pbf.writeFloatField(2, value.f);
  if ('i' in value) pbf.writeVarintField(3, value.i);
  if ('s' in value) pbf.writeStringField(4, value.s);
  if ('t' in value) pbf.writeMessage(5, (_, inner) => tensor('', value.t, inner), null);
  if ('g' in value) pbf.writeMessage(6, (_, inner) => graph(value.g, inner), null);
  if ('floats' in value) for (const one of value.floats) pbf.writeFloatField(7, one);
  if ('ints' in value) for (const one of value.ints) pbf.writeVarintField(8, one);
};

const node = (data: NodeData, pbf: PbfWriter): void => {
  for (const name of data.in) pbf.writeStringField(1, name);
  for (const name of data.out) pbf.writeStringField(2, name);
  if (data.name) pbf.writeStringField(3, data.name);
  pbf.writeStringField(4, data.op);
  if (data.domain) pbf.writeStringField(7, data.domain);
  for (const one of Object.entries(data.attributes ?? {}))
    pbf.writeMessage(5, (_, inner) => attribute(one, inner), null);
};

const valueInfo = (name: string, dims: readonly (number | string)[] | null, pbf: PbfWriter): void => {
  pbf.writeStringField(1, name);
  const dimension = (size: number | string, inner: PbfWriter): void =>
    typeof size === 'number' ? inner.writeVarintField(1, size) : inner.writeStringField(2, size);
  const shape = (_: null, inner: PbfWriter): void => {
    for (const size of dims ?? []) inner.writeMessage(1, (_, one) => dimension(size, one), null);
  };
  const type = (_: null, inner: PbfWriter): void => {
    inner.writeVarintField(1, 1);
    if (dims) inner.writeMessage(2, shape, null);
  };
  pbf.writeMessage(2, (_, inner) => inner.writeMessage(1, type, null), null);
};

const graph = ({ nodes, name = '', inputs = {}, outputs, initializers = {} }: GraphData, pbf: PbfWriter): void => {
  for (const one of nodes) pbf.writeMessage(1, (_, inner) => node(one, inner), null);
  pbf.writeStringField(2, name);
  for (const [called, data] of Object.entries(initializers))
    pbf.writeMessage(5, (_, inner) => tensor(called, data, inner), null);
  for (const [called, dims] of Object.entries(inputs))
    pbf.writeMessage(11, (_, inner) => valueInfo(called, dims, inner), null);
  for (const [called, dims] of Object.entries(outputs))
    pbf.writeMessage(12, (_, inner) => valueInfo(called, dims, inner), null);
};

export const onnxOf = ({ opset = 17, producer = 'test', ...data }: ModelData): Uint8Array => {
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, 8);
  pbf.writeStringField(2, producer);
  pbf.writeMessage(7, (_, inner) => graph(data, inner), null);
  pbf.writeMessage(8, (_, inner) => inner.writeVarintField(2, opset), null);
  return pbf.finish();
};
