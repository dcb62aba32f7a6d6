// A core as JavaScript sees it: one build, its memory, its threads, instructions performed. What the machine has comes from the host.

import { Refusal } from '../../core/kernels.js';
import { CODES } from '../instructions.js';
import { engine, type Memory, type Module } from './engine.js';
import type { Block, Instruction } from './instruction.js';
import type { Plan } from './plan.js';

/**
 * Words that threads share, as indices of 32-bit words, above the core's constants and in cache lines of their own: how many
 * tasks nobody has taken yet (below 0: go home), what they are (kind, instruction, number of tasks), how many are done, how
 * many threads sleep, and whether one has failed.
 */
export const CONTROL = {
  left: 12288,
  job: 12304,
  done: 12320,
  asleep: 12336,
  failed: 12352,
};

/** A thread beside the first. */
export interface Companion {
  /** Fulfilled once it waits for work. */
  readonly ready: Promise<void>;
  /** Whether it has not come to an end by itself. Known only when whoever asks has let others have their turn. */
  readonly isAlive: () => boolean;
  readonly end: () => void;
}

/** What the backend needs of the machine. */
export interface Host {
  /** Milliseconds. */
  readonly now: () => number;
  /** The bytes of a build of the core: `simd`, `relaxed` or `revec`. */
  readonly build: (name: string) => Uint8Array;
  /**
   * Lets the engine compile the faster builds, where it has them behind a flag. Before anything is compiled. Whether it may
   * join neighbouring vectors to wider ones.
   */
  readonly prepare: () => boolean;
  /** Starts a thread on the core (see bin/worker.js); absent where there are none. */
  readonly spawn?: (data: CompanionData) => Companion;
  /** Lets news of threads come in. */
  readonly pause?: () => Promise<void>;
}

/** What a thread is given. */
export interface CompanionData {
  readonly module: Module;
  readonly memory: Memory;
  /** Where the words that threads share lie, by name as an index of 32-bit words. */
  readonly control: typeof CONTROL;
  /** The thread's own memory. */
  readonly scratch: number;
}

export interface Core {
  readonly name: string;
  readonly block: Block;
  /** Memory for the plan, and threads; nothing else can be done before. */
  readonly allocate: (plan: Pick<Plan, 'bytes' | 'scratch'>, threads: number) => Promise<void>;
  readonly memory: () => SharedArrayBuffer;
  /** Fulfilled with the number of threads that wait for work, this one included: those that could not start are left out. */
  readonly ready: () => Promise<number>;
  /** All tasks of an instruction in the memory, by this thread: the others may not be ready. */
  readonly alone: (instruction: Instruction) => void;
  /** All tasks of an instruction in the memory, by all threads. A promise where it takes so long that one may have ended. */
  readonly perform: (instruction: Instruction) => Promise<void> | undefined;
  readonly close: () => void;
}

interface Exports {
  readonly rows: () => number;
  readonly columns: () => number;
  readonly perform: (kind: number, offset: number, first: number, last: number, scratch: number) => void;
  readonly share: (left: number, job: number, done: number, scratch: number) => void;
}

const PAGE = 65536;

/** Looks at how many tasks are done before it sleeps; a sleep costs more than most instructions. */
const SPINS = 20_000;

/** A sleeper looks again after that long, whatever happens. */
const PATIENCE_MS = 100;

/** Looks of a sleeper before it asks whether all threads are still there. */
const MOST_LOOKS = 20;

