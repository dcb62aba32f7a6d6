// ONNX operators that make one value of many along some axes.

import { product } from '../../../core/shape.js';
import { type Call, Unsaid, type Value } from '../call.js';
import { dimsOf, type Flow } from '../flow.js';
import { constant, largest, smallest } from '../fold.js';
import { joined, lettered } from './axes.js';
import type { Translation } from './translation.js';

/** What stands before and behind a reduction that has a word here. */
interface Reduction {
  readonly by: 'mean' | 'max' | 'sum' | 'l2';
  readonly before?: readonly [kind: string, options?: Readonly<Record<string, number>>];
  readonly behind?: string;
}

const REDUCTIONS_BY: Readonly<Record<string, Reduction>> = {
  ReduceMean: { by: 'mean' },
  ReduceMax: { by: 'max' },
  ReduceSum: { by: 'sum' },
  ReduceL2: { by: 'l2' },
  ReduceL1: { by: 'sum', before: ['abs'] },
  ReduceSumSquare: { by: 'sum', before: ['pow', { exponent: 2 }] },
  ReduceMin: { by: 'max', before: ['neg'], behind: 'neg' },
};

/** Of whole numbers that are known, such as sizes. */
const ofConstant: Readonly<Record<string, (numbers: readonly number[]) => number>> = {
  ReduceProd: product,
  ReduceSum: (numbers) => numbers.reduce((sum, n) => sum + n, 0),
  ReduceMax: largest,
  ReduceMin: smallest,
};

const without = (flow: Flow, row: number, axes: readonly number[], keeps: boolean): Flow => {
  const gone = new Set(axes.map((axis) => flow.axes[axis] ?? -1));
  const left = flow.parts.map((_, part) => part).filter((part) => !gone.has(part));
  const all = flow.axes.map((part, axis) => (axes.includes(axis) ? -1 : left.indexOf(part)));
  return {
    row,
    parts: left.map((part) => flow.parts[part] ?? 1),
    axes: keeps ? all : all.filter((_, axis) => !axes.includes(axis)),
  };
};

const reduced =
  (op: string, reduction: Reduction | undefined): Translation =>
  (call) => {
    const known = call.constant(0);
    const compute = ofConstant[op];
    if (known?.numbers && compute) return ofNumbers(call, known.numbers, known.dims, compute);
    const input = call.flow(0);
    const dims = dimsOf(input);
    const given = call.numbersOr(1, 'axes')?.map((axis) => call.axis(axis, dims.length));
    if (!given?.length && call.int('noop_with_empty_axes', 0) === 1) return { flow: input };
    const axes = given?.length ? given : dims.map((_, axis) => axis);
    const keeps = call.int('keepdims', 1) === 1;
    const real = axes.filter((axis) => dims[axis] !== 1);
    if (!reduction) throw new Unsaid('there is no such reduction here');
    const { by, before, behind } = reduction;
    const first = before
      ? call.row(before[0], before[1] ?? {}, [input.row], { name: `${call.name}.${before[0]}` })
      : input.row;
    const source = { ...input, row: first };
    if (real.length === 0) {
      const row = by === 'l2' ? call.row('abs', {}, [first]) : first;
      return { flow: without(source, last(call, behind, row), axes, keeps) };
    }
    const pooled = ofPlaces(call, source, axes, by);
    if (pooled !== undefined) return { flow: without(source, last(call, behind, pooled), axes, keeps) };
    const { flow, letter } = lettered(call, source, real);
    const row = call.row('reduce', { by, over: joined(real.map(letter)) }, [flow.row]);
    return { flow: without(flow, last(call, behind, row), axes, keeps) };
  };

const last = (call: Call, behind: string | undefined, row: number): number =>
  behind === undefined ? row : call.row(behind, {}, [row], { name: `${call.name}.${behind}` });

/** Over all places of a picture: a global pool. */
const ofPlaces = (call: Call, flow: Flow, axes: readonly number[], by: Reduction['by']): number | undefined => {
  const dims = dimsOf(flow);
  const shape = call.shape(flow.row);
  const isAll = dims.length > 2 && axes.length === dims.length - 2 && axes.every((axis) => axis > 1);
  if (!isAll || dims[0] !== 1 || shape?.join() !== dims.slice(1).join()) return undefined;
  if (flow.axes.slice(1).some((part, i, all) => part >= 0 && all.slice(0, i).some((other) => other > part)))
    return undefined;
  if (by === 'mean') return call.row('gap', { keepdims: true }, [flow.row]);
  if (by === 'max') return call.row('gmp', { keepdims: true }, [flow.row]);
  return undefined;
};

const ofNumbers = (
  call: Call,
  numbers: readonly number[],
  dims: readonly number[],
  compute: (numbers: readonly number[]) => number,
): Value => {
  const axes = call.numbersOr(1, 'axes') ?? [0];
  if (dims.length > 1 || axes.length > 1) throw new Unsaid('it reduces a stored tensor');
  const keeps = call.int('keepdims', 1) === 1;
  return { constant: constant(keeps && dims.length > 0 ? [1] : [], [compute(numbers)], false) };
};

/** The root of the sum of squares over all places, or the sum of what they are without their signs. */
const globalLp: Translation = (call) => {
  const p = call.int('p', 2);
  if (p !== 1 && p !== 2) throw new Unsaid(`its norm is that of ${p}`);
  const input = call.standard(0);
  const axes = dimsOf(input)
    .map((_, axis) => axis)
    .slice(2);
  const { flow, letter } = lettered(call, input, axes);
  const source = p === 2 ? flow.row : call.row('abs', {}, [flow.row], { name: `${call.name}.abs` });
  const row = call.row('reduce', { by: p === 2 ? 'l2' : 'sum', over: joined(axes.map(letter)) }, [source]);
  return { flow: without(flow, row, axes, true) };
};

/** Which place has the largest value, as a number: no layer here gives it, but how many there are is known. */
const arg: Translation = (call) => {
  const dims = call.dims(0);
  const axis = call.axis(call.int('axis', 0), dims.length);
  const keeps = call.int('keepdims', 1) === 1;
  const left = keeps ? dims.map((n, i) => (i === axis ? 1 : n)) : dims.filter((_, i) => i !== axis);
  throw new Unsaid('there is no such layer here', left);
};

export const REDUCTIONS: Readonly<Record<string, Translation>> = {
  ...Object.fromEntries(Object.entries(REDUCTIONS_BY).map(([op, one]) => [op, reduced(op, one)])),
  ReduceProd: reduced('ReduceProd', undefined),
  GlobalLpPool: globalLp,
  ArgMax: arg,
  ArgMin: arg,
};
