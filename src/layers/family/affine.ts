// What fixed factors and addends share: one number for all channels, or one for each, as long as there are so many.

import type { Args, ArgsOf } from '../../core/args.js';
import { type Operation, operation, shapeFactors } from '../../core/count.js';
import { Problem } from '../../core/diagnostic.js';
import { type Definition, layer } from '../../core/layer.js';
import { channels } from '../../core/shape.js';

interface Affine<A extends Args> {
  readonly doc: string;
  /** Operations per value. */
  readonly sort: Operation;
  readonly main?: string & keyof A;
  readonly args: A;
  readonly by: (args: ArgsOf<A>) => { readonly times?: readonly number[]; readonly plus?: readonly number[] };
  readonly examples: readonly string[];
}

export const affine = <const A extends Args>(describe: () => Affine<A>): Definition =>
  layer<A>(() => {
    const { sort, by, ...rest } = describe();
    return {
      ...rest,
      role: 'scale',
      linear: true,
      label: (args) => (rest.main ? text(numbersOf(by(args))) : ''),
      analyze(args, [input]) {
        const numbers = numbersOf(by(args));
        return numbers.length === 1 || numbers.length === channels(input)
          ? { output: input, ops: [operation(sort, shapeFactors(input))] }
          : new Problem(
              'shape/constants',
              `${numbers.length} numbers fit neither all channels at once nor ${channels(input)} channels`,
              `write one number, or ${channels(input)}`,
              rest.main,
            );
      },
      execute: (args) => ({ op: 'affine', times: [1], plus: [0], ...by(args) }),
    };
  });

const numbersOf = ({ times = [], plus = [] }: ReturnType<Affine<Args>['by']>): readonly number[] => [...times, ...plus];

const text = (numbers: readonly number[]): string => {
  const [first = 0] = numbers;
  const rounded = Number(first.toPrecision(4));
  return numbers.length === 1 ? `${rounded}` : `${rounded} to ${Number((numbers.at(-1) ?? 0).toPrecision(4))}`;
};
