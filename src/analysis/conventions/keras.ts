// Keras, model.summary(): no operations at all. Its parameters hold the running statistics of batch norm, as non-trainable ones.

import { total } from '../../core/count.js';
import type { Node } from '../../core/graph.js';
import { type Convention, term } from './convention.js';
import type { Step } from './step.js';

/** The statistics count with the layer that owns them. */
const statistics = ({ node }: { readonly node: Node }): number => total(node.facts?.buffers);

export const keras: Convention = {
  name: 'keras',
  tool: 'Keras',
  version: '3',
  quantity: 'params',
  doc: 'parameters with the running statistics; it counts no operations',
  base: 'params',
  rules: { 'batch norm': term('running statistics, 2 per channel', statistics) },
  params: (step: Step) => step.learned + statistics(step),
};
