// What training keeps of a subject's layers, and what their way back costs, for its cells. The rows are analysis/training's.

import { USUAL } from '../analysis/training/plan.js';
import { type KeptRow, trainingOf } from '../analysis/training/training.js';
import type { Graph } from '../core/graph.js';
import type { Subject } from './world.js';

/** A sheet asks many times of one network. */
const KNOWN = new WeakMap<Graph, ReadonlyMap<number, KeptRow>>();

const rowsOf = (graph: Graph): ReadonlyMap<number, KeptRow> => {
  const known = KNOWN.get(graph);
  if (known) return known;
  const { batch, dtype } = graph;
  const { rows } = trainingOf(graph, { batch, dtype, torch: USUAL.torch });
  const made = new Map(rows.map((row) => [row.node.id, row]));
  KNOWN.set(graph, made);
  return made;
};

/** The figure of all of its layers; null where one of them is unknown. */
export const inTraining = (
  { analysis: { graph }, parts }: Subject,
  figure: (row: KeptRow) => number | null,
): number | null => {
  const rows = rowsOf(graph);
  let sum = 0;
  for (const { node } of parts) {
    const row = rows.get(node.id);
    const value = row ? figure(row) : null;
    if (value === null) return null;
    sum += value;
  }
  return sum;
};
