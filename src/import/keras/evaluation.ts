// The calls of a model with a graph, one by one, each after those that it reads. What a call becomes is call.ts, who reads whom graph.ts.

import type { Place } from '../../core/diagnostic.js';
import { isList, type Json, type JsonObject } from '../json.js';
import type { Given, Site } from './call.js';
import { type CallOf, isRef, type Listed, type Ref } from './graph.js';
import { isValue, type Value } from './layout.js';

/** What a model is read with. */
export interface Reading extends Site {
  readonly placeOf: (item: JsonObject) => Place | undefined;
  /** Whether the inputs have the sizes that the file says: others may be asked for from outside. */
  asStated: boolean;
  calls: number;
}

/** A call of a layer, by both. */
interface Node {
  readonly layer: Listed;
  readonly call: CallOf;
  readonly key: string;
}

const keyOf = ({ layer, node }: Pick<Ref, 'layer' | 'node'>): string => `${layer}\n${node}`;

export class Evaluation {
  private readonly nodes: readonly Node[];
  private readonly known: ReadonlyMap<string, Node>;
  private readonly made = new Map<string, readonly (Value | undefined)[]>();
  /** How many tensors of each call are read. */
  private readonly wanted = new Map<string, number>();
  /** Sizes of the first tensor of each call that the file says. */
  private readonly stated = new Map<string, readonly number[]>();

  constructor(
    layers: readonly Listed[],
    outputs: readonly Ref[],
    read: ReadonlyMap<string, Value>,
    private readonly reading: Reading,
    private readonly called: (layer: Listed, values: readonly Value[], given: Given) => readonly (Value | undefined)[],
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
    for (const ref of tensorsOf(call)) {
      const other = this.known.get(keyOf(ref));
      if (other && !this.made.has(other.key)) return other;
    }
    return undefined;
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
    const made = this.called(layer, all, given);
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
