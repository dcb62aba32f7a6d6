// ONNX operators of two or more values, cell by cell: tensors that meet, and constants that are added, multiplied or compared with.

import type { Plain } from '../../../core/args.js';
import { product } from '../../../core/shape.js';
import { reshaped } from '../../../core/stored.js';
import { type Call, plainFloat, Unsaid, type Value } from '../call.js';
import { dimsOf, type Flow, flowIn, inMemory } from '../flow.js';
import { type Constant, isLearned, largest as largestOf, spreadDims } from '../fold.js';
import { inRank } from './products.js';
import type { Translation } from './translation.js';

const same = (a: readonly number[], b: readonly number[]): boolean => a.join() === b.join();

/** A row lies as another does, or has one value for each of its channels, or one for all. */
const meets = (call: Call, flow: Flow, largest: Flow): boolean => {
  const [own, shape] = [call.shape(flow.row), call.shape(largest.row)];
  if (!own || !shape) return true;
  if (same(flow.axes, largest.axes) && same(flow.parts, largest.parts) && same(own, shape)) return true;
  const [axis, another] = inMemory(flow);
  if (own.length > 1 || another !== undefined) return false;
  return axis === undefined || (largest.axes[axis] === 0 && shape[0] === own[0] && shape.length > 1);
};

interface Together {
  readonly rows: readonly number[];
  /** The axes of ONNX as they lie in the result. */
  readonly order: readonly number[];
  readonly dims: readonly number[];
}

/** Several tensors brought to one order of axes, so that they meet cell by cell. */
const together = (call: Call, flows: readonly Flow[]): Together => {
  const rank = largestOf(flows.map(({ axes }) => axes.length));
  const all = flows.map((flow) => inRank(flow, rank));
  const dims = spreadDims(all.map(dimsOf));
  if (!dims) throw new Unsaid(`${flows.map((flow) => dimsOf(flow).join('x')).join(' and ')} do not meet`);
  const largest = all.reduce((most, flow) => (product(flow.parts) > product(most.parts) ? flow : most));
  const first = inMemory(largest);
  const rest = dims.flatMap((size, axis) => (size === 1 || first.includes(axis) ? [] : [axis]));
  const order = [...first, ...rest];
  if (rest.length === 0 && all.every((flow) => meets(call, flow, largest)))
    return { rows: all.map(({ row }) => row), order, dims };
  if (order.length > 4 || order.length === 0) throw new Unsaid(`it reads ${order.length} axes, and there are 4 here`);
  const layout = order.map((axis) => [axis]);
  return { rows: all.map((flow) => call.arranged(flow, layout).row), order, dims };
};

const merged = (call: Call, kind: string, flows: readonly Flow[]): Value => {
  const { rows, order, dims } = together(call, flows);
  const row = call.row(kind, {}, rows);
  const [first] = flows;
  if (first && same(dimsOf(first), dims) && rows[0] === first.row) return call.like(first, row);
  return { flow: flowIn(row, dims, order) };
};

/** The one number that a constant is, unless it was learned. */
const scalarOf = (constant: Constant): number | undefined => {
  const { numbers } = constant;
  if (numbers?.length !== 1) return undefined;
  return isLearned(constant) ? undefined : plainFloat(numbers[0] ?? 0);
};

/** More fixed numbers than this are nobody's to write out. */
const MOST_WRITTEN = 16;

/** Of a constant with one value for each channel of what it meets: their axis. */
const perChannel = (call: Call, flow: Flow, constant: Constant): boolean => {
  const dims = dimsOf(flow);
  const shift = dims.length - constant.dims.length;
  const real = constant.dims.flatMap((size, axis) => (size === 1 ? [] : [axis + shift]));
  const [axis = -1, another] = real;
  return (
    another === undefined && axis >= 0 && flow.axes[axis] === 0 && call.shape(flow.row)?.[0] === product(constant.dims)
  );
};

const spreads = (flow: Flow, constant: Constant): boolean => {
  const dims = dimsOf(flow);
  const spread = spreadDims([dims, constant.dims]);
  return spread !== null && product(spread) === product(dims);
};

interface Arithmetic {
  readonly merge: string;
  /** What a fixed number does: kind, option, and the number there; on which side it stands counts. */
  readonly number: (
    value: number,
    isFirst: boolean,
  ) => readonly (readonly [kind: string, option: string, value: Plain])[] | undefined;
  /** What a learned one per channel is. */
  readonly learned?: { readonly kind: string; readonly tensor: string };
  /** What numbers per channel are. */
  readonly fixed?: (values: readonly number[]) => readonly [kind: string, option: string, value: Plain];
}

