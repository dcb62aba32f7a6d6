// ONNX files -> rows: the graph walked in order, each node by its row in the tables of onnx/operators. What is said of one operator is there.

import type { Findings } from '../core/findings.js';
import type { Growing, Grown } from '../core/growing.js';
import { product } from '../core/shape.js';
import { Damaged } from '../files/bytes.js';
import type { ForeignFile, Importer } from './format.js';
import { Call, Misfit, type Surroundings, Unsaid, type Value } from './onnx/call.js';
import { Arranging, dimsOf, flowIn, flowOf } from './onnx/flow.js';
import {
  type Constant,
  computed,
  constant,
  isOrder,
  MOST_FOLDED,
  targetDims,
  transposedConstant,
} from './onnx/fold.js';
import { inlined } from './onnx/functions.js';
import { arrayOrder, formOf } from './onnx/inputs.js';
import {
  type GraphProto,
  type ModelProto,
  type NodeProto,
  readModel,
  type TensorProto,
  type ValueInfo,
} from './onnx/model.js';
import { isMadeUp, layerOfWeight, Paths } from './onnx/names.js';
import { TRANSLATIONS } from './onnx/operators/index.js';
import { recognised, type Values } from './onnx/patterns.js';
import { type Beside, dimsOf as dimsOfTensor, isFloat, MOST_AXES, numbersOf, storedTensor } from './onnx/tensors.js';
import { Opaques } from './opaque.js';

export const readOnnx: Importer = (file, network, findings) => {
  try {
    const model = readModel(file.bytes);
    if (!model.graph) throw new Damaged('there is no graph in it');
    const refused = quantised(model.graph);
    if (refused)
      return findings.error(
        'import/unsupported',
        `this model is quantised (${refused}): its weights and values are whole numbers, and those here are not`,
        undefined,
        'give the model as it was before it was quantised, in float32 or float16',
      );
    const graph = { ...model.graph, nodes: [...inlined(model.graph.nodes, model)] };
    return new Translator(file, model, graph, network, findings).translated();
  } catch (error) {
    if (!(error instanceof Damaged)) throw error;
    return findings.error(
      'import/file',
      `this ONNX file cannot be read: ${error.message}`,
      undefined,
      'save or download it again',
    );
  }
};

/** Operators of whole numbers. */
const QUANTISED = /^(?:QLinear|Quantize|Dequantize|DynamicQuantize|QGemm|QAttention|.*Integer$|MatMulNBits)/;

const quantised = ({ nodes }: GraphProto): string | undefined => {
  const ops = [...new Set(nodes.map(({ op }) => op).filter((op) => QUANTISED.test(op)))];
  return ops.length === 0 ? undefined : ops.slice(0, 3).join(', ');
};

/** What becomes of a value: known; or lost, by the row that stands for it. */
type Known = Value | { readonly lost: number };

/** Constants of floats longer than this are weights, of which nothing is computed here. */
const MOST_FLOATS = 256;

/** Names that exporters give every graph. */
const NAMELESS = /^(?:torch[-_]jit(?:[-_]export)?|main_graph|tf2onnx|mxnet_converted_model|graph|model|main|)$/i;

class Translator {
  private readonly values = new Map<string, Known>();
  private readonly constants = new Map<string, Constant>();
  private readonly makers = new Map<string, NodeProto>();
  private readonly used = new Set<string>();
  private readonly inputRows = new Set<number>();
  private readonly stated = new Map<string, ValueInfo>();
  private readonly opaques = new Opaques();
  private readonly around: Surroundings;
  private paths = new Paths([]);
  /** Files of numbers that are not beside the model. */
  private readonly missing = new Set<string>();
  /** Images that the file's own sizes are for. */
  private batch = 1;

