// Graph -> what training keeps for the way back, node by node, each piece of memory once; and what the way back costs. What an
// operator keeps is kept.ts; bytes of weights, gradients and optimizers are plan.ts.

import { isExact, isFrozen, total } from '../../core/count.js';
import { DTYPES, type Dtype, type Graph, isInput, type Node, operatorsOf, outputAt } from '../../core/graph.js';
import { elements, type Shape } from '../../core/shape.js';
import type { Torch } from './choices.js';
import { type Around, isView, type Keep, keptBy, type Own } from './kept.js';

export interface Conditions {
  readonly batch: number;
  /** Of activations. */
  readonly dtype: Dtype;
  readonly torch: Torch;
  /** The stretch of layers that a layer is computed again with, by that stretch's name; see checkpoint.ts. */
  readonly again?: (node: Node) => string | undefined;
}

/** What one layer adds; null where nobody can say. */
export interface KeptRow {
  readonly node: Node;
  /** Bytes that it is the first to keep, images apart. */
  readonly kept: number | null;
  /** What these are. */
  readonly parts: readonly Part[];
  /** Bytes that are there only while its stretch is computed again; 0 of others. */
  readonly again: number;
  /** Multiply-accumulates for one image; `recomputed`: those that it costs again. */
  readonly backwardMacs: number | null;
  readonly recomputed: number;
  /** What it is computed again with. */
  readonly stretch?: string;
  readonly why: string;
}

export interface Part {
  readonly what: string;
  readonly bytes: number;
}

export interface Training {
  readonly rows: readonly KeptRow[];
  /** Bytes of the images that are kept. */
  readonly input: number;
}

/** A piece of memory, and what lies in it. */
interface Storage {
  readonly of: 'input' | 'learned' | 'value';
  /** `output of conv1` */
  readonly what: string;
  readonly elements: number;
}

interface Value {
  readonly shape: Shape;
  readonly storage: Storage;
  readonly hasGradient: boolean;
  /** Its values lie one behind the other, so that another shape of them is no copy. */
  readonly isPlain: boolean;
}

/** What a node holds on to, before it is known who did first. */
interface Held {
  readonly node: Node;
  readonly holds: readonly (Storage | Own)[];
  readonly reads: readonly Storage[];
  readonly hasGradient: boolean;
  readonly backwardMacs: number | null;
  readonly why: string;
  readonly isKnown: boolean;
}

const isOwn = (hold: Storage | Own): hold is Own => 'each' in hold;

/** Whether a layer is written to compute where its input stands: `as: inplace`. */
const isInPlace = ({ as }: Node): boolean => as === 'inplace';

/** Everything that is kept, layer by layer in the order of the rows. */
export const trainingOf = (graph: Graph, conditions: Conditions): Training => {
  const held = heldBy(graph, conditions.torch);
  const bytes = bytesUnder(conditions);
  const stretches = stretchesIn(held, conditions.again);
  const kept = new Map<Storage, Node>();
  let input = 0;
  /** What nobody held before; what a stretch makes again is there a second time while that goes back. */
  const fresh = ({ node }: Held, holds: Held['holds'], among: Map<Storage, Node> = kept): readonly Part[] => {
    const parts: Part[] = [];
    for (const hold of holds) {
      if (!isOwn(hold)) {
        if (hold.of === 'learned' || kept.has(hold) || among.has(hold)) continue;
        among.set(hold, node);
        if (hold.of === 'input') input += bytes(hold);
      }
      if (isOwn(hold) || hold.of !== 'input') parts.push({ what: hold.what, bytes: bytes(hold) });
    }
    return parts;
  };
  const rows = held.map((one): KeptRow => {
    const { node, isKnown, backwardMacs, why } = one;
    if (!isKnown) return { node, parts: [], kept: null, again: 0, backwardMacs, recomputed: 0, why };
    const stretch = stretches.get(conditions.again?.(node) ?? '');
    if (!stretch?.hasGradient) {
      const there = alreadyThere(one, kept);
      const parts = fresh(one, one.holds);
      return { node, parts, kept: exact(bytesOf(parts)), again: 0, backwardMacs, recomputed: 0, why: why + there };
    }
    const [first = one] = stretch.held;
    const isFirst = first === one;
    const parts = isFirst ? fresh(one, readFromOutside(stretch.held)) : [];
    return {
      node,
      parts,
      stretch: stretch.name,
      kept: exact(bytesOf(parts)),
      again: bytesOf(fresh(one, one.holds, stretch.inside)),
      backwardMacs,
      recomputed: total(node.facts?.macs),
      why: isFirst
        ? `${stretch.name} keeps what it reads, and is computed again on the way back`
        : 'computed again on the way back',
    };
  });
  return { rows, input };
};

