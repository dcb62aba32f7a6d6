// The layers of Keras that join tensors, and arithmetic with numbers, which Keras keeps as layers of their own.

import type { Builder, Call } from './call.js';
import { flag, number, numbers } from './config.js';
import { isValue, sameOrder, type Value } from './layout.js';
import { axesOf } from './norms.js';

/** All in one order, so that their axes meet. */
const together = (call: Call): readonly Value[] => {
  const { inputs } = call;
  const [first] = inputs;
  const sameFlat = inputs.every(
    ({ flat }) =>
      flat === first?.flat ||
      (flat && first?.flat && sameOrder(flat.order, first.flat.order) && sameOrder(flat.sizes, first.flat.sizes)),
  );
  const settled = sameFlat ? inputs : inputs.map((value) => call.settled(value));
  if (settled.every(({ order }) => first && sameOrder(order, first.order))) return settled;
  const rank = settled.reduce((most, { order }) => Math.max(most, order.length), 0);
  return settled.map((value) => {
    const arranged = call.last(value);
    const sizes = call.sizes(arranged);
    const missing = rank - arranged.order.length;
    // A vector has a value per channel anyway; of others Keras puts the axes that are missing in front.
    return missing <= 0 || arranged.order.length === 1 || !sizes
      ? arranged
      : call.last(call.reshaped(arranged, [...new Array<number>(missing).fill(1), ...sizes], 'spread'));
  });
};

/** Numbers among what a call was given, where it is a function and not a layer. */
const numberGiven = (call: Call): number | undefined => {
  const named = [...SECOND, ...FIRST].map((key) => call.given.named.get(key));
  return [...call.given.positional, ...named].find((one): one is number => typeof one === 'number');
};

/** Whether the number stands before the tensor. */
const numberFirst = (call: Call): boolean => {
  const { positional, named } = call.given;
  return typeof positional[0] === 'number' || FIRST.some((key) => typeof named.get(key) === 'number');
};

/** The tensors of a function, some of which may come by their names; those that stand first do so here. */
const operands = ({ inputs, given }: Call): readonly Value[] => {
  const of = (names: readonly string[]) => names.map((name) => given.named.get(name)).filter(isValue);
  const [before, behind] = [of(FIRST), of(SECOND)].map((list) => list.filter((value) => !inputs.includes(value)));
  return [...(before ?? []), ...inputs, ...(behind ?? [])];
};

const FIRST = ['x', 'x1', 'a'];
const SECOND = ['y', 'x2', 'b'];

type Arithmetic = (call: Call, n: number, first: boolean) => Value;

const plus = (call: Call, addend: number, value = call.input, part?: string): Value =>
  call.same('plus', value, { options: { addends: addend }, ...(part !== undefined && { part }) });

const times = (call: Call, factor: number): Value => call.same('times', call.input, { options: { factors: factor } });

const WITH_NUMBER: Readonly<Record<string, Arithmetic>> = {
  add: (call, n) => plus(call, n),
  mul: (call, n) => times(call, n),
  sub: (call, n, first) => (first ? plus(call, n, call.same('neg', call.input, { part: 'neg' })) : plus(call, -n)),
  div: (call, n, first) =>
    first || n === 0
      ? call.opaque('a number divided by a tensor is not known here', { params: 0, rf: 1 })
      : times(call, 1 / n),
  maximum: (call, n) => call.same('clip', call.input, { options: { low: n } }),
  minimum: (call, n) => call.same('clip', call.input, { options: { high: n } }),
};

export const merge =
  (kind: string): Builder =>
  (given) => {
    const call = given.reading(operands(given));
    const n = call.inputs.length === 1 ? numberGiven(call) : undefined;
    const arithmetic = WITH_NUMBER[kind];
    if (n !== undefined && arithmetic) return arithmetic(call, n, numberFirst(call));
    const read = together(call);
    const longest = read.reduce<Value | undefined>(
      (most, value) => (most && most.order.length >= value.order.length ? most : value),
      undefined,
    );
    const row = call.row(
      kind,
      read.map((value) => value.row),
    );
    return { row, order: longest?.order ?? [0], flat: longest?.flat };
  };

export const concatenate: Builder = (call) => {
  const [first, ...others] = call.inputs.map((value) => call.settled(value));
  if (!first) return call.opaque('it reads nothing');
  const read = [first, ...others.map((value) => call.arranged(value, first.order))];
  const given = call.given.named.get('axis') ?? call.given.positional.find((one) => typeof one === 'number');
  const axis = number(call.config, 'axis') ?? (typeof given === 'number' ? given : -1);
  const letter = axesOf([call.axisOf(axis, first)], first);
  if (letter === undefined) return call.opaque('tensors joined along this axis are not known here', { params: 0 });
  const row = call.row(
    'concat',
    read.map((value) => value.row),
    { options: { axis: letter === 'c' ? undefined : letter } },
  );
  return { row, order: first.order };
};

/** Products of vectors and of matrices; `axes` are those that are summed over. */
export const dot: Builder = (call) => {
  const [a, b, ...more] = call.inputs.map((value) => call.last(call.settled(value)));
  const axes = numbers(call.config, 'axes') ?? [-1];
  if (!a || !b || more.length > 0 || a.order.length !== b.order.length || flag(call.config, 'normalize', false))
    return call.opaque('this product is not known here', { params: 0 });
  const [ofA, ofB] = [call.axisOf(axes[0] ?? -1, a), call.axisOf(axes[1] ?? axes[0] ?? -1, b)];
  if (a.order.length === 1) {
    const products = call.row('mul', [a.row, b.row], { part: 'products' });
    return { row: call.row('reduce', [products], { options: { by: 'sum', over: 'c' } }), order: [0] };
  }
  if (a.order.length !== 2 || ofA === undefined || ofB === undefined)
    return call.opaque('this product is not known here', { params: 0 });
  const left = ofA === 1 ? a.row : call.row('permute', [a.row], { part: 'turned', options: { order: [1, 0] } });
  const row = call.row('matmul', [left, b.row], { options: { transpose: ofB === 1 || undefined } });
  return { row, order: a.order };
};
