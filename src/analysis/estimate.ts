// The time of a network on a device by its two rates, layer by layer: what of it multiplies, what of it moves values. No devices
// here, no text.

import { total, without } from '../core/count.js';
import { isInput, type Node, operatorsOf } from '../core/graph.js';
import { elements } from '../core/shape.js';
import type { Analysis, Row } from './analysis.js';
import { type Load, type Rates, secondsOf } from './rates.js';

/** Seconds for a batch. */
export interface Estimate {
  readonly seconds: number;
  /** Its two parts. */
  readonly arithmetic: number;
  readonly memory: number;
}

/** The loads of layers for one image, by their nodes' ids; null of a layer that failed or does not state its MACs. */
export type Loads = ReadonlyMap<number, Load | null>;

export const loadsOf = ({ graph, rows }: Analysis): Loads =>
  new Map(rows.map(({ node, figures }) => [node.id, loadOf(node, figures, graph.nodes)]));

const loadOf = (node: Node, figures: Row['figures'], nodes: readonly Node[]): Load | null => {
  const macs = figures?.macs ?? null;
  return macs === null ? null : { macs, outputs: outputsOf(node, nodes) };
};

/**
 * What timm counts as activations: outputs of whatever multiplies. Of operators one behind the other each hands on what it made,
 * which are its products without what they are summed over.
 */
const outputsOf = (node: Node, nodes: readonly Node[]): number => {
  const { macs = [], output = [] } = node.facts ?? {};
  if (macs.length === 0) return 0;
  const operators = operatorsOf(node, nodes[node.inputs[0] ?? -1]?.facts?.output ?? []);
  const before = macs.slice(0, Math.max(0, operators.length - 1));
  return total(without(before, 'kernel', 'input channels')) + elements(output);
};

/** What some layers ask for together; null where one of them is unknown. */
export const sumOf = (nodes: readonly Pick<Node, 'id'>[], loads: Loads): Load | null => {
  let [macs, outputs] = [0, 0];
  for (const { id } of nodes) {
    const load = loads.get(id);
    if (!load) return null;
    macs += load.macs;
    outputs += load.outputs;
  }
  return { macs, outputs };
};

/** Of a whole network; null where a layer is unknown, and where nothing in it multiplies: of such the two rates know nothing. */
export const wholeOf = ({ graph, totals }: Analysis, loads: Loads): Load | null => {
  const whole = sumOf(
    graph.nodes.filter((node) => !isInput(node)),
    loads,
  );
  // Nothing could be read, or a sum is past what is exact.
  return whole && totals.macs !== null && whole.outputs > 0 ? whole : null;
};

export const estimated = ({ macs, outputs }: Load, rates: Rates, batch: number): Estimate => {
  const arithmetic = batch * secondsOf({ macs, outputs: 0 }, rates);
  const memory = batch * secondsOf({ macs: 0, outputs }, rates);
  return { seconds: arithmetic + memory, arithmetic, memory };
};
