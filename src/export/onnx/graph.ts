// An ONNX graph in the making: values, nodes, constants, tensors, and their names. What operators mean there is in the files beside.

import type { TensorName } from '../../core/kernels.js';
import type { Shape } from '../../core/shape.js';
import type { NamedStep } from '../../run/network.js';
import type { Attribute, GraphData, NodeData, Real, Size, TensorData, Type, ValueData } from './proto.js';

/** A tensor of the graph. It has its name once its layer is done. */
export interface Value {
  readonly id: number;
  readonly type: Type;
  readonly sizes: readonly Size[];
}

type Attributes = Readonly<Record<string, Attribute>>;

interface Node {
  readonly op: string;
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: Value[];
  readonly attributes: Attributes;
}

/** What an operator is written with. */
export interface Writing {
  readonly graph: Graph;
  /** The values that the step reads. */
  readonly reads: readonly Value[];
}

/** Of a shape here, channels first, for a batch of images. */
export const images = (shape: Shape): readonly Size[] => ['batch', ...shape];

export const real = (value: number): Real => ({ real: value });

/** Layers have no such sign in their names, so that a value in the middle of one is called as no other. */
const WITHIN = '/';

export class Graph {
  private readonly names = new Map<number, string>();
  private readonly nodes: Node[] = [];
  private readonly tensors = new Map<string, TensorData & { readonly value: Value }>();
  private readonly inputs: Value[] = [];
  private readonly outputs: Value[] = [];
  /** Where the nodes of the layer begin that is written. */
  private begun = 0;
  private count = 0;

  /** `taken`: names of layers and inputs, which tensors must not have. */
  constructor(private readonly taken: Set<string>) {}

  private value(sizes: readonly Size[], type: Type = 'float'): Value {
    return { id: this.count++, sizes, type };
  }

  input(name: string, shape: Shape): Value {
    const value = this.value(images(shape));
    this.names.set(value.id, name);
    this.inputs.push(value);
    return value;
  }

  /** An input, of whatever shape, to ask how many images there are: each network has one at least. */
  get first(): Value {
    return this.inputs[0] as Value;
  }

  // --- nodes -------------------------------------------------------------------------------------------------------

  /** A node of one output of such sizes. Inputs that are undefined are left out. */
  node(op: string, inputs: readonly (Value | undefined)[], sizes: readonly Size[], attributes: Attributes = {}): Value {
    return this.nodeOf(op, inputs, [this.value(sizes)], attributes);
  }

  /** A node whose values are no floats. */
  typed(type: Type, op: string, inputs: readonly Value[], sizes: readonly Size[], attributes: Attributes = {}): Value {
    return this.nodeOf(op, inputs, [this.value(sizes, type)], attributes);
  }

  /** A node that keeps the sizes of what it reads first. */
  like(op: string, inputs: readonly [Value, ...(Value | undefined)[]], attributes: Attributes = {}): Value {
    return this.node(op, inputs, inputs[0].sizes, attributes);
  }

  /** A node of several outputs. */
  several(
    op: string,
    inputs: readonly (Value | undefined)[],
    outputs: readonly { readonly sizes: readonly Size[]; readonly type?: Type }[],
    attributes: Attributes = {},
  ): readonly Value[] {
    const made = outputs.map(({ sizes, type }) => this.value(sizes, type));
    this.nodeOf(op, inputs, made, attributes);
    return made;
  }

  private nodeOf(op: string, inputs: readonly (Value | undefined)[], outputs: Value[], attributes: Attributes): Value {
    this.nodes.push({ op, inputs, outputs, attributes });
    return outputs[0] as Value;
  }

  /** Numbers that nobody learned, of those sizes; one number has none. */
  floats(numbers: readonly number[] | Float32Array, dims: readonly number[] = []): Value {
    return this.constant({ dims, values: Float32Array.from(numbers) }, 'float');
  }

  /** A list of whole numbers: sizes, axes, places. */
  integers(numbers: readonly number[]): Value {
    return this.constant({ dims: [numbers.length], values: BigInt64Array.from(numbers, BigInt) }, 'int64');
  }

