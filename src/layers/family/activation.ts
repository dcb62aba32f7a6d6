// What activations share: one value in, one value out, costing a few operations each. Kinds with parameters build on it.

import type { Args, ArgsOf } from '../../core/args.js';
import { OPERATIONS, type Operation, type OperationCount, operation, shapeFactors } from '../../core/count.js';
import type { Problem } from '../../core/diagnostic.js';
import { type Definition, layer } from '../../core/layer.js';
import type { Pointwise } from '../../core/operator.js';
import type { Shape } from '../../core/shape.js';

/** Operations per value, by sort. */
export type Cost = Readonly<Partial<Record<Operation, number>>>;

/** A cost per value over a whole tensor, as terms. */
export const perValue = (cost: Cost, shape: Shape): OperationCount =>
  OPERATIONS.filter((sort) => cost[sort]).map((sort) => {
    const { [sort]: times = 1 } = cost;
    return operation(sort, times > 1 ? { times, ...shapeFactors(shape) } : shapeFactors(shape));
  });

interface Activation<A extends Args> {
  readonly doc: string;
  /** Operations per value. */
  readonly cost: Cost | ((args: ArgsOf<A>) => Cost);
  readonly aliases?: readonly string[];
  readonly args: A;
  readonly main?: string & keyof A;
  readonly label?: (args: ArgsOf<A>) => string;
  /** Options that leave the function undefined. */
  readonly refuse?: (args: ArgsOf<A>) => Problem | null;
  readonly examples?: readonly string[];
  /** The function and its numbers. */
  readonly compute: (args: ArgsOf<A>) => Omit<Pointwise, 'op'>;
  /** Does nothing to its input, so that two linear layers around it still collapse into one. */
  readonly linear?: true;
}

/** An activation applied value by value. */
export const activation = <const A extends Args>(describe: () => Activation<A>): Definition =>
  layer<A>(() => {
    const { cost, compute, refuse, examples, ...rest } = describe();
    return {
      ...rest,
      role: 'activation',
      analyze: (args, [input]) =>
        refuse?.(args) ?? { output: input, ops: perValue(typeof cost === 'function' ? cost(args) : cost, input) },
      execute: (args) => ({ op: 'pointwise', ...compute(args) }),
      examples: examples ?? [],
    };
  });
