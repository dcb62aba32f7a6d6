// The time of a network on a device by its two rates, layer by layer: what of it multiplies, what of it moves values. No devices
// here, no text.

import { isInput, type Node, operatorsOf, outputAt } from '../core/graph.js';
import type { Operator } from '../core/operator.js';
import { elements, sum } from '../core/shape.js';
import type { Analysis, Row } from './analysis.js';
import type { Device } from './devices.js';
import type { Line } from './outline.js';
import { type Load, type Off, type Rates, secondsOf, type Timed } from './rates.js';

/** A block of layers that was run to know this machine. */
export interface TimedBlock extends Timed {
  readonly name: string;
}

/** A device of the table, or this machine, of which there is no table but what was timed now. */
export interface Target
  extends Pick<Device, 'name' | 'hardware' | 'setting' | 'batch' | 'networks' | 'rates' | 'heldOut'> {
  readonly table: string | null;
  /** Null where nobody looked. */
  readonly attending: Off | null;
  readonly blocks?: readonly TimedBlock[];
}

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

/** What multiplies; of a recurrent layer what comes out of it. */
const MULTIPLIES: ReadonlySet<Operator['op']> = new Set(['convolution', 'transposed', 'dense', 'matmul', 'recurrent']);

/** What timm counts as activations: outputs of whatever multiplies. Of an opaque layer that does, what comes out. */
const outputsOf = (node: Node, nodes: readonly Node[]): number => {
  const { macs = [], output = [] } = node.facts ?? {};
  if (macs.length === 0) return 0;
  const input = nodes[node.inputs[0] ?? -1]?.facts?.output ?? [];
  const operators = operatorsOf(node, input);
  if (operators.length === 0) return elements(output);
  return sum(operators.map(({ op }, at) => (MULTIPLIES.has(op) ? elements(outputAt(operators, at, node, input)) : 0)));
};

/** What some layers ask for together; null where one of them is unknown. */
const sumOf = (nodes: readonly Pick<Node, 'id'>[], loads: Loads): Load | null => {
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

/** Whether it has products of values with values, as attention has, or steps in time: the rates were fitted to none of these. */
export const attends = ({ graph }: Analysis): boolean =>
  graph.nodes.some((node) =>
    operatorsOf(node, graph.nodes[node.inputs[0] ?? -1]?.facts?.output ?? []).some(
      ({ op }) => op === 'matmul' || op === 'recurrent',
    ),
  );

/** A network on devices. */
export interface Answer {
  /** Of one image; null where it is not known. */
  readonly whole: Load | null;
  readonly loads: Loads;
  readonly batch: number;
  readonly attends: boolean;
  readonly targets: readonly Target[];
}

/** How far such an estimate is off; null where nobody looked. */
export const offOf = ({ heldOut, attending }: Target, attends: boolean): Off | null => (attends ? attending : heldOut);

/** Null where the network's load is not known. */
export const estimateOn = ({ whole, batch }: Answer, { rates }: Target): Estimate | null =>
  whole && estimated(whole, rates, batch);

export const imagesPerSecond = ({ batch }: Answer, estimate: Estimate | null): number | null =>
  estimate && batch / estimate.seconds;

/** Of one image; null where one of its layers is unknown. */
export const lineLoad = ({ rows }: Line, { loads }: Answer): Load | null =>
  sumOf(
    rows.map(({ node }) => node),
    loads,
  );

/** On the first device: there is one where layers are told of. */
export const lineEstimate = (line: Line, answer: Answer): Estimate | null => {
  const [load, target] = [lineLoad(line, answer), answer.targets[0]];
  return load && target ? estimated(load, target.rates, answer.batch) : null;
};

/** Its part of the whole. */
export const lineShare = (line: Line, answer: Answer): number | null => {
  const [own, target] = [lineEstimate(line, answer), answer.targets[0]];
  const all = target ? estimateOn(answer, target) : null;
  return own && all && own.seconds / all.seconds;
};