const ARITHMETIC: Readonly<Record<string, Arithmetic>> = {
  Add: {
    merge: 'add',
    number: (value) => [['plus', 'addends', value]],
    learned: { kind: 'biasadd', tensor: 'bias' },
    fixed: (values) => ['plus', 'addends', values],
  },
  Sub: {
    merge: 'sub',
    number: (value, isFirst) =>
      isFirst
        ? [
            ['neg', '', 0],
            ['plus', 'addends', value],
          ]
        : [['plus', 'addends', -value]],
    fixed: (values) => ['plus', 'addends', values.map((value) => -value)],
  },
  Mul: {
    merge: 'mul',
    number: (value) => [['times', 'factors', value]],
    learned: { kind: 'layerscale', tensor: 'weight' },
    fixed: (values) => ['times', 'factors', values],
  },
  Div: {
    merge: 'div',
    number: (value, isFirst) =>
      isFirst
        ? [
            ['pow', 'exponent', -1],
            ['times', 'factors', value],
          ]
        : [['times', 'factors', plainFloat(1 / value)]],
    fixed: (values) => ['times', 'factors', values.map((value) => plainFloat(1 / value))],
  },
  Max: { merge: 'maximum', number: (value) => [['clip', 'low', value]] },
  Min: { merge: 'minimum', number: (value) => [['clip', 'high', value]] },
  Mean: { merge: 'average', number: () => undefined },
  Sum: { merge: 'add', number: (value) => [['plus', 'addends', value]] },
};

const withConstant = (call: Call, arithmetic: Arithmetic, flow: Flow, constant: Constant, isFirst: boolean): Value => {
  const value = scalarOf(constant);
  const steps = value === undefined || !Number.isFinite(value) ? undefined : arithmetic.number(value, isFirst);
  if (value !== undefined && steps && spreads(flow, constant)) {
    if (isNeutral(arithmetic, value, isFirst)) return { flow };
    let row = flow.row;
    for (const [i, [kind, option, number]] of steps.entries()) {
      const more = i < steps.length - 1 ? { name: `${call.name}.${kind}` } : {};
      row = call.row(kind, option === '' ? {} : { [option]: number }, [row], more);
    }
    return call.like(flow, row);
  }
  const { learned, fixed } = arithmetic;
  if (spreads(flow, constant) && perChannel(call, flow, constant) && !isFirst) {
    const { numbers, stored } = constant;
    const count = product(constant.dims);
    if (fixed && numbers && constant.learned === undefined && count <= MOST_WRITTEN) {
      const [kind, option, values] = fixed(numbers.map(plainFloat));
      return call.like(flow, call.row(kind, { [option]: values }, [flow.row]));
    }
    if (learned && constant.learned !== undefined)
      return call.like(
        flow,
        call.learned(learned.kind, {}, [flow.row], { [learned.tensor]: reshaped(stored, [count]) }, constant),
      );
  }
  const other = call.parameter(constant, laidLike(flow, constant));
  return merged(call, arithmetic.merge, isFirst ? [other, flow] : [flow, other]);
};

/** The axes of a constant in the order in which those of a flow lie. */
const laidLike = (flow: Flow, { dims }: Constant): readonly number[] => {
  const shift = flow.axes.length - dims.length;
  return inMemory(flow)
    .map((axis) => axis - shift)
    .filter((axis) => axis >= 0);
};

const isNeutral = ({ merge }: Arithmetic, value: number, isFirst: boolean): boolean =>
  (merge === 'add' && value === 0) ||
  (merge === 'mul' && value === 1) ||
  (!isFirst && ((merge === 'sub' && value === 0) || (merge === 'div' && value === 1)));

const arithmetic =
  (of: Arithmetic): Translation =>
  (call) => {
    if (call.count < 2) return call.value(0);
    if (call.count === 2) {
      const [a, b] = [call.constant(0), call.constant(1)];
      // What commutes has its constant behind.
      const commutes = of.merge !== 'sub' && of.merge !== 'div';
      if (b && !a) return withConstant(call, of, call.flow(0), b, false);
      if (a && !b) return withConstant(call, of, call.flow(1), a, !commutes);
    }
    return merged(
      call,
      of.merge,
      Array.from({ length: call.count }, (_, i) => call.flow(i)),
    );
  };

const pow: Translation = (call) => {
  const [exponent, another] = call.numbers(1) ?? [];
  if (exponent === undefined || another !== undefined) throw new Unsaid('its exponent is no single number');
  const flow = call.flow(0);
  return call.like(flow, call.row('pow', { exponent: plainFloat(exponent) }, [flow.row]));
};

export const MERGES: Readonly<Record<string, Translation>> = {
  ...Object.fromEntries(Object.entries(ARITHMETIC).map(([op, of]) => [op, arithmetic(of)])),
  Pow: pow,
};
