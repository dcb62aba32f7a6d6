// Execution: every operator against PyTorch's values, on every backend; what tensors a layer has.

import { describe, expect, it } from 'vitest';
import { termValue } from '../src/core/count.js';
import type { Backend } from '../src/core/kernels.js';
import { analyze, parse } from '../src/index.js';
import { reference } from '../src/kernels/reference.js';
import { type Host, wasm } from '../src/kernels/wasm.js';
import { layers } from '../src/layers/index.js';
import { networkOf, parameters } from '../src/run/network.js';
import { core } from './fake-io.js';
import { type Case, cases, difference, unsaid } from './operators.js';

const host = { now: () => performance.now(), ...core } as Host;
const BACKENDS: readonly Backend[] = [reference(() => 0), wasm(host)];

/** The outputs of the case's batches, one behind the other, with the running statistics that each leaves. */
const runCase = async (backend: Backend, { spec, training, tensors, batches }: Case) => {
  const analysis = analyze(parse(spec));
  const kept = new Map(
    parameters(analysis).flatMap(({ name, tensor }) => (tensors[tensor] ? [[name, tensors[tensor]] as const] : [])),
  );
  const results: { difference: number; running?: number }[] = [];
  for (const { input, output, running } of batches) {
    const network = networkOf(analysis, kept);
    if (!network) throw new Error('not analysed');
    const batch = input.shape[0] ?? 1;
    const session = await backend.open(network, { batch, threads: 1, precision: 'auto', core: 'auto', training });
    const { outputs, statistics } = await session.run(new Map([[network.inputs[0]?.id ?? 0, input]]));
    session.close();
    const made = outputs.get(network.outputs[0] ?? -1);
    const after = statistics?.get(network.outputs[0] ?? -1);
    results.push({
      difference: made ? difference(made, output) : Number.POSITIVE_INFINITY,
      ...(running && {
        running: after
          ? Math.max(
              difference(after.running_mean, running.running_mean),
              difference(after.running_var, running.running_var),
            )
          : Number.POSITIVE_INFINITY,
      }),
    });
    if (after) {
      kept.set('a.running_mean', after.running_mean);
      kept.set('a.running_var', after.running_var);
    }
  }
  return results;
};

describe.each(BACKENDS)('$name computes what PyTorch does', (backend) => {
  it.each(cases)('$title', async (c) => {
    for (const result of await runCase(backend, c)) {
      expect(result.difference).toBeLessThan(2e-5);
      if (result.running !== undefined) expect(result.running).toBeLessThan(2e-5);
    }
  });
});

it('leaves out what the language has no layer for, and nothing else', () => {
  expect(unsaid).toEqual(['batch_norm_train', 'batch_norm_train', 'layer_norm_last', 'layer_norm_last']);
});

describe('tensors', () => {
  it.each(layers.kinds.filter((kind) => kind.analyze).map((kind) => kind.name))('%s can be executed', (name) => {
    expect(layers.find(name)?.execute).toBeTypeOf('function');
  });

  it('have as many values as their terms count', () => {
    const spec = `
input: 9x8x6
layers:
  - {conv: 12, kernel: 3x2, groups: 2}
  - {depthwise: 3, padding: 1, multiplier: 2}
  - {separable: 10, kernel: 3, padding: 1}
  - {convtranspose: 8, kernel: 2, stride: 2, groups: 2}
  - batchnorm
  - {groupnorm: 4}
  - {instancenorm, affine: true}
  - {layernorm, over: c}
  - layernorm
  - rmsnorm
  - prelu
  - {prelu: c}
  - layerscale
  - {fc: 5}
`;
    const analysis = analyze(parse(spec));
    expect(analysis.diagnostics).toEqual([]);
    const counted = analysis.graph.nodes.flatMap(({ facts }) =>
      [...(facts?.params ?? []), ...(facts?.buffers ?? [])].map(termValue),
    );
    expect(parameters(analysis).map(({ shape }) => shape.reduce((a, b) => a * b, 1))).toEqual(counted);
  });
});
