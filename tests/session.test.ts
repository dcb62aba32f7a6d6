// Sessions of the core: threads that begin, agree, fail and end; memory as planned; what is fused computes what it did apart.
// The kernels themselves are in kernels-wasm.test.ts.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import index from '../specs/index.json' with { type: 'json' };
import { type Network, Refusal, type Session, type SessionOptions, type Tensor } from '../src/core/kernels.js';
import { product } from '../src/core/shape.js';
import { held, rawBytes } from '../src/files/bytes.js';
import { readSafetensors, writeSafetensors } from '../src/files/safetensors.js';
import { arrange } from '../src/kernels/wasm/memory.js';
import { plan } from '../src/kernels/wasm/plan.js';
import { type CompanionData, type Host, wasm } from '../src/kernels/wasm.js';
import { noise } from '../src/run/execute.js';
import { networkOf, parameters } from '../src/run/network.js';
import { normal } from '../src/run/random.js';
import { fromFile, initialised } from '../src/run/weights.js';
import { bundled, eachNetwork, specIndex } from './bundled.js';
import { core } from './fake-io.js';
import { CORE_TABLES, networkOf as networkOfCases, TABLES } from './kernel-cases.js';
import { SIZES, tiles } from './kernel-sizes.js';
import { difference } from './operators.js';

// Threads outnumber the processors here.
vi.setConfig({ testTimeout: 60_000 });

const OPTIONS: SessionOptions = { batch: 1, threads: 1, precision: 'auto', core: 'auto' };

/** The machine, which counts the threads that have not been ended; `spawn` may be another. */
const machine = (
  spawn: (data: CompanionData) => ReturnType<NonNullable<typeof core.spawn>> | undefined = (data) => core.spawn?.(data),
) => {
  const started: Promise<void>[] = [];
  const alive = { threads: 0, all: () => Promise.allSettled(started) };
  const host = {
    ...core,
    now: () => performance.now(),
    processors: 16,
    spawn: (data: CompanionData) => {
      const companion = spawn?.(data);
      if (!companion) throw new Error('no threads');
      alive.threads += 1;
      started.push(companion.ready);
      return {
        ready: companion.ready,
        isAlive: companion.isAlive,
        end: () => {
          alive.threads -= 1;
          companion.end();
        },
      };
    },
  };
  return { alive, host: host as Host };
};

/** With weights of 0, which cost nothing to make. */
const unweighted = (name: keyof typeof index): Network => {
  const analysis = bundled(name);
  const zeros = parameters(analysis).map(
    ({ name, shape }) => [name, { shape, data: new Float32Array(product(shape)) }] as const,
  );
  const network = networkOf(analysis, new Map(zeros));
  if (!network) throw new Error(`${name} is not analysed`);
  return network;
};

/** Every third case of each operator: that each is right is kernels-wasm.test.ts's. */
const all = networkOfCases([
  ...Object.values(CORE_TABLES).flatMap((cases) => cases.filter((_, i) => i % 3 === 0)),
  ...[...Object.values(SIZES), tiles].flatMap((cases) => cases.filter((_, i) => i % 7 === 0)),
]);
/** Enough for threads to share, where it does not matter what they do. */
const few = networkOfCases(TABLES.convolution.slice(0, 40));
const inputsOf = (network: Network): ReadonlyMap<number, Tensor> => {
  const inputs =
    made.get(network) ??
    new Map(network.inputs.map(({ id, shape }) => [id, { shape: [1, ...shape], data: normal(product(shape), id) }]));
  made.set(network, inputs);
  return inputs;
};
const made = new Map<Network, ReadonlyMap<number, Tensor>>();

/** All bits of all outputs. */
const outputsOf = async (session: Session, network = few): Promise<Buffer> => {
  const { outputs } = await session.run(inputsOf(network));
  return Buffer.concat(network.outputs.map((id) => new Uint8Array(outputs.get(id)?.data.buffer ?? new ArrayBuffer(0))));
};

