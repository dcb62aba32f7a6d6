// A network of ours on ONNX Runtime, the native one and the WASM one, with all its optimisations. The model is what convert writes.

import { onnxOf, withoutBatchNorm } from './library.js';

export const prepareOnnx = (network) => ({
  inputs: network.inputs,
  bytes: Buffer.concat([...onnxOf(withoutBatchNorm(network)).content]),
});

const open = async (ort, model, options) => {
  // One image, which is known before it runs.
  const freeDimensionOverrides = { batch: 1 };
  const session = await ort.InferenceSession.create(model.bytes, {
    graphOptimizationLevel: 'all',
    freeDimensionOverrides,
    ...options,
  });
  const [input] = session.inputNames;
  const [output] = session.outputNames;
  return {
    input: ({ shape, data }) => new ort.Tensor('float32', data, shape),
    run: async (x) => (await session.run({ [input]: x }))[output].data,
    close: () => session.release(),
  };
};

export const openNative = async (model, { threads }) => {
  const { default: ort } = await import('onnxruntime-node');
  return open(ort, model, { executionProviders: ['cpu'], intraOpNumThreads: threads, interOpNumThreads: 1 });
};

export const openWasm = async (model, { threads }) => {
  const ort = await import('onnxruntime-web');
  ort.env.wasm.numThreads = threads;
  return open(ort, model, { executionProviders: ['wasm'] });
};
