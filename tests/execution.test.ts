// Execution: every operator against PyTorch's values, on every backend; what tensors a layer has.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Analysis } from '../src/analysis/analysis.js';
import { termValue } from '../src/core/count.js';
import { operatorsOf } from '../src/core/graph.js';
import type { Backend, Tensor } from '../src/core/kernels.js';
import { product, sameShape } from '../src/core/shape.js';
import { analyze, parse } from '../src/index.js';
import { reference } from '../src/kernels/reference.js';
import { type Host, wasm } from '../src/kernels/wasm.js';
import { layers } from '../src/layers/index.js';
import { execute, noise } from '../src/run/execute.js';
import { networkOf, parameters } from '../src/run/network.js';
import { countedShape } from '../src/run/shapes.js';
import { initialised } from '../src/run/weights.js';
import { bundled, eachNetwork } from './bundled.js';
import { core } from './fake-io.js';
import { type Case, cases, difference, FUNCTIONS_HELD, OPERATORS_HELD, unsaid } from './operators.js';
import { network } from './random-network.js';

const host = { now: () => performance.now(), ...core } as Host;
const BACKENDS: readonly Backend[] = [reference(() => 0), wasm(host)];

/** The outputs of the case's batches, one behind the other, with the running statistics that each leaves. */
const runCase = async (backend: Backend, { spec, training, tensors, batches }: Case) => {
  const analysis = analyze(parse(spec));
  const kept = new Map(
    parameters(analysis).flatMap(({ name, tensor }) => {
      const given = tensors[name] ?? tensors[tensor];
      return given ? [[name, given] as const] : [];
    }),
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

it('what is held against PyTorch is what the fixtures are said to have', () => {
  const operators = cases.flatMap(({ spec }) => {
    const { nodes } = analyze(parse(spec)).graph;
    return nodes.flatMap((node) => operatorsOf(node, nodes[node.inputs[0] ?? -1]?.facts?.output ?? []));
  });
  const functions = operators.flatMap((operator) => (operator.op === 'pointwise' ? [operator.function] : []));
  const held = (table: Readonly<Record<string, boolean>>) => Object.keys(table).filter((name) => table[name]);
  expect(new Set(operators.map(({ op }) => op))).toEqual(new Set(held(OPERATORS_HELD)));
  expect(new Set(functions)).toEqual(new Set(held(FUNCTIONS_HELD)));
});

describe('tensors', () => {
  it.each(layers.kinds.filter((kind) => kind.analyze && kind.role !== 'opaque').map((kind) => kind.name))(
    '%s can be executed',
    (name) => {
      expect(layers.find(name)?.execute).toBeTypeOf('function');
    },
  );

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
  - biasadd
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

describe('shapes, counted window by window, are those of the analysis', () => {
  const disagreeing = (analysis: Analysis) =>
    networkOf(analysis, initialised(analysis, 0))?.steps.filter((step) => !sameShape(countedShape(step), step.output));

  it.each(eachNetwork())('in %s', (name) => {
    const analysis = bundled(name);
    expect(disagreeing(analysis)).toEqual([]);
    const counted = (analysis.totals.params ?? 0) + (analysis.totals.buffers ?? 0);
    expect(parameters(analysis).reduce((sum, { shape }) => sum + product(shape), 0)).toBe(counted);
  });

  // The first window may be the one that hangs over, by less than a stride (PyTorch).
  it.each([
    ['4x6x5', '{maxpool: 3, stride: 2, dilation: 2, ceil: true}', [5, 1, 2]],
    ['2x7x3', '{avgpool: 3, stride: 2, ceil: true}', [3, 1, 3]],
    ['4x6x1', '{maxpool: 3, stride: 4, dilation: 2, ceil: true}', [1, 1, 2]],
  ])('of %s by %s', (input, item, shape) => {
    const analysis = analyze(parse(`layout: hwc\ninput: ${input}\nlayers:\n  - ${item}\n`));
    expect(analysis.graph.nodes.at(-1)?.facts?.output).toEqual(shape);
    expect(disagreeing(analysis)).toEqual([]);
  });

  const SORTS = ['conv', 'pool', 'transposed', 'nearest', 'bilinear', 'aligned', 'pad', 'crop', 'add'] as const;
  it.each([1, 2] as const)('in random networks of %i axes, and the backends agree on the values', async (axes) => {
    const property = fc.asyncProperty(network(axes, SORTS), fc.nat(9), async ({ analysis }, seed) => {
      expect(disagreeing(analysis)).toEqual([]);
      const tensors = initialised(analysis, seed);
      const options = { batch: 2, threads: 1, precision: 'auto', core: 'auto', repeat: 1, now: () => 0 } as const;
      const [first, ...others] = await Promise.all(
        BACKENDS.map((backend) => execute(analysis, tensors, noise(analysis, 2, seed), backend, options)),
      );
      for (const other of others)
        for (const [id, wanted] of first?.outputs ?? [])
          expect(difference(other.outputs.get(id) as Tensor, wanted)).toBeLessThan(2e-5);
    });
    await fc.assert(property, { numRuns: 40 });
  });
});

// Large tensors are read from their file, or made, anew for each who asks: whoever asks for each of their values never comes to an end.
describe.each(BACKENDS)('$name asks for the values of a weight a few times only', (backend) => {
  it.each([
    ['input: 64x64x3\nlayers:\n  - {conv: 8, kernel: 32, stride: 32}', 2],
    ['input: 16x16x3\nlayers:\n  - {conv: 8, kernel: 3, padding: 1}\n  - {conv: 8, kernel: 1}\n  - {depthwise: 3}', 6],
    ['input: 16x16x8\nlayers:\n  - {deconv: 8, kernel: 3, stride: 2}\n  - {fc: 10}', 4],
    ['input: 16x8\nlayers:\n  - {fc: 12, per: place}\n  - {conv: 8, kernel: 3}\n  - {ln: }', 6],
    ['input: 20\nlayers:\n  - {embedding: 6, words: 9}\n  - {lstm: 4}', 8],
    ['input: 8x8x8\nlayers:\n  - {parameter: 8x8x8, name: p}\n  - {add: p}\n  - {prelu: 8}\n  - {layernorm}', 6],
  ])('%s', async (spec, most) => {
    const analysis = analyze(parse(spec));
    let asked = 0;
    const counted = new Map(
      [...initialised(analysis, 0)].map(([name, { shape, data }]): [string, Tensor] => [
        name,
        {
          shape,
          get data() {
            if (name.includes('weight')) asked += 1;
            return data;
          },
        },
      ]),
    );
    const network = networkOf(analysis, counted);
    if (!network) throw new Error('not analysed');
    const options = { batch: 1, threads: 1, precision: 'auto', core: 'auto', training: false } as const;
    const session = await backend.open(network, options);
    const input = analysis.graph.nodes[0]?.facts?.output ?? [];
    await session.run(new Map([[0, { shape: [1, ...input], data: new Float32Array(product(input)) }]]));
    session.close();
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThanOrEqual(3 * most);
  });
});
