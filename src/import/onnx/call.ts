// One node of an ONNX graph as its translation sees it: its inputs as rows or constants, its attributes, and the rows it makes.

import type { Plain } from '../../core/args.js';
import type { Growing, GrowingRow } from '../../core/growing.js';
import { product, type Shape } from '../../core/shape.js';
import { permuted, type StoredTensor } from '../../core/stored.js';
import { type Arranging, dimsOf, type Flow, flowIn, flowOf, type Layout, resized } from './flow.js';
import type { Constant } from './fold.js';
import type { NodeProto, TensorProto } from './model.js';
import { layerOfWeight } from './names.js';

/** What an output of a node is: values of a row, or a constant. */
export type Value = { readonly flow: Flow } | { readonly constant: Constant };

/** Something that this language has no exact word for; the node becomes an opaque row, with that reason. */
export class Unsaid extends Error {
  /** `dims`: the sizes of what comes out, where they are known all the same. */
  constructor(
    reason: string,
    readonly dims?: readonly number[],
  ) {
    super(reason);
  }
}

/** Weights that do not fit what comes in: the file contradicts itself, or another input was asked for than it was made for. */
export class Misfit extends Error {}

/** Throws a {@link Misfit} where weights read another number than comes in. */
export const fitting = (reads: number, comes: number, what: string): void => {
  if (reads !== comes) throw new Misfit(`its weights read ${reads} ${what}, and ${comes} come in`);
};

/** A float32 as a person would write it: 1e-5, not 9.999999747378752e-06. */
export const plainFloat = (value: number): number => {
  for (let digits = 1; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === Math.fround(value)) return short;
  }
  return value;
};

type Options = Readonly<Record<string, Plain>>;

/** What the whole graph has in common. */
export interface Surroundings {
  readonly network: Growing;
  readonly arranging: Arranging;
  /** The version of ONNX's own operators. */
  readonly opset: number;
  /** The row that has an initializer's numbers as weights: who reads it again shares them. */
  readonly owners: Map<string, number>;
  /** By the indices that a pool gives: what it read, and the row's options. */
  readonly pooled: Map<string, { readonly input: Flow; readonly options: Options }>;
  /** Sizes that were meant for a batch of several images, for one; null where they are not of so many values then. */
  readonly withoutBatch: (dims: readonly number[], target: readonly number[]) => readonly number[] | null;
  /** The numbers of a small tensor that stands in an attribute. */
  readonly numbersOf: (tensor: TensorProto) => readonly number[];
  readonly isInput: (row: number) => boolean;
  /** Whether anybody reads a value. */
  readonly isUsed: (name: string) => boolean;
}

export class Call {
  constructor(
    readonly node: NodeProto,
    readonly around: Surroundings,
    private readonly values: readonly (Value | undefined)[],
    /** What the rows of this node are called. */
    readonly name: string,
  ) {}

  get op(): string {
    return this.node.op;
  }

  get opset(): number {
    return this.around.opset;
  }

  // --- attributes --------------------------------------------------------------------------------------------------

  int(name: string, fallback: number): number {
    return this.node.attributes.get(name)?.i ?? fallback;
  }

  ints(name: string): readonly number[] | undefined {
    const ints = this.node.attributes.get(name)?.ints;
    return ints && ints.length > 0 ? ints : undefined;
  }

  float(name: string, fallback: number): number {
    const value = this.node.attributes.get(name)?.f;
    return value === undefined ? fallback : plainFloat(value);
  }

  floats(name: string): readonly number[] | undefined {
    const floats = this.node.attributes.get(name)?.floats;
    return floats && floats.length > 0 ? floats : undefined;
  }

  text(name: string, fallback: string): string {
    return this.node.attributes.get(name)?.s ?? fallback;
  }

  // --- inputs ------------------------------------------------------------------------------------------------------

  /** Whether anybody reads an output. */
  isUsed(output: number): boolean {
    return this.around.isUsed(this.node.outputs[output] ?? '');
  }

  has(i: number): boolean {
    return this.values[i] !== undefined;
  }

  get count(): number {
    return this.values.length;
  }

  value(i: number): Value {
    const value = this.values[i];
    if (!value) throw new Unsaid(`its input ${i + 1} is missing`);
    return value;
  }

  /** Values of rows; a constant becomes a learned tensor of its own. */
  flow(i: number): Flow {
    const value = this.value(i);
    return 'flow' in value ? value.flow : this.parameter(value.constant);
  }

  constant(i: number): Constant | undefined {
    const value = this.values[i];
    return value && 'constant' in value ? value.constant : undefined;
  }

  /** A constant that has to be one. */
  weight(i: number): Constant {
    const constant = this.constant(i);
    if (constant) return constant;
    throw new Unsaid(`its input ${i + 1} is computed, and not stored`);
  }

  /** Whole numbers or floats of an input that has to be known while the file is read; undefined where there is none. */
  numbers(i: number): readonly number[] | undefined {
    if (!this.has(i)) return undefined;
    const numbers = this.constant(i)?.numbers;
    if (numbers) return numbers;
    throw new Unsaid(`its input ${i + 1} is computed, and not known before it runs`);
  }

