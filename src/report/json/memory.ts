// What inference and training hold as JSON: `cnncalc/memory/1`. Bytes and multiply-accumulates are for the batch.

import type { Analysis } from '../../analysis/analysis.js';
import { OPTIMIZERS, TORCHES } from '../../analysis/training/choices.js';
import type { Fit } from '../../analysis/training/fit.js';
import type { MemoryPlan } from '../../analysis/training/plan.js';
import { DTYPES, type Dtype } from '../../core/graph.js';
import { diagnosticJson, diagnostics } from './parts.js';
import * as s from './schema.js';

export const memorySchema = () =>
  s.ofNetwork('memory', 'what inference and training hold, in bytes for the batch', {
    settings: s.object('what was asked', {
      batch: s.whole('images at once', 1),
      dtype: s.word('type of the numbers', Object.keys(DTYPES) as Dtype[]),
      optimizer: s.word('what remembers something of every parameter', OPTIMIZERS),
      amp: s.flag('activations in 16 bits, weights, gradients and what the optimizer remembers in 32'),
      torch: s.word('whose rules', TORCHES),
    }),
    inference: s.object('running it once', {
      params: s.figure('of the parameters'),
      buffers: s.figure('of running statistics'),
      peakActivations: s.figure('of the activations alive at once while the rows run in order'),
      peakFused: s.figure('the same with activations, norms and dropout written where their input stood'),
      total: s.figure('parameters, running statistics and the peak of activations'),
    }),
    training: s.object('a step of training', {
      input: s.figure('of the images that are kept'),
      kept: s.figure('of everything else that is kept for the way back, parameters apart'),
      again: s.figure('of what is there besides at most while checkpointed layers are computed again'),
      gradients: s.figure('of the gradients of parameters'),
      optimizer: s.figure('of what the optimizer remembers'),
      params: s.figure('of the parameters'),
      buffers: s.figure('of running statistics'),
      total: s.figure('all of them'),
    }),
    backward: s.object('what the way back costs, for the batch', {
      macs: s.figure('multiply-accumulates'),
      recomputed: s.figure('multiply-accumulates that checkpointed layers cost again'),
      flops: s.figure('2 x the multiply-accumulates of a step: there, back and what is computed again'),
    }),
    layers: s.list(
      'in the order of the rows',
      s.object('a layer', {
        name: s.text('its name'),
        kept: s.figure('bytes that it is the first to keep, images apart'),
        again: s.whole('bytes that are there only while its stretch is computed again'),
        backwardMacs: s.figure('multiply-accumulates of the way back, for the batch'),
        why: s.text('what it keeps, as a sentence for people'),
      }),
    ),
    fit: s.optional(
      s.object('the largest batch that the bytes of --fit hold', {
        memory: s.whole('bytes there are'),
        batch: s.orNull(s.whole('images; 0: not even one; null: unknown, or nothing hangs on them')),
        next: s.orNull(
          s.object('the next power of two; null where there is none', {
            batch: s.whole('images'),
            missing: s.whole('bytes that it takes more'),
            by: s.list(
              'what would make it fit; none where nothing here is enough',
              s.list('changes together: amp, checkpoint (of every block), another optimizer', s.text('a change')),
            ),
          }),
        ),
      }),
    ),
    notCounted: s.list('what else a device holds', s.text('a sort')),
    diagnostics: diagnostics(),
  });

export type MemoryJson = s.Described<ReturnType<typeof memorySchema>>;

/** Said once, wherever the figures are. */
export const NOT_COUNTED = [
  "workspaces of convolutions, CUDA's own choices",
  'what an allocator rounds up and keeps',
  'the loss, and gradients of activations on their way',
  '16-bit copies of weights under amp',
] as const;

export const memoryJson = (
  { graph, diagnostics: found }: Analysis,
  plan: MemoryPlan,
  fit: Fit | undefined,
  only: ((name: string) => boolean) | undefined,
  origin: Omit<s.Origin, 'graph'>,
): MemoryJson => {
  const { batch, optimizer, amp, torch } = plan.setting;
  return {
    ...s.envelope('memory', { ...origin, graph }),
    settings: { batch, dtype: graph.dtype, optimizer, amp, torch },
    inference: plan.inference,
    training: plan.training,
    backward: plan.backward,
    layers: plan.rows
      .filter(({ node }) => !only || only(node.name))
      .map(({ node, kept, again, backwardMacs, why }) => ({
        name: node.name,
        kept,
        again,
        backwardMacs: backwardMacs === null ? null : backwardMacs * batch,
        why,
      })),
    ...(fit && { fit }),
    notCounted: NOT_COUNTED,
    diagnostics: found.map(diagnosticJson),
  };
};