/** Throws where the engine does not take the build. */
export const openCore = async (host: Host, name: string): Promise<Core> => {
  const module = await engine.compile(host.build(name));
  const probe = await instantiate(module, reserved(1, 'run/no-memory'));
  let memory: Memory | undefined;
  let exports: Exports | undefined;
  let scratch = 0;
  let words = new Int32Array(new SharedArrayBuffer(0));
  let companions: readonly Companion[] = [];
  const together = ({ kind, offset, tasks }: Instruction): Promise<void> | undefined => {
    const { left, job, done, asleep, failed } = CONTROL;
    words[job] = CODES.Kind[kind];
    words[job + 1] = offset;
    words[job + 2] = tasks;
    words[done] = 0;
    Atomics.store(words, left, tasks);
    if (Atomics.load(words, asleep) > 0) Atomics.notify(words, left);
    exports?.share(4 * left, 4 * job, 4 * done, scratch);
    // Tasks are waited for, not threads: one that the system does not let run, or that sleeps, keeps nobody.
    let looks = 0;
    for (let spins = 0; looks < MOST_LOOKS; spins++) {
      const finished = Atomics.load(words, done);
      if (finished === tasks) return undefined;
      if (Atomics.load(words, failed) !== 0) throw new Error('a thread of the core has failed');
      if (spins > SPINS && Atomics.wait(words, done, finished, PATIENCE_MS) === 'timed-out') looks += 1;
    }
    return patiently(tasks);
  };
  /** What a thread had taken when it ended will never be done. That it has is heard of only while nobody computes. */
  const patiently = async (tasks: number): Promise<void> => {
    const { done, failed } = CONTROL;
    for (;;) {
      const isWhole = companions.every(({ isAlive }) => isAlive());
      const finished = Atomics.load(words, done);
      if (finished === tasks) return;
      if (!isWhole || Atomics.load(words, failed) !== 0) throw new Error('a thread of the core has failed');
      Atomics.wait(words, done, finished, PATIENCE_MS);
      await host.pause?.();
    }
  };
  const alone = ({ kind, offset, tasks }: Instruction): void =>
    exports?.perform(CODES.Kind[kind], offset, 0, tasks, scratch);
  return {
    name,
    alone,
    block: { rows: probe.rows(), columns: probe.columns() },
    async allocate({ bytes, scratch: own }, threads) {
      memory = reserved(Math.ceil(bytes / PAGE), 'run/out-of-memory');
      exports = await instantiate(module, memory);
      words = new Int32Array(memory.buffer, 0, PAGE / 4);
      scratch = own.offset;
      const { spawn } = host;
      const data = { module, memory, control: CONTROL };
      companions = spawn
        ? Array.from({ length: threads - 1 }, (_, i) => spawn({ ...data, scratch: own.offset + (i + 1) * own.bytes }))
        : [];
    },
    memory: () => memory?.buffer ?? new SharedArrayBuffer(0),
    perform(instruction) {
      if (companions.length > 0 && instruction.tasks > 1) return together(instruction);
      alone(instruction);
      return undefined;
    },
    close() {
      if (words.length > 0) {
        Atomics.store(words, CONTROL.left, -1);
        Atomics.notify(words, CONTROL.left);
      }
      for (const companion of companions) companion.end();
      companions = [];
      memory = undefined;
      exports = undefined;
    },
    ready: async () => {
      const started = await Promise.allSettled(companions.map(({ ready }) => ready));
      const waits = (_: Companion, i: number): boolean => started[i]?.status === 'fulfilled';
      for (const companion of companions.filter((one, i) => !waits(one, i))) companion.end();
      companions = companions.filter(waits);
      return 1 + companions.length;
    },
  };
};

/** The engine may want an address space far larger than the memory, to be spared the bounds of every access. */
const reserved = (pages: number, code: 'run/no-memory' | 'run/out-of-memory'): Memory => {
  try {
    return new engine.Memory({ initial: pages, maximum: pages, shared: true });
  } catch {
    throw code === 'run/no-memory'
      ? new Refusal(
          code,
          'the system reserves no memory for the core',
          'a limit of the address space (ulimit -v) may be in force; --backend reference does without',
        )
      : new Refusal(
          code,
          `${((pages * PAGE) / 2 ** 30).toFixed(2)} GiB of memory are not to be had`,
          'a smaller --batch or --input needs less',
        );
  }
};

const instantiate = async (module: Module, memory: Memory): Promise<Exports> => {
  const abort = () => {
    throw new Error('the core has aborted');
  };
  const instance = await engine.instantiate(module, { env: { memory, abort } });
  return instance.exports as unknown as Exports;
};
