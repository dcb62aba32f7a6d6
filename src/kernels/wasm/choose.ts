// Which build of the core: the fastest that the engine takes and that computes right, on trial for a moment where there is a choice.
//
// Of `revec` and `relaxed`, which multiply and add in one operation, which is faster changes no bit of a result: they add in the same
// order. Where the engine takes neither there is `simd`, which is passed over if it is faster: results do not depend on timing.

import { type Network, Refusal, type SessionOptions } from '../../core/kernels.js';
import { type Core, type Host, openCore } from './core.js';
import { load } from './load.js';
import { plan } from './plan.js';

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

/**
 * 10^9 operations a second that no processor reaches without joining vectors: 2 fused multiply-adds of 4 numbers a cycle, which
 * are 16 operations, at 5.8 GHz.
 */
const JOINED = 93;

interface Trial {
  readonly right: boolean;
  /** 10^9 operations a second, at best: of a single run nothing that means anything. */
  readonly gflops: number;
}

/** How long a build is tried: once, to see whether it computes right; until it is fast enough; to its end. */
type Until = 'right' | 'joined' | 'end';

const tried = async (core: Core, host: Host, until: Until): Promise<Trial> => {
  const network = trial();
  const options: SessionOptions = { batch: 1, threads: 1, precision: 'exact', core: 'auto' };
  const planned = plan(network, core.block, options);
  await core.allocate(planned, 1);
  for (const instruction of load(core, planned)) core.alone(instruction);
  const [step] = network.steps;
  const [from, to] = [planned.values.get(0), planned.values.get(1)];
  const [instruction] = planned.planned[0]?.instructions ?? [];
  if (!step || !from || !to || !instruction) return { right: false, gflops: 0 };
  const input = new Float32Array(core.memory(), from.buffer.offset, from.H * from.W * from.C);
  for (let i = 0; i < input.length; i++) input[i] = ((i * 23) % 17) / 17 - 0.5;
  let gflops = 0;
  const end = host.now() + TRIAL_MS;
  do {
    const start = host.now();
    core.alone(instruction);
    gflops = Math.max(gflops, (2 * step.macs) / (host.now() - start) / 1e6);
  } while (until !== 'right' && host.now() < end && (until === 'end' || gflops < JOINED));
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
  return { right, gflops };
};

/** What was found out about the machine. */
export interface Chosen {
  readonly core: Core;
  /** 2 x multiply-accumulates a second of the trial, in thousand millions, if it was wanted: the machine's peak, as far as the core reaches it. */
  readonly gflops?: number;
}

/** The names of builds that were found to be the best, by the host's own and what was wanted of it: one trial is enough for a process. */
const found = new WeakMap<Host['build'], Map<string, string>>();

/** Throws a Refusal where no build, or not the one that was asked for, is taken and computes right. */
export const chooseCore = async (
  host: Host,
  { core: wanted, peak = false }: Pick<SessionOptions, 'core' | 'peak'>,
): Promise<Chosen> => {
  const joins = host.prepare();
  const known = found.get(host.build) ?? new Map<string, string>();
  found.set(host.build, known);
  const name = known.get(wanted);
  if (name !== undefined && !peak) return { core: await openCore(host, name) };
  let without: Refusal | undefined;
  const open = async (name: string, until: Until): Promise<Required<Chosen> | undefined> => {
    try {
      const core = await openCore(host, name);
      const { right, gflops } = await tried(core, host, peak ? 'end' : until);
      return right ? { core, gflops } : undefined;
    } catch (error) {
      // Else the engine has not got what this build needs.
      if (error instanceof Refusal) without ??= error;
      return undefined;
    }
  };
  const fused = async (): Promise<Required<Chosen> | undefined> => {
    const revec = joins ? await open('revec', 'joined') : undefined;
    if (revec && revec.gflops >= JOINED) return revec;
    const relaxed = await open('relaxed', revec ? 'end' : 'right');
    return revec && relaxed && revec.gflops > relaxed.gflops ? revec : (relaxed ?? revec);
  };
  const chosen = wanted === 'auto' ? ((await fused()) ?? (await open('simd', 'right'))) : await open(wanted, 'right');
  if (chosen) {
    known.set(wanted, chosen.core.name);
    return peak ? chosen : { core: chosen.core };
  }
  if (without) throw without;
  throw new Refusal(
    'run/no-core',
    wanted === 'auto'
      ? 'no build of the core runs on this machine'
      : `the build ${wanted} of the core does not run on this machine`,
    wanted === 'auto' ? '--backend reference needs none' : '--core auto takes one that does',
  );
};
