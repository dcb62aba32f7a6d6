// Which steps become one: normalisation, activation and residual sum done where the values are made. Pure, no memory.

import { isFixed } from '../../core/affine.js';
import type { Network, Step } from '../../core/kernels.js';
import type { Pointwise } from '../../core/operator.js';
import { channels, sameShape } from '../../core/shape.js';
import { takes } from './extras.js';

/** A step with what is done to its results before they are stored. */
export interface Job {
  readonly step: Step;
  /** Fixed factors and addends per channel, in order: batch normalisation at test time, layer scale. */
  readonly folded: readonly Step[];
  /** The value added before the activation. */
  readonly residual: number | null;
  readonly act: Pointwise | null;
  /** The step whose value comes out. */
  readonly output: Step;
  /** Steps that have no value of their own any more. */
  readonly absorbed: readonly Step[];
}

/** Whose values a step can pass on as they are: nothing is computed. */
export const isAlias = ({ operator, inputShapes, output }: Step): boolean => {
  const [input = []] = inputShapes;
  if (operator.op === 'pointwise') return operator.function === 'identity';
  // Places are counted through all their axes: of as many channels they are the same places.
  if (operator.op === 'reshape') return channels(input) === channels(output);
  return operator.op === 'adaptive-pool' && sameShape(input, output);
};

/** One job per step, in order, where nothing may be fused. */
export const unfused = ({ steps }: Network): readonly Job[] =>
  steps.map((step) => ({ step, folded: [], residual: null, act: null, output: step, absorbed: [] }));

/** The jobs in the order of their first steps. */
export const fused = (network: Network): readonly Job[] => {
  const { steps, outputs } = network;
  const at = new Map(steps.map((step, i) => [step.id, i]));
  const readers = new Map<number, Step[]>();
  for (const step of steps) for (const id of step.inputs) readers.set(id, [...(readers.get(id) ?? []), step]);
  const gone = new Set<number>();
  const jobs: Job[] = [];
  for (const [i, step] of steps.entries()) {
    if (gone.has(step.id)) continue;
    let job: Job = { step, folded: [], residual: null, act: null, output: step, absorbed: [] };
    for (;;) {
      const [next, ...others] = readers.get(job.output.id) ?? [];
      if (!next || others.length > 0 || outputs.includes(job.output.id)) break;
      const more = absorb(job, next, (id) => (at.get(id) ?? -1) < i);
      if (!more) break;
      job = { ...job, ...more, output: next, absorbed: [...job.absorbed, next] };
      gone.add(next.id);
    }
    jobs.push(job);
  }
  return jobs;
};

/** How the job changes when it takes the next step in; null where it cannot. `before` tells what is there when it runs. */
const absorb = (
  { step, residual, act, folded }: Job,
  next: Step,
  before: (id: number) => boolean,
): Partial<Job> | null => {
  const { operator } = next;
  if (operator.op === 'pointwise') {
    if (operator.function === 'identity') return {};
    return act === null && takes(step, 'act') ? { act: operator } : null;
  }
  if (act !== null || residual !== null) return null;
  if (isFixed(next)) return takes(step, 'affine') ? { folded: [...folded, next] } : null;
  if (operator.op !== 'combine' || operator.by !== 'add' || !takes(step, 'residual')) return null;
  const other = next.inputs.find((id) => id !== (folded.at(-1) ?? step).id);
  const alike = next.inputShapes.every((shape) => sameShape(shape, next.output));
  return next.inputs.length === 2 && other !== undefined && alike && before(other) ? { residual: other } : null;
};
