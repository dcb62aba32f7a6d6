// Batch normalisation at test time is a fixed scale and shift of each channel, which a linear layer beside it can take over.
// Here is planned which normalisations fold into which layers, and why others do not; what becomes of weights is fold.ts.

import { affineOf } from '../core/affine.js';
import type { Graph } from '../core/graph.js';
import type { Network, Step } from '../core/kernels.js';
import type { Operator } from '../core/operator.js';
import { channels } from '../core/shape.js';

/** One normalisation by its step's id, and the layer that takes it over: the one `before` it or the one `after` it. */
export interface Fold {
  readonly norm: number;
  readonly host: number;
  readonly side: 'before' | 'after';
}

/** Why a layer cannot take a normalisation over: `relu1 is not linear`. */
export interface Reason {
  readonly layer: string;
  readonly why: string;
}

/** A normalisation that stays, and why neither side can take it. */
export interface Kept {
  readonly norm: number;
  readonly before: Reason;
  readonly after: Reason;
}

export interface FoldPlan {
  readonly folds: readonly Fold[];
  readonly kept: readonly Kept[];
}

type Batch = Extract<Operator, { op: 'normalise' }>;

const isBatch = (operator: Operator): operator is Batch => operator.op === 'normalise' && operator.over === 'batch';

/** The layer that can take over what is done to every channel of a step's output, or why there is none. */
type Host = number | Reason;

/** The network is that of the graph: its steps have the ids of the nodes. Linear in the layers. */
export const planFolds = ({ inputs, steps, outputs }: Network, { nodes }: Graph): FoldPlan => {
  // What one of the layers that share weights takes over, all of them would.
  const shared = new Set(nodes.flatMap(({ id, sharedWith }) => (sharedWith === undefined ? [] : [id, sharedWith])));
  const wanted = new Set(outputs);
  const readers = new Map<number, Step[]>(steps.map(({ id }) => [id, []]));
  for (const step of steps) for (const id of step.inputs) readers.get(id)?.push(step);
  const readersOf = ({ id }: Step): readonly Step[] => readers.get(id) ?? [];
  const before = new Map<number, Fold>();
  const after = new Map<number, Fold>();

  // By the id of what is read, forwards: who stands before whoever alone reads it.
  const upstream = new Map<number, Host>(inputs.map(({ id }) => [id, { layer: 'the input', why: 'has no weights' }]));
  const behind = (step: Step): Host => upstream.get(step.inputs[0] ?? -1) ?? { layer: step.name, why: 'reads nothing' };
  for (const step of steps) {
    const host = isBatch(step.operator) || passes(step) ? behind(step) : step.id;
    const isHost = typeof host === 'number';
    if (isHost && isBatch(step.operator)) before.set(step.id, { norm: step.id, host, side: 'before' });
    const because = (why: string): Reason => ({ layer: step.name, why });
    const whyNot = WHY_NOT[step.operator.op];
    if (whyNot !== null && !passes(step) && !before.has(step.id)) upstream.set(step.id, because(whyNot));
    else if (readersOf(step).length > 1) upstream.set(step.id, because('is read by others, too'));
    else if (wanted.has(step.id)) upstream.set(step.id, because('is an output itself'));
    else if (shared.has(step.id) && whyNot === null) upstream.set(step.id, because(SHARED));
    else upstream.set(step.id, host);
  }

  // By the id of what is made, backwards: who alone reads it.
  const downstream = new Map<number, Host>();
  const kept: Kept[] = [];
  const ahead = (step: Step): Host => {
    const [reader, other] = readersOf(step);
    if (!reader || wanted.has(step.id)) return { layer: step.name, why: 'is an output' };
    if (other) return { layer: step.name, why: 'is read by several layers' };
    const because = (why: string): Reason => ({ layer: reader.name, why });
    if (reader.id >= nodes.length) return because('is two convolutions, and the first has no bias');
    const whyNot = WHY_NOT[reader.operator.op];
    if (whyNot === null) return shared.has(reader.id) ? because(SHARED) : reader.id;
    const [dense, more] = readersOf(reader);
    // A flattened volume keeps its channels one behind the other, which the weights of a dense layer can follow.
    const flattens = reader.operator.op === 'reshape' && dense?.operator.op === 'dense' && !more;
    return passes(reader) || flattens || after.has(reader.id)
      ? (downstream.get(reader.id) ?? because(whyNot))
      : because(whyNot);
  };
  const byId = new Map(steps.map((step) => [step.id, step]));
  for (const step of [...steps].reverse()) {
    const host = ahead(step);
    downstream.set(step.id, host);
    if (!isBatch(step.operator) || before.has(step.id)) continue;
    const taker = typeof host === 'number' ? byId.get(host) : undefined;
    const refused = taker && whyNotAfter(step, taker);
    if (taker && !refused) after.set(step.id, { norm: step.id, host: taker.id, side: 'after' });
    else {
      const reason = taker && refused ? { layer: taker.name, why: refused } : (host as Reason);
      kept.push({ norm: step.id, before: behind(step) as Reason, after: reason });
    }
  }
  // Of two that stand before the same layer, the nearer one first.
  return { folds: [...before.values(), ...after.values()], kept: kept.reverse() };
};

/** Leaves every value as it is: dropout and the like at test time. */
const passes = ({ operator }: Step): boolean => operator.op === 'pointwise' && operator.function === 'identity';

/** What an operator is that cannot take a normalisation over; null for those that can. */
const WHY_NOT: Readonly<Record<Operator['op'], string | null>> = {
  convolution: null,
  transposed: null,
  dense: null,
  pool: 'has no weights',
  'adaptive-pool': 'has no weights',
  normalise: 'is a normalisation that stays',
  lrn: 'is a normalisation that stays',
  pointwise: 'is not linear',
  prelu: 'is not linear',
  softmax: 'is not linear',
  combine: 'joins several layers',
  concat: 'joins several layers',
  reduce: 'has no weights',
  matmul: 'joins several layers',
  scale: 'has no weights',
  parameter: 'is a learned tensor',
  affine: 'has no weights',
  glu: 'is not linear',
  unpool: 'joins several layers',
  recurrent: 'is not linear',
  embedding: 'looks values up',
  reshape: 'has no weights',
  permute: 'has no weights',
  pad: 'has no weights',
  slice: 'has no weights',
  shuffle: 'has no weights',
  pixelshuffle: 'has no weights',
  pixelunshuffle: 'has no weights',
  upsample: 'has no weights',
};

/** A shift in front of a border of zeros would have to shift the zeros, too. */
const whyNotAfter = (norm: Step, { operator }: Step): string | null => {
  if (affineOf([norm], channels(norm.output)).shift.every((value) => value === 0)) return null;
  if (operator.op === 'transposed') return 'reaches its cells over different numbers of taps, and the shift with them';
  const pads = operator.op === 'convolution' && operator.windows.some(({ before, after }) => before > 0 || after > 0);
  return pads ? 'pads with zeros, which the shift does not reach' : null;
};

const SHARED = 'shares its weights with other layers';
