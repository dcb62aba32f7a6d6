// What computes for a command: the core, or the reference where it is asked for, where the core gets no memory, or for little work.

import { type Backend, Refusal } from '../core/kernels.js';
import type { Io } from '../io.js';
import { reference } from '../kernels/reference.js';
import { type Host, wasm } from '../kernels/wasm.js';
import type { OptionsOf } from './command.js';
import type { ENGINE } from './options.js';
import { type ProgressBar, turning } from './progress.js';

/** The core, or the reference where it is asked for, or where nobody asks and the core gets no memory. */
export const backendOf = (
  { backend, core }: Pick<OptionsOf<[typeof ENGINE]>, 'backend' | 'core'>,
  io: Io,
  guard: Io['interruptible'],
  hint: (sentence: string) => void,
): Backend => {
  const plainly = reference(io.now, guard);
  if (backend === 'reference') return plainly;
  const fast = wasm(hostOf(io, guard));
  if (backend !== undefined || core !== undefined) return fast;
  return orElse(fast, plainly, ({ message }) => hint(`${message}: the reference runs instead, which takes longer`));
};

/** The machine, as the core needs it. */
const hostOf = (io: Io, guard?: Io['interruptible']): Host =>
  ({ ...io.core, now: io.now, processors: io.processors, ...(guard && { guard }) }) as Host;

/** Steps of a sum that take the reference as long as the core takes to start, about 60 ms. */
const WORTH_CORE = 4e6;

/** What a command computes by the way, in so many sessions and steps of sums in all. The sign turns before each run. */
export const backendFor = (
  { steps, sessions = 1 }: { readonly steps: number; readonly sessions?: number },
  io: Io,
  bar?: ProgressBar,
): Backend => {
  const plainly = bar ? reference(io.now, turning(bar)) : reference(io.now);
  if (steps < sessions * WORTH_CORE) return plainly;
  const fast = wasm(hostOf(io));
  const turned: Backend = {
    ...fast,
    open: async (network, options) => {
      const session = await fast.open(network, options);
      return {
        ...session,
        run: (...given) => {
          bar?.turn();
          return session.run(...given);
        },
      };
    },
  };
  return orElse(turned, plainly, () => {});
};

/** The second where the first gets no memory. */
const orElse = (first: Backend, second: Backend, told: (why: Refusal) => void): Backend => ({
  ...first,
  open: async (network, options) => {
    try {
      return await first.open(network, options);
    } catch (error) {
      if (!(error instanceof Refusal && error.code === 'run/no-memory')) throw error;
      told(error);
      return second.open(network, options);
    }
  },
});
