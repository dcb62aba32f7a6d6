// The rows of a network as they are added: options resolved, facts asked of the kind, failures told. Items are build.ts.

import { type Plain, resolveArgs } from '../core/args.js';
import { disagreement } from '../core/broadcast.js';
import { isExact, total } from '../core/count.js';
import { type Diagnostic, isProblem, type Place, Problem } from '../core/diagnostic.js';
import type { Findings } from '../core/findings.js';
import { type Node, shapeOf } from '../core/graph.js';
import type { Facts, LayerKind, Registry } from '../core/layer.js';
import { elements, formatShape, type Layout, type Shape, sameShape } from '../core/shape.js';
import { extent } from '../core/window.js';
import type { Budget } from './limits.js';
import { LOST, type Names, type Tensors } from './names.js';
import type { Incoming } from './scope.js';

/** Evaluated options, and what they last made of an input: copies of a layer share their facts. */
export interface Given {
  readonly options: ReadonlyMap<string, Plain>;
  last?: {
    readonly args: NonNullable<Node['args']>;
    /** The order of the sizes in the options. */
    readonly written: Layout;
    readonly input: Shape;
    readonly facts: Facts;
  };
}

/** A row to be: a kind with evaluated options, under a name, at its place in the text. */
export interface RowRequest {
  readonly kind: LayerKind;
  readonly given: Given;
  readonly name: string;
  readonly reads: Tensors;
  /** The layer that it is the sugar of. */
  readonly sugarOf?: number | undefined;
  /** The item behind the row; problems point at its kind key unless they are about an option with a place. */
  readonly item: { readonly place: Place | undefined; readonly keyPlace: Place | undefined };
  /** What it reads must have one shape: a residual adds nothing that is spread. */
  readonly alike?: true;
  /** The order of the sizes in its options, where that is not the text's. */
  readonly written?: Layout;
  /** Where an option was written. */
  readonly placeOf?: (option: string) => Place | undefined;
}

export class Rows {
  readonly nodes: Node[] = [];
  private inputs = 0;
  private readings = 0;

  constructor(
    private readonly registry: Registry,
    private readonly names: Names,
    private readonly written: Layout,
    /** The order in which shapes are told of. */
    private readonly layout: Layout,
    private readonly findings: Findings,
    private readonly most: Budget,
  ) {}

  input(name: string, shape: Shape | null, at?: Place): void {
    this.inputs += 1;
    this.names.setResult(name, [
      this.push({ name, kind: INPUT, args: {}, inputs: [], facts: shape && { output: shape }, at }),
    ]);
  }

  /** The shape of a reading: null where unknown, undefined where there is nothing to read. */
  incoming([id]: Tensors): Incoming {
    return id === undefined ? undefined : shapeOf(this.nodes[id]);
  }

  kind(name: string): LayerKind {
    const kind = this.registry.find(name);
    if (!kind) throw new Error(`the registry lacks ${name}`);
    return kind;
  }

  /** Adds one row and returns its id; reports what is wrong with its options or with the layer itself. */
  add(request: RowRequest): number {
    const { kind, given, reads, name, sugarOf, item } = request;
    this.readings += reads.length;
    if (this.readings > this.most.readings)
      this.findings.stop(
        'limit/inputs',
        `the layers read more than ${this.most.readings} tensors in all`,
        item.keyPlace,
        'lower a repeat, or read fewer in each',
      );
    const shapes = reads.map((id) => shapeOf(this.nodes[id]));
    const [first] = shapes;
    const { written = this.written } = request;
    const { last } = given;
    if (last && first && shapes.length === 1 && sameShape(first, last.input) && last.written === written) {
      const { args, facts } = last;
      return this.push({ name, kind, args, inputs: reads, facts, at: item.place, sugarOf });
    }
    // Options are checked even where the input is unknown, so that all mistakes are told at once.
    const axes = (first ?? shapeOf(this.nodes[0]) ?? [0, 0, 0]).length - 1;
    const { args, problems } = resolveArgs(kind.args, given.options, axes, written);
    const alone = kind.inputs === 'none';
    let failure: Diagnostic['code'] | undefined;
    for (const problem of problems)
      if (first || alone || problem.code !== 'option/missing') {
        const code = this.report(problem, request);
        failure ??= code;
      }
    const known = shapes.every((shape): shape is Shape => shape !== null);
    if (reads.length === 0 && !alone) {
      const nothing = new Problem('graph/inputs', `${kind.name} reads nothing`, 'name what it reads, or remove it');
      return this.pushFailed(request, null, this.report(nothing, request));
    }
    if (failure !== undefined || !known || !(first || alone)) return this.pushFailed(request, null, failure);
    if (reads.length > 1 && kind.inputs !== 'many') {
      const names = reads.slice(0, 5).map((id) => this.nodes[id]?.name);
      return this.pushFailed(
        request,
        args,
        this.report(
          new Problem(
            'graph/inputs',
            `${kind.name} reads one tensor, but there are ${reads.length}: ${names.join(', ')}${reads.length > names.length ? ', …' : ''}`,
            'choose one with from: NAME, or merge them with concat or add',
          ),
          request,
        ),
      );
    }
    const odd = request.alike && known ? shapes.find((shape) => shape && !sameShape(shape, first ?? [])) : undefined;
    const made =
      odd && first
        ? disagreement(odd, first)
        : kind.expand
          ? kind.expand(args as never, first ?? [], known ? (shapes as Shape[]) : [])
          : kind.analyze?.(args as never, shapes as [Shape, ...Shape[]]);
    if (made === undefined || isProblem(made))
      return this.pushFailed(request, args, made && this.report(made, request));
    if ('output' in made) {
      const problem = inexact(made, first ?? []);
      if (problem) return this.pushFailed(request, args, this.report(problem, request));
      if (first && shapes.length === 1) given.last = { args, written, input: first, facts: made };
      return this.push({ name, kind, args, inputs: reads, facts: made, at: item.place, sugarOf });
    }
    const [input = LOST, ...others] = reads;
    const parts = new Map<string, Tensors>([
      ['input', [input]],
      ...others.map((id, i) => [`input${i + 2}`, [id]] as const),
    ]);
    let current = reads;
    for (const part of made) {
      const from = part.from ? part.from.flatMap((source) => parts.get(source) ?? []) : current;
      current = [
        this.add({
          kind: this.kind(part.kind),
          given: { options: new Map(Object.entries(part.options)) },
          name: `${request.name}.${part.name}`,
          reads: from,
          written: 'hwc',
          item: request.item,
        }),
      ];
      parts.set(part.name, current);
    }
    return current[0] ?? LOST;
  }