  /** One whole number. */
  integer(number: number): Value {
    return this.constant({ dims: [], values: BigInt64Array.of(BigInt(number)) }, 'int64');
  }

  private constant(value: Attribute & { readonly dims: readonly number[] }, type: Type): Value {
    return this.nodeOf('Constant', [], [this.value(value.dims, type)], { value });
  }

  // --- tensors -----------------------------------------------------------------------------------------------------

  /** A learned tensor under its name in PyTorch, once for all that use it; `dims` are other sizes of the same values. */
  learned(step: NamedStep, name: TensorName, dims?: readonly number[]): Value | undefined {
    const tensor = step.weights[name];
    if (!tensor) return undefined;
    const parameter = step.learned.find((one) => one.tensor === name);
    // A weight that is learned as direction and magnitude is written as their product.
    const called = parameter?.name.replace(/\.weight_v$/, '.weight') ?? `${step.name}.${name}`;
    return this.tensor(called, dims ?? tensor.shape, () => tensor.data);
  }

  /** A tensor of a name; the same values in other sizes are another tensor. */
  tensor(called: string, dims: readonly number[], load: () => Float32Array): Value {
    const key = `${called} ${dims.join()}`;
    const known = this.tensors.get(key);
    if (known) return known.value;
    const name = this.free(called);
    const value = this.value(dims);
    this.names.set(value.id, name);
    this.tensors.set(key, { name, dims, load, value });
    return value;
  }

  /** The name, or the first with a number behind it that nothing else has. */
  private free(name: string): string {
    let own = name;
    for (let n = 1; this.taken.has(own); n += 1) own = `${name}_${n}`;
    this.taken.add(own);
    return own;
  }

  // --- names -------------------------------------------------------------------------------------------------------

  /**
   * Ends a layer: what it gives is called as it is, and all that was made on the way by what makes it, within the layer. The value that
   * has the name, which is another where the layer gives what it reads.
   */
  close(layer: string, given: Value): Value {
    const isOwn = this.nodes.slice(this.begun).some(({ op, outputs }) => op !== 'Constant' && outputs.includes(given));
    const named = isOwn ? given : this.like('Identity', [given]);
    this.names.set(named.id, layer);
    const counts = new Map<string, number>();
    for (const { op, outputs } of this.nodes.slice(this.begun))
      for (const { id } of outputs) {
        if (this.names.has(id)) continue;
        const before = counts.get(op) ?? 0;
        counts.set(op, before + 1);
        this.names.set(id, `${layer}${WITHIN}${op}${before > 0 ? `_${before}` : ''}`);
      }
    this.begun = this.nodes.length;
    return named;
  }

  /** Marks a value as wanted. An input that is one goes through a node, and so does what is wanted twice. */
  output(value: Value): void {
    const isFree = !this.inputs.includes(value) && !this.outputs.includes(value);
    this.outputs.push(isFree ? value : this.close(this.free(`${this.nameOf(value)}${WITHIN}output`), value));
  }

  private nameOf(value: Value | undefined): string {
    return value ? (this.names.get(value.id) ?? '') : '';
  }

  /** The graph as it is written. */
  data(name: string, about: string): GraphData {
    const info = (value: Value): ValueData => ({ name: this.nameOf(value), type: value.type, sizes: value.sizes });
    const ends = new Set(this.outputs);
    const inner = this.nodes.flatMap(({ op, outputs }) => (op === 'Constant' ? [] : outputs));
    return {
      name,
      about,
      nodes: this.nodes.map(({ op, inputs, outputs, attributes }): NodeData => {
        const [first] = outputs;
        return {
          name: this.nameOf(first),
          op,
          inputs: withoutEnd(inputs).map((one) => this.nameOf(one)),
          outputs: outputs.map((one) => this.nameOf(one)),
          attributes,
        };
      }),
      inputs: this.inputs.map(info),
      outputs: this.outputs.map(info),
      values: inner.filter((value) => !ends.has(value)).map(info),
      tensors: [...this.tensors.values()],
    };
  }
}

/** What is left out at the end is not written. */
const withoutEnd = <T>(inputs: readonly (T | undefined)[]): readonly (T | undefined)[] =>
  inputs.slice(0, inputs.findLastIndex((one) => one !== undefined) + 1);
