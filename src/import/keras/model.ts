// The models of Keras, as rows: Sequential ones, those with a graph, and models inside of them, which may be called several times.

import type { Place } from '../../core/diagnostic.js';
import type { GrowingInput } from '../../core/growing.js';
import { isList, isObject, type Json, type JsonObject } from '../json.js';
import { Call, type Given, type Layer, NOTHING_GIVEN, type Site } from './call.js';
import { flag, get, object, string } from './config.js';
import { type CallOf, isRef, type Listed, listed, type Ref, refsIn } from './graph.js';
import { channelsLast, inverse, isValue, type Value } from './layout.js';

/** Models in models may call each other so often that nobody waits for the end. */
const MOST_CALLS = 100_000;

/** What a model is read with. */
export interface Reading extends Site {
  readonly placeOf: (item: JsonObject) => Place | undefined;
  /** Whether the inputs have the sizes that the file says: others may be asked for from outside. */
  asStated: boolean;
  calls: number;
}

/** A model by what it holds: those of one's own class have other names. */
export const isModel = (className: string, config: JsonObject): boolean =>
  (isList(get(config, 'layers')) && (isSequential(className) || get(config, 'input_layers') !== undefined)) ||
  className === 'Sequential';

const isSequential = (className: string): boolean => className === 'Sequential';

/** A model with what is around it. */
interface Inside {
  readonly className: string;
  readonly config: JsonObject;
  readonly path: readonly string[];
  readonly frozen: boolean;
  readonly at: Place | undefined;
}

/** The whole file. The rows that come out of it; undefined where there is nothing to read. */
export const readModel = (className: string, config: JsonObject, reading: Reading): readonly number[] | undefined => {
  const layers = listed(config);
  const frozen = !flag(config, 'trainable', true);
  const model: Inside = { className, config, path: [], frozen, at: undefined };
  if (layers.length === 0) return reading.findings.error('import/file', 'the model in it has no layers');
  const values = isSequential(className) ? sequential(model, layers, reading) : functional(model, layers, reading);
  return values.flatMap((value) => (value ? [settledRow(value, reading)] : []));
};

/** What comes out at the end stands in the order of Keras. */
const settledRow = (value: Value, reading: Reading): number => {
  const name = reading.network.name(value.row);
  const config: JsonObject = { entries: new Map(), from: 0, to: 0 };
  const layer: Layer = { className: '', config, path: [name], at: undefined, frozen: false };
  const call = new Call(reading, layer, [value]);
  return call.arranged(call.settled(value), call.usualOrder(value.order.length)).row;
};

const sequential = (model: Inside, layers: readonly Listed[], reading: Reading): readonly (Value | undefined)[] => {
  const [input] = inputs(
    [
      {
        name: inputNameOf(layers),
        sizes: sizesOf(model.className, model.config) ?? unknownSizes(layers),
        at: undefined,
      },
    ],
    reading,
  );
  return input ? [chain(model, layers, input, reading)] : [];
};

const inputNameOf = ([first]: readonly Listed[]): string => (first?.className === 'InputLayer' ? first.name : 'input');

/** Nothing says what it reads: words by their numbers, or else an image. */
const unknownSizes = ([first]: readonly Listed[]): readonly null[] =>
  first?.className === 'Embedding' ? [null] : [null, null, null];

const chain = (model: Inside, layers: readonly Listed[], input: Value, reading: Reading): Value =>
  layers.reduce(
    (value, layer) =>
      layer.className === 'InputLayer' ? value : (called(model, layer, [value], NOTHING_GIVEN, reading)[0] ?? value),
    input,
  );

/** The rows of all inputs. */
const inputs = (
  found: readonly (Omit<GrowingInput, 'sizes'> & { readonly sizes: readonly (number | null)[] })[],
  reading: Reading,
): readonly Value[] => {
  const { network, channelsFirst } = reading;
  const orders = found.map(({ sizes }) =>
    channelsFirst && sizes.length > 2 ? [...sizes.keys()] : channelsLast(sizes.length),
  );
  const rows = network.inputs(
    found.map(({ sizes, ...rest }, i) => ({
      ...rest,
      sizes: inverse(orders[i] ?? []).map((axis) => sizes[axis] ?? null),
    })),
  );
  return rows.map((row, i) => {
    // What is said from outside may have other axes.
    const shape = network.shape(row);
    const rank = shape?.length ?? orders[i]?.length ?? 1;
    const order = orders[i]?.length === rank ? orders[i] : channelsLast(rank);
    const sizes = order.map((axis) => shape?.[axis]);
    if (found[i]?.sizes.some((size, axis) => size !== null && size !== sizes[axis])) reading.asStated = false;
    return { row, order };
  });
};

const SHAPES = ['batch_shape', 'batch_input_shape', 'build_input_shape'] as const;

/** Sizes without the batch, null where they are open; undefined where nothing is said. */
const sizesIn = (from: JsonObject | undefined): readonly (number | null)[] | undefined => {
  for (const key of SHAPES) {
    const shape = from && get(from, key);
    const list = isObject(shape) ? get(shape, 'items') : shape;
    if (isList(list) && list.length > 0) return list.slice(1).map((size) => (typeof size === 'number' ? size : null));
  }
  return undefined;
};