describe('threads', () => {
  it.each(['auto', 'exact'] as const)('make no difference to any bit, under precision %s', async (precision) => {
    const { host, alive } = machine();
    const results = [];
    for (const threads of [1, 2, 3, 7]) {
      const session = await wasm(host).open(all, { ...OPTIONS, threads, precision });
      await alive.all();
      expect(session.core.threads).toBe(threads);
      results.push(await outputsOf(session, all));
      // Nor does what a run has left behind.
      if (threads === 3) results.push(await outputsOf(session, all));
      session.close();
    }
    const [first, ...others] = results;
    expect(first?.length).toBeGreaterThan(1e6);
    for (const other of others) expect(first?.equals(other)).toBe(true);
    expect(alive.threads).toBe(0);
  });

  it('and the faster of the fused builds make no difference to any bit', async () => {
    // Which of them a session takes depends on the machine's mood.
    const results = [];
    for (const build of ['relaxed', 'revec'] as const) {
      const session = await wasm(machine().host).open(all, { ...OPTIONS, core: build });
      results.push(await outputsOf(session, all));
      session.close();
    }
    const [relaxed, revec] = results;
    expect(relaxed?.length).toBeGreaterThan(1e6);
    expect(revec && relaxed?.equals(revec)).toBe(true);
  });

  it('keep the program until they are ready', () => {
    const program = `
      const { build, prepare, spawn } = require('./bin/core.js');
      prepare();
      const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
      const module = new WebAssembly.Module(build('simd'));
      const control = { left: 12288, job: 12304, done: 12320, asleep: 12336, failed: 12352 };
      spawn({ module, memory, control, scratch: 0 }).ready.then(() => console.log('ready'));
    `;
    const cwd = fileURLToPath(new URL('..', import.meta.url));
    expect(execFileSync(process.execPath, ['-e', program], { cwd, encoding: 'utf8' })).toBe('ready\n');
  });

  it('that cannot start are left out', async () => {
    let count = 0;
    const { host, alive } = machine((data) => {
      count += 1;
      return count === 2
        ? { ready: Promise.reject(new Error('none left')), isAlive: () => false, end: () => {} }
        : core.spawn?.(data);
    });
    const alone = await wasm(host).open(few, OPTIONS);
    const session = await wasm(host).open(few, { ...OPTIONS, threads: 4 });
    await alive.all();
    expect(session.core.threads).toBe(3);
    expect((await outputsOf(session)).equals(await outputsOf(alone))).toBe(true);
    session.close();
    alone.close();
    expect(alive.threads).toBe(0);
  });

  it('that the system never lets run keep nobody', async () => {
    const { host } = machine(() => ({ ready: Promise.resolve(), isAlive: () => true, end: () => {} }));
    const alone = await wasm(host).open(few, OPTIONS);
    const session = await wasm(host).open(few, { ...OPTIONS, threads: 3 });
    expect((await outputsOf(session)).equals(await outputsOf(alone))).toBe(true);
    session.close();
    alone.close();
  });

  /** On a busy machine a thread gets its first task while weights are packed, or in no run of many: whenever it is. */
  const runsUntilItFails = async ({ host, alive }: ReturnType<typeof machine>) => {
    const session = await wasm(host).open(all, { ...OPTIONS, threads: 2 });
    try {
      await alive.all();
      for (let runs = 0; runs < 60; runs += 1) await session.run(inputsOf(all));
    } finally {
      session.close();
    }
  };

  /** A thread that says that it is ready, and then does something else than work. */
  const otherwise = (program: string, resourceLimits = {}) =>
    machine((data) => {
      const text = `
        const { parentPort, workerData } = require('node:worker_threads');
        const words = new Int32Array(workerData.memory.buffer);
        const { left } = workerData.control;
        const taken = () => {
          for (;;) {
            const tasks = Atomics.load(words, left);
            if (tasks > 0 && Atomics.compareExchange(words, left, tasks, tasks - 1) === tasks) return;
          }
        };
        ${program}`;
      const worker = new Worker(text, { eval: true, workerData: data, resourceLimits, stderr: true });
      let isAlive = true;
      worker.once('exit', () => {
        isAlive = false;
      });
      const ready = new Promise<void>((resolve, reject) => {
        worker.on('message', (told) => {
          if (told === 'taken') void worker.terminate();
          resolve();
        });
        worker.once('error', reject);
        worker.once('exit', () => reject(new Error('ended')));
      });
      ready.catch(() => {});
      return { ready, isAlive: () => isAlive, end: () => void worker.terminate() };
    });
  const READY = "parentPort.postMessage('ready');";
  const FILL = 'for (const all = []; ; ) all.push(new Array(100000).fill({}));';

  it.each([
    ['its own memory lies outside', () => machine((data) => core.spawn?.({ ...data, scratch: 0xffff0000 }))],
    ['it leaves', () => otherwise(`${READY} taken(); process.exit(0);`)],
    ['it throws', () => otherwise(`${READY} taken(); throw new Error('of its own');`)],
    ['its heap is full', () => otherwise(`${READY} taken(); ${FILL}`, { maxOldGenerationSizeMb: 8 })],
    ['it is ended from outside', () => otherwise(`${READY} taken(); parentPort.postMessage('taken'); for (;;);`)],
  ])('that end with a task in their hands end the run with a sentence: %s', async (_, machineOf) => {
    const made = machineOf();
    await expect(runsUntilItFails(made)).rejects.toMatchObject({ code: 'run/thread' });
    expect(made.alive.threads).toBe(0);
  });
  it.each([
    ['it leaves', 'process.exit(0);'],
    ['it throws', "throw new Error('of its own');"],
    ['its heap is full', FILL],
  ])('that end before they are ready are left out: %s', async (_, program) => {
    const { host, alive } = otherwise(program, { maxOldGenerationSizeMb: 8 });
    const [alone, session] = [
      await wasm(host).open(few, OPTIONS),
      await wasm(host).open(few, { ...OPTIONS, threads: 2 }),
    ];
    await alive.all();
    expect(session.core.threads).toBe(1);
    expect((await outputsOf(session)).equals(await outputsOf(alone))).toBe(true);
    session.close();
    expect(alive.threads).toBe(0);
  });

  it('that cannot be started at all are left out', async () => {
    const { host } = machine(() => undefined);
    const session = await wasm(host).open(few, { ...OPTIONS, threads: 3 });
    expect(session.core.threads).toBe(1);
    await outputsOf(session);
    session.close();
  });

  it('that end while they wait for work end the next run', async () => {
    const started: ReturnType<NonNullable<typeof core.spawn>>[] = [];
    const { host, alive } = machine((data) => {
      const companion = core.spawn?.(data);
      if (companion) started.push(companion);
      return companion;
    });
    const session = await wasm(host).open(few, { ...OPTIONS, threads: 2 });
    await alive.all();
    await outputsOf(session);
    started[0]?.end();
    await vi.waitUntil(() => started[0]?.isAlive() === false, { timeout: 30_000 });
    await expect(outputsOf(session)).rejects.toMatchObject({ code: 'run/thread' });
    session.close();
  });

  it('are no more than there are processors', async () => {
    const { host, alive } = machine();
    const session = await wasm({ ...host, processors: 2 }).open(few, { ...OPTIONS, threads: 16 });
    expect([session.core.threads, alive.threads]).toEqual([2, 1]);
    session.close();
  });

  it('are counted where there are none', async () => {
    const { spawn: _, ...host } = machine().host;
    const session = await wasm(host).open(few, { ...OPTIONS, threads: 4 });
    expect(session.core.threads).toBe(1);
    session.close();
  });

  it('end when the weights cannot be packed', async () => {
    const { host, alive } = machine();
    const [step] = few.steps;
    if (!step) throw new Error('no step');
    const data = new Proxy(new Float32Array(), {
      get: () => {
        throw new Error('unreadable');
      },
    });
    const broken = { ...step, weights: { ...step.weights, weight: { shape: [], data } } };
    const network = { ...few, steps: [broken, ...few.steps.slice(1)] };
    await expect(wasm(host).open(network, { ...OPTIONS, threads: 3 })).rejects.toThrow('unreadable');
    expect(alive.threads).toBe(0);
  });
});

