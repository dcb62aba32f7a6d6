// Which build of the core: those that the engine takes, on trial for a moment, the fastest that computes right.

import { type Network, Refusal, type SessionOptions } from '../../core/kernels.js';
import { type Core, type Host, openCore } from './core.js';
import { load } from './load.js';
import { plan } from './plan.js';

/**
 * Those that multiply and add in one operation; they add in the same order, so that which of them is faster changes no bit of
 * a result. Where the engine takes neither there is `simd`. A faster `simd` is passed over: results do not depend on timing.
 */
const FUSED = ['revec', 'relaxed'] as const;

/** A product of 96 x 256 and 256 x 96, as a 1x1 convolution: about 5 million multiply-accumulates a second for every GFLOP/s. */
const trial = (): Network => {
  const [C, filters, H, W] = [256, 96, 8, 12];
  const numbers = (length: number) => Float32Array.from({ length }, (_, i) => ((i * 37) % 19) / 19 - 0.5);
  const window = { kernel: 1, stride: 1, dilation: 1, before: 0, after: 0 };
  return {
    inputs: [{ id: 0, name: 'input', shape: [C, H, W] }],
    steps: [
      {
        id: 1,
        name: 'product',
        operator: { op: 'convolution', windows: [window, window], groups: 1 },
        inputs: [0],
        inputShapes: [[C, H, W]],
        output: [filters, H, W],
        weights: { weight: { shape: [filters, C, 1, 1], data: numbers(filters * C) } },
        macs: filters * C * H * W,
      },
    ],
    outputs: [1],
  };
};

/** Long enough for the engine to have compiled the loop well. */
const TRIAL_MS = 12;

interface Trial {
  readonly right: boolean;
  /** Multiply-accumulates per millisecond, at best. */
  readonly speed: number;
}

const tried = async (core: Core, host: Host): Promise<Trial> => {
  const network = trial();
  const options: SessionOptions = { batch: 1, threads: 1, precision: 'exact', core: 'auto' };
  const planned = plan(network, core.block, options);
  await core.allocate(planned, 1);
  load(core, planned);
  const [step] = network.steps;
  const [from, to] = [planned.values.get(0), planned.values.get(1)];
  const [instruction] = planned.planned[0]?.instructions ?? [];
  if (!step || !from || !to || !instruction) return { right: false, speed: 0 };
  const input = new Float32Array(core.memory(), from.buffer.offset, from.H * from.W * from.C);
  for (let i = 0; i < input.length; i++) input[i] = ((i * 23) % 17) / 17 - 0.5;
  const once = () => core.perform(instruction);
  let best = Number.POSITIVE_INFINITY;
  const end = host.now() + TRIAL_MS;
  do {
    const start = host.now();
    once();
    best = Math.min(best, host.now() - start);
  } while (host.now() < end);
  const output = new Float32Array(core.memory(), to.buffer.offset, to.H * to.W * to.C);
  const weights = step.weights.weight?.data ?? new Float32Array();
  const right = [0, 1, 57, to.H * to.W - 1].every((pixel) =>
    [0, 9, to.C - 1].every((filter) => {
      let sum = 0;
      for (let c = 0; c < from.C; c++)
        sum += (input[pixel * from.C + c] as number) * (weights[filter * from.C + c] as number);
      return Math.abs((output[pixel * to.C + filter] as number) - sum) < 1e-4;
    }),
  );
  core.close();
  return { right, speed: step.macs / best };
};

/** What was found out about the machine. */
export interface Chosen {
  readonly core: Core;
  /** 2 x multiply-accumulates a second of the trial, in thousand millions: the machine's peak, as far as the core reaches it. */
  readonly gflops: number;
}

/** Throws a Refusal where no build, or not the one that was asked for, is taken and computes right. */
export const chooseCore = async (host: Host, wanted: SessionOptions['core']): Promise<Chosen> => {
  const joins = host.prepare();
  let without: Refusal | undefined;
  const best = async (names: readonly string[]): Promise<Chosen | undefined> => {
    const found: Chosen[] = [];
    for (const name of names) {
      try {
        const core = await openCore(host, name);
        const { right, speed } = await tried(core, host);
        if (right) found.push({ core, gflops: (2 * speed) / 1e6 });
      } catch (error) {
        // Else the engine has not got what this build needs.
        if (error instanceof Refusal) without ??= error;
      }
    }
    return found.sort((a, b) => b.gflops - a.gflops)[0];
  };
  const fused = FUSED.filter((name) => joins || name !== 'revec');
  const chosen = wanted === 'auto' ? ((await best(fused)) ?? (await best(['simd']))) : await best([wanted]);
  if (chosen) return chosen;
  if (without) throw without;
  throw new Refusal(
    'run/no-core',
    wanted === 'auto'
      ? 'no build of the core runs on this machine'
      : `the build ${wanted} of the core does not run on this machine`,
    wanted === 'auto' ? '--backend reference needs none' : '--core auto takes one that does',
  );
};
