// Who reads whom in a model of Keras: the calls of its layers, as the two forms of the files have them. No rows, no kinds.

import { isList, isObject, type Json, type JsonObject } from '../json.js';
import { get, object, string } from './config.js';

/** One tensor: what the call number `node` of a layer gives. */
export interface Ref {
  readonly layer: string;
  readonly node: number;
  readonly tensor: number;
  /** Its sizes with the batch, where the file says them. */
  readonly shape?: Json | undefined;
}

/** What a layer is called with, in the order of the file. */
export interface CallOf {
  readonly refs: readonly Ref[];
  readonly positional: readonly (Json | undefined)[];
  readonly named: ReadonlyMap<string, Json | Ref>;
  /** Tensors in lists that are given by name: states of a recurrent layer. */
  readonly listed: readonly Ref[];
}

/** A layer as a model's list has it. */
export interface Listed {
  readonly name: string;
  readonly className: string;
  readonly config: JsonObject;
  readonly item: JsonObject;
  readonly calls: readonly CallOf[];
}

export const isRef = (value: Json | Ref): value is Ref =>
  typeof value === 'object' && value !== null && 'layer' in value && 'node' in value;

/** `["conv1", 0, 0]`, perhaps with more behind it. */
const tupleRef = (value: Json): Ref | undefined => {
  const [layer, node, tensor] = isList(value) ? value : [];
  return typeof layer === 'string' && typeof node === 'number' && typeof tensor === 'number'
    ? { layer, node, tensor }
    : undefined;
};

/** Keras 3: an object whose history is the tuple. */
const tensorRef = (value: Json): Ref | undefined => {
  if (!isObject(value) || string(value, 'class_name') !== '__keras_tensor__') return undefined;
  const config = object(value, 'config');
  const ref = config && tupleRef(get(config, 'keras_history') ?? null);
  return ref && { ...ref, shape: get(config, 'shape') };
};

/** All tensors in a value, however they are put together: lists of lists, mappings by name. */
export const refsIn = (value: Json | undefined): readonly Ref[] => {
  if (value === undefined || value === null) return [];
  const one = tupleRef(value) ?? tensorRef(value);
  if (one) return [one];
  if (isList(value)) return value.flatMap(refsIn);
  return isObject(value) ? [...value.entries.values()].flatMap(refsIn) : [];
};

/** A constant in the place of a tensor: Keras 2 says so by a name that no layer has. */
const CONSTANT = '_CONSTANT_VALUE';

/** Keras 2: `[["conv1", 0, 0, {}], …]`, or the inside alone where there is one. */
const tuples = (node: readonly Json[], known: ReadonlySet<string>): CallOf => {
  const entries = tupleRef(node) ? [node] : node;
  const refs: Ref[] = [];
  const positional: (Json | undefined)[] = [];
  const named = new Map<string, Json | Ref>();
  const listed: Ref[] = [];
  for (const entry of entries) {
    const [name, , , more] = isList(entry) ? entry : [];
    const ref = tupleRef(entry as Json);
    if (name === CONSTANT) positional.push(isList(entry) ? (entry[2] ?? null) : null);
    else if (ref) {
      refs.push(ref);
      positional.push(undefined);
    }
    for (const [key, value] of isObject(more) ? more.entries : []) {
      const tensor = tupleRef(value);
      const own = tensor && known.has(tensor.layer) ? tensor : undefined;
      if (!own) for (const ref of refsIn(value)) if (known.has(ref.layer)) listed.push(ref);
      named.set(key, own ?? value);
    }
  }
  return { refs, positional, named, listed };
};

/** Keras 3: `{"args": […], "kwargs": {…}}`. */
const argumentsOf = (node: JsonObject): CallOf => {
  const [args, kwargs] = [get(node, 'args'), object(node, 'kwargs')];
  const list = isList(args) ? args : [];
  const named = new Map<string, Json | Ref>();
  const listed: Ref[] = [];
  for (const [key, value] of kwargs?.entries ?? []) {
    const tensor = tensorRef(value);
    if (!tensor) for (const ref of refsIn(value)) listed.push(ref);
    named.set(key, tensor ?? value);
  }
  return {
    refs: list.flatMap(refsIn),
    positional: list.map((one) => (refsIn(one).length > 0 ? undefined : one)),
    named,
    listed,
  };
};

const callsOf = (item: JsonObject, known: ReadonlySet<string>): readonly CallOf[] => {
  const nodes = get(item, 'inbound_nodes');
  if (!isList(nodes)) return [];
  return nodes.flatMap((node) => {
    if (isObject(node)) return [argumentsOf(node)];
    return isList(node) ? [tuples(node, known)] : [];
  });
};

const nameOf = (item: JsonObject): string | undefined => {
  const config = object(item, 'config');
  return string(item, 'name') ?? (config && string(config, 'name'));
};

const NONE: JsonObject = { entries: new Map(), from: 0, to: 0 };

/** A model inside of another may be called often. */
const LISTED = new WeakMap<JsonObject, readonly Listed[]>();

/** The layers of a model, in the order of the file. */
export const listed = (model: JsonObject): readonly Listed[] => {
  const known = LISTED.get(model) ?? listedAnew(model);
  LISTED.set(model, known);
  return known;
};

const listedAnew = (model: JsonObject): readonly Listed[] => {
  const list = get(model, 'layers');
  const items = isList(list) ? list.filter(isObject) : [];
  const known = new Set(items.map((item) => nameOf(item) ?? ''));
  return items.map((item, i) => ({
    name: nameOf(item) ?? `${string(item, 'class_name')?.toLowerCase() ?? 'layer'}_${i + 1}`,
    className: string(item, 'class_name') ?? '',
    config: object(item, 'config') ?? NONE,
    item,
    calls: callsOf(item, known),
  }));
};