describe('weights that the core draws or reads into its memory', () => {
  const NAMES = ['lenet5', 'mnasnet0_5', 'dcgan-generator', 'mobilenet_v3_large', 'tcn'];

  it.each(NAMES)('are those that are handed over: %s', async (name) => {
    const analysis = bundled(name);
    const drawn = initialised(analysis, 3);
    expect([...drawn.values()].some(({ drawn }) => drawn)).toBe(true);
    const handed = new Map([...drawn].map(([key, { shape, data }]) => [key, { shape, data }]));
    const file = readSafetensors(held(Buffer.concat([...writeSafetensors(handed)])));
    const read = file instanceof Map ? fromFile(analysis, file) : [];
    if (!(read instanceof Map)) throw new Error('unreadable');
    const results = [];
    for (const [tensors, threads] of [
      [handed, 1] as const,
      [drawn, 1] as const,
      [drawn, 3] as const,
      [read, 2] as const,
    ]) {
      const network = networkOf(analysis, tensors);
      if (!network) throw new Error('not analysed');
      const session = await wasm(machine().host).open(network, { ...OPTIONS, threads });
      const { outputs } = await session.run(noise(analysis, 1, 1));
      results.push(Buffer.concat([...outputs.values()].map(({ data }) => rawBytes(data))));
      session.close();
    }
    const [first, ...others] = results;
    expect(first?.some((byte) => byte !== 0)).toBe(true);
    for (const other of others) expect(first?.equals(other)).toBe(true);
  });
});

