// A network as what Keras computes in turn: layers with their names, and who calls them on what. Both forms are written from it.

import { product, type Shape } from '../../core/shape.js';
import type { NamedStep } from '../../run/network.js';
import { type Model, Refusing, said, Unsaid } from '../model.js';
import { type Context, lastly } from './axes.js';
import { shapeOf } from './learned.js';
import { namesOf, plainName } from './names.js';
import { signs } from './signs.js';
import type { Called, Computed, Options, Value, Weight } from './value.js';
import { WORDS } from './words.js';

/** A layer of the model, which may be called several times. */
export interface Layer {
  readonly name: string;
  /** `Conv2D`. */
  readonly className: string;
  readonly options: Options;
  readonly weights: readonly Weight[];
  /** The step that its weights are of. */
  readonly step: NamedStep;
  readonly frozen: boolean;
}

/** One call, of a layer or of a function. */
export interface Statement {
  readonly id: number;
  readonly name: string;
  readonly made: Layer | Computed;
  /** Ids of statements and inputs. */
  readonly reads: readonly number[];
  readonly sizes: Shape;
}

export interface Input {
  readonly id: number;
  readonly name: string;
  readonly sizes: Shape;
}

export interface Program {
  readonly name: string;
  readonly inputs: readonly Input[];
  readonly statements: readonly Statement[];
  readonly layers: readonly Layer[];
  /** Ids of what comes out, each with its sizes. */
  readonly outputs: readonly { readonly id: number; readonly sizes: Shape }[];
  /** Values in all its weights, running statistics among them. */
  readonly weights: number;
}

export const isLayer = (made: Statement['made']): made is Layer => 'className' in made;

/** Throws Refusals where there are no words for some layers. */
export const programOf = (model: Model, target: Context['target']): Program => {
  const { analysis, steps, outputs } = model;
  const context: Context = { target, neverNegative: signs(model) };
  const names = namesOf(analysis.graph.nodes);
  const refusing = new Refusing();
  const statements: Statement[] = [];
  const layers: Layer[] = [];
  /** The layers that learn, by the node that they are of. */
  const learning = new Map<number, Layer[]>();
  const called = new Map<number, number>();
  const at = new Map<number, number>();
  const inputs = model.inputs.map(({ id, shape }, i): Input => {
    at.set(id, i);
    return { id: i, name: names.of(id), sizes: lastly(shape) };
  });
  let next = inputs.length;

  const layerOf = (step: NamedStep, source: Called, name: string): Layer | Unsaid => {
    const { layer: className, options, weights } = source;
    const { sharedWith = step.node.id } = step.node;
    const others = learning.get(sharedWith) ?? [];
    if (weights.length > 0 && step.node.sharedWith !== undefined) {
      const ordinal = called.get(step.node.id) ?? 0;
      called.set(step.node.id, ordinal + 1);
      const shared = others[ordinal];
      if (shared && shared.className === className && JSON.stringify(shared.options) === JSON.stringify(options))
        return shared;
      const owner = analysis.graph.nodes[sharedWith]?.name ?? '';
      return new Unsaid(
        `it shares the weights of ${owner}, and a layer of Keras is called with the same options everywhere: here others are needed`,
        'give both inputs of the same size, or the same padding',
      );
    }
    const made: Layer = { name, className, options, weights, step, frozen: weights.length > 0 && isFrozen(step) };
    layers.push(made);
    if (weights.length > 0) learning.set(step.node.id, [...others, made]);
    return made;
  };

  for (const step of steps) {
    const value = refusing.note(step.node, inputs.length > 0 ? said(WORDS, step, context) : NO_INPUT);
    // Who reads what cannot be said is looked at all the same: all refusals are told at once.
    if (!value) {
      at.set(step.id, -1);
      continue;
    }
    const base = baseOf(step, names.of(step.node.id));
    const main = mainOf(value);
    const done = new Map<Value, number>();
    const visit = (one: Value): number => {
      const known = done.get(one);
      if (known !== undefined) return known;
      const { from } = one;
      if ('read' in from) return from.read === 'batch' ? 0 : (at.get(step.inputs[from.read] ?? -1) ?? -1);
      const reads = one.reads.map(visit);
      const name = one === main ? base.main : 'layer' in from ? `${base.scope}.${partOf(from)}` : base.scope;
      const own = 'layer' in from ? (one === main && base.isNode ? name : names.free(name)) : name;
      const made = 'layer' in from ? refusing.note(step.node, layerOf(step, from, own)) : from;
      const id = next;
      next += 1;
      if (made) statements.push({ id, name: own, made, reads, sizes: one.sizes });
      done.set(one, id);
      return id;
    };
    at.set(step.id, visit(value));
  }
  refusing.end();
  const sizes = new Map([...inputs, ...statements].map((one) => [one.id, one.sizes]));
  return {
    name: plainName(analysis.graph.name) || 'model',
    inputs,
    statements,
    layers,
    outputs: outputs.map((id) => {
      const own = at.get(id) ?? 0;
      return { id: own, sizes: sizes.get(own) ?? [] };
    }),
    weights: layers.reduce(
      (all, { weights }) => all + weights.reduce((sum, { value }) => sum + product(shapeOf(value)), 0),
      0,
    ),
  };
};

const NO_INPUT = new Unsaid('without an input nothing tells Keras how many images there are');

const isFrozen = ({ node, learned }: NamedStep): boolean => node.frozen === true || learned[0]?.node.frozen === true;

interface Base {
  readonly main: string;
  /** What the names of its other layers begin with. */
  readonly scope: string;
  /** Whether the name is the node's own, which nobody else has. */
  readonly isNode: boolean;
}

/** The last step of a node has its name; those before it have that of the part whose weights they read. */
const baseOf = (step: NamedStep, name: string): Base => {
  if (step.id === step.node.id) return { main: name, scope: name, isNode: true };
  const [first] = step.learned;
  const part = first?.name.slice(step.node.name.length + 1).replace(/\.?[^.]*$/, '');
  const own = part ? `${name}.${part}` : `${name}.first`;
  return { main: own, scope: own, isNode: false };
};

/** What has the step's own name: the layer that learns, where it is one, or else the last. */
const mainOf = (value: Value): Value => {
  const found = new Set<Value>();
  const visit = (one: Value): void => {
    if ('layer' in one.from && one.from.weights.length > 0) found.add(one);
    for (const read of one.reads) visit(read);
  };
  visit(value);
  const [only] = found;
  return only && found.size === 1 ? only : value;
};

/** What a layer beside the one that is meant does. */
const PARTS: readonly (readonly [RegExp, string])[] = [
  [/^ZeroPadding/, 'pad'],
  [/^Cropping/, 'crop'],
  [/^(?:Reshape|Flatten)$/, 'shape'],
  [/^Permute$/, 'order'],
  [/Pooling/, 'pool'],
  [/^Rescaling$/, 'scaled'],
  [/^Concatenate$/, 'joined'],
  [/^UpSampling/, 'up'],
  [/^(?:Add|Subtract|Multiply)$/, 'merged'],
];

const partOf = ({ layer, part }: Called): string =>
  part ?? PARTS.find(([pattern]) => pattern.test(layer))?.[1] ?? 'act';
