// A network as an ONNX model, with its weights. What each operator is there stands in onnx/, by families; who encodes it is onnx/proto.ts.

import { Refusal } from '../core/kernels.js';
import { version } from '../version.js';
import { type Model, Refusing, said, type Words } from './model.js';
import { Graph, type Value, type Writing } from './onnx/graph.js';
import { MOVES } from './onnx/moves.js';
import { NORMS } from './onnx/norms.js';
import { PRODUCTS } from './onnx/products.js';
import { encoded } from './onnx/proto.js';
import { VALUES } from './onnx/values.js';
import { WINDOWS } from './onnx/windows.js';
import type { Exporter } from './target.js';

const WORDS: Words<Writing, Value> = { ...WINDOWS, ...NORMS, ...VALUES, ...MOVES, ...PRODUCTS };

/** Protobuf has no longer messages. */
const MOST_BYTES = 2 ** 31 - 1;

/** Throws Refusals for what ONNX cannot say, and a {@link Refusal} of a model too long for one file where there can be no second. */
export const onnx: Exporter = (model, { beside }) => {
  const data = graphOf(model).data(model.analysis.graph.name || 'main_graph', model.origin);
  const whole = encoded(data, version);
  if (whole.size <= MOST_BYTES) return { content: whole.content };
  if (beside === undefined)
    throw new Refusal(
      'export/too-large',
      `the model takes ${whole.size} bytes, and an ONNX file has ${MOST_BYTES} at most: its weights go to a file beside it`,
      'name a file for it: -o net.onnx',
    );
  const { content, beside: values } = encoded(data, version, beside);
  return { content, ...(values && { beside: values }) };
};

const graphOf = ({ inputs, steps, outputs }: Model): Graph => {
  const graph = new Graph(new Set([...inputs, ...steps].map(({ name }) => name)));
  const refusing = new Refusing();
  const values = new Map(inputs.map(({ id, name, shape }) => [id, graph.input(name, shape)] as const));
  for (const step of steps) {
    // What was refused is read as if it were there, so that all that cannot be said is told.
    const reads = step.inputs.map((id, i) => values.get(id) ?? graph.input('', step.inputShapes[i] ?? []));
    const made = refusing.note(step.node, said(WORDS, step, { graph, reads }));
    if (!made) continue;
    // A layer of several operators is closed by its last one.
    values.set(step.id, step.id === step.node.id ? graph.close(step.name, made) : made);
  }
  refusing.end();
  for (const id of outputs) {
    const value = values.get(id);
    if (value) graph.output(value);
  }
  return graph;
};
