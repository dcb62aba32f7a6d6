// An ONNX model as bytes: the messages that are written here, by the numbers of their fields in onnx.proto. What is in them is graph.ts.

import { PbfWriter } from 'pbf';
import { product } from '../../core/shape.js';
import { rawBytes } from '../../files/bytes.js';

/** ONNX's numbers of the types that are written. */
const TYPES = { float: 1, int64: 7, bool: 9 } as const;
export type Type = keyof typeof TYPES;

/** As many images as come in, or a size that is known. */
export type Size = number | 'batch';

/** A number that is a float there, though it may be whole. */
export interface Real {
  readonly real: number;
}

/** Values that stand in a node. */
export interface Constant {
  readonly dims: readonly number[];
  readonly values: Float32Array | BigInt64Array;
}

export type Attribute = number | string | readonly number[] | readonly string[] | Real | Constant;

export interface NodeData {
  readonly name: string;
  readonly op: string;
  /** Those that are left out are ''. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface ValueData {
  readonly name: string;
  readonly type: Type;
  readonly sizes: readonly Size[];
}

/** A tensor of float32 whose values are asked for once, when they are written. */
export interface TensorData {
  readonly name: string;
  readonly dims: readonly number[];
  readonly load: () => Float32Array;
}

export interface GraphData {
  readonly name: string;
  /** Where it comes from. */
  readonly about: string;
  readonly nodes: readonly NodeData[];
  readonly inputs: readonly ValueData[];
  readonly outputs: readonly ValueData[];
  readonly values: readonly ValueData[];
  readonly tensors: readonly TensorData[];
}

// Opset 17 of IR 8 (ONNX 1.12, 2022): all runtimes have it.
const [IR, OPSET] = [8, 17];
const PRODUCER = 'cnncalc';

type Write = (pbf: PbfWriter) => void;

const message = (pbf: PbfWriter, field: number, write: Write): void =>
  pbf.writeMessage(field, (_, inner) => write(inner), null);

const bytesOf = (write: Write): Uint8Array => {
  const pbf = new PbfWriter();
  write(pbf);
  return pbf.finish();
};

/** ONNX's numbers of the types of attributes. */
const ATTRIBUTES = { f: 1, i: 2, s: 3, t: 4, ints: 7, strings: 8 } as const;

const attribute = (pbf: PbfWriter, name: string, value: Attribute): void => {
  const typed = (type: keyof typeof ATTRIBUTES): void => pbf.writeVarintField(20, ATTRIBUTES[type]);
  pbf.writeStringField(1, name);
  if (typeof value === 'number') {
    pbf.writeVarintField(3, value);
    typed('i');
  } else if (typeof value === 'string') {
    pbf.writeStringField(4, value);
    typed('s');
  } else if ('real' in value) {
    pbf.writeFloatField(2, value.real);
    typed('f');
  } else if ('dims' in value) {
    message(pbf, 5, (inner) => constant(inner, value));
    typed('t');
  } else {
    for (const one of value)
      if (typeof one === 'number') pbf.writeVarintField(8, one);
      else pbf.writeStringField(9, one);
    typed(typeof value[0] === 'string' ? 'strings' : 'ints');
  }
};

const constant = (pbf: PbfWriter, { dims, values }: Constant): void => {
  for (const size of dims) pbf.writeVarintField(1, size);
  pbf.writeVarintField(2, TYPES[values instanceof Float32Array ? 'float' : 'int64']);
  pbf.writeBytesField(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
};

const node = (pbf: PbfWriter, { name, op, inputs, outputs, attributes }: NodeData): void => {
  for (const one of inputs) pbf.writeStringField(1, one);
  for (const one of outputs) pbf.writeStringField(2, one);
  pbf.writeStringField(3, name);
  pbf.writeStringField(4, op);
  for (const [key, value] of Object.entries(attributes)) message(pbf, 5, (inner) => attribute(inner, key, value));
};

const value = (pbf: PbfWriter, { name, type, sizes }: ValueData): void => {
  pbf.writeStringField(1, name);
  const dimension = (inner: PbfWriter, size: Size): void =>
    typeof size === 'number' ? inner.writeVarintField(1, size) : inner.writeStringField(2, size);
  const shape: Write = (inner) => {
    for (const size of sizes) message(inner, 1, (one) => dimension(one, size));
  };
  const tensor: Write = (inner) => {
    inner.writeVarintField(1, TYPES[type]);
    message(inner, 2, shape);
  };
  message(pbf, 2, (inner) => message(inner, 1, tensor));
};

/** Where a tensor's values stand in a file beside the model. */
interface Place {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
}

/** A tensor but for its values, which come behind it where they stand in the model. */
const described = (pbf: PbfWriter, { name, dims }: TensorData, place: Place | undefined): void => {
  for (const size of dims) pbf.writeVarintField(1, size);
  pbf.writeVarintField(2, TYPES.float);
  pbf.writeStringField(8, name);
  if (!place) return;
  const said = { location: place.file, offset: place.offset, length: place.length };
  for (const [key, text] of Object.entries(said))
    message(pbf, 13, (entry) => {
      entry.writeStringField(1, key);
      entry.writeStringField(2, `${text}`);
    });
  pbf.writeVarintField(14, 1);
};

/** The wire type of fields that say how long they are. */
const BY_LENGTH = 2;

/** A field that many bytes follow. */
const beginning = (field: number, length: number): Uint8Array =>
  bytesOf((pbf) => {
    pbf.writeVarint((field << 3) | BY_LENGTH);
    pbf.writeVarint(length);
  });

const sizeOf = ({ dims }: TensorData): number => product(dims) * Float32Array.BYTES_PER_ELEMENT;

/** What stands before a tensor's values in the graph, and how many bytes of values follow. */
const opened = (
  tensor: TensorData,
  place: Place | undefined,
): { readonly head: Uint8Array; readonly values: number } => {
  const about = bytesOf((pbf) => described(pbf, tensor, place));
  const values = place ? 0 : sizeOf(tensor);
  const raw = place ? new Uint8Array() : beginning(9, values);
  const field = beginning(5, about.length + raw.length + values);
  return { head: new Uint8Array([...field, ...about, ...raw]), values };
};

/** Shorter tensors stay in the model, as ONNX's own tools have it. */
const LEAST_BESIDE = 1024;
/** Where values begin in the file beside: at a page, so that runtimes can map it. */
const PAGE = 4096;

/** Where the values of each tensor go that stand beside. */
const placesIn = (tensors: readonly TensorData[], file: string): ReadonlyMap<TensorData, Place> => {
  const places = new Map<TensorData, Place>();
  let end = 0;
  for (const tensor of tensors) {
    const length = sizeOf(tensor);
    if (length < LEAST_BESIDE) continue;
    const offset = Math.ceil(end / PAGE) * PAGE;
    places.set(tensor, { file, offset, length });
    end = offset + length;
  }
  return places;
};

export interface Encoded {
  /** In bytes. */
  readonly size: number;
  readonly content: Iterable<Uint8Array>;
  readonly beside?: Iterable<Uint8Array>;
}

/** The bytes of a model, piece by piece; with `beside` the values of long tensors are those of a file of that name. */
export const encoded = (graph: GraphData, version: string, beside?: string): Encoded => {
  const places = beside === undefined ? new Map<TensorData, Place>() : placesIn(graph.tensors, beside);
  const tensors = graph.tensors.map((tensor) => ({ tensor, ...opened(tensor, places.get(tensor)) }));
  // Whatever is small stands in front, so that who looks for it need not go past the values.
  const small = bytesOf((pbf) => {
    for (const one of graph.nodes) message(pbf, 1, (inner) => node(inner, one));
    pbf.writeStringField(2, graph.name);
    pbf.writeStringField(10, graph.about);
    for (const [field, values] of [[11, graph.inputs], [12, graph.outputs], [13, graph.values]] as const) // biome-ignore format: side by side
      for (const one of values) message(pbf, field, (inner) => value(inner, one));
  });
  const length = tensors.reduce((sum, { head, values }) => sum + head.length + values, small.length);
  const model = bytesOf((pbf) => {
    pbf.writeVarintField(1, IR);
    pbf.writeStringField(2, PRODUCER);
    pbf.writeStringField(3, version);
    message(pbf, 8, (inner) => {
      inner.writeStringField(1, '');
      inner.writeVarintField(2, OPSET);
    });
  });
  const begin = beginning(7, length);
  return {
    size: model.length + begin.length + length,
    content: pieces([model, begin, small], tensors),
    ...(places.size > 0 && { beside: valuesBeside(places) }),
  };
};

function* pieces(
  first: readonly Uint8Array[],
  tensors: readonly (ReturnType<typeof opened> & { readonly tensor: TensorData })[],
): Iterable<Uint8Array> {
  yield* first;
  for (const { tensor, head, values } of tensors) {
    yield head;
    if (values > 0) yield rawBytes(tensor.load());
  }
}

function* valuesBeside(places: ReadonlyMap<TensorData, Place>): Iterable<Uint8Array> {
  let end = 0;
  for (const [tensor, { offset, length }] of places) {
    if (offset > end) yield new Uint8Array(offset - end);
    yield rawBytes(tensor.load());
    end = offset + length;
  }
}