/** Of what it keeps: that it is the images, or there for another layer already. */
const alreadyThere = ({ node, holds }: Held, kept: ReadonlyMap<Storage, Node>): string => {
  for (const hold of holds) {
    if (isOwn(hold) || hold.of === 'learned') continue;
    if (hold.of === 'input') return ' (the images)';
    const other = kept.get(hold);
    if (other && other !== node) return ` (kept already: ${hold.what})`;
  }
  return '';
};

/** Layers that are computed again together. */
interface Stretch {
  readonly name: string;
  readonly held: Held[];
  readonly inside: Map<Storage, Node>;
  hasGradient: boolean;
}

const stretchesIn = (held: readonly Held[], again: Conditions['again']): ReadonlyMap<string, Stretch> => {
  const stretches = new Map<string, Stretch>();
  for (const one of again ? held : []) {
    const name = again?.(one.node);
    if (name === undefined) continue;
    const stretch: Stretch = stretches.get(name) ?? { name, held: [], inside: new Map(), hasGradient: false };
    stretch.held.push(one);
    stretch.hasGradient ||= one.hasGradient;
    stretches.set(name, stretch);
  }
  return stretches;
};

/** Past 2^53 nothing is known. */
const exact = (n: number): number | null => (isExact(n) ? n : null);

const bytesOf = (parts: readonly Part[]): number => parts.reduce((sum, { bytes }) => sum + bytes, 0);

const bytesUnder = ({ batch, dtype }: Conditions) => {
  const size = DTYPES[dtype];
  return (hold: Storage | Own): number =>
    isOwn(hold)
      ? hold.elements * (hold.each === 'image' ? batch : 1) * (hold.size === 'value' ? size : hold.size)
      : hold.elements * batch * size;
};

/** What a stretch reads that none of its own layers makes. */
const readFromOutside = (stretch: readonly Held[]): readonly Storage[] => {
  const ids = new Set(stretch.map(({ node }) => node.id));
  return stretch.flatMap(({ node, reads }) => reads.filter((_, i) => !ids.has(node.inputs[i] ?? -1)));
};

/** Each layer by itself: nothing of it hangs on batch or dtype, and whoever asks for one batch asks for others. */
const heldBy = (graph: Graph, torch: Torch): readonly Held[] => {
  const byTorch = known.get(graph) ?? new Map<Torch, readonly Held[]>();
  const held = byTorch.get(torch) ?? heldIn(graph, torch);
  known.set(graph, byTorch.set(torch, held));
  return held;
};

const known = new WeakMap<Graph, Map<Torch, readonly Held[]>>();

const heldIn = ({ nodes }: Graph, torch: Torch): readonly Held[] => {
  const values: Value[] = [];
  return nodes.flatMap((node) => {
    const reads = node.inputs.flatMap((id) => values[id] ?? []);
    const [value, held] = passed(node, nodes, reads, torch);
    values.push(value);
    return isInput(node) ? [] : [held];
  });
};

