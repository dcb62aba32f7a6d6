// The WebAssembly backend: chooses a core, lays a plan out in its memory, and runs it step by step. No arithmetic of its own.

import {
  type Backend,
  type Network,
  type Outcome,
  Refusal,
  type Running,
  type Session,
  type SessionOptions,
  type Tensor,
  type Timing,
} from '../core/kernels.js';
import { keptOf } from './reference/normalise.js';
import { type Chosen, chooseCore } from './wasm/choose.js';
import type { Host } from './wasm/core.js';
import type { Value } from './wasm/instruction.js';
import { load, readMoments, readValue, writeValue } from './wasm/load.js';
import { type Plan, plan } from './wasm/plan.js';

export type { CompanionData, Host } from './wasm/core.js';

/** What a core can address: its pointers have 32 bits. */
const MOST_BYTES = 4 * 2 ** 30;

export const wasm = (host: Host): Backend => ({
  name: 'wasm',
  open: async (network, options) => {
    const chosen = await chooseCore(host, options.core);
    const { core } = chosen;
    const planned = plan(network, core.block, options);
    if (planned.bytes > MOST_BYTES)
      throw new Refusal(
        'run/too-large',
        `the network needs ${gibibytes(planned.bytes)}: ${gibibytes(planned.weights)} of weights and ${gibibytes(planned.arena)} of activations; the core has at most 4 GiB`,
        'a smaller --batch or --input needs less; --one-by-one runs the images of a batch apart',
      );
    try {
      await core.allocate(planned, options.threads);
      // Threads start while the weights are packed.
      load(core, planned);
      return session(network, planned, chosen, { ...options, threads: await core.ready() }, host);
    } catch (error) {
      core.close();
      throw error;
    }
  },
});

const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(2)} GiB`;

const session = (
  network: Network,
  planned: Plan,
  { core, gflops }: Chosen,
  { batch, threads, training = false }: SessionOptions,
  { now }: Host,
): Session => {
  const kept = new Map<number, Running>();
  const read = (value: Value): Tensor => readValue(core, value);
  return {
    core: {
      backend: 'wasm',
      simd: true,
      relaxed: core.name !== 'simd',
      threads,
      build: core.name,
      peakGflops: gflops,
    },
    peakBytes: planned.bytes,
    memory: { weights: planned.weights, activations: planned.arena, workspaces: threads * planned.scratch.bytes },
    close: () => core.close(),
    async run(inputs, { observe, progress } = {}, running): Promise<Outcome> {
      for (const { id } of network.inputs) {
        const [value, tensor] = [planned.values.get(id), inputs.get(id)];
        if (value && tensor) writeValue(core, value, tensor);
      }
      const timings: Timing[] = [];
      for (const [at, one] of planned.planned.entries()) {
        const start = now();
        one.before?.(read);
        for (const instruction of one.instructions) {
          const slow = core.perform(instruction);
          if (slow) await slow;
        }
        const { step, output, absorbed } = one.job;
        if (one.moments) kept.set(step.id, keptOf(step, batch, readMoments(core, one.moments), running?.get(step.id)));
        const { algorithm } = one;
        const timing: Timing = { id: step.id, ms: now() - start, algorithm };
        timings.push(timing);
        for (const { id } of absorbed) timings.push({ id, ms: 0, algorithm, fusedInto: step.id });
        const value = planned.values.get(output.id);
        if (observe && value) observe(output.id, () => readValue(core, value), timing);
        const pause = progress?.(at + 1, planned.planned.length);
        if (pause) await pause;
      }
      const outputs = network.outputs.flatMap((id) => {
        const value = planned.values.get(id);
        return value ? [[id, readValue(core, value)] as const] : [];
      });
      return { outputs: new Map(outputs), timings, ...(training && { statistics: new Map(kept) }) };
    },
  };
};