describe('memory', () => {
  const BLOCK = { rows: 6, columns: 16 };

  it('gives no two buffers of one time the same place, and none before the start', () => {
    const buffer = fc
      .tuple(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 30 }))
      .map(([bytes, a, b]) => ({ bytes, first: Math.min(a, b), last: Math.max(a, b), offset: -1 }));
    fc.assert(
      fc.property(fc.array(buffer, { maxLength: 30 }), (buffers) => {
        const end = arrange(buffers, 640);
        for (const [i, a] of buffers.entries()) {
          expect(a.offset % 64).toBe(0);
          expect(a.offset).toBeGreaterThanOrEqual(640);
          expect(a.offset + a.bytes).toBeLessThanOrEqual(end);
          for (const b of buffers.slice(i + 1)) {
            const together = a.first <= b.last && b.first <= a.last;
            const apart = a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset;
            expect(!together || apart).toBe(true);
          }
        }
      }),
    );
  });

  it.each([
    ['vgg19', 1],
    ['resnet50', 8],
  ] as const)('of %s, %i at a time, stays below 2 GiB', (name, batch) => {
    for (const threads of [1, 4]) {
      const { bytes, weights } = plan(unweighted(name), BLOCK, { ...OPTIONS, batch, threads });
      expect(weights).toBeGreaterThan(90 * 2 ** 20);
      expect(bytes).toBeLessThan(2 * 2 ** 30);
    }
  });

  it('is refused over 4 GiB, with the numbers, before there is any', async () => {
    const { host, alive } = machine();
    const refusal = await wasm(host)
      .open(unweighted('resnet50'), { ...OPTIONS, batch: 1000, threads: 4 })
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Refusal);
    expect(refusal).toMatchObject({ code: 'run/too-large' });
    expect(String(refusal)).toMatch(/needs \d+\.\d\d GiB: \d+\.\d\d GiB of weights and \d+\.\d\d GiB of activations/);
    expect(alive.threads).toBe(0);
  });
});

describe('what is fused', () => {
  /** Those that take a fraction of a second also where nothing is fused. */
  const families = new Set<string>();
  const small = eachNetwork().filter((name) => {
    const { totals } = bundled(name);
    const fits = totals.macs !== null && totals.macs < 3e8 && totals.params !== null && totals.params < 6e6;
    // One of each family: what is fused hangs on what follows what, which its variants have alike.
    const { file = name } = specIndex()[name] ?? {};
    return fits && families.size < families.add(file).size;
  });

  it('is tried on some networks', () => expect(small.length).toBeGreaterThan(10));

  it.each(small)('computes what it does apart: %s', async (name) => {
    const analysis = bundled(name);
    const network = networkOf(analysis, initialised(analysis, 1));
    if (!network) throw new Error('not analysed');
    const images = noise(analysis, 1, 1);
    const [together, apart] = await Promise.all(
      [false, true].map(async (observed) => {
        const session = await wasm(machine().host).open(network, { ...OPTIONS, precision: 'exact', observed });
        const outcome = await session.run(images);
        session.close();
        return outcome;
      }),
    );
    // A tanh at the end makes 1 of the largest values, and leaves the others as far off as the largest had been.
    const most = name === 'vae' ? 1e-4 : 1e-5;
    for (const id of network.outputs) {
      const [a, b] = [together?.outputs.get(id), apart?.outputs.get(id)];
      expect(a && b ? difference(a, b) : Number.NaN).toBeLessThan(most);
    }
  });
});
