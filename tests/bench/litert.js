// LiteRT.js under Node: XNNPACK in WASM, with relaxed SIMD, on one thread or several. What it runs is made by litert-operators.js.

import { channelsLast } from './channels-last.js';
import { prepareFlags } from './library.js';
import { evaluate, folder, NAVIGATOR } from './litert-script.cjs';
import { permuted } from './permute.js';

export { prepareLitert } from './litert-operators.js';

/** A device of the GPU is asked for when the package is loaded, wanted or not: there is none. */
const gpu = {
  requestAdapter: async () => ({ limits: {}, features: new Set(), requestDevice: async () => null }),
};

/** What the runtime says of itself at every start is not for the reader of a benchmark. */
const printErr = (line) => {
  if (!/^(INFO|WARNING):/.test(line)) console.error(line);
};

/** Runs with the globals of a browser that the package looks for; other contenders in the process never see them. */
const inBrowser = async (threads, run) => {
  // As many threads are started as the machine seems to have processors.
  const navigator = { ...NAVIGATOR, gpu, hardwareConcurrency: threads };
  const globals = {
    navigator,
    self: globalThis,
    importScripts: (path) => {
      globalThis.ModuleFactory = evaluate(path, navigator);
    },
    Module: { printErr },
  };
  const before = Object.keys(globals).map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]);
  for (const [name, value] of Object.entries(globals))
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  try {
    return await run();
  } finally {
    for (const [name, descriptor] of before) {
      delete globalThis[name];
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
    }
  }
};

let loaded;

/** Once per process. */
const load = (threads) => {
  loaded ??= (async () => {
    prepareFlags();
    const litert = await import('@litertjs/core');
    await inBrowser(threads, () => litert.loadLiteRt(folder, { threads: threads > 1 }));
    return litert;
  })();
  return loaded;
};

export const openLitert = async ({ bytes, shape }, { threads }) => {
  const { loadAndCompile, Tensor } = await load(threads);
  const model = await loadAndCompile(bytes, { accelerator: 'wasm', cpuOptions: { numThreads: threads } });
  return {
    input: (tensor) => {
      const order = [0, ...channelsLast([...tensor.shape.keys()].slice(1))];
      return new Tensor(permuted(tensor, order).data, shape);
    },
    run: async (x) => {
      const [y] = await model.run([x]);
      const data = y.toTypedArray();
      y.delete();
      return data;
    },
    close: () => model.delete(),
  };
};
