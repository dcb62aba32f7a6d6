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
import { product } from '../core/shape.js';
import { keptOf } from './reference/normalise.js';
import { type Chosen, chooseCore } from './wasm/choose.js';
import type { Core, Host } from './wasm/core.js';
import type { Instruction, Value } from './wasm/instruction.js';
import { load, readMoments, readValue, writeValue } from './wasm/load.js';
import { type Plan, plan } from './wasm/plan.js';

export type { CompanionData, Host } from './wasm/core.js';

/** What a core can address: its pointers have 32 bits. */
const MOST_BYTES = 4 * 2 ** 30;

export const wasm = (host: Host): Backend => ({
  name: 'wasm',
  open: async (network, asked) => {
    const { guard = directly, processors = asked.threads } = host;
    const options = { ...asked, threads: Math.min(asked.threads, processors) };
    const chosen = await chooseCore(host, options);
    const { core } = chosen;
    // What has come in meanwhile is heard of before the next long work.
    await host.pause?.();
    const planned = guard(() => plan(network, core.block, options));
    if (planned.bytes > MOST_BYTES)
      throw new Refusal(
        'run/too-large',
        `the network needs ${gibibytes(planned.bytes)}: ${gibibytes(planned.weights)} of weights and ${gibibytes(planned.arena)} of activations; the core has at most 4 GiB`,
        'a smaller --batch or --input needs less; --one-by-one runs the images of a batch apart',
      );
    try {
      await core.allocate(planned, options.threads);
      await performed(core, load(core, planned), guard, async () => host.pause?.());
      return session(network, planned, chosen, options, host);
    } catch (error) {
      core.close();
      throw error;
    }
  },
});

/** Multiply-accumulates that take about as long as a value that is written or read, and as many as nobody waits for. */
const VALUE = 16;
const LONG = 3e8;

/**
 * Performs one instruction after the other. Where a thread has something long in its hands, or has ended with it, which is heard of
 * while nobody computes, `breathe` is called again and again, and a promise comes back.
 */
const performed = (
  core: Core,
  instructions: Iterable<Instruction>,
  guard: NonNullable<Host['guard']>,
  breathe: () => Promise<void>,
): Promise<void> | undefined => {
  const rest = instructions[Symbol.iterator]();
  const goOn = (): boolean => {
    for (let next = rest.next(); !next.done; next = rest.next()) if (!core.perform(next.value)) return false;
    return true;
  };
  const finish = async (): Promise<void> => {
    do await breathe();
    while (!(core.finish() && guard(goOn)));
  };
  return guard(goOn) ? undefined : finish();
};

const directly = <T>(work: () => T): T => work();

const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(2)} GiB`;

const session = (
  network: Network,
  planned: Plan,
  { core, gflops }: Chosen,
  { batch, threads, training = false }: SessionOptions,
  { now, pause, guard = directly }: Host,
): Session => {
  /** By `guard` what takes a while, by the number of values or multiply-accumulates. */
  const guarded = <T>(size: number, work: () => T): T => (size < LONG ? work() : guard(work));
  const kept = new Map<number, Running>();
  const read = (value: Value): Tensor => readValue(core, value);
  return {
    core: {
      backend: 'wasm',
      simd: true,
      relaxed: core.name !== 'simd',
      get threads() {
        return core.threads();
      },
      build: core.name,
      ...(gflops !== undefined && { peakGflops: gflops }),
    },
    peakBytes: planned.bytes,
    memory: { weights: planned.weights, activations: planned.arena, workspaces: threads * planned.scratch.bytes },
    close: () => core.close(),
    async run(inputs, { observe, progress } = {}, running): Promise<Outcome> {
      const steps = planned.planned.length;
      /** Others get their turn; whoever looks on may end it. */
      const breathe = async (done: number): Promise<void> => {
        await pause?.();
        await progress?.(done, steps);
      };
      // Whether threads have ended, or somebody wants to end it, is heard of now.
      if (progress || core.threads() > 1) await breathe(0);
      core.intact();
      for (const { id } of network.inputs) {
        const [value, tensor] = [planned.values.get(id), inputs.get(id)];
        if (value && tensor) guarded(VALUE * product(tensor.shape), () => writeValue(core, value, tensor));
      }
      const timings: Timing[] = [];
      for (const [at, one] of planned.planned.entries()) {
        const { step, output, absorbed } = one.job;
        const size = batch * (VALUE * product(output.output) + step.macs);
        if (progress && size >= LONG) await breathe(at);
        const start = now();
        one.before?.(read);
        const guarding = size < LONG ? directly : guard;
        const pending = performed(core, one.instructions, guarding, () => breathe(at));
        if (pending) await pending;
        if (one.moments) kept.set(step.id, keptOf(step, batch, readMoments(core, one.moments), running?.get(step.id)));
        const { algorithm } = one;
        const timing: Timing = { id: step.id, ms: now() - start, algorithm };
        timings.push(timing);
        for (const { id } of absorbed) timings.push({ id, ms: 0, algorithm, fusedInto: step.id });
        const value = planned.values.get(output.id);
        if (observe && value) guarded(size, () => observe(output.id, () => readValue(core, value), timing));
        const pause = progress?.(at + 1, planned.planned.length);
        if (pause) await pause;
      }
      const outputs = network.outputs.flatMap((id) => {
        const value = planned.values.get(id);
        return value
          ? [[id, guarded(VALUE * value.images * product(value.shape), () => readValue(core, value))] as const]
          : [];
      });
      return { outputs: new Map(outputs), timings, ...(training && { statistics: new Map(kept) }) };
    },
  };
};
