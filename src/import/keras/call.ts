// One call of one layer of Keras: what it reads, and the rows that it becomes. What each layer becomes is layers.ts and the files beside it.

import type { Plain } from '../../core/args.js';
import type { Place } from '../../core/diagnostic.js';
import type { Findings } from '../../core/findings.js';
import type { Growing } from '../../core/growing.js';
import { product } from '../../core/shape.js';
import { filled, type StoredTensor } from '../../core/stored.js';
import type { Json, JsonObject } from '../json.js';
import { string } from './config.js';
import {
  asTheyLie,
  channelsAt,
  channelsLast,
  inverse,
  keepsOrder,
  sameOrder,
  unflattened,
  type Value,
} from './layout.js';
import type { Unknown } from './unknown.js';

/** What a layer learned, by the names that Keras gives. */
export interface Weights {
  readonly find: (path: readonly string[], weight: string, part?: string) => StoredTensor | undefined;
  /** How many values stand under a layer; undefined where nothing does. */
  readonly count: (path: readonly string[]) => number | undefined;
}

/** What all calls of a file have in common. */
export interface Site {
  readonly network: Growing;
  readonly findings: Findings;
  readonly weights: Weights;
  readonly unknown: Unknown;
  /** The major version: defaults differ. */
  readonly version: number;
  /** Images have their channels before their places. */
  readonly channelsFirst: boolean;
  /** The first row of each part of each layer: what a layer called again shares. */
  readonly rows: Map<string, number>;
  /** The rows of a layer of any class. */
  readonly build: Builder;
}

export interface Layer {
  readonly className: string;
  readonly config: JsonObject;
  /** The models around it and its own name. */
  readonly path: readonly string[];
  readonly at: Place | undefined;
  readonly frozen: boolean;
}

/** What a call was given besides tensors. */
export interface Given {
  /** In their order, tensors as undefined. */
  readonly positional: readonly (Json | undefined)[];
  readonly named: ReadonlyMap<string, Json | Value>;
  /** Tensors besides: states of a recurrent layer. */
  readonly listed: readonly Value[];
  /** How many of its tensors are read. */
  readonly wanted: number;
  /** The sizes of what comes out, where the file says them. */
  readonly sizes?: readonly number[] | undefined;
}

export const NOTHING_GIVEN: Given = { positional: [], named: new Map(), listed: [], wanted: 1 };

/** What a call gives: one tensor, or several of which the first is the usual one. */
export type Builder = (call: Call) => Value | readonly Value[];

interface Row {
  /** Behind the layer's name; none is the layer itself. */
  readonly part?: string;
  readonly options?: Readonly<Record<string, Plain | undefined>>;
  /** By what they are here. */
  readonly tensors?: Readonly<Record<string, StoredTensor | undefined>>;
  /** Called again, it uses what it learned before. */
  readonly learns?: true;
}

export class Call {
  constructor(
    readonly site: Site,
    readonly layer: Layer,
    readonly inputs: readonly Value[],
    readonly given: Given = NOTHING_GIVEN,
    /** Behind the layer's name for what stands inside of it: `act`. */
    private readonly part = '',
    /** Axes before those that the layer knows of: the steps that it is called for one by one. */
    readonly lead = 0,
  ) {}

  get config(): JsonObject {
    return this.layer.config;
  }

  get input(): Value {
    return this.inputs[0] ?? { row: -1, order: [0] };
  }

  /** Another layer in the place of this one, under its name. */
  as(
    className: string,
    config: JsonObject,
    changes: { inputs?: readonly Value[]; part?: string; lead?: number } = {},
  ): Call {
    const { inputs = this.inputs, part = '', lead = this.lead } = changes;
    const name = [this.part, part].filter(Boolean).join('.');
    return new Call(
      this.site,
      { ...this.layer, className, config },
      inputs,
      { ...NOTHING_GIVEN, wanted: this.given.wanted },
      name,
      lead,
    );
  }

