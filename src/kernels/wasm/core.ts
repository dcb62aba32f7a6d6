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
  /** Fulfilled once it waits for work; rejected where it cannot start, or ends before. */
  readonly ready: Promise<void>;
  /** Whether it has not come to an end by itself. Known only when whoever asks has let others have their turn. */
  readonly isAlive: () => boolean;
  readonly end: () => void;
}

/** What the backend needs of the machine. */
export interface Host {
  /** Milliseconds. */
  readonly now: () => number;
  /** Runs what takes long, so that it can be broken off. */
  readonly guard?: <T>(work: () => T) => T;
  /** The bytes of a build of the core: `simd`, `relaxed` or `revec`. */
  readonly build: (name: string) => Uint8Array;
  /**
   * Lets the engine compile the faster builds, where it has them behind a flag. Before anything is compiled. Whether it may
   * join neighbouring vectors to wider ones.
   */
  readonly prepare: () => boolean;
  /** Starts a thread on the core (see bin/worker.js); absent where there are none. Throws where the system has none left. */
  readonly spawn?: (data: CompanionData) => Companion;
  /** Lets news of threads come in. */
  readonly pause?: () => Promise<void>;
  /** Processors that there are for this program: more threads would only keep each other waiting. As many as asked for by default. */
  readonly processors?: number;
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
  /** Memory for the plan, and threads, which join when they are ready; nothing else can be done before. */
  readonly allocate: (plan: Pick<Plan, 'bytes' | 'scratch'>, threads: number) => Promise<void>;
  readonly memory: () => SharedArrayBuffer;
  /** How many there are, this one included: those that could not start are left out as soon as that is known. */
  readonly threads: () => number;
  /** All tasks of an instruction in the memory, by this thread. */
  readonly alone: (instruction: Instruction) => void;
  /** All tasks of an instruction in the memory, by all threads. Whether they are done: others may have something long in their hands. */
  readonly perform: (instruction: Instruction) => boolean;
  /** The same of what {@link perform} has begun, after a moment. Throws a Refusal where what a thread had taken will never be done. */
  readonly finish: () => boolean;
  /** Throws a Refusal where a thread has ended that was ready. News of that come in while nobody computes. */
  readonly intact: () => void;
  readonly close: () => void;
}

interface Exports {
  readonly rows: () => number;
  readonly columns: () => number;
  readonly perform: (kind: number, offset: number, first: number, last: number, scratch: number) => void;
  readonly share: (left: number, job: number, done: number, scratch: number) => void;
}

const PAGE = 65536;

/**
 * Looks at how many tasks are done before it sleeps; a sleep costs more than most instructions. Where the others do not get on
 * meanwhile, as on a busy machine, looking takes the processor from who has the work: then there are fewer looks each time.
 */
const SPINS = { least: 200, most: 20_000 };

/** A sleeper looks again after that long, whatever happens. */
const PATIENCE_MS = 100;

/** Looks of a sleeper before it asks whether all threads are still there. */
const MOST_LOOKS = 5;

/** Throws where the engine does not take the build. */
export const openCore = async (host: Host, name: string): Promise<Core> => {
  const module = await engine.compile(host.build(name));
  const probe = await instantiate(module, reserved(1, 'run/no-memory'));
  let memory: Memory | undefined;
  let exports: Exports | undefined;
  let scratch = 0;
  let words = new Int32Array(new SharedArrayBuffer(0));
  /** Those that start or wait for work, and of them those that do the latter. */
  const companions = new Set<Companion>();
  const ready = new Set<Companion>();
  const leave = (companion: Companion): void => {
    companion.end();
    companions.delete(companion);
  };
  let tasks = 0;
  let patience = SPINS.most;
  const fail = (): never => {
    throw new Refusal(
      'run/thread',
      'a thread of the core has ended before its work was done: something outside may have ended it, or a lack of memory',
      '--threads 1 needs no other',
    );
  };
  /** Whether all tasks are done, after so many looks of a sleeper at most. */
  const finished = (most: number): boolean => {
    const { done, failed } = CONTROL;
    // Tasks are waited for, not threads: one that the system does not let run, or that sleeps, keeps nobody.
    let looks = 0;
    for (let spins = 0; looks < most; spins++) {
      const count = Atomics.load(words, done);
      if (count === tasks) {
        if (spins > 0 && spins <= patience) patience = Math.min(SPINS.most, 2 * patience);
        return true;
      }
      if (Atomics.load(words, failed) !== 0) fail();
      if (spins < patience) continue;
      if (spins === patience) patience = Math.max(SPINS.least, patience >> 1);
      if (Atomics.wait(words, done, count, PATIENCE_MS) === 'timed-out') looks += 1;
    }
    return Atomics.load(words, done) === tasks;
  };
  const together = (instruction: Instruction): boolean => {
    const { left, job, done, asleep } = CONTROL;
    tasks = instruction.tasks;
    words[job] = CODES.Kind[instruction.kind];
    words[job + 1] = instruction.offset;
    words[job + 2] = tasks;
    words[done] = 0;
    Atomics.store(words, left, tasks);
    if (Atomics.load(words, asleep) > 0) Atomics.notify(words, left, tasks - 1);
    exports?.share(4 * left, 4 * job, 4 * done, scratch);
    return finished(MOST_LOOKS);
  };
  const intact = (): void => {
    for (const { isAlive } of ready) if (!isAlive()) fail();
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
      for (let i = 1; i < threads; i++)
        try {
          const companion = host.spawn?.({ module, memory, control: CONTROL, scratch: own.offset + i * own.bytes });
          if (!companion) return;
          companions.add(companion);
          companion.ready.then(
            () => companions.has(companion) && ready.add(companion),
            () => companions.has(companion) && leave(companion),
          );
        } catch {
          // The system has none left.
          return;
        }
    },
    memory: () => memory?.buffer ?? new SharedArrayBuffer(0),
    perform(instruction) {
      if (companions.size > 0 && instruction.tasks > 1) return together(instruction);
      alone(instruction);
      return true;
    },
    finish() {
      if (finished(1)) return true;
      const isWhole = [...companions].every(({ isAlive }) => isAlive());
      // The last task may have been done just before its thread ended.
      if (!isWhole && Atomics.load(words, CONTROL.done) !== tasks) fail();
      return false;
    },
    intact,
    close() {
      if (words.length > 0) {
        Atomics.store(words, CONTROL.left, -1);
        Atomics.notify(words, CONTROL.left);
      }
      for (const companion of companions) leave(companion);
      ready.clear();
      memory = undefined;
      exports = undefined;
    },
    threads: () => 1 + companions.size,
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