  constructor(
    private readonly file: ForeignFile,
    private readonly model: ModelProto,
    private readonly graph: GraphProto,
    private readonly network: Growing,
    private readonly findings: Findings,
  ) {
    for (const info of [...graph.values, ...graph.outputs]) this.stated.set(info.name, info);
    this.around = {
      network,
      arranging: new Arranging(network, ({ label }, reader) => label ?? `${reader}.input`),
      opset: model.opsets.get('') ?? 1,
      owners: new Map(),
      pooled: new Map(),
      withoutBatch: (dims, target) => this.withoutBatch(dims, target),
      numbersOf: (tensor) => numbersOf(tensor, file.bytes, this.beside) ?? [],
      isInput: (row) => this.inputRows.has(row),
      isUsed: (name) => this.used.has(name),
    };
  }

  translated(): Grown {
    const { graph } = this;
    for (const tensor of graph.initializers) this.constants.set(tensor.name, this.stored(tensor, tensor.name));
    this.readConstants(graph.nodes);
    this.setMakers(graph.nodes);
    const nodes = this.inOrder(recognised(graph, this.known));
    this.paths = new Paths(nodes);
    this.readInputs(nodes);
    this.walk(nodes);
    const outputs = graph.outputs.map(({ name }) => this.output(name)).filter((row) => row !== undefined);
    this.opaques.report(this.findings);
    this.tellMissing();
    const { producer, producerVersion } = this.model;
    const by = producer === '' ? '' : `, from ${producer} ${producerVersion}`.trimEnd();
    return {
      name: NAMELESS.test(graph.name) ? this.file.name : graph.name,
      outputs,
      origin: `ONNX, opset ${this.around.opset}${by}`,
    };
  }

  // --- constants ---------------------------------------------------------------------------------------------------

  /** A file of numbers; one that is not there is told of at the end. */
  private readonly beside: Beside = (path) => {
    const file = this.file.beside(path);
    if (!file) this.missing.add(path);
    return file;
  };

  private stored(tensor: TensorProto, learned?: string): Constant {
    const { bytes } = this.file;
    const { beside } = this;
    const dims = dimsOfTensor(tensor);
    const float = isFloat(tensor.type);
    const isSmall = product(dims) <= (float ? MOST_FLOATS : MOST_FOLDED);
    return {
      dims,
      isFloat: float,
      stored: storedTensor(tensor, bytes, beside),
      numbers: isSmall ? numbersOf(tensor, bytes, beside) : undefined,
      ...(learned !== undefined && { learned }),
    };
  }

  /** Nodes that say a constant, and those that only give an initializer another name: exporters merge equal tensors so. */
  private readConstants(nodes: readonly NodeProto[]): void {
    for (const node of nodes) {
      const [output = ''] = node.outputs;
      const source = node.op === 'Identity' ? this.constants.get(node.inputs[0] ?? '') : undefined;
      if (source) this.constants.set(output, isMadeUp(output) ? source : { ...source, learned: output });
      else if (node.op === 'Constant') {
        const made = this.fromAttributes(node);
        if (made) this.constants.set(output, made);
      } else if (node.op === 'Transpose') this.readTransposed(node, output);
    }
  }

  /** A stored matrix that is turned before it is multiplied with: exporters that fold nothing write dense layers so. */
  private readTransposed({ inputs: [source = ''], attributes }: NodeProto, output: string): void {
    const stored = this.constants.get(source);
    const order = attributes.get('perm')?.ints ?? [];
    if (stored && order.length === stored.dims.length && isOrder(order))
      this.constants.set(output, transposedConstant(stored, order));
  }

  private fromAttributes({ attributes }: NodeProto): Constant | undefined {
    const tensor = attributes.get('value')?.t;
    if (tensor) return this.stored(tensor);
    const [f, i] = [attributes.get('value_float')?.f, attributes.get('value_int')?.i];
    if (f !== undefined) return constant([], [f], true);
    if (i !== undefined) return constant([], [i], false);
    const [floats, ints] = [attributes.get('value_floats')?.floats, attributes.get('value_ints')?.ints];
    if (floats) return constant([floats.length], floats, true);
    return ints && constant([ints.length], ints, false);
  }