  /** The same call with other inputs. */
  reading(inputs: readonly Value[]): Call {
    return new Call(this.site, this.layer, inputs, this.given, this.part, this.lead);
  }

  /** Adds a row and gives its number. */
  row(kind: string, reads: readonly number[], { part = '', options = {}, tensors = {}, learns }: Row = {}): number {
    const { network, rows } = this.site;
    const { at, frozen } = this.layer;
    const name = this.nameOf(part);
    const key = this.keyOf(part);
    const sharedWith = learns && rows.get(key);
    const row = network.add({
      kind,
      name,
      at,
      reads,
      options: defined(options),
      ...(learns && frozen && sharedWith === undefined && { frozen }),
      ...(sharedWith === undefined ? { tensors: defined(tensors) } : { sharedWith }),
    });
    if (learns && sharedWith === undefined) rows.set(key, row);
    return row;
  }

  /** Names may have dots of their own. */
  private keyOf(part: string): string {
    return [...this.layer.path, '', this.part, part].join('\n');
  }

  private nameOf(part: string): string {
    return [...this.layer.path, this.part, part].filter(Boolean).join('.');
  }

  /** The same of a layer with one input and one output whose axes keep their places. */
  same(kind: string, value: Value, row: Row = {}): Value {
    return { ...value, row: this.row(kind, [value.row], row) };
  }

  weight(name: string, part?: string): StoredTensor | undefined {
    return this.site.weights.find(this.layer.path, name, part);
  }

  /** A vector of one value for each channel of what is read, in the order that the channels have here. */
  perChannel(name: string, value: Value): StoredTensor | undefined {
    const tensor = this.weight(name);
    return tensor && unflattened(tensor, 0, value.flat);
  }

  /** The sizes of Keras's axes; null where a mistake leaves them unknown. */
  sizes(value: Value): readonly number[] | null {
    const shape = this.site.network.shape(value.row);
    return shape && value.order.map((axis) => shape[axis] ?? 1);
  }

  /** Sizes as this program has them, for options. */
  shapeOf(sizes: readonly number[]): readonly number[] {
    return inverse(this.usualOrder(sizes.length)).map((axis) => sizes[axis] ?? 1);
  }

  /** The order in which tensors of so many axes lie here where nothing else is said. */
  usualOrder(rank: number): readonly number[] {
    return this.site.channelsFirst && rank > 2 ? asTheyLie(rank) : channelsLast(rank);
  }

  /** The order that `data_format` says. */
  imageOrder(rank: number): readonly number[] {
    const format = string(this.config, 'data_format');
    const first = format === undefined ? this.site.channelsFirst && rank > 2 : format === 'channels_first';
    return channelsAt(rank, first ? this.lead : rank - 1);
  }

  /** The same tensor with its axes in another order here, by a row where they are not. */
  arranged(value: Value, order: readonly number[]): Value {
    if (value.order.length !== order.length || sameOrder(value.order, order)) return value;
    const turn = inverse(order).map((axis) => value.order[axis] ?? axis);
    const row = this.row('permute', [value.row], { part: 'order', options: { order: turn } });
    return { ...value, row, order };
  }

  /** As layers that work on images read it. */
  image(value = this.input): Value {
    return this.arranged(value, this.imageOrder(value.order.length));
  }

  /** With the last axis of Keras as the channels. */
  last(value = this.input): Value {
    return this.arranged(value, channelsLast(value.order.length));
  }

  /** With that axis of Keras, counted with the batch, as the channels; undefined where there is none. */
  along(axis: number, value = this.input): Value | undefined {
    const place = this.axisOf(axis, value);
    if (place === undefined) return undefined;
    return value.order[place] === 0 ? value : this.arranged(value, channelsAt(value.order.length, place));
  }

  /** An axis of Keras, which counts the batch or from the end, among those of the value. */
  axisOf(axis: number, value = this.input): number | undefined {
    const rank = value.order.length;
    const place = axis < 0 ? axis + rank : axis - 1 + this.lead;
    return Number.isInteger(place) && place >= 0 && place < rank ? place : undefined;
  }

