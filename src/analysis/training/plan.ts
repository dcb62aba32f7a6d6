// What a network holds while it runs once and while it is trained: weights, activations, gradients, what the optimizer keeps, in
// bytes for the batch. What is kept for the way back is training.ts.

import { isExact } from '../../core/count.js';
import { DTYPES, type Graph, isInput, type Node, operatorsOf, shapeOf } from '../../core/graph.js';
import { elements } from '../../core/shape.js';
import type { Analysis } from '../analysis.js';
import { peakActivations } from '../memory.js';
import { type Meant, stretchesBy } from './checkpoint.js';
import type { Torch } from './choices.js';
import { type Optimizer, REMEMBERED } from './choices.js';
import { isView } from './kept.js';
import { type KeptRow, trainingOf } from './training.js';

export interface PlanSetting {
  readonly batch: number;
  readonly optimizer: Optimizer;
  /** Activations in 16 bits, weights and what belongs to them in 32. */
  readonly amp: boolean;
  readonly torch: Torch;
  /** What is computed again on the way back. */
  readonly checkpoint?: Meant;
}

/** What is taken where nothing is said. */
export const USUAL = { optimizer: 'sgd', amp: false, torch: '1.13' } as const;

type Bytes = number | null;

export interface MemoryPlan {
  readonly setting: PlanSetting;
  readonly inference: {
    readonly params: Bytes;
    readonly buffers: Bytes;
    readonly peakActivations: Bytes;
    /** The same with activations, norms and dropout in the memory of what they read. */
    readonly peakFused: Bytes;
    readonly total: Bytes;
  };
  readonly training: {
    readonly input: Bytes;
    readonly kept: Bytes;
    /** What is there besides at most, while a stretch is computed again. */
    readonly again: Bytes;
    readonly params: Bytes;
    readonly buffers: Bytes;
    readonly gradients: Bytes;
    readonly optimizer: Bytes;
    readonly total: Bytes;
  };
  /** For the batch; `flops` of a whole step are two per multiply-accumulate of forward, backward and what is recomputed. */
  readonly backward: {
    readonly macs: number | null;
    readonly recomputed: number | null;
    readonly flops: number | null;
  };
  readonly rows: readonly KeptRow[];
  /** Bytes kept before each row goes back and while it does; in the order of the rows. */
  readonly alive: readonly Alive[];
}

export interface Alive {
  readonly forward: number;
  readonly backward: number;
}

const sum = (values: readonly Bytes[]): Bytes => {
  let all = 0;
  for (const value of values) {
    if (value === null) return null;
    all += value;
  }
  return isExact(all) ? all : null;
};

const times = (a: Bytes, b: Bytes): Bytes => (a === null || b === null ? null : sum([a * b]));

export const planOf = ({ graph, totals }: Analysis, setting: PlanSetting): MemoryPlan => {
  const { batch, optimizer, amp, torch, checkpoint } = setting;
  const isKnown = graph.unknown.length === 0;
  const weight = amp ? 4 : DTYPES[graph.dtype];
  const ofRun = DTYPES[graph.dtype];
  const dtype = amp ? 'f16' : graph.dtype;
  const { rows: found, input } = trainingOf(graph, {
    batch,
    dtype,
    torch,
    ...(checkpoint && { again: stretchesBy(checkpoint) }),
  });
  // Nothing is known of bytes for a batch that is not known.
  const rows = isKnown ? found : found.map((row) => ({ ...row, kept: null, again: 0, backwardMacs: null }));
  const known = (value: Bytes): Bytes => (isKnown ? value : null);
  const kept = sum(rows.map((row) => row.kept));
  const alive = kept === null ? [] : aliveIn(rows, input);
  const most = alive.reduce((peak, { backward }) => Math.max(peak, backward), 0);
  const again = kept === null ? null : Math.max(0, most - kept - input);
  const params = known(times(totals.params, weight));
  const buffers = known(times(totals.buffers, weight));
  const gradients = known(times(totals.trainable, weight));
  const optimizers = times(gradients, REMEMBERED[optimizer]);
  const training = { input: known(sum([input])), kept, again, params, buffers, gradients, optimizer: optimizers };
  const macs = times(sum(rows.map((row) => row.backwardMacs)), batch);
  const recomputed = times(sum(rows.map((row) => row.recomputed)), batch);
  return {
    setting,
    // Most ask for training alone.
    get inference() {
      return inferenceOf(graph, known(times(totals.params, ofRun)), known(times(totals.buffers, ofRun)), batch);
    },
    training: { ...training, total: sum(Object.values(training)) },
    backward: { macs, recomputed, flops: times(2, sum([times(totals.macs, batch), macs, recomputed])) },
    rows,
    alive,
  };
};