  private readonly known: Values = {
    numbers: (name) => this.constants.get(name)?.numbers,
    dimsOf: (name) => this.constants.get(name)?.dims,
    makerOf: (name) => this.makers.get(name),
    axesOf: (node) => node.attributes.get('axes')?.ints ?? this.constants.get(node.inputs[1] ?? '')?.numbers,
  };

  // --- order -------------------------------------------------------------------------------------------------------

  private setMakers(nodes: readonly NodeProto[]): void {
    for (const node of nodes) for (const output of node.outputs) if (output !== '') this.makers.set(output, node);
  }

  /** The nodes that outputs hang on, each behind what it reads. */
  private inOrder(nodes: readonly NodeProto[]): readonly NodeProto[] {
    this.setMakers(nodes);
    const live = this.live();
    const done = new Map<NodeProto, 'open' | 'done'>();
    const order: NodeProto[] = [];
    // In the order of the file; what a node reads comes before it all the same.
    for (const first of nodes) {
      const stack = live.has(first) ? [first] : [];
      for (let node = stack.at(-1); node; node = stack.at(-1)) {
        const waiting = this.readBy(node).filter((one) => done.get(one) !== 'done');
        if (done.get(node) === 'done' || waiting.length === 0) {
          if (done.get(node) !== 'done') order.push(node);
          done.set(node, 'done');
          stack.pop();
        } else if (done.get(node) === 'open' && waiting.some((one) => done.get(one) === 'open'))
          throw new Damaged(`its nodes read each other in a circle, ${node.name || node.op} among them`);
        else {
          done.set(node, 'open');
          for (const one of waiting) stack.push(one);
        }
      }
    }
    return order;
  }

  /** The nodes that outputs hang on; their values are read. */
  private live(): ReadonlySet<NodeProto> {
    const live = new Set<NodeProto>();
    const open = this.graph.outputs.flatMap(({ name }) => {
      this.used.add(name);
      return this.makers.get(name) ?? [];
    });
    for (let node = open.pop(); node; node = open.pop()) {
      if (live.has(node)) continue;
      live.add(node);
      for (const name of readsOf(node)) this.used.add(name);
      for (const one of this.readBy(node)) open.push(one);
    }
    return live;
  }

  /** The nodes whose values a node reads. */
  private readBy(node: NodeProto): readonly NodeProto[] {
    return readsOf(node).flatMap((name) => this.makers.get(name) ?? []);
  }

  // --- inputs and outputs ------------------------------------------------------------------------------------------

  private readInputs(nodes: readonly NodeProto[]): void {
    const own = this.graph.inputs.filter(({ name }) => !this.constants.has(name) && this.used.has(name));
    if (own.length === 0) throw new Damaged('it reads nothing');
    const forms = own.map((info) => formOf(info, nodes));
    const rows = this.network.inputs(
      forms.map(({ sizes, order }, i) => ({ name: own[i]?.name ?? '', sizes, ...arrayOrder(order) })),
    );
    for (const [i, { order, batch, rank }] of forms.entries()) {
      const row = rows[i] ?? 0;
      this.inputRows.add(row);
      this.batch = Math.max(this.batch, batch);
      const shape = this.network.shape(row);
      if (!shape) {
        this.values.set(own[i]?.name ?? '', { lost: row });
        continue;
      }
      const dims = new Array<number>(rank).fill(1);
      for (const [axis, size] of shape.entries()) dims[order[axis] ?? 0] = size;
      this.values.set(own[i]?.name ?? '', { flow: flowIn(row, dims, order) });
    }
  }

  private withoutBatch(dims: readonly number[], target: readonly number[]): readonly number[] | null {
    const [first = 1, ...rest] = target;
    return this.batch > 1 && first % this.batch === 0 ? targetDims(dims, [first / this.batch, ...rest], false) : null;
  }