  /** What is an input since some version, and was an attribute before. */
  numbersOr(i: number, attribute: string): readonly number[] | undefined {
    return this.numbers(i) ?? this.ints(attribute);
  }

  dims(i: number): readonly number[] {
    const value = this.value(i);
    return 'flow' in value ? dimsOf(value.flow) : value.constant.dims;
  }

  /** An axis counted from the front. */
  axis(axis: number, rank: number): number {
    const from = axis < 0 ? axis + rank : axis;
    if (from >= 0 && from < rank) return from;
    throw new Unsaid(`it speaks of axis ${axis} of ${rank}`);
  }

  // --- rows --------------------------------------------------------------------------------------------------------

  /** The name of the layer that a weight says it belongs to. */
  named(weight: Constant | undefined): string {
    return layerOfWeight(weight?.learned) ?? this.name;
  }

  row(kind: string, options: Options, reads: readonly number[], more: Partial<GrowingRow> = {}): number {
    return this.around.network.add({ kind, name: this.name, options, reads, ...more });
  }

  /** A row with weights: the file's own, or those of the row that had them first. */
  learned(
    kind: string,
    options: Options,
    reads: readonly number[],
    tensors: Readonly<Record<string, StoredTensor | undefined>>,
    weight: Constant | undefined,
  ): number {
    const { owners, network } = this.around;
    const key = weight?.learned;
    const owner = key === undefined ? undefined : owners.get(`${kind} ${key}`);
    const given = Object.entries(tensors).flatMap(([name, one]) => (one ? [[name, one] as const] : []));
    const row = network.add({
      kind,
      name: this.named(weight),
      options,
      reads,
      tensors: Object.fromEntries(given),
      ...(owner !== undefined && { sharedWith: owner }),
    });
    if (key !== undefined && owner === undefined) owners.set(`${kind} ${key}`, row);
    return row;
  }

  /** A constant that others add, multiply or put in front, as a tensor of this language; laid with its axes in an order, if that is given. */
  parameter(constant: Constant, layout?: readonly number[]): Flow {
    const { owners, network } = this.around;
    const { dims } = constant;
    const real = dims.map((_, axis) => axis).filter((axis) => dims[axis] !== 1);
    const order = layout && real.every((axis) => layout.includes(axis)) ? layout : real;
    const shape = order.length > 0 ? order.map((axis) => dims[axis] ?? 1) : [1];
    if (shape.length > 4) throw new Unsaid(`its constant of ${dims.join('x')} has too many axes`);
    const rest = dims.map((_, axis) => axis).filter((axis) => !order.includes(axis));
    const stored = { ...permuted(constant.stored, [...rest, ...order]), shape };
    const key = constant.learned && `parameter ${constant.learned} ${order.join()} ${shape.join('x')}`;
    const known = key ? owners.get(key) : undefined;
    const name =
      constant.learned && !/^(?:onnx::|\d)/.test(constant.learned)
        ? constant.learned.replace(/\.weight$/, '')
        : `${this.name}.constant`;
    const row =
      known ??
      network.add({
        kind: 'parameter',
        name,
        options: { shape, ...((constant.learned === undefined || !constant.isFloat) && { fixed: true }) },
        reads: [],
        tensors: { weight: stored },
      });
    if (key) owners.set(key, row);
    return flowIn(row, dims, order);
  }

  shape(row: number): Shape | null {
    return this.around.network.shape(row);
  }

  /** An input in an order that this node needs. */
  arranged(flow: Flow, layout: Layout): Flow {
    const arranged = this.around.arranging.arranged(flow, layout, this.name);
    if (arranged) return arranged;
    throw new Unsaid(`its input of ${dimsOf(flow).join('x')} has more axes than there are here`);
  }

  /** As pictures are: the batch in front, which has one image, then channels, then places; all of them axes here. */
  standard(i: number): Flow {
    const flow = this.flow(i);
    const dims = dimsOf(flow);
    if (dims.length < 2) throw new Unsaid(`its input of ${dims.join('x')} has no channels`);
    if (dims[0] !== 1) throw new Unsaid(`its input of ${dims.join('x')} has ${dims[0]} images, and one is read here`);
    return this.arranged(
      flow,
      dims.slice(1).map((_, axis) => [axis + 1]),
    );
  }

  /** A row's result, whose axes here are those behind the batch. */
  volume(row: number): Value {
    const shape = this.shape(row) ?? [1];
    return { flow: flowOf(row, [1, ...shape]) };
  }

  /** The same axes, on another row: value by value. */
  like(flow: Flow, row: number): Value {
    return { flow: { ...flow, row } };
  }

  /** Another shape of values: renamed where that does, else laid in order first. */
  resized(flow: Flow, dims: readonly number[], layout: Layout | null): Flow {
    if (product(dimsOf(flow)) !== product(dims))
      throw new Unsaid(`${dimsOf(flow).join('x')} values cannot be ${dims.join('x')}`);
    const same = resized(flow, dims);
    const labelled = { label: this.name };
    if (same) return { ...same, ...labelled };
    const laid = layout && resized(this.arranged(flow, layout), dims);
    if (laid) return { ...laid, ...labelled };
    throw new Unsaid(`${dimsOf(flow).join('x')} values do not lie in the order of ${dims.join('x')}`);
  }
}
