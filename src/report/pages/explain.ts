// Explained layers as a page: the network's name, then one heading and the worked steps of each. What the steps are is
// explain/explain.ts.

import type { Graph } from '../../core/graph.js';
import { formatShape, type Layout } from '../../core/shape.js';
import type { Explained, Step } from '../../explain/explain.js';
import type { Block, Page, Worked } from '../page.js';
import { namedPage } from '../title.js';

export const explainPage = (layers: readonly Explained[], graph: Graph, layout: Layout): Page =>
  layers.length === 0 ? [] : [...namedPage(graph), ...explainedLayers(layers, layout)];

/** Without the network's name: below a heading of its own. */
export const explainedLayers = (layers: readonly Explained[], layout: Layout): Page =>
  layers.flatMap(({ name, kind, label, inputs, steps, error }): readonly Block[] => {
    const reads = inputs.map((shape) => (shape ? formatShape(shape, layout) : '?')).join(' and ') || 'nothing';
    const heading: Block = {
      type: 'heading',
      text: `${name}: ${[kind, label].filter(Boolean).join(' ')}`,
      dim: `reads ${reads}`,
    };
    if (error !== undefined) return [heading, { type: 'text', text: `not known: ${error}`, tone: 'error' }];
    return [heading, { type: 'steps', entries: steps.map(workedOf) }];
  });

export const workedOf = ({ title, formula, substituted, shown, convention }: Step): Worked => ({
  title,
  formula,
  substituted,
  text: shown,
  remark: convention,
});
