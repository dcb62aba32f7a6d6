// A network as exporters read it: steps with the names of what they learned, and what a target cannot say of them. No targets here.

import type { Analysis } from '../analysis/analysis.js';
import { labelOf, type Node } from '../core/graph.js';
import type { Tensor } from '../core/kernels.js';
import type { Operator, OperatorOf } from '../core/operator.js';
import { type NamedNetwork, type NamedStep, networkOf } from '../run/network.js';

/** A network that could be analysed in full, and what is known of it besides its steps. */
export interface Model extends NamedNetwork {
  readonly analysis: Analysis;
  /** Where it comes from, on one line: `alexnet.yaml`. */
  readonly origin: string;
  readonly steps: readonly NamedStep[];
}

/** A step whose operator is known. */
export type StepOf<Op extends Operator['op']> = NamedStep & { readonly operator: OperatorOf<Op> };

/** Why a target has no words for a layer: `Keras has no layer that pads by reflection`. */
export class Unsaid {
  constructor(
    readonly reason: string,
    /** What to write instead, where there is something. */
    readonly instead?: string,
  ) {}
}

export const isUnsaid = (said: unknown): said is Unsaid => said instanceof Unsaid;

/** How a target says each operator, given what is common to all steps. */
export type Words<Context, Said> = {
  readonly [Op in Operator['op']]: (step: StepOf<Op>, context: Context) => Said | Unsaid;
};

/** What a step is in a target. */
export const said = <Context, Said>(words: Words<Context, Said>, step: NamedStep, context: Context): Said | Unsaid =>
  (words[step.operator.op] as (step: NamedStep, context: Context) => Said | Unsaid)(step, context);

/** A layer that a target has no words for. */
export interface Refused extends Unsaid {
  readonly node: Node;
}

/** All that a target cannot say of a network, told at once; nothing is written. */
export class Refusals extends Error {
  constructor(readonly refused: readonly Refused[]) {
    super(refused.map(({ node, reason }) => `${node.name}: ${reason}`).join('; '));
  }
}

/** Collects what cannot be said, so that all of it is told. */
export class Refusing {
  private readonly refused: Refused[] = [];

  /** What was said, or undefined where nothing could be: the layer is noted. */
  note<Said>(node: Node, said: Said | Unsaid): Said | undefined {
    if (!isUnsaid(said)) return said;
    const known = this.refused.some((one) => one.node === node && one.reason === said.reason);
    if (!known) this.refused.push({ ...said, node });
    return undefined;
  }

  /** Throws {@link Refusals} where anything could not be said. */
  end(): void {
    if (this.refused.length > 0) throw new Refusals(this.refused);
  }
}

/** The model of a network without errors. Throws {@link Refusals} for layers of which nobody knows what they compute. */
export const modelOf = (analysis: Analysis, tensors: ReadonlyMap<string, Tensor>, origin: string): Model => {
  const refusing = new Refusing();
  for (const node of analysis.graph.nodes)
    if (node.kind.role === 'opaque')
      refusing.note(node, new Unsaid(`nobody knows here what ${labelOf(node) || 'it'} computes`));
  refusing.end();
  const network = networkOf(analysis, tensors);
  if (!network) throw new RangeError('a network that could not be analysed cannot be written');
  return { ...network, analysis, origin };
};
