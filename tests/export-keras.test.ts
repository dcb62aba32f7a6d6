// Networks for Keras: the JSON is read back by our own reader and computes the same; the code is whole, and says every option by its
// name. TensorFlow.js judges the JSON in bench/keras-export.js.

import { describe, expect, it } from 'vitest';
import type { Analysis } from '../src/analysis/analysis.js';
import type { Node } from '../src/core/graph.js';
import type { Tensor } from '../src/core/kernels.js';
import type { LayerKind } from '../src/core/layer.js';
import { product } from '../src/core/shape.js';
import { kerasJson } from '../src/export/keras-json.js';
import { type Model, Refusals } from '../src/export/model.js';
import { held } from '../src/files/bytes.js';
import { reference } from '../src/kernels/reference.js';
import { execute } from '../src/run/execute.js';
import type { NamedStep } from '../src/run/network.js';
import { normal } from '../src/run/random.js';
import { fromFile } from '../src/run/weights.js';
import { imported } from './keras-files.js';
import { type KernelCase, networkOf, TABLES } from './kernel-cases.js';
import { difference } from './operators.js';

/** A case as the exporters read a network. */
const modelOf = (one: KernelCase): Model => {
  const { inputs, steps, outputs } = networkOf([one]);
  const kind = (role: 'input' | 'weights') => ({ role }) as LayerKind;
  const nodes = [
    ...inputs.map(({ id, shape }) => ({ id, name: `in${id}`, kind: kind('input'), facts: { output: shape } })),
    ...steps.map(({ id, output }) => ({ id, name: `step${id}`, kind: kind('weights'), facts: { output } })),
  ] as readonly Partial<Node>[] as readonly Node[];
  const named = steps.map((step): NamedStep => ({ ...step, node: nodes[step.id] as Node, learned: [] }));
  const graph = { name: 'case', nodes, outputs };
  return { inputs, steps: named, outputs, origin: 'a case', analysis: { graph } as unknown as Analysis };
};

const bytesOf = (pieces: Iterable<Uint8Array>): Uint8Array => new Uint8Array(Buffer.concat([...pieces]));

const OPTIONS = {
  batch: 2,
  threads: 1,
  precision: 'exact',
  core: 'auto',
  repeat: 1,
  now: () => 0,
} as const;

/** The JSON with its weights, read back by our reader. */
const readBack = (model: Model) => {
  const { content, beside } = kerasJson(model, { given: true, beside: 'w.bin' });
  const bytes = bytesOf(beside ?? []);
  const network = imported(JSON.stringify(content), (path) => (path === 'w.bin' ? held(bytes) : null));
  expect(
    network.analysis.diagnostics.filter(({ severity, code }) => severity === 'error' || code.startsWith('import')),
  ).toEqual([]);
  return network;
};

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Refusals)) throw error;
  return error.refused.map(({ reason }) => reason).join('; ');
};

describe.each(Object.entries(TABLES))('%s', (name, cases) => {
  it('is read back from the JSON and computes the same', async () => {
    const refused = new Map<string, number>();
    for (const one of cases) {
      const model = modelOf(one);
      let network: ReturnType<typeof readBack>;
      try {
        network = readBack(model);
      } catch (error) {
        const reason = reasonOf(error);
        refused.set(reason, (refused.get(reason) ?? 0) + 1);
        continue;
      }
      const { analysis, tensors } = network;
      const data = model.inputs.map(
        ({ shape }, k): Tensor => ({ shape: [2, ...shape], data: normal(2 * product(shape), k + 1) }),
      );
      const session = await reference(() => 0).open(model, OPTIONS);
      const { outputs } = await session.run(new Map(model.inputs.map(({ id }, k) => [id, data[k] as Tensor])));
      const weights = fromFile(analysis, tensors);
      if (!(weights instanceof Map)) throw new Error(`${one.title}: ${JSON.stringify(weights)}`);
      const read = analysis.graph.nodes.filter(({ kind }) => kind.role === 'input');
      const ran = await execute(
        analysis,
        weights,
        new Map(read.map(({ id }, k) => [id, data[k] as Tensor])),
        reference(() => 0),
        OPTIONS,
      );
      const [wanted] = outputs.values();
      const [given] = analysis.graph.outputs.flatMap((id) => ran.outputs.get(id) ?? []);
      expect(wanted && given ? difference(given, wanted) : Number.NaN, one.title).toBeLessThan(2e-5);
    }
    console.log(name, cases.length, [...refused]);
  });
});