  /** Tells what is wrong with a row, where its option stands that it is about. */
  private report(problem: Problem, { given, placeOf, item }: RowRequest): Diagnostic['code'] {
    const at = problem.about && placeOf?.(problem.about);
    const told = this.ofSequence(problem, given);
    return this.findings.problem(at ? told : told.advising(), at || item.keyPlace, this.layout);
  }

  /** Two sizes for a window along one axis: whoever wrote 28x28 meant a picture. */
  private ofSequence(problem: Problem, given: RowRequest['given']): Problem {
    const input = shapeOf(this.nodes[0]);
    const sizes = given.options.get(problem.about ?? '');
    if (problem.code !== 'option/value' || input?.length !== 2 || !Array.isArray(sizes) || sizes.length < 2)
      return problem;
    const text = formatShape(input, this.layout);
    return new Problem(
      problem.code,
      `${problem.message}: ${text} is a sequence, ${input[1]} steps of ${input[0]} channels`,
      `write ${this.layout === 'chw' ? `1x${text}` : `${text}x1`} for a grey picture, or one number`,
      problem.about,
    );
  }

  /** A row whose figures are unknown: something failed here, or before it. */
  pushFailed(
    { kind, name, reads, item, sugarOf }: Pick<RowRequest, 'kind' | 'name' | 'reads' | 'item' | 'sugarOf'>,
    args: Node['args'],
    error: Diagnostic['code'] | undefined,
  ): number {
    return this.push({
      name,
      kind,
      args,
      inputs: reads.filter((id) => id !== LOST),
      facts: null,
      at: item.place,
      sugarOf,
      ...(error !== undefined && { error }),
    });
  }

  /** A row for something that is no layer at all. */
  pushUnknown(name: string, written: string, at: Place | undefined, error: Diagnostic['code'] | undefined): number {
    return this.pushFailed(
      { kind: { ...INPUT, name: written, role: 'shape' }, name, reads: [], item: { place: at, keyPlace: at } },
      null,
      error,
    );
  }

  /** What an item made, of which a mistake leaves unknown what it is, or how often: the rows stand there without figures. */
  forget(first: number, code: Diagnostic['code'] | undefined): void {
    for (let id = first; id < this.nodes.length; id += 1) {
      const node = this.nodes[id];
      if (!node) continue;
      const error = node.error ?? (id === first ? code : undefined);
      this.nodes[id] = { ...node, facts: null, ...(error !== undefined && { error }) };
    }
  }

  /** Rows are many, and all have the same fields in the same order: copying what is given takes a tenth of reading a large spec. */
  private push({ name: wanted, kind, args, inputs, facts, at, sugarOf, error }: Omit<Node, 'id'>): number {
    const id = this.nodes.length;
    if (id - this.inputs >= this.most.layers)
      this.findings.stop('limit/layers', `the network has more than ${this.most.layers} layers`, at, 'lower a repeat');
    const name = this.names.setRow(wanted, id, at);
    const node: Node = { id, name, kind, args, inputs, facts, at, sugarOf };
    this.nodes.push(error === undefined ? node : { ...node, error });
    return id;
  }
}

const INPUT: LayerKind = { name: 'input', doc: 'What the network reads.', role: 'input', args: {}, examples: [] };

/** The first number of cells along an axis that is past 2^53. */
const cellsPast = ({ windows = [], output }: Facts, input: Shape): number => {
  for (const [axis, w] of windows.entries()) {
    const size = input[axis + 1] ?? 1;
    // A transposed convolution spreads its input out.
    const spread = (output[axis + 1] ?? 1) > size ? (size - 1) * w.stride + extent(w) : 0;
    for (const n of [extent(w), w.before + w.after + size, spread]) if (!isExact(n)) return n;
  }
  return 0;
};

const COUNTED: readonly (readonly [what: string, count: (facts: Facts, input: Shape) => number])[] = [
  ['cells under its windows', cellsPast],
  ['output values', ({ output }) => elements(output)],
  ['parameters', ({ params }) => total(params)],
  ['multiply-accumulates', ({ macs }) => total(macs)],
  ['operations', ({ ops }) => total(ops)],
];

/** Counts past 2^53 would be rounded in silence. */
const inexact = (facts: Facts, input: Shape): Problem | null => {
  for (const [what, count] of COUNTED) {
    const n = count(facts, input);
    if (!isExact(n))
      return new Problem(
        'count/too-large',
        `this layer has about ${n.toExponential(2)} ${what}, past 2^53, where integers are no longer exact`,
        'check the sizes',
      );
  }
  return null;
};
