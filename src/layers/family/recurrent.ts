// What recurrent layers share: a stack of layers over the steps of a sequence, in one direction or in both, counted as PyTorch has it.

import { type Args, type ArgsOf, flag, integer, optional, word } from '../../core/args.js';
import { type Factors, type OperationCount, operation, type TensorCount, tensor, term } from '../../core/count.js';
import { Problem } from '../../core/diagnostic.js';
import type { Direction } from '../../core/kernels.js';
import { type Definition, layer } from '../../core/layer.js';
import { GATES, type OperatorOf, type Recurrence } from '../../core/operator.js';
import { causalReach } from '../../core/reach.js';
import { channels, formatShape, type Shape } from '../../core/shape.js';

const COMMON = {
  units: integer('values of the state, the channels of the output', { min: 1 }),
  layers: integer('layers one above the other', { min: 1, max: 64, default: 1 }),
  bidirectional: flag(
    'a second layer reads the steps from the last to the first; the states of both stand one behind the other',
    {
      default: false,
    },
  ),
  returns: word(
    'what comes out: the state after every step, or after the last of each direction',
    ['sequence', 'last'],
    {
      default: 'sequence',
    },
  ),
  bias: flag('learn two biases per gate and unit, as PyTorch', { default: true }),
  /** Absent where it is not written, as few networks have it. */
  biases: optional(integer('biases per gate and unit: 1 as in Keras', { min: 1, max: 2 }), '2, as in PyTorch'),
} satisfies Args;

interface Recurrent<A extends Args> {
  readonly cell: Recurrence;
  readonly doc: string;
  readonly aliases?: readonly string[];
  readonly args: A;
  readonly bend?: (args: ArgsOf<A>) => 'tanh' | 'relu';
  /** Besides the products: sigmoids, hyperbolic tangents, products and sums of each unit and step. */
  readonly each: { readonly sigmoid: number; readonly tanh: number; readonly multiply: number; readonly add: number };
  readonly examples: readonly string[];
}

export const recurrent = <const A extends Args>(describe: () => Recurrent<A>): Definition => {
  type All = ArgsOf<typeof COMMON>;
  return layer(() => {
    const { cell, args, bend, each, ...rest } = describe();
    return {
      ...rest,
      role: 'weights',
      sugar: true,
      main: 'units',
      args: { ...COMMON, ...args },
      label: (given) => {
        const { units, layers, bidirectional, returns } = given as unknown as All;
        return [
          units,
          ...(layers > 1 ? [`x${layers}`] : []),
          ...(bidirectional ? ['bidirectional'] : []),
          ...(returns === 'last' ? ['last'] : []),
        ].join(' ');
      },
      analyze(given, [input]) {
        const all = given as unknown as All;
        if (input.length !== 2) return needsSequence(input);
        const { units, bidirectional, returns } = all;
        const [C, steps = 1] = input;
        const directions = bidirectional ? 2 : 1;
        const stack = stackOf(all, C ?? 1);
        const width = directions * units;
        return {
          output: returns === 'last' ? [width] : [width, steps],
          params: stack.flatMap(({ reads, of }) => tensorsOf(cell, units, reads, of, all.bias ? (all.biases ?? 2) : 0)),
          macs: stack.flatMap(({ reads }) =>
            [{ C_in: reads }, { state: units }].map((read) =>
              term({ L_out: steps, ...gatesOf(cell), C_out: units, ...read }),
            ),
          ),
          ops: operationsOf(each, stack.length, { L_out: steps, C_out: units }),
          reach: bidirectional || returns === 'last' ? 'global' : [causalReach(steps)],
          channels: 'all',
          why: () => [
            `a state of ${units} values after each of ${steps} steps${bidirectional ? ', in both directions' : ''}`,
          ],
        };
      },
      execute(given): OperatorOf<'recurrent'> {
        const { layers, bidirectional, returns } = given as unknown as All;
        const last = returns === 'last';
        return { op: 'recurrent', cell, layers, bidirectional, last, bend: bend?.(given as ArgsOf<A>) ?? 'tanh' };
      },
    };
  });
};

/** The layers of the stack and their directions, with what each reads and what PyTorch calls it. */
const stackOf = ({ layers, bidirectional, units }: ArgsOf<typeof COMMON>, C: number) =>
  Array.from({ length: layers }, (_, at) =>
    (bidirectional ? (['', '_reverse'] as const) : ([''] as const)).map((way) => ({
      reads: at === 0 ? C : units * (bidirectional ? 2 : 1),
      of: `l${at}${way}` as const,
    })),
  ).flat();

/** Without a factor where there is one. */
const gatesOf = (cell: Recurrence): Factors => (GATES[cell] > 1 ? { gates: GATES[cell] } : {});

const tensorsOf = (cell: Recurrence, units: number, reads: number, of: Direction, biases: number): TensorCount => {
  const rows = { ...gatesOf(cell), C_out: units };
  return [
    tensor('weights of the input', `weight_ih_${of}`, { ...rows, C_in: reads }),
    tensor('weights of the state', `weight_hh_${of}`, { ...rows, state: units }),
    ...(biases > 0 ? [tensor('bias of the input', `bias_ih_${of}`, rows)] : []),
    ...(biases > 1 ? [tensor('bias of the state', `bias_hh_${of}`, rows)] : []),
  ];
};

/** A sigmoid is an exponential, a sum and a quotient, a hyperbolic tangent one sum more. */
const operationsOf = (
  { sigmoid, tanh, multiply, add }: Recurrent<Args>['each'],
  layers: number,
  factors: Factors,
): OperationCount =>
  (
    [
      ['add', add + sigmoid + 2 * tanh],
      ['multiply', multiply],
      ['divide', sigmoid + tanh],
      ['exp', sigmoid + tanh],
    ] as const
  ).flatMap(([sort, count]) => (count > 0 ? [operation(sort, { ...factors, operations: layers * count })] : []));

const needsSequence = (input: Shape): Problem =>
  new Problem(
    'shape/needs-sequence',
    (layout) => `a recurrent layer reads a sequence, steps x channels, but gets ${formatShape(input, layout)}`,
    `put {reshape: ${input.length === 1 ? `[${channels(input)}, 1]` : `[${input.slice(1).reduce((a, b) => a * b, 1)}, ${channels(input)}]`}} before it`,
  );
