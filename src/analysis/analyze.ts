// Graph -> Analysis: figures per row, totals, fields, memory, and whether what the spec expects holds. No formatting.

import { isExact, type Operations, operations, total } from '../core/count.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { DTYPES, type Graph, isInput, type Parsed } from '../core/graph.js';
import type { Facts } from '../core/layer.js';
import { elements, sum } from '../core/shape.js';
import type { Analysis, Figures, Row, Totals } from './analysis.js';
import { brokenExpectations } from './expect.js';
import { peakActivations } from './memory.js';
import { receptiveFields } from './receptive-field.js';

/** Adds up what the layers say of themselves. Never throws; what is unknown is null. */
export const analyze = ({ graph, diagnostics }: Parsed): Analysis => {
  const inputs = graph.nodes.filter(isInput);
  const fields = new Map(inputs.map((input) => [input.id, receptiveFields(graph, input.id)] as const));
  const layers = graph.nodes.filter((node) => !isInput(node));
  // Copies of a layer share their facts, and with them their figures.
  const figures = new Map<Facts, Figures>();
  for (const { facts } of layers) if (facts && !figures.has(facts)) figures.set(facts, figuresOf(facts, graph));
  const rows = layers.map((node, i): Row => {
    const field = inputs.map((input) => fields.get(input.id)?.[node.id]).find((f) => f) ?? null;
    return { index: i + 1, node, figures: (node.facts && figures.get(node.facts)) ?? null, field };
  });
  // No rows because nothing could be read is not a network that costs nothing.
  const readable = rows.length > 0 || diagnostics.every((d) => d.severity !== 'error');
  const totals = totalsOf(graph, rows, readable);
  const found = [...diagnostics, ...exactTotals(totals), ...brokenExpectations(graph, rows, totals)];
  return { graph, rows, totals, fields, diagnostics: found };
};

const figuresOf = (facts: Facts, graph: Graph): Figures => {
  const { output, params, buffers, macs, ops } = facts;
  const size = DTYPES[graph.dtype];
  const weights = total(params);
  const kept = total(buffers);
  const multiplied = total(macs);
  const others = operations(ops);
  const activations = elements(output);
  return {
    params: weights,
    trainable: total(params, (term) => term.trainable !== false),
    buffers: kept,
    macs: multiplied,
    ops: others,
    flops: 2 * multiplied + sum(Object.values(others)),
    activations,
    bytes: { params: weights * size, activations: activations * size * graph.batch },
  };
};

const totalsOf = (graph: Graph, rows: readonly Row[], readable: boolean): Totals => {
  const known = rows.flatMap((row) => row.figures ?? []);
  const complete = readable && known.length === rows.length;
  const add = (pick: (figures: Figures) => number): number | null => {
    if (!complete) return null;
    const value = sum(known.map(pick));
    return isExact(value) ? value : null;
  };
  const peak = complete ? peakActivations(graph) : null;
  return {
    params: add((f) => f.params),
    trainable: add((f) => f.trainable),
    buffers: add((f) => f.buffers),
    macs: add((f) => f.macs),
    ops: complete ? known.reduce((all, { ops }) => addOperations(all, ops), operations([])) : null,
    flops: add((f) => f.flops),
    activations: add((f) => f.activations),
    weightLayers: complete ? longestPath(graph) : null,
    bytes: {
      params: add((f) => f.bytes.params),
      activations: add((f) => f.bytes.activations),
      peakActivations: peak && peak.elements * DTYPES[graph.dtype] * graph.batch,
    },
    peakAt: peak?.at ?? null,
  };
};

const addOperations = (a: Operations, b: Operations): Operations => ({
  compare: a.compare + b.compare,
  add: a.add + b.add,
  multiply: a.multiply + b.multiply,
  divide: a.divide + b.divide,
  exp: a.exp + b.exp,
});

/** The figures of two layers together. */
export const addFigures = (a: Figures, b: Figures): Figures => ({
  params: a.params + b.params,
  trainable: a.trainable + b.trainable,
  buffers: a.buffers + b.buffers,
  macs: a.macs + b.macs,
  ops: addOperations(a.ops, b.ops),
  flops: a.flops + b.flops,
  activations: a.activations + b.activations,
  bytes: { params: a.bytes.params + b.bytes.params, activations: a.bytes.activations + b.bytes.activations },
});

const longestPath = (graph: Graph): number => {
  const depth: number[] = [];
  for (const node of graph.nodes) {
    const before = node.inputs.reduce((most, id) => Math.max(most, depth[id] ?? 0), 0);
    depth.push(before + (node.kind.role === 'weights' ? 1 : 0));
  }
  return depth.reduce((a, b) => Math.max(a, b), 0);
};

const exactTotals = (totals: Totals): Diagnostic[] => {
  const over = (['params', 'macs', 'flops', 'activations'] as const).filter(
    (key) => totals[key] === null && totals.weightLayers !== null,
  );
  return over.map((key) => ({
    code: 'count/too-large',
    severity: 'error',
    message: `the total of ${key} is past 2^53, where integers are no longer exact`,
  }));
};
