// What a command computes by the way: by the reference where it is little, else by the core, to the same end.

import { describe, expect, it, vi } from 'vitest';
import { backendFor } from '../src/commands/backend.js';
import { stackToRun } from '../src/commands/equiv-run.js';
import { analyzedItems } from '../src/commands/items.js';
import { readStack } from '../src/commands/stack.js';
import { operatorsOf } from '../src/core/graph.js';
import type { Backend } from '../src/core/kernels.js';
import { product } from '../src/core/shape.js';
import { engine } from '../src/kernels/wasm/engine.js';
import { execute, stackOf } from '../src/run/linear.js';
import { networkOf } from '../src/run/network.js';
import { normalised, workOf } from '../src/run/normalised.js';
import { normalisationOf } from '../src/run/norms.js';
import { normal } from '../src/run/random.js';
import { initialised } from '../src/run/weights.js';
import { fakeIo } from './fake-io.js';

const io = fakeIo();
const [plainly, fast] = [backendFor({ steps: 1 }, io), backendFor({ steps: 1e9 }, io)] as [Backend, Backend];

it('is the core for much, per session', () => {
  expect([plainly.name, fast.name]).toEqual(['reference', 'wasm']);
  expect(backendFor({ steps: 1e7, sessions: 1 }, io).name).toBe('wasm');
  expect(backendFor({ steps: 1e7, sessions: 50 }, io).name).toBe('reference');
});

/** Every number, wherever it stands. */
const numbersIn = (value: unknown): readonly number[] =>
  typeof value === 'number' ? [value] : typeof value === 'object' ? Object.values(value ?? {}).flatMap(numbersIn) : [];

describe('comes to the same', () => {
  it('for normalisations', async () => {
    const [shape, batch] = [[6, 5, 7], 3] as const;
    const kinds = [{ batchnorm: '' }, { layernorm: '' }, { groupnorm: 3 }, { rmsnorm: '' }, { lrn: '' }];
    const items = kinds.map((kind, i) => ({ ...kind, name: `n${i}`, from: 'input' }));
    const analysis = analyzedItems(items, { input: '5x7x6', usual: '5x7x6', batch });
    const norms = analysis.rows.flatMap(({ node, figures }) => {
      const [operator] = operatorsOf(node, shape);
      const counts = { params: figures?.params ?? 0, buffers: figures?.buffers ?? 0 };
      return operator ? [normalisationOf(node.name, operator, batch, shape, counts)] : [];
    });
    expect(norms.length).toBe(kinds.length);
    const [wanted, made] = await Promise.all(
      [plainly, fast].map(async (backend) => numbersIn(await normalised(analysis, norms, batch, backend, 1))),
    );
    expect(wanted?.length).toBeGreaterThan(60);
    wanted?.forEach((value, i) => {
      expect(Math.abs((made?.[i] ?? Number.NaN) - value)).toBeLessThan(2e-6 * Math.max(1, Math.abs(value)));
    });
    // Fifty batches of the one that keeps statistics, and each of the others.
    expect(workOf(norms, 100)).toEqual({ steps: 8 * 100 * (kinds.length + 52), sessions: 4 });
  });

  it('for stacks', async () => {
    const analysis = stackToRun(readStack('3x3^3'), [4, 9, 9]);
    const network = networkOf(analysis, initialised(analysis, 0));
    const stack = network && stackOf(network);
    if (!stack) throw new Error('no stack');
    const data = { shape: [1, ...stack.input], data: normal(product(stack.input), 0) };
    const [wanted, made] = await Promise.all([plainly, fast].map((backend) => execute(stack, data, backend)));
    expect(made).toMatchObject({
      linear: { equal: true },
      withRelu: { equal: false },
      padded: { equal: false, border: 2 },
    });
    expect(made?.withRelu.maxAbsDiff).toBeCloseTo(wanted?.withRelu.maxAbsDiff ?? Number.NaN, 5);
  });

  it('where the core gets no memory', async () => {
    const none = vi.spyOn(engine, 'Memory').mockImplementation(function none() {
      throw new RangeError('could not allocate memory');
    });
    try {
      const session = await fast.open(
        { inputs: [{ id: 0, name: '', shape: [1] }], steps: [], outputs: [0] },
        { batch: 1, threads: 1, precision: 'exact', core: 'auto' },
      );
      expect(session.core.backend).toBe('reference');
    } finally {
      none.mockRestore();
    }
  });
});
