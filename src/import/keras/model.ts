// The models of Keras, as rows: Sequential ones, those with a graph, and models inside of them, which may be called several times.

import type { Place } from '../../core/diagnostic.js';
import type { GrowingInput } from '../../core/growing.js';
import { isList, isObject, type Json, type JsonObject } from '../json.js';
import { Call, type Given, type Layer, NOTHING_GIVEN } from './call.js';
import { flag, get, object, string } from './config.js';
import { Evaluation, type Reading } from './evaluation.js';
import { type Listed, listed, refsIn } from './graph.js';
import { channelsLast, inverse, type Value } from './layout.js';

/** Models in models may call each other so often that nobody waits for the end. */
const MOST_CALLS = 100_000;

/** A model by what it holds: those of one's own class have other names. */
export const isModel = (className: string, config: JsonObject): boolean =>
  isSequential(className) || (isList(get(config, 'layers')) && get(config, 'input_layers') !== undefined);

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

const chain = (model: Inside, layers: readonly Listed[], input: Value, reading: Reading): Value => {
  distinct(layers, reading);
  return layers.reduce(
    (value, layer) =>
      layer.className === 'InputLayer' ? value : (called(model, layer, [value], NOTHING_GIVEN, reading)[0] ?? value),
    input,
  );
};

/** A layer is known by its name: two of one name would be one that is called twice. */
const distinct = (layers: readonly Listed[], { findings, placeOf }: Reading): void => {
  const names = new Set<string>();
  for (const { name, item } of layers) {
    if (names.has(name))
      findings.error('import/file', `two layers are called ${name}`, placeOf(item), 'give each a name of its own');
    names.add(name);
  }
};

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
    found.map(({ sizes, ...rest }, i) => {
      const order = inverse(orders[i] ?? []);
      const isSame = order.every((axis, own) => axis === own);
      return { ...rest, sizes: order.map((axis) => sizes[axis] ?? null), ...(!isSame && { order }) };
    }),
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

/** What comes out of a model with a graph. */
const evaluated = (
  model: Inside,
  layers: readonly Listed[],
  read: ReadonlyMap<string, Value>,
  reading: Reading,
): readonly (Value | undefined)[] => {
  distinct(layers, reading);
  const outputs = refsIn(get(model.config, 'output_layers'));
  const evaluation = new Evaluation(layers, outputs, read, reading, (layer, values, given) =>
    called(model, layer, values, given, reading),
  );
  evaluation.all();
  return outputs.length > 0 ? outputs.map((ref) => evaluation.value(ref)) : [evaluation.last()];
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
