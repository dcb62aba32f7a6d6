// The cases of operators as a model that exporters take: an input for each that they read, an output for each of them. No assertions.

import { analyze } from '../src/analysis/analyze.js';
import { EMPTY_GRAPH, type Node } from '../src/core/graph.js';
import type { Network, Step, TensorName } from '../src/core/kernels.js';
import { product } from '../src/core/shape.js';
import type { Model } from '../src/export/model.js';
import type { NamedStep } from '../src/run/network.js';
import { type KernelCase, networkOf } from './kernel-cases.js';

/** Tensors that a step must have and a case leaves out, which are zeros then. */
const completed = (step: Step): Step =>
  step.operator.op === 'parameter' && !step.weights.weight
    ? { ...step, weights: { weight: { shape: step.output, data: new Float32Array(product(step.output)) } } }
    : step;

/** Steps that are layers of their own, whose tensors are called as PyTorch would. */
const named = (given: Step): NamedStep => {
  const step = completed(given);
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

/** A network of steps alone as a model: nothing is known of it but what it computes. */
const modelOf = ({ inputs, steps, outputs }: Network): Model => ({
  inputs: inputs.map((input) => ({ ...input, name: `input${input.id}` })),
  steps: steps.map(named),
  outputs,
  analysis: analyze({ graph: EMPTY_GRAPH, diagnostics: [] }),
  origin: 'cases',
});

/** Cases that read nothing have an input beside them, of which they are told how many images there are. */
export const caseModel = (cases: readonly KernelCase[]): Model => {
  const model = modelOf(networkOf(cases));
  return model.inputs.length > 0 ? model : { ...model, inputs: [{ id: -1, name: 'images', shape: [1] }] };
};