  /** The row of an output, its axes as in the file; an input goes through a row of its own. */
  private output(name: string): number | undefined {
    const value = this.value(name);
    if (value && 'lost' in value) return value.lost;
    if (!value || 'constant' in value) {
      const what = value ? 'is a constant, whatever comes in' : 'comes of no layer here';
      this.findings.note('import/unsupported', `the output ${name} ${what}: it is left out`);
      return undefined;
    }
    const dims = dimsOf(value.flow);
    const layout = dims.flatMap((_, axis) => (axis === 0 && dims.length > 1 ? [] : [[axis]]));
    const real = layout.length > 4 ? layout.filter(([axis = 0]) => dims[axis] !== 1) : layout;
    const laid = this.around.arranging.arranged(value.flow, real.length > 0 ? real : [[0]], name) ?? value.flow;
    if (!this.inputRows.has(laid.row)) return laid.row;
    return this.network.add({ kind: 'identity', name, reads: [laid.row] });
  }

  // --- nodes -------------------------------------------------------------------------------------------------------

  private walk(nodes: readonly NodeProto[]): void {
    for (const node of nodes) {
      const made = this.node(node);
      for (const [i, output] of node.outputs.entries()) {
        const value = made[i];
        if (value && !('lost' in value) && rankOf(value) > MOST_AXES)
          throw new Damaged(`${node.name || node.op} makes a tensor of ${rankOf(value)} axes`);
        if (output !== '' && value) this.values.set(output, value);
      }
    }
  }

  private value(name: string): Known | undefined {
    const constant = this.constants.get(name);
    return this.values.get(name) ?? (constant && { constant });
  }

  private node(node: NodeProto): readonly (Known | undefined)[] {
    const inputs = node.inputs.map((name) => (name === '' ? undefined : this.value(name)));
    const name = this.paths.nameOf(node);
    const said = this.constants.get(node.outputs[0] ?? '');
    if (said) return [{ constant: said }];
    if (inputs.some((one) => one && 'lost' in one)) return everywhere(node, this.lost(node, name));
    const values = inputs as readonly (Value | undefined)[];
    const folded = this.folded(node, values);
    if (folded) return [{ constant: folded }];
    if (node.op === 'If') return this.branch(node, values[0], name);
    try {
      const translation =
        isOwn(node.domain) && Object.hasOwn(TRANSLATIONS, node.op) ? TRANSLATIONS[node.op] : undefined;
      if (!translation) throw new Unsaid('there is no such layer here');
      const call = new Call(node, this.around, trimmed(values), name);
      return [translation(call)].flat() as readonly Value[];
    } catch (error) {
      if (error instanceof Misfit) return everywhere(node, this.unfit(node, layerWith(values) ?? name, error.message));
      if (!(error instanceof Unsaid)) throw error;
      return this.opaque(node, values, name, error.message, error.dims);
    }
  }

  private folded(node: NodeProto, values: readonly (Value | undefined)[]): Constant | undefined {
    const constants = values.flatMap((value) => (value && 'constant' in value ? [value.constant] : []));
    if (constants.length !== node.inputs.length || node.domain !== '') return undefined;
    return computed(node.op, constants) ?? undefined;
  }

  /** A condition that is known: its branch stands in place of it. */
  private branch(node: NodeProto, condition: Value | undefined, name: string): readonly (Known | undefined)[] {
    const known = condition && 'constant' in condition ? condition.constant.numbers?.[0] : undefined;
    const graph = node.attributes.get(known ? 'then_branch' : 'else_branch')?.g;
    if (known === undefined || !graph)
      return this.opaque(node, [condition], name, 'which branch it takes is not known before it runs');
    for (const tensor of graph.initializers) this.constants.set(tensor.name, this.stored(tensor, tensor.name));
    this.readConstants(graph.nodes);
    for (const inner of graph.nodes) for (const read of readsOf(inner)) this.used.add(read);
    for (const { name: read } of graph.outputs) this.used.add(read);
    this.walk(graph.nodes);
    return graph.outputs.map(({ name: read }) => this.value(read) ?? this.lost(node, name));
  }

  private unfit(node: NodeProto, name: string, message: string): Known {
    const known = this.lost(node, name);
    this.findings.within(this.network.name(known.lost), () =>
      this.findings.error('shape/mismatch', message, undefined, 'give the network the input that it was made for'),
    );
    return known;
  }