/**
 * What training holds in all, by the batch: the same as its plan has, without one for each. Everything that is kept at a time grows by
 * as much with every image, so that two batches tell of all.
 */
export const trainingByBatch = (
  analysis: Analysis,
  setting: Omit<PlanSetting, 'batch'>,
): ((batch: number) => Bytes) => {
  const [one, two] = [1, 2].map((batch) => planOf(analysis, { ...setting, batch })) as [MemoryPlan, MemoryPlan];
  const { kept, again, input, total } = one.training;
  if (kept === null || again === null || input === null || total === null || two.training.kept === null)
    return () => null;
  const fixed = total - kept - again - input;
  const times = [
    [input + kept, (two.training.input ?? 0) + two.training.kept] as const,
    // Only where something is computed again it is more at another time.
    ...(setting.checkpoint ? one.alive.map(({ backward }, i) => [backward, two.alive[i]?.backward ?? 0] as const) : []),
  ];
  return (batch) => {
    const most = times.reduce((most, [one, two]) => Math.max(most, one + (batch - 1) * (two - one)), 0);
    return isExact(fixed + most) ? fixed + most : null;
  };
};

const inferenceOf = (graph: Graph, params: Bytes, buffers: Bytes, batch: number): MemoryPlan['inference'] => {
  const size = graph.unknown.length > 0 ? null : batch * DTYPES[graph.dtype];
  const peak = times(peakActivations(graph)?.elements ?? null, size);
  const fused = times(peakActivations(graph, joinsIn(graph))?.elements ?? null, size);
  return { params, buffers, peakActivations: peak, peakFused: fused, total: sum([params, buffers, peak]) };
};

/** What may be written over: what nobody else reads, and which is no input and no output. */
const joinsIn = (graph: Graph): ((node: Node) => boolean) => {
  const readers = new Map<number, number>();
  for (const { inputs } of graph.nodes) for (const id of inputs) readers.set(id, (readers.get(id) ?? 0) + 1);
  const outputs = new Set(graph.outputs);
  return (node) => {
    const source = graph.nodes[node.inputs[0] ?? -1];
    const [from, to] = [shapeOf(source), shapeOf(node)];
    if (!source || !from || !to || node.inputs.length !== 1 || elements(from) !== elements(to)) return false;
    const { role } = node.kind;
    const isOver = role === 'activation' || role === 'norm' || role === 'regularisation';
    if (isOver) return readers.get(source.id) === 1 && !outputs.has(source.id) && !isInput(source);
    const operators = operatorsOf(node, from);
    return operators.length > 0 && operators.every((operator) => isView(operator, { inPlace: false }));
  };
};

/** What is kept after each row on the way there, and while it goes back: what it kept is let go of after it. */
const aliveIn = (rows: readonly KeptRow[], input: number): readonly Alive[] => {
  const forward: number[] = [];
  let bytes = input;
  for (const { kept } of rows) {
    bytes += kept ?? 0;
    forward.push(bytes);
  }
  const backward: number[] = [];
  // Computed again, a stretch is there as a whole before its last layer goes back.
  const again = new Map<string, number>();
  for (const { stretch, again: own } of rows)
    if (stretch !== undefined) again.set(stretch, (again.get(stretch) ?? 0) + own);
  for (const row of rows.toReversed()) {
    if (row.stretch !== undefined) {
      bytes += again.get(row.stretch) ?? 0;
      again.delete(row.stretch);
    }
    backward.push(bytes);
    bytes -= (row.kept ?? 0) + row.again;
  }
  return forward.map((there, i) => ({ forward: there, backward: backward[rows.length - 1 - i] ?? there }));
};
