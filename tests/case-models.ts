// The cases of operators as a model that exporters take: an input for each that they read, an output for each of them. No assertions.

import { analyze } from '../src/analysis/analyze.js';
import { EMPTY_GRAPH, type Node } from '../src/core/graph.js';
import type { Network, Step, Tensor, TensorName } from '../src/core/kernels.js';
import { product } from '../src/core/shape.js';
import type { Model } from '../src/export/model.js';
import type { NamedStep } from '../src/run/network.js';
import { normal } from '../src/run/random.js';
import { type KernelCase, networkOf } from './kernel-cases.js';

/** Steps that are layers of their own, whose tensors are called as PyTorch would. */
const named = (step: Step): NamedStep => {
  const name = `layer${step.id}`;
  const node = { id: step.id, name, inputs: step.inputs } as unknown as Node;
  const learned = Object.entries(step.weights).map(([tensor, { shape }]) => ({
    name: `${name}.${tensor}`,
    shape,
    tensor: tensor as TensorName,
    node,
    operator: 0,
  }));
  return { ...step, name, node, learned };
};

/** What a case reads and has no values for is an input of whole numbers. */
const isOpen = ({ operator, weights }: Step): boolean => operator.op === 'parameter' && !weights.weight;

/** A network of steps alone as a model: nothing is known of it but what it computes. */
const modelOf = ({ inputs, steps, outputs }: Network): Model => ({
  inputs: [
    ...inputs.map((input) => ({ ...input, name: `input${input.id}` })),
    ...steps.filter(isOpen).map(({ id, output }) => ({ id, name: `whole${id}`, shape: output })),
  ],
  steps: steps.filter((step) => !isOpen(step)).map(named),
  outputs,
  analysis: analyze({ graph: EMPTY_GRAPH, diagnostics: [] }),
  origin: 'cases',
});

/** Cases that read nothing have an input beside them, of which they are told how many images there are. */
export const caseModel = (cases: readonly KernelCase[]): Model => {
  const model = modelOf(networkOf(cases));
  return model.inputs.length > 0 ? model : { ...model, inputs: [{ id: -1, name: 'images', shape: [1] }] };
};

/** Noise for each input by its id, or numbers of the first rows of a table. */
export const imagesOf = ({ inputs }: Model, batch: number): ReadonlyMap<number, Tensor> =>
  new Map(
    inputs.map(({ id, name, shape }) => {
      const count = batch * product(shape);
      const data = name.startsWith('whole')
        ? Float32Array.from({ length: count }, (_, i) => i % 7)
        : normal(count, id + 7000);
      return [id, { shape: [batch, ...shape], data }];
    }),
  );