const passed = (node: Node, nodes: readonly Node[], reads: readonly Value[], torch: Torch): readonly [Value, Held] => {
  const { facts, kind } = node;
  const output = facts?.output ?? [];
  const { isTrained, learned } = learnedBy(node, nodes);
  const isFresh = (of: Storage['of'], hasGradient: boolean): Value => ({
    shape: output,
    storage: { of, what: `output of ${node.name}`, elements: elements(output) },
    hasGradient,
    isPlain: true,
  });
  const reaches = reads.some(({ hasGradient }) => hasGradient) || isTrained;
  const common = { node, reads: reads.map(({ storage }) => storage), hasGradient: reaches };
  if (isInput(node))
    return [isFresh('input', false), { ...common, holds: [], backwardMacs: 0, why: '', isKnown: true }];
  const operators = facts && !node.uncounted ? operatorsOf(node, reads[0]?.shape ?? []) : [];
  if (!facts || operators.length === 0) {
    const why = facts ? 'nobody knows here what this layer keeps' : 'what it gives is not known';
    const unknown = { holds: [], backwardMacs: null, isKnown: false, why };
    return [isFresh('value', reaches || kind.role === 'opaque'), { ...common, ...unknown }];
  }
  const holds: (Storage | Own)[] = [];
  const reasons: string[] = [];
  let [given, backward, isKnown] = [reads, 0, true];
  operators.forEach((operator, at) => {
    const shape = outputAt(operators, at, node, reads[0]?.shape ?? []);
    const hasGradient = given.some((value) => value.hasGradient) || isTrained;
    const around: Around = {
      inputs: given.map((value) => value.shape),
      output: shape,
      gradients: given.map((value) => value.hasGradient),
      learned,
      trained: isTrained,
      frozen: node.frozen === true,
      inPlace: isInPlace(node),
      torch,
    };
    const [first] = given;
    const copies = operator.op === 'reshape' && first?.isPlain === false;
    const shared = isView(operator, around) && !copies ? first?.storage : undefined;
    const result: Value = {
      shape,
      storage: shared ?? {
        of: facts.learned ? 'learned' : 'value',
        what: `output of ${node.name}`,
        elements: elements(shape),
      },
      hasGradient,
      isPlain: shared ? operator.op !== 'permute' && first?.isPlain !== false : true,
    };
    const macs = total(operators.length === 1 ? facts.macs : facts.macs?.slice(at, at + 1));
    backward += macs * ((isTrained ? 1 : 0) + given.filter((value) => value.hasGradient).length);
    if (hasGradient) {
      const keeping = keptBy(operator, around);
      if (keeping) {
        holds.push(...keeping.keeps.flatMap((keep) => holdOf(keep, given, result)));
        reasons.push(keeping.why);
      } else isKnown = false;
    }
    given = [result];
  });
  const why = !isKnown
    ? 'what it keeps depends on who computes it'
    : reasons.length === 0
      ? 'no gradient goes through it: it keeps nothing'
      : reasons.join('; ');
  const value = given[0] ?? isFresh('value', reaches);
  return [value, { ...common, holds, backwardMacs: exact(backward), why, isKnown }];
};

const holdOf = (keep: Keep, reads: readonly Value[], result: Value): readonly (Storage | Own)[] => {
  if (typeof keep === 'object') return [keep];
  const value = keep === 'output' ? result : reads[keep];
  return value ? [value.storage] : [];
};

/** Of a layer that shares the weights of another they are that one's. */
const learnedBy = (node: Node, nodes: readonly Node[]): { readonly isTrained: boolean; readonly learned: string[] } => {
  const params = (node.sharedWith === undefined ? node : nodes[node.sharedWith])?.facts?.params ?? [];
  return {
    isTrained: params.some((term) => !isFrozen(term)),
    learned: params.map(({ tensor }) => (tensor === 'scale' ? 'weight' : tensor === 'shift' ? 'bias' : tensor)),
  };
};