  /** A vector whose values stand in the order of Keras, by rows where they do not. */
  settled(value: Value): Value {
    const { flat, ...rest } = value;
    if (!flat) return value;
    const sizes = inverse(flat.order).map((axis) => flat.sizes[axis] ?? 1);
    if (keepsOrder(sizes, flat.order)) return rest;
    // Only the vector itself may have gone through more layers: it becomes the volume again.
    const volume = this.row('reshape', [value.row], {
      part: 'volume',
      options: { to: [...sizes.slice(1), sizes[0] ?? 1] },
    });
    const turned = this.row('permute', [volume], { part: 'order', options: { order: flat.order } });
    return { ...rest, row: this.row('flatten', [turned], { part: 'values' }) };
  }

  /** The same values, in the order of Keras, under other sizes. */
  reshaped(value: Value, sizes: readonly number[], part = ''): Value {
    const before = this.sizes(value);
    const order = this.usualOrder(sizes.length);
    const masked = value.masked;
    const to = (list: readonly number[]) => [...list.slice(1), list[0] ?? 1];
    const shape = inverse(order).map((axis) => sizes[axis] ?? 1);
    const straight = (row: number): Value => ({
      row: this.row('reshape', [row], { part, options: { to: to(shape) } }),
      order,
      masked,
    });
    if (!before) return straight(value.row);
    const settled = this.settled(value);
    const ours = inverse(settled.order).map((axis) => before[axis] ?? 1);
    const channelsStay =
      ours[0] === shape[0] && product(before) === product(sizes) && settled.order.at(-1) === 0 && order.at(-1) === 0;
    if (channelsStay && sameOrder(settled.order, channelsLast(before.length))) return straight(settled.row);
    const lying = keepsOrder(ours, settled.order)
      ? settled.row
      : this.row('permute', [settled.row], { part: 'order', options: { order: settled.order } });
    if (keepsOrder(sizes, inverse(order))) return straight(lying);
    const plainly = this.row('reshape', [lying], { part: part || 'values', options: { to: to(sizes) } });
    return this.arranged({ row: plainly, order: asTheyLie(sizes.length), masked }, order);
  }

  /** A row of which nobody knows here what it computes. `sizes` are those of Keras. */
  opaque(why: string, known: Known = {}): Value {
    const { layer, site, given } = this;
    const name = layer.className;
    const stored = site.weights.count(layer.path);
    const { params = stored, macs, rf } = known;
    const sizes = known.sizes ?? (this.part === '' ? given.sizes : undefined);
    const usual = this.inputs.map((value) => this.arranged(this.settled(value), this.usualOrder(value.order.length)));
    const row = this.row(
      'opaque',
      usual.map((value) => value.row),
      {
        options: { operation: name || 'layer', ...(sizes && { out: this.shapeOf(sizes) }), params, macs, rf },
        // Its values are there, and nobody reads them: that it cannot be run is what is to be told.
        tensors: { weight: params && stored !== undefined ? filled([params], 0) : undefined },
        learns: true,
      },
    );
    // What it reads may be unknown for another reason, which is told.
    if (usual.every((value) => this.sizes(value)))
      site.unknown.tell({ className: name, why, assumed: !sizes && rf !== 1 }, site.network.name(row), layer.at);
    const rank = sizes?.length ?? usual[0]?.order.length ?? 1;
    return { row, order: this.usualOrder(rank) };
  }
}

/** What is known of a layer whose arithmetic is not. */
interface Known {
  readonly sizes?: readonly number[] | undefined;
  readonly params?: number | undefined;
  readonly macs?: number | undefined;
  /** 1: each value by itself. */
  readonly rf?: Plain;
}

const defined = <T>(entries: Readonly<Record<string, T | undefined>>): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(entries).filter((entry): entry is [string, T] => entry[1] !== undefined));
