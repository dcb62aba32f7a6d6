// Gradients against finite differences: each operator that has one at the awkward sizes of the kernels, and a chain of them.

import { describe, expect, it } from 'vitest';
import type { Step, Tensor } from '../src/core/kernels.js';
import { product } from '../src/core/shape.js';
import { passes } from '../src/kernels/backward.js';
import { normal } from '../src/run/random.js';
import { type KernelCase, networkOf, TABLES } from './kernel-cases.js';

const IMAGES = 3;
/** A power of two, so that few weights are rounded when it is added. */
const STEP = 2 ** -11;
/** As many values are enough to be awkward. */
const MOST = 5000;

const both = passes((work) => work());

/** Away from 0, where relu has no slope. */
const noise = (shape: readonly number[], seed: number): Tensor => ({
  shape,
  data: normal(product(shape), seed).map((x) => x + Math.sign(x) / 16),
});

const moved = ({ shape, data }: Tensor, by: Tensor, times: number): Tensor => ({
  shape,
  data: data.map((x, i) => x + times * (by.data[i] ?? 0)),
});

const inner = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a, (x, i) => x * (b[i] ?? 0)).reduce((sum, x) => sum + x, 0);

/** What the number <last, output> changes by along a direction, by differences and by the gradients. */
const along = (steps: readonly Step[], seed: number, step = STEP): readonly [number, number] => {
  const [first, end] = [steps[0], steps.at(-1)];
  const x = noise([IMAGES, ...(first?.inputShapes[0] ?? [])], seed);
  const last = noise([IMAGES, ...(end?.output ?? [])], seed + 1);
  const direction = noise(x.shape, seed + 2);
  const at = (times: number) => {
    const shifted = steps.map(({ weights, ...rest }, i) => ({
      ...rest,
      weights: { ...weights, ...(weights.weight && { weight: moved(weights.weight, noise(weights.weight.shape, seed + 3 + i), times) }) }, // biome-ignore format: one line
    }));
    const input = moved(x, direction, times);
    return { shifted, input, ...both(shifted, input, last) };
  };
  const [less, here, more] = [at(-step), at(0), at(step)];
  const difference = inner(more.values.at(-1) ?? [], last.data) - inner(less.values.at(-1) ?? [], last.data);
  // In float32, as they were really moved.
  const changed = (a: Tensor | undefined, b: Tensor | undefined) =>
    Float64Array.from(a?.data ?? [], (value, i) => value - (b?.data[i] ?? 0));
  const terms = [
    inner(changed(more.input, less.input), here.gradients[0] ?? []),
    ...steps.map((_, i) =>
      inner(changed(more.shifted[i]?.weights.weight, less.shifted[i]?.weights.weight), here.weights[i] ?? []),
    ),
  ];
  return [difference / step, terms.reduce((sum, term) => sum + term, 0) / step];
};

const isKnown = ({ steps, inputs }: KernelCase): boolean =>
  inputs.length === 1 &&
  product(inputs[0] ?? []) <= MOST &&
  steps.length === 1 &&
  steps.every(
    ({ operator, output }) => product(output) <= MOST && (operator.op !== 'pointwise' || operator.function === 'relu'),
  );

describe.each(['convolution', 'normalise', 'pad', 'pointwise'] as const)('%s', (op) => {
  const cases = TABLES[op].filter(isKnown);
  it.each(cases.map((one) => [one.title, one] as const))('%s', (_, one) => {
    const { steps } = networkOf([one]);
    for (const seed of [1, 100]) {
      const [difference, gradient] = along(steps, seed);
      expect(Math.abs(difference - gradient)).toBeLessThan(1e-4 * (1 + Math.abs(gradient)));
    }
  });
  it('there are cases', () => expect(cases.length).toBeGreaterThan(0));
});

describe('a chain', () => {
  const chain = networkOf([
    {
      title: 'chain',
      tolerance: 0,
      inputs: [[3, 5, 4]],
      steps: [
        { operator: { op: 'pad', sides: [[1, 1], [2, 0]], by: 'circular' }, reads: [-1], output: [3, 7, 6] }, // biome-ignore format: a line each
        { operator: { op: 'convolution', windows: [3, 2].map((kernel) => ({ kernel, stride: 1, dilation: 1, before: 0, after: 0 })), groups: 1 }, reads: [0], output: [5, 5, 5], weights: { weight: [5, 3, 3, 2] } }, // biome-ignore format: a line each
        { operator: { op: 'normalise', over: 'batch', eps: 1e-5 }, reads: [1], output: [5, 5, 5], weights: { weight: [5], bias: [5] } }, // biome-ignore format: a line each
        { operator: { op: 'pointwise', function: 'relu' }, reads: [2], output: [5, 5, 5] },
        { operator: { op: 'normalise', over: 'group', groups: 1, eps: 1e-5 }, reads: [3], output: [5, 5, 5] },
      ],
    },
  ]).steps;
  it('multiplies what its steps come to', () => {
    for (const seed of [1, 2, 3]) {
      // So few that hardly any value crosses the bend of relu.
      const [difference, gradient] = along(chain, seed, 2 ** -16);
      expect(Math.abs(difference - gradient)).toBeLessThan(1e-3 * (1 + Math.abs(gradient)));
    }
  });
  it('is refused by name where a gradient is not known', () => {
    const [first] = chain;
    const step = { ...(first as Step), operator: { op: 'pointwise', function: 'mish' } } as const;
    const x = noise([1, 3, 5, 4], 1);
    expect(() => both([step], x, x)).toThrow('no gradient of mish');
  });
});