  private lost(node: NodeProto, name: string): { readonly lost: number } {
    return { lost: this.network.unknown({ name, kind: node.op }) };
  }

  /** A row for what has no word: its shape as the file states it, its initializers as parameters. */
  private opaque(
    node: NodeProto,
    values: readonly (Value | undefined)[],
    name: string,
    reason: string,
    own?: readonly number[],
  ): readonly (Known | undefined)[] {
    this.opaques.note({ operation: node.op, why: reason }, name);
    const reads = values.flatMap((value) => (value && 'flow' in value ? [value.flow.row] : []));
    const params = values.reduce(
      (sum, value) =>
        sum +
        (value && 'constant' in value && value.constant.isFloat && value.constant.learned !== undefined
          ? product(value.constant.dims)
          : 0),
      0,
    );
    let unstated = params;
    return node.outputs.map((output, i): Known | undefined => {
      if (!this.used.has(output)) return undefined;
      const dims = this.statedDims(output) ?? (i === 0 ? own : undefined);
      const sizes = dims && (dims.length > 1 && dims[0] === 1 ? dims.slice(1) : dims);
      const shape = sizes && (sizes.length > 4 ? sizes.filter((n) => n !== 1) : sizes);
      if (!dims || !shape || shape.length < 1 || shape.length > 4 || reads.length === 0) {
        this.tellShapeless(node, name);
        return this.lost(node, name);
      }
      // What it learned counts once.
      const options = { operation: node.op, out: shape, params: unstated };
      unstated = 0;
      const row = this.network.add({ kind: 'opaque', name, options, reads });
      return { flow: flowOf(row, dims) };
    });
  }

  private tellShapeless(node: NodeProto, name: string): void {
    this.findings.error(
      'import/unsupported',
      `${name}: ${node.op} is not known here, and the file does not say what comes out of it`,
      undefined,
      'run onnx.shape_inference.infer_shapes over the model first, or export it with the shapes of its values',
    );
  }

  private statedDims(output: string): readonly number[] | undefined {
    const dims = this.stated.get(output)?.dims;
    const own = dims?.map((size, axis) => (axis === 0 && (size === null || size === this.batch) ? 1 : size));
    return own?.every((size): size is number => size !== null && size > 0) ? (own as readonly number[]) : undefined;
  }

  private tellMissing(): void {
    const [first, ...more] = this.missing;
    if (first === undefined) return;
    const others = more.length > 0 ? ` and ${more.length} more files` : '';
    this.findings.note(
      'import/file',
      `the numbers of its weights lie in "${first}"${others}, which ${more.length > 0 ? 'are' : 'is'} not beside it`,
      undefined,
      'put the file into the folder of the model; without it weights come from a seed',
    );
  }
}

/** What stands for all outputs of a node. */
const everywhere = ({ outputs }: NodeProto, known: Known): readonly Known[] => outputs.map(() => known);

/** The layer that a node's weights are named after. */
const layerWith = (values: readonly (Value | undefined)[]): string | undefined =>
  values.flatMap((value) => (value && 'constant' in value ? (layerOfWeight(value.constant.learned) ?? []) : []))[0];

const rankOf = (value: Value): number => ('flow' in value ? value.flow.axes : value.constant.dims).length;

const isOwn = (domain: string): boolean => domain === '' || domain === 'com.microsoft';

/** Inputs that are left out at the end are none. */
const trimmed = (values: readonly (Value | undefined)[]): readonly (Value | undefined)[] => {
  let count = values.length;
  while (count > 0 && values[count - 1] === undefined) count -= 1;
  return values.slice(0, count);
};

/** What a node reads, and what the graphs inside of it read from around them. */
const readsOf = ({ inputs, attributes }: NodeProto): readonly string[] => [
  ...inputs.filter((name) => name !== ''),
  ...[...attributes.values()].flatMap(({ g }) =>
    g ? [...g.nodes.flatMap(readsOf), ...g.outputs.map(({ name }) => name)] : [],
  ),
];