/** What a layer or a model reads, as far as the file says it. */
const sizesOf = (className: string, config: JsonObject, item?: JsonObject): readonly (number | null)[] | undefined => {
  const own = sizesIn(config) ?? builtSizes(item);
  if (own || !isModel(className, config)) return own;
  const layers = listed(config);
  const first = isSequential(className)
    ? layers[0]
    : layers.find(({ name }) => name === refsIn(get(config, 'input_layers'))[0]?.layer);
  return first && sizesOf(first.className, first.config, first.item);
};

/** Keras 3 keeps what a layer was built for. */
const builtSizes = (item: JsonObject | undefined): readonly (number | null)[] | undefined => {
  const built = item && object(item, 'build_config');
  const shape = built && get(built, 'input_shape');
  return isList(shape) && shape.length > 1 && shape.every((size) => size === null || typeof size === 'number')
    ? (shape.slice(1) as readonly (number | null)[])
    : undefined;
};

const functional = (model: Inside, layers: readonly Listed[], reading: Reading): readonly (Value | undefined)[] => {
  const read = layers.filter(({ className }) => className === 'InputLayer');
  const values = inputs(
    read.map(({ name, config, item }) => ({
      name,
      sizes: sizesOf('InputLayer', config, item) ?? [],
      at: reading.placeOf(item),
    })),
    reading,
  );
  return evaluated(model, layers, new Map(read.map(({ name }, i) => [name, values[i] as Value])), reading);
};

/** A model that is called inside of another one. */
const nested = (model: Inside, values: readonly Value[], reading: Reading): readonly (Value | undefined)[] => {
  const layers = listed(model.config);
  const [first] = values;
  if (isSequential(model.className)) return first ? [chain(model, layers, first, reading)] : [];
  const names = refsIn(get(model.config, 'input_layers')).map(({ layer }) => layer);
  const read = new Map(names.flatMap((name, i): [string, Value][] => (values[i] ? [[name, values[i]]] : [])));
  return evaluated(model, layers, read, reading);
};

/** All calls of a model, each after those that it reads, else in the order of the file. */
const evaluated = (
  model: Inside,
  layers: readonly Listed[],
  read: ReadonlyMap<string, Value>,
  reading: Reading,
): readonly (Value | undefined)[] => {
  const outputs = refsIn(get(model.config, 'output_layers'));
  const evaluation = new Evaluation(model, layers, outputs, read, reading);
  evaluation.all();
  return outputs.length > 0 ? outputs.map((ref) => evaluation.value(ref)) : [evaluation.last()];
};

/** A call of a layer, by both. */
interface Node {
  readonly layer: Listed;
  readonly call: CallOf;
  readonly key: string;
}

const keyOf = ({ layer, node }: Pick<Ref, 'layer' | 'node'>): string => `${layer}\n${node}`;

class Evaluation {
  private readonly nodes: readonly Node[];
  private readonly known: ReadonlyMap<string, Node>;
  private readonly made = new Map<string, readonly (Value | undefined)[]>();
  /** How many tensors of each call are read. */
  private readonly wanted = new Map<string, number>();
  /** Sizes of the first tensor of each call that the file says. */
  private readonly stated = new Map<string, readonly number[]>();

  constructor(
    private readonly model: Inside,
    layers: readonly Listed[],
    outputs: readonly Ref[],
    read: ReadonlyMap<string, Value>,
    private readonly reading: Reading,
  ) {
    const before = callsBefore(layers, outputs);
    this.nodes = layers.flatMap((layer) =>
      layer.calls.map((call, i): Node => {
        const node = i + (before.get(layer.name) ?? 0);
        return { layer, call, key: keyOf({ layer: layer.name, node }) };
      }),
    );
    this.known = new Map(this.nodes.map((node) => [node.key, node]));
    for (const [name, value] of read) this.made.set(keyOf({ layer: name, node: 0 }), [value]);
    for (const ref of [...outputs, ...this.nodes.flatMap(({ call }) => tensorsOf(call))]) {
      const key = keyOf(ref);
      const sizes = ref.tensor === 0 ? statedSizes(ref.shape) : undefined;
      if (sizes) this.stated.set(key, sizes);
      this.wanted.set(key, Math.max(this.wanted.get(key) ?? 1, ref.tensor + 1));
    }
  }

  value(ref: Ref): Value | undefined {
    return this.made.get(keyOf(ref))?.[ref.tensor];
  }

  last(): Value | undefined {
    return this.made.get(this.nodes.at(-1)?.key ?? '')?.[0];
  }

  all(): void {
    const open = new Set<string>();
    for (const start of this.nodes) {
      // Without recursion: a chain may be as long as the file.
      const stack = [start];
      for (let node = stack.at(-1); node; node = stack.at(-1)) {
        const needed = this.made.has(node.key) ? undefined : this.needed(node);
        if (needed && open.has(needed.key)) this.circle(node, needed);
        open.add(node.key);
        if (needed) stack.push(needed);
        else {
          if (!this.made.has(node.key)) this.make(node);
          stack.pop();
        }
      }
    }
  }

