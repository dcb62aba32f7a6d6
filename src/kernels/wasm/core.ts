// A core as JavaScript sees it: which build, its memory, instructions performed. What the machine has comes from the host.

import { Refusal, type SessionOptions } from '../../core/kernels.js';
import type { Block, Plan } from './plan.js';

/** What the backend needs of the machine. */
export interface Host {
  /** Milliseconds. */
  readonly now: () => number;
  /** The bytes of a build of the core: core-simd.wasm … */
  readonly build: (name: string) => Uint8Array;
  /** Sets one of V8's flags, before anything is compiled. */
  readonly setFlag: (flag: string) => void;
}

export interface Core {
  readonly description: {
    readonly backend: string;
    readonly simd: boolean;
    readonly relaxed: boolean;
    readonly threads: number;
    readonly build: string;
  };
  readonly block: Block;
  /** Memory for the plan; nothing else can be done before. */
  readonly allocate: (plan: Plan, threads: number) => Promise<void>;
  readonly memory: () => SharedArrayBuffer;
  /** All tasks of the instruction at that offset. */
  readonly perform: (kind: number, offset: number, tasks: number) => void;
  readonly close: () => void;
}

interface Exports {
  readonly rows: () => number;
  readonly columns: () => number;
  readonly perform: (kind: number, offset: number, first: number, last: number, scratch: number) => void;
}

const PAGE = 65536;

export const openCore = async (host: Host, wanted: SessionOptions['core']): Promise<Core> => {
  const name = wanted === 'auto' ? 'simd' : wanted;
  const module = await WebAssembly.compile(host.build(name));
  const probe = await instantiate(module, new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }));
  const block = { rows: probe.rows(), columns: probe.columns() };
  let memory: WebAssembly.Memory | undefined;
  let exports: Exports | undefined;
  let scratch = 0;
  return {
    description: { backend: 'wasm', simd: true, relaxed: name !== 'simd', threads: 1, build: name },
    block,
    async allocate({ bytes, scratch: own }) {
      const pages = Math.ceil(bytes / PAGE);
      try {
        memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
      } catch {
        throw new Refusal(
          'run/out-of-memory',
          `there are no ${(bytes / 2 ** 30).toFixed(2)} GiB of memory to be had`,
          'a smaller --batch or --input needs less',
        );
      }
      exports = await instantiate(module, memory);
      scratch = own.offset;
    },
    memory: () => memory?.buffer ?? (new SharedArrayBuffer(0) as SharedArrayBuffer),
    perform: (kind, offset, tasks) => exports?.perform(kind, offset, 0, tasks, scratch),
    close() {
      memory = undefined;
      exports = undefined;
    },
  };
};

const instantiate = async (module: WebAssembly.Module, memory: WebAssembly.Memory): Promise<Exports> => {
  const abort = () => {
    throw new Error('the core has aborted');
  };
  const instance = await WebAssembly.instantiate(module, { env: { memory, abort } });
  return instance.exports as unknown as Exports;
};