  /** A call that is to be made before. */
  private needed({ call }: Node): Node | undefined {
    return tensorsOf(call)
      .map((ref) => this.known.get(keyOf(ref)))
      .find((other) => other && !this.made.has(other.key));
  }

  private circle(node: Node, other: Node): never {
    return this.reading.findings.stop(
      'import/file',
      `the layers read each other in a circle, ${node.layer.name} and ${other.layer.name} among them`,
      this.reading.placeOf(node.layer.item),
      'save the model again',
    );
  }

  private make({ layer, call, key }: Node): void {
    const values = call.refs.flatMap((ref) => this.value(ref) ?? this.missing(ref, layer) ?? []);
    const named = new Map<string, Json | Value>();
    for (const [name, value] of call.named) {
      const given = isRef(value) ? this.value(value) : value;
      if (given !== undefined) named.set(name, given);
    }
    const all = values.length > 0 ? values : [...named.values()].filter(isValue);
    const given: Given = {
      positional: call.positional,
      named,
      listed: call.listed.flatMap((ref) => this.value(ref) ?? []),
      wanted: this.wanted.get(key) ?? 1,
      sizes: this.stated.get(key),
    };
    const made = called(this.model, layer, all, given, this.reading);
    this.made.set(key, made);
    if (made[0] && given.sizes) this.compare(made[0], given.sizes, layer);
  }

  /** What a file says of sizes is what its program had: where others come out, something here is wrong. */
  private compare({ row, order }: Value, stated: readonly number[], { name, item }: Listed): void {
    const { network, findings, placeOf, asStated } = this.reading;
    const shape = network.shape(row);
    if (!shape || !asStated) return;
    const sizes = order.map((axis) => shape[axis] ?? 1);
    if (sizes.join('x') === stated.join('x')) return;
    findings.warning(
      'import/file',
      `${name} comes to ${sizes.join('x')} here, and the file says ${stated.join('x')}`,
      placeOf(item),
      'this may be a bug in cnncalc: please report the file',
    );
  }

  private missing(ref: Ref, { name, item }: Listed): undefined {
    return this.reading.findings.error(
      'import/file',
      `${name} reads ${ref.layer}, call ${ref.node}, and there is no such call`,
      this.reading.placeOf(item),
      'save the model again',
    );
  }
}

/** A layer that was called before the model was made has more calls than the model knows of: those that it reads are the last. */
const callsBefore = (layers: readonly Listed[], outputs: readonly Ref[]): ReadonlyMap<string, number> => {
  const last = new Map<string, number>();
  for (const { layer, node } of [...outputs, ...layers.flatMap(({ calls }) => calls.flatMap(tensorsOf))])
    last.set(layer, Math.max(last.get(layer) ?? 0, node));
  return new Map(
    layers.map(({ name, calls }) => [
      name,
      calls.length > 0 ? Math.max(0, (last.get(name) ?? 0) + 1 - calls.length) : 0,
    ]),
  );
};

const tensorsOf = (call: CallOf): readonly Ref[] => [
  ...call.refs,
  ...[...call.named.values()].filter(isRef),
  ...call.listed,
];

/** Sizes without the batch, where all are numbers. */
const statedSizes = (shape: Json | undefined): readonly number[] | undefined => {
  const sizes = isList(shape) ? shape.slice(1) : [];
  return sizes.length > 0 && sizes.every((size) => Number.isSafeInteger(size) && (size as number) > 0)
    ? (sizes as readonly number[])
    : undefined;
};

/** The rows of one call of one layer, or of a model inside. */
const called = (
  model: Inside,
  layer: Listed,
  values: readonly Value[],
  given: Given,
  reading: Reading,
): readonly (Value | undefined)[] => {
  reading.calls += 1;
  const { name, className, config, item } = layer;
  const at = reading.placeOf(item);
  if (reading.calls > MOST_CALLS)
    reading.findings.stop(
      'import/unsupported',
      `the models in it call more than ${MOST_CALLS} layers`,
      at,
      'save the part of it that matters',
    );
  const path = [...model.path, name];
  const frozen = model.frozen || !flag(config, 'trainable', true);
  if (isModel(className, config)) return nested({ className, config, path, frozen, at }, values, reading);
  const made = reading.build(new Call(reading, { className, config, path, at, frozen }, values, given));
  return 'row' in made ? [made] : made;
};

/** Which of both orders the images of a model lie in: what most of its layers say. */
export const isChannelsFirst = (value: Json): boolean => {
  const count = { channels_first: 0, channels_last: 0 };
  const open: Json[] = [value];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (isList(one)) for (const each of one) open.push(each);
    if (!isObject(one)) continue;
    const format = string(one, 'data_format');
    if (format === 'channels_first' || format === 'channels_last') count[format] += 1;
    for (const each of one.entries.values()) if (typeof each === 'object') open.push(each);
  }
  return count.channels_first > count.channels_last;
};
